/** Attributes in the model of purchases, and the score of revenue × survival. */
export const score = {
  "value.covariates": { en: "What customers’ attributes change", ko: "고객 속성에 따른 차이" },
  "value.covariates.summary": {
    en: "Attributes in the model ({n})",
    ko: "모델에 넣은 고객 속성 {n}개",
  },
  "value.covariates.title": {
    en: "Customers who differ in these may buy and leave at different rates. Whether that helps is tested, and shown below.",
    ko: "속성에 따라 구매 속도와 이탈이 다를 수 있어요. 실제로 도움이 되는지는 검정해서 아래에 보여드려요.",
  },
  "value.covariates.apply": { en: "Value customers with these", ko: "이 속성으로 다시 계산" },
  "value.covariates.reset": { en: "As shop.toml says", ko: "기본 설정으로" },
  "value.covariates.purchases": { en: "buying", ko: "구매 속도" },
  "value.covariates.dropout": { en: "leaving", ko: "이탈" },
  "value.covariates.against": { en: "against “{level}”", ko: "‘{level}’ 대비" },
  "value.covariates.attribute": { en: "Attribute", ko: "속성" },
  "value.covariates.level": { en: "Level", ko: "값" },
  "value.covariates.compared": { en: "Compared with", ko: "비교 대상" },
  "value.covariates.part": { en: "Bears on", ko: "영향" },
  "value.covariates.note": {
    en: "How many times as fast customers of a level buy and leave as those of the most frequent level; ×1 is no difference. Bars are 90% intervals; grey ones hold ×1. In the BG/NBD kinds of model “leaving” says how alike customers are in it, not how soon they go. Levels with fewer than 30 customers stand together.",
    ko: "가장 흔한 값의 고객보다 몇 배 빠르게 사고 떠나는지예요. ×1은 차이가 없다는 뜻이고, 막대는 90% 구간이며 회색은 ×1이 구간 안에 있어요. BG/NBD 계열에서 ‘이탈’은 얼마나 빨리 떠나는지가 아니라 고객끼리 얼마나 비슷한지를 나타내요. 30명보다 적은 값은 하나로 묶어요.",
  },
  "score.title": {
    en: "Who will spend next: a second opinion",
    ko: "다음에 누가 쓸까요? 다른 방법으로 보기",
  },
  "score.intro": {
    en: "Two regressions on everything known of each customer: how likely they buy in the next period, and how much then. They are judged on the last period first.",
    ko: "고객에 대해 아는 모든 것으로 다음 기간에 살 확률과 그때의 금액을 회귀로 예측해요. 먼저 마지막 기간으로 검증해요.",
  },
  "score.compute": { en: "Compute the score", ko: "점수 계산하기" },
  "score.period": { en: "Period", ko: "기간" },
  "score.totals": {
    en: "In the next {days} days {buyers} of {n} customers are expected to buy, for {value} in all.",
    ko: "앞으로 {days}일 동안 고객 {n}명 가운데 {buyers}명이 모두 {value:을/를} 쓸 것으로 보여요.",
  },
  "score.checks": { en: "Would it have been right last time?", ko: "지난 기간에는 맞았을까요?" },
  "score.churn": {
    en: "Telling buyers from others: area under the curve {auc} (0.5 is chance); squared error of the chance {brier}, of one chance for all {same}.",
    ko: "살 고객을 가려내는 힘(AUC)은 {auc}예요(0.5면 우연). 확률의 제곱 오차는 {brier}, 모두 같은 확률이라면 {same}이에요.",
  },
  "score.method": { en: "Method", ko: "방법" },
  "score.features": { en: "What the score goes by", ko: "점수를 좌우하는 것" },
  "score.featuresSentence.spend": {
    en: "How much more those who buy spend with more of a feature, other features being equal.",
    ko: "다른 특성이 같을 때, 그 특성이 클수록 구매한 고객이 얼마나 더 쓰는지예요.",
  },
  "score.featuresSentence.leaving": {
    en: "How a feature moves the chance of not buying at all: to the right, less likely to buy.",
    ko: "그 특성이 한 번도 사지 않을 확률을 어떻게 바꾸는지예요. 오른쪽일수록 살 가능성이 낮아요.",
  },
  "score.featuresNote": {
    en: "Coefficients for one standard deviation of the feature (money, or log odds), with 90% intervals; grey ones hold zero. Features that say nearly the same share their effect between them, so a single one is not a cause.",
    ko: "특성이 표준편차 하나만큼 클 때의 계수(금액 또는 로그 오즈)와 90% 구간이에요. 회색은 0이 구간 안에 있어요. 비슷한 특성끼리는 효과를 나눠 가지므로 하나하나를 원인으로 읽지 마세요.",
  },
  "score.part": { en: "Regression", ko: "회귀" },
  "score.part.spend": { en: "Spend", ko: "금액" },
  "score.part.leaving": { en: "Not buying", ko: "구매하지 않음" },
  "score.feature": { en: "Feature", ko: "특성" },
  "score.perDeviation": { en: "Per standard deviation", ko: "표준편차당" },
  "score.pValue": { en: "p-value", ko: "p값" },
  "score.top": {
    en: "Expected to spend most in {days} days",
    ko: "앞으로 {days}일 동안 가장 많이 쓸 고객",
  },
  "score.topSentence": {
    en: "The {n} customers with the highest score: expected revenue if they buy × chance that they do.",
    ko: "점수(살 때의 예상 매출 × 살 확률)가 가장 높은 고객 {n}명이에요.",
  },
  "score.value": { en: "Expected revenue", ko: "예상 매출" },
  "score.chance": { en: "Chance of buying", ko: "살 확률" },
  "score.ifBuying": { en: "Revenue if buying", ko: "산다면 예상 매출" },
  "score.everybody": { en: "Every customer’s score (CSV)", ko: "전체 고객의 점수 (CSV)" },
} as const;
