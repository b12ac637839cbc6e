//! One customer: traits, purchases, and the order lines that come of them.
//!
//! The process (`process.rs`) fixes how many purchases there are and when. What is bought follows affinity
//! and season, for how much follows Gamma-Gamma (Fader and Hardie 2013): spend per order is
//! Gamma(p, ν), ν ~ Gamma(q, γ), so that the customer's mean is p / ν. Whatever else a real export
//! holds (cancelled attempts, returns, guests, dirt) is added on top, never put in the place of a purchase.

use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Gamma, Poisson};

use crate::{
    calendar::DAY,
    line::{Dirt, Line, Status},
    process::Dropout,
    shop::{EXTRA_LINES, SPEND_P, Shop, pick},
    words::{CATEGORIES, CHANNELS, GATEWAY, PLATFORMS},
};

/// Shares of all dirt that come as whole orders.
const DIRTY_ORDERS: [(Dirt, f64); 2] = [(Dirt::MissingCustomer, 0.25), (Dirt::TestAccount, 0.10)];
/// Shares of all dirt that come as single lines.
const DIRTY_LINES: [(Dirt, f64); 5] = [
    (Dirt::ExactDuplicate, 0.25),
    (Dirt::UnparsableAmount, 0.10),
    (Dirt::UnparsableDate, 0.10),
    (Dirt::NegativePrice, 0.10),
    (Dirt::ZeroPrice, 0.10),
];
/// How many days a coupon-driven customer will wait for an event.
const PATIENCE_DAYS: u32 = 10;
/// How often such a customer does wait.
const WAITS: f64 = 0.6;
/// Share of purchases that go to the customer's usual platform.
const FAITHFUL_TO_PLATFORM: f64 = 0.85;
/// Orders from here on are sent for free (won).
const FREE_SHIPPING_FROM: i64 = 50_000;
/// An order has at most one line more than its spend holds of this (won).
const SPEND_PER_LINE: f64 = 5_000.0;
/// Concentration of affinities: the smaller, the more a customer keeps to few categories.
const AFFINITY_SHAPE: f64 = 0.8;
/// Running sums of the shares of lines that aim at one, two and three pieces.
const PIECES: [f64; 3] = [0.76, 0.92, 1.0];
/// Lines per order at most, so that products of an order can differ and lines be counted in a byte.
const MAX_LINES_PER_ORDER: usize = 40;

/// What is true of one customer.
#[derive(Clone, Debug)]
pub(crate) struct Traits {
    pub(crate) number: u32,
    pub(crate) lambda: f64,
    pub(crate) dropout: Dropout,
    pub(crate) lifetime: Option<f64>,
    /// Second in which the customer stopped; `None` if alive at the end of the span.
    pub(crate) dies_at: Option<u32>,
    /// Expected spend per order, p / ν, in won; later orders of customers with a gateway effect have their factor on top.
    pub(crate) mean_spend: f64,
    pub(crate) channel: u8,
    pub(crate) coupon_driven: bool,
    /// Share of each category in what the customer buys, before seasons.
    pub(crate) affinities: [f64; CATEGORIES.len()],
    pub(crate) platform: u8,
    pub(crate) country: u8,
    pub(crate) region: u8,
    pub(crate) female: bool,
    pub(crate) birth_year: i16,
    pub(crate) email_consent: bool,
    /// Seconds between signing up and the first order.
    pub(crate) signed_up_before: u32,
    /// Filled in by [`Traits::tally`].
    pub(crate) purchases: u32,
    pub(crate) revenue: i64,
    pub(crate) first_purchase: u32,
    pub(crate) last_purchase: u32,
}

impl Traits {
    /// Sums up the clean purchases among the customer's lines.
    pub(crate) fn tally(&mut self, lines: &[Line]) {
        self.purchases = 0;
        self.revenue = 0;
        self.first_purchase = u32::MAX;
        self.last_purchase = 0;
        for line in lines.iter().filter(|line| line.is_clean_purchase()) {
            self.purchases += u32::from(line.opens_order());
            self.revenue += line.net_revenue();
            self.first_purchase = self.first_purchase.min(line.second);
            self.last_purchase = self.last_purchase.max(line.second);
        }
    }
}

