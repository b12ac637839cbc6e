//! `connection = "adbc:DRIVER?option=value&…"`: which driver, and what it is told.

use std::fmt;
use std::path::Path;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::super::connection::{Connection, Options, password_from};
use super::super::redact::{Secrets, has_plain_password};
use super::super::{DatabaseFault, Dialect};
use crate::config::{Connections, paths};

/// A driver and the options of its database.
#[derive(Clone)]
pub(in super::super) struct Driver {
    /// A name, as in `snowflake` or `adbc_driver_snowflake`, or the path of a library or of a manifest.
    pub(super) name: String,
    pub(super) options: Vec<(String, String)>,
}

impl Driver {
    pub(in super::super) fn dialect(&self) -> Dialect {
        Dialect::of_driver(&self.name)
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Driver({})", self.name)
    }
}

/// Whether an option lets in whoever knows it.
fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["pass", "pwd", "secret", "token", "private_key", "credential"].iter().any(|part| key.contains(part))
}

/// What stands between user and host of an address, as drivers take it: with a scheme or without.
fn password_in(address: &str) -> Option<&str> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let (user, _) = rest.rsplit_once('@')?;
    user.split_once(':').map(|(_, password)| password).filter(|password| !password.is_empty())
}

/// Whether options are written with a password among them; `text` without its variables.
pub(in super::super) fn holds_password(text: &str) -> bool {
    let pairs = text.split_once('?').map_or("", |(_, options)| options).split('&');
    pairs.filter_map(|pair| pair.split_once('=')).any(|(key, value)| {
        let value = percent_decode_str(value).decode_utf8_lossy();
        // The path of a file with credentials is none.
        let is_file = key.contains("credential") && !value.trim_start().starts_with('{');
        is_secret(key) && !value.is_empty() && !is_file
            || password_in(&value).is_some()
            || has_plain_password(&value)
    })
}

/// Reads a connection that begins with `adbc:`.
pub(in super::super) fn read(
    written: &str,
    password_file: Option<&str>,
    folder: &Path,
) -> Result<Connection, DatabaseFault> {
    let address = |message: &str| DatabaseFault::Address { message: message.to_owned() };
    let is_variable = written.starts_with("${");
    let plain = |name: &str| std::env::var(name).ok();
    // Within an address a value may hold any sign.
    let encoded = |name: &str| plain(name).map(|it| utf8_percent_encode(&it, NON_ALPHANUMERIC).to_string());
    let text = if is_variable { paths::expand(written, plain)? } else { written.to_owned() };
    let rest = text.split_once(':').map_or("", |(_, rest)| rest);
    let (driver, pairs) = rest.split_once('?').unwrap_or((rest, ""));
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let driver = paths::expand(&decoded(driver), plain)?;
    if driver.is_empty() {
        return Err(address("a driver is named after `adbc:`"));
    }
    let mut secrets = Secrets::default();
    let mut options = Vec::new();
    for pair in pairs.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| address("options are written as `name=value`"))?;
        let (key, value) = (decoded(key), decoded(value));
        let is_part =
            value.contains("${") && !(value.starts_with("${") && value.find('}') == Some(value.len() - 1));
        let value = if key == "uri" && is_part {
            paths::expand(&value, encoded)?
        } else {
            paths::expand(&value, plain)?
        };
        if is_secret(&key) {
            secrets.add(&value);
        }
        if let Some(password) = password_in(&value) {
            secrets.add(&value);
            secrets.add(password);
            secrets.add(&percent_decode_str(password).decode_utf8_lossy());
        }
        options.push((key, value));
    }
    if let Some(file) = password_file {
        let password = password_from(file, folder)?;
        secrets.add(&password);
        options.push(("password".to_owned(), password));
    }
    let name = if driver.contains('/') { folder.join(&driver).display().to_string() } else { driver.clone() };
    // As it is written no secret is in it; a variable may hold anything.
    let label = if is_variable { format!("adbc:{driver}") } else { written.to_owned() };
    let options = Options::Adbc(Driver { name, options });
    Ok(Connection { label, written: written.to_owned(), options, secrets, patience: Connections::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::database::has_plain_password;

    #[test]
    fn options_are_read_and_their_secrets_kept() {
        let written = "adbc:adbc_driver_snowflake?username=me&password=${PATH}&adbc.snowflake.sql.db=A%26B";
        let connection = read(written, None, Path::new("shop")).unwrap();
        assert_eq!(connection.label, written);
        let path = std::env::var("PATH").unwrap();
        let Options::Adbc(driver) = &connection.options else { panic!("a driver") };
        let options: Vec<_> =
            driver.options.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(options, [("username", "me"), ("password", &path), ("adbc.snowflake.sql.db", "A&B")]);
        assert_eq!(connection.secrets.hide(&path), "***");
        assert!(!format!("{connection:?}").contains(&path));
        let driver = |written| match read(written, None, Path::new("shop")).unwrap().options {
            Options::Adbc(driver) => driver.name,
            _ => String::new(),
        };
        assert_eq!(driver("adbc:lib/x.so?uri=a"), "shop/lib/x.so");
        assert_eq!(driver("adbc:snowflake"), "snowflake");
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        let message = |written| read(written, None, Path::new("shop")).unwrap_err().to_string();
        assert_eq!(message("adbc:"), "the connection can't be used: a driver is named after `adbc:`");
        assert_eq!(message("adbc:x?a"), "the connection can't be used: options are written as `name=value`");
    }

    #[test]
    fn passwords_written_plainly_are_seen() {
        for plain in [
            "adbc:snowflake?username=me&password=geheim",
            "adbc:snowflake?uri=me:geheim@account/db",
            "adbc:postgresql?uri=postgresql://me:geheim@db/shop",
            "adbc:postgresql?uri=postgresql%3A%2F%2Fme%3Ageheim@db/shop",
            "adbc:postgresql?uri=postgresql://me@db/shop%3Fpassword=geheim",
            "adbc:x?adbc.auth_token=abc",
            "adbc:bigquery?adbc.bigquery.sql.auth_credentials={\"private_key\": \"a\"}",
        ] {
            assert!(has_plain_password(plain), "{plain}");
        }
        for fine in [
            "adbc:snowflake?username=me&password=${PW}",
            "adbc:postgresql?uri=${URI}",
            "adbc:postgresql?uri=postgresql://me@db/shop",
            "adbc:bigquery?adbc.bigquery.sql.auth_credentials=/run/secrets/key.json",
            "adbc:adbc_driver_sqlite?uri=shop.db",
        ] {
            assert!(!has_plain_password(fine), "{fine}");
        }
    }
}
