//! What finance takes out of a running cell from a shell.

use crate::support::{Caller, Server, fails, prints, serve, shop, tessera, text};
use std::process::Command;
use tempfile::tempdir;

#[test]
fn bills_tables_and_months_from_a_shell() {
    let folder = tempdir().expect("a folder");
    let data = folder.path().join("data");
    let server = Server::start(&mut serve(&data));
    let operator = Caller::operator(&server, &data);
    let shop = shop::open(&operator);
    let at = |words: &[&str]| -> Command {
        let mut command = tessera();
        command.args(words).env("TESSERA_SECRET_FILE", data.join("operator.secret"));
        command.env("TESSERA_URL", &server.base).env("TESSERA_ADMIN_URL", &server.admin);
        command
    };
    let days = "2020-01-01T00:00:00Z--2100-01-01T00:00:00Z";
    let bill = prints(&mut at(&["bill", &shop.customer, days]));
    let bill: serde_json::Value = serde_json::from_str(&bill).expect("JSON");
    assert_eq!((text(&bill, "party"), &bill["closing"]["minor"]), (shop.customer.clone(), &10_000.into()));
    let page = folder.path().join("bill.html");
    prints(at(&["bill", &shop.customer, days, "--format", "html", "--out"]).arg(&page));
    assert!(std::fs::read_to_string(&page).expect("it is there").contains("100.00 EUR"));
    assert!(fails(&mut at(&["bill", &shop.customer, "2026-13"])).contains("422 invalid-value"));

    let table = prints(&mut at(&["export", "postings", "--from", "2020-01-01T00:00:00+00:00"]));
    assert_eq!(table.lines().filter(|line| line.contains("FundsAdded")).count(), 2, "{table}");
    let file = folder.path().join("balance.parquet");
    prints(at(&["export", "trial-balance", "--format", "parquet", "--out"]).arg(&file));
    assert!(std::fs::read(&file).expect("it is there").starts_with(b"PAR1"));
    let refused = fails(at(&["export", "postings", "--by", "day", "--out"]).arg(folder.path().join("none")));
    assert!(refused.contains("400 malformed-request") && !folder.path().join("none").exists(), "{refused}");

    assert!(prints(&mut at(&["period", "close", "2020-01"])).contains("postings_sha256"));
    assert!(prints(&mut at(&["period", "verify", "2020-01"])).contains(r#""verified": true"#));
    assert!(prints(&mut at(&["period", "list"])).contains("2020-01"));
    assert!(fails(&mut at(&["period", "close", "2020-01"])).contains("409 period-closed"));
    assert_eq!(server.stop().code, Some(0));
}
