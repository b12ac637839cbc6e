//! What can be wrong with a database.

use std::path::PathBuf;

use crate::error::ConfigError;

/// Why a database can't be read. Passwords have been taken out of all texts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseFault {
    /// `connection` cannot be understood.
    #[error("the connection can't be used: {message}")]
    Address {
        /// What is wrong with it.
        message: String,
    },
    /// A variable in `connection` or `password_file` is not set.
    #[error(transparent)]
    Variable(#[from] ConfigError),
    /// A password in the text of `connection`.
    #[error("the connection holds a password")]
    PlainPassword,
    /// The file that holds the password can't be read, or is empty.
    #[error("the password can't be read from {}: {message}", file.display())]
    PasswordFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The library of a driver can't be loaded.
    #[error("the ADBC driver ‘{driver}’ can't be loaded: {message}")]
    Driver {
        /// Its name or path.
        driver: String,
        /// The system's word.
        message: String,
    },
    /// Nobody answers there.
    #[error("no connection after {tries} tries: {message}")]
    Unreachable {
        /// How often it was tried.
        tries: u32,
        /// The system's or the server's word.
        message: String,
    },
    /// The server does not let this user in.
    #[error("the server refuses the user or the password: {message}")]
    Refused {
        /// The server's word.
        message: String,
    },
    /// No secure connection came about.
    #[error("no secure connection: {message}")]
    Tls {
        /// What is wrong.
        message: String,
    },
    /// The server has no such database.
    #[error("there is no such database: {message}")]
    UnknownDatabase {
        /// The server's word.
        message: String,
    },
    /// The file is no SQLite database.
    #[error("it is not a SQLite database: {message}")]
    NotSqlite {
        /// SQLite's word.
        message: String,
    },
    /// The database has no such table, or does not show it to this user.
    #[error("there is no table ‘{table}’")]
    UnknownTable {
        /// The table asked for.
        table: String,
        /// Tables with similar names.
        nearest: Option<String>,
        /// The tables there are.
        known: Vec<String>,
    },
    /// A database without tables, or none that this user may read.
    #[error("there are no tables to read")]
    NoTables,
    /// The query is something else than one `select`.
    #[error("the query is not a single select: {found}")]
    NotOneSelect {
        /// What it is instead.
        found: String,
    },
    /// The database does not accept the query.
    #[error("the database refuses the query: {message}")]
    Query {
        /// The database's word.
        message: String,
        /// The columns of the tables that the query names.
        columns: Vec<String>,
    },
    /// The connection ended while rows were read.
    #[error("the connection was lost after {rows} rows: {message}")]
    Lost {
        /// Rows read before.
        rows: u64,
        /// The system's or the server's word.
        message: String,
    },
    /// Nothing came any more, and nobody said why.
    #[error("the database was silent for {seconds} seconds after {rows} rows, and was given up")]
    Silent {
        /// Rows read before.
        rows: u64,
        /// How long was waited.
        seconds: u64,
    },
    /// The query took longer than the database allows.
    #[error("the query took too long: {message}")]
    TimedOut {
        /// The database's word.
        message: String,
    },
    /// A value does not read as its column's type says.
    #[error(
        "row {row}: ‘{value}’ in the column ‘{column}’ is no {kind}; cast the column to text in a `query`"
    )]
    Value {
        /// The column.
        column: String,
        /// The column's type in the database.
        kind: String,
        /// The value.
        value: String,
        /// The row, counted from 1.
        row: u64,
    },
    /// More tables than `dangol init` looks at.
    #[error("only the first {looked_at} tables are looked at")]
    TooManyTables {
        /// How many are.
        looked_at: usize,
    },
}

impl DatabaseFault {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Address { .. } => "write it like `postgres://user@host/database`, \
                `mysql://user@host/database`, `sqlite:file.db` or \
                `adbc:DRIVER?option=value`"
                .into(),
            Self::Driver { .. } => {
                "install it (`pip install adbc-driver-snowflake` brings one, for example), and name it by \
                the path of its library: `adbc:/path/to/libadbc_driver_snowflake.so?…`"
                    .into()
            }
            Self::Variable(_) => "set the variable in the environment in which dangol runs".into(),
            Self::PlainPassword => PASSWORD_ADVICE.into(),
            Self::PasswordFile { .. } => {
                "the file holds the password in its first line; its path counts from the folder of shop.toml"
                    .into()
            }
            Self::Unreachable { .. } => "check host and port, and that the database runs and lets this \
                machine connect"
                .into(),
            Self::Refused { .. } => format!("check the user's name and password; {PASSWORD_ADVICE}"),
            Self::Tls { .. } => {
                "check the server's certificate; name its authority with `?sslrootcert=FILE` \
                (MySQL: `?ssl-ca=FILE`)"
                    .into()
            }
            Self::UnknownDatabase { .. } => {
                "check the database's name at the end of `connection`, and that this user may use it".into()
            }
            Self::NotSqlite { .. } => "if it is a file of rows, name it with `path`".into(),
            Self::UnknownTable { nearest: Some(name), .. } => format!("did you mean `{name}`?"),
            Self::UnknownTable { known, .. } if known.is_empty() => {
                "this user may not read any table: grant it SELECT".into()
            }
            Self::UnknownTable { known, .. } => format!("its tables are: {}", shortened(known)),
            Self::NoTables => "grant this user SELECT, or check the database's name".into(),
            Self::NotOneSelect { .. } => "write one statement that begins with SELECT or WITH".into(),
            Self::Query { columns, .. } if columns.is_empty() => "correct `query`, `table` or `where`".into(),
            Self::Query { columns, .. } => format!("there are: {}", columns.join("; ")),
            Self::Lost { .. } => "import again; the store is as it was before".into(),
            Self::Silent { .. } => "check the network on the way to the server, then import again; where the query itself \
                takes so long, write more seconds into shop.toml: `silence_seconds` under [connections]; the store is as \
                it was before"
                .into(),
            Self::TimedOut { .. } => {
                "read less with `where`, or have the limit of this user raised; the store is as it was before"
                    .into()
            }
            Self::Value { .. } => "the store is as it was before".into(),
            Self::TooManyTables { .. } => {
                "give this user SELECT on the tables of orders only, or write the table into shop.toml".into()
            }
        }
    }
}

impl DatabaseFault {
    /// What can be done, for a database of this address or scheme.
    pub(in crate::sources) fn hint_at(&self, address: &str) -> String {
        match self {
            Self::PlainPassword | Self::Refused { .. } => format!("{}{}", self.hint(), also_for(address)),
            _ => self.hint(),
        }
    }
}

/// Where else a database of this address or scheme takes its password from.
pub(crate) fn also_for(address: &str) -> &'static str {
    if address.starts_with("postgres") { "; PostgreSQL also takes PGPASSWORD and ~/.pgpass" } else { "" }
}

/// How to give a password.
pub(crate) const PASSWORD_ADVICE: &str = "write `${SHOP_DB_PASSWORD}` in the password's place and set \
    that variable, or name a file that holds it with `password_file`";

/// As many names as one takes in.
fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let more = names.len().saturating_sub(SHOWN);
    let shown = names[..names.len().min(SHOWN)].join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}
