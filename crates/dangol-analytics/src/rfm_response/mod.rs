//! The stochastic RFM model: who responds to a contact, what that is worth, and whom to contact next.
//!
//! Contacts and what came of them ([`contacts`]) → the beta-binomial model of responses and the gamma-gamma model of spend
//! ([`model`]) → the expected value of each customer's next contact → the same fitted before a cut-off, judged on the contacts
//! after it ([`check`]).
//! Source: R. Colombo and W. Jiang, "A stochastic RFM model", Journal of Interactive Marketing 13/3 (1999), 2–12.

mod check;
mod contacts;
mod findings;
mod holdout;
mod model;
mod orders;
mod params;
mod result;

pub use params::{ResponseKind, RfmResponseParams};
pub use result::{
    CampaignRow, ContactTotals, ContactWorth, RankingQuality, ResponseCheck, ResponseCount, ResponseCustomer,
    ResponseGroup, ResponseModel, ResponseSpend, ResponseTenth, RfmResponseResult, SpendBasis,
};

use dangol_models::lifetime::beta_binomial::{
    BetaBinomial, Contacts as Counts, Drift, delta, expected_customers,
};
use dangol_models::lifetime::intervals::{Interval, Scale};
use dangol_models::proportion::{LEVEL as CAMPAIGN_LEVEL, wilson};
use dangol_models::targeting::{Answers, bands};
use dangol_shop::time::date_of;
use dangol_shop::{Scope, Shop};

use self::contacts::{Contacts, Known};
use self::model::{Responses, Worth, expected_value};
use crate::catalogue::{About, Analysis, Need};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::needs;
use crate::quality::has;
use crate::value::base::everybody;
use crate::words::Words;

/// Level of the intervals.
const LEVEL: f64 = 0.9;
/// Groups by expected value.
const FIFTHS: usize = 5;
/// Campaigns listed.
const MOST_CAMPAIGNS: usize = 24;
/// Numbers of responses from here on are told together where hardly anybody has so many.
const LEAST_IN_ROW: f64 = 5.0;

/// The analysis `rfm-response`.
#[derive(Debug)]
pub struct RfmResponse;

impl Analysis for RfmResponse {
    type Params = RfmResponseParams;
    type Output = RfmResponseResult;

