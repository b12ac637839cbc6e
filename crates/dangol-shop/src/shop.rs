//! An open shop: its current snapshot and the queries that analyses are made of.

use std::any::Any;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use datafusion::common::ScalarValue;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
use datafusion::prelude::{Expr, SessionContext, col, lit};
use futures::StreamExt;
use futures::stream::BoxStream;
use tokio::sync::OnceCell;

use crate::config::Config;
use crate::customer_ids::customers_schema;
use crate::engine;
use crate::error::ShopError;
use crate::features::Features;
use crate::features::profile_table::CUSTOMER_PROFILE;
use crate::import::{QUARANTINE_FILE, quarantine_schema};
use crate::order_lines::store_schema;
use crate::profiles::Profiles;
use crate::scope::{AsOf, Scope};
use crate::store::{
    CUSTOMERS_FOLDER, LINES_FOLDER, Manifest, PartFile, PartsTable, Reflag, Store, TABLES_FOLDER,
};
use crate::tables_in_scope::TablesInScope;
use crate::time::LocalClock;

/// A shop whose data have been imported, opened at its current snapshot.
#[derive(Debug)]
pub struct Shop {
    /// `shop.toml`
    pub config: Config,
    /// The snapshot's name.
    pub snapshot: String,
    /// What the snapshot holds.
    pub manifest: Manifest,
    clock: LocalClock,
    runtime: Arc<RuntimeEnv>,
    known: PartsTable,
    unknown: PartsTable,
    customers: Option<PartsTable>,
    quarantine: PartsTable,
    tables: Vec<(String, PartsTable)>,
    profiles: Mutex<VecDeque<(String, KeptProfiles)>>,
    fits: Mutex<VecDeque<(String, KeptFit)>>,
    features: Mutex<VecDeque<(String, KeptFeatures)>>,
    known_customers: OnceCell<Arc<RecordBatch>>,
}

type KeptFeatures = Arc<OnceCell<Arc<Features>>>;
type KeptProfiles = Arc<OnceCell<Arc<Profiles>>>;
type KeptFit = Arc<OnceCell<Arc<dyn Any + Send + Sync>>>;

impl Shop {
    /// Opens the shop in a folder; `analyses` are the names that may head sections of
    /// parameters in `shop.toml`.
    ///
    /// # Errors
    /// [`ShopError::Config`], [`ShopError::NothingImported`], [`ShopError::DamagedStore`].
    pub fn open(folder: &Path, analyses: &[&str]) -> Result<Self, ShopError> {
        Self::with_config(Config::read(folder, analyses)?)
    }

    /// Opens the shop of a configuration.
    ///
    /// # Errors
    /// As [`Shop::open`].
    pub fn with_config(config: Config) -> Result<Self, ShopError> {
        let store = Store::of_shop(&config.folder);
        let snapshot =
            store.current()?.ok_or_else(|| ShopError::NothingImported { folder: config.folder.clone() })?;
        let manifest = store.manifest(&snapshot)?;
        let folder = store.snapshot_folder(&snapshot);
        let folder = std::fs::canonicalize(&folder).map_err(ShopError::io("reading", &folder))?;
        let quarantine = PartFile::of_file(&folder, QUARANTINE_FILE)?;
        let quarantine = PartsTable::new(folder.clone(), quarantine_schema(), &[quarantine], 1).unsorted();
        let tables = manifest
            .tables
            .iter()
            .map(|table| {
                Ok((table.name.clone(), PartsTable::of_table(&folder.join(TABLES_FOLDER), &table.name)?))
            })
            .collect::<Result<_, ShopError>>()?;
        let customers_folder = folder.join(CUSTOMERS_FOLDER);
        let folder = folder.join(LINES_FOLDER);
        let threads = config.engine.threads();
        let known = PartsTable::new(folder.clone(), store_schema(), &manifest.parts, threads);
        let customers = (!manifest.customers.is_empty())
            .then(|| PartsTable::new(customers_folder, customers_schema(), &manifest.customers, threads));
        let unknown = PartsTable::new(folder, store_schema(), &manifest.unknown_parts, threads).unsorted();
        Ok(Self {
            clock: LocalClock::new(&config.time_zone()),
            runtime: engine::runtime(&config.engine)?,
            config,
            snapshot,
            manifest,
            known,
            unknown,
            customers,
            quarantine,
            tables,
            profiles: Mutex::default(),
            fits: Mutex::default(),
            features: Mutex::default(),
            known_customers: OnceCell::new(),
        })
    }

