//! Passwords stay out of everything that people and programs get to read.

use std::fmt;

/// What stands where a password stood.
const HIDDEN: &str = "***";

/// The passwords that a connection knows.
#[derive(Clone, Default)]
pub(in crate::sources) struct Secrets(Vec<String>);

impl Secrets {
    /// Adds a password; an empty one is none.
    pub(in crate::sources) fn add(&mut self, secret: &str) {
        if !secret.is_empty() && !self.0.iter().any(|known| known == secret) {
            self.0.push(secret.to_owned());
            // Longer ones first: one may be the beginning of another.
            self.0.sort_by_key(|known| std::cmp::Reverse(known.len()));
        }
    }

    /// A text in which no password is left: servers repeat what they were sent.
    pub(in crate::sources) fn hide(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), HIDDEN))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

/// Whether a connection is written with a password in it, rather than with a variable in its place.
pub(super) fn has_plain_password(written: &str) -> bool {
    let text = without_variables(written);
    if text.starts_with("adbc:") {
        return super::adbc::holds_password(&text);
    }
    let Some((_, rest)) = text.split_once("://") else { return false };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let between_colon_and_at = match authority.rfind('@') {
        Some(at) => authority[..at].split_once(':').is_some_and(|(_, password)| !password.is_empty()),
        // A password with a slash in it ends the authority too early; a port has digits only.
        None => {
            tail.contains('@')
                && authority
                    .split_once(':')
                    .is_some_and(|(_, port)| !port.bytes().all(|byte| byte.is_ascii_digit()))
        }
    };
    let parameters = text.split_once('?').map_or("", |(_, parameters)| parameters);
    between_colon_and_at
        || parameters.split(['&', '#']).any(|pair| {
            pair.split_once('=').is_some_and(|(key, value)| {
                let key = key.to_ascii_lowercase();
                // The path of a file with passwords is none.
                let is_file = key.ends_with("file");
                !value.is_empty() && !is_file && (key.contains("pass") || key.contains("pwd"))
            })
        })
}

/// The text with its variables taken out, and their defaults, which are written plainly, left in.
pub(in crate::sources) fn without_variables(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else { break };
        out.push_str(&rest[..start]);
        if let Some((_, default)) = rest[start + 2..start + length].split_once(":-") {
            out.push_str(default);
        }
        rest = &rest[start + length + 1..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_written_plainly_are_seen() {
        for plain in [
            "postgres://shop:secret@db/shop",
            "mysql://shop:s3/c?ret@db/shop",
            "postgres://shop:${PW:-secret}@db/shop",
            "${DB:-postgres://shop:secret@db/shop}",
            "postgres://shop@db/shop?password=secret",
            "postgres://shop@db/shop?sslmode=require&Password=secret",
            "postgres://shop:se@cret@db/shop",
        ] {
            assert!(has_plain_password(plain), "{plain}");
        }
        for fine in [
            "postgres://shop@db/shop",
            "postgres://shop:${PW}@db:5432/shop?sslmode=require",
            "postgres://db:5432/shop?application_name=a@b",
            "${DB}",
            "${DB:-postgres://shop@db/shop}",
            "postgres://shop@db/shop?password=${PW}",
            "sqlite:data/shop.db",
            "mysql://shop:@db/shop",
        ] {
            assert!(!has_plain_password(fine), "{fine}");
        }
    }

    #[test]
    fn secrets_leave_a_text_wherever_they_stand() {
        let mut secrets = Secrets::default();
        for secret in ["geheim", "geheimnis", ""] {
            secrets.add(secret);
        }
        assert_eq!(secrets.hide("column geheimnis, geheim"), "column ***, ***");
        assert_eq!(format!("{secrets:?}"), "Secrets(2)");
    }
}