    const NAME: &'static str = "rfm-response";
    const NEEDS: &'static [Need] = &[
        Need::required(
            "contacts",
            "sent_at",
            "what was sent to whom, and when",
            "누구에게 언제 보냈는지 (발송 기록)",
        ),
        Need::optional(
            "contacts",
            "responded_at",
            "who responded; without it clicks or orders can stand for responses, if asked for",
            "누가 반응했는지. 없으면 클릭이나 주문을 반응으로 볼 수 있어요(직접 골라야 해요)",
        ),
        Need::optional(
            "contacts",
            "holdout",
            "who was held out of a campaign, and does not count as contacted",
            "캠페인에서 일부러 보내지 않은 고객(대조군). 발송으로 세지 않아요",
        ),
        Need::optional(
            "contacts",
            "unsubscribed_at",
            "who has unsubscribed, and is not contacted any more",
            "수신을 거부한 고객. 순위에서 빼요",
        ),
        needs::CUSTOMER,
        needs::WHEN,
        Need::optional(
            "order_lines",
            "net_revenue",
            "what a response is worth, from an amount or a unit price",
            "반응 한 번의 가치 (금액 또는 단가)",
        ),
    ];

    fn about() -> About {
        About {
            title: Words::new("Response model (stochastic RFM)", "반응 모델 (확률적 RFM)"),
            definition: Words::new(
                "Each customer responds to a contact with a probability of their own, the same for all of their contacts; it is beta-distributed over customers with α and β, fitted by maximum likelihood on how often each was contacted and responded (beta-binomial). Of somebody with x responses to n contacts, the next contact is answered with probability (α + x) / (α + β + n): a mean of what they did and of what all do. A contact counts once its window is over; what was held out was not sent and does not count. What a response brings is the share of responses with an order within the window times the expected spend on one (gamma-gamma model); an order belongs to the last contact before it. Where fewer than 50 customers have ordered on a response, ordinary orders stand for it, which is said. Expected value of the next contact = probability × value of a response × margin − cost. The ranking is judged out of time: fitted on contacts that were over by a cut-off, and laid beside the answers to the latest ones, next to ranking by past response rate, by RFM score and by chance. Customers who have unsubscribed are not ranked. A response is not an uplift: whoever responds might have bought without the contact.",
                "고객마다 발송에 반응할 확률이 따로 있고, 그 고객에게 보내는 모든 발송에서 같다고 봐요. 이 확률은 고객들 사이에서 베타분포(α, β)를 따르고, 고객별 발송 수와 반응 수에 최대우도로 맞춰요(베타-이항). 발송 n번에 x번 반응한 고객이 다음 발송에 반응할 확률은 (α + x) / (α + β + n)이에요. 그 고객의 기록과 전체 평균을 섞은 값이에요. 반응 기간이 지난 발송만 세고, 대조군은 보내지 않았으니 세지 않아요. 반응 한 번의 가치는 기간 안에 주문으로 이어진 비율 × 그때의 예상 구매 금액(감마-감마)이에요. 주문은 바로 앞 발송의 것으로만 봐요. 반응해서 산 고객이 50명보다 적으면 일반 주문 금액으로 대신하고 따로 알려요. 다음 발송의 기대 가치 = 반응 확률 × 반응의 가치 × 마진 − 발송 비용. 순위는 시점을 나눠 검증해요. 기준일까지 끝난 발송으로 맞추고, 그 뒤 발송의 반응과 비교하면서 지난 반응률, RFM 점수, 무작위 순위와 견줘요. 수신을 거부한 고객은 순위에서 빼요. 반응은 발송의 순수 효과가 아니에요. 보내지 않아도 샀을 고객이 섞여 있어요.",
            ),
            source: "Colombo, R. and Jiang, W. (1999), A stochastic RFM model, Journal of Interactive Marketing 13(3), 2–12; Fader, P. and Hardie, B. (2013), The gamma-gamma model of monetary value; Self, S. and Liang, K. (1987), JASA 82 (test at the boundary); van Elteren, P. (1960) (drift)."
                .into(),
            parameters: params::parameter_list(),
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: RfmResponseParams,
    ) -> Result<(RfmResponseResult, Vec<Finding>), AnalysisError> {
        params.check()?;
        available(shop, &params)?;
        // The models see everybody, so that a customer's numbers do not hang on which segment is looked at.
        let all = everybody(&scope);
        let contacts = Contacts::of(shop, &all, &params).await?;
        let known: Vec<Known> =
            (0..contacts.customers.len()).map(|at| contacts.known(at, contacts.end)).collect();
        let Some(responses) = Responses::of(&known)? else {
            return Err(AnalysisError::BadParameter {
                analysis: Self::NAME,
                detail: format!(
                    "no contact with a customer was sent at least {} days before {}; take a shorter window_days or a later as-of date",
                    params.window_days, scope.as_of
                ),
            });
        };
        let worth = Worth::of(shop, &all.without_from(), &contacts, &known).await?;
        let checked = check::check(shop, &all, &contacts, &params).await?;
        let held_out = holdout::compare(&contacts);
        let profiles = shop.profiles(&all.without_from()).await?;

        let study = Study {
            contacts: &contacts,
            known: &known,
            responses: &responses,
            worth: &worth,
            params: &params,
        };
        let shown = study.ranked(scope.members.as_ref().map(|members| members.as_slice()))?;
        let differ = responses.differ();
        let drift = study.drift();
        let (check, contacts_follow) =
            checked.map_or((None, None), |checked| (Some(checked.check), checked.contacts_follow));
        let result = RfmResponseResult {
            contacts: study.totals(profiles.len() as u64),
            model: study.model(drift)?,
            spend: study.spend(),
            worth: contact_worth(&shown),
            distribution: study.distribution()?,
            groups: if differ { study.groups(&shown) } else { Vec::new() },
            check,
            campaigns: study.campaigns(shop)?,
            customers: if differ { study.rows(shop, &shown).await? } else { Vec::new() },
        };
        let findings = findings::find(shop, &study, &result, held_out, contacts_follow);
        Ok((result, findings))
    }
}

