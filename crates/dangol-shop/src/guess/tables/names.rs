//! Names that headers of the further tables go by, in English and Korean, as `normalise` leaves them; the plainest first.

use crate::guess::synonyms::names_of;
use crate::order_lines::Canonical;

/// Which of the names of `order_lines` a column also goes by, and names of its own.
pub(super) struct Names {
    pub(super) shared: Option<Canonical>,
    pub(super) own: &'static [&'static str],
}

impl Names {
    /// Where a name stands among all names, from 0 to 1; the plainest first.
    pub(super) fn place(&self, plain: &str) -> Option<f64> {
        let all = self.all();
        let at = all.iter().position(|name| *name == plain)?;
        Some(at as f64 / all.len() as f64)
    }

    pub(super) fn all(&self) -> Vec<&'static str> {
        let shared = self.shared.map_or(&[][..], names_of);
        self.own.iter().chain(shared).copied().collect()
    }
}

const fn own(own: &'static [&'static str]) -> Names {
    Names { shared: None, own }
}

const fn also(shared: Canonical, own: &'static [&'static str]) -> Names {
    Names { shared: Some(shared), own }
}

/// The names of a column of a table; none for a column that only a person can name.
#[rustfmt::skip]
pub(super) fn names(table: &str, column: &str) -> Names {
    match (table, column) {
        (_, "customer_id") => also(Canonical::CustomerId, &[]),
        (_, "product_id") => also(Canonical::ProductId, &[]),

        ("customers", "joined_at") => own(&[
            "joinedat", "joindate", "joined", "dateofjoining", "signupdate", "signupat", "signedupat", "signup",
            "registrationdate", "registeredat", "registeredon", "registered", "registerdate", "regdate", "createdat",
            "createdon", "createddate", "datecreated", "membersince", "customersince", "since", "firstseen",
            "enrolldate", "enrolledat", "accountcreated", "accountcreatedat",
            "가입일", "가입일자", "가입일시", "가입날짜", "회원가입일", "회원가입일시", "등록일", "등록일자", "등록일시",
            "최초가입일", "가입시각",
        ]),
        ("customers", "birth_date") => own(&[
            "birthdate", "birthday", "dateofbirth", "dob", "birth", "birthmonth", "born", "bornon",
            "생년월일", "생년월", "생일", "출생일", "출생월", "출생연월", "생년",
        ]),
        ("customers", "age") => own(&["age", "ageyears", "customerage", "나이", "연령", "만나이", "고객나이"]),
        ("customers", "gender") => own(&["gender", "sex", "성별", "고객성별"]),
        ("customers", "region") => own(&[
            "region", "location", "city", "state", "province", "area", "district", "county", "prefecture", "hometown",
            "지역", "거주지역", "거주지", "시도", "도시", "시군구", "주소지", "지역명", "배송지역",
        ]),
        ("customers", "acquisition_channel") => own(&[
            "acquisitionchannel", "acquisitionsource", "trafficsource", "signupsource", "signupchannel", "channel",
            "source", "utmsource", "referrer", "referralsource", "registrationchannel", "marketingchannel",
            "firstchannel", "joinchannel", "acquiredthrough",
            "유입경로", "유입채널", "유입매체", "가입경로", "가입채널", "가입매체", "획득채널", "채널", "최초유입경로",
        ]),
        ("customers", "membership") => own(&[
            "membership", "membershiplevel", "membershiptier", "membershipgrade", "tier", "grade", "level",
            "customersegment", "segment", "loyaltytier", "viplevel", "customertier", "customergrade", "membertype",
            "회원등급", "등급", "멤버십", "멤버십등급", "고객등급", "회원그룹", "회원구분", "고객구분", "등급명",
        ]),
        ("customers", "membership_seen_on") => own(&[
            "membershipseenon", "membershipdate", "tierdate", "tiersince", "등급변경일", "등급산정일", "등급부여일",
        ]),
        ("customers", "name") => own(&[
            "name", "customername", "fullname", "membername", "이름", "성명", "고객명", "회원명", "고객이름", "회원이름",
        ]),
        ("customers", "email") => own(&[
            "email", "emailaddress", "mail", "customeremail", "이메일", "메일", "이메일주소", "메일주소",
        ]),
        ("customers", "phone") => own(&[
            "phone", "phonenumber", "mobile", "mobilephone", "mobilenumber", "tel", "telephone", "cellphone",
            "전화번호", "휴대폰", "휴대폰번호", "휴대전화", "휴대전화번호", "연락처", "핸드폰", "전화",
        ]),
        ("customers", "email_consent") => own(&[
            "emailconsent", "emailoptin", "emailsubscribed", "acceptsmarketing", "acceptsemailmarketing",
            "marketingconsent", "newsletter", "emailsubscription",
            "이메일수신", "이메일수신동의", "이메일수신여부", "메일수신동의", "메일수신여부", "마케팅동의", "마케팅수신동의",
        ]),
        ("customers", "sms_consent") => own(&[
            "smsconsent", "smsoptin", "acceptssmsmarketing", "smssubscribed",
            "문자수신", "문자수신동의", "문자수신여부", "sms수신", "sms수신동의", "sms수신여부",
        ]),

        ("products", "name") => also(Canonical::ProductName, &["name"]),
        ("products" | "promotions", "category") => also(Canonical::Category, &["category"]),
        ("products", "subcategory") => own(&[
            "subcategory", "subcategoryname", "subcat", "department", "subclass", "collection",
            "하위카테고리", "중분류", "소분류", "세부카테고리", "서브카테고리",
        ]),
        ("products", "brand") => own(&[
            "brand", "brandname", "manufacturer", "maker", "vendor", "supplier", "브랜드", "브랜드명", "제조사", "공급사",
        ]),
        ("products", "list_price") => also(Canonical::UnitPrice, &["listprice", "retailprice", "price", "rrp", "msrp"]),
        ("products", "cost") => own(&[
            "cost", "unitcost", "costprice", "purchaseprice", "cogs", "buyingprice", "wholesaleprice", "costofgoods",
            "원가", "매입가", "공급가", "매입단가", "원가격", "매입원가",
        ]),
        ("products", "stock") => own(&[
            "stock", "stockquantity", "inventory", "inventoryquantity", "onhand", "instock", "stocklevel", "available",
            "quantity", "qty", "재고", "재고수량", "재고량", "현재고",
        ]),

        ("reviews", "review_id") => own(&[
            "reviewid", "reviewno", "reviewnumber", "reviewcode", "리뷰번호", "리뷰id", "후기번호", "후기id",
        ]),
        ("reviews", "rating") => own(&[
            "rating", "stars", "star", "starrating", "reviewscore", "ratingvalue", "score", "points", "reviewrating",
            "평점", "별점", "점수", "리뷰평점", "후기평점", "별점수",
        ]),
        ("reviews", "written_at") => own(&[
            "writtenat", "writtenon", "reviewdate", "reviewedat", "reviewedon", "reviewtime", "postedat", "submittedat",
            "createdat", "createdon", "date", "작성일", "작성일시", "작성일자", "작성날짜", "리뷰일자", "리뷰작성일", "후기작성일", "등록일",
        ]),
        ("reviews", "text") => own(&[
            "text", "reviewtext", "review", "comment", "comments", "body", "reviewbody", "content", "contents", "message",
            "내용", "리뷰내용", "후기내용", "리뷰", "후기", "본문", "상품평", "의견",
        ]),

        ("promotions", "promotion_id") => own(&[
            "promotionid", "promoid", "campaignid", "eventid", "offerid",
            "프로모션번호", "프로모션id", "이벤트번호", "이벤트id", "행사번호", "행사코드",
        ]),
        ("promotions", "coupon_code") => also(Canonical::CouponCode, &["couponcode", "code"]),
        ("promotions", "name") => own(&[
            "promotionname", "promotion", "promoname", "eventname", "event", "campaign", "campaignname", "offer",
            "offername", "name", "title",
            "이벤트명", "이벤트", "프로모션명", "프로모션", "행사명", "행사", "캠페인명", "쿠폰명", "기획전명", "이름",
        ]),
        ("promotions", "starts_at") => own(&[
            "startsat", "startson", "startdate", "start", "starttime", "startat", "validfrom", "from", "begins",
            "begindate", "begin", "activefrom",
            "시작일", "시작일자", "시작일시", "개시일", "이벤트시작일", "시작", "행사시작일", "적용시작일",
        ]),
        ("promotions", "ends_at") => own(&[
            "endsat", "endson", "enddate", "end", "endtime", "endat", "validto", "validuntil", "validthrough", "to",
            "until", "expires", "expirydate", "expiresat", "activeto",
            "종료일", "종료일자", "종료일시", "마감일", "이벤트종료일", "종료", "행사종료일", "만료일", "적용종료일",
        ]),
        ("promotions", "kind") => own(&[
            "kind", "discounttype", "promotiontype", "coupontype", "type", "discountkind", "offertype",
            "할인유형", "할인종류", "할인방식", "할인구분", "쿠폰유형", "유형", "구분", "종류",
        ]),
        ("promotions", "value") => own(&[
            "value", "discountvalue", "discountpct", "discountpercent", "discountpercentage", "discountrate", "discount",
            "discountamount", "percent", "percentage", "percentoff", "amountoff", "rate", "pctoff", "reduction",
            "할인값", "할인율", "할인액", "할인금액", "할인", "할인율또는금액", "혜택값",
        ]),

        ("marketing_spend", "period") => own(&[
            "period", "date", "day", "month", "spenddate", "reportdate", "yearmonth", "reportmonth", "campaigndate",
            "기간", "일자", "날짜", "월", "집행일", "집행월", "연월", "년월", "기준월", "기준일", "일", "집행일자", "보고일",
        ]),
        ("marketing_spend", "channel") => own(&[
            "channel", "marketingchannel", "adchannel", "platform", "adplatform", "source", "medium", "media", "network",
            "publisher", "채널", "매체", "광고채널", "마케팅채널", "광고매체", "채널명", "매체명", "광고플랫폼",
        ]),
        ("marketing_spend", "spend") => own(&[
            "spend", "marketingspend", "adspend", "advertisingspend", "totalspend", "cost", "adcost", "marketingcost",
            "budget", "expense", "expenditure", "amountspent", "spent", "amount",
            "비용", "광고비", "마케팅비", "마케팅비용", "광고비용", "집행금액", "집행비용", "집행액", "지출", "지출액", "소진액", "금액",
        ]),
        ("marketing_spend", "impressions") => own(&["impressions", "impression", "impr", "views", "노출", "노출수", "노출량"]),
        ("marketing_spend", "clicks") => own(&["clicks", "click", "linkclicks", "클릭", "클릭수"]),
        ("marketing_spend", "conversions") => own(&[
            "conversions", "conversion", "converted", "acquisitions", "signups", "purchases", "orders", "newcustomers",
            "전환", "전환수", "구매수", "가입수", "구매전환수",
        ]),

        ("support_contacts", "contacted_at") => own(&[
            "contactedat", "contactedon", "contactdate", "contacttime", "ticketdate", "ticketcreatedat", "inquirydate",
            "calldate", "casedate", "requestedat", "openedat", "caseopened", "opened", "createdat", "date",
            "문의일", "문의일시", "문의일자", "문의날짜", "상담날짜", "접수일", "접수일시", "접수일자", "상담일", "상담일시", "상담일자", "연락일",
        ]),
        ("support_contacts", "reason") => own(&[
            "reason", "contactreason", "issue", "issuetype", "tickettype", "inquirytype", "topic", "subject",
            "casetype", "requesttype", "category", "type",
            "문의유형", "문의사유", "사유", "상담유형", "문의종류", "상담사유", "문의내용", "유형", "문의구분",
        ]),
        ("support_contacts", "satisfaction") => own(&[
            "satisfaction", "satisfactionscore", "happiness", "happinessscore", "csat", "csatscore", "customersatisfaction", "satisfactionrating",
            "rating", "score", "만족도", "만족도점수", "만족점수", "상담만족도", "만족도평점",
        ]),
        ("support_contacts", "resolution_hours") => own(&[
            "resolutionhours", "resolutiontimehours", "resolutiontime", "timetoresolve", "hourstoresolve", "hourstoclose", "timetoclose", "handletime",
            "handlinghours", "timetoresolution", "처리시간", "해결시간", "소요시간", "처리소요시간", "해결소요시간",
        ]),
        ("support_contacts", "repeat_contact") => own(&[
            "repeatcontact", "repeat", "isrepeat", "repeated", "reopened", "recontact", "followup",
            "재문의", "재문의여부", "반복문의", "재상담", "재접수", "재접수여부",
        ]),

        ("contacts", "sent_at") => own(&[
            "sentat", "senton", "sentdate", "senddate", "senttime", "sendtime", "deliveredat", "messagesentat",
            "발송일", "발송일시", "발송일자", "발송시간", "전송일", "전송일시",
        ]),
        ("contacts", "campaign") => own(&[
            "campaign", "campaignname", "campaignid", "messagename", "mailing", "subject",
            "캠페인", "캠페인명", "캠페인id", "메시지명", "제목",
        ]),
        ("contacts", "channel") => own(&[
            "channel", "medium", "messagetype", "messagechannel", "채널", "발송채널", "발송수단", "매체", "발송매체",
        ]),
        ("contacts", "offer") => own(&["offer", "coupon", "couponcode", "incentive", "혜택", "오퍼", "쿠폰", "제공혜택"]),
        ("contacts", "holdout") => own(&[
            "holdout", "isholdout", "heldout", "control", "controlgroup", "iscontrol", "대조군", "대조군여부", "미발송군",
        ]),
        ("contacts", "opened_at") => own(&[
            "openedat", "openedon", "opentime", "opendate", "opened", "오픈일시", "열람일시", "오픈일", "열람일",
        ]),
        ("contacts", "clicked_at") => own(&["clickedat", "clickedon", "clicktime", "clickdate", "clicked", "클릭일시", "클릭일"]),
        ("contacts", "responded_at") => own(&[
            "respondedat", "respondedon", "responsetime", "responsedate", "responded", "convertedat",
            "반응일시", "응답일시", "반응일", "응답일", "전환일시",
        ]),
        ("contacts", "unsubscribed_at") => own(&[
            "unsubscribedat", "unsubscribedon", "unsubscribed", "optoutat", "optedoutat", "optoutdate",
            "수신거부일시", "수신거부일", "거부일시",
        ]),

        ("sessions", "session_id") => own(&[
            "sessionid", "session", "sessionkey", "visitid", "visitkey", "visit", "세션id", "세션번호", "세션", "방문id", "방문번호",
        ]),
        ("sessions", "started_at") => own(&[
            "startedat", "starttime", "sessionstart", "sessionstartedat", "visitstarttime", "visitedat", "timestamp",
            "eventtime", "eventtimestamp", "occurredat", "createdat", "datetime", "date", "time",
            "시작일시", "접속일시", "방문일시", "발생일시", "이벤트일시", "접속시간", "시작시각", "일시", "방문일",
        ]),
        ("sessions", "source") => own(&[
            "source", "trafficsource", "utmsource", "referrer", "channel", "sourcename",
            "유입경로", "유입소스", "소스", "유입채널", "유입출처",
        ]),
        ("sessions", "medium") => own(&["medium", "utmmedium", "trafficmedium", "sessionmedium", "유입매체", "매체"]),
        ("sessions", "page_views") => own(&[
            "pageviews", "pageviewcount", "pages", "pagecount", "hits", "views", "페이지뷰", "페이지뷰수", "조회수", "페이지수",
        ]),
        ("sessions", "reached") => own(&[
            "reached", "eventtype", "eventname", "event", "action", "pagetype", "stage", "funnelstage", "step", "page",
            "이벤트유형", "이벤트명", "이벤트", "행동", "행동유형", "단계", "도달단계", "페이지유형",
        ]),
        _ => own(&[]),
    }
}
