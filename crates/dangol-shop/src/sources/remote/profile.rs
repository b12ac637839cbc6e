//! `~/.aws/credentials` and `~/.aws/config`: what the tools of Amazon have written there for a profile.

use std::path::PathBuf;

/// What the files say of one profile.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Profile {
    pub(super) key_id: Option<String>,
    pub(super) secret: Option<String>,
    pub(super) token: Option<String>,
    pub(super) region: Option<String>,
}

impl Profile {
    /// The profile of the environment, else `default`; empty where the files do not have it.
    pub(super) fn read() -> Self {
        let file = |variable: &str, name: &str| {
            let told = std::env::var_os(variable).map(PathBuf::from);
            let path = told.or_else(|| Some(std::env::home_dir()?.join(".aws").join(name)));
            path.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default()
        };
        let name = std::env::var("AWS_PROFILE").or_else(|_| std::env::var("AWS_DEFAULT_PROFILE"));
        Self::find(
            name.as_deref().unwrap_or("default"),
            &file("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
            &file("AWS_CONFIG_FILE", "config"),
        )
    }

    fn find(name: &str, credentials: &str, config: &str) -> Self {
        let of = |key: &str| {
            // In the second file all profiles but the first are called so.
            let named = [name.to_owned(), format!("profile {name}")];
            value(credentials, &named, key).or_else(|| value(config, &named, key))
        };
        Self {
            key_id: of("aws_access_key_id"),
            secret: of("aws_secret_access_key"),
            token: of("aws_session_token"),
            region: of("region"),
        }
    }
}

fn value(text: &str, sections: &[String], key: &str) -> Option<String> {
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']').trim();
            inside = sections.iter().any(|wanted| wanted == section);
        } else if inside
            && let Some((found, value)) = line.split_once('=')
            && found.trim() == key
        {
            return Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_found_in_both_files() {
        let credentials = "[default]\naws_access_key_id = A\naws_secret_access_key=B=\n\n[shop]\n\
            # a note\naws_access_key_id = C\naws_secret_access_key = D\naws_session_token = E\n";
        let config = "[default]\nregion = eu-west-1\n[profile shop]\nregion=ap-northeast-2\noutput = json\n";
        let found = |name| {
            let Profile { key_id, secret, token, region } = Profile::find(name, credentials, config);
            [key_id, secret, token, region].map(Option::unwrap_or_default)
        };
        assert_eq!(found("default"), ["A", "B=", "", "eu-west-1"]);
        assert_eq!(found("shop"), ["C", "D", "E", "ap-northeast-2"]);
        assert!(Profile::find("other", credentials, config) == Profile::default());
    }
}
