//! Lines on their way from customers to a file in order of time.
//!
//! Customers are generated one after the other, the export is ordered by time, and a large shop does not fit in
//! memory. So each line goes to the temporary file of its slice of time; later each slice is read and sorted alone.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    path::Path,
};

use crate::line::{LINE_BYTES, Line};

/// Lines that a slice holds on average, unless there are too many slices.
const LINES_PER_SLICE: u64 = 200_000;
/// Each slice is an open file, of which many systems allow 1,024.
const MAX_SLICES: u64 = 400;
const BUFFER_BYTES: usize = 64 * 1024;

/// Slices being filled. Their files have no names, so that nothing is left behind by a process that is killed.
pub(crate) struct Filling {
    slices: Vec<(BufWriter<File>, u64)>,
    seconds: u64,
}

/// Slices in order of time, ready to be read.
pub(crate) struct Filled {
    slices: Vec<Slice>,
}

struct Slice {
    file: File,
    /// Orders in all slices before this one.
    orders_before: u64,
}

impl Filling {
    pub(crate) fn new(folder: &Path, lines: u64, seconds: u32) -> io::Result<Self> {
        let count = (lines / LINES_PER_SLICE).clamp(1, MAX_SLICES);
        let slices = (0..count)
            .map(|_| {
                let file = tempfile::tempfile_in(folder)?;
                Ok((BufWriter::with_capacity(BUFFER_BYTES, file), 0))
            })
            .collect::<io::Result<_>>()?;
        Ok(Self { slices, seconds: u64::from(seconds) })
    }

    pub(crate) fn push(&mut self, line: &Line) -> io::Result<()> {
        let slice = u64::from(line.second) * self.slices.len() as u64 / self.seconds;
        let (file, orders) = &mut self.slices[slice as usize];
        *orders += u64::from(line.opens_order());
        file.write_all(&line.encode())
    }

    pub(crate) fn finish(self) -> io::Result<Filled> {
        let mut orders_before = 0;
        let slices = self
            .slices
            .into_iter()
            .map(|(buffer, orders)| {
                let file = buffer.into_inner().map_err(io::IntoInnerError::into_error)?;
                let slice = Slice { file, orders_before };
                orders_before += orders;
                Ok(slice)
            })
            .collect::<io::Result<_>>()?;
        Ok(Filled { slices })
    }
}

impl Filled {
    /// The lines of one slice in order of time, and the number of orders before them.
    /// `None` beyond the last slice.
    pub(crate) fn read(&self, slice: u64) -> Option<io::Result<(Vec<Line>, u64)>> {
        let slice = self.slices.get(usize::try_from(slice).ok()?)?;
        Some(slice.read().map(|lines| (lines, slice.orders_before)))
    }
}

impl Slice {
    fn read(&self) -> io::Result<Vec<Line>> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let (encoded, _) = bytes.as_chunks::<LINE_BYTES>();
        let mut lines: Vec<Line> = encoded.iter().map(Line::decode).collect();
        lines.sort_unstable_by_key(Line::sort_key);
        Ok(lines)
    }
}
