//! Times the lifetime models on histories from a file: the part of `bench/` that measures this library alone.
//!
//! `lifetime_speed WORK HISTORIES RUNS [SETTINGS [RESULTS]]`, where WORK is one of
//!
//! - `bg-nbd`, `pareto-nbd`: compressing the histories and fitting the model, each run from the columns;
//! - `predict`: probability alive, expected purchases and value of every customer with given parameters;
//! - `posterior`: BG/NBD by NUTS with the default priors, compressing included.
//!
//! HISTORIES are rows of four little-endian floats: x, `t_x` and T in days, mean spend. SETTINGS is a JSON file,
//! RESULTS is where `predict` writes three floats per customer, and `posterior` four per draw. Prints JSON: seconds of
//! each run, and what was found.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::time::Instant;

use dangol_models::lifetime::clv::{Discounting, Horizon, ValueParams};
use dangol_models::lifetime::gamma_gamma::{GammaGamma, Spend};
use dangol_models::lifetime::posterior::{OnHistories, Settings, sample};
use dangol_models::lifetime::{
    BgFamily, BgModel, Family, Fitted, Histories, History, ParetoNbdFamily, TimeOfLastPurchase, TimeUnit, fit,
};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The histories as columns, as an analysis has them.
struct Columns {
    repeats: Vec<u32>,
    last_days: Vec<u32>,
    age_days: Vec<u32>,
    mean_spend: Vec<f64>,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [work, path, runs, rest @ ..] = arguments.as_slice() else {
        return Err("usage: lifetime_speed WORK HISTORIES RUNS [SETTINGS [RESULTS]]".into());
    };
    let columns = Columns::read(path)?;
    let runs = runs.parse()?;
    let settings: Value = match rest {
        [settings, ..] => serde_json::from_slice(&fs::read(settings)?)?,
        [] => Value::Null,
    };
    let found = match (work.as_str(), rest) {
        ("bg-nbd", _) => fitted(&BgFamily::BG_NBD, TimeUnit::Day, &columns, runs)?,
        ("pareto-nbd", _) => fitted(&ParetoNbdFamily::default(), TimeUnit::Week, &columns, runs)?,
        ("predict", [_, results]) => predicted(&columns, &settings, runs, results)?,
        ("posterior", [_, results]) => sampled(&columns, &settings, runs, results)?,
        _ => return Err(format!("{work}: not a work, or one with more arguments").into()),
    };
    println!("{found}");
    Ok(())
}

impl Columns {
    fn read(path: &str) -> Result<Self> {
        let bytes = fs::read(path)?;
        let (numbers, []) = bytes.as_chunks::<8>() else {
            return Err(format!("{path}: not a whole number of floats").into());
        };
        let numbers: Vec<f64> = numbers.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
        let column = |at: usize| numbers.iter().skip(at).step_by(4).copied();
        let whole = |at: usize| -> Result<Vec<u32>> {
            let count = |number: f64| (number >= 0.0 && number.fract() == 0.0).then_some(number as u32);
            column(at)
                .map(|number| count(number).ok_or_else(|| format!("{number} is no count").into()))
                .collect()
        };
        Ok(Self {
            repeats: whole(0)?,
            last_days: whole(1)?,
            age_days: whole(2)?,
            mean_spend: column(3).collect(),
        })
    }
}

/// The last of several results, and how long each took.
fn timed<T>(runs: usize, mut work: impl FnMut() -> Result<T>) -> Result<(T, Vec<f64>)> {
    let mut seconds = Vec::with_capacity(runs);
    let mut last = work()?;
    for _ in 0..runs {
        let started = Instant::now();
        last = black_box(work()?);
        seconds.push(started.elapsed().as_secs_f64());
    }
    Ok((last, seconds))
}

fn fitted<F: Family>(family: &F, unit: TimeUnit, columns: &Columns, runs: usize) -> Result<Value> {
    let Columns { repeats, last_days, age_days, .. } = columns;
    let (fitted, seconds): (Fitted<F::Model>, _) = timed(runs, || {
        let histories = Histories::from_days(unit, repeats, last_days, age_days)?;
        Ok(fit(family, &histories))
    })?;
    Ok(json!({
        "seconds": seconds,
        "parameters": fitted.parameters,
        "log_likelihood": fitted.log_likelihood,
        "customers": fitted.customers,
        "distinct": fitted.distinct,
        "boundaries": fitted.boundaries,
        "evaluations": fitted.evaluations,
    }))
}

fn predicted(columns: &Columns, settings: &Value, runs: usize, results: &str) -> Result<Value> {
    let number = |name: &str| settings[name].as_f64().ok_or_else(|| format!("no {name} in the settings"));
    let unit = TimeUnit::Month;
    let purchases =
        BgModel::new(BgFamily::BG_NBD, number("r")?, number("alpha")?, number("a")?, number("b")?)?;
    let spending = GammaGamma::new(number("p")?, number("q")?, number("gamma")?)?;
    let valuation = ValueParams {
        horizon: Horizon::new(number("months")?, unit)?,
        discounting: Discounting::per_period(number("monthly_rate")?, unit)?,
        margin: 1.0,
    }
    .check(unit)?;
    let (values, seconds) = timed(runs, || {
        let Columns { repeats, last_days, age_days, mean_spend } = columns;
        let times = repeats.iter().zip(last_days.iter().zip(age_days));
        let histories = times
            .map(|(&x, (&last, &age))| {
                let time = |days: u32| unit.from(f64::from(days), TimeUnit::Day);
                History::new(x, TimeOfLastPurchase(time(last)), time(age))
            })
            .collect::<dangol_models::Result<Vec<History>>>()?;
        let spends: Vec<Spend> =
            repeats.iter().zip(mean_spend).map(|(&purchases, &mean)| Spend { purchases, mean }).collect();
        Ok(valuation.values(&purchases, &spending, &histories, &spends)?)
    })?;
    write(
        results,
        values.iter().flat_map(|value| {
            [value.outlook.alive, value.outlook.purchases, value.value.unwrap_or(f64::NAN)]
        }),
    )?;
    Ok(json!({ "seconds": seconds, "customers": values.len() }))
}

fn sampled(columns: &Columns, settings: &Value, runs: usize, results: &str) -> Result<Value> {
    let Columns { repeats, last_days, age_days, .. } = columns;
    let number = |name: &str| settings[name].as_u64().ok_or_else(|| format!("no {name} in the settings"));
    let settings = Settings {
        chains: number("chains")? as usize,
        draws: number("draws")? as usize,
        warm_up: number("warm_up")? as usize,
        ..Settings::default()
    };
    let (posterior, seconds) = timed(runs, || {
        let histories = Histories::from_days(TimeUnit::Day, repeats, last_days, age_days)?;
        Ok(sample(&OnHistories::new(BgFamily::BG_NBD, &histories), &[], settings)?)
    })?;
    write(
        results,
        posterior.models.iter().flat_map(|model| {
            let BgModel { rates, dropout, .. } = model;
            [rates.shape(), rates.rate(), dropout.a() / dropout.size(), dropout.size()]
        }),
    )?;
    Ok(json!({
        "seconds": seconds,
        "divergences": posterior.divergences,
        "evaluations": posterior.evaluations,
        "worst_r_hat": posterior.worst_r_hat(),
    }))
}

fn write(path: &str, numbers: impl Iterator<Item = f64>) -> Result<()> {
    Ok(fs::write(path, numbers.flat_map(f64::to_le_bytes).collect::<Vec<u8>>())?)
}
