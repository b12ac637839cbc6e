//! Documents of web servers: asked for with `GET` only, since an address that is signed lets one do nothing else.

use std::error::Error;
use std::ops::Range;
use std::time::Duration;

use futures::StreamExt;
use reqwest::header::{
    CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, HeaderName, IF_RANGE, LAST_MODIFIED, RANGE,
};
use reqwest::{Client, RequestBuilder, Response, StatusCode};

use super::RemoteFault;
use super::address::Web;
use super::fault::hidden;
use super::fetch::{Answer, Identity};
use super::stores::REACHING;

/// A client for web servers; `patience` bounds the way to them.
pub(super) fn client(patience: Duration) -> Result<Client, RemoteFault> {
    let built = Client::builder()
        .connect_timeout(REACHING.min(patience))
        .user_agent(concat!("dangol/", env!("CARGO_PKG_VERSION")))
        .build();
    built.map_err(|error| RemoteFault::Other { message: super::fault::innermost(&error) })
}

fn request(client: &Client, web: &Web) -> RequestBuilder {
    let request = client.get(web.url.clone());
    match &web.user {
        Some((user, password)) => request.basic_auth(user, Some(password)),
        None => request,
    }
}

async fn send(request: RequestBuilder, web: &Web) -> Result<Response, RemoteFault> {
    let response = request.send().await.map_err(|error| failed(error, web))?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    Err(RemoteFault::of_status(status.as_u16(), status.canonical_reason().unwrap_or_default()))
}

fn failed(error: reqwest::Error, web: &Web) -> RemoteFault {
    // A redirect that is not followed is the server's doing; its address may be signed.
    if error.is_redirect() {
        return RemoteFault::Other { message: "it is redirected too often".into() };
    }
    let connecting = error.is_connect() || error.is_timeout();
    let error = error.without_url();
    let error: &(dyn Error + 'static) = &error;
    hidden(RemoteFault::of_request(error, connecting), &web.secrets)
}

/// What the server says of a document, without reading it.
pub(super) async fn head(client: &Client, web: &Web) -> Result<Identity, RemoteFault> {
    let response = request(client, web).header(RANGE, "bytes=0-0").send().await;
    let response = response.map_err(|error| failed(error, web))?;
    match response.status() {
        // Of an empty document there is no first byte.
        StatusCode::RANGE_NOT_SATISFIABLE => Ok(Identity { size: Some(0), ..identity(&response) }),
        status if status.is_success() => Ok(identity(&response)),
        status => Err(RemoteFault::of_status(status.as_u16(), status.canonical_reason().unwrap_or_default())),
    }
}

/// A document from some place on, if the server can and it is the same still; else from its beginning.
pub(super) async fn get(
    client: &Client,
    web: &Web,
    from: u64,
    known: Option<&Identity>,
) -> Result<Answer, RemoteFault> {
    let mut asked = request(client, web);
    // A weak tag says that two documents mean the same, not that their bytes are the same.
    let strong = known.and_then(|known| known.etag.as_deref()).filter(|etag| !etag.starts_with("W/"));
    if let (true, Some(etag)) = (from > 0, strong) {
        asked = asked.header(RANGE, format!("bytes={from}-")).header(IF_RANGE, etag);
    }
    answer(send(asked, web).await?, web, from)
}

/// A part of a document, if the server can; else the whole. Whether it is the same still, the answer's identity says.
pub(super) async fn get_part(
    client: &Client,
    web: &Web,
    part: Range<u64>,
    known: &Identity,
) -> Result<Answer, RemoteFault> {
    let mut asked = request(client, web).header(RANGE, format!("bytes={}-{}", part.start, part.end - 1));
    if let Some(etag) = known.etag.as_deref().filter(|etag| !etag.starts_with("W/")) {
        asked = asked.header(IF_RANGE, etag);
    }
    answer(send(asked, web).await?, web, part.start)
}

/// What a server answers who was asked for a document from some place on.
fn answer(response: Response, web: &Web, from: u64) -> Result<Answer, RemoteFault> {
    let identity = identity(&response);
    let from = match response.status() {
        StatusCode::PARTIAL_CONTENT if range(response.headers()).is_some_and(|(start, _)| start == from) => {
            from
        }
        StatusCode::PARTIAL_CONTENT => {
            return Err(RemoteFault::Other { message: "it gives another part than was asked for".into() });
        }
        _ => 0,
    };
    let of = web.clone();
    let stream = response.bytes_stream().map(move |piece| piece.map_err(|error| failed(error, &of)));
    Ok(Answer { identity, from, stream: stream.boxed() })
}

fn identity(response: &Response) -> Identity {
    let headers = response.headers();
    let modified = text(headers, &LAST_MODIFIED).and_then(|it| jiff::fmt::rfc2822::parse(it).ok());
    let size = match range(headers) {
        Some((_, total)) => total,
        None => text(headers, &CONTENT_LENGTH).and_then(|length| length.parse().ok()),
    };
    Identity {
        size,
        etag: text(headers, &ETAG).map(str::to_owned),
        modified: modified.map(|at| at.timestamp().as_nanosecond()),
    }
}

/// First byte and size of the whole, from `bytes 5-9/10`.
fn range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let (range, total) = text(headers, &CONTENT_RANGE)?.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.parse().ok()?, total.parse().ok()))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