/// Refuses what the shop's data do not hold, with what to map.
fn available(shop: &Shop, params: &RfmResponseParams) -> Result<(), AnalysisError> {
    if !shop.manifest.tables.iter().any(|table| table.name == "contacts" && table.rows > 0) {
        return Err(AnalysisError::NoTable { analysis: RfmResponse::NAME, table: "contacts" });
    }
    match params.response.column() {
        Some(column) if !has(shop, "contacts", column) => Err(AnalysisError::NoColumn {
            analysis: RfmResponse::NAME,
            table: "contacts",
            column,
            instead: "or say which other sign of a response to take: response = \"clicked\", or response = \"ordered\" for orders within window_days after sending",
        }),
        _ => Ok(()),
    }
}

/// A customer who can be contacted, with what the next contact is expected to bring.
struct Ranked {
    /// Place among the customers with contacts.
    at: usize,
    probability: f64,
    value_of_response: Option<f64>,
    expected: Option<f64>,
    /// Fifth, from 1.
    group: u32,
}

/// None where nothing is known of spend.
fn contact_worth(ranked: &[Ranked]) -> Option<ContactWorth> {
    let values: Option<Vec<f64>> = ranked.iter().map(|one| one.expected).collect();
    let values = values.filter(|values| !values.is_empty())?;
    Some(ContactWorth {
        customers: values.len() as u64,
        everybody: values.iter().sum(),
        worth_contacting: values.iter().filter(|value| **value > 0.0).count() as u64,
        only_worth: values.iter().filter(|value| **value > 0.0).sum(),
    })
}

/// All that the result is made of.
struct Study<'a> {
    contacts: &'a Contacts,
    known: &'a [Known],
    responses: &'a Responses,
    worth: &'a Worth,
    params: &'a RfmResponseParams,
}

