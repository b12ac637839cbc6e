export const channels = {
  "page.channels": { en: "Channels", ko: "유입 채널" },

  "channels.sentence": {
    en: "A new customer costs {cac} on average. “{best}” gives the most for its money: {bestCac} a customer, who is worth {ratio} times that.",
    ko: "신규 고객 한 명을 데려오는 데 평균 {cac:이/가} 들어요. 비용 대비 가장 좋은 채널은 ‘{best}’예요. 한 명에 {bestCac:이/가} 들고, 가치는 그 {ratio}배예요.",
  },
  "channels.sentenceBlended": {
    en: "A new customer costs {cac} on average and is worth {ltv}. Through which channel each came is not known, so channels cannot be compared.",
    ko: "신규 고객 한 명을 데려오는 데 평균 {cac}이 들고, 한 명의 가치는 {ltv}이에요. 고객이 어떤 채널로 왔는지 알 수 없어서 채널끼리 비교할 수는 없어요.",
  },
  "channels.sentenceNoSpend": {
    en: "Customers through {best} are worth most: {ltv} each. What the channels cost is not known.",
    ko: "가치가 가장 높은 고객은 {best} 채널에서 와요. 한 명에 {ltv}이에요. 채널별 비용은 아직 알 수 없어요.",
  },
  "channels.sentenceNothing": {
    en: "This shop says neither through which channel its customers came nor what was spent.",
    ko: "이 쇼핑몰 데이터에는 고객의 유입 채널도, 광고비도 없어요.",
  },
  "channels.nothingTitle": {
    en: "Two tables switch this page on",
    ko: "표 두 개를 연결하면 볼 수 있어요",
  },
  "channels.nothing": {
    en: "Map acquisition_channel of the table customers (through which channel each customer came) and the table marketing_spend (day or month, channel, spend) in shop.toml, and import again. The first shows what customers of each channel are worth, the second what they cost.",
    ko: "shop.toml에 customers 표의 acquisition_channel(고객별 유입 채널)과 marketing_spend 표(날짜 또는 월, 채널, 광고비)를 연결하고 다시 가져오세요. 첫 번째로 채널별 고객 가치를, 두 번째로 채널별 비용을 볼 수 있어요.",
  },
  "channels.needChannelsTitle": {
    en: "One column away from comparing channels",
    ko: "열 하나만 더 있으면 채널을 비교할 수 있어요",
  },
  "channels.needChannels": {
    en: "What was spent on each channel is known, but not whom it brought. Map acquisition_channel of the table customers, with the channels named as in the table of spend: {names}.",
    ko: "채널별 광고비는 있지만 어떤 고객이 어느 채널로 왔는지는 몰라요. customers 표의 acquisition_channel을 연결하고, 채널 이름을 광고비 표({names})와 맞춰 주세요.",
  },

  "channels.ltv": { en: "Lifetime value", ko: "LTV 기준" },
  "channels.ltv.historical": { en: "Historical", ko: "과거 기준" },
  "channels.ltv.model": { en: "Model", ko: "모델" },
  "channels.activeDays": { en: "Active days up to", ko: "활동 일수 기준" },
  "channels.activeDays.to_as_of": { en: "As-of date", ko: "기준일까지" },
  "channels.activeDays.to_last_purchase": { en: "Last purchase", ko: "마지막 구매까지" },
  "channels.margin": { en: "Margin, %", ko: "마진율(%)" },
  "channels.interval": { en: "90% interval", ko: "90% 구간" },

  "channels.figure.cac": { en: "Cost of a new customer (CAC)", ko: "신규 고객 획득 비용(CAC)" },
  "channels.figure.cacDetail": {
    en: "{spend} for {n} new customers, of all channels",
    ko: "전체 채널 광고비 {spend} · 신규 고객 {n}명",
  },
  "channels.figure.ltv": { en: "Value of a customer (LTV)", ko: "고객 생애 가치(LTV)" },
  "channels.figure.ratio": { en: "LTV:CAC", ko: "LTV:CAC" },
  "channels.figure.ratioDetail": {
    en: "ROI {roi}; 90% {low} to {high}",
    ko: "ROI {roi} · 90% 구간 {low}~{high}",
  },
  "channels.figure.payback": { en: "Payback", ko: "회수 기간" },
  "channels.figure.paybackDetail": {
    en: "at {margin} margin a month and customer",
    ko: "고객 한 명의 월 마진 {margin} 기준",
  },
  "channels.figure.customers": { en: "Customers", ko: "고객 수" },
  "channels.figure.channels": { en: "Channels", ko: "유입 채널 수" },
  "channels.between": { en: "90% interval {low} to {high}", ko: "90% 구간 {low}~{high}" },
  "channels.months": { en: "{n} months", ko: "{n}개월" },
  "channels.times": { en: "{n}×", ko: "{n}배" },
  "channels.noSpend": { en: "no spend", ko: "광고비 없음" },
  "channels.noCustomers": { en: "no new customers", ko: "신규 고객 없음" },
  "channels.notAttributable": { en: "not known", ko: "알 수 없음" },

  "channels.scatter": { en: "Cost against worth", ko: "비용과 가치" },
  "channels.scatterSentence": {
    en: "The higher and the further left, the better. Hollow dots took no money.",
    ko: "위쪽, 왼쪽일수록 좋아요. 속이 빈 점은 광고비가 없는 채널이에요.",
  },
  "channels.axis.cac": { en: "Cost of a new customer (CAC)", ko: "신규 고객 획득 비용(CAC)" },
  "channels.axis.ltv": { en: "Value of a customer (LTV)", ko: "고객 생애 가치(LTV)" },
  "channels.guide": { en: "LTV = {n} × CAC", ko: "LTV = CAC × {n}" },

  "channels.ratio": { en: "LTV:CAC", ko: "채널별 LTV:CAC" },
  "channels.ratioSentence": {
    en: "How many times what they cost customers are worth. {best}: {bestRatio}, {worst}: {worstRatio}.",
    ko: "고객 가치가 비용의 몇 배인지예요. {best} {bestRatio}, {worst} {worstRatio}.",
  },
  "channels.ratioOverlap": {
    en: "Their intervals overlap, so the order is not certain.",
    ko: "구간이 겹쳐서 순서가 확실하지는 않아요.",
  },
  "channels.payback": { en: "Payback", ko: "회수 기간" },
  "channels.paybackSentence": {
    en: "Months until a customer's margin has paid for winning them.",
    ko: "고객 한 명의 마진이 유입 비용을 넘기까지 걸리는 개월 수예요.",
  },
  "channels.worth": { en: "What customers are worth", ko: "채널별 고객 가치" },
  "channels.worthSentence": {
    en: "{best} brings the most valuable customers: {ltv} each.",
    ko: "가장 가치가 높은 고객은 {best} 채널에서 와요. 한 명에 {ltv}이에요.",
  },
  "channels.maturity": { en: "Maturity", ko: "채널 성숙도" },
  "channels.maturitySentence": {
    en: "Share of {vip} among customers who bought within the last year. {best}: {share}.",
    ko: "최근 1년 안에 구매한 고객 중 {vip} 비율이에요. {best} 채널이 {share}로 가장 높아요.",
  },
  "channels.table": { en: "Every figure", ko: "전체 수치" },
  "channels.tableSentence": {
    en: "Spend and new customers from {from} to {until}.",
    ko: "광고비와 신규 고객은 {from}~{until} 기준이에요.",
  },
  "channels.tableSentenceNoSpend": {
    en: "All customers by the channel through which they came.",
    ko: "전체 고객을 유입 채널별로 나눴어요.",
  },
  "channels.guard": { en: "How much the minimum decides", ko: "최소 활동 일수의 영향" },
  "channels.guardSentence": {
    en: "Historical LTV where customers who came lately are counted with at least so many active days.",
    ko: "최근에 온 고객의 활동 일수를 최소 며칠로 볼 때 과거 기준 LTV가 어떻게 달라지는지예요.",
  },
  "channels.guardDays": { en: "at least {n} {n#day|days}", ko: "최소 {n}일" },
  "channels.notes": { en: "Before money is moved", ko: "예산을 옮기기 전에" },

  "channels.channel": { en: "Channel", ko: "채널" },
  "channels.unknown": { en: "unknown", ko: "알 수 없음" },
  "channels.spend": { en: "Spend", ko: "광고비" },
  "channels.newCustomers": { en: "New customers", ko: "신규 고객" },
  "channels.cac": { en: "CAC", ko: "CAC" },
  "channels.ltvHistorical": { en: "LTV, historical", ko: "LTV(과거 기준)" },
  "channels.ltvModel": { en: "LTV, model", ko: "LTV(모델)" },
  "channels.roi": { en: "ROI", ko: "ROI" },
  "channels.paybackMonths": { en: "Payback, months", ko: "회수 기간(개월)" },
  "channels.monthlyMargin": { en: "Margin a month", ko: "월 마진" },
  "channels.active": { en: "Active", ko: "활동 고객" },
  "channels.vipShare": { en: "Share of {vip}", ko: "{vip} 비율" },
  "channels.raised": { en: "Raised to minimum", ko: "최소 일수 적용" },

  "budget.title": { en: "Where the budget should go", ko: "예산을 어디에 쓸까요" },
  "budget.sentence": {
    en: "{budget} a month, split so, should bring {customers} new customers instead of {now}: {gain} more profit a month ({low} to {high}).",
    ko: "월 {budget}을 이렇게 나누면 신규 고객이 {now}명에서 {customers}명으로 늘고, 월 이익이 {gain}({low}~{high}) 늘어날 것으로 보여요.",
  },
  "budget.sentenceUncertain": {
    en: "The best guess for {budget} a month; whether it beats the present split is not certain (gain {low} to {high} a month).",
    ko: "월 {budget}을 나누는 가장 그럴듯한 방법이지만, 지금보다 낫다고 확신할 수는 없어요(월 이익 변화 {low}~{high}).",
  },
  "budget.field": { en: "Budget a month", ko: "월 예산" },
  "budget.fieldHint": { en: "an amount above 0", ko: "0보다 큰 금액을 적어 주세요" },
  "budget.now": { en: "Now", ko: "현재" },
  "budget.asNow": { en: "Split as now", ko: "지금 비율대로" },
  "budget.proposed": { en: "Proposed", ko: "제안" },
  "budget.proposedRange": {
    en: "Proposed; the whisker holds 90% of what could be best",
    ko: "제안. 가는 선은 최선일 수 있는 금액의 90% 구간",
  },
  "budget.nextCustomer": { en: "Cost of one more customer", ko: "한 명 더 데려오는 비용" },
  "budget.months": { en: "Months", ko: "개월 수" },
  "budget.curve": { en: "What more spend brings", ko: "광고비를 더 쓰면" },
  "budget.curveNote": {
    en: "Dots are months; the line is the mean of the curves that they leave open, the band holds 90% of them.",
    ko: "점은 한 달이고, 선은 자료로 가능한 곡선들의 평균, 띠는 그 90% 구간이에요.",
  },
  "budget.axis.spend": { en: "Spend a month", ko: "월 광고비" },
  "budget.state.diminishing": {
    en: "{channel}: more spend brings more customers, and each further one costs more (β {low} to {high}).",
    ko: "{channel}: 더 쓰면 고객이 늘지만 한 명당 비용도 올라가요(β {low}~{high}).",
  },
  "budget.state.no_saturation_seen": {
    en: "{channel}: more spend brought more customers; that they become dearer is not seen yet (β {low} to {high}).",
    ko: "{channel}: 더 쓴 달에 고객이 늘었고, 한 명당 비용이 오르는 모습은 아직 보이지 않아요(β {low}~{high}).",
  },
  "budget.state.no_effect_seen": {
    en: "{channel}: months with more spend did not clearly bring more customers (β {low} to {high}).",
    ko: "{channel}: 더 쓴 달에 고객이 뚜렷하게 늘지 않았어요(β {low}~{high}).",
  },
  "budget.unknown": { en: "What this split cannot know", ko: "이 배분이 알 수 없는 것" },

  "gateway.title": { en: "What good customers begin with", ko: "좋은 고객은 무엇부터 살까요" },
  "gateway.axis": {
    en: "times what comparable customers bring later",
    ko: "비슷한 고객 대비 이후 구매 금액 배율",
  },
  "gateway.sentence": {
    en: "Those who begin with {best} bring {ratio} times as much in the {days} days after as comparable customers ({low} to {high}).",
    ko: "‘{best}’부터 산 고객은 이후 {days}일 동안 비슷한 고객보다 {ratio}배({low}~{high}) 써요.",
  },
  "gateway.sentenceNone": {
    en: "What customers begin with does not tell what they bring in the {days} days after, as far as these data show.",
    ko: "무엇을 먼저 샀는지에 따라 이후 {days}일의 구매 금액이 다르다고 할 수 없어요.",
  },
  "gateway.categories": { en: "Category of the first order", ko: "첫 주문 카테고리" },
  "gateway.products": { en: "Product of the first order", ko: "첫 주문 상품" },
  "gateway.productsNone": {
    en: "None of {n} products stands out, after allowing for how many were looked at.",
    ko: "비교한 개수를 감안하면 상품 {n}개 중 눈에 띄는 것이 없어요.",
  },
  "gateway.productsSentence": {
    en: "{found} of {n} products stand out, after allowing for how many were looked at.",
    ko: "비교한 개수를 감안하면 상품 {n}개 중 {found}개가 눈에 띄어요.",
  },
  "gateway.note": {
    en: "Dots in colour differ by more than chance. Compared within: {adjusted}. Not an experiment: what somebody buys first also tells who they are.",
    ko: "색이 있는 점은 우연보다 큰 차이예요. 같은 조건({adjusted})의 고객끼리 비교했어요. 실험이 아니므로, 무엇을 먼저 사는지는 어떤 고객인지도 말해 줘요.",
  },
  "gateway.adjusted.channel": { en: "channel", ko: "유입 채널" },
  "gateway.adjusted.period": { en: "time of the first order", ko: "첫 구매 시기" },
  "gateway.adjusted.first_order_value": { en: "value of the first order", ko: "첫 주문 금액" },
  "gateway.customers": { en: "Began with it", ko: "첫 구매 고객" },
  "gateway.again": { en: "Bought again", ko: "재구매율" },
  "gateway.later": { en: "Later revenue", ko: "이후 구매 금액" },
  "gateway.expected": { en: "Comparable customers", ko: "비슷한 고객" },
  "gateway.ratio": { en: "Ratio", ko: "배율" },
  "gateway.pValue": { en: "p, adjusted", ko: "p값(조정)" },
  "gateway.verdict": { en: "Verdict", ko: "판정" },
  "gateway.verdict.more": { en: "more", ko: "많음" },
  "gateway.verdict.less": { en: "less", ko: "적음" },
  "gateway.verdict.not_seen": { en: "no difference seen", ko: "차이 없음" },
} as const;
