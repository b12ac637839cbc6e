//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use dangol_shop::Filters;

/// Know your regulars: customer-value analytics for online shops.
#[derive(Debug, Parser)]
#[command(name = "dangol", version, about, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a shop.toml with a guessed mapping for a shop's exports
    Init(InitArguments),
    /// Fill the shop's store from its sources and print the quality report
    Import(ImportArguments),
    /// Print the quality report of the last import
    Quality(QualityArguments),
    /// Run analyses; `dangol analyze --help` names them
    Analyze(Box<AnalyzeArguments>),
    /// Customers of whom a condition is true: save, list, show, export, remove
    Audience(AudienceArguments),
    /// Ask the store in SQL; the tables are `order_lines`, `customer_profile`, `quarantine` and the shop's others
    Sql(SqlArguments),
    /// Serve the dashboard and the API
    Serve(ServeArguments),
    /// Make a simulated shop whose truth is known
    Simulate(SimulateArguments),
    /// Print the `OpenAPI` document of the API
    Openapi,
    /// Write the reference pages of the analyses
    Reference(ReferenceArguments),
}

impl Command {
    /// Whether it goes on after its first work is done.
    pub(crate) fn runs_on(&self) -> bool {
        match self {
            Self::Serve(_) => true,
            Self::Import(arguments) => arguments.watch,
            _ => false,
        }
    }
}

/// Which shop.
#[derive(Debug, Args)]
pub(crate) struct ShopArgument {
    /// The shop's folder, which holds shop.toml
    #[arg(long, value_name = "FOLDER", default_value = ".", env = "DANGOL_SHOP")]
    pub(crate) shop: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// Files or folders with the shop's exports, or a database: `postgres://user@host/database`, `mysql://…`,
    /// `sqlite:FILE`; a password stands in a variable, in single quotes: `'postgres://user:${PASSWORD}@host/database'`
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The folder in which shop.toml is written
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub(crate) shop: PathBuf,
    /// Replace a shop.toml that is there already
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own on the command line")]
pub(crate) struct ImportArguments {
    #[command(flatten)]
    pub(crate) shop: ShopArgument,
    /// How to print the quality report
    #[arg(long, value_enum, default_value_t = ReportFormat::Table)]
    pub(crate) format: ReportFormat,
    /// Print what an import would do, with examples, and write nothing
    #[arg(long, conflicts_with = "watch")]
    pub(crate) dry_run: bool,
    /// Take the rows of files that are not there any more out of the store
    #[arg(long)]
    pub(crate) allow_missing: bool,
    /// Put this shop in the place of another one, to which the store belongs
    #[arg(long, conflicts_with = "watch")]
    pub(crate) replace_shop: bool,
    /// Stay, and import whenever shop.toml or a file of its sources has changed
    #[arg(long)]
    pub(crate) watch: bool,
    /// With --watch: seconds without a change before files count as written
    #[arg(long, value_name = "SECONDS", default_value_t = 3.0, requires = "watch")]
    pub(crate) settle: f64,
}

#[derive(Debug, Args)]
pub(crate) struct QualityArguments {
    #[command(flatten)]
    pub(crate) shop: ShopArgument,
    /// The form of the report; default: by the ending of the file, else a table
    #[arg(long, value_enum)]
    pub(crate) format: Option<QualityFormat>,
    /// Write the report to a file: FILE.html, FILE.xlsx, FILE.csv, FILE.json or FILE.txt
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Write every row in quarantine, as it stood in its file, to FILE.csv or FILE.parquet
    #[arg(long, value_name = "FILE")]
    pub(crate) quarantine: Option<PathBuf>,
    /// Language of findings, and of the page
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) language: Language,
}

/// Forms of the quality report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum QualityFormat {
    /// For the terminal
    Table,
    /// For programs; the same as `/api/quality`
    Json,
    /// A page that needs nothing but itself
    Html,
    /// A line for each value, for a spreadsheet or a program
    Csv,
    /// A workbook with a sheet for each part; goes with --out
    Xlsx,
}

/// Forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Table,
    Json,
}

/// Forms of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
    Parquet,
}

/// Where results go and in which form.
#[derive(Debug, Args)]
pub(crate) struct OutputArguments {
    /// The form of the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Write to a file instead of the terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct AnalyzeArguments {
    #[arg(required = true, value_name = "ANALYSIS", help = format!("One or several of {}", dangol_analytics::names().join(", ")))]
    pub(crate) analyses: Vec<String>,
    #[command(flatten)]
    pub(crate) shop: ShopArgument,
    /// A parameter, for example --set frequency=lines (a name that an analysis does not know is answered with those that it does)
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Add one row per customer (rfm, value)
    #[arg(long)]
    pub(crate) customers: bool,
    /// Only this table of the result (csv and parquet hold one)
    #[arg(long, value_name = "NAME")]
    pub(crate) table: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    #[command(flatten)]
    pub(crate) filters: FilterArguments,
    /// Language of findings in tables
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) language: Language,
}

/// Languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    En,
    Ko,
}

