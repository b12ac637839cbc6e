//! Which features there are: names, meanings, and what of a shop's tables each needs. The page
//! `docs/reference/features.md` is written from this list.

use std::collections::HashSet;

use arrow::datatypes::DataType;

use crate::order_lines::Canonical;
use crate::shop::Shop;
use crate::tables::{PERSONAL, TABLES};

/// What kind of values a feature has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FeatureKind {
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// A text.
    Text,
    /// A day of the calendar.
    Date,
}

/// The tables a feature comes from; those of one part are computed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Counts, sums and days of the order lines.
    Purchases,
    /// What was bought and where: the order lines' texts.
    Baskets,
    /// The table `customers`, and `promotions`.
    Customers,
    /// The table `reviews`.
    Reviews,
    /// The table `support_contacts`.
    SupportContacts,
    /// The table `sessions`.
    Sessions,
}

/// What a built-in feature needs of a shop.
#[derive(Debug, Clone, Copy)]
enum Needs {
    /// Purchases.
    Nothing,
    /// It is known when orders were placed.
    Dates,
    /// Orders carry a clock time.
    Clock,
    /// Prices or amounts are known.
    Amounts,
    /// A header feeds this column of the order lines.
    Line(Canonical),
    /// Returns stay in the store.
    Returns,
    /// A column of a further table.
    Table(&'static str, &'static str),
    /// Sign-up days, and days of promotions.
    JoinedAndPromotions,
}

/// A built-in feature.
#[derive(Debug)]
pub struct FeatureSpec {
    /// Its name, also in SQL.
    pub name: &'static str,
    /// What it is computed with.
    pub part: Part,
    /// The kind of its values.
    pub kind: FeatureKind,
    /// What people call it, in English and in Korean.
    pub title: (&'static str, &'static str),
    /// How it is computed, in English and in Korean.
    pub meaning: (&'static str, &'static str),
    needs: Needs,
}

/// A feature that a shop has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFeature {
    /// Its name, also in SQL.
    pub name: String,
    /// What it is computed with.
    pub part: Part,
    /// The kind of its values.
    pub kind: FeatureKind,
    /// What people call it, in English and in Korean.
    pub title: (String, String),
    /// How it is computed, in English and in Korean.
    pub meaning: (String, String),
    /// Whether it is an attribute that only this shop has.
    pub own: bool,
}

const fn feature(
    name: &'static str,
    part: Part,
    kind: FeatureKind,
    needs: Needs,
    title: (&'static str, &'static str),
    meaning: (&'static str, &'static str),
) -> FeatureSpec {
    FeatureSpec { name, part, kind, title, meaning, needs }
}

use FeatureKind::{Date, Flag, Number, Text};
use Needs::{Amounts, Clock, Dates, JoinedAndPromotions, Line, Nothing, Returns, Table};
use Part::{Baskets, Customers, Purchases, Reviews, Sessions, SupportContacts};

