//! S3 as the Python package `moto` plays it, on loopback.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server.
pub(super) struct Moto {
    process: Child,
    port: u16,
}

impl Moto {
    /// None where the package is not installed. With `unchecked`, so many requests pass before keys are asked for.
    pub(super) fn start(unchecked: Option<u32>) -> Option<Self> {
        let python = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../test-python/bin/python");
        if !python.exists() {
            let required = std::env::var_os("DANGOL_TEST_PYTHON").is_some_and(|value| value == "required");
            assert!(!required, "no moto installed: `make setup-python`");
            println!("skipped: no moto installed");
            return None;
        }
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("its address").port();
        drop(free);
        let mut command = Command::new(&python);
        command.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]);
        if let Some(unchecked) = unchecked {
            command.env("INITIAL_NO_AUTH_ACTION_COUNT", unchecked.to_string());
        }
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("moto");
        let moto = Self { process, port };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_mins(1), "moto does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(moto)
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Makes a bucket, or puts an object there.
    pub(super) fn put(&self, path: &str, bytes: &[u8]) {
        self.ask("PUT", path, bytes);
    }

    pub(super) fn delete(&self, path: &str) {
        self.ask("DELETE", path, b"");
    }

    fn ask(&self, method: &str, path: &str, bytes: &[u8]) {
        // A bucket is made where the request was signed for, and must say so.
        let is_bucket = method == "PUT" && path.matches('/').count() == 1;
        let bytes = if is_bucket {
            b"<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>"
        } else {
            bytes
        };
        let mut connection = TcpStream::connect(("127.0.0.1", self.port)).expect("moto");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: s3.amazonaws.com\r\nConnection: close\r\nAuthorization: \
             AWS4-HMAC-SHA256 Credential=test/20240601/eu-west-1/s3/aws4_request, SignedHeaders=host, \
             Signature=0\r\nContent-Length: {}\r\n\r\n",
            bytes.len()
        );
        connection.write_all(head.as_bytes()).and_then(|()| connection.write_all(bytes)).expect("sent");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 20"), "{method} {path}: {answer}");
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
