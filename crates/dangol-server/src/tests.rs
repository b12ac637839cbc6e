use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use dangol_shop::Config;
use dangol_shop::import::import;
use serde_json::Value;
use tower::ServiceExt;

use crate::{App, router};

const TOML: &str = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\n\
    order_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"at\"\ncountry = \"country\"\namount = \"amount\"\n";
const CSV: &str = "order,customer,at,country,amount\no1,a,2024-01-05 10:00,\"Korea, Republic of\",10\n\
    o2,b,2024-01-06 10:00,Japan,20\no3,a,2024-02-06 10:00,\"Korea, Republic of\",30\no4,c,2024-02-07 10:00,Japan,many\n";

fn server(folder: &Path, imported: bool) -> Router {
    std::fs::write(folder.join("shop.toml"), TOML).unwrap();
    std::fs::write(folder.join("orders.csv"), CSV).unwrap();
    if imported {
        import(&Config::read(folder, &[]).unwrap(), &|_| {}).unwrap();
    }
    router(Arc::new(App::open(folder).unwrap()))
}

async fn get(router: &Router, uri: &str, headers: &[(header::HeaderName, &str)]) -> Response {
    let mut request = Request::get(uri);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn bytes(response: Response) -> Vec<u8> {
    axum::body::to_bytes(response.into_body(), 1 << 24).await.unwrap().to_vec()
}

async fn body(response: Response) -> Value {
    serde_json::from_slice(&bytes(response).await).unwrap()
}

async fn text(response: Response) -> String {
    String::from_utf8(bytes(response).await).unwrap()
}

#[tokio::test]
async fn answers_carry_tags_and_are_not_sent_twice() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), true);
    let first = get(&server, "/api/analyses/rfm?frequency=lines", &[]).await;
    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(first.headers()[header::CACHE_CONTROL], "private, no-cache");
    let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
    let report = body(first).await;
    assert_eq!(report["params"]["frequency"], "lines");
    let again = get(&server, "/api/analyses/rfm?frequency=lines", &[(header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let other = get(&server, "/api/analyses/rfm?frequency=orders", &[(header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!(other.status(), StatusCode::OK);
}

#[tokio::test]
async fn long_answers_are_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), true);
    for encoding in ["gzip", "br"] {
        let answer = get(&server, "/api/openapi.json", &[(header::ACCEPT_ENCODING, encoding)]).await;
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], encoding);
    }
}

#[tokio::test]
async fn filters_restrict_and_a_comma_may_be_escaped() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), true);
    let uri = "/api/analyses/overview?country=Korea%5C,%20Republic%20of";
    let report = body(get(&server, uri, &[]).await).await;
    assert_eq!(report["result"]["totals"]["revenue"], 40.0);
    let report = body(get(&server, "/api/analyses/overview?country=Japan&from=2024-01-06", &[]).await).await;
    assert_eq!(report["result"]["totals"]["revenue"], 20.0);
}

#[tokio::test]
async fn every_error_has_the_one_form() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), true);
    for (uri, status, code, hint) in [
        ("/api/analyses/rfn", 404, "unknown_analysis", "did you mean `rfm`?"),
        ("/api/analyses/rfm?frequncy=lines", 400, "unknown_parameter", "did you mean `frequency`?"),
        ("/api/analyses/rfm?groups=many", 400, "bad_parameter", ""),
        ("/api/analyses/rfm?groups=99", 400, "bad_parameter", ""),
        ("/api/analyses/rfm?as_of=yesterday", 400, "bad_filter", "write a date"),
        ("/api/analyses/rfm?segment=nine:best", 400, "unknown_segment", "nine:vip_champions"),
        ("/api/analyses/rfm?segment=nine:lots", 400, "unknown_segment", "did you mean `nine:lost`?"),
        ("/api/analyses/customer?id=nobody", 404, "unknown_customer", "check the id"),
        ("/api/quarantine?reason=x", 400, "unknown_reason", "quality report"),
        ("/api/quarantine?limit=abc", 400, "bad_query", "openapi"),
        ("/api/quarantine?limit=-1", 400, "bad_query", "openapi"),
        ("/api/runs?limit=1.5", 400, "bad_query", "openapi"),
        ("/api/quality.html?language=fr", 400, "bad_query", "openapi"),
        ("/api/analyses/%ff", 400, "bad_query", "openapi"),
        ("/api/nothing", 404, "no_such_route", "openapi"),
    ] {
        let answer = get(&server, uri, &[]).await;
        assert_eq!(answer.status().as_u16(), status, "{uri}");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json", "{uri}");
        let problem = body(answer).await;
        assert_eq!(problem["code"], code, "{uri}");
        assert_eq!(problem["status"], status, "{uri}");
        assert!(problem["hint"].as_str().unwrap().contains(hint), "{uri}: {problem}");
        assert!(!problem["detail"].as_str().unwrap().is_empty());
    }
    let answer = get(&server, "/api/quarantine?limit=abc", &[]).await;
    assert!(body(answer).await["detail"].as_str().unwrap().contains("limit"), "it is said which");
    let answer = send(&server, "PUT", "/api/runs", &[], "").await;
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.headers()[header::ALLOW], "GET,HEAD");
    assert_eq!(body(answer).await["code"], "method_not_allowed");
}

