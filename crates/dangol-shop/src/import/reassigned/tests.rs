use std::collections::BTreeMap;
use std::fs;

use super::*;
use crate::Config;
use crate::import::{SourceReport, import};

/// Lines of one order and key: file and customer, in the order of the rows.
fn gone(lines: &[(u16, u8)]) -> Vec<i64> {
    let mut records: Vec<[u8; LINE]> = lines
        .iter()
        .zip(1_i64..)
        .map(|((file, customer), line)| {
            let mut record = [0; LINE];
            record[16..18].copy_from_slice(&file.to_be_bytes());
            record[18..26].copy_from_slice(&line.to_be_bytes());
            record[33] = *customer;
            record
        })
        .collect();
    records.sort_unstable();
    let mut found = HashSet::new();
    superseded(&records, &mut found);
    let mut found: Vec<i64> = found.into_iter().map(|(_, line)| line).collect();
    found.sort_unstable();
    found
}

#[test]
fn a_line_goes_only_if_its_customer_has_it_no_more() {
    assert_eq!(gone(&[(0, b'a'), (1, b'b')]), [1]);
    // Two customers bought the same; both files say so, or the later one has a third.
    assert_eq!(gone(&[(0, b'a'), (0, b'b'), (1, b'a'), (1, b'b')]), [0; 0]);
    assert_eq!(gone(&[(0, b'a'), (1, b'a'), (1, b'c')]), [0; 0]);
    assert_eq!(gone(&[(0, b'a'), (0, b'b'), (1, b'a'), (1, b'c')]), [2]);
    // Which of the two became c, nobody can tell.
    assert_eq!(gone(&[(0, b'a'), (0, b'b'), (1, b'c')]), [0; 0]);
    // From a to b to c, with a file between that repeats b.
    assert_eq!(gone(&[(0, b'a'), (1, b'b'), (2, b'b'), (3, b'c')]), [1, 2, 3]);
    // And back: the last file's stands.
    assert_eq!(gone(&[(0, b'a'), (1, b'b'), (2, b'a')]), [1, 2]);
    // Equal lines of one file are two purchases.
    assert_eq!(gone(&[(0, b'a'), (0, b'a'), (1, b'b'), (1, b'b')]), [1, 2]);
}

/// What the import of files says; buckets by number of threads.
fn imported(files: &[&str]) -> (SourceReport, BTreeMap<String, u64>) {
    let folder = tempfile::tempdir().unwrap();
    for (number, rows) in files.iter().enumerate() {
        let text = format!("order,customer,day,product,quantity,price\n{rows}");
        fs::write(folder.path().join(format!("{number}.csv")), text).unwrap();
    }
    // So large that there are several buckets.
    let line = |n: u32| format!("X{n},m{},2024-03-05,p,1,5\n", n % 977);
    let many: String = (0..60_000).map(line).collect();
    fs::write(folder.path().join("many.csv"), format!("order,customer,day,product,quantity,price\n{many}"))
        .unwrap();
    let text = "[shop]\nname = \"T\"\n[engine]\nthreads = 4\n[sources.order_lines]\npath = \"*.csv\"\n\
        [sources.order_lines.columns]\norder_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"day\"\n\
        product_id = \"product\"\nquantity = \"quantity\"\nunit_price = \"price\"\n";
    let config = Config::parse(folder.path(), text.to_owned(), &[]).unwrap();
    let outcome = import(&config, &|_| {}).unwrap();
    let source = outcome.manifest().report.sources[0].clone();
    let fates: BTreeMap<String, u64> =
        source.fates.iter().map(|fate| (format!("{:?}", fate.fate), fate.rows)).collect();
    assert_eq!(fates.values().sum::<u64>(), source.rows_read);
    let left = fs::read_dir(folder.path().join("store")).map_or(0, |entries| {
        entries.flatten().filter(|entry| entry.file_name().to_string_lossy().contains("records")).count()
    });
    assert_eq!(left, 0);
    (source, fates)
}

#[test]
fn a_corrected_customer_takes_the_line_along() {
    let (source, fates) = imported(&[
        "O1,anna,2024-01-05,p1,1,5\nO1,anna,2024-01-05,p2,1,7\nO2,,2024-01-06,p1,1,5\nO3,carl,2024-01-06,p1,1,5\n",
        "O1,bert,2024-01-05,p1,1,5\nO1,bert,2024-01-05,p2,1,7\nO2,dora,2024-01-06,p1,1,6\nO3,carl,2024-01-06,p1,1,5\n",
    ]);
    // The price of O2 is another, too; a guest has become a customer.
    assert_eq!((fates["Kept"], fates["Replaced"], fates["AlreadyPresent"]), (60_004, 3, 1));
    let found = source.other_customers.unwrap();
    assert_eq!((found.lines, found.orders, found.replaced, found.elsewhere), (3, 2, true, 0));
    assert_eq!((found.examples.len(), found.examples[0].line), (3, 2));
    assert!(found.examples[0].value.contains("anna"), "{:?}", found.examples);
    assert_eq!(source.flags.iter().filter(|flag| flag.flag == "missing_customer").count(), 0);
}

#[test]
fn numbers_that_several_customers_have_stay_apart() {
    // Numbers begin anew: another day, another product.
    let (source, fates) = imported(&[
        "1,anna,2024-01-05,p1,1,5\n2,bert,2024-01-05,p1,1,5\n",
        "1,carl,2024-02-05,p1,1,5\n2,dora,2024-01-05,p2,1,5\n",
    ]);
    assert_eq!(fates["Kept"], 60_004);
    let found = source.other_customers.unwrap();
    assert_eq!((found.lines, found.orders, found.replaced, found.elsewhere), (0, 0, false, 2));

    // An order of two customers in one file, and files that overlap.
    let shared = "7,anna,2024-01-05,p1,1,5\n7,bert,2024-01-05,p1,1,5\n";
    let (source, fates) = imported(&[shared, shared]);
    assert_eq!((fates["Kept"], fates["AlreadyPresent"]), (60_002, 2));
    assert!(source.other_customers.is_none());

    // Where most numbers are shared, one line alike is no correction; it is told of.
    let (source, fates) = imported(&[
        "7,anna,2024-01-05,p1,1,5\n7,bert,2024-01-05,p2,1,5\n8,anna,2024-01-05,p1,1,5\n",
        "8,carl,2024-01-05,p1,1,5\n",
    ]);
    assert_eq!(fates["Kept"], 60_004);
    let found = source.other_customers.unwrap();
    assert_eq!((found.lines, found.replaced, found.examples.len()), (1, false, 1));
}
