/** Who responds to the next contact, on the segments page. */
export const response = {
  "response.title": {
    en: "Who responds to the next contact?",
    ko: "다음 메시지에 누가 반응할까요?",
  },
  "response.verdict": {
    en: "{rate} of {contacts} contacts with {customers} customers were responded to. The fifth with the highest expected value is expected to respond to {best} of them, the lowest to {worst}.",
    ko: "고객 {customers}명에게 {contacts}건을 보냈고 반응률은 {rate}예요. 기대 가치 상위 20% 고객은 {best}, 하위 20% 고객은 {worst} 확률로 반응할 것으로 보여요.",
  },
  "response.alike": {
    en: "{rate} of {contacts} contacts with {customers} customers were responded to, and customers are not seen to differ: nobody is ranked.",
    ko: "고객 {customers}명에게 {contacts}건을 보냈고 반응률은 {rate}인데, 고객마다 다르다고 볼 근거가 없어 순위를 매기지 않았어요.",
  },
  "response.kind": { en: "What counts as a response", ko: "반응으로 볼 것" },
  "response.kind.responded": { en: "Response", ko: "반응" },
  "response.kind.clicked": { en: "Click", ko: "클릭" },
  "response.kind.ordered": { en: "Order", ko: "주문" },
  "response.groups": { en: "Expected value of the next contact", ko: "다음 메시지의 기대 가치" },
  "response.chances": { en: "Probability of a response", ko: "반응 확률" },
  "response.groupsSentence": {
    en: "One contact with each of {n} customers is expected to bring {all}; with the {worth} of them who are worth its cost, {only}.",
    ko: "고객 {n}명에게 한 번씩 보내면 기대 가치는 모두 {all}이에요. 비용보다 가치가 큰 고객은 {worth}명이고, 이들만 골라 보내면 {only}이에요.",
  },
  "response.groupsAll": {
    en: "One contact with each of {n} customers is expected to bring {all}.",
    ko: "고객 {n}명에게 한 번씩 보내면 기대 가치는 모두 {all}이에요.",
  },
  "response.groupsChance": {
    en: "Customers in fifths by their probability of responding.",
    ko: "반응 확률이 높은 순서로 고객을 다섯 그룹으로 나눴어요.",
  },
  "response.group": { en: "Group", ko: "그룹" },
  "response.groupName": { en: "Group {n}", ko: "{n}그룹" },
  "response.groupsNote": {
    en: "The fifths hold about as many customers each; equal ones stay together.",
    ko: "그룹마다 고객 수가 비슷해요. 값이 같은 고객은 한 그룹에 둬요.",
  },
  "response.check": {
    en: "Responses expected and seen after {cutoff}",
    ko: "{cutoff} 이후 예상 반응률과 실제 반응률",
  },
  "response.checkSentence": {
    en: "Fitted on contacts up to {cutoff}, held against {n} later ones: {expected} responses expected, {actual} seen.",
    ko: "{cutoff}까지의 발송으로 맞춘 뒤 이후 발송 {n}건으로 확인했어요. 예상 반응 {expected}건, 실제 {actual}건이에요.",
  },
  "response.checkAxis": {
    en: "Contacts by expected response rate, the lowest tenth first",
    ko: "예상 반응률이 낮은 순서로 나눈 발송 (10등분)",
  },
  "response.tenth": { en: "Tenth", ko: "10등분" },
  "response.tenthName": { en: "Tenth {n}", ko: "{n}번째 구간" },
  "response.expected": { en: "Expected", ko: "예상" },
  "response.actual": { en: "Seen", ko: "실제" },
  "response.between": { en: "90% interval", ko: "90% 구간" },
  "response.rankings": {
    en: "Responses caught by the top {top} of contacts",
    ko: "상위 {top} 발송이 차지한 반응",
  },
  "response.rankingsSentence": {
    en: "The top {top} by the model held {own} of the later responses.",
    ko: "모델 순위 상위 {top} 발송이 이후 반응의 {own}를 차지했어요.",
  },
  "response.rankingsLine": {
    en: "The line stands for chance. Lines around the dots are 90% intervals.",
    ko: "세로선은 무작위로 골랐을 때예요. 점 옆의 선은 90% 구간이에요.",
  },
  "response.ranking": { en: "Ranking", ko: "순위 방식" },
  "response.caught": { en: "Share of responses", ko: "차지한 반응" },
  "response.more": { en: "Model catches more by", ko: "모델과의 차이" },
  "response.distribution": { en: "How often customers responded", ko: "고객별 반응 횟수" },
  "response.distributionSentence": {
    en: "{none} of {n} customers have not responded yet; bars are what was seen, dots what the model expects.",
    ko: "고객 {n}명 가운데 {none}명은 아직 반응한 적이 없어요. 막대는 실제, 점은 모델이 예상한 고객 수예요.",
  },
  "response.distributionAlike": {
    en: "{none} of {n} customers have not responded yet, as many as where all have the same probability.",
    ko: "고객 {n}명 가운데 {none}명은 아직 반응한 적이 없어요. 모두 확률이 같을 때와 비슷한 분포예요.",
  },
  "response.answers": { en: "Responses", ko: "반응 횟수" },
  "response.orMore": { en: "{n}+", ko: "{n}+" },
  "response.customers": { en: "Customers by expected value", ko: "기대 가치가 높은 고객" },
  "response.customersSentence": {
    en: "The first {n} of {all} customers who can still be reached.",
    ko: "연락할 수 있는 고객 {all}명 가운데 상위 {n}명이에요.",
  },
  "response.messages": { en: "Contacts", ko: "발송" },
  "response.probability": { en: "Probability", ko: "반응 확률" },
  "response.valueOf": { en: "Value of a response", ko: "반응 1회의 가치" },
  "response.value": { en: "Expected value", ko: "기대 가치" },
  "response.worth": { en: "Worth the cost", ko: "비용보다 큰 고객" },
  "response.isWorth": { en: "Worth it", ko: "보낼 만함" },
  "response.yes": { en: "Yes", ko: "예" },
  "response.no": { en: "No", ko: "아니요" },
} as const;
