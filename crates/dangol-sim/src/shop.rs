//! What stays the same for all customers of a simulated shop: products, promotions, channels, rhythm.

use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Gamma, LogNormal};

use crate::{
    Language, Options,
    calendar::Calendar,
    process::{Process, Sampler},
    words::{
        ADJECTIVES, CATEGORIES, CHANNELS, COUNTRIES, EVENTS, PLATFORMS, REGIONS, WELCOME, WELCOME_CODE,
        WELCOME_PERCENT,
    },
};

/// Shape of spend per order within a customer (Gamma-Gamma's p): coefficient of variation 0.5.
pub(crate) const SPEND_P: f64 = 4.0;
/// Shape of spend over customers (Gamma-Gamma's q).
pub(crate) const SPEND_Q: f64 = 4.0;
/// Mean spend per order over all customers of an average channel, in won: pγ / (q − 1).
pub(crate) const MEAN_SPEND: f64 = 48_000.0;
/// Lines of an order beyond the first, on average.
pub(crate) const EXTRA_LINES: f64 = 1.85;
/// Factor by which joining grows from the first to the last day, less one.
const GROWTH: f64 = 1.2;
/// Products per category: each adjective with each noun.
pub(crate) const PRODUCTS_PER_CATEGORY: usize = 120;

pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) category: &'static str,
    /// Won.
    pub(crate) price: i32,
    pub(crate) cost: i32,
    pub(crate) stock: i32,
}

pub(crate) struct Promotion {
    pub(crate) code: String,
    pub(crate) name: String,
    /// Days since the shop's first; the last one included.
    pub(crate) first_day: u32,
    pub(crate) last_day: u32,
    pub(crate) percent: i32,
    pub(crate) category: Option<usize>,
}

pub(crate) struct ChannelModel {
    pub(crate) process: Process,
    pub(crate) sampler: Sampler,
    /// Gamma-Gamma's γ in won.
    pub(crate) spend_gamma: f64,
    pub(crate) spend_rates: Gamma<f64>,
}

/// The furniture of one simulated shop.
pub(crate) struct Shop {
    pub(crate) options: Options,
    pub(crate) calendar: Calendar,
    /// By category, and within it ascending by price.
    pub(crate) products: Vec<Product>,
    /// The first is the standing welcome coupon; a line's promotion is its index + 1.
    pub(crate) promotions: Vec<Promotion>,
    pub(crate) channels: Vec<ChannelModel>,
    pub(crate) channel_weights: Vec<f64>,
    pub(crate) platform_weights: Vec<f64>,
    pub(crate) country_weights: Vec<f64>,
    pub(crate) region_weights: Vec<f64>,
    /// Index of the event running on each day.
    events_by_day: Vec<Option<u8>>,
    random: ChaCha8Rng,
}

impl Shop {
    pub(crate) fn new(options: &Options) -> Self {
        let calendar = Calendar::new(options.starts_on, options.days);
        let random = ChaCha8Rng::seed_from_u64(options.seed);
        let promotions = promotions(&calendar, options.language);
        let mut events_by_day = vec![None; options.days as usize];
        for (index, event) in promotions.iter().enumerate().skip(1) {
            for day in event.first_day..=event.last_day {
                events_by_day[day as usize] = Some(index as u8);
            }
        }
        Self {
            products: products(options.language, &mut random.clone()),
            promotions,
            channels: channels(options),
            channel_weights: cumulative(CHANNELS.iter().map(|channel| channel.share)),
            platform_weights: cumulative(PLATFORMS.iter().map(|platform| platform.1)),
            country_weights: cumulative(COUNTRIES.iter().map(|country| country.1)),
            region_weights: cumulative(REGIONS.iter().map(|region| region.1)),
            events_by_day,
            calendar,
            options: options.clone(),
            random,
        }
    }

    /// The random stream of one customer. Stream 0 is the shop's own.
    pub(crate) fn random_of(&self, customer: u32) -> ChaCha8Rng {
        let mut random = self.random.clone();
        random.set_stream(u64::from(customer) + 1);
        random
    }

    /// The event running on a day, as index into the promotions.
    pub(crate) fn event_on(&self, day: u32) -> Option<usize> {
        self.events_by_day[day as usize].map(usize::from)
    }

