//! Contacts of customers, in the order of time, with what came of each.

use std::ops::Range;

use arrow::datatypes::{Int32Type, Int64Type};
use dangol_models::lifetime::gamma_gamma::Spend;
use dangol_models::targeting::Answers;
use dangol_shop::frame::{column, texts};
use dangol_shop::scope::AsOf;
use dangol_shop::time::{DAY_MICROS, LocalClock};
use dangol_shop::{Scope, Shop};

use super::orders::{Orders, followed};
use super::params::{ResponseKind, RfmResponseParams};
use crate::error::AnalysisError;

/// Stands for a moment that is not known.
const NEVER: i64 = i64::MAX;

/// Contacts by customer, ascending by key, and in the order of time; vectors of equal length. Contacts of one customer at
/// one moment, on several channels, are one.
#[derive(Debug)]
pub(super) struct Contacts {
    /// Keys of the customers who bought in scope and have a contact.
    pub(super) customers: Vec<i32>,
    /// Each customer's rows.
    pub(super) rows: Vec<Range<usize>>,
    /// When it was sent, or would have been; microseconds UTC.
    pub(super) sent: Vec<i64>,
    pub(super) holdout: Vec<bool>,
    pub(super) responded: Vec<bool>,
    pub(super) unsubscribed_at: Vec<i64>,
    /// Revenue of the orders that belong to the contact: within its window, and no later contact before them.
    pub(super) revenue: Vec<f64>,
    /// Whether any order came within the window, whatever was sent in between.
    pub(super) ordered_after: Vec<bool>,
    /// Place in `campaigns`.
    pub(super) campaign: Vec<u32>,
    /// Names of campaigns; empty where there is none.
    pub(super) campaigns: Vec<String>,
    /// Rows of contacts with people who have bought nothing in scope.
    pub(super) of_others: u64,
    /// The end of the as-of moment.
    pub(super) end: i64,
    /// The window in microseconds.
    pub(super) window: i64,
}

/// What is known of a customer at some moment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known {
    pub(super) contacts: u32,
    pub(super) responses: u32,
    /// Responses with a purchase, and what was bought on these.
    pub(super) bought: u32,
    pub(super) revenue: f64,
}

impl Known {
    /// As the spend model takes it.
    pub(super) fn spend(&self) -> Spend {
        let mean = if self.bought > 0 { self.revenue / f64::from(self.bought) } else { 0.0 };
        Spend { purchases: self.bought, mean }
    }
}

/// The first moment after the as-of moment.
pub(super) fn end_of(as_of: AsOf, clock: &LocalClock) -> i64 {
    match as_of {
        AsOf::Day(day) => clock.start_of_day(day + 1),
        AsOf::Moment(at) => at.saturating_add(1),
    }
}

