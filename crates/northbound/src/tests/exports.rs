//! Tables read back: what Parquet says is what CSV says.

use super::finance::sold;
use super::world::{OPERATOR, World};
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use tower::ServiceExt;

/// The bytes of an export.
async fn bytes_of(world: &World, path: &str) -> axum::body::Bytes {
    let request = Request::builder().uri(path).header("authorization", format!("Bearer {OPERATOR}"));
    let request = request.body(Body::empty()).expect("a request");
    let response = world.router.clone().oneshot(request).await.expect("a router always answers");
    assert_eq!(response.status(), 200);
    response.into_body().collect().await.expect("a body ends").to_bytes()
}

fn of_csv(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut table = csv::Reader::from_reader(bytes);
    let head = table.headers().expect("a head").iter().map(str::to_owned).collect();
    let rows = table.records().map(|line| line.expect("a line").iter().map(str::to_owned).collect());
    (head, rows.collect())
}

fn of_parquet(bytes: axum::body::Bytes) -> (Vec<String>, Vec<Vec<String>>) {
    let reader = SerializedFileReader::new(bytes).expect("a Parquet file");
    let head = reader.metadata().file_metadata().schema_descr().columns().iter().map(|column| column.name().to_owned());
    let head: Vec<String> = head.collect();
    let rows = reader.get_row_iter(None).expect("rows").map(|row| {
        let row = row.expect("a row");
        let cells = row.get_column_iter().map(|(_, field)| match field {
            Field::Null => String::new(),
            Field::Long(number) => number.to_string(),
            Field::Str(text) => text.clone(),
            other => panic!("{other:?}"),
        });
        cells.collect()
    });
    (head, rows.collect())
}

#[tokio::test]
async fn parquet_reads_back_equal_to_csv() {
    let world = sold().await;
    let span = "from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
    for (table, query) in [("postings", span), ("trial-balance", ""), ("revenue", "by=day"), ("bills", span)] {
        let csv = of_csv(&bytes_of(&world, &format!("/v1/exports/{table}?{query}&format=csv")).await);
        let parquet = of_parquet(bytes_of(&world, &format!("/v1/exports/{table}?{query}&format=parquet")).await);
        assert!(!csv.1.is_empty(), "{table}: {csv:?}");
        assert_eq!(parquet, csv, "{table}");
    }
    let none = "from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z&format=parquet";
    let (head, rows) = of_parquet(bytes_of(&world, &format!("/v1/exports/postings?{none}")).await);
    assert_eq!((head.len(), rows.len()), (17, 0), "a table without rows has its columns");
}
