//! `s3://bucket/key`, `gs://…`, `az://container/…`, `https://…`: where an object is, and how it is named to people.

use std::path::PathBuf;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use super::RemoteFault;
use crate::config::{nearest, paths};
use crate::sources::database::{Secrets, has_plain_password, without_variables};

/// What addresses begin with.
const SCHEMES: [&str; 5] = ["s3", "gs", "az", "https", "http"];

/// Parameters of an address that let in whoever has them, besides those that are called a password.
const SIGNING: [&str; 13] = [
    "access_key",
    "access_token",
    "api_key",
    "api-key",
    "apikey",
    "auth",
    "key",
    "secret",
    "sig",
    "signature",
    "token",
    "x-amz-signature",
    "x-goog-signature",
];

/// The stores of objects in buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Cloud {
    S3,
    Google,
    Azure,
}

impl Cloud {
    pub(super) fn scheme(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Google => "gs",
            Self::Azure => "az",
        }
    }
}

/// Where something lies.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// A key, prefix or pattern in a bucket.
    Bucket { cloud: Cloud, bucket: String, key: String },
    /// One document on a web server.
    Web(Web),
}

/// A document on a web server, and who asks for it.
#[derive(Debug, Clone)]
pub(super) struct Web {
    /// Without user and password.
    pub(super) url: Url,
    pub(super) user: Option<(String, String)>,
    /// What must not be seen of the address.
    pub(super) secrets: Secrets,
}

/// What a person wrote, understood.
#[derive(Debug, Clone)]
pub(super) struct Address {
    pub(super) place: Place,
    /// As people may see it: without password, and without the values of variables behind `?`.
    pub(super) label: PathBuf,
}

/// An address as people may see it: without password, and without the values of variables behind `?`. None for what is
/// no address.
#[must_use]
pub fn address_shown(written: &str) -> Option<PathBuf> {
    if is_remote(written) { Address::read(written).ok().map(|address| address.label) } else { None }
}

/// Whether a path names something that is not on the disk: it has a scheme.
#[must_use]
pub fn is_remote(written: &str) -> bool {
    let whole = paths::expand_variables(written).ok().filter(|_| written.starts_with("${"));
    scheme_of(whole.as_deref().unwrap_or(written)).is_some()
}

fn scheme_of(written: &str) -> Option<&str> {
    let (scheme, _) = written.split_once("://")?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme.then_some(scheme)
}

/// Whether an address is written with what lets one in, rather than with a variable in its place.
pub(crate) fn holds_secret(written: &str) -> bool {
    let text = without_variables(written);
    let signed = |pair: &str| {
        pair.split_once('=').is_some_and(|(key, value)| {
            !value.is_empty() && SIGNING.contains(&key.to_ascii_lowercase().as_str())
        })
    };
    let parameters = text.split_once('?').map_or("", |(_, parameters)| parameters);
    has_plain_password(written) || scheme_of(&text).is_some() && parameters.split(['&', '#']).any(signed)
}

impl Address {
    pub(super) fn read(written: &str) -> Result<Self, RemoteFault> {
        if holds_secret(written) {
            return Err(RemoteFault::PlainSecret);
        }
        let text = expanded(written)?;
        let fault = |message: String| RemoteFault::Address { message };
        let scheme = scheme_of(&text).unwrap_or_default().to_ascii_lowercase();
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        let cloud = match scheme.as_str() {
            "s3" => Cloud::S3,
            "gs" => Cloud::Google,
            "az" => Cloud::Azure,
            "http" | "https" => return web(written, &text),
            other => {
                let near = nearest(other, SCHEMES.into_iter());
                let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}://`?"));
                return Err(fault(format!("`{other}://` is not known{near}")));
            }
        };
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(fault(format!("a bucket is named after `{scheme}://`")));
        }
        if bucket.contains(['@', ':', '*', '?']) {
            let message = "the first part is the name of a bucket, without user, password or pattern";
            return Err(fault(message.to_owned()));
        }
        let place = Place::Bucket { cloud, bucket: bucket.to_owned(), key: key.to_owned() };
        Ok(Self { label: PathBuf::from(format!("{scheme}://{bucket}/{key}")), place })
    }
}