/// Every built-in feature, in the order in which they are listed.
pub static FEATURES: &[FeatureSpec] = &[
    feature(
        "recency_days",
        Purchases,
        Number,
        Dates,
        ("Days since last purchase", "마지막 구매 후 경과일"),
        (
            "Whole days from the last purchase to the as-of moment, as in RFM.",
            "마지막 구매부터 기준 시점까지 지난 날수예요. RFM의 최근성과 같아요.",
        ),
    ),
    feature(
        "orders",
        Purchases,
        Number,
        Nothing,
        ("Orders", "주문 수"),
        ("Orders with a purchased line.", "구매한 상품이 있는 주문 수예요."),
    ),
    feature(
        "purchase_days",
        Purchases,
        Number,
        Dates,
        ("Days with a purchase", "구매일 수"),
        ("Calendar days with a purchase.", "한 번이라도 구매한 날의 수예요."),
    ),
    feature(
        "order_lines",
        Purchases,
        Number,
        Nothing,
        ("Order lines", "주문 상품 수"),
        ("Purchased order lines.", "구매한 주문 상품(주문 행)의 수예요."),
    ),
    feature(
        "units",
        Purchases,
        Number,
        Nothing,
        ("Units", "구매 수량"),
        (
            "Sum of the quantities of purchased lines; a line without a quantity is one.",
            "구매한 상품의 수량 합계예요. 수량이 없는 행은 1개로 세요.",
        ),
    ),
    feature(
        "revenue",
        Purchases,
        Number,
        Amounts,
        ("Revenue", "구매 금액"),
        ("Net revenue of all lines, returned ones subtracted.", "반품과 취소를 뺀 순매출 합계예요."),
    ),
    feature(
        "mean_order_value",
        Purchases,
        Number,
        Amounts,
        ("Mean order value", "객단가"),
        ("Revenue ÷ orders.", "구매 금액 ÷ 주문 수예요."),
    ),
    feature(
        "mean_day_value",
        Purchases,
        Number,
        Amounts,
        ("Revenue per day with a purchase", "구매일당 금액"),
        ("Revenue ÷ days with a purchase.", "구매 금액 ÷ 구매일 수예요."),
    ),
    feature(
        "tenure_days",
        Purchases,
        Number,
        Dates,
        ("Days since first purchase", "첫 구매 후 경과일"),
        (
            "Calendar days from the first purchase to the as-of day.",
            "첫 구매일부터 기준일까지 지난 날수예요.",
        ),
    ),
    feature(
        "mean_gap_days",
        Purchases,
        Number,
        Dates,
        ("Mean days between purchases", "평균 구매 간격"),
        (
            "(Last − first day with a purchase) ÷ (days with a purchase − 1); not known of who bought on one day only.",
            "(마지막 구매일 − 첫 구매일) ÷ (구매일 수 − 1)이에요. 하루만 구매한 고객은 값이 없어요.",
        ),
    ),
    feature(
        "first_order_on",
        Purchases,
        Date,
        Dates,
        ("First purchase", "첫 구매일"),
        ("Day of the first purchase.", "처음 구매한 날이에요."),
    ),
    feature(
        "last_order_on",
        Purchases,
        Date,
        Dates,
        ("Last purchase", "마지막 구매일"),
        ("Day of the last purchase.", "마지막으로 구매한 날이에요."),
    ),
    feature(
        "products",
        Baskets,
        Number,
        Line(Canonical::ProductId),
        ("Different products", "구매 상품 종류"),
        ("Different products bought.", "구매한 서로 다른 상품의 수예요."),
    ),
    feature(
        "categories",
        Baskets,
        Number,
        Line(Canonical::Category),
        ("Different categories", "구매 카테고리 수"),
        ("Different categories bought from.", "구매한 서로 다른 카테고리의 수예요."),
    ),
    feature(
        "discount_share",
        Purchases,
        Number,
        Line(Canonical::Discount),
        ("Share of discount", "할인 비중"),
        (
            "Discounts ÷ (net revenue + discounts) of purchased lines.",
            "구매한 상품의 할인액 ÷ (순매출 + 할인액)이에요.",
        ),
    ),
    feature(
        "coupon_orders",
        Purchases,
        Number,
        Line(Canonical::CouponCode),
        ("Orders with a coupon", "쿠폰 사용 주문 수"),
        (
            "Orders with a used coupon: its status is `used`, or there is a code and no status.",
            "쿠폰을 쓴 주문 수예요. 쿠폰 상태가 ‘사용’이거나, 상태 없이 쿠폰 코드가 있는 주문을 세요.",
        ),
    ),
    feature(
        "coupon_share",
        Purchases,
        Number,
        Line(Canonical::CouponCode),
        ("Share of orders with a coupon", "쿠폰 주문 비율"),
        ("Orders with a used coupon ÷ orders.", "쿠폰 사용 주문 수 ÷ 주문 수예요."),
    ),
    feature(
        "returned_share",
        Purchases,
        Number,
        Returns,
        ("Share of returned lines", "반품 비율"),
        (
            "Returned lines ÷ lines bought, at most 1. Returned: the status `returned` (with a day of return, from that day on) or a negative quantity.",
            "반품한 주문 상품 ÷ 구매한 주문 상품이고, 1을 넘지 않아요. 상태가 ‘반품’이거나(반품일이 있으면 그날부터) 수량이 음수면 반품으로 세요.",
        ),
    ),
    feature(
        "weekend_share",
        Purchases,
        Number,
        Dates,
        ("Share of weekend orders", "주말 주문 비율"),
        ("Orders on Saturdays and Sundays ÷ orders.", "토·일요일 주문 ÷ 주문 수예요."),
    ),
    feature(
        "evening_share",
        Purchases,
        Number,
        Clock,
        ("Share of evening orders", "저녁 주문 비율"),
        (
            "Orders from 18:00 to midnight by the shop's clock ÷ orders.",
            "쇼핑몰 현지 시각으로 오후 6시부터 자정까지의 주문 ÷ 주문 수예요.",
        ),
    ),
    feature(
        "first_category",
        Baskets,
        Text,
        Line(Canonical::Category),
        ("First category", "첫 구매 카테고리"),
        (
            "Category of the first purchased line; of lines of one moment that which the store has first.",
            "처음 구매한 상품의 카테고리예요.",
        ),
    ),
    feature(
        "first_product",
        Baskets,
        Text,
        Line(Canonical::ProductId),
        ("First product", "첫 구매 상품"),
        ("Product id of the first purchased line.", "처음 구매한 상품의 상품 코드예요."),
    ),
    feature(
        "top_category",
        Baskets,
        Text,
        Line(Canonical::Category),
        ("Favourite category", "주 구매 카테고리"),
        (
            "Category of most purchased lines; of equal ones that bought first.",
            "주문 상품이 가장 많은 카테고리예요. 같으면 먼저 구매한 쪽이에요.",
        ),
    ),
    feature(
        "sales_platform",
        Baskets,
        Text,
        Line(Canonical::SalesPlatform),
        ("Sales platform", "주 판매 채널"),
        (
            "Sales platform of most orders; of equal ones the first.",
            "주문이 가장 많은 판매 플랫폼이에요. 같으면 먼저 주문한 쪽이에요.",
        ),
    ),
    feature(
        "country",
        Baskets,
        Text,
        Line(Canonical::Country),
        ("Country", "국가"),
        (
            "Country of most orders; of equal ones the first.",
            "주문이 가장 많은 국가예요. 같으면 먼저 주문한 쪽이에요.",
        ),
    ),
    feature(
        "age",
        Customers,
        Number,
        Table("customers", "birth_date"),
        ("Age", "나이"),
        (
            "Full years at the as-of day, from the day of birth; else the age as the file has it. Above 120 it is not known.",
            "기준일의 만 나이예요. 생년월일이 없으면 파일에 적힌 나이를 써요. 120세를 넘으면 모르는 것으로 봐요.",
        ),
    ),
    feature(
        "age_band",
        Customers,
        Text,
        Table("customers", "birth_date"),
        ("Age band", "연령대"),
        (
            "10s, 20s, 30s, 40s, 50+; none under ten.",
            "10대, 20대, 30대, 40대, 50대 이상이에요. 10세 미만은 값이 없어요.",
        ),
    ),
    feature(
        "gender",
        Customers,
        Text,
        Table("customers", "gender"),
        ("Gender", "성별"),
        (
            "`female`, `male`, or as the file has it.",
            "`female`(여성), `male`(남성)이고, 그 밖에는 파일에 적힌 그대로예요.",
        ),
    ),
    feature(
        "region",
        Customers,
        Text,
        Table("customers", "region"),
        ("Region", "지역"),
        ("As the file has it.", "파일에 적힌 그대로예요."),
    ),
    feature(
        "channel",
        Customers,
        Text,
        Table("customers", "acquisition_channel"),
        ("Acquisition channel", "유입 채널"),
        ("The channel by which the customer came.", "고객이 처음 유입된 채널이에요."),
    ),
    feature(
        "membership",
        Customers,
        Text,
        Table("customers", "membership"),
        ("Membership", "회원 등급"),
        (
            "As the file has it; not known before the day on which it was seen.",
            "파일에 적힌 그대로예요. 확인한 날짜가 있으면 그 전에는 모르는 것으로 봐요.",
        ),
    ),
    feature(
        "joined_on",
        Customers,
        Date,
        Table("customers", "joined_at"),
        ("Joined", "가입일"),
        (
            "Day of the sign-up, if it is not after the as-of moment.",
            "가입한 날이에요. 기준 시점 뒤라면 값이 없어요.",
        ),
    ),
    feature(
        "days_to_first_order",
        Customers,
        Number,
        Table("customers", "joined_at"),
        ("Days from sign-up to first purchase", "가입 후 첫 구매까지 걸린 날"),
        (
            "First purchase − sign-up, in days; below zero where the purchase came first.",
            "첫 구매일 − 가입일이에요. 가입보다 구매가 먼저면 음수예요.",
        ),
    ),
    feature(
        "joined_in_promotion",
        Customers,
        Flag,
        JoinedAndPromotions,
        ("Joined during a promotion", "이벤트 기간 가입"),
        ("Whether the day of the sign-up lies within a promotion.", "가입일이 이벤트 기간 안에 있는지예요."),
    ),
    feature(
        "email_consent",
        Customers,
        Flag,
        Table("customers", "email_consent"),
        ("E-mail consent", "이메일 수신 동의"),
        ("As the file has it.", "파일에 적힌 그대로예요."),
    ),
    feature(
        "sms_consent",
        Customers,
        Flag,
        Table("customers", "sms_consent"),
        ("SMS consent", "문자 수신 동의"),
        ("As the file has it.", "파일에 적힌 그대로예요."),
    ),
    feature(
        "reviews",
        Reviews,
        Number,
        Table("reviews", "written_at"),
        ("Reviews", "리뷰 수"),
        (
            "Reviews written up to the as-of moment; those without a date are not counted.",
            "기준 시점까지 쓴 리뷰 수예요. 날짜가 없는 리뷰는 세지 않아요.",
        ),
    ),
    feature(
        "mean_rating",
        Reviews,
        Number,
        Table("reviews", "written_at"),
        ("Mean rating", "평균 평점"),
        ("Mean rating of these reviews.", "이 리뷰들의 평균 평점이에요."),
    ),
    feature(
        "support_contacts",
        SupportContacts,
        Number,
        Table("support_contacts", "contacted_at"),
        ("Support contacts", "상담 수"),
        ("Support contacts up to the as-of moment.", "기준 시점까지의 상담 건수예요."),
    ),
    feature(
        "mean_satisfaction",
        SupportContacts,
        Number,
        Table("support_contacts", "satisfaction"),
        ("Mean satisfaction", "평균 상담 만족도"),
        ("Mean satisfaction of these contacts.", "이 상담들의 평균 만족도예요."),
    ),
    feature(
        "sessions",
        Sessions,
        Number,
        Table("sessions", "customer_id"),
        ("Visits", "방문 수"),
        ("Sessions up to the as-of moment.", "기준 시점까지의 방문(세션) 수예요."),
    ),
    feature(
        "sessions_30d",
        Sessions,
        Number,
        Table("sessions", "customer_id"),
        ("Visits in 30 days", "최근 30일 방문 수"),
        ("Sessions in the 30 days before the as-of moment.", "기준 시점 전 30일 동안의 방문(세션) 수예요."),
    ),
];

