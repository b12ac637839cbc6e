//! The list of analyses. From one entry come the command `dangol analyze NAME`, the route
//! `GET /api/analyses/NAME`, and the page in the reference.

use std::cmp::Reverse;
use std::future::Future;
use std::pin::Pin;

use dangol_shop::config::nearest;
use dangol_shop::{Filters, Scope, Shop};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::error::AnalysisError;
use crate::finding::{Finding, Severity};
use crate::table::Json;
use crate::words::{Words, grouped};
use crate::{
    budget, channels, clusters, cohort_value, cohorts, coupon_plan, customer, customer_value, customers,
    explore, gateway, grades, groups, hypotheses, movement, needs, overview, promotions, rfm, rfm_response,
    rfm_weights, segment_profile, time_to_best, value, value_check, value_score,
};

/// An analysis: parameters, a run, a result.
pub trait Analysis: Send + Sync + 'static {
    /// What one can choose.
    type Params: Serialize + DeserializeOwned + Default + ToSchema + Send;
    /// What comes out.
    type Output: Serialize + ToSchema + Send;

    /// The name in commands and routes.
    const NAME: &'static str;

    /// Parameters that only a section of `shop.toml` can hold.
    const FILE_ONLY: &'static [&'static str] = &[];

    /// Whether it is about customers, so that there is nothing to be seen where nobody knows who bought.
    const ABOUT_CUSTOMERS: bool = true;

    /// What it needs of the data, and what more it makes of further tables and columns.
    const NEEDS: &'static [Need] = crate::needs::PURCHASES;

    /// Title, definition, source, parameters.
    fn about() -> About;

    /// Runs it.
    fn run(
        shop: &Shop,
        scope: Scope,
        params: Self::Params,
    ) -> impl Future<Output = Result<(Self::Output, Vec<Finding>), AnalysisError>> + Send;

    /// The section of `shop.toml` whose `exclude` says who is left out; none for an analysis of one person.
    fn exclusions(_shop: &Shop) -> Option<&'static str> {
        Some(Self::NAME)
    }

    /// Parameters of another analysis' section in `shop.toml` that hold here too, for an
    /// analysis without a section of its own.
    fn inherited(_shop: &Shop) -> Map<String, Value> {
        Map::new()
    }
}

/// A table or column that an analysis needs.
#[derive(Debug, Clone, Copy)]
pub struct Need {
    /// The canonical table.
    pub table: &'static str,
    /// The column; empty where any of the table will do.
    pub column: &'static str,
    /// Whether there is nothing without it.
    pub required: bool,
    /// What it adds, in English and in Korean.
    pub adds: (&'static str, &'static str),
}

impl Need {
    /// What the analysis cannot do without.
    #[must_use]
    pub const fn required(
        table: &'static str,
        column: &'static str,
        en: &'static str,
        ko: &'static str,
    ) -> Self {
        Self { table, column, required: true, adds: (en, ko) }
    }

    /// What adds something.
    #[must_use]
    pub const fn optional(
        table: &'static str,
        column: &'static str,
        en: &'static str,
        ko: &'static str,
    ) -> Self {
        Self { table, column, required: false, adds: (en, ko) }
    }
}

/// What a person should know of an analysis.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct About {
    /// A few words.
    pub title: Words,
    /// How it is computed, in plain language.
    pub definition: Words,
    /// Where the method comes from.
    pub source: String,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
}

/// One parameter of an analysis.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it takes: `choice`, `integer`, `number`, `boolean`, `text`, `numbers`.
    pub kind: String,
    /// The value where none is given.
    #[schema(value_type = Object)]
    pub default: Value,
    /// The possible values of a choice.
    pub choices: Vec<String>,
    /// What it decides.
    pub description: Words,
}

impl Parameter {
    /// A parameter; kind and default are filled in from the parameter type's defaults.
    #[must_use]
    pub fn new(name: &str, en: &str, ko: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: String::new(),
            default: Value::Null,
            choices: Vec::new(),
            description: Words::new(en, ko),
        }
    }

    /// A parameter that takes one of some words.
    #[must_use]
    pub fn choice(name: &str, choices: &[&str], en: &str, ko: &str) -> Self {
        Self { choices: choices.iter().map(|&choice| choice.to_owned()).collect(), ..Self::new(name, en, ko) }
    }
}

/// What an analysis found, in the one form that commands, routes and files share.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Its name.
    pub analysis: &'static str,
    /// The moment it looks from.
    pub as_of: String,
    /// All parameters as used, and the filters.
    pub params: Value,
    /// What came out.
    pub result: Json,
    /// Warnings and insights, the gravest first.
    pub findings: Vec<Finding>,
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<Report, AnalysisError>> + Send + 'a>>;
type Schemas = Vec<(String, RefOr<Schema>)>;

/// An analysis in the catalogue.
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// Title, definition, source, parameters with their defaults.
    pub about: fn() -> About,
    /// What it needs of the data.
    pub needs: &'static [Need],
    /// The schema of its result, and the schemas that it refers to.
    pub schemas: fn() -> (RefOr<Schema>, Schemas),
    run: for<'a> fn(&'a Shop, &'a Filters, Map<String, Value>) -> Running<'a>,
}

