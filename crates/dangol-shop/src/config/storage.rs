//! `[storage]`: how object stores are reached. Credentials are not told here: they come from the environment.

use serde::{Deserialize, Serialize};

/// `[storage]`: bounds on fetching, and for each kind of store where it is.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Storage {
    /// Seconds without an answer, or with hardly any data, after which a request is given up. Default 30.
    pub timeout_seconds: u64,
    /// Gigabytes that one import may fetch; they lie on the disk of the store while it runs. Default 100.
    pub max_gb: f64,
    /// `[storage.s3]`: Amazon S3 and what speaks its protocol.
    pub s3: S3Storage,
    /// `[storage.gs]`: Google Cloud Storage.
    pub gs: CloudStorage,
    /// `[storage.az]`: Azure Blob Storage.
    pub az: AzureStorage,
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            timeout_seconds: 30,
            max_gb: 100.0,
            s3: S3Storage::default(),
            gs: CloudStorage::default(),
            az: AzureStorage::default(),
        }
    }
}

/// `[storage.s3]`
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct S3Storage {
    /// The bucket's region; else that of the environment or of `~/.aws/config`, else `us-east-1`.
    pub region: Option<String>,
    /// The server, where it is not Amazon's: `https://minio.example:9000`.
    pub endpoint: Option<String>,
    /// The buckets are public: no credentials are looked for.
    pub anonymous: bool,
}

/// `[storage.gs]`
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct CloudStorage {
    /// The server, where it is not Google's.
    pub endpoint: Option<String>,
    /// The buckets are public: no credentials are looked for.
    pub anonymous: bool,
}

/// `[storage.az]`
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct AzureStorage {
    /// The storage account; else `AZURE_STORAGE_ACCOUNT_NAME` of the environment.
    pub account: Option<String>,
    /// The server, where it is not Azure's.
    pub endpoint: Option<String>,
    /// The containers are public: no credentials are looked for.
    pub anonymous: bool,
}

impl Storage {
    /// The key that can't be used, and why.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        if self.timeout_seconds == 0 {
            return Err(("timeout_seconds", "`timeout_seconds` is at least 1".to_owned()));
        }
        if !(self.max_gb.is_finite() && self.max_gb > 0.0) {
            return Err(("max_gb", "`max_gb` is a number above 0".to_owned()));
        }
        for endpoint in [&self.s3.endpoint, &self.gs.endpoint, &self.az.endpoint].into_iter().flatten() {
            let is_address = ["https://", "http://", "${"].iter().any(|it| endpoint.starts_with(it));
            if !is_address {
                return Err(("endpoint", "an `endpoint` begins with `https://`".to_owned()));
            }
            if crate::sources::remote::holds_secret(endpoint) {
                let message = "an `endpoint` holds no password: credentials come from the environment";
                return Err(("endpoint", message.to_owned()));
            }
        }
        Ok(())
    }
}
