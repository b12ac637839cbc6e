//! A whole shop: customers in, files out.

use std::{
    fs, io,
    num::NonZeroUsize,
    ops::ControlFlow,
    path::{Path, PathBuf},
    thread,
};

use crate::{
    Checked, ContactCounts, Counts, Format, SimError, Summary,
    customer::{Traits, customer},
    line::Line,
    mailings::Campaigns,
    output::TableFile,
    pipeline,
    shop::Shop,
    slices::{Filled, Filling},
    tables::{self, OrderNumbers},
    truth::Truth,
};

/// Customers that one thread generates at a time.
const CUSTOMERS_PER_TASK: u32 = 2_048;
/// Order lines per record batch.
const BATCH_LINES: usize = 16_384;

/// Simulates a shop and writes it to `out_dir`, which is created if need be: `order_lines`, `customers`,
/// `products` and `promotions` in the given format (and `contacts`, if campaigns are asked for), the truth as
/// `truth.parquet` and `truth.json`.
///
/// The order lines are ordered by time; there are exactly as many as the options ask for. Memory is bounded
/// (order lines wait in temporary files in `out_dir`, 32 bytes each). `progress` is told how many lines
/// are done out of how many.
///
/// ```
/// use dangol_sim::{Format, Options, simulate};
///
/// let folder = tempfile::tempdir()?;
/// let options = Options { lines: 500, ..Options::default() }.check()?;
/// let summary = simulate(&options, folder.path(), Format::Csv, &mut |_, _| {})?;
/// assert_eq!(summary.counts.lines, 500);
/// assert!(folder.path().join("order_lines.csv").is_file());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`SimError`] if the folder cannot be written to or the disk is full. Tables that are not complete keep
/// the ending `.tmp`.
pub fn simulate(
    options: &Checked,
    out_dir: &Path,
    format: Format,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Summary, SimError> {
    let failed = |source| SimError::Io { path: out_dir.to_owned(), source };
    fs::create_dir_all(out_dir).map_err(failed)?;
    let shop = Shop::new(options.options());
    let mut run = Run { shop: &shop, out_dir, format, threads: threads(&shop), progress };
    let (counts, contacts, slices, customer_files) = run.customers()?;
    let order_lines = run.order_lines(&slices)?;
    let mut files = vec![order_lines];
    files.extend(customer_files);
    files.push(run.small_table("products", &tables::products(&shop))?);
    files.push(run.small_table("promotions", &tables::promotions(&shop))?);
    files.push(run.truth_file(&counts, contacts)?);
    Ok(Summary { counts, contacts, files })
}

fn threads(shop: &Shop) -> NonZeroUsize {
    shop.options.threads.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
}

/// One simulation on its way.
struct Run<'a> {
    shop: &'a Shop,
    out_dir: &'a Path,
    format: Format,
    threads: NonZeroUsize,
    progress: &'a mut dyn FnMut(u64, u64),
}