    /// The next event that begins after `day` and within `patience` days.
    pub(crate) fn next_event(&self, day: u32, patience: u32) -> Option<&Promotion> {
        self.promotions[1..].iter().find(|event| event.first_day > day && event.first_day <= day + patience)
    }

    /// When a customer joins, in days: density growing linearly, for a uniform draw.
    pub(crate) fn joining_day(&self, uniform: f64) -> f64 {
        let share = ((1.0 + 2.0 * GROWTH * uniform * (1.0 + GROWTH / 2.0)).sqrt() - 1.0) / GROWTH;
        share * f64::from(self.calendar.days())
    }

    /// Products of one category, ascending by price, as a range of indices.
    pub(crate) fn products_of(category: usize) -> std::ops::Range<usize> {
        category * PRODUCTS_PER_CATEGORY..(category + 1) * PRODUCTS_PER_CATEGORY
    }
}

fn channels(options: &Options) -> Vec<ChannelModel> {
    CHANNELS
        .iter()
        .map(|channel| {
            let factor = |factor: f64| factor.powf(options.channel_effect);
            let process = options.process.of_channel(factor(channel.rate), factor(channel.lifetime));
            let spend_gamma = MEAN_SPEND * factor(channel.spend) * (SPEND_Q - 1.0) / SPEND_P;
            ChannelModel {
                process,
                sampler: process.sampler(),
                spend_gamma,
                // Both parameters are positive constants or products of such.
                spend_rates: Gamma::new(SPEND_Q, 1.0 / spend_gamma).expect("positive"),
            }
        })
        .collect()
}

fn promotions(calendar: &Calendar, language: Language) -> Vec<Promotion> {
    let last_day = calendar.days() - 1;
    let mut promotions = vec![Promotion {
        code: WELCOME_CODE.to_owned(),
        name: WELCOME.in_language(language).to_owned(),
        first_day: 0,
        last_day,
        percent: WELCOME_PERCENT,
        category: None,
    }];
    for day in 0..=last_day {
        let date = calendar.date(day);
        let starting = EVENTS.iter().find(|event| (event.month, event.day) == (date.month(), date.day()));
        if let Some(event) = starting {
            promotions.push(Promotion {
                code: format!("{}{:02}", event.code, date.year() % 100),
                name: format!("{} {}", event.name.in_language(language), date.year()),
                first_day: day,
                last_day: (day + event.length_days - 1).min(last_day),
                percent: event.percent,
                category: event.category,
            });
        }
    }
    promotions
}

fn products(language: Language, random: &mut ChaCha8Rng) -> Vec<Product> {
    let mut products = Vec::with_capacity(CATEGORIES.len() * PRODUCTS_PER_CATEGORY);
    for category in &CATEGORIES {
        let mut names: Vec<String> = ADJECTIVES
            .iter()
            .flat_map(|adjective| {
                category.nouns.iter().map(|noun| {
                    let (adjective, noun) = (adjective.in_language(language), noun.in_language(language));
                    format!("{adjective} {noun}")
                })
            })
            .collect();
        names.shuffle(random);
        // The medians and spreads of the table are finite and positive.
        let prices =
            LogNormal::new(category.median_price.ln(), category.price_spread).expect("table of constants");
        let mut prices: Vec<i32> = (0..PRODUCTS_PER_CATEGORY)
            .map(|_| {
                let price: f64 = prices.sample(random);
                ((price / 100.0).round() as i32 * 100).clamp(1_000, 990_000)
            })
            .collect();
        prices.sort_unstable();
        for (name, price) in names.into_iter().zip(prices) {
            products.push(Product {
                id: format!("P{:04}", products.len() + 1),
                name,
                category: category.name.in_language(language),
                price,
                cost: (f64::from(price) * random.random_range(0.45..0.7)) as i32,
                stock: random.random_range(0..2_000),
            });
        }
    }
    products
}

/// Running sums of weights, for [`pick`].
pub(crate) fn cumulative(weights: impl IntoIterator<Item = f64>) -> Vec<f64> {
    weights
        .into_iter()
        .scan(0.0, |total, weight| {
            *total += weight;
            Some(*total)
        })
        .collect()
}

/// The index whose share of the whole contains a uniform draw from 0 to 1.
pub(crate) fn pick(cumulative: &[f64], uniform: f64) -> usize {
    let last = cumulative.len() - 1;
    let target = uniform * cumulative[last];
    cumulative[..last].partition_point(|&weight| weight <= target)
}
