//! Names that shops give to the columns of their exports.

use crate::order_lines::Canonical;

/// Names for each column, as [`normalise`] leaves them. The first that fits exactly decides, so a
/// name stands in one list only.
#[rustfmt::skip]
pub(super) const SYNONYMS: [(Canonical, &[&str]); 20] = [
    (Canonical::OrderId, &[
        "orderid", "orderno", "ordernum", "ordernumber", "ordercode", "orderref",
        "orderreference", "invoice", "invoiceno", "invoiceid", "invoicenum", "invoicenumber",
        "transactionid", "transactionno", "transactionnumber", "transaction", "transid", "txnid",
        "txid", "receipt", "receiptid", "receiptno", "receiptnumber", "basketid", "purchaseid",
        "saleid", "salesid", "salesorder", "billno", "ticketno", "documentno", "checkoutid",
        "cartid", "ordername", "order",
        "주문번호", "주문id", "주문코드", "주문no", "주문서번호", "거래번호", "거래id",
        "결제번호", "영수증번호", "구매번호", "오더번호", "주문관리번호", "주문고유번호",
    ]),
    (Canonical::CustomerId, &[
        "customerid", "customerno", "customernum", "customernumber", "customercode",
        "customerkey", "customerref", "customer", "custid", "custno", "cust", "custkey",
        "custcode", "clientid", "clientno", "client", "userid", "userno", "user", "usercode",
        "userkey", "useruid", "uid", "memberid", "memberno", "membernumber", "member",
        "membercode", "buyerid", "buyer", "buyerno", "buyercode", "accountid", "accountno",
        "account", "accountnumber", "shopperid", "shopper", "householdid", "householdkey",
        "household", "visitorid", "consumerid", "personid", "patronid", "loyaltyid",
        "loyaltycard", "loyaltynumber", "cardid", "panelistid", "panid", "subscriberid",
        "contactid", "customeremail", "buyeremail", "emailaddress", "email", "billingemail",
        "customeruserid", "customeruniqueid",
        "회원번호", "회원id", "회원아이디", "회원코드", "회원no", "회원", "고객번호", "고객id",
        "고객아이디", "고객코드", "고객no", "고객", "고객키", "주문자id", "주문자아이디",
        "주문자회원번호", "구매자id", "구매자아이디", "구매자번호", "구매자", "사용자id",
        "사용자아이디", "유저id", "아이디", "주문자이메일", "이메일", "구매고객id",
        "구매고객번호", "멤버id",
    ]),
    (Canonical::OrderedAt, &[
        "orderedat", "orderedon", "orderdate", "ordertime", "orderdatetime", "ordertimestamp",
        "ordercreatedat", "orderplacedat", "orderpurchasetimestamp", "invoicedate", "invoicetime",
        "transactiondate", "transactiontime", "transactiondatetime", "transactiontimestamp",
        "transdate", "txndate", "purchasedate", "purchasetime", "purchasedat", "purchasedon",
        "saledate", "salesdate", "saletime", "soldat", "soldon", "datesold", "dateofpurchase",
        "dateoforder", "dateordered", "createdat", "createdon", "createddate", "datecreated",
        "paidat", "paidon", "paiddate", "datepaid", "paymentdate", "paymenttime", "receiptdate",
        "billdate", "processedat", "checkoutdate", "date", "datetime", "timestamp", "time", "day",
        "eventtime",
        "주문일시", "주문일자", "주문일", "주문날짜", "주문시간", "주문시각", "주문등록일",
        "주문등록일시", "주문생성일", "결제일시", "결제일자", "결제일", "결제시간", "결제완료일",
        "구매일시", "구매일자", "구매일", "구매날짜", "거래일시", "거래일자", "거래일",
        "판매일시", "판매일자", "판매일", "매출일자", "매출일", "일시", "일자", "날짜",
        "입금확인일", "결제일시입금확인일",
    ]),
    (Canonical::ProductId, &[
        "productid", "productno", "productnumber", "productcode", "productsku", "productkey",
        "product", "sku", "skuid", "skucode", "itemid", "itemno", "itemnumber", "itemcode",
        "itemsku", "item", "stockcode", "stockid", "articleid", "articleno", "article",
        "articlenumber", "materialno", "material", "variantid", "variantsku", "lineitemsku",
        "barcode", "ean", "upc", "gtin", "isbn", "asin", "goodsno", "goodsid", "goodscode",
        "upccode", "plu",
        "상품코드", "상품번호", "상품id", "상품no", "상품아이디", "제품코드", "제품번호",
        "제품id", "품목코드", "품번", "자체상품코드", "상품품목코드", "품목번호", "물품코드",
        "바코드", "판매자상품코드", "옵션코드", "상품고유번호",
    ]),
    (Canonical::ProductName, &[
        "productname", "producttitle", "productdescription", "productdesc", "description", "desc",
        "itemname", "itemtitle", "itemdescription", "itemdesc", "lineitemname", "articlename",
        "articledescription", "goodsname", "title", "name", "stockdescription", "materialname",
        "skuname",
        "상품명", "제품명", "품명", "품목명", "물품명", "상품이름", "주문상품명", "상품명한국어",
        "상품", "제품", "품목", "상품명옵션포함",
    ]),
    (Canonical::Category, &[
        "category", "categoryname", "productcategory", "productcategoryname", "itemcategory",
        "categoryid", "categorycode", "producttype", "productgroup", "productline", "department",
        "departmentname", "group", "itemgroup", "productclass", "family", "productfamily",
        "section", "subcategory",
        "카테고리", "카테고리명", "상품카테고리", "분류", "상품분류", "상품군", "대분류",
        "중분류", "제품군", "제품분류", "품목군", "카테고리대", "상품구분", "상품유형",
    ]),
    (Canonical::Quantity, &[
        "quantity", "qty", "quantityordered", "orderquantity", "orderqty", "itemquantity",
        "itemqty", "productquantity", "lineitemquantity", "lineitemqty", "quantitysold",
        "qtysold", "unitssold", "soldquantity", "units", "count", "pieces", "pcs", "numitems",
        "numofitem", "numofitems", "numberofitems", "numberofunits", "numberofcds", "itemcount",
        "itemsold", "volume", "quantityrefunded", "qtyordered",
        "수량", "주문수량", "구매수량", "판매수량", "상품수량", "결제수량", "개수", "주문개수",
        "구매개수", "판매량", "수량개",
    ]),
    (Canonical::UnitPrice, &[
        "unitprice", "price", "priceperunit", "priceeach", "itemprice", "itemunitprice",
        "productprice", "saleprice", "salesprice", "sellingprice", "sellprice", "avgprice",
        "averageprice", "avgsellingprice", "lineitemprice", "itemcost", "unitcost",
        "netunitprice", "regularprice", "listprice", "retailprice", "unitamount", "unitvalue",
        "rate", "pricevat",
        "판매가", "단가", "판매단가", "상품단가", "상품가격", "가격", "판매가격", "정가",
        "소비자가", "상품판매가", "개당가격", "상품가", "판매금액단가", "제품가격", "개당단가",
        "옵션포함판매가",
    ]),
    (Canonical::Amount, &[
        "amount", "totalamount", "netamount", "grossamount", "saleamount", "salesamount",
        "orderamount", "orderedamount", "orderamt", "amt", "totalamt", "lineamount", "linetotal",
        "lineitemtotal", "itemtotal", "total", "totalprice", "totalsales", "totalsale", "sales",
        "sale", "salesvalue", "revenue", "netrevenue", "totalrevenue", "itemrevenue", "itemsales",
        "productrevenue", "grossrevenue", "turnover", "spend", "spending", "spent", "amountspent",
        "moneyspent", "value", "ordervalue", "transactionvalue", "purchasevalue",
        "transactionamount", "purchaseamount", "paymentamount", "paymentvalue", "amountpaid",
        "paid", "paidamount", "dollarvalue", "dollars", "netsales", "grosssales", "subtotal",
        "extendedprice", "extprice", "ordertotal", "grandtotal", "monetary", "basketvalue",
        "invoiceamount", "invoicevalue",
        "결제금액", "주문금액", "매출", "매출액", "매출금액", "금액", "총금액", "판매금액",
        "구매금액", "실결제금액", "실결제액", "결제액", "상품구매금액", "총결제금액",
        "총주문금액", "상품금액", "상품결제금액", "거래금액", "구매액", "합계", "합계금액",
        "상품별결제금액", "총매출", "실매출", "상품별총주문금액", "최종상품별총주문금액",
        "총가격",
    ]),
    (Canonical::Discount, &[
        "discount", "discountamount", "discountamt", "discountvalue", "discounttotal",
        "totaldiscount", "itemdiscount", "linediscount", "lineitemdiscount", "rebate",
        "coupondiscount", "promotiondiscount", "markdown", "discountprice", "couponamount",
        "할인금액", "할인액", "할인", "쿠폰할인금액", "쿠폰할인", "상품할인금액", "총할인금액",
        "할인가", "쿠폰할인액", "상품별할인액", "판매자할인", "프로모션할인", "쿠폰금액",
    ]),
    (Canonical::CouponCode, &[
        "couponcode", "coupon", "coupons", "couponname", "couponid", "couponcodes",
        "discountcode", "promocode", "promotioncode", "promo", "promotion", "voucher",
        "vouchercode", "offercode", "couponsused",
        "쿠폰", "쿠폰명", "쿠폰코드", "쿠폰번호", "사용쿠폰", "사용쿠폰명", "쿠폰이름",
        "할인코드", "프로모션코드", "사용한쿠폰명", "주문서쿠폰명", "상품쿠폰명",
    ]),
    (Canonical::CouponStatus, &[
        "couponstatus", "couponused", "couponusage", "couponredeemed", "couponstate",
        "쿠폰상태", "쿠폰사용여부", "쿠폰사용",
    ]),
    (Canonical::Shipping, &[
        "shipping", "shippingfee", "shippingcost", "shippingamount", "shippingcharge",
        "shippingcharges", "shippingprice", "shippingtotal", "freight", "freightvalue",
        "freightcost", "delivery", "deliveryfee", "deliverycost", "deliverycharge",
        "deliverycharges", "postage", "postagecost", "ordershipping", "ordershippingamount",
        "배송비", "배송료", "택배비", "총배송비", "운송비", "배송금액", "기본배송비", "실배송비",
        "배송비합계",
    ]),
    (Canonical::Tax, &[
        "tax", "taxes", "taxamount", "totaltax", "vat", "vatamount", "gst", "gstamount",
        "salestax", "itemtax", "ordertax", "lineitemtax",
        "세금", "부가세", "부가가치세", "세액", "과세금액", "부가세액",
    ]),
    (Canonical::Status, &[
        "status", "orderstatus", "orderstate", "state", "itemstatus", "orderitemstatus",
        "financialstatus", "paymentstatus", "transactionstatus", "lineitemstatus",
        "fulfillmentstatus", "deliverystatus", "shippingstatus", "lineitemfulfillmentstatus",
        "주문상태", "상태", "처리상태", "진행상태", "주문처리상태", "배송상태", "결제상태",
        "주문진행상태", "주문상태명", "클레임상태",
    ]),
    (Canonical::CancelledAt, &[
        "cancelledat", "canceledat", "cancelledon", "cancelleddate", "canceleddate", "canceldate",
        "cancellationdate", "canceltime", "datecancelled", "datecanceled",
        "취소일", "취소일시", "취소일자", "취소날짜", "취소완료일", "취소접수일", "취소완료일시",
        "주문취소일",
    ]),
    (Canonical::ReturnedAt, &[
        "returnedat", "returnedon", "returndate", "returneddate", "refundedat", "refundedon",
        "refunddate", "datereturned", "daterefunded", "returntime",
        "반품일", "반품일시", "반품일자", "환불일", "환불일시", "환불일자", "반품완료일",
        "환불완료일", "반품접수일", "환불완료일시",
    ]),
    (Canonical::SalesPlatform, &[
        "salesplatform", "platform", "saleschannel", "marketplace", "market", "store",
        "storename", "storeid", "storecode", "shop", "shopname", "shopid", "channel", "source",
        "sourcename", "ordersource", "orderchannel", "salessource", "outlet", "website", "site",
        "판매처", "쇼핑몰", "쇼핑몰명", "판매채널", "판매사이트", "판매몰", "몰", "몰명", "마켓",
        "마켓명", "채널", "주문경로", "주문채널", "유입몰", "매출경로", "스토어", "스토어명",
        "매장", "매장명", "판매처명",
    ]),
    (Canonical::Country, &[
        "country", "countrycode", "countryname", "nation", "shippingcountry", "shipcountry",
        "billingcountry", "customercountry", "ordercountry", "destinationcountry",
        "deliverycountry",
        "국가", "나라", "국가명", "배송국가", "국가코드", "배송지국가", "수령국가",
    ]),
    (Canonical::LineId, &[
        "lineid", "lineno", "linenumber", "lineitemid", "orderlineid", "orderlineno",
        "orderlinenumber", "orderitemid", "orderitemno", "orderdetailid", "orderproductid",
        "transactionlineid", "rowid", "recordid", "itemlineid", "invoicelineid", "saleslineid",
        "주문상세번호", "주문상품번호", "품목별주문번호", "상품주문번호", "주문품목번호",
        "상세번호", "주문상세id", "주문라인번호", "상품별주문번호", "주문상품고유번호", "순번",
    ]),
];

