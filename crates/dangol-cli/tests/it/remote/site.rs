//! A small HTTP server of a test's own, which does to its clients what servers do: fails, keeps silent, cuts off, changes
//! its mind. It also speaks as much of the stores of Google and Azure as reading takes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is wrong with a document, and how often; then it is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// An answer of this status.
    Status(u16),
    /// Nothing is answered.
    Silent,
    /// The connection ends after so many bytes of an answer.
    Cut(usize),
    /// Nothing comes any more after so many bytes.
    Stalls(usize),
    /// A few bytes each second.
    Drips,
    /// Another version is there when the answer has been given, after so many bytes.
    Changes(usize),
    /// Never wrong: no length is told.
    Unmeasured,
    /// Never wrong: nothing tells one version from another.
    Anonymous,
    /// No part of it can be asked for.
    Whole,
}

#[derive(Debug, Clone)]
struct Document {
    bytes: Vec<u8>,
    version: u32,
    wrong: Vec<(Wrong, usize)>,
}

#[derive(Debug, Default)]
struct State {
    documents: BTreeMap<String, Document>,
    requests: Vec<String>,
    served: u64,
}

/// A running server. It ends with the test's process.
pub(crate) struct Site {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Site {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let state = Arc::<Mutex<State>>::default();
        let shared = state.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let state = shared.clone();
                std::thread::spawn(move || serve(&connection, &state));
            }
        });
        Self { port, state }
    }

    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Puts a document there, or a new version of it.
    pub(crate) fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        let mut state = self.state.lock().expect("the state");
        let version = state.documents.get(path).map_or(1, |document| document.version + 1);
        let document = Document { bytes: bytes.into(), version, wrong: Vec::new() };
        state.documents.insert(path.to_owned(), document);
    }

    pub(crate) fn remove(&self, path: &str) {
        self.state.lock().expect("the state").documents.remove(path);
    }

    /// What is wrong the next times that a document is asked for.
    pub(crate) fn is_wrong(&self, path: &str, wrong: Wrong, times: usize) {
        let mut state = self.state.lock().expect("the state");
        state.documents.get_mut(path).expect("the document").wrong.push((wrong, times));
    }

    /// Method, path and range of what was asked since the last time.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().expect("the state").requests)
    }

    /// Bytes of documents that were given.
    pub(crate) fn served(&self) -> u64 {
        self.state.lock().expect("the state").served
    }
}

struct Request {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
}

