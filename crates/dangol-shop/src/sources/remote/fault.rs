//! What can be wrong with an object, its store, or the way there.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use object_store::client::{HttpError, HttpErrorKind};

use crate::error::ConfigError;
use crate::sources::database::Secrets;

/// Why an object can't be read. Passwords and signatures have been taken out of all texts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteFault {
    /// The address cannot be understood.
    #[error("the address can't be used: {message}")]
    Address {
        /// What is wrong with it.
        message: String,
    },
    /// A variable in the address is not set.
    #[error(transparent)]
    Variable(#[from] ConfigError),
    /// A password or a signature in the text of the address.
    #[error("the address holds a password or a signature")]
    PlainSecret,
    /// Nothing says as whom to ask, or what says so can't be used.
    #[error("no credentials: {message}")]
    Credentials {
        /// What was looked for.
        message: String,
    },
    /// The store knows no such object.
    #[error("there is no such object")]
    Missing {
        /// Objects with similar names.
        nearest: Vec<String>,
    },
    /// No object lies there, or none that can be read as a table.
    #[error("no tables there ({objects} objects with other endings)")]
    Nothing {
        /// How many objects there are.
        objects: usize,
    },
    /// The store does not let us read it.
    #[error("the store refuses: {message}")]
    Refused {
        /// The store's word.
        message: String,
    },
    /// The bucket is in another region.
    #[error("the bucket is in another region: {message}")]
    Region {
        /// The store's word.
        message: String,
    },
    /// No secure connection came about.
    #[error("no secure connection: {message}")]
    Tls {
        /// What is wrong.
        message: String,
    },
    /// Nobody answers there.
    #[error("no connection after {tries} tries: {message}")]
    Unreachable {
        /// How often it was tried.
        tries: u32,
        /// The system's word.
        message: String,
    },
    /// The server keeps silent, or gives hardly anything.
    #[error("the server was silent for {seconds} seconds, {tries} times in a row")]
    Silent {
        /// How often it was tried.
        tries: u32,
        /// How long it was waited each time.
        seconds: u64,
    },
    /// The server fails, or has too much to do.
    #[error("the server failed {tries} times in a row: {message}")]
    Server {
        /// How often it was tried.
        tries: u32,
        /// The server's word.
        message: String,
    },
    /// The connection ends before the object does.
    #[error("the object was cut off after {bytes} bytes{}, {tries} times: {message}", of_bytes(*.of))]
    Cut {
        /// How often it was tried.
        tries: u32,
        /// Bytes fetched.
        bytes: u64,
        /// Bytes that the store has promised.
        of: Option<u64>,
        /// What was seen of it.
        message: String,
    },
    /// The object is replaced again and again.
    #[error("the object changes while it is read")]
    Changed,
    /// More than an import may fetch.
    #[error("an import may fetch {limit} bytes, and this would be more: {bytes}")]
    TooLarge {
        /// Bytes to be fetched in all, as far as is known.
        bytes: u64,
        /// The bound.
        limit: u64,
    },
    /// The disk is full, or does not let us write.
    #[error("it can't be kept in {}: {source}", folder.display())]
    NoRoom {
        /// Where it was to be kept.
        folder: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// Anything else that the store says.
    #[error("the store says: {message}")]
    Other {
        /// Its word.
        message: String,
    },
}

fn of_bytes(of: Option<u64>) -> String {
    of.map_or_else(String::new, |of| format!(" of {of}"))
}

impl RemoteFault {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Address { .. } => "write it like `s3://bucket/folder/*.csv`, `gs://…`, `az://container/…` \
                or `https://shop.example/orders.csv`"
                .into(),
            Self::Variable(error) => error.hint(),
            Self::PlainSecret => SECRET_ADVICE.into(),
            Self::Credentials { .. } => "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or AWS_PROFILE), \
                GOOGLE_APPLICATION_CREDENTIALS, or AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY; for \
                public buckets `anonymous = true` under [storage.s3], [storage.gs] or [storage.az]"
                .into(),
            Self::Missing { nearest } if nearest.is_empty() => {
                "check bucket and name; capitals count".into()
            }
            Self::Missing { nearest } => format!("did you mean {}?", nearest.join(" or ")),
            Self::Nothing { .. } => {
                "put CSV, Parquet, Excel or JSON lines files there, or name another folder".into()
            }
            Self::Refused { .. } => "check the credentials, and whether they may read and list there".into(),
            Self::Region { .. } => "set `region` under [storage.s3], or AWS_REGION".into(),
            Self::Tls { .. } => "the server's certificate must be one that this system trusts".into(),
            Self::Unreachable { .. } => "check the address, the name of the host and the network".into(),
            Self::Silent { .. } => {
                "try again later; a slow server gets more time by `timeout_seconds` under [storage]".into()
            }
            Self::Server { .. } | Self::Cut { .. } => "try again later; the store is as it was before".into(),
            Self::Changed => "import again when it is written completely".into(),
            Self::TooLarge { .. } => "raise `max_gb` under [storage], or name less".into(),
            Self::NoRoom { .. } => "free some space on this disk".into(),
            Self::Other { .. } => "check the address, and [storage] in shop.toml".into(),
        }
    }

    /// Whether trying again may help.
    pub(super) fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::Silent { .. } | Self::Server { .. } | Self::Cut { .. }
        )
    }

    /// The same, with how often it was tried.
    pub(super) fn after(mut self, tried: u32) -> Self {
        if let Self::Unreachable { tries, .. }
        | Self::Silent { tries, .. }
        | Self::Server { tries, .. }
        | Self::Cut { tries, .. } = &mut self
        {
            *tries = tried;
        }
        self
    }

    /// What an HTTP status means; `said` is the server's word.
    pub(super) fn of_status(status: u16, said: &str) -> Self {
        let message = [status.to_string(), said.to_owned()].join(" ").trim_end().to_owned();
        let wrong_region = ["AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraint"];
        match status {
            _ if wrong_region.iter().any(|code| said.contains(code)) => Self::Region { message },
            404 | 410 => Self::Missing { nearest: Vec::new() },
            401 | 403 | 407 => Self::Refused { message },
            412 => Self::Changed,
            408 | 425 | 429 | 500..=599 => Self::Server { tries: 1, message },
            _ => Self::Other { message },
        }
    }

    /// What an error of a request means, told by its chain of causes.
    pub(super) fn of_request(error: &(dyn Error + 'static), connecting: bool) -> Self {
        let message = innermost(error);
        let is_tls = chain(error).any(|cause| {
            let cause = cause.downcast_ref::<io::Error>();
            cause.is_some_and(|cause| cause.kind() == io::ErrorKind::InvalidData)
        });
        match () {
            () if connecting && is_tls => Self::Tls { message },
            () if connecting => Self::Unreachable { tries: 1, message },
            () => Self::Cut { tries: 1, bytes: 0, of: None, message },
        }
    }

    /// What an error of an object store means.
    pub(super) fn of_store(error: &object_store::Error) -> Self {
        use object_store::Error as E;
        let text = chain(error).map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let said = words_of_store(&text);
        if text.contains("redirect without LOCATION") {
            return Self::Region { message: "the store names another place".into() };
        }
        if let E::Precondition { .. } | E::NotModified { .. } = error {
            return Self::Changed;
        }
        // Whoever has no credentials is sent to ask the machine's own service, which only clouds have.
        let asked_machine = ["169.254.169.254", "169.254.170.2", "metadata.google.internal"];
        if asked_machine.iter().any(|host| text.contains(host)) || text.contains("MissingSecretAccessKey") {
            let message = "none in the environment, and this machine is given none by a cloud".into();
            return Self::Credentials { message };
        }
        if let Some(status) = status_in(&text) {
            return Self::of_status(status, &said);
        }
        let http = chain(error).find_map(|cause| cause.downcast_ref::<HttpError>());
        match (error, http.map(HttpError::kind)) {
            (E::NotFound { .. }, _) => Self::Missing { nearest: Vec::new() },
            (E::PermissionDenied { .. } | E::Unauthenticated { .. }, _) => Self::Refused { message: said },
            (_, Some(HttpErrorKind::Connect)) => Self::of_request(error, true),
            // Whoever has set the time knows how long it was.
            (_, Some(HttpErrorKind::Timeout)) => Self::Silent { tries: 1, seconds: 0 },
            (_, Some(_)) => Self::of_request(error, false),
            _ => Self::Other { message: innermost(error) },
        }
    }
}

