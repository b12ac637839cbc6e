//! `dangol import --watch`.

use std::fs::{self, File};
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{COLUMNS, HEADER, Shop};

/// A watch that is ended with the test.
struct Watch(Child);

impl Watch {
    fn of(shop: &Shop) -> Self {
        let out = |name: &str| File::create(shop.root().join(name)).expect("a file");
        let mut command = shop.command(&["import", "--watch", "--settle", "0.6"]);
        Self(command.stdout(out("out")).stderr(out("err")).stdin(Stdio::null()).spawn().expect("a watch"))
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", self.0.id())).status();
        assert!(sent.expect("a shell").success());
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn until(what: &str, shop: &Shop, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        let told = |name| fs::read_to_string(shop.root().join(name)).unwrap_or_default();
        assert!(began.elapsed() < Duration::from_secs(90), "{what}: {} {}", told("out"), told("err"));
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn line(n: usize) -> String {
    format!("O{n},C{},2024-01-{:02} 10:00:00,P1,1,5\n", n % 5, 1 + n % 28)
}

#[test]
fn new_files_are_imported_when_they_are_whole() {
    let shop = Shop::new();
    fs::create_dir(shop.root().join("exports")).expect("a folder");
    shop.write("exports/1.csv", format!("{HEADER}\n{}{}", line(1), line(2)));
    shop.configure("path = \"../exports\"", COLUMNS);
    let mut watch = Watch::of(&shop);
    let current = || fs::read_to_string(shop.folder().join("store/CURRENT")).unwrap_or_default();
    let told = |name: &str| fs::read_to_string(shop.root().join(name)).expect("what it told");
    until("the first import", &shop, || current() == "000001");

    // A file that grows for longer than the watch waits is imported once, when it has come to its end.
    let mut growing = File::create(shop.root().join("exports/2.csv")).expect("a file");
    writeln!(growing, "{HEADER}").expect("written");
    for n in 3..23 {
        growing.write_all(line(n).as_bytes()).expect("written");
        growing.sync_all().expect("written");
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(growing);
    until("the second import", &shop, || current() == "000002");
    assert_eq!(shop.count("select count(*) from order_lines"), 22);

    // What cannot be imported is told, and the watch goes on.
    shop.write("exports/3.csv", "nothing,of,use\n1,2,3\n");
    until("the error", &shop, || told("err").contains("has no column"));
    assert_eq!(shop.count("select count(*) from order_lines"), 22);
    shop.write("exports/3.csv", format!("{HEADER}\n{}", line(23)));
    until("the third import", &shop, || current() == "000003");
    fs::remove_file(shop.root().join("exports/2.csv")).expect("removed");
    until("the refusal", &shop, || told("err").contains("not there any more"));
    assert_eq!(shop.count("select count(*) from order_lines"), 23);

    watch.signal("INT");
    let began = Instant::now();
    let ended = loop {
        if let Some(ended) = watch.0.try_wait().expect("a state") {
            break ended;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "Ctrl-C ends it");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(ended.code(), Some(0), "{}", told("err"));
    assert_eq!(told("err").matches("error: ").count(), 2, "each failure once: {}", told("err"));
    assert!(
        told("out").contains("since the last import: 20 new, 0 changed, 2 unchanged, 0 gone"),
        "{}",
        told("out")
    );
    shop.is_tidy();
}