#[tokio::test]
async fn before_the_first_import_the_shop_is_there_without_data() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), false);
    let shop = body(get(&server, "/api/shop", &[]).await).await;
    assert_eq!((&shop["name"], &shop["data"]), (&Value::from("T"), &Value::Null));
    let quality = get(&server, "/api/quality", &[]).await;
    assert_eq!(quality.status(), StatusCode::NOT_FOUND);
    // An import beside the running server is seen by the next request.
    import(&Config::read(folder.path(), &[]).unwrap(), &|_| {}).unwrap();
    let shop = body(get(&server, "/api/shop", &[]).await).await;
    assert_eq!(shop["data"]["customers"], 2);
    assert_eq!(shop["filters"]["country"][0]["value"], "Korea, Republic of");
}

#[tokio::test]
async fn what_lies_behind_the_numbers_can_be_seen() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), true);
    let quality = body(get(&server, "/api/quality", &[]).await).await;
    assert_eq!(quality["sources"][0]["rows_read"], 4);
    assert_eq!(quality["findings"][0]["code"], "quarantine");
    let page = body(get(&server, "/api/quarantine?reason=not_a_number", &[]).await).await;
    assert_eq!(page["total"], 1);
    assert_eq!(page["rows"][0]["row"]["amount"], "many");
    assert_eq!(
        (&page["rows"][0]["line"], &page["rows"][0]["file"]),
        (&Value::from(5), &Value::from("orders.csv"))
    );
    assert_eq!(quality["analyses"][0]["analysis"], "overview");
    assert!(quality["links"].as_array().unwrap().is_empty());
    let csv = get(&server, "/api/quarantine.csv", &[]).await;
    assert!(csv.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/csv"));
    let csv = text(csv).await;
    assert!(
        csv.starts_with("\u{feff}source,file,line,column,value,reason,row\norder_lines,orders.csv,5,"),
        "{csv}"
    );
    assert_eq!(csv.lines().count(), 2);
    let page = get(&server, "/api/quality.html?language=ko", &[]).await;
    assert_eq!(page.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
    assert!(text(page).await.contains("데이터 품질"));
    let book = get(&server, "/api/quality.xlsx", &[]).await;
    assert!(book.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().contains("quality.xlsx"));
    assert!(bytes(book).await.starts_with(b"PK"));
    let csv = text(get(&server, "/api/quality.csv?language=ko", &[]).await).await;
    assert!(
        csv.starts_with("\u{feff}part,table,name,measure,value\n") && csv.contains("\n행,order_lines,"),
        "{csv}"
    );
    assert_eq!(get(&server, "/api/quality.html?language=fr", &[]).await.status(), StatusCode::BAD_REQUEST);
    let mapping = body(get(&server, "/api/mapping", &[]).await).await;
    assert_eq!(mapping["toml"], TOML);
    assert_eq!(get(&server, "/api/runs", &[]).await.status(), StatusCode::OK);
}

#[test]
fn the_published_description_of_the_api_is_current() {
    let path = dangol_trial_data::repository().join("web/openapi.json");
    let published = std::fs::read_to_string(path).unwrap();
    // Not `assert_eq!`: nobody wants to read both in full.
    assert!(published.trim() == crate::openapi::json().unwrap().trim(), "run `make reference`");
}

async fn send(router: &Router, method: &str, uri: &str, headers: &[(&str, &str)], content: &str) -> Response {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    router.clone().oneshot(request.body(Body::from(content.to_owned())).unwrap()).await.unwrap()
}

#[tokio::test]
async fn an_audience_is_tried_saved_used_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), true);
    let columns = body(get(&server, "/api/audience-columns", &[]).await).await;
    let names: Vec<&str> = columns["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"orders") && names.contains(&"segment_nine") && !names.contains(&"gender"));
    let tried = body(get(&server, "/api/audience-preview?rule=orders%20%3E%3D%202", &[]).await).await;
    assert_eq!((&tried["customers"], &tried["revenue"]), (&Value::from(1), &Value::from(40.0)));
    let wrong = get(&server, "/api/audience-preview?rule=ordrs%20%3E%3D%202", &[]).await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    assert_eq!(body(wrong).await["hint"], "did you mean `orders`?");

    let json = ("content-type", "application/json");
    let wanted = "{\"name\": \"단골\", \"rule\": \"orders >= 2\"}";
    let saved = send(&server, "POST", "/api/audiences", &[json], wanted).await;
    assert_eq!(saved.status(), StatusCode::OK);
    assert_eq!(body(saved).await["figures"]["customers"], 1);
    let under = "/api/analyses/overview?audience=%EB%8B%A8%EA%B3%A8";
    let report = body(get(&server, under, &[]).await).await;
    assert_eq!(report["result"]["totals"]["revenue"], 40.0);
    // Saved anew under its name it is another audience, also for answers that were given before.
    let other = "{\"name\": \"단골\", \"rule\": \"orders = 1\"}";
    send(&server, "POST", "/api/audiences", &[json], other).await;
    let report = body(get(&server, under, &[]).await).await;
    assert_eq!(report["result"]["totals"]["revenue"], 20.0);
    let file = get(&server, "/api/audiences/%EB%8B%A8%EA%B3%A8/customers.csv", &[]).await;
    assert_eq!(text(file).await, "\u{feff}customer_id\nb\n");
    let file = get(&server, "/api/audience-preview.csv?rule=orders%20%3E%3D%202", &[]).await;
    assert_eq!(text(file).await, "\u{feff}customer_id\na\n");

    let removed = send(&server, "DELETE", "/api/audiences/%EB%8B%A8%EA%B3%A8", &[], "").await;
    assert_eq!(removed.status(), StatusCode::OK);
    assert_eq!(get(&server, under, &[]).await.status(), StatusCode::NOT_FOUND);
    let list = body(get(&server, "/api/audiences", &[]).await).await;
    assert!(list["audiences"].as_array().unwrap().iter().all(|one| one["origin"] == "ready"));
}

