/** What R, F and M should count, on the segments page. */
export const weights = {
  "weights.title": {
    en: "What should R, F and M count?",
    ko: "R·F·M, 얼마씩 반영하는 게 좋을까요?",
  },
  "weights.card": { en: "Weights from a regression", ko: "회귀로 구한 가중치" },
  "weights.sentence": {
    en: "By what customers did in the last period: R {r}, F {f}, M {m}.",
    ko: "마지막 기간의 고객 행동으로 구한 비중은 R {r}, F {f}, M {m}예요.",
  },
  "weights.method": { en: "Method", ko: "방법" },
  "weights.method.linear": { en: "Spend", ko: "구매 금액" },
  "weights.method.logistic": { en: "Buys again", ko: "재구매 여부" },
  "weights.method.boosting": { en: "Boosted trees", ko: "부스팅" },
  "weights.factor": { en: "Score", ko: "점수" },
  "weights.factor.recency": { en: "Recency (R)", ko: "최근성(R)" },
  "weights.factor.frequency": { en: "Frequency (F)", ko: "빈도(F)" },
  "weights.factor.monetary": { en: "Monetary (M)", ko: "금액(M)" },
  "weights.weight": { en: "Weight", ko: "가중치" },
  "weights.low": { en: "90% from", ko: "90% 하한" },
  "weights.high": { en: "90% to", ko: "90% 상한" },
  "weights.before": { en: "Weight, period before", ko: "앞 기간 가중치" },
  "weights.coefficient": { en: "Effect of one point", ko: "1점의 효과" },
  "weights.line": {
    en: "The upright line stands for equal weights (a third each); lines around the dots are 90% intervals.",
    ko: "세로선은 똑같이 3분의 1씩 반영할 때예요. 점 옆의 선은 90% 구간이에요.",
  },
  "weights.use": { en: "Score with these weights", ko: "이 가중치로 점수 내기" },
  "weights.drop": { en: "Back to the shop's weights", ko: "원래 가중치로 돌아가기" },
  "weights.useHint": {
    en: "Changes score and classes on this page.",
    ko: "이 페이지의 점수와 등급이 바뀌어요.",
  },
  "weights.chip": {
    en: "Weights R · F · M: {weights} – remove",
    ko: "가중치 R·F·M: {weights} – 해제",
  },
  "weights.inUse": {
    en: "Score and classes on this page use these weights.",
    ko: "지금 이 페이지의 점수와 등급에 이 가중치를 쓰고 있어요.",
  },
  "weights.quality": {
    en: "Later revenue from the top {top}, against equal weights",
    ko: "상위 {top} 고객의 이후 매출, 같은 가중치와 비교",
  },
  "weights.qualitySentence": {
    en: "Weights fitted on the period before, held against {from} to {until}. Of {n} customers, the {top} with the highest scores by equal weights brought {equal} of the revenue; how many points more is it otherwise?",
    ko: "앞 기간으로 구한 가중치를 {from}~{until}의 실제 매출로 확인했어요. 같은 가중치로는 고객 {n}명 중 상위 {top}가 매출의 {equal}를 가져왔어요. 다른 방식은 이보다 얼마나 높거나 낮은지 보여줘요.",
  },
  "weights.qualityLine": {
    en: "The line at 0 is equal weights. An interval (90%) that does not touch it is a difference one can build on.",
    ko: "0의 세로선이 같은 가중치예요. 90% 구간이 세로선에 닿지 않으면 믿을 만한 차이예요.",
  },
  "weights.qualityNote": {
    en: "The table adds the shares themselves, the rank correlation of score and spend, AUC and R².",
    ko: "표에서 매출 비중 자체와 점수·금액의 순위상관, AUC, R²도 볼 수 있어요.",
  },
  "weights.way": { en: "Way of scoring", ko: "점수 방식" },
  "weights.caught": { en: "Share of later revenue", ko: "이후 매출 비중" },
  "weights.more": { en: "Against equal weights", ko: "같은 가중치 대비" },
  "weights.points": { en: "{n} pts", ko: "{n}%p" },
  "weights.rank": { en: "Rank correlation", ko: "순위상관" },
  "weights.area": { en: "AUC (buys again)", ko: "AUC(재구매)" },
  "weights.rSquared": { en: "R²", ko: "R²" },
  "weights.verdict.better": {
    en: "Fitted weights pick better customers: their top {top} brought {own} of the later revenue, with equal weights {equal}.",
    ko: "회귀로 구한 가중치가 더 좋은 고객을 골라요. 상위 {top} 고객이 이후 매출의 {own}를 가져왔고, 똑같이 반영하면 {equal}예요.",
  },
  "weights.verdict.same": {
    en: "Equal weights do as well: the top {top} brought {equal} of the later revenue, with fitted weights {own}, and chance alone can explain the difference.",
    ko: "똑같이 반영해도 충분해요. 상위 {top} 고객의 이후 매출 비중이 {equal}, 회귀로 구한 가중치로는 {own}라서 우연으로 볼 수 있는 차이예요.",
  },
  "weights.verdict.worse": {
    en: "Keep equal weights: their top {top} brought {equal} of the later revenue, with fitted weights only {own}.",
    ko: "지금처럼 똑같이 반영하세요. 상위 {top} 고객의 이후 매출 비중이 {equal}인데, 회귀로 구한 가중치로는 {own}에 그쳤어요.",
  },
  "weights.none": {
    en: "This method has no answer for these customers.",
    ko: "이 방법으로는 가중치를 구할 수 없었어요.",
  },
} as const;