/// A header without case, blanks, punctuation and what stands in brackets:
/// `Customer_ID`, `customerId` and `CUSTOMER ID (new)` are one.
pub(super) fn normalise(header: &str) -> String {
    let mut plain = String::new();
    let mut depth = 0_u32;
    for char in header.chars() {
        match char {
            '(' | '[' | '{' | '（' => depth += 1,
            ')' | ']' | '}' | '）' => depth = depth.saturating_sub(1),
            _ if depth == 0 && char.is_alphanumeric() => plain.extend(char.to_lowercase()),
            _ => {}
        }
    }
    if plain.is_empty() && depth == 0 {
        header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    } else {
        plain
    }
}

/// How a header's words read: `customerId` and `customer_id` have two.
pub(super) fn words(header: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    for char in header.chars() {
        let starts = !previous.is_alphanumeric()
            || char.is_uppercase() && previous.is_lowercase()
            || char.is_ascii_digit() != previous.is_ascii_digit();
        if char.is_alphanumeric() {
            if starts || words.is_empty() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(char.to_lowercase());
            }
        }
        previous = char;
    }
    words
}

/// The names of a column of `order_lines`.
pub(super) fn names_of(canonical: Canonical) -> &'static [&'static str] {
    SYNONYMS.iter().find(|(of, _)| *of == canonical).map_or(&[], |(_, names)| names)
}

