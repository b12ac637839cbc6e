//! Campaigns: what was sent to whom, and who responded.
//!
//! Each customer responds to a contact with a probability of their own, drawn once from a beta distribution: the
//! beta-binomial model (R. Colombo and W. Jiang, "A stochastic RFM model", 1999), whose parameters a fit should find
//! again. Responses stand apart from purchases: they lead to no orders and do not end when a customer stops buying, so
//! that the purchase process stays what the truth says of it.

use arrow::{
    array::{BooleanArray, RecordBatch, StringArray, TimestampMicrosecondArray},
    datatypes::SchemaRef,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Beta, Distribution, Exp};
use serde::{Deserialize, Serialize};

use crate::{
    SimError,
    calendar::DAY,
    customer::Traits,
    options::refused,
    shop::Shop,
    tables::{Columns, traits_ids},
};

/// Hour of the day at which campaigns are sent.
const SENT_AT_HOUR: u32 = 10;
/// Share of the customers who have joined that a campaign goes to, whoever they are; the rest is left out by chance.
const REACH: f64 = 0.85;
/// Mean time from sending to a response, in days, and the longest.
const RESPONDS_WITHIN_DAYS: (f64, f64) = (2.0, 14.0);
/// Of contacts without a response, the share that is opened, and of these the share that is clicked.
const OPENS: f64 = 0.3;
const CLICKS: f64 = 0.15;
/// Channels and offers of campaigns, in turn.
const CHANNELS: [&str; 3] = ["email", "sms", "push"];
const OFFERS: [Option<&str>; 4] = [Some("10%"), None, Some("free_shipping"), Some("15%")];
/// Where the random streams of contacts begin, apart from those of purchases.
const SEED: u64 = 0x6d61_696c_696e_6773;

/// Campaigns of a simulated shop.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mailings {
    /// Campaigns a year, evenly spread, 1 to 52. Default 12.
    pub per_year: u32,
    /// How customers' probabilities of a response are distributed.
    pub response: Response,
    /// Share of the contacts of each campaign that are held out: assigned, and not sent. Default 0.1.
    pub holdout: f64,
    /// Probability that a contact makes its customer unsubscribe; nothing is sent to them afterwards. Default 0.002.
    pub unsubscribes: f64,
}

/// How customers differ in their probability of a response.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Response {
    /// Beta-distributed over customers.
    Beta {
        /// α, above 0.
        alpha: f64,
        /// β, above 0.
        beta: f64,
    },
    /// The same for everybody.
    Equal {
        /// The probability.
        probability: f64,
    },
}

impl Default for Mailings {
    fn default() -> Self {
        Self {
            per_year: 12,
            response: Response::Beta { alpha: 0.6, beta: 6.0 },
            holdout: 0.1,
            unsubscribes: 0.002,
        }
    }
}

