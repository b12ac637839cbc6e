//! Which encoding a text file is in.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::atomic::Ordering;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{EUC_KR, Encoding, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::sources::packing::Content;

/// Files up to this size are looked at whole, larger ones in slices spread over them.
const WHOLE: u64 = 32 << 20;
const SLICES: u64 = 64;
const SLICE: usize = 1 << 18;
/// Of an object far away only its beginning, middle and end are looked at, which the sample of its rows needs anyway; packed,
/// so much of what is in it.
const FAR_SLICES: u64 = 3;
const FAR: u64 = 4 << 20;
/// How much of a file's beginning shows how its lines end.
pub(super) const HEAD: usize = SLICE;

/// The encoding by a name that people use.
pub(super) fn by_label(label: &str) -> Option<&'static Encoding> {
    let plain = label.trim().to_ascii_lowercase().replace('_', "-");
    match plain.as_str() {
        "cp949" | "ms949" | "uhc" | "euckr" => Some(EUC_KR),
        "cp932" => Some(SHIFT_JIS),
        "cp936" => Some(GBK),
        "utf-8-sig" | "utf-8 with bom" => Some(UTF_8),
        "utf16" | "utf-16le" | "utf16le" => Some(UTF_16LE),
        "utf16be" => Some(UTF_16BE),
        "latin-1" | "iso latin 1" => Some(WINDOWS_1252),
        other => Encoding::for_label(other.as_bytes()).or_else(|| {
            let number = other.strip_prefix("cp")?;
            Encoding::for_label(format!("windows-{number}").as_bytes())
        }),
    }
}

/// Some of a file's bytes.
pub(in crate::sources) struct Sample {
    pub(in crate::sources) bytes: Vec<u8>,
    /// How many bytes of the disk one of them takes: 1 unless the file is packed.
    pub(in crate::sources) share: f64,
}

/// Bytes from all over a file, whole lines as far as possible; of a packed file its beginning.
pub(in crate::sources) fn sample(content: &Content) -> io::Result<Sample> {
    if content.plain().is_none() {
        let read = content.read()?;
        let progress = read.progress();
        let mut bytes = Vec::new();
        read.take(if content.is_far() { FAR } else { WHOLE }).read_to_end(&mut bytes)?;
        let taken = progress.map_or(0, |taken| taken.load(Ordering::Relaxed));
        return Ok(Sample { share: taken as f64 / bytes.len().max(1) as f64, bytes });
    }
    let mut file = content.open()?;
    let length = file.size()?;
    let mut bytes = Vec::new();
    if length <= WHOLE && !content.is_far() {
        file.take(WHOLE).read_to_end(&mut bytes)?;
        return Ok(Sample { bytes, share: 1.0 });
    }
    let slices = if content.is_far() { FAR_SLICES } else { SLICES };
    let mut slice = Vec::with_capacity(SLICE);
    for number in 0..slices {
        file.seek(SeekFrom::Start(number * (length - SLICE as u64) / (slices - 1)))?;
        slice.clear();
        file.by_ref().take(SLICE as u64).read_to_end(&mut slice)?;
        let first = if number == 0 { 0 } else { memchr::memchr(b'\n', &slice).map_or(0, |at| at + 1) };
        let last = memchr::memrchr(b'\n', &slice).map_or(slice.len(), |at| at + 1);
        bytes.extend_from_slice(slice.get(first..last).unwrap_or_default());
    }
    Ok(Sample { bytes, share: 1.0 })
}

/// The encoding of a sample: by its byte order mark; UTF-16 by its NULs; UTF-8 if nearly all of it
/// is valid as such; Korean or Japanese if it reads as that; else what `chardetng` says. Of a sample of which some lines are
/// UTF-8 and others are not, it is that of the others: each line is then read in its own.
pub(super) fn detect(sample: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return encoding;
    }
    if let Some(encoding) = utf16(sample) {
        return encoding;
    }
    let (mut valid, mut invalid) = (0_usize, 0_usize);
    for chunk in sample.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    if invalid == 0 {
        return UTF_8;
    }
    let lines = foreign_lines(sample);
    if invalid * 10 <= valid {
        return clearly_in(&lines).unwrap_or(UTF_8);
    }
    if reads_as(&lines, EUC_KR, is_korean) {
        return EUC_KR;
    }
    if reads_as(&lines, SHIFT_JIS, is_japanese) {
        return SHIFT_JIS;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&lines, true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    // Turkish and Western European share most letters; the common one is named where both read
    // the same.
    let same =
        guessed.decode_without_bom_handling(&lines).0 == WINDOWS_1252.decode_without_bom_handling(&lines).0;
    if same { WINDOWS_1252 } else { guessed }
}

fn utf16(sample: &[u8]) -> Option<&'static Encoding> {
    let head = &sample[..sample.len().min(4096) & !1];
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, units) = (zeros(0), zeros(1), head.len() / 2);
    let mostly = |zeros: usize| units >= 8 && zeros * 100 > units * 15;
    match (mostly(even), mostly(odd)) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}

/// What a few lines are in that are not UTF-8 as the rest is: whole lines of another program, not damaged ones.
fn clearly_in(lines: &[u8]) -> Option<&'static Encoding> {
    let several = lines.split_inclusive(|b| *b == b'\n').count() > 1;
    let fits = |encoding: &'static Encoding| {
        encoding.decode_without_bom_handling_and_without_replacement(lines).is_some()
    };
    let korean = several && fits(EUC_KR) && reads_as(lines, EUC_KR, is_korean);
    korean.then_some(EUC_KR).or_else(|| {
        let japanese = several && fits(SHIFT_JIS) && reads_as(lines, SHIFT_JIS, is_japanese);
        japanese.then_some(SHIFT_JIS)
    })
}

fn is_korean(c: char) -> bool {
    matches!(c, '가'..='힣')
}

fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')
}

/// The lines that are not UTF-8, up to some number of bytes.
fn foreign_lines(sample: &[u8]) -> Vec<u8> {
    let mut lines = Vec::new();
    for line in sample.split_inclusive(|b| *b == b'\n').filter(|line| std::str::from_utf8(line).is_err()) {
        if lines.len() > SLICE {
            break;
        }
        lines.extend_from_slice(line);
    }
    lines
}

/// Whether decoding fails on at most one character in fifty, and most are of the script.
fn reads_as(bytes: &[u8], encoding: &'static Encoding, of_script: fn(char) -> bool) -> bool {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let (mut all, mut script, mut failed) = (0_usize, 0_usize, 0_usize);
    for char in text.chars().filter(|c| !c.is_ascii()) {
        all += 1;
        script += usize::from(of_script(char));
        failed += usize::from(char == '\u{fffd}');
    }
    all > 0 && failed * 50 <= all && script * 10 >= all * 7
}