/// How well a header names a column: 1 for a known name, less for a name that holds one.
pub(super) fn fit(header: &str, canonical: Canonical) -> f64 {
    let plain = normalise(header);
    let names = names_of(canonical);
    if let Some(place) = names.iter().position(|name| *name == plain) {
        // Earlier names are the plainer ones.
        return 1.0 - 0.05 * place as f64 / names.len() as f64;
    }
    if SYNONYMS.iter().any(|(_, names)| names.contains(&plain.as_str())) || not_about_orders(header) {
        return 0.0;
    }
    fit_part(header, names)
}

/// How well a header that is none of the names holds one of them.
pub(super) fn fit_part(header: &str, names: &[&str]) -> f64 {
    let plain = normalise(header);
    if plain.is_ascii() {
        return part_of(header, names);
    }
    let longest = names
        .iter()
        .filter(|name| name.chars().count() >= 2 && plain.contains(*name) && !name.is_ascii())
        .map(|name| name.chars().count())
        .max();
    longest.map_or(0.0, |length| {
        // What a Korean compound is stands at its end.
        let ends = names.iter().any(|n| n.chars().count() == length && plain.ends_with(n));
        0.45 + 0.3 * length as f64 / plain.chars().count() as f64 + if ends { 0.1 } else { 0.0 }
    })
}