/// Draws one customer and appends the customer's lines, purchases in order of time, each followed by
/// what was added to it. Cutting the tail off is therefore cutting the history short.
pub(crate) fn customer(shop: &Shop, number: u32, text_dirt: bool, lines: &mut Vec<Line>) -> Traits {
    let mut random = shop.random_of(number);
    let channel = pick(&shop.channel_weights, random.random());
    let model = &shop.channels[channel];
    let span = f64::from(shop.calendar.days());
    let joins_at = shop.joining_day(random.random());
    let history = model.sampler.history(joins_at, span, &mut random);
    let nu: f64 = model.spend_rates.sample(&mut random);
    let country = pick(&shop.country_weights, random.random());
    let mut traits = Traits {
        number,
        lambda: history.lambda,
        dropout: history.dropout,
        lifetime: history.lifetime,
        dies_at: history.dies_at.map(|moment| shop.calendar.clock(moment)),
        mean_spend: SPEND_P / nu,
        channel: channel as u8,
        coupon_driven: random.random_bool(CHANNELS[channel].coupon_driven),
        affinities: affinities(&mut random),
        platform: pick(&shop.platform_weights, random.random()) as u8,
        country: country as u8,
        region: pick(&shop.region_weights, random.random()) as u8,
        female: random.random_bool(0.68),
        birth_year: shop.calendar.first_date().year() - random.random_range(19..62),
        email_consent: random.random_bool(0.6),
        signed_up_before: random.random_range(60..1_800),
        purchases: 0,
        revenue: 0,
        first_purchase: 0,
        last_purchase: 0,
    };
    let seconds: Vec<u32> = history.purchases.iter().map(|&moment| shop.calendar.clock(moment)).collect();
    let seconds = wait_for_events(shop, &traits, seconds, &mut random);

    let first_line = lines.len();
    let mut orders = Orders {
        shop,
        traits: &traits,
        spend: Gamma::new(SPEND_P, 1.0 / nu).ok(),
        text_dirt,
        random,
        later_factor: 1.0,
        next_order: 0,
        lines,
    };
    for (index, &second) in seconds.iter().enumerate() {
        orders.purchase(second, index == 0);
    }
    traits.tally(&lines[first_line..]);
    traits
}

fn affinities(random: &mut impl Rng) -> [f64; CATEGORIES.len()] {
    let affinities = CATEGORIES.each_ref().map(|category| {
        // Shares of the table are positive.
        let gamma = Gamma::new(AFFINITY_SHAPE * category.share, 1.0).expect("table of constants");
        gamma.sample(random) + 1e-6
    });
    let total: f64 = affinities.iter().sum();
    affinities.map(|share| share / total)
}

/// Coupon-driven customers put purchases off until an event that begins soon. The number of purchases stays;
/// so does the first one, and nobody buys after death.
fn wait_for_events(shop: &Shop, traits: &Traits, mut seconds: Vec<u32>, random: &mut impl Rng) -> Vec<u32> {
    if !traits.coupon_driven {
        return seconds;
    }
    let alive_until = traits.dies_at.unwrap_or(u32::MAX);
    for second in seconds.iter_mut().skip(1) {
        let day = *second / DAY;
        if shop.event_on(day).is_none()
            && let Some(event) = shop.next_event(day, PATIENCE_DAYS)
            && random.random_bool(WAITS)
        {
            let days = random.random_range(event.first_day..=event.last_day) - day;
            let later = *second + days * DAY;
            if later < alive_until {
                *second = later;
            }
        }
    }
    seconds.sort_unstable();
    seconds
}

/// Writes the orders of one customer.
struct Orders<'a> {
    shop: &'a Shop,
    traits: &'a Traits,
    /// `None` only if ν has run out of range; then each order is worth the mean.
    spend: Option<Gamma<f64>>,
    text_dirt: bool,
    random: ChaCha8Rng,
    /// How many times as much is spent on orders from here on.
    later_factor: f64,
    next_order: u32,
    lines: &'a mut Vec<Line>,
}