impl FeatureSpec {
    fn owned(&self) -> KnownFeature {
        let own = |(en, ko): (&str, &str)| (en.to_owned(), ko.to_owned());
        KnownFeature {
            name: self.name.to_owned(),
            part: self.part,
            kind: self.kind,
            title: own(self.title),
            meaning: own(self.meaning),
            own: false,
        }
    }
}

/// A further attribute of the table `customers` and the feature that comes of it.
#[derive(Debug, Clone)]
pub(super) struct Attribute {
    pub(super) column: String,
    pub(super) feature: KnownFeature,
}

impl Shop {
    /// The features that this shop's tables can give, in the order in which they are listed.
    #[must_use]
    pub fn known_features(&self) -> Vec<KnownFeature> {
        let mut known: Vec<KnownFeature> =
            FEATURES.iter().filter(|spec| self.can_give(spec)).map(FeatureSpec::owned).collect();
        let after = known.iter().rposition(|feature| feature.part == Customers);
        let at = after.map_or_else(
            || known.iter().take_while(|feature| matches!(feature.part, Purchases | Baskets)).count(),
            |at| at + 1,
        );
        known.splice(at..at, self.attributes().into_iter().map(|attribute| attribute.feature));
        known
    }

    fn can_give(&self, spec: &FeatureSpec) -> bool {
        let totals = &self.manifest.totals;
        match spec.needs {
            Nothing => true,
            Dates => totals.has_dates,
            Clock => totals.has_clock,
            Amounts => totals.has_amounts,
            Line(column) => self.feeds(column),
            Returns => {
                let kept = self.config.cleaning.cancellations == crate::config::Cancellations::Keep;
                kept && (totals.not_purchases > 0 || self.feeds(Canonical::ReturnedAt))
            }
            // An age as the file has it will do where nobody knows the day of birth.
            Table(table, "birth_date") => self.has(table, "birth_date") || self.has(table, "age"),
            Table(table, column) => self.has(table, column),
            JoinedAndPromotions => self.has("customers", "joined_at") && self.has("promotions", "starts_at"),
        }
    }