impl Mailings {
    pub(crate) fn check(&self) -> Result<(), SimError> {
        if !(1..=52).contains(&self.per_year) {
            return Err(refused("mailings.per_year", self.per_year, "a number from 1 to 52"));
        }
        for (option, share) in
            [("mailings.holdout", self.holdout), ("mailings.unsubscribes", self.unsubscribes)]
        {
            if !(0.0..=0.5).contains(&share) {
                return Err(refused(option, share, "a share from 0 to 0.5"));
            }
        }
        match self.response {
            Response::Beta { alpha, beta } => {
                for (option, value) in [("mailings.response.alpha", alpha), ("mailings.response.beta", beta)]
                {
                    if !(0.01..=1_000.0).contains(&value) {
                        return Err(refused(option, value, "a number from 0.01 to 1,000"));
                    }
                }
            }
            Response::Equal { probability } => {
                if !(0.0..=1.0).contains(&probability) {
                    return Err(refused(
                        "mailings.response.probability",
                        probability,
                        "a probability from 0 to 1",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// What was written of contacts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactCounts {
    /// Rows of the contacts table.
    pub contacts: u64,
    /// Of these, held out: not sent.
    pub held_out: u64,
    /// Contacts with a response within the simulated span.
    pub responses: u64,
    /// Customers who unsubscribed.
    pub unsubscribed: u64,
}

/// One contact of a customer.
struct Contact {
    customer: usize,
    campaign: usize,
    holdout: bool,
    /// Seconds since the first day began, as the others.
    sent: u32,
    opened: Option<u32>,
    clicked: Option<u32>,
    responded: Option<u32>,
    unsubscribed: Option<u32>,
}

/// The campaigns of a shop, and contacts customer by customer.
pub(crate) struct Campaigns {
    mailings: Mailings,
    /// Second at which each is sent, ascending.
    sent: Vec<u32>,
    random: ChaCha8Rng,
    pub(crate) counts: ContactCounts,
}

impl Campaigns {
    pub(crate) fn new(shop: &Shop) -> Option<Self> {
        let mailings = shop.options.mailings?;
        let apart = 365.0 / f64::from(mailings.per_year);
        let days = (0..).map(|index| (f64::from(index) + 0.5) * apart);
        Some(Self {
            mailings,
            sent: days
                .take_while(|day| *day < f64::from(shop.calendar.days()))
                .map(|day| day as u32 * DAY + SENT_AT_HOUR * 3_600)
                .collect(),
            random: ChaCha8Rng::seed_from_u64(shop.options.seed ^ SEED),
            counts: ContactCounts::default(),
        })
    }

    pub(crate) fn schema(&mut self, shop: &Shop) -> SchemaRef {
        self.contacts(shop, &[]).0.schema()
    }

    /// The contacts of some customers, and each customer's probability of a response.
    pub(crate) fn contacts(&mut self, shop: &Shop, customers: &[Traits]) -> (RecordBatch, Vec<f64>) {
        let mut rows = Vec::new();
        let probabilities = customers
            .iter()
            .enumerate()
            .map(|(at, traits)| self.of_customer(shop, at, traits, &mut rows))
            .collect();
        for row in &rows {
            self.counts.contacts += 1;
            self.counts.held_out += u64::from(row.holdout);
            self.counts.responses += u64::from(row.responded.is_some());
            self.counts.unsubscribed += u64::from(row.unsubscribed.is_some());
        }
        let moments = |second: fn(&Contact) -> Option<u32>| -> TimestampMicrosecondArray {
            rows.iter().map(|row| second(row).map(|second| shop.calendar.microseconds(second))).collect()
        };
        let campaign = |row: &Contact| format!("C{:03}", row.campaign + 1);
        let ids = traits_ids(customers);
        let batch = Columns::new()
            .with(
                "customer_id",
                rows.iter().map(|row| Some(ids.value(row.customer))).collect::<StringArray>(),
            )
            .with("sent_at", moments(|row| Some(row.sent)))
            .with("campaign", StringArray::from_iter_values(rows.iter().map(campaign)))
            .with(
                "channel",
                StringArray::from_iter_values(rows.iter().map(|row| CHANNELS[row.campaign % CHANNELS.len()])),
            )
            .with(
                "offer",
                rows.iter().map(|row| OFFERS[row.campaign % OFFERS.len()]).collect::<StringArray>(),
            )
            .with("holdout", rows.iter().map(|row| Some(row.holdout)).collect::<BooleanArray>())
            .with("opened_at", moments(|row| row.opened))
            .with("clicked_at", moments(|row| row.clicked))
            .with("responded_at", moments(|row| row.responded))
            .with("unsubscribed_at", moments(|row| row.unsubscribed))
            .batch();
        (batch, probabilities)
    }

    fn of_customer(&self, shop: &Shop, at: usize, traits: &Traits, rows: &mut Vec<Contact>) -> f64 {
        let mut random = self.random.clone();
        random.set_stream(u64::from(traits.number) + 1);
        let probability = match self.mailings.response {
            // Both parameters were checked to be positive.
            Response::Beta { alpha, beta } => Beta::new(alpha, beta).expect("checked").sample(&mut random),
            Response::Equal { probability } => probability,
        };
        let end = shop.calendar.seconds();
        let delays = Exp::new(1.0 / RESPONDS_WITHIN_DAYS.0).expect("a positive constant");
        for (campaign, &sent) in self.sent.iter().enumerate() {
            if sent <= traits.first_purchase || !random.random_bool(REACH) {
                continue;
            }
            let mut contact = Contact {
                customer: at,
                campaign,
                holdout: random.random_bool(self.mailings.holdout),
                sent,
                opened: None,
                clicked: None,
                responded: None,
                unsubscribed: None,
            };
            if contact.holdout {
                rows.push(contact);
                continue;
            }
            let responds = random.random_bool(probability);
            let mut delay: f64 = delays.sample(&mut random);
            if delay > RESPONDS_WITHIN_DAYS.1 {
                delay = random.random_range(0.0..RESPONDS_WITHIN_DAYS.1);
            }
            // Opened, then clicked, then responded; only what lies within the span is in an export.
            let moment = |part: f64| {
                Some(sent + 60 + (part * delay * f64::from(DAY)) as u32).filter(|second| *second < end)
            };
            if responds || random.random_bool(OPENS) {
                contact.opened = moment(0.5);
                if responds || random.random_bool(CLICKS) {
                    contact.clicked = moment(0.8);
                }
                if responds {
                    contact.responded = moment(1.0);
                }
            }
            if random.random_bool(self.mailings.unsubscribes) {
                contact.unsubscribed = moment(0.9);
            }
            let left = contact.unsubscribed.is_some();
            rows.push(contact);
            if left {
                break;
            }
        }
        probability
    }
}
