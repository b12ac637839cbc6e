//! The open shop, and answers that are kept until its data change.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use dangol_shop::runs::{Run, Runs};
use dangol_shop::store::Store;
use dangol_shop::{Config, Shop, ShopError};
use tokio::sync::OnceCell;

/// What the routes share.
#[derive(Debug)]
pub struct App {
    folder: PathBuf,
    shop: Mutex<Option<Arc<Shop>>>,
    answers: Mutex<VecDeque<(String, Answer)>>,
    runs: OnceCell<Runs>,
}

/// A whole answer and its entity tag.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) tag: String,
    pub(crate) body: Arc<str>,
}

/// Answers kept at most; a dashboard's pages ask for a few dozen different ones.
const KEPT_ANSWERS: usize = 256;
/// A longer answer, such as a list of all customers, is not kept.
const LONGEST_KEPT: usize = 1 << 20;

impl App {
    /// The shop in a folder, whether anything has been imported yet or not.
    ///
    /// # Errors
    /// [`ShopError::Config`] where its `shop.toml` cannot be used; [`ShopError::DamagedStore`].
    pub fn open(folder: &Path) -> Result<Self, ShopError> {
        let app = Self {
            folder: folder.to_path_buf(),
            shop: Mutex::new(None),
            answers: Mutex::default(),
            runs: OnceCell::new(),
        };
        app.config()?;
        match app.shop() {
            Ok(_) | Err(ShopError::NothingImported { .. }) => Ok(app),
            Err(error) => Err(error),
        }
    }

    /// The configuration as it stands on disk now.
    pub(crate) fn config(&self) -> Result<Config, ShopError> {
        Config::read(&self.folder, &dangol_analytics::names())
    }

    /// The shop at its current snapshot; opened anew after an import or a change of `shop.toml`.
    pub(crate) fn shop(&self) -> Result<Arc<Shop>, ShopError> {
        let current = Store::of_shop(&self.folder).current()?;
        let config = self.config()?;
        let mut open = self.shop.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(shop), Some(current)) = (open.as_ref(), &current)
            && shop.snapshot == *current
            && shop.config.text == config.text
        {
            return Ok(shop.clone());
        }
        let shop = Arc::new(Shop::with_config(config)?);
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clear();
        *open = Some(shop.clone());
        Ok(shop)
    }

    pub(crate) fn kept(&self, key: &str) -> Option<Answer> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.iter().find(|(found, _)| found == key).map(|(_, answer)| answer.clone())
    }

    pub(crate) fn keep(&self, key: String, answer: &Answer) {
        if answer.body.len() > LONGEST_KEPT {
            return;
        }
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.push_front((key, answer.clone()));
        answers.truncate(KEPT_ANSWERS);
    }

    /// The record of runs.
    pub(crate) async fn runs(&self) -> Result<&Runs, ShopError> {
        self.runs.get_or_try_init(|| async { Runs::open(Store::of_shop(&self.folder).folder()).await }).await
    }

    /// Records a run beside the request that caused it.
    pub(crate) fn record(self: &Arc<Self>, run: Run) {
        let app = self.clone();
        tokio::spawn(async move {
            let recorded = async { app.runs().await?.record(&run).await };
            if let Err(error) = recorded.await {
                tracing::warn!("{error}");
            }
        });
    }
}