fn read(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut parts = line.split_whitespace();
    let (method, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let target = decoded(&target);
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let query = query.split('&').filter_map(|pair| pair.split_once('='));
    let query = query.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    Some(Request { method, path: path.to_owned(), query, headers })
}

/// A version's time: versions follow each other by a day, from the first of June 2024.
fn modified(version: u32) -> String {
    let days = ["Fri", "Sat", "Sun", "Mon", "Tue", "Wed", "Thu"];
    format!("{}, {version:02} Jun 2024 12:00:00 GMT", days[version as usize % 7])
}

/// Signs that are written as `%` and their number.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let number = behind.get(..2).filter(|_| *first == b'%').and_then(|it| std::str::from_utf8(it).ok());
        if let Some(byte) = number.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            bytes.push(byte);
            rest = &behind[2..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn serve(connection: &TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(connection.try_clone().expect("a connection"));
    let mut out = connection;
    // Whoever greets in another way, as those do who want to speak in secret, is not understood.
    if reader.fill_buf().is_ok_and(|bytes| bytes.first().is_some_and(|first| !first.is_ascii_alphabetic())) {
        respond(&mut out, 400, &[], b"");
        return;
    }
    // What the client does not want any more, it closes.
    while let Some(request) = read(&mut reader) {
        if answer(&request, &mut out, state).is_none() {
            return;
        }
    }
}

/// None where the connection ends with the answer.
fn answer(request: &Request, out: &mut impl Write, state: &Mutex<State>) -> Option<()> {
    let header = |name: &str| request.headers.get(name).cloned();
    let (document, wrong) = {
        let mut state = state.lock().expect("the state");
        let mut said = format!("{} {}", request.method, request.path);
        for name in ["range", "authorization"] {
            if let Some(value) = header(name) {
                write!(said, " {value}").expect("text grows");
            }
        }
        for (key, value) in &request.query {
            write!(said, " {key}={value}").expect("text grows");
        }
        state.requests.push(said);
        if let Some(listing) = listing(request, &state.documents) {
            return respond(out, 200, &[], listing.as_bytes());
        }
        let document = state.documents.get_mut(&request.path);
        let wrong = document.and_then(|document| {
            let (wrong, times) = document.wrong.iter_mut().find(|(_, times)| *times > 0)?;
            *times -= 1;
            Some(*wrong)
        });
        (state.documents.get(&request.path).cloned(), wrong)
    };
    let Some(Document { bytes, version, .. }) = document else { return respond(out, 404, &[], b"gone") };
    let tag = format!("\"v{version}\"");
    let modified = modified(version);
    let mut headers = vec![("ETag", tag.clone()), ("Last-Modified", modified)];
    match wrong {
        Some(Wrong::Status(status)) => return respond(out, status, &[], b""),
        Some(Wrong::Silent) => {
            std::thread::sleep(Duration::from_mins(1));
            return None;
        }
        Some(Wrong::Anonymous) => headers.clear(),
        _ => {}
    }
    if header("if-match").is_some_and(|wanted| wanted != tag) {
        return respond(out, 412, &[], b"");
    }
    if request.method == "HEAD" {
        let mut head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n", bytes.len());
        for (name, value) in &headers {
            write!(head, "{name}: {value}\r\n").expect("text grows");
        }
        return out.write_all(format!("{head}\r\n").as_bytes()).ok();
    }
    let same = header("if-range").is_none_or(|wanted| wanted == tag) && !headers.is_empty();
    let range = header("range").filter(|_| same && wrong != Some(Wrong::Whole));
    let (mut status, mut part) = (200, &bytes[..]);
    if let Some(range) = range.as_deref().and_then(|range| range.strip_prefix("bytes=")) {
        let (start, end) = range.split_once('-').expect("a range");
        let start: usize = start.parse().expect("a number");
        if start >= bytes.len() {
            return respond(out, 416, &headers, b"");
        }
        let end = end.parse::<usize>().map_or(bytes.len(), |end| bytes.len().min(end + 1));
        headers.push(("Content-Range", format!("bytes {start}-{}/{}", end - 1, bytes.len())));
        (status, part) = (206, &bytes[start..end]);
    }
    let begin = |out: &mut dyn Write, few: usize| {
        let mut head = format!("HTTP/1.1 {status} OK\r\nContent-Length: {}\r\n", part.len());
        for (name, value) in &headers {
            write!(head, "{name}: {value}\r\n").expect("text grows");
        }
        out.write_all(format!("{head}\r\n").as_bytes()).ok()?;
        out.write_all(&part[..few.min(part.len())]).ok()?;
        out.flush().ok()
    };
    match wrong {
        Some(Wrong::Cut(few)) => {
            begin(out, few)?;
            None
        }
        Some(Wrong::Stalls(few)) => {
            begin(out, few)?;
            std::thread::sleep(Duration::from_mins(1));
            None
        }
        Some(Wrong::Changes(few)) => {
            begin(out, few)?;
            let mut state = state.lock().expect("the state");
            state.documents.get_mut(&request.path).expect("the document").version += 1;
            None
        }
        Some(Wrong::Drips) => {
            begin(out, 0)?;
            for byte in part {
                out.write_all(&[*byte]).ok()?;
                std::thread::sleep(Duration::from_millis(200));
            }
            None
        }
        Some(Wrong::Unmeasured) => {
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            out.write_all(head.as_bytes()).ok()?;
            for chunk in part.chunks(1000) {
                out.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).ok()?;
                out.write_all(chunk).ok()?;
                out.write_all(b"\r\n").ok()?;
            }
            out.write_all(b"0\r\n\r\n").ok()
        }
        _ => {
            state.lock().expect("the state").served += part.len() as u64;
            respond(out, status, &headers, part)
        }
    }
}

fn respond(out: &mut impl Write, status: u16, headers: &[(&str, String)], body: &[u8]) -> Option<()> {
    let mut head = format!("HTTP/1.1 {status} Said\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").expect("text grows");
    }
    out.write_all(format!("{head}\r\n").as_bytes()).ok()?;
    out.write_all(body).ok()?;
    out.flush().ok()
}

/// What lies directly below a prefix, in the words of Google's store (`list-type`) or of Azure's (`comp=list`).
fn listing(request: &Request, documents: &BTreeMap<String, Document>) -> Option<String> {
    let is_azure = request.query.get("comp").is_some_and(|comp| comp == "list");
    if !is_azure && !request.query.contains_key("list-type") {
        return None;
    }
    let bucket = format!("{}/", request.path.trim_end_matches('/'));
    let prefix = request.query.get("prefix").cloned().unwrap_or_default();
    let (mut objects, mut folders) = (String::new(), String::new());
    let mut seen = std::collections::BTreeSet::new();
    for (path, document) in documents {
        let Some(key) = path.strip_prefix(&bucket).filter(|key| key.starts_with(&prefix)) else { continue };
        if let Some((folder, _)) = key[prefix.len()..].split_once('/') {
            let folder = format!("{prefix}{folder}/");
            if seen.insert(folder.clone()) {
                let (open, close) = if is_azure {
                    ("<BlobPrefix><Name>", "</Name></BlobPrefix>")
                } else {
                    ("<CommonPrefixes><Prefix>", "</Prefix></CommonPrefixes>")
                };
                write!(folders, "{open}{folder}{close}").expect("text grows");
            }
            continue;
        }
        let (size, version) = (document.bytes.len(), document.version);
        if is_azure {
            write!(
                objects,
                "<Blob><Name>{key}</Name><Properties><Last-Modified>{}</Last-Modified>\
                 <Content-Length>{size}</Content-Length><Content-Type>text/csv</Content-Type>\
                 <Etag>\"v{version}\"</Etag></Properties></Blob>",
                modified(version)
            )
        } else {
            write!(
                objects,
                "<Contents><Key>{key}</Key><LastModified>2024-06-{version:02}T12:00:00.000Z</LastModified>\
                 <ETag>\"v{version}\"</ETag><Size>{size}</Size></Contents>"
            )
        }
        .expect("text grows");
    }
    Some(if is_azure {
        format!(
            "<?xml version=\"1.0\"?><EnumerationResults><Prefix>{prefix}</Prefix><Blobs>{objects}{folders}\
             </Blobs><NextMarker/></EnumerationResults>"
        )
    } else {
        format!("<?xml version=\"1.0\"?><ListBucketResult>{objects}{folders}</ListBucketResult>")
    })
}
