//! Objects of stores and documents of web servers.

mod clouds;
mod looked_at;
mod moto;
mod s3;
mod site;
mod web;

use std::process::Command;

use serde_json::Value;

use crate::support::{Answer, Shop};

/// A shop's command that asks nobody but the servers of the test, and says nothing of trying again.
fn command(shop: &Shop, arguments: &[&str]) -> Command {
    let mut command = shop.command(arguments);
    for variable in [
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_ENDPOINT_URL",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "AZURE_STORAGE_ACCOUNT_NAME",
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
    ] {
        command.env_remove(variable);
    }
    command
        .env("HOME", shop.root())
        .env("AWS_ACCESS_KEY_ID", "AKIATEST")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "eu-west-1")
        .env("DANGOL_LOG", "error");
    command
}

/// The key of the stores; it stands in no file.
const SECRET: &str = "wJalr/XUtnFEMI+K7MDENG";

fn import(shop: &Shop) -> Answer {
    Answer::of(command(shop, &["import", "--format", "json"]))
}

fn run(shop: &Shop, arguments: &[&str]) -> Answer {
    Answer::of(command(shop, arguments))
}

/// The configuration is refused, with these words.
#[track_caller]
fn is_invalid(answer: &Answer, what: &[&str]) {
    assert!(answer.code == 1 && answer.out.is_empty(), "{answer}");
    for part in what {
        assert!(answer.err.contains(part), "the message lacks `{part}`: {answer}");
    }
}

/// Name and path of each file that the order lines came from.
fn files(report: &Value) -> Vec<(String, String)> {
    let text = |file: &Value, key: &str| file[key].as_str().expect("text").to_owned();
    let files = crate::support::source(report)["files"].as_array().expect("files");
    files.iter().map(|file| (text(file, "name"), text(file, "path"))).collect()
}

/// A text stands nowhere below a folder, in whatever file.
fn stands_nowhere(text: &str, folder: &std::path::Path) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            stands_nowhere(text, &path);
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            let found = memchr::memmem::find(&bytes, text.as_bytes()).is_some();
            assert!(!found, "`{text}` stands in {}", path.display());
        }
    }
}
