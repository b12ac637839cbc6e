//! `${NAME}` and `${NAME:-default}` in paths.

use crate::error::ConfigError;

/// Replaces variables by their values in the environment.
///
/// # Errors
/// [`ConfigError::MissingVariable`] for a variable that is not set and has no default.
pub fn expand_variables(text: &str) -> Result<String, ConfigError> {
    expand(text, |name| std::env::var(name).ok())
}

/// The same with values from elsewhere than the environment, or changed on the way.
pub(crate) fn expand(text: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, ConfigError> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else {
            break;
        };
        out.push_str(&rest[..start]);
        let inside = &rest[start + 2..start + length];
        let (name, default) = match inside.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        match value(name).filter(|found| !found.is_empty()) {
            Some(found) => out.push_str(&found),
            None => match default {
                Some(default) => out.push_str(default),
                None => {
                    return Err(ConfigError::MissingVariable {
                        name: name.to_owned(),
                        text: text.to_owned(),
                    });
                }
            },
        }
        rest = &rest[start + length + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_defaults_and_plain_text() {
        let env = |name: &str| (name == "DATA").then(|| "/data".to_owned());
        assert_eq!(expand("${DATA}/a.csv", env).unwrap(), "/data/a.csv");
        assert_eq!(expand("${NONE:-../x}/a.csv", env).unwrap(), "../x/a.csv");
        assert_eq!(expand("a${b", env).unwrap(), "a${b");
        assert!(matches!(expand("${NONE}/a.csv", env), Err(ConfigError::MissingVariable { .. })));
    }
}