/// Every analysis, in the order in which they are listed.
pub static CATALOGUE: &[Entry] = &[
    entry::<overview::Overview>(),
    entry::<rfm::RfmAnalysis>(),
    entry::<rfm_weights::RfmWeights>(),
    entry::<rfm_response::RfmResponse>(),
    entry::<movement::Movement>(),
    entry::<time_to_best::TimeToBest>(),
    entry::<segment_profile::SegmentProfile>(),
    entry::<hypotheses::Hypotheses>(),
    entry::<cohorts::Cohorts>(),
    entry::<cohort_value::CohortValues>(),
    entry::<clusters::Clusters>(),
    entry::<grades::Grades>(),
    entry::<value::Value>(),
    entry::<value_check::ValueCheck>(),
    entry::<value_score::ValueScore>(),
    entry::<channels::Channels>(),
    entry::<gateway::Gateway>(),
    entry::<budget::Budget>(),
    entry::<promotions::Promotions>(),
    entry::<coupon_plan::CouponPlan>(),
    entry::<customers::Customers>(),
    entry::<customer::Customer>(),
    entry::<customer_value::CustomerValueAnalysis>(),
    entry::<explore::Explore>(),
];

/// The names of all analyses: each may head a section of parameters in `shop.toml`.
#[must_use]
pub fn names() -> Vec<&'static str> {
    CATALOGUE.iter().map(|entry| entry.name).collect()
}

/// The analysis of a name.
///
/// # Errors
/// [`AnalysisError::UnknownAnalysis`] with the nearest name.
pub fn find(name: &str) -> Result<&'static Entry, AnalysisError> {
    CATALOGUE.iter().find(|entry| entry.name == name).ok_or_else(|| AnalysisError::UnknownAnalysis {
        name: name.to_owned(),
        nearest: nearest(name, names().into_iter()),
    })
}

/// Runs an analysis with parameters given by name; those not given are taken from
/// `shop.toml`, else from the defaults.
///
/// # Errors
/// [`AnalysisError`].
pub async fn run(
    shop: &Shop,
    name: &str,
    filters: &Filters,
    params: Map<String, Value>,
) -> Result<Report, AnalysisError> {
    (find(name)?.run)(shop, filters, params).await.map_err(|error| error.in_config(&shop.config))
}

const fn entry<A: Analysis>() -> Entry {
    Entry {
        name: A::NAME,
        about: about::<A>,
        needs: A::NEEDS,
        schemas: || {
            let mut schemas = Vec::new();
            <A::Output as ToSchema>::schemas(&mut schemas);
            (<A::Output as PartialSchema>::schema(), schemas)
        },
        run: |shop, filters, params| Box::pin(run_analysis::<A>(shop, filters, params)),
    }
}

/// The analysis' own words, with kinds and defaults from its parameter type.
fn about<A: Analysis>() -> About {
    let mut about = A::about();
    let defaults = serde_json::to_value(A::Params::default()).unwrap_or_default();
    for parameter in &mut about.parameters {
        parameter.default = defaults.get(&parameter.name).cloned().unwrap_or_default();
        let kind = match &parameter.default {
            _ if !parameter.choices.is_empty() => "choice",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::Array(_) => "numbers",
            _ => "text",
        };
        kind.clone_into(&mut parameter.kind);
    }
    about
}

async fn run_analysis<A: Analysis>(
    shop: &Shop,
    filters: &Filters,
    given: Map<String, Value>,
) -> Result<Report, AnalysisError> {
    if A::ABOUT_CUSTOMERS && shop.manifest.totals.customers == 0 {
        return Err(AnalysisError::NoCustomers { analysis: A::NAME });
    }
    let about_money = |need: &Need| need.required && need.column == needs::AMOUNT.column;
    if A::NEEDS.iter().any(about_money) && !shop.manifest.totals.has_amounts {
        return Err(AnalysisError::NoAmounts { analysis: A::NAME });
    }
    let params = parameters::<A>(shop, given)?;
    let mut scope = Scope::parse(filters, shop.default_as_of(), shop.clock())?;
    let mut excluded = None;
    if let Some(section) = A::exclusions(shop)
        && let Some(remaining) = shop.remaining(&scope, section).await?
    {
        scope.population = Some(remaining.population);
        excluded = Some((section, remaining.excluded));
    }
    scope.members = groups::members(shop, &scope, filters).await?;
    let as_of = scope.as_of.to_string();
    let mut used = serde_json::to_value(&params)?;
    if let Value::Object(used) = &mut used {
        used.insert("filters".into(), serde_json::to_value(Filters { as_of: None, ..filters.clone() })?);
        if let Some((section, _)) = excluded {
            used.insert("exclude".into(), serde_json::to_value(shop.config.exclusions.get(section))?);
        }
    }
    let (output, mut findings) = A::run(shop, scope, params).await?;
    findings.extend(excluded.map(|(section, customers)| left_out(section, customers)));
    findings.sort_by_key(|finding| Reverse(finding.severity));
    Ok(Report { analysis: A::NAME, as_of, params: used, result: Json::of(&output)?, findings })
}