impl Run<'_> {
    /// Generates customers until the lines are enough, writes the customers, what was sent to them and their truth, and
    /// leaves the lines in slices of time.
    fn customers(&mut self) -> Result<(Counts, Option<ContactCounts>, Filled, Vec<PathBuf>), SimError> {
        let (shop, format) = (self.shop, self.format);
        let wanted = shop.options.lines;
        let mut slices = Filling::new(self.out_dir, wanted, shop.calendar.seconds())
            .map_err(|source| self.failed(source))?;
        let schema = tables::customer_schema(shop);
        let mut customers = TableFile::create(self.out_dir, "customers", format, &schema)?;
        let mut contacts = match Campaigns::new(shop) {
            Some(mut campaigns) => {
                let schema = campaigns.schema(shop);
                Some((TableFile::create(self.out_dir, "contacts", format, &schema)?, campaigns))
            }
            None => None,
        };
        let schema = tables::truth_schema(shop, contacts.is_some());
        let mut truth = TableFile::create(self.out_dir, "truth", Format::Parquet, &schema)?;
        let mut counts = Counts::default();

        pipeline::ordered(
            self.threads,
            |task| Some(Chunk::generate(shop, task, format == Format::Csv)),
            |mut chunk| {
                chunk.cut(wanted - counts.lines);
                for line in &chunk.lines {
                    counts.add(line);
                    slices.push(line).map_err(|source| self.failed(source))?;
                }
                counts.customers += chunk.traits.len() as u64;
                customers.append(&tables::customers(shop, &chunk.traits))?;
                let responses = match &mut contacts {
                    Some((file, campaigns)) => {
                        let (rows, responses) = campaigns.contacts(shop, &chunk.traits);
                        file.append(&rows)?;
                        Some(responses)
                    }
                    None => None,
                };
                truth.append(&tables::truth(shop, &chunk.traits, responses))?;
                (self.progress)(counts.lines / 2, wanted);
                Ok(if counts.lines == wanted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            },
        )?;

        if counts.dirt.test_account > 0 {
            customers.append(&tables::test_accounts(shop))?;
        }
        let slices = slices.finish().map_err(|source| self.failed(source))?;
        let mut files = vec![customers.finish()?, truth.finish()?];
        let sent = match contacts {
            Some((file, campaigns)) => {
                files.push(file.finish()?);
                Some(campaigns.counts)
            }
            None => None,
        };
        Ok((counts, sent, slices, files))
    }

    /// Writes the order lines slice by slice.
    fn order_lines(&mut self, slices: &Filled) -> Result<PathBuf, SimError> {
        let (shop, format) = (self.shop, self.format);
        let wanted = shop.options.lines;
        let schema = tables::order_line_schema(shop, format);
        let mut table = TableFile::create(self.out_dir, "order_lines", format, &schema)?;
        let mut done = 0;
        pipeline::ordered(
            self.threads,
            |slice| {
                let read = slices.read(slice)?;
                Some(read.map(|(lines, orders_before)| {
                    let mut numbers = OrderNumbers::after(orders_before);
                    lines
                        .chunks(BATCH_LINES)
                        .map(|lines| tables::order_lines(shop, format, lines, &mut numbers))
                        .collect::<Vec<_>>()
                }))
            },
            |batches| {
                for batch in batches.map_err(|source| self.failed(source))? {
                    table.append(&batch)?;
                    done += batch.num_rows() as u64;
                    (self.progress)(u64::midpoint(wanted, done), wanted);
                }
                Ok(ControlFlow::Continue(()))
            },
        )?;
        table.finish()
    }

    fn small_table(&self, table: &str, rows: &arrow::array::RecordBatch) -> Result<PathBuf, SimError> {
        let mut file = TableFile::create(self.out_dir, table, self.format, &rows.schema())?;
        file.append(rows)?;
        file.finish()
    }

    fn truth_file(&self, counts: &Counts, contacts: Option<ContactCounts>) -> Result<PathBuf, SimError> {
        let path = self.out_dir.join("truth.json");
        let failed = |source| SimError::Io { path: path.clone(), source };
        let text = serde_json::to_vec_pretty(&Truth::new(self.shop, counts, contacts))
            .map_err(io::Error::from)
            .map_err(failed)?;
        fs::write(&path, text).map_err(failed)?;
        Ok(path)
    }

    fn failed(&self, source: io::Error) -> SimError {
        SimError::Io { path: self.out_dir.to_owned(), source }
    }
}

/// Some customers in a row, and their lines in the same order.
struct Chunk {
    traits: Vec<Traits>,
    /// Where each customer's lines end.
    ends: Vec<usize>,
    lines: Vec<Line>,
}

impl Chunk {
    fn generate(shop: &Shop, task: u64, text_dirt: bool) -> Self {
        let mut chunk = Self { traits: Vec::new(), ends: Vec::new(), lines: Vec::new() };
        // Each customer has at least one line, so that numbers stay below the largest number of lines, 4 billion.
        let first = task as u32 * CUSTOMERS_PER_TASK;
        for number in first..first + CUSTOMERS_PER_TASK {
            let traits = customer(shop, number, text_dirt, &mut chunk.lines);
            chunk.traits.push(traits);
            chunk.ends.push(chunk.lines.len());
        }
        chunk
    }

    /// Keeps the first `wanted` lines, and the customers to whom they belong.
    fn cut(&mut self, wanted: u64) {
        if self.lines.len() as u64 <= wanted {
            return;
        }
        let wanted = wanted as usize;
        let customers = self.ends.partition_point(|&end| end < wanted) + 1;
        self.lines.truncate(wanted);
        self.traits.truncate(customers);
        let start = customers.checked_sub(2).map_or(0, |before| self.ends[before]);
        if let Some(last) = self.traits.last_mut() {
            last.tally(&self.lines[start..]);
        }
    }
}
