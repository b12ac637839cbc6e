//! What the simulated shop sells, to whom, where and when: fixed tables, in English and Korean.

use crate::Language;

/// One name in both languages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    en: &'static str,
    ko: &'static str,
}

impl Name {
    pub(crate) fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Ko => self.ko,
        }
    }
}

const fn name(en: &'static str, ko: &'static str) -> Name {
    Name { en, ko }
}

/// A product category: prices log-normal around a median, sales by month.
pub(crate) struct Category {
    pub(crate) name: Name,
    /// Share of purchases over all customers and months, relative.
    pub(crate) share: f64,
    /// Median price in won.
    pub(crate) median_price: f64,
    /// Standard deviation of the logarithm of prices.
    pub(crate) price_spread: f64,
    /// Sales by month from January, relative.
    pub(crate) season: [f64; 12],
    pub(crate) nouns: [Name; 10],
}

/// Place of the category that a gateway effect is planted on.
pub(crate) const GATEWAY: usize = 2;

pub(crate) const CATEGORIES: [Category; 8] = [
    Category {
        name: name("Skincare", "스킨케어"),
        share: 1.6,
        median_price: 19_000.0,
        price_spread: 0.65,
        season: [1.2, 1.1, 1.1, 1.0, 1.0, 0.9, 0.8, 0.8, 1.0, 1.1, 1.2, 1.2],
        nouns: [
            name("Toner", "토너"),
            name("Serum", "세럼"),
            name("Cream", "크림"),
            name("Cleanser", "클렌저"),
            name("Ampoule", "앰플"),
            name("Sheet Mask", "마스크팩"),
            name("Eye Cream", "아이크림"),
            name("Lotion", "로션"),
            name("Body Wash", "바디워시"),
            name("Hand Cream", "핸드크림"),
        ],
    },
    Category {
        name: name("Sun & Summer", "선케어·여름"),
        share: 0.9,
        median_price: 15_000.0,
        price_spread: 0.6,
        season: [0.3, 0.3, 0.6, 1.0, 1.6, 2.2, 2.4, 1.8, 0.8, 0.4, 0.3, 0.3],
        nouns: [
            name("Sunscreen", "선크림"),
            name("Sun Stick", "선스틱"),
            name("Cooling Mist", "쿨링미스트"),
            name("Straw Hat", "밀짚모자"),
            name("Beach Towel", "비치타월"),
            name("Hand Fan", "손선풍기"),
            name("Aloe Gel", "알로에젤"),
            name("Sunglasses", "선글라스"),
            name("Parasol", "양산"),
            name("Cool Scarf", "쿨스카프"),
        ],
    },
    Category {
        name: name("Coffee & Tea", "커피·차"),
        share: 1.4,
        median_price: 13_500.0,
        price_spread: 0.55,
        season: [1.2, 1.1, 1.0, 1.0, 0.9, 0.8, 0.8, 0.8, 1.0, 1.1, 1.2, 1.3],
        nouns: [
            name("Coffee Beans", "원두커피"),
            name("Drip Bags", "드립백"),
            name("Green Tea", "녹차"),
            name("Black Tea", "홍차"),
            name("Herbal Tea", "허브티"),
            name("Yuja Tea", "유자차"),
            name("Cold Brew", "콜드브루"),
            name("Barley Tea", "보리차"),
            name("Latte Mix", "라떼믹스"),
            name("Cocoa", "코코아"),
        ],
    },
    Category {
        name: name("Snacks", "간식"),
        share: 1.3,
        median_price: 7_500.0,
        price_spread: 0.6,
        season: [1.1, 1.2, 1.1, 1.0, 1.0, 0.9, 0.9, 0.9, 1.0, 1.0, 1.1, 1.3],
        nouns: [
            name("Cookies", "쿠키"),
            name("Rice Crackers", "쌀과자"),
            name("Chocolate", "초콜릿"),
            name("Nuts", "견과"),
            name("Dried Mango", "건망고"),
            name("Seaweed Snack", "김스낵"),
            name("Jelly", "젤리"),
            name("Granola", "그래놀라"),
            name("Protein Bar", "프로틴바"),
            name("Yakgwa", "약과"),
        ],
    },
    Category {
        name: name("Kitchen", "주방"),
        share: 0.8,
        median_price: 24_000.0,
        price_spread: 0.8,
        season: [0.9, 0.9, 1.1, 1.1, 1.1, 0.9, 0.9, 0.9, 1.1, 1.0, 1.1, 1.0],
        nouns: [
            name("Frying Pan", "프라이팬"),
            name("Rice Bowl", "밥그릇"),
            name("Tumbler", "텀블러"),
            name("Chef's Knife", "식도"),
            name("Cutting Board", "도마"),
            name("Food Box", "밀폐용기"),
            name("Kettle", "주전자"),
            name("Chopsticks", "젓가락"),
            name("Apron", "앞치마"),
            name("Mug", "머그컵"),
        ],
    },
    Category {
        name: name("Bedding", "침구"),
        share: 0.5,
        median_price: 49_000.0,
        price_spread: 0.7,
        season: [1.0, 0.9, 1.1, 1.2, 0.9, 0.9, 0.8, 0.8, 1.1, 1.4, 1.4, 1.1],
        nouns: [
            name("Duvet", "이불"),
            name("Pillow", "베개"),
            name("Mattress Pad", "매트리스패드"),
            name("Blanket", "담요"),
            name("Pillowcase", "베갯잇"),
            name("Cushion", "쿠션"),
            name("Topper", "토퍼"),
            name("Sheet", "침대시트"),
            name("Throw", "러그담요"),
            name("Curtain", "커튼"),
        ],
    },
    Category {
        name: name("Camping", "캠핑"),
        share: 0.6,
        median_price: 38_000.0,
        price_spread: 0.9,
        season: [0.5, 0.6, 0.9, 1.3, 1.5, 1.2, 1.1, 1.1, 1.3, 1.4, 0.8, 0.5],
        nouns: [
            name("Tent", "텐트"),
            name("Lantern", "랜턴"),
            name("Camp Chair", "캠핑의자"),
            name("Cooler", "아이스박스"),
            name("Sleeping Bag", "침낭"),
            name("Stove", "버너"),
            name("Folding Table", "접이식테이블"),
            name("Tarp", "타프"),
            name("Cookset", "코펠"),
            name("Backpack", "배낭"),
        ],
    },
    Category {
        name: name("Gift Sets", "선물세트"),
        share: 0.7,
        median_price: 42_000.0,
        price_spread: 0.5,
        season: [1.5, 1.3, 0.6, 0.6, 1.4, 0.5, 0.5, 0.8, 2.0, 0.6, 0.7, 1.8],
        nouns: [
            name("Red Ginseng Set", "홍삼세트"),
            name("Fruit Box", "과일상자"),
            name("Honey Set", "꿀세트"),
            name("Tea Gift Box", "차선물세트"),
            name("Soap Set", "비누세트"),
            name("Oil Set", "참기름세트"),
            name("Candle Set", "캔들세트"),
            name("Hanwoo Set", "한우세트"),
            name("Towel Set", "타월세트"),
            name("Dessert Box", "디저트박스"),
        ],
    },
];

