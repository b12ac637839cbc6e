//! Files and folders that may not be read or written. The superuser may read everything, so for
//! these tests the binary gives that right up.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::support::{Answer, COLUMNS, DANGOL, Shop, good_orders};

/// The command as somebody whom permissions bind; `None`, with the reason printed, where that
/// can't be had.
fn bound(arguments: &[&str], folder: &Path) -> Option<Command> {
    let closed = tempfile::NamedTempFile::new().expect("a file");
    fs::set_permissions(closed.path(), Permissions::from_mode(0o000)).expect("closed");
    let prefix: &[&str] = if File::open(closed.path()).is_err() {
        &[DANGOL]
    } else {
        &["setpriv", "--bounding-set=-dac_override,-dac_read_search", DANGOL]
    };
    if let [setpriv, rights, _] = prefix {
        let probe = Command::new(setpriv).arg(rights).arg("cat").arg(closed.path()).output();
        let binds =
            probe.is_ok_and(|probe| String::from_utf8_lossy(&probe.stderr).contains("Permission denied"));
        if !binds {
            println!("skipped: permissions do not bind this user, and setpriv can't give that up");
            return None;
        }
    }
    let mut command = Command::new(prefix[0]);
    command.args(&prefix[1..]).args(arguments).arg("--shop").arg(folder);
    Some(command)
}

fn close(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("permissions set");
}

#[test]
fn a_file_that_may_not_be_read() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    let path = shop.write("secret.csv", good_orders());
    close(&path, 0o000);
    shop.configure("path = \"../secret.csv\"", COLUMNS);
    let Some(command) = bound(&["import"], &shop.folder()) else { return };
    Answer::of(command).refuses(&["can't read", "secret.csv", "denied"], &["chmod"]);
    shop.is_whole(&before);
    let file = path.display().to_string();
    let Some(command) = bound(&["init", &file, "--force"], &shop.folder()) else { return };
    Answer::of(command).refuses(&["can't read", "secret.csv", "denied"], &["chmod"]);
}

#[test]
fn a_folder_that_may_not_be_read() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    let folder = shop.root().join("exports");
    fs::create_dir(&folder).expect("a folder");
    shop.write("exports/a.csv", good_orders());
    shop.configure("path = \"../exports\"", COLUMNS);
    close(&folder, 0o000);
    let command = bound(&["import"], &shop.folder());
    let answer = command.map(Answer::of);
    close(&folder, 0o755);
    let Some(answer) = answer else { return };
    answer.refuses(&["can't read", "exports", "denied"], &["right to read"]);
    shop.is_whole(&before);
}

#[test]
fn a_configuration_that_may_not_be_read() {
    let shop = Shop::with_orders();
    close(&shop.toml(), 0o000);
    let Some(command) = bound(&["import"], &shop.folder()) else { return };
    Answer::of(command).refuses(&["cannot read", "shop.toml", "denied"], &["who may read"]);
}

#[test]
fn a_store_that_may_not_be_written() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    let store = shop.folder().join("store");
    shop.write("good.csv", good_orders() + "X1,C1,2024-12-01 10:00:00,P1,1,5\n");
    for (closed, mode) in [(store.join("snapshots"), 0o555), (store.join("lock"), 0o444)] {
        close(&closed, mode);
        let answer = bound(&["import"], &shop.folder()).map(Answer::of);
        close(&closed, 0o755);
        let Some(answer) = answer else { return };
        let name = closed.file_name().and_then(|name| name.to_str()).expect("a name");
        answer.refuses(&["store", name, "denied"], &["who owns"]);
        shop.is_whole(&before);
    }
}

#[test]
fn a_store_that_may_only_be_read_still_answers() {
    let shop = Shop::with_orders();
    let wanted = shop.dangol(&["analyze", "rfm", "--format", "json"]).json();
    let store = shop.folder().join("store");
    let database = store.join("dangol.sqlite");
    close(&store, 0o555);
    close(&database, 0o444);
    let answer = bound(&["analyze", "rfm", "--format", "json"], &shop.folder()).map(Answer::of);
    close(&store, 0o755);
    let Some(answer) = answer else { return };
    assert_eq!(answer.code, 0, "{answer}");
    let found: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!(found["result"], wanted["result"]);
}

#[test]
fn a_file_where_the_shop_should_be() {
    let shop = Shop::new();
    shop.write("orders.csv", good_orders());
    let file = shop.write("taken", "");
    let answer = |arguments: &[&str]| {
        let mut command = Command::new(DANGOL);
        command.args(arguments).arg("--shop").arg(&file).current_dir(shop.root());
        Answer::of(command)
    };
    answer(&["init", "orders.csv"]).refuses(&["taken"], &["check the path"]);
    answer(&["import"]).refuses(&["taken", "shop.toml"], &["read"]);
    // A file where the store should be.
    shop.configure("path = \"../orders.csv\"", COLUMNS);
    fs::write(shop.folder().join("store"), "").expect("written");
    shop.import().refuses(&["creating", "store"], &["check the path"]);
}
