//! The seeds of each target, and mutations of them: always the same ones, unless `DANGOL_FUZZ_SEED` says otherwise, and as
//! many as there is time for where `DANGOL_FUZZ_SECONDS` says how much.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::TARGETS;

/// Mutations of each target at most, and how long they may take together.
const MUTATIONS: u64 = 2_000;
const TIME: Duration = Duration::from_secs(8);

fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = dangol_trial_data::repository().join("fuzz/seeds").join(target);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|_| panic!("no seeds in {}", folder.display()));
    let mut seeds: Vec<(PathBuf, Vec<u8>)> = entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (path.clone(), std::fs::read(&path).expect("a seed")))
        .collect();
    seeds.sort();
    assert!(!seeds.is_empty(), "no seeds in {}", folder.display());
    seeds
}

/// `SplitMix64` (Steele, Lea & Flood 2014): numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Pieces that mean something to one reader or another.
const PIECES: [&[u8]; 28] = [
    b"\"",
    b"\"\"",
    b"\n",
    b"\r\n",
    b"\r",
    b",",
    b";",
    b"\t",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b" ",
    b"-",
    b".",
    b"1e309",
    b"99999999999999999999",
    b"0.1",
    b"2024-02-30",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\\u0000",
    b"<",
    b"'",
    "한".as_bytes(),
    "\u{2028}".as_bytes(),
];

fn mutated(seeds: &[(PathBuf, Vec<u8>)], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = seeds[numbers.below(seeds.len())].1.clone();
    for _ in 0..=numbers.below(4) {
        let (a, b) = (numbers.below(bytes.len() + 1), numbers.below(bytes.len() + 1));
        let range = a.min(b)..a.max(b);
        match numbers.below(8) {
            0 => drop(bytes.drain(range)),
            1 => bytes.truncate(range.end),
            2 => {
                let copy = bytes[range.clone()].to_vec();
                drop(bytes.splice(range.start..range.start, copy));
            }
            3 => {
                let other = &seeds[numbers.below(seeds.len())].1;
                let from = numbers.below(other.len());
                let piece = other[from..(from + numbers.below(64)).min(other.len())].to_vec();
                drop(bytes.splice(a..a, piece));
            }
            4 if a < bytes.len() => bytes[a] ^= 1 << numbers.below(8),
            5 if a < bytes.len() => bytes[a] = numbers.next() as u8,
            _ => drop(bytes.splice(a..a, PIECES[numbers.below(PIECES.len())].to_vec())),
        }
    }
    bytes
}

/// Names the input that broke a target before the panic goes on.
fn tried(name: &str, what: &str, bytes: &[u8], run: fn(&[u8]) -> u64) -> u64 {
    std::panic::catch_unwind(|| run(bytes)).unwrap_or_else(|panic| {
        let path = std::env::temp_dir().join(format!("dangol-fuzz-{name}-{}", blake3::hash(bytes).to_hex()));
        std::fs::write(&path, bytes).expect("written");
        println!("{name} is broken by {what}, kept in {}", path.display());
        std::panic::resume_unwind(panic);
    })
}

fn fuzzed(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target");
    let seeds = seeds(name);
    for (path, bytes) in &seeds {
        let got = tried(name, &path.display().to_string(), bytes, target.run);
        // What is refused at once tries nothing: the reader behind it would not be seen. What once broke it is named.
        let broke = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("broke-"));
        assert!(got > 0 || broke, "{} is refused", path.display());
    }
    let told = |name| std::env::var(name).ok().and_then(|told| told.parse::<u64>().ok());
    let mut numbers = Numbers(told("DANGOL_FUZZ_SEED").unwrap_or(1));
    let longer = told("DANGOL_FUZZ_SECONDS").map(Duration::from_secs);
    let (most, time) = longer.map_or((MUTATIONS, TIME), |time| (u64::MAX, time));
    let started = Instant::now();
    let (mut mutation, mut accepted) = (0, 0);
    while mutation < most && started.elapsed() < time {
        let got = tried(name, &format!("mutation {mutation}"), &mutated(&seeds, &mut numbers), target.run);
        (mutation, accepted) = (mutation + 1, accepted + u64::from(got > 0));
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{name}: {} seeds, {mutation} mutations, {accepted} of them read, in {seconds:.1} s",
        seeds.len()
    );
    assert!(accepted > 0, "each mutation is refused");
}

macro_rules! targets {
    ($($name:ident),+) => {
        $(#[test]
        fn $name() {
            fuzzed(stringify!($name));
        })+

        #[test]
        fn every_target_is_tried_here_and_by_cargo_fuzz() {
            let tried = [$(stringify!($name)),+];
            let names = TARGETS.map(|target| target.name);
            assert_eq!(tried[..], names[..]);
            let manifest = include_str!("../../../../fuzz/Cargo.toml");
            for name in names {
                assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is in fuzz/Cargo.toml");
            }
        }
    };
}

targets!(text, json, workbook, sheet, packed, import, shop_toml, expression, number, date);

#[test]
fn a_broken_promise_is_found() {
    let broken = |bytes: &[u8]| assert!(!bytes.contains(&0), "a NUL");
    let seeds = [(PathBuf::new(), b"order,customer\n1,a\n".to_vec())];
    let mut numbers = Numbers(1);
    let found = (0..MUTATIONS).any(|_| {
        let bytes = mutated(&seeds, &mut numbers);
        std::panic::catch_unwind(|| broken(&bytes)).is_err()
    });
    assert!(found, "no mutation has a NUL");
}
