//! Clients of the object stores: where they are, as whom they ask, how long they wait.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::{ClientOptions, ObjectStore, RetryConfig};

use super::RemoteFault;
use super::address::Cloud;
use super::profile::Profile;
use crate::config::{Storage, paths};
use crate::sources::database::Secrets;

/// How long a server may take to be reached.
pub(super) const REACHING: Duration = Duration::from_secs(10);

/// The clients of one bucket.
#[derive(Clone)]
pub(super) struct Bucket {
    /// For questions, whose answers come as a whole.
    pub(super) asking: Arc<dyn ObjectStore>,
    /// For objects, which may take as long as they are large.
    pub(super) reading: Arc<dyn ObjectStore>,
    /// How long an answer is waited for.
    pub(super) patience: Duration,
    /// What must not be seen of what the store says.
    pub(super) secrets: Secrets,
}

impl Bucket {
    pub(super) fn open(cloud: Cloud, bucket: &str, storage: &Storage) -> Result<Self, RemoteFault> {
        let patience = Duration::from_secs(storage.timeout_seconds);
        let client = ClientOptions::new().with_connect_timeout(REACHING.min(patience));
        let build = |client: ClientOptions| match cloud {
            Cloud::S3 => s3(bucket, storage, client),
            Cloud::Google => google(bucket, storage, client),
            Cloud::Azure => azure(bucket, storage, client),
        };
        let mut secrets = Secrets::default();
        let variables = [
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AZURE_STORAGE_ACCOUNT_KEY",
            "AZURE_STORAGE_SAS_KEY",
            "AZURE_STORAGE_SAS_TOKEN",
            "AZURE_STORAGE_TOKEN",
            "AZURE_CLIENT_SECRET",
        ];
        for variable in variables {
            secrets.add(&std::env::var(variable).unwrap_or_default());
        }
        Ok(Self {
            asking: build(client.clone().with_timeout(patience))?,
            reading: build(client.with_timeout_disabled())?,
            patience,
            secrets,
        })
    }
}

/// Trying again is done, counted and said here, not by the client.
fn once() -> RetryConfig {
    RetryConfig { max_retries: 0, ..RetryConfig::default() }
}

fn told(value: Option<&String>) -> Result<Option<String>, RemoteFault> {
    Ok(value.map(|value| paths::expand_variables(value)).transpose()?)
}

fn is_plain_http(endpoint: Option<&str>) -> bool {
    endpoint.is_some_and(|endpoint| endpoint.starts_with("http://"))
}

/// What a client can't be made from; its words name settings, not their values.
fn wrong(error: &object_store::Error) -> RemoteFault {
    RemoteFault::Credentials { message: super::fault::innermost(error) }
}

fn s3(bucket: &str, storage: &Storage, client: ClientOptions) -> Result<Arc<dyn ObjectStore>, RemoteFault> {
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(once());
    let has = |builder: &AmazonS3Builder, key| builder.get_config_value(&key).is_some();
    let profile = Profile::read();
    let from_profile = std::env::var_os("AWS_PROFILE").is_some();
    // A profile that is asked for by name counts before what else is set; else it stands in for what is not.
    if let (Some(key_id), Some(secret)) = (profile.key_id, profile.secret)
        && (from_profile || !has_other_credentials(&builder))
    {
        builder = builder.with_access_key_id(key_id).with_secret_access_key(secret);
        if let Some(token) = profile.token {
            builder = builder.with_token(token);
        }
    }
    if let Some(region) = told(storage.s3.region.as_ref())? {
        builder = builder.with_region(region);
    } else if let Some(region) = profile.region
        && (from_profile
            || !has(&builder, AmazonS3ConfigKey::Region) && !has(&builder, AmazonS3ConfigKey::DefaultRegion))
    {
        builder = builder.with_region(region);
    }
    if let Some(endpoint) = told(storage.s3.endpoint.as_ref())? {
        builder = builder.with_endpoint(endpoint);
    }
    if storage.s3.anonymous {
        builder = builder.with_skip_signature(true);
    } else if !has_other_credentials(&builder) && is_true("AWS_EC2_METADATA_DISABLED") {
        let message = "none in the environment or in ~/.aws/credentials".to_owned();
        return Err(RemoteFault::Credentials { message });
    }
    let endpoint = builder.get_config_value(&AmazonS3ConfigKey::Endpoint);
    let client = client.with_allow_http(is_plain_http(endpoint.as_deref()) || is_true("AWS_ALLOW_HTTP"));
    let built = builder.with_client_options(client).build();
    built.map(|store| Arc::new(store) as _).map_err(|error| wrong(&error))
}

/// Whether anything but the machine's own service says as whom to ask.
fn has_other_credentials(builder: &AmazonS3Builder) -> bool {
    [
        AmazonS3ConfigKey::AccessKeyId,
        AmazonS3ConfigKey::SecretAccessKey,
        AmazonS3ConfigKey::WebIdentityTokenFile,
        AmazonS3ConfigKey::ContainerCredentialsRelativeUri,
        AmazonS3ConfigKey::ContainerCredentialsFullUri,
    ]
    .iter()
    .any(|key| builder.get_config_value(key).is_some())
        || is_true("AWS_SKIP_SIGNATURE")
}

fn is_true(variable: &str) -> bool {
    std::env::var(variable).is_ok_and(|value| value.eq_ignore_ascii_case("true") || value == "1")
}

fn google(
    bucket: &str,
    storage: &Storage,
    client: ClientOptions,
) -> Result<Arc<dyn ObjectStore>, RemoteFault> {
    let mut builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket).with_retry(once());
    if let Some(endpoint) = told(storage.gs.endpoint.as_ref())? {
        builder = builder.with_config(GoogleConfigKey::BaseUrl, endpoint);
    }
    if storage.gs.anonymous {
        builder = builder.with_skip_signature(true);
    }
    let endpoint = builder.get_config_value(&GoogleConfigKey::BaseUrl);
    let client = client.with_allow_http(is_plain_http(endpoint.as_deref()));
    let built = builder.with_client_options(client).build();
    built.map(|store| Arc::new(store) as _).map_err(|error| wrong(&error))
}

fn azure(
    container: &str,
    storage: &Storage,
    client: ClientOptions,
) -> Result<Arc<dyn ObjectStore>, RemoteFault> {
    let mut builder = MicrosoftAzureBuilder::from_env().with_container_name(container).with_retry(once());
    if let Some(account) = told(storage.az.account.as_ref())? {
        builder = builder.with_account(account);
    }
    if let Some(endpoint) = told(storage.az.endpoint.as_ref())? {
        builder = builder.with_endpoint(endpoint);
    }
    if storage.az.anonymous {
        builder = builder.with_skip_signature(true);
    }
    let endpoint = builder.get_config_value(&AzureConfigKey::Endpoint);
    let client = client.with_allow_http(is_plain_http(endpoint.as_deref()));
    let built = builder.with_client_options(client).build();
    built.map(|store| Arc::new(store) as _).map_err(|error| wrong(&error))
}