    /// The shop's store.
    #[must_use]
    pub fn store(&self) -> Store {
        Store::of_shop(&self.config.folder)
    }

    /// The shop's clock.
    #[must_use]
    pub fn clock(&self) -> &LocalClock {
        &self.clock
    }

    /// The as-of moment where none is given: the last order plus 24 hours.
    #[must_use]
    pub fn default_as_of(&self) -> AsOf {
        AsOf::after(self.manifest.totals.last_at.unwrap_or(0))
    }

    pub(crate) fn runtime(&self) -> &Arc<RuntimeEnv> {
        &self.runtime
    }

    /// A further table, if the shop has it.
    pub(crate) fn table(&self, name: &str) -> Option<PartsTable> {
        self.tables.iter().find(|table| table.0 == name).map(|table| table.1.clone())
    }

    /// The order lines of known customers as they are stored, up to the as-of moment and in the dimensions of a scope.
    pub(crate) fn scoped_lines(&self, scope: &Scope) -> PartsTable {
        self.known.clone().with_conditions(scope.conditions(self.last()))
    }

    /// The customers who meet a condition, or all; none where the snapshot does not keep them.
    pub(crate) fn customers(&self, condition: Option<Expr>) -> Option<Lines> {
        let session = engine::session(&self.config.engine, &self.runtime);
        let table = self.customers.clone()?.with_conditions(condition);
        Some(Lines { session, table, all_purchases: false })
    }

    fn last(&self) -> Option<(i64, i32)> {
        let last_at = self.manifest.totals.last_at?;
        // Lines that are no purchases may come later than the last purchase.
        (self.manifest.totals.not_purchases == 0).then(|| (last_at, self.clock.day_of(last_at)))
    }

    /// The order lines of known customers within a scope, ready to be queried.
    #[must_use]
    pub fn lines(&self, scope: &Scope) -> Lines {
        let session = engine::session(&self.config.engine, &self.runtime);
        let flags = scope.restricts_lines();
        let members = scope.members.as_ref().or(scope.population.as_ref());
        let reflag = (flags || members.is_some()).then(|| Reflag {
            from: scope.from,
            members: members.cloned(),
            flags,
        });
        let table = self.scoped_lines(scope).with_reflag(reflag);
        Lines { session, table, all_purchases: self.manifest.totals.not_purchases == 0 }
    }