/// Who is left out by the shop's own rule is said, since it cannot be seen in a result.
fn left_out(section: &str, customers: usize) -> Finding {
    let rows = grouped(customers as u64);
    Finding::new(
        "excluded",
        Severity::Info,
        Words::new(
            format!("{rows} customers are left out by `exclude` of [{section}] in shop.toml."),
            format!("shop.toml의 [{section}]에 있는 `exclude` 조건에 따라 고객 {rows}명을 빼고 계산했어요."),
        ),
    )
    .value("customers", customers as u64)
    .about("exclude")
}

/// The parameters: given over `shop.toml` over defaults.
fn parameters<A: Analysis>(shop: &Shop, given: Map<String, Value>) -> Result<A::Params, AnalysisError> {
    let bad = |detail: String| AnalysisError::BadParameter { analysis: A::NAME, detail };
    let defaults = serde_json::to_value(A::Params::default())?;
    let mut merged = match shop.config.analyses.get(A::NAME) {
        Some(Value::Object(section)) => section.clone(),
        _ => A::inherited(shop),
    };
    check_section::<A>(shop, &merged, &defaults)?;
    for (name, value) in given {
        let known = about::<A>().parameters;
        if !known.iter().any(|parameter| parameter.name == name) {
            let known: Vec<String> = known.into_iter().map(|parameter| parameter.name).collect();
            return Err(AnalysisError::UnknownParameter {
                analysis: A::NAME,
                nearest: nearest(&name, known.iter().map(String::as_str)),
                parameter: name,
                known,
            });
        }
        let value = coerce(value, defaults.get(&name).unwrap_or(&Value::Null))
            .map_err(|expected| bad(format!("{name} takes {expected}")))?;
        merged.insert(name, value);
    }
    serde_json::from_value(Value::Object(merged.clone())).map_err(|error| {
        let alone = |(name, value): (&String, &Value)| {
            let mut one = defaults.as_object().cloned().unwrap_or_default();
            one.insert(name.clone(), value.clone());
            let error = serde_json::from_value::<A::Params>(Value::Object(one)).err()?;
            Some(format!("{name}: {}", plainly(&error.to_string())))
        };
        bad(merged.iter().find_map(alone).unwrap_or_else(|| plainly(&error.to_string())))
    })
}

/// What serde says of a value, without the names of Rust's types.
fn plainly(said: &str) -> String {
    let whole = ["u8", "u16", "u32", "u64", "usize"].iter().fold(said.to_owned(), |said, name| {
        said.replace(&format!("expected {name}"), "expected a whole number of 0 or more")
    });
    whole.replace("expected f64", "expected a number").replace("floating point", "number")
}

/// A section of `shop.toml` may set the parameters, and what only a file can hold.
fn check_section<A: Analysis>(
    shop: &Shop,
    section: &Map<String, Value>,
    defaults: &Value,
) -> Result<(), AnalysisError> {
    let mut known: Vec<String> =
        about::<A>().parameters.into_iter().map(|parameter| parameter.name).collect();
    known.extend(defaults.as_object().into_iter().flat_map(Map::keys).cloned());
    known.extend(A::FILE_ONLY.iter().map(|&name| name.to_owned()));
    known.sort();
    known.dedup();
    let exclude = "exclude".to_owned();
    let refused = A::exclusions(shop).is_none() && shop.config.exclusions.contains_key(A::NAME);
    match section.keys().chain(refused.then_some(&exclude)).find(|key| !known.contains(key)) {
        None => Ok(()),
        Some(key) => Err(AnalysisError::UnknownKey {
            config: shop.config.path(),
            line: shop.config.line_of(key),
            analysis: A::NAME,
            nearest: nearest(key, known.iter().map(String::as_str)),
            key: key.clone(),
            known,
        }),
    }
}

/// A value from a URL or a command line is text; its parameter's default tells what it stands for.
fn coerce(value: Value, like: &Value) -> Result<Value, &'static str> {
    let Value::String(text) = &value else { return Ok(value) };
    let number = |text: &str| -> Option<Value> {
        let text = text.trim();
        text.parse::<i64>().map(Value::from).ok().or_else(|| text.parse::<f64>().ok().map(Value::from))
    };
    match like {
        Value::Bool(_) => match text.as_str() {
            "true" | "1" | "yes" => Ok(Value::Bool(true)),
            "false" | "0" | "no" => Ok(Value::Bool(false)),
            _ => Err("true or false"),
        },
        Value::Number(_) => number(text).ok_or("a number"),
        Value::Array(_) => text
            .trim_matches(['[', ']'])
            .split(',')
            .map(number)
            .collect::<Option<Vec<_>>>()
            .map(Value::Array)
            .ok_or("numbers separated by commas"),
        _ => Ok(value),
    }
}

/// What is listed of an analysis.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Title, definition, source, parameters.
    #[serde(flatten)]
    pub about: About,
}

/// The catalogue as data.
#[must_use]
pub fn list() -> Vec<Listed> {
    CATALOGUE.iter().map(|entry| Listed { name: entry.name.to_owned(), about: (entry.about)() }).collect()
}