/// What to do with a password or a signature.
pub(crate) const SECRET_ADVICE: &str = "put it into a variable of the environment, as in \
    `https://user:${SHOP_PASSWORD}@shop.example/orders.csv`, or the whole address: `${EXPORT_URL}`";

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| cause(error))
}

fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    // What an input or output error wraps is not its source, but stands in its place.
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

/// The same without secrets, which servers and systems may repeat.
pub(super) fn hidden(mut fault: RemoteFault, secrets: &Secrets) -> RemoteFault {
    use RemoteFault as F;
    if let F::Refused { message }
    | F::Region { message }
    | F::Tls { message }
    | F::Unreachable { message, .. }
    | F::Server { message, .. }
    | F::Cut { message, .. }
    | F::Other { message } = &mut fault
    {
        *message = secrets.hide(message);
    }
    fault
}

/// The cause of all causes in its own words.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map_or_else(String::new, ToString::to_string)
}

/// The status that the client of the object stores writes into its errors.
fn status_in(text: &str) -> Option<u16> {
    let (_, behind) = text.split_once("status code: ")?;
    behind.get(..3)?.parse().ok()
}

/// Code and message of a store's answer. The rest of it may repeat what was sent to it.
fn words_of_store(text: &str) -> String {
    let element = |name: &str| {
        let (_, behind) = text.split_once(&format!("<{name}>"))?;
        behind.split_once(&format!("</{name}>")).map(|(inner, _)| inner.trim().to_owned())
    };
    let field = |name: &str| {
        let (_, behind) = text.split_once(&format!("\"{name}\":"))?;
        Some(behind.trim_start().strip_prefix('"')?.split('"').next()?.to_owned())
    };
    let message = element("Message").or_else(|| field("message"));
    let message = message.map(|it| it.lines().next().unwrap_or_default().to_owned());
    let words: Vec<String> = [element("Code"), message].into_iter().flatten().collect();
    words.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_answer_only_code_and_message_are_shown() {
        let body = "x status code: 403 Forbidden: <Error><Code>SignatureDoesNotMatch</Code><Message>The \
            signature differs.</Message><AWSAccessKeyId>AKIA1</AWSAccessKeyId><StringToSign>s</StringToSign>";
        assert_eq!(words_of_store(body), "SignatureDoesNotMatch: The signature differs.");
        assert_eq!(status_in(body), Some(403));
        let json = "{\"error\": {\"code\": 401, \"message\": \"Anonymous caller\", \"errors\": []}}";
        assert_eq!(words_of_store(json), "Anonymous caller");
        assert_eq!(words_of_store("<html>"), "");
    }

    #[test]
    fn statuses_are_told_apart() {
        let of = |status, said| RemoteFault::of_status(status, said);
        assert!(matches!(of(404, ""), RemoteFault::Missing { .. }));
        assert!(matches!(of(403, "AccessDenied: no"), RemoteFault::Refused { .. }));
        assert!(matches!(of(412, ""), RemoteFault::Changed));
        let wrong = "AuthorizationHeaderMalformed: the region 'us-east-1' is wrong";
        assert!(matches!(of(400, wrong), RemoteFault::Region { .. }));
        for passing in [408, 429, 500, 503] {
            assert!(of(passing, "SlowDown").may_pass(), "{passing}");
        }
        assert!(!of(400, "InvalidRequest").may_pass());
        assert_eq!(of(503, "").after(4).to_string(), "the server failed 4 times in a row: 503");
    }
}