/// Products of a category are each adjective with each of its nouns.
pub(crate) const ADJECTIVES: [Name; 12] = [
    name("Daily", "데일리"),
    name("Soft", "소프트"),
    name("Classic", "클래식"),
    name("Fresh", "프레시"),
    name("Deep", "딥"),
    name("Light", "라이트"),
    name("Warm", "웜"),
    name("Pure", "퓨어"),
    name("Mini", "미니"),
    name("Premium", "프리미엄"),
    name("Natural", "내추럴"),
    name("Signature", "시그니처"),
];

/// Where customers come from, and how these customers differ.
pub(crate) struct Channel {
    /// Code as in the customers table.
    pub(crate) code: &'static str,
    /// Share of customers, relative.
    pub(crate) share: f64,
    /// Factor on purchase rates.
    pub(crate) rate: f64,
    /// Factor on lifetimes.
    pub(crate) lifetime: f64,
    /// Factor on spend per order.
    pub(crate) spend: f64,
    /// Share of customers who wait for coupons.
    pub(crate) coupon_driven: f64,
}

pub(crate) const CHANNELS: [Channel; 6] = [
    Channel {
        code: "organic_search",
        share: 0.28,
        rate: 1.1,
        lifetime: 1.2,
        spend: 1.05,
        coupon_driven: 0.10,
    },
    Channel { code: "paid_search", share: 0.22, rate: 0.95, lifetime: 0.8, spend: 1.0, coupon_driven: 0.18 },
    Channel { code: "social", share: 0.20, rate: 0.85, lifetime: 0.6, spend: 0.85, coupon_driven: 0.30 },
    Channel { code: "email", share: 0.10, rate: 1.25, lifetime: 1.3, spend: 1.05, coupon_driven: 0.25 },
    Channel { code: "referral", share: 0.08, rate: 1.3, lifetime: 1.7, spend: 1.2, coupon_driven: 0.06 },
    Channel { code: "affiliate", share: 0.12, rate: 0.75, lifetime: 0.5, spend: 0.9, coupon_driven: 0.45 },
];