impl Contacts {
    /// The contacts of customers who bought in a scope.
    pub(super) async fn of(
        shop: &Shop,
        scope: &Scope,
        params: &RfmResponseParams,
    ) -> Result<Self, AnalysisError> {
        let end = end_of(scope.as_of, shop.clock());
        let from = scope.from.map_or(i64::MIN, |day| shop.clock().start_of_day(day));
        let window = i64::from(params.window_days) * DAY_MICROS;
        let answered = params.response.column().unwrap_or("responded_at");
        let tables = shop.tables_in_scope(&scope.without_from())?;
        // A contact of the period, sent before the as-of moment.
        let seen = format!("CAST(c.sent_at AS BIGINT) < {end} AND CAST(c.sent_at AS BIGINT) >= {from}");
        let known = "known AS (SELECT DISTINCT customer_key, customer_id FROM order_lines \
             WHERE is_purchase AND customer_key IS NOT NULL)";
        let found = tables
            .ask(&format!(
                "WITH {known}, \
                 sent AS (SELECT k.customer_key, CAST(c.sent_at AS BIGINT) AS sent, \
                   bool_and(coalesce(c.holdout, false)) AS holdout, min(c.campaign) AS campaign, \
                   min(CAST(c.{answered} AS BIGINT)) AS answered, \
                   min(CAST(c.unsubscribed_at AS BIGINT)) AS unsubscribed \
                   FROM contacts c JOIN known k ON k.customer_id = c.customer_id WHERE {seen} GROUP BY 1, 2) \
                 SELECT customer_key, sent, CAST(holdout AS INT) AS holdout, campaign, answered, unsubscribed FROM sent"
            ))
            .await?;
        let others = tables
            .ask(&format!(
                "WITH {known} SELECT count(*) AS rows FROM contacts c LEFT ANTI JOIN known k \
                 ON k.customer_id = c.customer_id WHERE {seen}"
            ))
            .await?;

        // In order here: DataFusion leaves the second of two columns out of ORDER BY where it takes the first to be unique.
        let keys = column::<Int32Type>(&found, "customer_key", 0)?;
        let sent = column::<Int64Type>(&found, "sent", 0)?;
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_unstable_by_key(|at| (keys[*at], sent[*at]));
        let integers = |name: &str, null: i64| -> Result<Vec<i64>, AnalysisError> {
            let values = column::<Int64Type>(&found, name, null)?;
            Ok(order.iter().map(|at| values[*at]).collect())
        };
        let names: Vec<String> =
            texts(&found, "campaign")?.into_iter().map(Option::unwrap_or_default).collect();
        let mut campaigns = names.clone();
        campaigns.sort_unstable();
        campaigns.dedup();
        let campaign = |at: &usize| campaigns.binary_search(&names[*at]).unwrap_or_default() as u32;

        let (sent, answered) = (integers("sent", 0)?, integers("answered", NEVER)?);
        let holdout: Vec<bool> = integers("holdout", 0)?.into_iter().map(|flag| flag > 0).collect();
        let (first, last) = (sent.iter().min(), sent.iter().max());
        let orders = match first.zip(last) {
            Some((first, last)) => Orders::between(&tables, *first, *last + window).await?,
            None => Orders::default(),
        };
        let mut after = Vec::with_capacity(sent.len());
        let (mut customers, mut rows) = (Vec::new(), Vec::new());
        for of_customer in order.chunk_by(|left, right| keys[*left] == keys[*right]) {
            let key = keys[of_customer[0]];
            let range = after.len()..after.len() + of_customer.len();
            let contacts: Vec<(i64, bool)> = range.clone().map(|at| (sent[at], holdout[at])).collect();
            after.extend(followed(&contacts, orders.of(key), window));
            customers.push(key);
            rows.push(range);
        }
        // By days: where only the day of a response is written down, it begins before the contact.
        let day = |at: i64| shop.clock().day_of(at);
        let responded = |at: usize| match params.response {
            ResponseKind::Ordered => after[at].orders > 0,
            _ => answered[at] < sent[at] + window && day(answered[at]) >= day(sent[at]),
        };
        Ok(Self {
            holdout,
            responded: (0..sent.len()).map(responded).collect(),
            unsubscribed_at: integers("unsubscribed", NEVER)?,
            revenue: after.iter().map(|after| after.revenue).collect(),
            ordered_after: after.iter().map(|after| after.ordered_after).collect(),
            campaign: order.iter().map(campaign).collect(),
            of_others: column::<Int64Type>(&others, "rows", 0)?.first().map_or(0, |rows| *rows as u64),
            customers,
            rows,
            campaigns,
            sent,
            end,
            window,
        })
    }

    /// Whether a contact counts at the end of some time: it was sent, and its window is over by then.
    pub(super) fn counts(&self, row: usize, end: i64) -> bool {
        !self.holdout[row] && self.sent[row] + self.window <= end
    }

    /// What is known of a customer at the end of some time.
    pub(super) fn known(&self, customer: usize, end: i64) -> Known {
        let mut known = Known::default();
        for row in self.rows[customer].clone().filter(|row| self.counts(*row, end)) {
            known.contacts += 1;
            if self.responded[row] {
                known.responses += 1;
                if self.revenue[row] > 0.0 {
                    known.bought += 1;
                    known.revenue += self.revenue[row];
                }
            }
        }
        known
    }

    /// Contacts that were sent from a moment on and count by now, and the responses to them.
    pub(super) fn later(&self, customer: usize, from: i64) -> Answers {
        let mut answers = Answers { contacts: 0, responses: 0 };
        for row in self.rows[customer].clone() {
            if self.sent[row] >= from && self.counts(row, self.end) {
                answers.contacts += 1;
                answers.responses += u32::from(self.responded[row]);
            }
        }
        answers
    }

    /// Whether a customer has unsubscribed by the end of some time.
    pub(super) fn has_left(&self, customer: usize, end: i64) -> bool {
        self.rows[customer].clone().any(|row| self.unsubscribed_at[row] < end)
    }

    /// All rows that count by now.
    pub(super) fn counted(&self) -> impl Iterator<Item = usize> {
        (0..self.sent.len()).filter(|row| self.counts(*row, self.end))
    }
}
