//! How a command fails: what, where, what to do, and the exit code.

use dangol_analytics::AnalysisError;
use dangol_shop::ShopError;

/// A failure as a person reads it.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    hint: String,
    exit_code: u8,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into(), exit_code: 1 }
    }

    /// A mistake in how the command was called.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { exit_code: 2, ..Self::new(message, hint) }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        self.exit_code
    }

    pub(crate) fn print(&self) {
        eprintln!("error: {}", self.message);
        if !self.hint.is_empty() {
            eprintln!(" hint: {}", self.hint);
        }
    }
}

impl From<ShopError> for Failure {
    fn from(error: ShopError) -> Self {
        Self::new(error.to_string(), error.hint())
    }
}

impl From<AnalysisError> for Failure {
    fn from(error: AnalysisError) -> Self {
        let failure = Self::new(error.to_string(), error.hint());
        match error {
            AnalysisError::Shop(_) | AnalysisError::UnknownCustomer { .. } => failure,
            _ => Self { exit_code: 2, ..failure },
        }
    }
}