/// A yearly event with a coupon.
pub(crate) struct Event {
    pub(crate) name: Name,
    /// First part of the coupon code; the year's two digits follow.
    pub(crate) code: &'static str,
    pub(crate) month: i8,
    pub(crate) day: i8,
    pub(crate) length_days: u32,
    /// Discount in per cent of the line.
    pub(crate) percent: i32,
    /// Index into [`CATEGORIES`] where the coupon is for one category only.
    pub(crate) category: Option<usize>,
}

pub(crate) const EVENTS: [Event; 7] = [
    Event {
        name: name("New Year gifts", "설 선물전"),
        code: "NEWYEAR",
        month: 1,
        day: 15,
        length_days: 7,
        percent: 10,
        category: None,
    },
    Event {
        name: name("Spring sale", "봄맞이 세일"),
        code: "SPRING",
        month: 3,
        day: 20,
        length_days: 6,
        percent: 15,
        category: None,
    },
    Event {
        name: name("Family month", "가정의 달"),
        code: "FAMILY",
        month: 5,
        day: 3,
        length_days: 6,
        percent: 12,
        category: Some(7),
    },
    Event {
        name: name("Summer clearance", "여름 클리어런스"),
        code: "SUMMER",
        month: 7,
        day: 14,
        length_days: 8,
        percent: 20,
        category: Some(1),
    },
    Event {
        name: name("Chuseok gifts", "추석 선물전"),
        code: "CHUSEOK",
        month: 9,
        day: 8,
        length_days: 8,
        percent: 10,
        category: None,
    },
    Event {
        name: name("Black Friday", "블랙프라이데이"),
        code: "BLACK",
        month: 11,
        day: 22,
        length_days: 7,
        percent: 25,
        category: None,
    },
    Event {
        name: name("Year-end thanks", "연말 감사전"),
        code: "THANKS",
        month: 12,
        day: 20,
        length_days: 8,
        percent: 12,
        category: None,
    },
];

/// The standing coupon on a first order.
pub(crate) const WELCOME: Name = name("Welcome coupon", "첫 구매 쿠폰");
pub(crate) const WELCOME_CODE: &str = "WELCOME10";
pub(crate) const WELCOME_PERCENT: i32 = 10;

/// Sales platforms and their share of customers who mostly use them.
pub(crate) const PLATFORMS: [(&str, f64); 3] = [("own_site", 0.45), ("app", 0.35), ("marketplace", 0.20)];

/// Countries and their share of customers.
pub(crate) const COUNTRIES: [(&str, f64); 5] =
    [("KR", 0.90), ("US", 0.035), ("JP", 0.03), ("TW", 0.02), ("SG", 0.015)];

/// Regions of the home country and their share of its customers.
pub(crate) const REGIONS: [(Name, f64); 9] = [
    (name("Seoul", "서울"), 0.24),
    (name("Gyeonggi", "경기"), 0.30),
    (name("Incheon", "인천"), 0.07),
    (name("Busan", "부산"), 0.09),
    (name("Daegu", "대구"), 0.07),
    (name("Daejeon", "대전"), 0.05),
    (name("Gwangju", "광주"), 0.05),
    (name("Gangwon", "강원"), 0.05),
    (name("Jeju", "제주"), 0.08),
];

/// Amounts that no number format explains.
pub(crate) const BROKEN_AMOUNTS: [&str; 4] = ["#REF!", "12.3.4", "무료", "price?"];
/// Moments that no calendar knows.
pub(crate) const BROKEN_DATES: [&str; 4] =
    ["2024-02-30 10:00:00", "2024-13-01 09:30:00", "0000-00-00 00:00:00", "yesterday"];
