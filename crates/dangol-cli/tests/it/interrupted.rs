//! Imports that meet another import, a signal, or the end of the disk.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Answer, COLUMNS, DANGOL, HEADER, Shop, good_orders, rows_of, tidy};

/// Enough lines that an import takes a while and spills.
fn many_orders(lines: usize) -> String {
    let mut text = String::with_capacity(lines * 48);
    writeln!(text, "{HEADER}").expect("text grows");
    for line in 0..lines {
        let (customer, order, minute) = (line * 7919 % 20_011, line / 2, line % 60);
        let (month, day, hour) = (1 + line * 12 / lines, 1 + line % 28, line % 24);
        writeln!(
            text,
            "O{order:07},K{customer:05},2023-{month:02}-{day:02} {hour:02}:{minute:02}:00,P{},{},{}.25",
            line % 97,
            1 + line % 4,
            1 + line % 50
        )
        .expect("text grows");
    }
    text
}

fn spawn_import(shop: &Shop) -> Child {
    let mut command = shop.command(&["import", "--format", "json"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("an import")
}

/// Waits until `condition` holds; `false` if the child ends before, or after a minute.
fn wait_until(child: &mut Child, condition: impl Fn() -> bool) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_mins(1) {
        if condition() {
            return true;
        }
        if child.try_wait().expect("a state").is_some() {
            return condition();
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    false
}

/// The folder in which an import builds the next snapshot.
fn incoming(shop: &Shop) -> Option<std::path::PathBuf> {
    let entries = fs::read_dir(shop.folder().join("store/snapshots")).ok()?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("incoming-")))
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", child.id())).status();
    assert!(sent.expect("a shell").success(), "{name} is sent");
}

#[test]
fn a_second_import_while_one_runs() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    shop.write("good.csv", many_orders(100_000));
    let mut first = spawn_import(&shop);
    assert!(wait_until(&mut first, || incoming(&shop).is_some()), "the first import is at work");
    signal(&first, "STOP");
    shop.import().refuses(&["another import", "store", "is running"], &["wait until it has finished"]);
    assert_eq!(shop.answers(), before, "readers see the store as it was");
    assert!(incoming(&shop).is_some(), "the first import's work is untouched");
    signal(&first, "CONT");
    assert!(first.wait().expect("an end").success(), "the first import is not disturbed");
    assert_eq!(shop.answers().lines, 100_000);
    shop.is_tidy();
    // The lock goes with its holder.
    shop.write("good.csv", good_orders());
    assert_eq!(rows_of(&shop.import().json(), "kept"), 72);
    assert_eq!(shop.answers(), before);
}

#[test]
fn a_reader_is_not_disturbed_by_imports() {
    // Analyses that run while the store changes under them see one snapshot or the other.
    let shop = Shop::with_orders();
    let old = shop.answers();
    let bytes = many_orders(60_000);
    shop.write("good.csv", &bytes);
    let mut import = spawn_import(&shop);
    let mut seen = Vec::new();
    while import.try_wait().expect("a state").is_none() {
        seen.push(shop.count("select count(*) from order_lines"));
    }
    assert!(import.wait().expect("an end").success());
    assert!(!seen.is_empty(), "something was read meanwhile");
    assert!(seen.iter().all(|lines| [old.lines, 60_000].contains(lines)), "{seen:?}");
}

/// What a kill waits for.
#[derive(Clone, Copy)]
enum When {
    /// A share of the time that an import takes.
    After(f64),
    Spilled,
    PartsBegun,
    ManifestWritten,
    SnapshotInPlace,
    Switched,
}

