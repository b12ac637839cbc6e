//! The parts of `order_lines` as a `DataFusion` table: sorted, already split, scoped.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, DFSchema, ScalarValue, Statistics};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::object_store::ObjectMeta;
use datafusion::object_store::path::Path as ObjectPath;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr::{LexOrdering, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::ProjectionExec;

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::manifest::PartFile;
use super::reflag::{Reflag, ReflagExec};
use crate::error::ShopError;

/// Some parts of `order_lines`, as one partition each group, each sorted by customer.
#[derive(Debug, Clone)]
pub struct PartsTable {
    folder: PathBuf,
    schema: SchemaRef,
    groups: Vec<Vec<PartFile>>,
    sorted: bool,
    conditions: Option<Expr>,
    reflag: Option<Reflag>,
}

impl PartsTable {
    /// The parts in `folder`, spread over at most `partitions` groups of about equal rows;
    /// neighbouring parts stay together, so that each group is sorted by customer.
    #[must_use]
    pub fn new(folder: PathBuf, schema: SchemaRef, parts: &[PartFile], partitions: usize) -> Self {
        let total: u64 = parts.iter().map(|part| part.rows).sum();
        let mut groups: Vec<Vec<PartFile>> = vec![Vec::new(); partitions.clamp(1, parts.len().max(1))];
        let last = groups.len() - 1;
        let mut before = 0;
        for part in parts {
            // The group in which the middle of the part falls.
            let middle = before + part.rows / 2;
            let group = (u128::from(middle) * groups.len() as u128 / u128::from(total.max(1))) as usize;
            groups[group.min(last)].push(part.clone());
            before += part.rows;
        }
        groups.retain(|group| !group.is_empty());
        Self { folder, schema, groups, sorted: true, conditions: None, reflag: None }
    }

    /// A table in one file, `FOLDER/NAME.parquet`, whose schema is the file's.
    ///
    /// # Errors
    /// [`ShopError::DamagedStore`] if it cannot be read.
    pub fn of_table(folder: &Path, name: &str) -> std::result::Result<Self, ShopError> {
        let part = PartFile::of_file(folder, &format!("{name}.parquet"))?;
        let path = folder.join(&part.name);
        let damaged = |detail: String| ShopError::DamagedStore { path: path.clone(), detail };
        let file = std::fs::File::open(&path).map_err(|error| damaged(error.to_string()))?;
        let reader =
            ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| damaged(error.to_string()))?;
        Ok(Self::new(folder.to_path_buf(), reader.schema().clone(), &[part], 1).unsorted())
    }

    /// Parts without customers: not sorted by them.
    #[must_use]
    pub fn unsorted(mut self) -> Self {
        self.sorted = false;
        self
    }

    /// Only lines that meet the conditions.
    #[must_use]
    pub fn with_conditions(mut self, conditions: Option<Expr>) -> Self {
        self.conditions = conditions;
        self
    }

    /// One more condition.
    #[must_use]
    pub fn and_condition(mut self, condition: Expr) -> Self {
        self.conditions = Some(match self.conditions {
            Some(conditions) => conditions.and(condition),
            None => condition,
        });
        self
    }

    /// Flags set anew over the lines that remain.
    #[must_use]
    pub fn with_reflag(mut self, reflag: Option<Reflag>) -> Self {
        self.reflag = reflag;
        self
    }

    /// How many partitions a scan has.
    #[must_use]
    pub fn partitions(&self) -> usize {
        self.groups.len()
    }

    /// A table of only one of the groups.
    #[must_use]
    pub fn group(&self, index: usize) -> Self {
        Self { groups: vec![self.groups[index].clone()], ..self.clone() }
    }

    fn files(&self) -> Result<Vec<FileGroup>> {
        let key = self.schema.index_of("customer_key").ok();
        self.groups
            .iter()
            .map(|group| {
                let files = group
                    .iter()
                    .map(|part| {
                        let path = self.folder.join(&part.name);
                        let file = PartitionedFile::from(ObjectMeta {
                            // Parsed, not encoded: the folder may have any name.
                            location: object_path(&path)?,
                            last_modified: std::fs::metadata(&path)?.modified()?.into(),
                            size: part.bytes,
                            e_tag: None,
                            version: None,
                        });
                        // The range of customers shows that files in this order are sorted.
                        let columns = (0..self.schema.fields().len()).map(|column| {
                            if Some(column) == key && self.sorted {
                                ColumnStatistics::new_unknown()
                                    .with_min_value(Precision::Exact(ScalarValue::Int32(Some(
                                        part.first_key,
                                    ))))
                                    .with_max_value(Precision::Exact(ScalarValue::Int32(Some(part.last_key))))
                                    .with_null_count(Precision::Exact(0))
                            } else {
                                ColumnStatistics::new_unknown()
                            }
                        });
                        Ok(file.with_statistics(Arc::new(Statistics {
                            num_rows: if self.sorted {
                                Precision::Exact(part.rows as usize)
                            } else {
                                Precision::Absent
                            },
                            total_byte_size: Precision::Absent,
                            column_statistics: columns.collect(),
                        })))
                    })
                    .collect::<Result<Vec<_>>>()?;
                Ok(FileGroup::new(files))
            })
            .collect()
    }
}