/// Variables replaced. What stands before the host may hold any sign, and is encoded as an address wants it.
fn expanded(written: &str) -> Result<String, RemoteFault> {
    let plain = |name: &str| std::env::var(name).ok();
    let encoded = |name: &str| plain(name).map(|it| utf8_percent_encode(&it, NON_ALPHANUMERIC).to_string());
    let authority = written
        .split_once("://")
        .map_or(0, |(scheme, rest)| scheme.len() + 3 + rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    match written[..authority].rfind('@') {
        Some(at) if !written.starts_with("${") => {
            let (user, host) = written.split_at(at);
            Ok(paths::expand(user, encoded)? + &paths::expand(host, plain)?)
        }
        _ => Ok(paths::expand(written, plain)?),
    }
}

fn web(written: &str, text: &str) -> Result<Address, RemoteFault> {
    let fault = |message: String| RemoteFault::Address { message };
    // The parser's own message says what is wrong without repeating the text.
    let mut url = Url::parse(text).map_err(|error| fault(error.to_string()))?;
    url.set_fragment(None);
    let of_server = super::within_archive(url.path()).map_or(url.path(), |end| &url.path()[..end]);
    if of_server.contains('*') {
        return Err(fault("a web server can't be asked for its files: name each of them".into()));
    }
    let mut secrets = Secrets::default();
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut user = None;
    if !url.username().is_empty() || url.password().is_some() {
        let password = decoded(url.password().unwrap_or_default());
        let is_here = url.host_str().is_some_and(|host| ["127.0.0.1", "localhost", "[::1]"].contains(&host));
        if url.scheme() == "http" && !password.is_empty() && !is_here {
            return Err(fault("a password does not go over `http://`, where anybody can read it".into()));
        }
        secrets.add(url.password().unwrap_or_default());
        secrets.add(&password);
        user = Some((decoded(url.username()), password));
        // Neither fails for an address that has a host, and one of http has.
        let _ = url.set_username("");
        let _ = url.set_password(None);
    }
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        secrets.add(query);
        let values = url.query_pairs().map(|(_, value)| value.into_owned());
        // Short values are no secrets, and would be found in many words.
        for value in values.filter(|value| value.len() >= 6) {
            secrets.add(&value);
        }
    }
    let label = web_label(written, &url);
    Ok(Address { label, place: Place::Web(Web { url, user, secrets }) })
}

/// The address without its user; behind `?` as it is written, with the names of variables rather than their values.
fn web_label(written: &str, url: &Url) -> PathBuf {
    let mut shown = url.clone();
    shown.set_query(None);
    let mut label = percent_decode_str(shown.as_str()).decode_utf8_lossy().into_owned();
    if url.query().is_some() {
        let query = match written.split_once('?') {
            Some((_, query)) => query.split('#').next().unwrap_or_default(),
            None => written,
        };
        // A slash would look like one more folder.
        label = format!("{label}?{}", query.replace('/', "%2F"));
    }
    PathBuf::from(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(written: &str) -> String {
        Address::read(written).unwrap().label.display().to_string()
    }

    fn message(written: &str) -> String {
        Address::read(written).unwrap_err().to_string()
    }

    #[test]
    fn what_has_a_scheme_is_not_on_the_disk() {
        for remote in ["s3://b/k", "https://shop.example/a.csv", "s4://b", "ftp://h/x"] {
            assert!(is_remote(remote), "{remote}");
        }
        for local in ["orders.csv", "../a/b.csv", "C:\\x.csv", "${DANGOL_NONE}/x.csv", "a b://x"] {
            assert!(!is_remote(local), "{local}");
        }
    }

    #[test]
    fn secrets_written_plainly_are_refused() {
        for plain in [
            "https://user:geheim@shop.example/a.csv",
            "https://shop.example/a.csv?X-Amz-Signature=abc",
            "https://shop.example/a.csv?sv=1&sig=abc",
            "https://shop.example/a.csv?token=${T:-abc}",
            "az://exports/a.csv?sig=abc",
            "s3://KEY:SECRET@bucket/a.csv",
        ] {
            assert!(holds_secret(plain), "{plain}");
            assert!(matches!(Address::read(plain), Err(RemoteFault::PlainSecret)), "{plain}");
        }
        for fine in ["https://shop.example/a.csv?month=5&token=${T}", "s3://b/a?.csv", "${EXPORT_URL}"] {
            assert!(!holds_secret(fine), "{fine}");
        }
    }

    #[test]
    fn a_label_holds_no_values_of_variables_behind_the_question_mark() {
        // Nothing else reads these variables.
        let address = "https://me:${HOME}@shop.example/a%20b.csv?month=5&t=${PATH}#x";
        let found = Address::read(address).unwrap();
        assert_eq!(found.label.display().to_string(), "https://shop.example/a b.csv?month=5&t=${PATH}");
        let Place::Web(web) = found.place else { panic!("an address") };
        assert_eq!(web.user.map(|(user, _)| user).as_deref(), Some("me"));
        assert!(web.url.username().is_empty() && web.url.password().is_none());
        let path = std::env::var("PATH").unwrap();
        assert_eq!(web.secrets.hide(&format!("x {path} y")), "x *** y");
        assert_eq!(label("s3://exports/2024/*.csv"), "s3://exports/2024/*.csv");
        assert_eq!(label("https://shop.example/x?next=/a/b"), "https://shop.example/x?next=%2Fa%2Fb");
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        assert_eq!(
            message("htps://h/a"),
            "the address can't be used: `htps://` is not known; did you mean `https://`?"
        );
        assert_eq!(message("s3:///a"), "the address can't be used: a bucket is named after `s3://`");
        let pattern = "a web server can't be asked for its files: name each of them";
        assert_eq!(message("https://h/*.csv"), format!("the address can't be used: {pattern}"));
        assert_eq!(message("https://h:port/"), "the address can't be used: invalid port number");
        assert!(message("http://me:${HOME}@shop.example/a").contains("anybody can read it"));
        assert!(message("s3://${DANGOL_TEST_NOT_SET}/a").contains("is not set"));
    }
}