impl Orders<'_> {
    /// One purchase of the process, and what is added to it.
    fn purchase(&mut self, second: u32, first: bool) {
        let start = self.lines.len();
        self.order(second, first, Status::Completed, Dirt::Clean);
        let end = self.lines.len();
        if first
            && self.lines[start..end]
                .iter()
                .any(|line| Shop::products_of(GATEWAY).contains(&usize::from(line.product)))
        {
            self.later_factor = self.shop.options.gateway_effect;
        }
        self.add_dirty_lines(start, end);

        let shop = self.shop;
        if self.random.random_bool(shop.options.cancelled) {
            let earlier = self.random.random_range(120..7_200);
            self.cancelled_attempt(start..end, second.saturating_sub(earlier));
        }
        if self.random.random_bool(shop.options.returned) {
            let later = second + self.random.random_range(DAY..20 * DAY);
            if later < self.traits.dies_at.unwrap_or(shop.calendar.seconds()) {
                self.order(later, false, Status::Returned, Dirt::Clean);
            }
        }
        for (dirt, share) in DIRTY_ORDERS {
            if self.random.random_bool(shop.options.dirt * share) {
                let later = second + self.random.random_range(60..DAY);
                let later = later.min(shop.calendar.seconds() - 1);
                self.order(later, false, Status::Completed, dirt);
            }
        }
    }

    /// The same basket a little earlier, cancelled.
    fn cancelled_attempt(&mut self, basket: std::ops::Range<usize>, second: u32) {
        let order = self.next_order;
        self.next_order += 1;
        for index in basket {
            let line = Line { second, order, status: Status::Cancelled, ..self.lines[index] };
            self.lines.push(line);
        }
    }

    fn add_dirty_lines(&mut self, start: usize, end: usize) {
        let dirt = self.shop.options.dirt;
        let mut next_line = (end - start) as u8;
        for index in start..end {
            let mut draw = self.random.random::<f64>();
            for (kind, share) in DIRTY_LINES {
                draw -= dirt * share;
                if draw < 0.0 {
                    self.add_dirty_line(kind, self.lines[index], &mut next_line);
                    break;
                }
            }
        }
    }

    fn add_dirty_line(&mut self, kind: Dirt, original: Line, next_line: &mut u8) {
        let mut line = Line { dirt: kind, ..original };
        match kind {
            Dirt::ExactDuplicate => {
                self.lines.push(line);
                return;
            }
            Dirt::UnparsableAmount | Dirt::UnparsableDate if !self.text_dirt => return,
            Dirt::NegativePrice => line.unit_price = -line.unit_price,
            Dirt::ZeroPrice => (line.unit_price, line.quantity) = (0, 1),
            _ => {}
        }
        line.discount = 0;
        line.promotion = 0;
        line.number = *next_line;
        *next_line += 1;
        self.lines.push(line);
    }

    /// One order: a basket worth about a draw from the customer's spend.
    fn order(&mut self, second: u32, first: bool, status: Status, dirt: Dirt) {
        let shop = self.shop;
        let start = self.lines.len();
        let weights = self.category_weights(second);
        let promotion = self.promotion(second, first);
        let mut left = self.spend.map_or(self.traits.mean_spend, |spend| spend.sample(&mut self.random));
        left *= self.later_factor;
        let count = self.line_count(left);
        let platform = self.platform();
        for number in 0..count {
            let lines_left = count - number;
            let share =
                if lines_left == 1 { 1.0 } else { self.random.random_range(0.5..1.5) / lines_left as f64 };
            let budget = (left * share).max(1_000.0);
            let category = pick(&weights, self.random.random());
            let percent = promotion
                .map(|index| &shop.promotions[index])
                .filter(|promotion| promotion.category.is_none_or(|only| only == category))
                .map_or(0, |promotion| promotion.percent);
            let gross = budget / (1.0 - f64::from(percent) / 100.0);
            let product = self.product(category, gross, start);
            let price = shop.products[product].price;
            let quantity = (gross / f64::from(price)).round().clamp(1.0, 50.0) as u16;
            let discount = price * i32::from(quantity) / 1_000 * percent * 10;
            let line = Line {
                second,
                customer: self.traits.number,
                order: self.next_order,
                number: number as u8,
                dirt,
                status,
                platform,
                country: self.traits.country,
                // An index is below 256: 20 years have at most 140 events.
                promotion: promotion.filter(|_| discount > 0).map_or(0, |index| index as u8 + 1),
                product: product as u16,
                quantity,
                shipping: 0,
                unit_price: price,
                discount,
            };
            left -= line.net_revenue() as f64;
            self.lines.push(line);
        }
        self.next_order += 1;
        self.charge_shipping(start);
    }

    fn category_weights(&self, second: u32) -> [f64; CATEGORIES.len()] {
        let month = self.shop.calendar.month(second);
        let mut total = 0.0;
        std::array::from_fn(|index| {
            total += self.traits.affinities[index] * CATEGORIES[index].season[month];
            total
        })
    }

    /// Index of the promotion that the order makes use of.
    fn promotion(&mut self, second: u32, first: bool) -> Option<usize> {
        let driven = self.traits.coupon_driven;
        let draw = self.random.random::<f64>();
        if let Some(event) = self.shop.event_on(second / DAY) {
            return (draw < if driven { 0.95 } else { 0.25 }).then_some(event);
        }
        (first && draw < if driven { 0.8 } else { 0.2 }).then_some(0)
    }

    /// Small orders have few lines, since nothing is cheap enough for many.
    fn line_count(&mut self, spend: f64) -> usize {
        let affordable = 1 + (spend / SPEND_PER_LINE) as usize;
        // The mean is a positive constant.
        let extra = Poisson::new(EXTRA_LINES).expect("positive constant");
        (1 + extra.sample(&mut self.random) as usize).min(MAX_LINES_PER_ORDER).min(affordable)
    }

    fn platform(&mut self) -> u8 {
        if self.random.random_bool(FAITHFUL_TO_PLATFORM) {
            self.traits.platform
        } else {
            self.random.random_range(0..PLATFORMS.len() as u8)
        }
    }

    /// A product of the category, not yet in the order (whose lines begin at `start`), of which one, two
    /// or three pieces come near the budget.
    fn product(&mut self, category: usize, budget: f64, start: usize) -> usize {
        let range = Shop::products_of(category);
        let products = &self.shop.products[range.clone()];
        let pieces = 1 + pick(&PIECES, self.random.random());
        let target = budget / pieces as f64;
        let nearest = products.partition_point(|product| f64::from(product.price) < target);
        let offset: usize = self.random.random_range(0..9);
        let mut index = (nearest + offset).saturating_sub(4).min(products.len() - 1);
        while self.lines[start..].iter().any(|line| usize::from(line.product) == range.start + index) {
            index = (index + 1) % products.len();
        }
        range.start + index
    }

    /// Shipping is charged once per order and stands on each of its lines, as in real exports.
    fn charge_shipping(&mut self, start: usize) {
        let lines = &mut self.lines[start..];
        let net: i64 = lines.iter().map(Line::net_revenue).sum();
        let abroad = lines.first().is_some_and(|line| line.country != 0);
        let shipping = match (abroad, net >= FREE_SHIPPING_FROM) {
            (true, _) => 12_000,
            (false, true) => 0,
            (false, false) => 3_000,
        };
        for line in lines {
            line.shipping = shipping;
        }
    }
}

/// Numbers of the shop's test accounts, which share one sign-up.
pub(crate) const TEST_ACCOUNTS: u32 = 3;

/// Which test account placed a [`Dirt::TestAccount`] order of this customer's stream.
pub(crate) fn test_account(customer: u32) -> u32 {
    customer % TEST_ACCOUNTS + 1
}
