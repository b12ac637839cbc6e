//! `connection = "…"`: which database, as whom, and where the password is.

use std::path::{Path, PathBuf};

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::postgres::PgConnectOptions;
use url::Url;

use super::redact::{Secrets, has_plain_password};
use super::{DatabaseFault, Dialect, adbc};
use crate::config::{Connections, paths};

/// A database and how to get in.
#[derive(Debug, Clone)]
pub(super) struct Connection {
    /// The connection as people may see it: without password and parameters.
    pub(super) label: String,
    /// The connection as it was written.
    pub(super) written: String,
    pub(super) options: Options,
    pub(super) secrets: Secrets,
    pub(super) patience: Connections,
}

#[derive(Debug, Clone)]
pub(super) enum Options {
    Postgres(Box<PgConnectOptions>),
    MySql(Box<MySqlConnectOptions>),
    Sqlite(PathBuf),
    Adbc(adbc::Driver),
}

/// What a connection's address may say behind `?`. Anything else is refused: the drivers pass over it, or
/// write it into logs.
const POSTGRES: [&str; 14] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "user",
];
const MYSQL: [&str; 9] =
    ["charset", "collation", "socket", "ssl-ca", "ssl-cert", "ssl-key", "ssl-mode", "sslca", "sslmode"];

impl Connection {
    /// Reads a connection as it is written in `shop.toml` in `folder`, or on the command line.
    pub(super) fn read(
        written: &str,
        password_file: Option<&str>,
        folder: &Path,
    ) -> Result<Self, DatabaseFault> {
        if has_plain_password(written) {
            return Err(DatabaseFault::PlainPassword);
        }
        let address = |message: String| DatabaseFault::Address { message };
        let whole = paths::expand(written, |name| std::env::var(name).ok());
        if whole.is_ok_and(|text| matches!(Dialect::of(&text), Some(Dialect::Adbc { .. }))) {
            return adbc::read_connection(written, password_file, folder);
        }
        let text = expanded(written)?;
        let dialect = Dialect::of(&text).ok_or_else(|| address("its scheme is not known".into()))?;
        if dialect == Dialect::Sqlite {
            let path = sqlite_path(&text);
            if path.is_empty() {
                return Err(address("no file is named after `sqlite:`".into()));
            }
            let path = folder.join(path);
            return Ok(Self {
                label: format!("sqlite:{}", path.display()),
                written: written.to_owned(),
                options: Options::Sqlite(path),
                secrets: Secrets::default(),
                patience: Connections::default(),
            });
        }

        // The parser's own message says what is wrong without repeating the text.
        let mut url = Url::parse(&text).map_err(|error| address(error.to_string()))?;
        let known: &[&str] = if dialect == Dialect::Postgres { &POSTGRES } else { &MYSQL };
        for (key, _) in url.query_pairs() {
            if !known.contains(&&*key) && !key.starts_with("options[") {
                let near = crate::config::nearest(&key, known.iter().copied());
                let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                return Err(address(format!("unknown parameter `{key}`{near}")));
            }
        }
        let mut secrets = Secrets::default();
        if let Some(path) = password_file {
            let password = password_from(path, folder)?;
            let encoded = utf8_percent_encode(&password, NON_ALPHANUMERIC).to_string();
            if url.set_password(Some(&encoded)).is_err() {
                return Err(address("a password needs a host, as in `postgres://user@host/database`".into()));
            }
        }
        if let Some(encoded) = url.password() {
            secrets.add(encoded);
            secrets.add(&percent_decode_str(encoded).decode_utf8_lossy());
        }
        for (_, value) in url.query_pairs().filter(|(key, _)| key == "password") {
            secrets.add(&value);
        }
        let wrong = |error: sqlx::Error, secrets: &Secrets| DatabaseFault::Address {
            message: secrets.hide(&error.to_string()),
        };
        let options = if dialect == Dialect::Postgres {
            known_to_libpq(&mut secrets);
            let options = url.as_str().parse::<PgConnectOptions>().map_err(|error| wrong(error, &secrets))?;
            Options::Postgres(Box::new(options))
        } else {
            let options =
                url.as_str().parse::<MySqlConnectOptions>().map_err(|error| wrong(error, &secrets))?;
            Options::MySql(Box::new(options))
        };
        // Whoever reads the label wants to know where, not how.
        let _ = url.set_password(None);
        url.set_query(None);
        url.set_fragment(None);
        let label = secrets.hide(url.as_str());
        Ok(Self { label, written: written.to_owned(), options, secrets, patience: Connections::default() })
    }