    /// The place of a scope's profiles, which whoever comes first fills: the analyses of a page ask for the
    /// same at the same time.
    pub(crate) fn kept_profiles(&self, key: String) -> KeptProfiles {
        /// Enough for the pages of one dashboard; at 500,000 customers each takes 30 MB.
        const KEPT: usize = 4;
        let mut kept = self.profiles.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, found)) = kept.iter().find(|(found, _)| *found == key) {
            return found.clone();
        }
        let cell = KeptProfiles::default();
        kept.push_front((key, cell.clone()));
        kept.truncate(KEPT);
        cell
    }

    /// The place of one part of a scope's features, as for profiles.
    pub(crate) fn kept_features(&self, key: String) -> KeptFeatures {
        /// Those of one scope, whose parts are at most six; at 500,000 customers they take 400 MB.
        const KEPT: usize = 6;
        let mut kept = self.features.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = match kept.iter().position(|(found, _)| *found == key) {
            // The latest asked for stays the longest.
            Some(place) => kept.remove(place).map(|(_, cell)| cell).unwrap_or_default(),
            None => KeptFeatures::default(),
        };
        kept.push_front((key, cell.clone()));
        kept.truncate(KEPT);
        cell
    }

    /// The place of the customers with a purchase.
    pub(crate) fn kept_known(&self) -> &OnceCell<Arc<RecordBatch>> {
        &self.known_customers
    }

    /// A fitted model (or anything else that takes long and several analyses ask for) under a key that says all that
    /// it depends on besides the snapshot. Whoever comes first makes it, the latest few are kept; `None` if something
    /// of another type is kept under the key.
    ///
    /// # Errors
    /// Those of `make`; nothing is kept then.
    pub async fn kept_fit<T: Any + Send + Sync, E>(
        &self,
        key: String,
        make: impl Future<Output = Result<T, E>>,
    ) -> Result<Option<Arc<T>>, E> {
        /// One for the page in view and one for the last; at 500,000 customers each takes 80 MB.
        const KEPT: usize = 2;
        let cell = {
            let mut kept = self.fits.lock().unwrap_or_else(PoisonError::into_inner);
            let cell = match kept.iter().position(|(found, _)| *found == key) {
                // The latest asked for stays the longest.
                Some(place) => kept.remove(place).map(|(_, cell)| cell).unwrap_or_default(),
                None => KeptFit::default(),
            };
            kept.push_front((key, cell.clone()));
            kept.truncate(KEPT);
            cell
        };
        let made = cell
            .get_or_try_init(|| async { Ok(Arc::new(make.await?) as Arc<dyn Any + Send + Sync>) })
            .await?;
        Ok(made.clone().downcast().ok())
    }

    /// Queries all tables of the snapshot: `order_lines`, `quarantine`, the further ones, and `customer_profile` with
    /// the features of each customer after the last order.
    ///
    /// # Errors
    /// [`ShopError::Query`] with the parser's or planner's word.
    pub async fn sql(&self, query: &str) -> Result<Vec<RecordBatch>, ShopError> {
        let session = self.sql_session()?;
        if query.to_lowercase().contains(CUSTOMER_PROFILE) {
            // All of its columns: what a query means by `*` only its plan tells.
            let known = self.known_features();
            let names: Vec<&str> =
                known.iter().map(|feature| feature.name.as_str()).chain(["customer_id"]).collect();
            let table = self.profile_table(&Scope::until(self.default_as_of()), &names, &[]).await?;
            session.register_table(CUSTOMER_PROFILE, Arc::new(table))?;
        }
        let options = datafusion::execution::context::SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        let frame = session.sql_with_options(query, options).await?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let mut batches = frame.collect().await?;
        if batches.is_empty() {
            batches.push(RecordBatch::new_empty(schema));
        }
        Ok(batches)
    }

    /// Every row in quarantine by source, file and line, batch by batch: however many there are, few are in memory.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn quarantined(&self) -> Result<BoxStream<'static, Result<RecordBatch, ShopError>>, ShopError> {
        let query = "SELECT * FROM quarantine ORDER BY source, file, line, \"column\"";
        let rows = self.sql_session()?.sql(query).await?.execute_stream().await?;
        Ok(rows.map(|batch| Ok(batch?)).boxed())
    }

    /// A session that knows `order_lines` (with and without customers), `quarantine` and the further tables.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub fn sql_session(&self) -> Result<SessionContext, ShopError> {
        let session = engine::session(&self.config.engine, &self.runtime);
        if self.manifest.unknown_parts.is_empty() {
            session.register_table("order_lines", Arc::new(self.known.clone()))?;
        } else {
            let known = session.read_table(Arc::new(self.known.clone()))?;
            let unknown = session.read_table(Arc::new(self.unknown.clone()))?;
            session.register_table("order_lines", known.union(unknown)?.into_view())?;
        }
        session.register_table("quarantine", Arc::new(self.quarantine.clone()))?;
        for table in &self.tables {
            session.register_table(table.0.as_str(), Arc::new(table.1.clone()))?;
        }
        Ok(session)
    }

    /// All tables: the order lines within a scope, with and without customers, and the further tables as they are. A
    /// line without a customer is in no segment.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub fn tables_in_scope(&self, scope: &Scope) -> Result<TablesInScope, ShopError> {
        let Lines { session, table, .. } = self.lines(scope);
        let everybody = scope.members.is_none() && scope.population.is_none();
        if self.manifest.unknown_parts.is_empty() || !everybody {
            session.register_table("order_lines", Arc::new(table))?;
        } else {
            let mut unknown = self.unknown.clone().with_conditions(scope.conditions(None));
            if let Some(from) = scope.from {
                unknown =
                    unknown.and_condition(col("ordered_on").gt_eq(lit(ScalarValue::Date32(Some(from)))));
            }
            let known = session.read_table(Arc::new(table))?;
            let unknown = session.read_table(Arc::new(unknown))?;
            session.register_table("order_lines", known.union(unknown)?.into_view())?;
        }
        for table in &self.tables {
            session.register_table(table.0.as_str(), Arc::new(table.1.clone()))?;
        }
        Ok(TablesInScope::new(session))
    }

    /// Lines without customer within a scope, summed by day: (day, lines, revenue).
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn unknown_by_day(&self, scope: &Scope) -> Result<Vec<RecordBatch>, ShopError> {
        if self.manifest.unknown_parts.is_empty() || scope.members.is_some() {
            return Ok(Vec::new());
        }
        let session = engine::session(&self.config.engine, &self.runtime);
        let table = self.unknown.clone().with_conditions(scope.conditions(None));
        session.register_table("lines", Arc::new(table))?;
        let from = scope.from.map_or_else(String::new, |from| {
            format!("WHERE ordered_on >= DATE '{}'", crate::time::date_of(from))
        });
        let query = format!(
            "SELECT ordered_on, count(*) AS order_lines, sum(net_revenue) AS revenue FROM lines {from} GROUP BY 1"
        );
        Ok(session.sql(&query).await?.collect().await?)
    }
}

