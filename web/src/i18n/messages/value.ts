export const value = {
  "value.sentence": {
    en: "{alive} of {n} customers ({share}) are probably still with you. In the next {horizon} they should bring {value}, and the best 20% bring {top} of it.",
    ko: "고객 {n}명 중 {alive}명({share})이 아직 떠나지 않은 것으로 보여요. 앞으로 {horizon} 동안 {value}의 가치가 기대되고, 그중 {top:은/는} 상위 20%에게서 나와요.",
  },
  "value.sentenceNoMoney": {
    en: "{alive} of {n} customers ({share}) are probably still with you. In the next {horizon} they should buy {purchases} times.",
    ko: "고객 {n}명 중 {alive}명({share})이 아직 떠나지 않은 것으로 보여요. 앞으로 {horizon} 동안 모두 {purchases}번 살 것으로 보여요.",
  },
  "value.noMoneyTitle": { en: "No value in money", ko: "금액으로 된 가치가 없어요" },
  "value.noAmounts": {
    en: "The order lines have no amounts, so the page shows expected purchases only. Map the column with the amount or the unit price in shop.toml and import again: value, its distribution and the best customers by money switch on.",
    ko: "주문에 금액이 없어서 예상 구매 횟수만 보여드려요. shop.toml에 금액이나 단가 열을 연결하고 다시 가져오면 가치와 분포, 금액 기준 상위 고객을 볼 수 있어요.",
  },
  "value.fewSpenders": {
    en: "Too few customers have spent anything on the purchase days that count, so the page shows expected purchases only. It takes ten customers with a positive amount; a longer period or fewer filters may bring them.",
    ko: "금액을 알 수 있는 고객이 너무 적어서 예상 구매 횟수만 보여드려요. 금액이 있는 고객이 10명은 필요해요. 기간을 늘리거나 필터를 줄여 보세요.",
  },

  "value.model": { en: "Model", ko: "모델" },
  "value.model.auto": { en: "Automatic", ko: "자동 선택" },
  "value.horizon": { en: "Looking ahead", ko: "예측 기간" },
  "value.months": { en: "{n} months", ko: "{n}개월" },
  "value.days": { en: "{n} days", ko: "{n}일" },
  "value.discount": { en: "Discount a year, %", ko: "연 할인율(%)" },
  "value.margin": { en: "Margin, %", ko: "마진율(%)" },
  "value.percentHint": { en: "from {min} to {max}", ko: "{min}~{max} 사이로 적어 주세요" },

  "value.figure.alive": { en: "Still customers", ko: "아직 남은 고객" },
  "value.figure.aliveDetail": {
    en: "of {n}; the rest have probably left for good",
    ko: "전체 {n}명 중. 나머지는 떠난 것으로 보여요",
  },
  "value.figure.purchases": { en: "Expected purchases, {horizon}", ko: "{horizon} 예상 구매 횟수" },
  "value.figure.purchasesDetail": { en: "{mean} per customer", ko: "고객당 {mean}회" },
  "value.figure.value": { en: "Value over {horizon}", ko: "{horizon} 고객 가치" },
  "value.figure.mean": { en: "Value per customer", ko: "고객당 가치" },
  "value.figure.meanDetail": { en: "mean; median {median}", ko: "평균. 중앙값은 {median}" },
  "value.interval": { en: "90% interval {low} to {high}", ko: "90% 구간 {low} ~ {high}" },
  "value.intervalMissing": {
    en: "no interval: the data leave it open",
    ko: "데이터가 부족해 구간을 낼 수 없어요",
  },
  "value.afterMargin": { en: "after margin and discount", ko: "마진과 할인을 반영한 금액" },

  "value.wordsTitle": { en: "How to read these numbers", ko: "숫자를 읽는 법" },
  "value.words.alive": {
    en: "Still a customer: nobody says goodbye to a shop. From each customer's own rhythm and the time since the last purchase, the model computes how likely it is that they will ever buy again. Added up, these probabilities give the number of customers who are still there.",
    ko: "아직 남은 고객: 떠난다고 말하고 떠나는 고객은 없어요. 그래서 고객마다의 구매 간격과 마지막 구매 뒤 지난 시간을 보고, 앞으로 다시 살 가능성이 남아 있는지를 확률로 계산해요. 이 확률을 모두 더하면 아직 남은 고객 수가 돼요.",
  },
  "value.words.purchases": {
    en: "A purchase is a day on which somebody bought: two orders on one day count once.",
    ko: "구매 횟수: 산 날을 세요. 같은 날 두 번 주문해도 한 번이에요.",
  },
  "value.words.interval": {
    en: "90% interval: how sure the model is of its own figure, given how much data there is. Of a hundred such intervals about ninety hold the true figure. It does not know of what you will change: prices, campaigns, competitors.",
    ko: "90% 구간: 지금 가진 데이터로 모델이 이 숫자를 얼마나 확신하는지를 나타내요. 이런 구간 100개 중 90개 정도에는 참값이 들어 있어요. 가격이나 캠페인, 경쟁 상황이 바뀌는 것까지 담지는 못해요.",
  },

  "value.alive": { en: "Still a customer", ko: "남아 있을 확률" },
  "value.expectedPurchases": { en: "Expected purchases", ko: "예상 구매 횟수" },
  "value.predicted": { en: "Value", ko: "예상 가치" },
  "value.perCustomer": { en: "Value per customer", ko: "고객당 예상 가치" },
  "value.historicalPerCustomer": { en: "Historical formula", ko: "과거 기준 가치" },
  "value.valueShare": { en: "Share of value", ko: "가치 비중" },
  "value.median": { en: "median", ko: "중앙값" },
  "value.mean": { en: "mean", ko: "평균" },

  "value.distribution": { en: "How value is spread", ko: "고객 가치 분포" },
  "value.distributionSentence": {
    en: "Half of the customers are worth less than {median}; the mean, {mean}, is made by a few.",
    ko: "고객 절반은 {median}보다 적게 가져올 것으로 보여요. 평균({mean})은 소수의 큰 고객 덕분에 훨씬 높아요.",
  },
  "value.distributionEven": {
    en: "Half of the customers are worth less than {median}; the mean is {mean}.",
    ko: "고객 절반은 {median}보다 적게 가져올 것으로 보여요(평균 {mean}).",
  },
  "value.distributionNote": {
    en: "Each bar holds the customers whose expected value lies between the two amounts below it. The steps widen to the right so that small values can be told apart.",
    ko: "막대 하나는 예상 가치가 아래 두 금액 사이에 있는 고객이에요. 작은 값을 구분할 수 있게 오른쪽으로 갈수록 구간이 넓어져요.",
  },
  "value.countLabel": { en: "Bars show", ko: "막대 값" },
  "value.count.customers": { en: "Customers", ko: "고객 수" },
  "value.count.value": { en: "Value", ko: "가치" },

  "value.pareto": { en: "How much hangs on how few", ko: "가치 집중도" },
  "value.paretoSentence": {
    en: "The best 20% should bring {share} of the value to come (Gini coefficient {gini}; 0: all alike, 1: all from one).",
    ko: "상위 20%가 앞으로의 가치 중 {share:을/를} 가져올 것으로 보여요(지니 계수 {gini}. 0이면 모두 같고 1이면 한 명에게 몰려요).",
  },
  "value.paretoNote": {
    en: "Customers in order of expected value, the best first. The dashed line is what equal customers would give.",
    ko: "예상 가치가 큰 고객부터 차례로 더했어요. 점선은 모든 고객이 같을 때예요.",
  },
  "value.pareto.axis": {
    en: "Share of customers, most valuable first",
    ko: "고객 비중(예상 가치 순)",
  },
  "value.pareto.label": { en: "Best 20%: {share} of value", ko: "상위 20% → 가치의 {share}" },

  "value.segments": { en: "Value by segment", ko: "세그먼트별 가치" },
  "value.channels": { en: "Value by acquisition channel", ko: "유입 채널별 가치" },
  "value.groups": { en: "Bars show", ko: "막대 값" },
  "value.groups.mean": { en: "Per customer", ko: "고객당" },
  "value.groups.sum": { en: "Total", ko: "합계" },
  "value.scheme": { en: "Grouping", ko: "분류 기준" },
  "value.groupSentence": {
    en: "Worth most: {best} ({value} per customer); least: {worst} ({least}).",
    ko: "고객당 가치는 {best:이/가} 가장 높고({value}), {worst:이/가} 가장 낮아요({least}).",
  },
  "value.times": { en: "{n} purchases", ko: "{n}회" },
  "value.groupSum": {
    en: "Most value in all: {best} ({value}).",
    ko: "{best:이/가} 가장 많이 가져와요(합계 {value}).",
  },
  "value.groupNote": {
    en: "Mean or sum of the expected values of the customers in each group. “Historical formula” is revenue × 365 / days known × assumed life × margin; where the two give another order, look at how likely the customers still are there.",
    ko: "묶음에 든 고객의 예상 가치를 평균하거나 더했어요. ‘과거 기준’은 매출 × 365 / 알고 지낸 날수 × 가정한 기간 × 마진이에요. 두 순서가 다르면 남아 있을 확률을 살펴보세요.",
  },
  "value.channelsNoneTitle": { en: "Acquisition channel unknown", ko: "유입 채널을 알 수 없어요" },
  "value.channelsNone": {
    en: "A customer file with a column acquisition_channel switches this on: add it to shop.toml as table customers and import again.",
    ko: "유입 채널(acquisition_channel) 열이 있는 고객 파일을 연결하면 볼 수 있어요. shop.toml에 customers 테이블로 더하고 다시 가져와 주세요.",
  },

  "value.surface": {
    en: "Who is still there, and who will buy",
    ko: "누가 남아 있고, 누가 살까요?",
  },
  "value.surfaceSentence": {
    en: "Silence weighs more the more often somebody used to buy: after {days} days, {low} for a customer with {many} repeat purchases, {high} with {few}.",
    ko: "자주 사던 고객일수록 뜸해졌을 때 떠났을 가능성이 커요. {days}일이 지나면 재구매 {many}회 고객은 {low}, {few}회 고객은 {high:으로/로} 봐요.",
  },
  "value.surfacePlain": {
    en: "Colour: what the model expects. Dots: your customers.",
    ko: "색은 모델의 예상, 점은 실제 고객이에요.",
  },
  "value.surface.alive": { en: "Probability of still being a customer", ko: "남아 있을 확률" },
  "value.surface.purchases": {
    en: "Expected purchases, {horizon}",
    ko: "{horizon} 예상 구매 횟수",
  },
  "value.surface.x": { en: "Days since the last purchase", ko: "마지막 구매 뒤 지난 날수" },
  "value.surface.y": { en: "Repeat purchases", ko: "재구매 횟수" },
  "value.surface.once": { en: "once", ko: "한 번" },
  "value.surface.place": {
    en: "{n} repeat purchases, last one {days} days ago",
    ko: "재구매 {n}회, 마지막 구매 {days}일 전",
  },
  "value.surface.people": {
    en: "Customers ({purchases} repeats, {days} days)",
    ko: "실제 고객({purchases}회, {days}일)",
  },
  "value.surface.nearby": { en: "Customers nearby", ko: "가까운 실제 고객" },
  "value.surface.hint": {
    en: "Dots are your customers, larger where there are more. Bottom row: who bought once. Empty corner: nobody can have bought so often in so short a time.",
    ko: "점은 실제 고객이고, 많을수록 커요. 맨 아래 줄은 한 번만 산 고객이에요. 비어 있는 모서리는 그 기간에 나올 수 없는 조합이에요.",
  },
  "value.surfaceNote": {
    en: "The colours are for customers whose first purchase was {age} days ago (three quarters of yours are no older). The bottom row is different: who bought once did so on the first day, so their days since the last purchase are also their age, and the model sees nothing but the silence since. Each dot gathers the customers, of any age, nearest to its place; the last column and the top row hold everybody beyond.",
    ko: "색은 첫 구매가 {age}일 전인 고객을 기준으로 계산했어요(고객 네 명 중 세 명은 이보다 짧아요). 맨 아래 줄은 달라요. 한 번만 산 고객은 첫 구매가 곧 마지막 구매라서, 모델은 그 뒤 아무 소식이 없었다는 것만 알아요. 점 하나는 첫 구매 시점과 상관없이 그 자리에서 가장 가까운 고객을 모은 거예요. 마지막 열과 맨 윗줄에는 그보다 큰 고객이 모두 들어 있어요.",
  },

  "value.everybody": { en: "Every customer’s value (CSV)", ko: "전체 고객의 가치 (CSV)" },
  "value.top": { en: "Most valuable customers", ko: "가치가 가장 큰 고객" },
  "value.topSentence": {
    en: "The {n} customers who should bring most in the next {horizon}.",
    ko: "앞으로 {horizon} 동안 가장 많이 가져올 고객 {n}명이에요.",
  },
  "value.topSentencePurchases": {
    en: "The {n} customers who should buy most often in the next {horizon}.",
    ko: "앞으로 {horizon} 동안 가장 자주 살 고객 {n}명이에요.",
  },
  "value.openCustomer": { en: "Open customer {name}", ko: "고객 {name} 보기" },
  "value.repeats": { en: "Repeats", ko: "재구매" },
  "value.lastPurchase": { en: "Days since last", ko: "마지막 구매 후 일수" },
  "value.spendPerPurchase": { en: "Spend per purchase", ko: "구매당 예상 금액" },
  "value.revenueSoFar": { en: "Revenue so far", ko: "지금까지 매출" },
  "value.purchases.low": { en: "Low (90%)", ko: "하한(90%)" },
  "value.purchases.high": { en: "High (90%)", ko: "상한(90%)" },
  "value.topInterval": {
    en: "Low and high: if the model is right, nine of ten such customers buy that often.",
    ko: "하한과 상한: 모델이 맞다면 이런 고객 열 명 중 아홉 명은 이 사이에서 사요.",
  },

  "value.outlook": { en: "Looking ahead, looking back", ko: "앞으로의 가치와 과거 기준 가치" },
  "value.outlookSentence": {
    en: "Over {horizon} the model expects {value}; the historical formula says {historical} over {years} years.",
    ko: "모델은 {horizon} 동안 {value}, 과거 기준 공식은 {years}년 동안 {historical} 정도로 예상해요.",
  },
  "value.outlookHint": {
    en: "They differ because the historical formula goes on with every customer at the pace so far for {years} years, as if nobody ever left. The model looks {horizon} ahead, counts who has probably gone, and discounts later money. Trust the model for budgets; the formula is only there to compare with older reports.",
    ko: "두 값이 다른 이유가 있어요. 과거 기준 공식은 아무도 떠나지 않고 모두가 지금까지처럼 {years}년을 더 산다고 봐요. 모델은 {horizon}만 내다보고, 이미 떠났을 고객을 빼고, 나중에 들어올 돈은 할인해요. 예산은 모델의 값으로 세우고, 공식은 예전 보고서와 비교할 때만 쓰세요.",
  },
  "value.outlook.revenue": { en: "Revenue so far", ko: "지금까지 매출" },
  "value.outlook.predicted": { en: "Next {horizon}, model", ko: "앞으로 {horizon}, 모델" },
  "value.outlook.historical": {
    en: "{years} years, historical formula",
    ko: "{years}년, 과거 기준",
  },
  "value.outlookWhat": { en: "View", ko: "구분" },
  "value.amount": { en: "Amount", ko: "금액" },
  "value.low": { en: "Low", ko: "하한" },
  "value.high": { en: "High", ko: "상한" },

  "value.why": { en: "Why this model", ko: "왜 이 모델인가요?" },
  "value.whyChosen": {
    en: "You chose this model. “Automatic” takes the one that foretells your shop best.",
    ko: "직접 고른 모델이에요. ‘자동 선택’을 고르면 이 쇼핑몰을 가장 잘 맞히는 모델을 써요.",
  },
  "value.about.bg_nbd": {
    en: "Everybody buys at random, at a rate of their own, and may leave after each repeat purchase. Who bought once counts as still there, whatever the silence: do not use it for win-back.",
    ko: "고객마다 자기 속도로 무작위로 사고, 재구매할 때마다 떠날 수 있다고 봐요. 한 번만 산 고객은 아무리 뜸해도 남아 있다고 보니 되찾기에는 쓰지 마세요.",
  },
  "value.about.mbg_nbd": {
    en: "Everybody buys at random, at a rate of their own, and may leave after each purchase, the first one too.",
    ko: "고객마다 자기 속도로 무작위로 사고, 첫 구매를 포함해 살 때마다 떠날 수 있다고 봐요.",
  },
  "value.about.pareto_nbd": {
    en: "Everybody buys at random, at a rate of their own, and may leave at any time.",
    ko: "고객마다 자기 속도로 무작위로 사고, 언제든 떠날 수 있다고 봐요.",
  },
  "value.about.bg_cnbd": {
    en: "As BG/NBD, but purchases come more regularly than at random.",
    ko: "BG/NBD와 같지만, 무작위보다 규칙적으로 산다고 봐요.",
  },
  "value.about.mbg_cnbd": {
    en: "Everybody buys at a rate of their own, more regularly than at random, and may leave after each purchase, the first one too.",
    ko: "고객마다 자기 속도로 무작위보다 규칙적으로 사고, 첫 구매를 포함해 살 때마다 떠날 수 있다고 봐요.",
  },
  "value.histories": {
    en: "{n} customers, {repeaters} of them with more than one purchase, {from} to {until}",
    ko: "{from} ~ {until}, 고객 {n}명(두 번 이상 산 고객 {repeaters}명)",
  },
  "value.basis": { en: "Fitted on", ko: "사용한 데이터" },
  "value.boundary": { en: "At a limit", ko: "극한값" },
  "value.compared": { en: "Compared", ko: "비교한 모델" },
  "value.heldOut": { en: "Likelihood of later purchases", ko: "이후 구매를 맞힌 정도" },
  "value.heldOutHint": {
    en: "Mean logarithm per customer: closer to zero is better.",
    ko: "고객당 로그 우도의 평균이에요. 0에 가까울수록 좋아요.",
  },
  "value.chosen": { en: "used", ko: "사용" },

  "value.parameters": { en: "Parameters and their intervals", ko: "매개변수와 구간" },
  "value.parametersSentence": {
    en: "What was estimated, and how surely. Time is counted in {unit}.",
    ko: "추정한 값과 그 확실함이에요. 시간은 {unit} 단위로 셌어요.",
  },
  "value.parametersNote": {
    en: "The standard error says how far an estimate would typically be off with as much data. A dash: the data do not determine it. The interval is a 90% one.",
    ko: "표준오차는 같은 양의 데이터로 추정할 때 보통 얼마나 빗나가는지를 나타내요. –는 데이터로 정해지지 않는다는 뜻이에요. 구간은 90% 구간이에요.",
  },
  "value.unit.day": { en: "days", ko: "일" },
  "value.unit.week": { en: "weeks", ko: "주" },
  "value.unit.month": { en: "months", ko: "월" },
  "value.parameter": { en: "Parameter", ko: "매개변수" },
  "value.meaning": { en: "What it says", ko: "뜻" },
  "value.of": { en: "Model", ko: "모델" },
  "value.of.purchases": { en: "Purchases", ko: "구매" },
  "value.of.spend": { en: "Spend", ko: "금액" },
  "value.estimate": { en: "Estimate", ko: "추정값" },
  "value.standardError": { en: "Standard error", ko: "표준오차" },
  "value.parameter.r": {
    en: "How much buying rates differ (smaller: more)",
    ko: "고객마다 구매 속도가 다른 정도(작을수록 차이가 커요)",
  },
  "value.parameter.alpha": {
    en: "With r, how fast customers buy (larger: slower)",
    ko: "r과 함께 구매 속도를 정해요(클수록 느려요)",
  },
  "value.parameter.a": {
    en: "With b, the chance to leave after a purchase: a ÷ (a + b) on average",
    ko: "b와 함께 구매 뒤 떠날 확률을 정해요(평균 a ÷ (a + b))",
  },
  "value.parameter.b": {
    en: "With a (larger: fewer leave)",
    ko: "a와 함께 정해요(클수록 덜 떠나요)",
  },
  "value.parameter.r / alpha": {
    en: "Purchases per unit of time while somebody is a customer, on average",
    ko: "고객인 동안 시간 단위당 평균 구매 수예요",
  },
  "value.parameter.a / (a + b)": {
    en: "The chance to leave after a purchase, on average",
    ko: "구매 뒤 떠날 확률의 평균이에요",
  },
  "value.parameter.s / beta": {
    en: "The rate of leaving per unit of time, on average",
    ko: "시간 단위당 떠나는 속도의 평균이에요",
  },
  "value.parameter.s": {
    en: "How much rates of leaving differ (smaller: more)",
    ko: "고객마다 떠나는 속도가 다른 정도(작을수록 차이가 커요)",
  },
  "value.parameter.beta": {
    en: "With s, how soon customers leave (larger: later)",
    ko: "s와 함께 떠나는 속도를 정해요(클수록 늦게 떠나요)",
  },
  "value.parameter.p": {
    en: "How steady one customer's spend is (larger: steadier)",
    ko: "한 고객의 구매 금액이 고른 정도(클수록 골라요)",
  },
  "value.parameter.q": {
    en: "How alike customers' spends are (larger: more alike)",
    ko: "고객끼리 구매 금액이 비슷한 정도(클수록 비슷해요)",
  },
  "value.parameter.gamma": {
    en: "With p and q, the level of spend: p × γ ÷ (q − 1) on average",
    ko: "p, q와 함께 금액 수준을 정해요(평균 p × γ ÷ (q − 1))",
  },

  "check.title": { en: "Can one trust it?", ko: "믿을 만한가요?" },
  "check.intro": {
    en: "The test: models see purchases up to {cutoff} only and foretell the {days} days after it, which have already happened.",
    ko: "모델에게 {cutoff}까지의 구매만 보여주고 그 뒤 {days}일을 예측하게 한 다음, 실제로 일어난 일과 견줬어요.",
  },
  "check.other": {
    en: "You chose {selected} above. The pictures here show {model}, which foretold best; {selected} has its row in the table.",
    ko: "위에서는 {selected:을/를} 골랐지만, 여기 그림은 가장 잘 맞힌 {model:을/를} 보여줘요. {selected:은/는} 표에서 볼 수 있어요.",
  },
  "check.waiting": {
    en: "Fitting every model on the earlier purchases. In large shops this takes some seconds; the rest of the page is ready.",
    ko: "앞선 구매로 모든 모델을 만들고 있어요. 큰 쇼핑몰에서는 몇 초 걸려요. 위의 내용은 먼저 볼 수 있어요.",
  },
  "check.cutoffControl": { en: "Cut-off date", ko: "기준선 날짜" },
  "check.automatic": { en: "Two thirds of the time", ko: "전체 기간의 3분의 2" },
  "check.verdictGood": {
    en: "{model} beats the best simple guess, “{guess}”, by {better} per customer and was {off} off in total.",
    ko: "{model:은/는} 가장 나은 단순 짐작(‘{guess}’)보다 고객별 오차가 {better} 작고, 전체 구매는 {off} 빗나갔어요.",
  },
  "check.verdictBad": {
    en: "{model} does not beat simple guesses here: use its totals with care and its single customers not at all.",
    ko: "이 기간에는 {model:이/가} 단순한 짐작보다 낫지 않아요. 합계는 조심해서 보고, 고객 한 명 한 명의 값은 쓰지 마세요.",
  },
  "check.tracking": { en: "Repeat purchases, real and expected", ko: "재구매, 실제와 예상" },
  "check.trackingSentence": {
    en: "After the cut-off {actual} repeat purchases came, and the model expected {expected} ({error}).",
    ko: "기준선 뒤 재구매는 {actual}회였고, 모델은 {expected}회를 예상했어요({error}).",
  },
  "check.trackingNote": {
    en: "Purchase days after the first, of customers who first bought by the cut-off. The model saw nothing right of the dashed line. The expectation is what the model says of a shop as a whole; seasons and campaigns are not in it. A week that holds the cut-off counts as after it, so the sums differ a little from those of the models below.",
    ko: "기준선까지 처음 산 고객의 재구매일을 셌어요. 모델은 점선 오른쪽을 보지 못했어요. 예상은 쇼핑몰 전체에 대한 것이고, 시즌이나 캠페인은 들어 있지 않아요. 기준선이 낀 주는 기준선 뒤로 세서, 아래 모델 비교의 합계와 조금 다를 수 있어요.",
  },
  "check.trackingLabel": { en: "Count", ko: "집계" },
  "check.weeks.cumulative": { en: "Cumulative", ko: "누적" },
  "check.weeks.weekly": { en: "By week", ko: "주별" },
  "check.weekUntil": { en: "Week to {date}", ko: "{date}까지 한 주" },
  "check.before": { en: "fitted on", ko: "학습 구간" },
  "check.after": { en: "foretold", ko: "예측 구간" },
  "check.cutoff": { en: "cut-off", ko: "기준선" },
  "check.cutoffAfter": { en: "cut-off · foretold from here", ko: "기준선 · 여기부터 예측" },
  "check.actual": { en: "Real", ko: "실제" },
  "check.expected": { en: "Expected", ko: "예상" },
  "check.expectedBy": { en: "Expected ({model})", ko: "예상({model})" },
  "check.week": { en: "Week until", ko: "주(마지막 날)" },
  "check.phase": { en: "Part", ko: "구간" },
  "check.cumulativeActual": { en: "Real, cumulative", ko: "실제 누적" },
  "check.cumulativeExpected": { en: "Expected, cumulative", ko: "예상 누적" },
  "check.calibration": {
    en: "Right for rare and frequent buyers?",
    ko: "가끔 사는 고객도 자주 사는 고객도 맞혔나요?",
  },
  "check.calibrationSentence": {
    en: "Customers with {n} repeat purchases before the cut-off made {actual} after it; the model expected {expected}, “same as before” {same}.",
    ko: "기준선 전에 {n}회 재구매한 고객은 그 뒤 {actual}회 샀어요. 모델은 {expected}회, ‘지금까지처럼’은 {same}회로 봤어요.",
  },
  "check.calibrationNote": {
    en: "Mean purchases per customer after the cut-off, by repeat purchases before it. The nearer the points are to the tops of the bars, the better.",
    ko: "기준선 전 재구매 횟수별로 그 뒤의 고객당 평균 구매 횟수를 봤어요. 점이 막대 끝에 가까울수록 잘 맞혔어요.",
  },
  "check.repeatsAxis": { en: "Repeat purchases before the cut-off", ko: "기준선 전 재구매 횟수" },
  "check.repeatsBefore": { en: "{n} repeat purchases before", ko: "기준선 전 재구매 {n}회" },
  "check.models": { en: "Models and simple guesses", ko: "모델과 단순한 짐작 비교" },
  "check.modelsNote": {
    en: "Typical error: root of the mean squared error of a customer's purchases after the cut-off; large misses weigh more. Mean error: mean absolute error. A model earns its place only if it makes the smaller typical error. Where most customers do not come back, “nobody buys again” can have the smaller mean error: it is right for them, and of no use for the others. Likelihood: how well the later purchases were foretold, closer to zero is better.",
    ko: "‘오차(큰 실수 강조)’는 고객별 구매 횟수 오차의 평균 제곱근(RMSE)이고, ‘평균 오차’는 절댓값 평균(MAE)이에요. 첫 번째 오차가 단순한 짐작보다 작아야 쓸 가치가 있어요. 돌아오지 않는 고객이 많으면 ‘아무도 다시 안 삼’의 평균 오차가 더 작을 수 있지만, 다시 사는 고객에게는 쓸모가 없어요. 우도는 그 뒤의 구매를 맞힌 정도로, 0에 가까울수록 좋아요.",
  },
  "check.model.same_as_before": { en: "Same as before", ko: "지금까지처럼" },
  "check.rmse": { en: "Typical error (RMSE)", ko: "오차(큰 실수 강조)" },
  "check.mae": { en: "Mean error", ko: "평균 오차" },
  "check.total": { en: "Purchases foretold", ko: "예측한 구매 수" },
  "check.totalError": { en: "Off in total", ko: "전체 오차" },
  "check.logLikelihood": { en: "Likelihood", ko: "우도" },
  "check.baseline": { en: "guess", ko: "짐작" },
  "check.kind": { en: "Kind", ko: "종류" },
  "check.modelsSentence": {
    en: "Error of a customer's purchases after the cut-off; shorter bars are better. Light bars are guesses without a model.",
    ko: "기준선 뒤 고객별 구매 횟수의 오차예요. 막대가 짧을수록 좋고, 옅은 막대는 모델 없이 짐작한 값이에요.",
  },
  "check.revenue": { en: "Revenue after the cut-off", ko: "기준선 뒤 매출" },
  "check.revenueSentence": {
    en: "The model was {error} off, and found {found} of the best tenth of customers beforehand.",
    ko: "매출 예측은 {error} 빗나갔고, 상위 10% 고객 중 {found:을/를} 미리 찾아냈어요.",
  },
  "check.revenueMae": { en: "Mean error per customer", ko: "고객당 평균 오차" },
  "check.revenueMaeSame": { en: "… of “same as before”", ko: "‘지금까지처럼’의 고객당 평균 오차" },
  "check.bestTenth": { en: "Best tenth found beforehand", ko: "미리 찾아낸 상위 10% 고객" },
  "check.revenueNote": {
    en: "Expected purchases × expected spend, against what came. Best tenth: of the customers that the model put first, the share who really were among the best tenth by revenue; chance alone would find a tenth of them.",
    ko: "예상 구매 횟수 × 예상 금액을 실제 매출과 견줬어요. 상위 10%는 모델이 앞에 둔 고객 중 실제로 매출 상위 10%였던 비율이에요. 아무렇게나 골라도 10%는 맞아요.",
  },
  "check.measure": { en: "Figure", ko: "항목" },
  "check.figure": { en: "Value", ko: "값" },
} as const;
