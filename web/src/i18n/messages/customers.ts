export const customers = {
  "customers.search": { en: "Search by customer number", ko: "고객 번호로 검색" },
  "customers.list": { en: "Customers", ko: "고객 목록" },
  "customers.range": { en: "{from} to {to} of {total}", ko: "{total}명 중 {from}~{to}번째" },
  "customers.value": { en: "Value, next {horizon}", ko: "앞으로 {horizon} 가치" },
  "customers.purchases": { en: "Purchases, next {horizon}", ko: "앞으로 {horizon} 예상 구매" },
  "customers.outlookNote": {
    en: "Value, purchases and the probability of still being a customer are expected by the models of the page Value; a purchase is a day on which somebody bought.",
    ko: "가치, 예상 구매, 남아 있을 확률은 ‘고객 가치’ 페이지의 모델로 예측한 값이에요. 구매는 산 날을 한 번으로 세요.",
  },
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
  "customer.future": { en: "What to expect", ko: "앞으로의 예상" },
  "customer.futureValue": {
    en: "Still a customer with a probability of {alive}. In the next {horizon}: {purchases} purchases ({low} to {high} with 90% probability), worth {value}.",
    ko: "아직 남아 있을 확률은 {alive}예요. 앞으로 {horizon} 동안 {purchases}번(90% 확률로 {low}~{high}번) 사고, {value}의 가치가 기대돼요.",
  },
  "customer.futureSentence": {
    en: "Still a customer with a probability of {alive}. In the next {horizon}: {purchases} purchases ({low} to {high} with 90% probability).",
    ko: "아직 남아 있을 확률은 {alive}예요. 앞으로 {horizon} 동안 {purchases}번(90% 확률로 {low}~{high}번) 살 것으로 보여요.",
  },
  "customer.futureNote": {
    en: "A purchase is a day on which somebody bought. The band holds nine of ten futures of a customer like this one, if the model is right. On the right: how the model would give this customer up, should nothing more be bought.",
    ko: "구매는 산 날을 한 번으로 세요. 띠는 모델이 맞다면 이런 고객의 앞날 열 가운데 아홉이 드는 범위예요. 오른쪽은 더 사지 않을 때 남아 있을 확률이 어떻게 줄어드는지 보여줘요.",
  },
  "customer.futureWaiting": {
    en: "Fitting the model on all customers …",
    ko: "전체 고객으로 모델을 계산하고 있어요.",
  },
  "customer.expectedRange": {
    en: "Expected purchases, with 90% range",
    ko: "예상 구매 횟수와 90% 범위",
  },
  "customer.aliveIfSilent": {
    en: "Still a customer, if nothing is bought",
    ko: "더 사지 않을 때 남아 있을 확률",
  },
  "customer.by": { en: "By {date}", ko: "{date}까지" },
  "customer.silentUntil": { en: "Nothing bought until {date}", ko: "{date}까지 사지 않으면" },
  "customer.range": { en: "90% range", ko: "90% 범위" },
  "customer.hasBought": { en: "Has bought by then", ko: "그때까지 살 확률" },
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