#[tokio::test]
async fn pages_of_other_sites_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), true);
    let json = ("content-type", "application/json");
    let wanted = "{\"name\": \"x\", \"rule\": \"orders = 1\"}";
    let here = [
        json,
        ("host", "127.0.0.1:8080"),
        ("origin", "http://127.0.0.1:8080"),
        ("sec-fetch-site", "same-origin"),
    ];
    for (headers, status) in [
        (vec![json, ("sec-fetch-site", "cross-site")], 403),
        (vec![json, ("sec-fetch-site", "same-site")], 403),
        (vec![json, ("host", "127.0.0.1:8080"), ("origin", "http://evil.example")], 403),
        (vec![json, ("origin", "null"), ("host", "127.0.0.1:8080")], 403),
        (vec![("content-type", "text/plain")], 415),
        (here.to_vec(), 200),
        (
            vec![
                json,
                ("host", "shop:8080"),
                ("origin", "https://shop.example"),
                ("sec-fetch-site", "same-origin"),
            ],
            200,
        ),
    ] {
        let answer = send(&server, "POST", "/api/audiences", &headers, wanted).await;
        assert_eq!(answer.status().as_u16(), status, "{headers:?}");
    }
    let refused = send(&server, "DELETE", "/api/audiences/x", &[("sec-fetch-site", "cross-site")], "").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let bad =
        send(&server, "POST", "/api/audiences", &[json], "{\"name\": \"a:b\", \"rule\": \"orders = 1\"}")
            .await;
    assert_eq!(bad.status(), StatusCode::BAD_REQUEST);
    assert_eq!(body(bad).await["code"], "bad_audience_name");
}

#[tokio::test]
async fn a_table_of_a_result_is_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), true);
    let file = get(&server, "/api/analyses/rfm/customers.csv?customers=true&frequency=lines", &[]).await;
    assert_eq!(file.status(), StatusCode::OK);
    assert!(file.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/csv"));
    assert_eq!(file.headers()[header::CONTENT_DISPOSITION], "attachment; filename=\"rfm-customers.csv\"");
    let csv = text(file).await;
    assert!(csv.starts_with("\u{feff}customer_id,recency_days,frequency,monetary,"), "{csv}");
    let report = body(get(&server, "/api/analyses/rfm?customers=true&frequency=lines", &[]).await).await;
    assert_eq!(csv.lines().count(), 1 + report["result"]["customers"].as_array().unwrap().len());
    for (uri, code) in [
        ("/api/analyses/rfm/nothing.csv", "no_such_table"),
        ("/api/analyses/rfm/customers.txt", "no_such_route"),
        ("/api/analyses/rfn/customers.csv", "unknown_analysis"),
    ] {
        let answer = get(&server, uri, &[]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{uri}");
        assert_eq!(body(answer).await["code"], code, "{uri}");
    }
}