    /// Whether a header feeds a column of the order lines, by `shop.toml`.
    pub(super) fn feeds(&self, column: Canonical) -> bool {
        self.config.sources.order_lines.as_ref().is_some_and(|source| source.feeds(&column))
    }

    /// Whether the snapshot has a further table, and a header feeds a column of it.
    pub(crate) fn has(&self, table: &str, column: &str) -> bool {
        self.table(table).is_some()
            && self
                .config
                .sources
                .further()
                .any(|(spec, source)| spec.name == table && source.feeds(&column.to_owned()))
    }

    /// The customers' attributes that only this shop has. Dates become ages in months; an attribute with the name of
    /// a feature stands behind `customer_`.
    pub(super) fn attributes(&self) -> Vec<Attribute> {
        let Some(customers) = self.table("customers") else { return Vec::new() };
        let mut names = HashSet::new();
        let schema = datafusion::catalog::TableProvider::schema(&customers);
        let canonical =
            |name: &str| TABLES.iter().any(|table| table.name == "customers" && table.column(name).is_some());
        schema
            .fields()
            .iter()
            .filter(|field| !canonical(field.name()) && !PERSONAL.contains(&field.name().as_str()))
            .filter_map(|field| {
                let column = field.name().clone();
                let (kind, name, meaning) = match field.data_type() {
                    DataType::Boolean => (Flag, column.clone(), AS_IT_IS),
                    DataType::Date32 | DataType::Timestamp(..) => {
                        (Number, format!("{column}_age_months"), IN_MONTHS)
                    }
                    DataType::Utf8 => (Text, column.clone(), AS_IT_IS),
                    kind if kind.is_numeric() => (Number, column.clone(), AS_IT_IS),
                    _ => return None,
                };
                let taken = name == "customer_id"
                    || name == "customer_key"
                    || FEATURES.iter().any(|spec| spec.name == name);
                let name = if taken { format!("customer_{name}") } else { name };
                let (en, ko) = self.config.label_of(&column);
                let title = if meaning == IN_MONTHS {
                    (format!("Months since {}", uncapitalised(&en)), format!("{ko}부터 지난 개월 수"))
                } else {
                    (en, ko)
                };
                let feature = KnownFeature {
                    title,
                    meaning: (meaning.0.to_owned(), meaning.1.to_owned()),
                    name,
                    part: Customers,
                    kind,
                    own: true,
                };
                Some(Attribute { column, feature })
            })
            // `child_age_months` may be an attribute beside a date `child`: the first one has the name.
            .filter(|attribute| names.insert(attribute.feature.name.clone()))
            .collect()
    }
}

/// `Child born on` within a sentence; what begins with two capitals is a name of its own.
fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), second) if second.is_none_or(|second| !second.is_uppercase()) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

const AS_IT_IS: (&str, &str) = (
    "An attribute of the shop's own, as the file has it.",
    "쇼핑몰이 따로 가진 고객 속성으로, 파일에 적힌 그대로예요.",
);
const IN_MONTHS: (&str, &str) = (
    "An attribute of the shop's own: full months from this date to the as-of day; a later date is not known yet.",
    "쇼핑몰이 따로 가진 고객 속성이에요. 이 날짜부터 기준일까지 지난 달수(만)이고, 기준일 뒤의 날짜는 모르는 것으로 봐요.",
);