#[test]
fn killed_at_any_moment() {
    const LINES: usize = 90_000;
    let (small, large) = (good_orders(), many_orders(LINES));
    let shop = Shop::with_orders();
    let old = shop.answers();
    let began = Instant::now();
    shop.write("good.csv", &large);
    shop.import().succeeds();
    let mut whole = began.elapsed();
    let new = shop.answers();
    assert_eq!(new.lines, LINES as u64);
    assert_ne!(old, new);

    let steps = 14;
    let mut moments: Vec<When> =
        (0..steps).map(|step| When::After((f64::from(step) + 0.3) / f64::from(steps))).collect();
    moments.extend([
        When::Spilled,
        When::PartsBegun,
        When::ManifestWritten,
        When::SnapshotInPlace,
        When::Switched,
    ]);
    let (mut killed, mut kept_old, mut got_new, mut tries) = (0, 0, 0, 0);
    let mut next = 0;
    while next < moments.len() {
        let moment = moments[next];
        tries += 1;
        shop.write("good.csv", &small);
        shop.import().succeeds();
        let current = || fs::read_to_string(shop.folder().join("store/CURRENT")).expect("a current snapshot");
        let before = current();
        let highest = || {
            let entries = fs::read_dir(shop.folder().join("store/snapshots")).expect("snapshots");
            entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u64>().ok()).max()
        };
        let top = highest();
        let within = |test: &dyn Fn(&Path) -> bool| incoming(&shop).is_some_and(|folder| test(&folder));
        let spilled = |folder: &Path| {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            entries.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with("bucket-"))
        };
        shop.write("good.csv", &large);
        let began = Instant::now();
        let mut import = spawn_import(&shop);
        let reached = match moment {
            When::After(share) => {
                let due = whole.mul_f64(share);
                wait_until(&mut import, || began.elapsed() >= due)
            }
            When::Spilled => wait_until(&mut import, || within(&spilled)),
            When::PartsBegun => {
                wait_until(&mut import, || within(&|folder| folder.join("order_lines").exists()))
            }
            When::ManifestWritten => {
                wait_until(&mut import, || within(&|folder| folder.join("manifest.json").exists()))
            }
            When::SnapshotInPlace => wait_until(&mut import, || highest() > top),
            When::Switched => wait_until(&mut import, || current() != before),
        };
        import.kill().expect("killed, or ended already");
        let by_signal = import.wait().expect("an end").code().is_none();
        killed += u32::from(by_signal && reached);
        if !by_signal {
            // It was faster than the one that was timed: the moments move closer.
            whole = whole.min(began.elapsed()).mul_f64(0.9);
        }
        if by_signal || tries > 40 || !matches!(moment, When::After(_)) {
            next += 1;
        }

        let after = shop.answers();
        assert!(
            after == old || after == new,
            "the store is the old one or the new one, not {} lines",
            after.lines
        );
        kept_old += u32::from(after == old);
        got_new += u32::from(after == new);
        let report = shop.import().json();
        assert_eq!(rows_of(&report, "kept"), LINES as u64);
        shop.is_whole(&new);
    }
    println!("{killed} kills in {tries} imports: {kept_old} left the old store, {got_new} the new one");
    assert!(killed >= 12, "{killed} of {tries} imports were killed while they ran");
    assert!(kept_old >= 8, "{kept_old} kills left the old store, {got_new} the new one");
}

#[test]
fn the_first_import_killed() {
    let shop = Shop::new();
    shop.write("orders.csv", many_orders(100_000));
    shop.configure("path = \"../orders.csv\"", COLUMNS);
    let mut import = spawn_import(&shop);
    assert!(wait_until(&mut import, || incoming(&shop).is_some()), "it is at work");
    import.kill().expect("killed");
    import.wait().expect("an end");
    shop.dangol(&["analyze", "overview"]).refuses(&["no imported data"], &["dangol import"]);
    assert_eq!(rows_of(&shop.import().json(), "kept"), 100_000);
    shop.is_tidy();
}

/// Imports good orders, then many, in a shop on a disk of its own; prints `CODE NAME` for each
/// step, with what the steps say in files beside it.
const ON_A_SMALL_DISK: &str = r#"
mount -t tmpfs -o "size=$SIZE" dangol-test "$SHOP" || exit 90
cp "$ROOT/shop.toml" "$SHOP/shop.toml"
step() { name=$1; shift; "$DANGOL" "$@" --shop "$SHOP" --format json >"$ROOT/$name.out" 2>"$ROOT/$name.err"; echo "$? $name"; }
cp "$ROOT/small.csv" "$ROOT/orders.csv"; step first import; step before analyze overview
cp "$ROOT/large.csv" "$ROOT/orders.csv"; step second import; step after analyze overview
ls -R "$SHOP/store" >"$ROOT/left"
mount -o remount,size=64m "$SHOP" || exit 91
step third import; step last analyze overview
rm -rf "$ROOT/kept"; cp -r "$SHOP/store" "$ROOT/kept"
"#;

/// `unshare` with the right to mount, if there is a way.
fn own_mounts() -> Option<Command> {
    [&["-m"][..], &["-r", "-m"]].into_iter().find_map(|arguments| {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new("unshare");
        command.args(arguments);
        let probe = Command::new("unshare")
            .args(arguments)
            .args(["mount", "-t", "tmpfs", "-o", "size=1m", "dangol-test"])
            .arg(folder.path())
            .output();
        probe.is_ok_and(|probe| probe.status.success()).then_some(command)
    })
}

