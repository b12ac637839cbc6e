use std::fs;

use arrow::datatypes::Float64Type;

use crate::import::import;
use crate::{Config, Shop, ShopError};

const MAPPING: &str = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"lines.csv\"\nORDER_LEVEL\n\
    [sources.order_lines.columns]\norder_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"time\"\n\
    quantity = \"quantity\"\nunit_price = \"price\"\nshipping = \"shipping\"\ndiscount = \"discount\"\nstatus = \"status\"\n";

/// Order 1 repeats its amounts, order 2 writes them once, order 3 contradicts itself, order 4 has none.
const LINES: &str = "order,customer,time,quantity,price,shipping,discount,status\n\
    1,a,2024-01-05 10:00,1,10,3,2,completed\n1,a,2024-01-05 10:00,2,10,3,2,completed\n\
    1,a,2024-01-05 10:00,1,5,3,2,completed\n\
    2,a,2024-01-06 10:00,1,10,4,1,cancelled\n2,a,2024-01-06 10:00,1,20,,,completed\n\
    3,b,2024-01-07 10:00,1,10,5,0,completed\n3,b,2024-01-07 10:00,1,11,7,0,completed\n\
    4,b,2024-01-08 10:00,1,10,,,completed\n\
    5,,2024-01-08 10:00,1,10,6,1,completed\n5,,2024-01-08 10:00,1,12,6,1,completed\n";

async fn sums(order_level: &str, more: &str) -> Result<([f64; 3], Vec<(String, u64)>), ShopError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lines.csv"), LINES).unwrap();
    let text = format!("{}{more}", MAPPING.replace("ORDER_LEVEL", order_level));
    let config = Config::parse(folder.path(), text, &[])?;
    let outcome = import(&config, &|_| {})?;
    let flags = &outcome.manifest().report.sources[0].flags;
    let flags = flags.iter().map(|flag| (flag.flag.clone(), flag.rows)).collect();
    let shop = Shop::with_config(config)?;
    let batches = shop
        .sql("SELECT sum(shipping) AS s, sum(discount) AS d, sum(net_revenue) AS n FROM order_lines")
        .await?;
    let sum = |name| crate::frame::column::<Float64Type>(&batches, name, -1.0).unwrap()[0];
    Ok(([sum("s"), sum("d"), sum("n")], flags))
}

#[tokio::test]
async fn amounts_of_an_order_are_counted_once() {
    // 3 + 4 + 5 + 6 and 2 + 1 + 0 + 1; the cancelled line brings nothing.
    let lines = 35.0 + 20.0 + 21.0 + 10.0 + 22.0;
    let (found, flags) = sums("order_level = [\"shipping\", \"discount\"]", "").await.unwrap();
    assert_eq!(found, [18.0, 4.0, lines - 4.0]);
    assert!(flags.contains(&("order_level_differs".into(), 2)), "{flags:?}");
    // Without the mark every line counts: the cancelled one, too, though not in revenue.
    let (found, flags) = sums("", "").await.unwrap();
    assert_eq!(found, [9.0 + 4.0 + 12.0 + 12.0, 6.0 + 1.0 + 2.0, lines - 6.0 - 2.0]);
    assert!(!flags.iter().any(|(flag, _)| flag == "order_level_differs"), "{flags:?}");
}

#[tokio::test]
async fn an_order_keeps_its_amounts_when_the_line_that_names_them_leaves() {
    let (found, _) =
        sums("order_level = [\"shipping\"]", "[cleaning]\ncancellations = \"drop\"\n").await.unwrap();
    assert_eq!(found[0], 18.0, "the shipping of order 2 is on its other line now");
    let (found, _) =
        sums("order_level = [\"shipping\"]", "[cleaning]\nkeep = [\"order_id <> '2'\"]\n").await.unwrap();
    assert_eq!(found[0], 14.0, "an order that leaves takes its shipping along");
}

#[tokio::test]
async fn only_amounts_of_orders_can_be_marked() {
    for (told, what) in [
        ("order_level = [\"quantity\"]", "shop.toml:5:1: `quantity` is no amount of an order"),
        ("order_level = [\"tax\"]", "`tax` is said to be the order's, and nothing feeds it"),
        ("order_level = [\"shiping\"]", "unknown variant `shiping`"),
    ] {
        let error = sums(told, "").await.unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
    }
    let further = "[sources.customers]\npath = \"lines.csv\"\norder_level = [\"age\"]\n";
    let error = sums("", further).await.unwrap_err();
    assert!(error.to_string().contains("customers has no orders"), "{error}");
}