/// Names that hold another column's name, but mean something else.
pub(super) fn not_about_orders(header: &str) -> bool {
    const WORDS: [&str; 19] = [
        "birth",
        "birthday",
        "birthdate",
        "signup",
        "register",
        "registered",
        "registration",
        "joined",
        "join",
        "age",
        "gender",
        "phone",
        "address",
        "zip",
        "city",
        "segment",
        "acquisition",
        "tenure",
        "shipped",
    ];
    const KOREAN: [&str; 18] = [
        "유입",
        "생년",
        "가입",
        "성별",
        "전화",
        "연락처",
        "주소",
        "우편",
        "생일",
        "등급",
        "배송완료",
        "발송",
        "수령",
        "메시지",
        "배송시작",
        "송장",
        "적립",
        "포인트",
    ];
    let words = words(header);
    // `Sign up` is one word, too.
    let pairs = words.windows(2).map(<[String]>::concat);
    words.iter().cloned().chain(pairs).any(|word| WORDS.contains(&word.as_str()))
        || KOREAN.iter().any(|word| header.contains(word))
}

/// A header whose words hold all of a known name: `sale_customer_id_new`.
fn part_of(header: &str, names: &[&str]) -> f64 {
    let words = words(header);
    let mut best: f64 = 0.0;
    for start in 0..words.len() {
        let mut joined = String::new();
        for (end, word) in words.iter().enumerate().skip(start) {
            joined.push_str(word);
            if joined.len() >= 3 && names.contains(&joined.as_str()) {
                let share = (end + 1 - start) as f64 / words.len() as f64;
                // What an English compound is stands at its end.
                let ends = if end + 1 == words.len() { 0.1 } else { 0.0 };
                best = best.max(0.45 + 0.3 * share + ends);
            }
        }
    }
    best
}