#[test]
fn a_full_disk() {
    const LINES: usize = 40_000;
    if own_mounts().is_none() {
        println!("skipped: cannot mount");
        return;
    }
    let mut full = 0;
    // Full while spilling, while writing parts, while writing the manifest; and not at all.
    let sizes =
        ["700k", "900k", "1200k", "1600k", "2200k", "3m", "3400k", "3800k", "4200k", "4600k", "5200k", "32m"];
    for size in sizes {
        let shop = Shop::new();
        shop.write("small.csv", good_orders());
        shop.write("large.csv", many_orders(LINES));
        // Without memory for them, all rows go to the disk on their way.
        let sections = format!("{COLUMNS}[engine]\nmemory_mb = 0\n");
        shop.configure(&format!("path = \"{}\"", shop.root().join("orders.csv").display()), &sections);
        fs::rename(shop.toml(), shop.root().join("shop.toml")).expect("moved");
        let mut command = own_mounts().expect("as before");
        command.args(["sh", "-c", ON_A_SMALL_DISK]);
        command.env("SIZE", size).env("SHOP", shop.folder()).env("ROOT", shop.root()).env("DANGOL", DANGOL);
        let steps = Answer::of(command);
        assert_eq!(steps.code, 0, "{size}: {steps}");
        let code = |step: &str| -> i32 {
            let line = steps.out.lines().find(|line| line.ends_with(&format!(" {step}"))).expect("the step");
            line.split(' ').next().and_then(|code| code.parse().ok()).expect("a code")
        };
        let said = |step: &str| fs::read_to_string(shop.root().join(format!("{step}.out"))).expect("stdout");
        let told = |step: &str| fs::read_to_string(shop.root().join(format!("{step}.err"))).expect("stderr");
        let result = |step: &str| {
            assert_eq!(code(step), 0, "{size}, {step}: {}", told(step));
            let report: serde_json::Value = serde_json::from_str(&said(step)).expect("JSON");
            report["result"].clone()
        };
        assert_eq!(code("first"), 0, "{size}: the small import fits: {}", told("first"));
        let (before, after, last) = (result("before"), result("after"), result("last"));
        if code("second") == 0 {
            assert_ne!(before, after, "{size}");
        } else {
            full += 1;
            let error = told("second");
            assert_eq!(code("second"), 1, "{size}: {error}");
            let (message, hint) =
                error.split_once("\n hint: ").unwrap_or_else(|| panic!("{size}: no hint: {error}"));
            assert!(message.contains("error: ") && message.contains("No space left"), "{size}: {error}");
            assert!(message.contains("store"), "{size}: the message says where: {error}");
            assert!(hint.contains("free some space"), "{size}: {error}");
            assert!(!error.contains("panicked"), "{size}: {error}");
            assert_eq!(before, after, "{size}: the store is as it was");
            let left = fs::read_to_string(shop.root().join("left")).expect("the listing");
            assert!(
                !left.contains("incoming-") && !left.contains("CURRENT.tmp"),
                "{size}: left-overs:\n{left}"
            );
        }
        // With room again it goes on as if nothing had been.
        assert_eq!(code("third"), 0, "{size}: {}", told("third"));
        assert_eq!(last["totals"]["customers"], result("last")["totals"]["customers"]);
        assert_ne!(last, before, "{size}: the large import is in");
        tidy(&shop.root().join("kept"));
    }
    println!("{full} of {} disks were full", sizes.len());
    assert!(full >= 5 && full < sizes.len(), "{full} disks were full");
}

#[test]
fn results_for_a_full_disk() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    if !Path::new("/dev/full").exists() {
        println!("skipped: there is no /dev/full");
        return;
    }
    for arguments in [
        &["analyze", "rfm", "--format", "json", "--out", "/dev/full"][..],
        &["analyze", "rfm", "--format", "parquet", "--out", "/dev/full"],
        &["sql", "select * from order_lines", "--format", "csv", "--out", "/dev/full"],
    ] {
        shop.dangol(arguments).refuses(&["writing /dev/full", "No space left"], &["the disk"]);
    }
    shop.is_whole(&before);
}

#[test]
fn killed_with_a_packed_workbook_open() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in many_orders(60_000).lines().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            sheet.write(row as u32, column as u16, cell).expect("a cell");
        }
    }
    let book = book.save_to_buffer().expect("a workbook");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &book).expect("packed");
    let shop = Shop::with_orders();
    let before = shop.answers();
    shop.write("orders.xlsx.gz", packed.finish().expect("packed"));
    shop.configure("path = \"../orders.xlsx.gz\"", COLUMNS);
    let temporary = shop.root().join("temporary");
    fs::create_dir(&temporary).expect("a folder");
    let mut command = shop.command(&["import"]);
    command.env("TMPDIR", &temporary).stdout(Stdio::null()).stderr(Stdio::null());
    let mut import = command.spawn().expect("an import");
    // The copy is there for as long as the workbook is read.
    let copies = || {
        let snapshots = fs::read_dir(shop.folder().join("store/snapshots")).expect("a store").flatten();
        let spools = snapshots.filter(|it| it.file_name().to_string_lossy().starts_with("incoming-spool-"));
        spools.flat_map(|it| fs::read_dir(it.path()).into_iter().flatten().flatten()).count()
    };
    assert!(wait_until(&mut import, || copies() > 0), "a copy of the workbook is in the store");
    import.kill().expect("killed");
    import.wait().expect("an end");
    assert_eq!(copies(), 1, "what was killed could not tidy up");
    assert_eq!(
        fs::read_dir(&temporary).expect("a folder").count(),
        0,
        "nothing lies among the system's files"
    );
    assert_eq!(shop.answers(), before);
    assert_eq!(rows_of(&shop.import().json(), "kept"), 60_000);
    shop.is_tidy();
}
