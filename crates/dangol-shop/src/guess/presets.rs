//! Well-known exports, recognised by their headers.

use std::fmt;

use super::column::Column;
use super::synonyms::normalise;
use crate::order_lines::Canonical;

/// A well-known export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Online Retail and Online Retail II of the UCI Machine Learning Repository.
    OnlineRetail,
    /// Orders exported from Shopify.
    Shopify,
    /// Orders exported from `WooCommerce`.
    WooCommerce,
    /// Orders exported from Cafe24.
    Cafe24,
    /// The sales of the merchandise shop of 2019 ("marketing insights for e-commerce").
    GaMerch,
    /// Order items of a warehouse in the shape of thelook.
    Thelook,
    /// The transactions of the KPI exercise.
    KpiLab,
}

/// Headers (as `normalise` leaves them; any of each list) that feed a column. The columns of
/// `required` must all be there for the preset to be recognised.
struct Form {
    preset: Preset,
    required: &'static [&'static [&'static str]],
    columns: &'static [(Canonical, &'static [&'static str])],
}

const FORMS: [Form; 7] = [
    Form {
        preset: Preset::OnlineRetail,
        required: &[
            &["invoiceno", "invoice"],
            &["stockcode"],
            &["description"],
            &["quantity"],
            &["invoicedate"],
            &["unitprice", "price"],
            &["customerid"],
            &["country"],
        ],
        columns: &[
            (Canonical::OrderId, &["invoiceno", "invoice"]),
            (Canonical::CustomerId, &["customerid"]),
            (Canonical::OrderedAt, &["invoicedate"]),
            (Canonical::ProductId, &["stockcode"]),
            (Canonical::ProductName, &["description"]),
            (Canonical::Quantity, &["quantity"]),
            (Canonical::UnitPrice, &["unitprice", "price"]),
            (Canonical::Country, &["country"]),
        ],
    },
    Form {
        preset: Preset::Shopify,
        required: &[
            &["name"],
            &["email"],
            &["createdat"],
            &["lineitemquantity"],
            &["lineitemname"],
            &["lineitemprice"],
        ],
        columns: &[
            (Canonical::OrderId, &["name"]),
            (Canonical::CustomerId, &["customerid", "email"]),
            (Canonical::OrderedAt, &["createdat"]),
            (Canonical::ProductId, &["lineitemsku"]),
            (Canonical::ProductName, &["lineitemname"]),
            (Canonical::Quantity, &["lineitemquantity"]),
            (Canonical::UnitPrice, &["lineitemprice"]),
            (Canonical::Discount, &["lineitemdiscount"]),
            (Canonical::CouponCode, &["discountcode"]),
            (Canonical::Shipping, &["shipping"]),
            (Canonical::Tax, &["taxes"]),
            (Canonical::Status, &["financialstatus"]),
            (Canonical::CancelledAt, &["cancelledat"]),
            (Canonical::SalesPlatform, &["source"]),
            (Canonical::Country, &["shippingcountry", "billingcountry"]),
        ],
    },
    Form {
        preset: Preset::WooCommerce,
        required: &[
            &["ordernumber", "orderid"],
            &["orderdate"],
            &["orderstatus"],
            &["itemname", "productname"],
            &["itemcost", "itemprice", "orderlinesubtotal", "orderlinetotal"],
        ],
        columns: &[
            (Canonical::OrderId, &["ordernumber", "orderid"]),
            (
                Canonical::CustomerId,
                &[
                    "customeruserid",
                    "customerid",
                    "customeruser",
                    "email",
                    "billingemail",
                    "customeremail",
                    "billingemailaddress",
                ],
            ),
            (Canonical::OrderedAt, &["orderdate"]),
            (Canonical::ProductId, &["sku", "productid"]),
            (Canonical::ProductName, &["itemname", "productname"]),
            (Canonical::Category, &["category", "productcategories"]),
            (Canonical::Quantity, &["quantity", "itemquantity", "qty"]),
            (Canonical::UnitPrice, &["itemcost", "itemprice"]),
            (Canonical::Amount, &["orderlinetotal"]),
            (Canonical::Discount, &["itemdiscountamount"]),
            (Canonical::CouponCode, &["couponcode", "coupons"]),
            (Canonical::Shipping, &["ordershippingamount", "shippingtotal"]),
            (Canonical::Status, &["orderstatus"]),
            (Canonical::Country, &["countrycode", "country", "shippingcountry", "billingcountry"]),
        ],
    },
    Form {
        preset: Preset::Cafe24,
        required: &[
            &["주문번호"],
            &["품목별주문번호", "상품품목코드"],
            &["주문자id", "주문자아이디"],
            &["수량"],
        ],
        columns: &[
            (Canonical::LineId, &["품목별주문번호"]),
            (Canonical::OrderId, &["주문번호"]),
            (Canonical::CustomerId, &["주문자id", "주문자아이디"]),
            (Canonical::OrderedAt, &["주문일시", "주문일", "발주일", "결제일시", "결제일"]),
            (Canonical::ProductId, &["상품코드", "상품번호", "상품품목코드"]),
            (Canonical::ProductName, &["상품명", "주문상품명"]),
            (Canonical::Category, &["상품분류", "카테고리"]),
            (Canonical::Quantity, &["수량"]),
            (Canonical::UnitPrice, &["판매가", "옵션판매가"]),
            (Canonical::Amount, &["상품별결제금액", "상품구매금액"]),
            (Canonical::Discount, &["상품별추가할인금액", "상품별할인금액"]),
            (Canonical::CouponCode, &["쿠폰명", "사용한쿠폰명"]),
            (Canonical::Shipping, &["총배송비", "배송비"]),
            (Canonical::Status, &["주문상태"]),
            (Canonical::SalesPlatform, &["마켓", "주문경로", "쇼핑몰", "매출경로"]),
            (Canonical::Country, &["국가", "수령국가"]),
        ],
    },
    Form {
        preset: Preset::GaMerch,
        required: &[
            &["transactionid"],
            &["transactiondate"],
            &["productsku"],
            &["productdescription"],
            &["avgprice"],
            &["deliverycharges"],
            &["couponstatus"],
        ],
        columns: &[
            (Canonical::OrderId, &["transactionid"]),
            (Canonical::CustomerId, &["customerid"]),
            (Canonical::OrderedAt, &["transactiondate"]),
            (Canonical::ProductId, &["productsku"]),
            (Canonical::ProductName, &["productdescription"]),
            (Canonical::Category, &["productcategory"]),
            (Canonical::Quantity, &["quantity"]),
            (Canonical::UnitPrice, &["avgprice"]),
            (Canonical::CouponStatus, &["couponstatus"]),
            (Canonical::Shipping, &["deliverycharges"]),
        ],
    },
    Form {
        preset: Preset::Thelook,
        required: &[
            &["id"],
            &["orderid"],
            &["userid"],
            &["productid"],
            &["status"],
            &["createdat"],
            &["saleprice"],
        ],
        columns: &[
            (Canonical::LineId, &["id"]),
            (Canonical::OrderId, &["orderid"]),
            (Canonical::CustomerId, &["userid"]),
            (Canonical::OrderedAt, &["createdat"]),
            (Canonical::ProductId, &["productid"]),
            // Each row is one piece.
            (Canonical::Amount, &["saleprice"]),
            (Canonical::Status, &["status"]),
            (Canonical::ReturnedAt, &["returnedat"]),
        ],
    },
    Form {
        preset: Preset::KpiLab,
        required: &[
            &["customerid"],
            &["registrationdate"],
            &["acquisitionchannel"],
            &["customersegment"],
            &["transactiondate"],
            &["ordervalue"],
        ],
        columns: &[
            (Canonical::CustomerId, &["customerid"]),
            (Canonical::OrderedAt, &["transactiondate"]),
            (Canonical::Category, &["productcategory"]),
            (Canonical::Amount, &["ordervalue"]),
        ],
    },
];

impl Preset {
    /// The preset that these columns belong to.
    pub(super) fn recognise(columns: &[Column]) -> Option<Self> {
        let names: Vec<String> = columns.iter().map(|column| normalise(&column.header)).collect();
        let has = |any: &&[&str]| any.iter().any(|name| names.iter().any(|n| n == name));
        FORMS.iter().find(|form| form.required.iter().all(has)).map(|form| form.preset)
    }

    /// The headers that feed columns. Columns without a value are left out, unless they may be.
    pub(super) fn columns(self, columns: &[Column]) -> Vec<(Canonical, &str)> {
        let form = FORMS.iter().find(|form| form.preset == self);
        let mut found: Vec<(Canonical, &str)> = Vec::new();
        for (canonical, names) in form.map_or(&[][..], |form| form.columns) {
            let header = names
                .iter()
                .find_map(|name| columns.iter().find(|c| normalise(&c.header) == *name && c.filled > 0));
            if let Some(column) = header {
                found.push((*canonical, &column.header));
            }
        }
        found
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OnlineRetail => "Online Retail (UCI)",
            Self::Shopify => "a Shopify order export",
            Self::WooCommerce => "a WooCommerce order export",
            Self::Cafe24 => "a Cafe24 order export",
            Self::GaMerch => "the merchandise shop of 2019",
            Self::Thelook => "order items in the shape of thelook",
            Self::KpiLab => "the KPI exercise",
        })
    }
}