fn physical(state: &dyn Session, schema: &SchemaRef, expr: Expr) -> Result<Arc<dyn PhysicalExpr>> {
    let schema = DFSchema::try_from(schema.as_ref().clone())?;
    state.create_physical_expr(expr, &schema)
}

/// Where a file of the file system lies, for the object store.
fn object_path(path: &Path) -> Result<ObjectPath> {
    Ok(ObjectPath::from_absolute_path(path).map_err(datafusion::object_store::Error::from)?)
}

#[async_trait]
impl TableProvider for PartsTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // Set anew, flags differ from the stored ones: nothing may be skipped by them.
        let support = if self.reflag.is_some() {
            TableProviderFilterPushDown::Unsupported
        } else {
            TableProviderFilterPushDown::Inexact
        };
        Ok(vec![support; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let wanted = projection.cloned().unwrap_or_else(|| (0..self.schema.fields().len()).collect());
        if self.groups.is_empty() {
            // A scan of no files has no partition, and plans that sort want at least one.
            return Ok(Arc::new(EmptyExec::new(Arc::new(self.schema.project(&wanted)?))));
        }
        let condition =
            self.conditions.clone().map(|expr| physical(state, &self.schema, expr)).transpose()?;

        let mut read = wanted.clone();
        let mut also = |name: &str| {
            if let Ok(index) = self.schema.index_of(name)
                && !read.contains(&index)
            {
                read.push(index);
            }
        };
        for column in condition.iter().flat_map(collect_columns) {
            also(column.name());
        }
        if let Some(reflag) = &self.reflag {
            for name in reflag.reads() {
                also(name);
            }
        }

        let mut source = ParquetSource::new(self.schema.clone());
        let url = ObjectStoreUrl::local_filesystem();
        let objects = state.runtime_env().object_store(&url)?;
        let metadata = state.runtime_env().cache_manager.get_file_metadata_cache();
        source = source.with_parquet_file_reader_factory(Arc::new(CachedParquetFileReaderFactory::new(
            objects, metadata,
        )));
        let prune = filters.iter().cloned().chain(self.conditions.clone());
        if let Some(prune) = conjunction(prune) {
            source = source.with_predicate(physical(state, &self.schema, prune)?);
        }
        let mut config = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_groups(self.files()?)
            .with_limit(limit.filter(|_| condition.is_none() && self.reflag.is_none()))
            .with_projection_indices(Some(read.clone()))?;
        if self.sorted {
            let key = Column::new_with_schema("customer_key", &self.schema)?;
            let ascending = PhysicalSortExpr::new_default(Arc::new(key));
            config = config.with_output_ordering(LexOrdering::new([ascending]).into_iter().collect());
        }
        let mut plan: Arc<dyn ExecutionPlan> = DataSourceExec::from_data_source(config.build());

        if let Some(condition) = self.conditions.clone() {
            let condition = physical(state, &plan.schema(), condition)?;
            plan = Arc::new(FilterExec::try_new(condition, plan)?);
        }
        if let Some(reflag) = &self.reflag {
            plan = Arc::new(ReflagExec::new(reflag.clone(), plan));
        }
        if read.len() > wanted.len() {
            let columns = wanted.iter().enumerate().map(|(at, index)| {
                let name = self.schema.field(*index).name();
                (Arc::new(Column::new(name, at)) as Arc<dyn PhysicalExpr>, name.clone())
            });
            plan = Arc::new(ProjectionExec::try_new(columns.collect::<Vec<_>>(), plan)?);
        }
        Ok(plan)
    }
}
