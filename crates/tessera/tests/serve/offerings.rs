//! Offerings, prices and guard rails from files, at a cell of its own.

use super::support::{Caller, Server};
use super::{file, prints, serve, tessera};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::tempdir;

/// The sample's files.
fn catalogue(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sample/catalogue").join(name)
}

/// A command to the cell of a folder.
fn ask(server: &Server, data: &Path, words: &[&str]) -> Command {
    let mut command = tessera();
    command.env("TESSERA_ADMIN_URL", &server.admin).env("TESSERA_SECRET_FILE", data.join("operator.secret"));
    command.args(words);
    command
}

/// What it printed, what it complained of, and its exit code.
fn ended(command: &mut Command) -> (String, String, Option<i32>) {
    let Output { status, stdout, stderr } = command.output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (text(stdout), text(stderr), status.code())
}

#[test]
fn offerings_are_published_shown_repriced_and_retired_from_files() {
    let folder = tempdir().expect("a folder");
    let data = folder.path().join("data");
    let server = Server::start(&mut serve(&data));
    let (plan, slice) = (catalogue("ai-plan-10m.toml"), catalogue("port-slice-month.toml"));
    let publish = |files: &[&Path]| {
        let mut command = ask(&server, &data, &["offerings", "publish"]);
        command.args(files);
        command
    };
    // Nothing is published while a file is wrong, nor by a dry run.
    let wrong = file(folder.path(), "wrong.toml", "name = 1");
    let (out, said, code) = ended(&mut publish(&[&plan, &wrong]));
    assert_eq!((out.as_str(), code), ("", Some(1)));
    assert!(said.contains("wrong.toml") && said.contains("line 1"), "{said}");
    let mut dry = tessera();
    let dry = prints(dry.args(["offerings", "publish", "--dry-run"]).arg(&plan));
    assert!(dry.contains("AI plan: 9.90 EUR each month"), "{dry}");
    assert_eq!(prints(&mut ask(&server, &data, &["offerings", "list"])), "");

    let id = "off_01j5800000e0080000000000g7";
    let out = prints(&mut publish(&[&plan]));
    assert!(out.starts_with(&format!("{id} published: AI plan, 10 million tokens a month")), "{out}");
    // Once more, with another: what is there is said, and the other one is published.
    let (out, said, code) = ended(&mut publish(&[&plan, &slice]));
    assert!(out.starts_with(&format!("{id} already there: ")) && out.contains(" published: Port slice"), "{out}");
    assert!(said.contains("1 of 2 there already"), "{said}");
    assert_eq!(code, Some(1));
    let list = prints(&mut ask(&server, &data, &["offerings", "list"]));
    assert_eq!(list.lines().count(), 2, "{list}");
    assert!(
        list.contains("published inference    AI plan, 10 million tokens a month: AI plan: 9.90 EUR each month"),
        "{list}"
    );

    // Another price: a plan by itself, or the file with its new price; not that of another offering.
    let cheaper = "currency = \"EUR\"\ncomponents = [{ name = \"AI plan\", charge = \"recurring\", period = \"1 month\", amount = \"8.90\" }]";
    let cheaper = file(folder.path(), "cheaper.toml", cheaper);
    let said = prints(ask(&server, &data, &["offerings", "price", id]).arg(&cheaper));
    assert!(said.contains("version 1") && said.contains("AI plan: 8.90 EUR each month"), "{said}");
    let again = prints(ask(&server, &data, &["offerings", "price", id]).arg(&plan));
    assert!(again.contains("version 2") && again.contains("9.90 EUR"), "{again}");
    let (_, said, code) = ended(ask(&server, &data, &["offerings", "price", id]).arg(&slice));
    assert!(code == Some(1) && said.contains("not of off_01j5800000e0080000000000g7"), "{said}");

    let shown = prints(&mut ask(&server, &data, &["offerings", "show", id]));
    assert!(shown.contains("version 2 of its price") && shown.contains("sold to: everyone"), "{shown}");
    let shown = prints(&mut ask(&server, &data, &["offerings", "show", id, "--json"]));
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!(shown["terms"]["volume"], json!({"unit": "llm_token", "quantity": 10_000_000}));
    prints(&mut ask(&server, &data, &["offerings", "retire", id]));
    let list = prints(&mut ask(&server, &data, &["offerings", "list"]));
    assert!(list.contains(&format!("{id} retired ")), "{list}");
    let (_, said, code) = ended(&mut ask(&server, &data, &["offerings", "retire", "off_01j5800000e0080000000000gz"]));
    assert!(code == Some(1) && said.contains("unknown-offering"), "{said}");
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn the_whole_catalogue_is_accepted_by_a_cell() {
    let folder = tempdir().expect("a folder");
    let server = Server::start(&mut serve(folder.path()));
    let files = std::fs::read_dir(catalogue("")).expect("the folder can be listed");
    let files: Vec<PathBuf> = files.map(|entry| entry.expect("an entry").path()).collect();
    let published = prints(ask(&server, folder.path(), &["offerings", "publish"]).args(&files));
    assert_eq!((published.lines().count(), published.matches(" published: ").count()), (files.len(), files.len()));
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn bid_prices_and_rails_are_loaded_from_files_and_shown_in_words() {
    let folder = tempdir().expect("a folder");
    let server = Server::start(&mut serve(folder.path()));
    let operator = Caller::operator(&server, folder.path());
    prints(ask(&server, folder.path(), &["offerings", "publish"]).arg(catalogue("xr-session.toml")));
    let quiet = operator.try_call("PUT", "/v1/profiles/0", "", &json!({"hourly_ppm": vec![0; 168]}));
    assert!(quiet.as_ref().is_some_and(|(status, _)| (200..300).contains(status)), "{quiet:?}");
    let mast = json!({
        "name": "mast", "class": "radio_macro", "covers": ["881969c9b3fffff"], "nominal": 1_000, "floor_ppm": 0, "profile": 0,
    });
    operator.post("/v1/resources", &mast, 201);
    let bids = |words: &[&str]| ask(&server, folder.path(), words);
    assert!(prints(&mut bids(&["bids", "show"])).contains("no bid prices count now"));
    // An hour that is far off enough whenever this runs, and near enough for the calendar.
    let hour = 3_600_000;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_millis();
    let text =
        |ms: u128| jiff::Timestamp::from_millisecond(i64::try_from(ms).expect("this age")).expect("a time").to_string();
    let from = (now / hour + 2) * hour;
    let table = format!("resource,from,value\nmast,{},2575\nmast,{},2008\n", text(from), text(from + hour));
    let table = file(folder.path(), "prices.csv", &table);
    let said = prints(bids(&["bids", "load"]).arg(&table));
    assert!(
        said.starts_with(&format!("loaded for 1 resources, from {} to {}", text(from), text(from + 2 * hour))),
        "{said}"
    );
    let shown = prints(&mut bids(&["bids", "show", "--resource", "mast", "--units", "10", "--at", &text(from)]));
    assert!(shown.contains("3.09 EUR") && !shown.contains("2.4096 EUR"), "{shown}");

    let rails = file(folder.path(), "rails.toml", "cap = { plan_ppm = 2_000_000 }\nstep_ppm = 200_000\n");
    let said = prints(bids(&["bids", "set-rails"]).arg(&rails));
    assert!(
        said.contains("never above 200 % of what the plan asks") && said.contains("rises by at most 20 % an hour"),
        "{said}"
    );
    assert_eq!(prints(&mut bids(&["bids", "rails"])), said);
    let usual = prints(&mut bids(&["bids", "drop-rails"]));
    assert!(usual.contains("public_service pays 0 %"), "{usual}");
    let unsound = file(folder.path(), "unsound.toml", "cap = { minor = 5 }\n");
    let (_, said, code) = ended(bids(&["bids", "set-rails"]).arg(&unsound));
    assert!(
        code == Some(1) && said.contains("unsound.toml was not set") && said.contains("guard-rails-unsound"),
        "{said}"
    );
    assert_eq!(server.stop().code, Some(0));
}