impl From<Language> for dangol_analytics::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::En,
            Language::Ko => Self::Ko,
        }
    }
}

/// What the analysis may see.
#[derive(Debug, Args)]
pub(crate) struct FilterArguments {
    /// Date (that whole day) or moment of the analysis; default: the last order plus 24 hours
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// First day of the period
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Countries, separated by commas
    #[arg(long)]
    country: Option<String>,
    /// Sales platforms, separated by commas
    #[arg(long)]
    sales_platform: Option<String>,
    /// Categories, separated by commas
    #[arg(long)]
    category: Option<String>,
    /// Segments, for example `nine:at_risk` or class:gold
    #[arg(long)]
    segment: Option<String>,
    /// Acquisition channels of customers, separated by commas; `not_known` for those of whom it is not known
    #[arg(long)]
    channel: Option<String>,
    /// Regions of customers, separated by commas
    #[arg(long)]
    region: Option<String>,
    /// Age bands of customers, for example 20s,30s
    #[arg(long)]
    age_band: Option<String>,
    /// Genders of customers: female, male, `not_known`
    #[arg(long)]
    gender: Option<String>,
    /// Audiences by name, separated by commas (see `dangol audience list`)
    #[arg(long)]
    audience: Option<String>,
}

impl FilterArguments {
    pub(crate) fn filters(&self) -> Filters {
        Filters {
            as_of: self.as_of.clone(),
            from: self.from.clone(),
            country: self.country.clone(),
            sales_platform: self.sales_platform.clone(),
            category: self.category.clone(),
            segment: self.segment.clone(),
            channel: self.channel.clone(),
            region: self.region.clone(),
            age_band: self.age_band.clone(),
            gender: self.gender.clone(),
            audience: self.audience.clone(),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct SqlArguments {
    /// The query, for example "select count(*) from `order_lines`"
    pub(crate) query: String,
    #[command(flatten)]
    pub(crate) shop: ShopArgument,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

#[derive(Debug, Args)]
pub(crate) struct AudienceArguments {
    #[command(subcommand)]
    pub(crate) action: AudienceAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AudienceAction {
    /// All audiences: saved ones, those of shop.toml, ready-made ones
    List(AudienceListArguments),
    /// An audience in figures
    Show(AudienceShowArguments),
    /// Save a condition under a name; it is counted first
    Save(AudienceSaveArguments),
    /// Write the customers of an audience, with their consents, as CSV
    Export(AudienceExportArguments),
    /// Remove a saved audience
    Remove(AudienceRemoveArguments),
}

#[derive(Debug, Args)]
pub(crate) struct AudienceListArguments {
    #[command(flatten)]
    pub(crate) shop: ShopArgument,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    /// Language of titles
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) language: Language,
}

#[derive(Debug, Args)]
pub(crate) struct AudienceShowArguments {
    /// Its name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) shop: ShopArgument,
    /// Date (that whole day) or moment; default: the last order plus 24 hours
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    /// Language of the title
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) language: Language,
}

#[derive(Debug, Args)]
pub(crate) struct AudienceSaveArguments {
    /// Its name, which filters use: --audience NAME
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) shop: ShopArgument,
    /// The condition, for example "gender = 'female' and age between 20 and 39"; `dangol reference` lists the columns
    #[arg(long = "where", value_name = "CONDITION")]
    pub(crate) rule: String,
    /// What people call it; default: its name
    #[arg(long, default_value = "")]
    pub(crate) title: String,
}

#[derive(Debug, Args)]
pub(crate) struct AudienceExportArguments {
    /// Its name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) shop: ShopArgument,
    /// Date (that whole day) or moment; default: the last order plus 24 hours
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct AudienceRemoveArguments {
    /// Its name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) shop: ShopArgument,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    #[command(flatten)]
    pub(crate) shop: ShopArgument,
    /// Port to listen on; 0 takes any free one
    #[arg(long, default_value_t = 8080, env = "PORT")]
    pub(crate) port: u16,
    /// Address to listen on; anybody who reaches it sees the shop's data
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: std::net::IpAddr,
}

#[derive(Debug, Args)]
pub(crate) struct SimulateArguments {
    /// Order lines, about
    #[arg(long, default_value_t = 30_000)]
    pub(crate) lines: u64,
    /// The same seed gives the same shop
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// The folder to write into
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    /// The form of the files
    #[arg(long, value_enum, default_value_t = SimulatedFormat::Csv)]
    pub(crate) format: SimulatedFormat,
    /// Share of lines with something wrong; 0 for none
    #[arg(long, default_value_t = 0.01)]
    pub(crate) dirt: f64,
    /// Campaigns a year, 0 to 52, as a table `contacts` with answers; 0 for none
    #[arg(long, default_value_t = 0)]
    pub(crate) campaigns: u32,
    /// Language of names
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) language: Language,
}

/// Forms of simulated files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SimulatedFormat {
    Csv,
    Parquet,
}

#[derive(Debug, Args)]
pub(crate) struct ReferenceArguments {
    /// The folder to write into
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
}
