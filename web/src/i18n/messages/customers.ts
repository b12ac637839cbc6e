export const customers = {
  "customers.search": { en: "Search by customer number", ko: "고객 번호로 검색" },
  "customers.list": { en: "Customers", ko: "고객 목록" },
  "customers.range": { en: "{from} to {to} of {total}", ko: "{total}명 중 {from}~{to}번째" },
  "customers.open": { en: "Open customer {id}", ko: "고객 {id} 열기" },
  "customers.all": { en: "{n} {n#customer|customers}.", ko: "고객은 모두 {n}명이에요." },
  "customers.sentence": {
    en: "{n} {n#customer|customers}; the best, {id}, has spent {value}.",
    ko: "고객 {n}명 중 {id} 고객이 {value:으로/로} 가장 많이 구매했어요.",
  },
  "customers.found": {
    en: "{n} {n#customer matches|customers match} “{text}”.",
    ko: "‘{text}’ 검색 결과는 {n}명이에요.",
  },
  "customers.noneTitle": { en: "Nobody found", ko: "찾는 고객이 없어요" },
  "customers.none": {
    en: "Check the number, or take a filter off.",
    ko: "번호를 확인하거나 필터를 해제해 보세요.",
  },
  "customer.back": { en: "All customers", ko: "전체 고객" },
  "customer.sentence": {
    en: "Customer {id} has spent {revenue} in {orders} {orders#order|orders}, the last one {days} {days#day|days} ago.",
    ko: "{id} 고객은 {orders}번 주문해 {revenue:을/를} 썼고, 마지막 주문은 {days}일 전이에요.",
  },
  "customer.since": { en: "since {date}", ko: "{date}부터" },
  "customer.lines": {
    en: "{lines} {lines#line|lines}, {units} units",
    ko: "상품 {lines}건, 수량 {units}개",
  },
  "customer.gap": { en: "usual gap: {days} days", ko: "평소 간격 {days}일" },
  "customer.noGap": { en: "one purchase so far", ko: "구매 1회" },
  "customer.history": { en: "History", ko: "구매 이력" },
  "customer.historySentence": {
    en: "First order {first}, last order {last}.",
    ko: "첫 주문은 {first}, 마지막 주문은 {last}이에요.",
  },
  "customer.order": { en: "Order", ko: "주문 번호" },
  "customer.running": { en: "Total so far", ko: "누적 매출" },
  "customer.perOrder": { en: "Each order", ko: "주문별 매출" },
  "customer.scores": { en: "Compared with all customers", ko: "전체 고객과 비교" },
  "customer.scoreText": {
    en: "RFM score {score}, class {class}.",
    ko: "RFM 점수 {score}점, {class} 등급이에요.",
  },
  "customer.percentile.recency_days": {
    en: "longer ago than for {share} of customers",
    ko: "고객의 {share}보다 오래됐어요",
  },
  "customer.percentile.frequency": {
    en: "more often than {share} of customers",
    ko: "고객의 {share}보다 자주 샀어요",
  },
  "customer.percentile.monetary": {
    en: "more than {share} of customers",
    ko: "고객의 {share}보다 많이 썼어요",
  },
  "customer.reading": { en: "What this says", ko: "이렇게 읽어요" },
  "customer.products": { en: "Products", ko: "구매 상품" },
  "customer.productsSentence": {
    en: "{n} {n#product|products} by revenue.",
    ko: "매출이 큰 상품 {n}개예요.",
  },
} as const;