impl Study<'_> {
    /// Customers with contacts who have not unsubscribed, the best first: by expected value, or by probability where
    /// nothing is known of spend. Equal ones are in one group, so that no group hangs on the order of the rows.
    fn ranked(&self, members: Option<&[i32]>) -> Result<Vec<Ranked>, AnalysisError> {
        let worth: Vec<Option<f64>> = (0..self.known.len()).map(|at| self.value_of_response(at)).collect();
        let with_value = self.worth.fitted.is_some() && worth.iter().all(Option::is_some);
        let mut ranked = Vec::new();
        for (at, known) in self.known.iter().enumerate() {
            if known.contacts == 0 || self.contacts.has_left(at, self.contacts.end) {
                continue;
            }
            let probability = self.responses.probability(known)?;
            let value_of_response = worth[at].filter(|_| with_value);
            let expected = value_of_response.map(|worth| expected_value(probability, worth, self.params));
            ranked.push(Ranked { at, probability, value_of_response, expected, group: 0 });
        }
        ranked.sort_by(|left, right| {
            let by = |one: &Ranked| one.expected.unwrap_or(one.probability);
            by(right).total_cmp(&by(left)).then(left.at.cmp(&right.at))
        });
        // Fifths of everybody, so that a segment's customers stay in theirs.
        let each = vec![Answers { contacts: 1, responses: 0 }; ranked.len()];
        let values: Vec<f64> = ranked.iter().map(|one| one.expected.unwrap_or(one.probability)).collect();
        let bands = bands(&each, &values, FIFTHS)?;
        let best = bands.iter().max().copied().unwrap_or(0);
        for (one, band) in ranked.iter_mut().zip(bands) {
            one.group = (best - band) as u32 + 1;
        }
        if let Some(members) = members {
            ranked.retain(|one| members.binary_search(&self.contacts.customers[one.at]).is_ok());
        }
        Ok(ranked)
    }

    fn value_of_response(&self, at: usize) -> Option<f64> {
        self.worth.fitted.as_ref()?;
        self.worth.of_customer(at)
    }

    fn totals(&self, customers: u64) -> ContactTotals {
        let sum = |of: fn(&Known) -> u32| self.known.iter().map(|one| u64::from(of(one))).sum::<u64>();
        let (contacts, responses) = (sum(|one| one.contacts), sum(|one| one.responses));
        let contacted = self.known.iter().filter(|one| one.contacts > 0).count() as u64;
        let left =
            |at: &usize| self.known[*at].contacts > 0 && self.contacts.has_left(*at, self.contacts.end);
        let unsubscribed = (0..self.known.len()).filter(left).count() as u64;
        let held_out = self.contacts.holdout.iter().filter(|held| **held).count() as u64;
        ContactTotals {
            response: self.params.response.key().to_owned(),
            window_days: self.params.window_days,
            customers: contacted,
            reachable: contacted - unsubscribed,
            contacts,
            responses,
            rate: responses as f64 / contacts.max(1) as f64,
            open: self.contacts.sent.len() as u64 - held_out - contacts,
            held_out,
            unsubscribed,
            never_contacted: customers.saturating_sub(contacted),
            of_others: self.contacts.of_others,
        }
    }

    /// Whether customers answer rather their earlier or their later contacts.
    fn drift(&self) -> Drift {
        let mut drift = Drift::default();
        for rows in &self.contacts.rows {
            let counted = rows.clone().filter(|row| self.contacts.counts(*row, self.contacts.end));
            let answered: Vec<bool> = counted.map(|row| self.contacts.responded[row]).collect();
            drift.add(answered.into_iter());
        }
        drift
    }

    fn model(&self, drift: Drift) -> Result<ResponseModel, AnalysisError> {
        let fitted = &self.responses.fitted;
        let low = |found: Option<Interval>| found.map(|found| found.low);
        let high = |found: Option<Interval>| found.map(|found| found.high);
        let (alpha, beta) = (fitted.interval("alpha", LEVEL)?, fitted.interval("beta", LEVEL)?);
        let mean = delta(fitted, LEVEL, Scale::Probability, |model: &BetaBinomial| model.response.mean)?;
        let (p10, p90) = fitted.model.response_interval(Counts::new(0, 0)?, 0.8)?;
        let rates = drift.rates();
        Ok(ResponseModel {
            alpha: fitted.parameter("alpha"),
            alpha_low: low(alpha),
            alpha_high: high(alpha),
            beta: fitted.parameter("beta"),
            beta_low: low(beta),
            beta_high: high(beta),
            mean: fitted.model.response.mean,
            mean_low: low(mean),
            mean_high: high(mean),
            p10,
            p90,
            log_likelihood: fitted.log_likelihood,
            p_value: self.responses.difference.p_value,
            differ: self.responses.differ(),
            earlier_rate: rates.map(|rates| rates.0),
            later_rate: rates.map(|rates| rates.1),
            drift_p_value: drift.p_value(),
        })
    }

    fn spend(&self) -> ResponseSpend {
        let parameter = |name: &str| self.worth.fitted.as_ref().and_then(|fitted| fitted.parameter(name));
        let value = self.worth.mean();
        ResponseSpend {
            basis: self.worth.basis,
            customers: self.worth.customers,
            p: parameter("p"),
            q: parameter("q"),
            gamma: parameter("gamma"),
            conversion: self.worth.conversion,
            value_of_response: value,
            break_even: value.map(|value| self.params.cost / (value * self.params.margin)),
        }
    }

    fn distribution(&self) -> Result<Vec<ResponseCount>, AnalysisError> {
        let expected = expected_customers(&self.responses.fitted.model, &self.responses.table)?;
        let mut customers = vec![0_u64; expected.len()];
        for (counts, of_equal) in self.responses.table.rows() {
            customers[counts.responses() as usize] += of_equal;
        }
        // The last row takes in what is expected of hardly anybody, and what nobody has been seen to do.
        let all: f64 = customers.iter().map(|count| *count as f64).sum();
        let last = expected.iter().rposition(|count| *count >= LEAST_IN_ROW).unwrap_or(0);
        let mut rows: Vec<ResponseCount> = (0..=last)
            .map(|responses| ResponseCount {
                responses: responses as u32,
                and_more: false,
                customers: customers[responses],
                expected: expected[responses],
            })
            .collect();
        if let Some(row) = rows.last_mut() {
            row.and_more = true;
            row.customers = customers[last..].iter().sum();
            row.expected = (all - expected[..last].iter().sum::<f64>()).max(0.0);
        }
        Ok(rows)
    }

    fn groups(&self, ranked: &[Ranked]) -> Vec<ResponseGroup> {
        (1..=FIFTHS as u32)
            .map(|group| {
                let members: Vec<&Ranked> = ranked.iter().filter(|one| one.group == group).collect();
                let customers = members.len() as u64;
                let sum = |of: fn(&Known) -> u32| {
                    members.iter().map(|one| u64::from(of(&self.known[one.at]))).sum()
                };
                let mean = |of: fn(&Ranked) -> Option<f64>| -> Option<f64> {
                    let sum: Option<f64> = members.iter().map(|one| of(one)).sum();
                    sum.filter(|_| customers > 0).map(|sum| sum / customers as f64)
                };
                let worth: Option<Vec<f64>> = members.iter().map(|one| one.expected).collect();
                ResponseGroup {
                    group,
                    customers,
                    contacts: sum(|known| known.contacts),
                    responses: sum(|known| known.responses),
                    probability: mean(|one| Some(one.probability)).unwrap_or(0.0),
                    expected_value: mean(|one| one.expected),
                    worth_contacting: worth
                        .map(|values| values.iter().filter(|value| **value > 0.0).count() as u64),
                }
            })
            .filter(|row| row.customers > 0)
            .collect()
    }

    fn campaigns(&self, shop: &Shop) -> Result<Vec<CampaignRow>, AnalysisError> {
        let mut sums = vec![(i64::MAX, 0_u64, 0_u64); self.contacts.campaigns.len()];
        for row in self.contacts.counted() {
            let sum = &mut sums[self.contacts.campaign[row] as usize];
            sum.0 = sum.0.min(self.contacts.sent[row]);
            sum.1 += 1;
            sum.2 += u64::from(self.contacts.responded[row]);
        }
        let mut rows = Vec::new();
        for (name, (first, contacts, responses)) in self.contacts.campaigns.iter().zip(sums) {
            let Some(rate) = wilson(responses, contacts, CAMPAIGN_LEVEL)? else { continue };
            rows.push(CampaignRow {
                campaign: name.clone(),
                sent_on: date_of(shop.clock().day_of(first)).to_string(),
                contacts,
                responses,
                rate: rate.rate,
                low: rate.low,
                high: rate.high,
            });
        }
        rows.sort_by(|left, right| right.sent_on.cmp(&left.sent_on).then(left.campaign.cmp(&right.campaign)));
        rows.truncate(MOST_CAMPAIGNS);
        Ok(rows)
    }

    async fn rows(&self, shop: &Shop, ranked: &[Ranked]) -> Result<Vec<ResponseCustomer>, AnalysisError> {
        let listed = &ranked[..ranked.len().min(self.params.limit)];
        let key = |one: &Ranked| self.contacts.customers[one.at];
        let mut keys: Vec<i32> = listed.iter().map(key).collect();
        keys.sort_unstable();
        let ids = shop.customer_ids(&keys).await?;
        let mut rows = Vec::with_capacity(listed.len());
        for one in listed {
            let Some(id) = keys.binary_search(&key(one)).ok().and_then(|place| ids.get(place)) else {
                continue;
            };
            let known = &self.known[one.at];
            let (low, high) = self.responses.interval(known, LEVEL)?;
            rows.push(ResponseCustomer {
                customer_id: id.clone(),
                contacts: known.contacts,
                responses: known.responses,
                probability: one.probability,
                low,
                high,
                value_of_response: one.value_of_response,
                expected_value: one.expected,
                group: one.group,
                worth_contacting: one.expected.map(|value| value > 0.0),
            });
        }
        Ok(rows)
    }
}