/// Order lines of known customers within a scope.
pub struct Lines {
    session: SessionContext,
    table: PartsTable,
    /// Whether every line is a purchase, so that conditions on it can be left out.
    pub all_purchases: bool,
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines").field("table", &self.table).finish_non_exhaustive()
    }
}

impl Lines {
    /// The same lines under one more condition that does not split customers.
    #[must_use]
    pub fn only(mut self, condition: Expr) -> Self {
        self.table = self.table.and_condition(condition);
        self
    }

    /// The same lines for queries that call a function.
    #[must_use]
    pub(crate) fn with_function(self, function: ScalarUDF) -> Self {
        self.session.register_udf(function);
        self
    }

    /// The same lines for queries that call a function of groups.
    #[must_use]
    pub(crate) fn with_tally(self, function: AggregateUDF) -> Self {
        self.session.register_udaf(function);
        self
    }

    /// The rows that meet a condition, in the order of the store.
    pub(crate) async fn rows(&self, columns: &str, condition: &str) -> Result<Vec<RecordBatch>, ShopError> {
        self.by_part(|lines| format!("SELECT {columns} FROM {lines} WHERE {condition}")).await
    }

    /// The purchased lines of one customer; pages of the others are skipped.
    #[must_use]
    pub fn purchases_of(self, customer_key: i32) -> Self {
        self.only(col("customer_key").eq(lit(customer_key)).and(col("is_purchase")))
    }

    /// One row per group of rows in `lines`, for few groups: months, weekdays, countries.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn grouped(&self, query: &str) -> Result<Vec<RecordBatch>, ShopError> {
        self.session.register_table("lines", Arc::new(self.table.clone()))?;
        let batches = self.session.sql(query).await?.collect().await;
        self.session.deregister_table("lines")?;
        Ok(batches?)
    }

    /// One row per customer, ascending by key: `SELECT {columns} FROM lines GROUP BY
    /// customer_key`, in one streaming pass over each part without a hash table of customers.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn per_customer(&self, columns: &str, having: &str) -> Result<Vec<RecordBatch>, ShopError> {
        let having = if having.is_empty() { String::new() } else { format!("HAVING {having}") };
        self.by_part(|lines| format!("SELECT {columns} FROM {lines} GROUP BY customer_key {having}")).await
    }

    /// One row per customer and day with lines, by customer: as [`Lines::per_customer`], with `ordered_on` in the
    /// groups.
    pub(crate) async fn per_customer_day(&self, columns: &str) -> Result<Vec<RecordBatch>, ShopError> {
        self.by_part(|lines| format!("SELECT {columns} FROM {lines} GROUP BY customer_key, ordered_on")).await
    }

    /// A query over each of the parts, one after the other in the result.
    async fn by_part(&self, query: impl Fn(&str) -> String) -> Result<Vec<RecordBatch>, ShopError> {
        let mut selects = Vec::new();
        for group in 0..self.table.partitions() {
            let name = format!("lines_{group}");
            self.session.register_table(&name, Arc::new(self.table.group(group)))?;
            selects.push(query(&name));
        }
        if selects.is_empty() {
            return Ok(Vec::new());
        }
        let frame = self.session.sql(&selects.join(" UNION ALL ")).await?;
        // By partition, so that the customers come in their order whatever the threads do.
        let partitions = frame.collect_partitioned().await?;
        Ok(partitions.into_iter().flatten().collect())
    }

    /// The physical plan of [`Lines::per_customer`], for tests and the curious.
    ///
    /// # Errors
    /// [`ShopError::Query`].
    pub async fn explain_per_customer(&self, columns: &str) -> Result<String, ShopError> {
        self.session.register_table("lines_0", Arc::new(self.table.group(0)))?;
        let frame = self.session.sql(&format!("SELECT {columns} FROM lines_0 GROUP BY customer_key")).await?;
        let plan = frame.create_physical_plan().await?;
        Ok(datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string())
    }
}