    pub(super) fn dialect(&self) -> Dialect {
        match &self.options {
            Options::Postgres(_) => Dialect::Postgres,
            Options::MySql(_) => Dialect::MySql,
            Options::Sqlite(_) => Dialect::Sqlite,
            Options::Adbc(driver) => driver.dialect(),
        }
    }
}

/// The file that `sqlite:FILE` or `sqlite://FILE` names.
pub(super) fn sqlite_path(connection: &str) -> &str {
    let path = connection.split_once(':').map_or("", |(_, path)| path);
    path.strip_prefix("//").unwrap_or(path)
}

/// Variables replaced. What stands before the host may hold any sign, and is encoded as an address wants it;
/// a variable that holds the whole address is taken as it is.
fn expanded(written: &str) -> Result<String, crate::error::ConfigError> {
    let plain = |name: &str| std::env::var(name).ok();
    let encoded = |name: &str| plain(name).map(|it| utf8_percent_encode(&it, NON_ALPHANUMERIC).to_string());
    match written.rfind('@') {
        Some(at) if !written.starts_with("${") && Dialect::of(written) != Some(Dialect::Sqlite) => {
            let (user, host) = written.split_at(at);
            Ok(paths::expand(user, encoded)? + &paths::expand(host, plain)?)
        }
        _ => paths::expand(written, plain),
    }
}

pub(super) fn password_from(path: &str, folder: &Path) -> Result<String, DatabaseFault> {
    let fault = |file: &Path, message: String| DatabaseFault::PasswordFile { file: file.to_owned(), message };
    let path = paths::expand_variables(path)?;
    let file = folder.join(path);
    let text = std::fs::read_to_string(&file).map_err(|error| fault(&file, error.to_string()))?;
    let password = text.lines().next().unwrap_or_default();
    if password.is_empty() {
        return Err(fault(&file, "its first line is empty".into()));
    }
    Ok(password.to_owned())
}

/// The passwords that PostgreSQL's own ways provide, so that they can be kept out of messages.
fn known_to_libpq(secrets: &mut Secrets) {
    secrets.add(&std::env::var("PGPASSWORD").unwrap_or_default());
    let file = std::env::var_os("PGPASSFILE")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".pgpass")));
    for line in file.and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default().lines() {
        // host:port:database:user:password, with `\:` for a colon that separates nothing.
        let separator = line.match_indices(':').filter(|(at, _)| !line[..*at].ends_with('\\')).nth(3);
        if let Some((at, _)) = separator {
            secrets.add(&line[at + 1..].replace("\\:", ":").replace("\\\\", "\\"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(written: &str) -> Result<Connection, DatabaseFault> {
        Connection::read(written, None, Path::new("shop"))
    }

    #[test]
    fn a_label_holds_no_password_and_no_parameters() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pw"), "p@ss/w:rd#1\n").unwrap();
        let connection = Connection::read(
            "postgres://shop@db.example:5433/shop?sslmode=require",
            Some("pw"),
            folder.path(),
        )
        .unwrap();
        assert_eq!(connection.label, "postgres://shop@db.example:5433/shop");
        assert_eq!(connection.secrets.hide("p@ss/w:rd#1"), "***");
        let shown = format!("{:?}", connection.secrets);
        assert!(!shown.contains("p@ss"), "{shown}");
        assert_eq!(read("sqlite://a/shop.db").unwrap().label, "sqlite:shop/a/shop.db");
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        let message = |written| read(written).unwrap_err().to_string();
        assert_eq!(message("postgres://shop:geheim@db/shop"), "the connection holds a password");
        assert_eq!(message("oracle://db"), "the connection can't be used: its scheme is not known");
        assert_eq!(message("sqlite:"), "the connection can't be used: no file is named after `sqlite:`");
        assert_eq!(
            message("postgres://db/shop?sslmod=require"),
            "the connection can't be used: unknown parameter `sslmod`; did you mean `sslmode`?"
        );
        assert_eq!(message("mysql://db:port/shop"), "the connection can't be used: invalid port number");
        let missing = message("mysql://shop:${DANGOL_TEST_NOT_SET}@db/shop");
        assert_eq!(
            missing,
            "the variable ${DANGOL_TEST_NOT_SET} in `mysql://shop:${DANGOL_TEST_NOT_SET}` is not set"
        );
    }
}
