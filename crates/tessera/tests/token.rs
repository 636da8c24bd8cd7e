//! `tessera token`: a real entitlement, looked into and verified with the published keys alone.

#[expect(dead_code, reason = "serving is tried in `serve.rs`")]
mod support;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::{Caller, Server, fails, file, prints, serve, shop, tessera, text};
use tempfile::{TempDir, tempdir};
use tessera_token::{Narrowing, attenuate};

/// What a cell issued before it was stopped: verification needs nothing of it.
struct Issued {
    folder: TempDir,
    token: Value,
    keys: PathBuf,
}

impl Issued {
    fn new() -> Self {
        let folder = tempdir().expect("a folder");
        let data = folder.path().join("data");
        let server = Server::start(&mut serve(&data));
        let operator = Caller::operator(&server, &data);
        let order = shop::open(&operator).order();
        let token = operator.post_keyed("/v1/orders", "one", &order, 201);
        let keys = published(&server, folder.path());
        assert_eq!(server.stop().code, Some(0));
        Self { folder, token, keys }
    }

    fn entitlement(&self) -> String {
        text(&self.token, "entitlement")
    }

    /// `tessera token verify` of a text for a call.
    fn verify(&self, text: &str, capability: &str, qos: &str) -> Command {
        let mut command = tessera();
        command.args(["token", "verify", text, "--capability", capability, "--qos", qos, "--keys"]).arg(&self.keys);
        command
    }

    /// The same for the call that was bought.
    fn verify_bought(&self) -> Command {
        self.verify(&self.entitlement(), "inference", "QOS_CALLS")
    }

    /// The same for what its holder narrowed to one operation in its place.
    fn verify_narrowed(&self) -> Command {
        let cell = self.token["place"][0].as_str().and_then(|cell| u64::from_str_radix(cell, 16).ok());
        let narrowing = Narrowing::new().op("activate").cells(cell);
        let narrowed = attenuate(&self.entitlement(), &narrowing).expect("it can be narrowed");
        self.verify(&narrowed, "inference", "QOS_CALLS")
    }
}

/// The key set as it is published, to whoever asks.
fn published(server: &Server, folder: &Path) -> PathBuf {
    let keys = Caller::new(&server.base, "nobody").get("/v1/keys", 200);
    file(folder, "keys.json", &keys.to_string())
}

#[test]
fn what_was_bought_verifies_and_nothing_else() {
    let issued = Issued::new();
    let said = prints(&mut issued.verify_bought());
    assert_eq!(said, format!("verified: {} may be used for this\n", text(&issued.token, "id")));
    let cell = issued.token["place"][0].as_str().expect("it is of a place").to_owned();
    assert_eq!(prints(issued.verify_narrowed().args(["--cell", &cell])), said);
    for (refused, reason) in [
        (&mut issued.verify(&issued.entitlement(), "experience", "QOS_CALLS"), "capability is outside the grant"),
        (&mut issued.verify(&issued.entitlement(), "inference", "QOS_XR"), "qos is outside the grant"),
        (issued.verify_narrowed().args(["--cell", "8819691001fffff"]), "block 1 allows only in 1 cells"),
        (issued.verify_narrowed().args(["--cell", &cell, "--op", "resell"]), "block 1 allows only to activate"),
        (issued.verify_bought().args(["--at-ms", "1000"]), "not valid before"),
        (issued.verify_bought().args(["--at-ms", "9999999999999"]), "expired at"),
    ] {
        let said = fails(refused);
        assert!(said.starts_with("error: ") && said.contains(reason), "`{reason}` is missing in: {said}");
    }
}

#[test]
fn the_keys_of_another_cell_verify_nothing() {
    let issued = Issued::new();
    let data = issued.folder.path().join("other");
    let server = Server::start(&mut serve(&data));
    let others = published(&server, issued.folder.path());
    let mut command = tessera();
    command.args(["token", "verify", &issued.entitlement(), "--keys"]).arg(others);
    let said = fails(&mut command);
    assert!(said.contains("the token's signature is wrong"), "{said}");

    let mut changed = issued.entitlement();
    let middle = changed.len() / 2;
    let other = if changed.as_bytes()[middle] == b'A' { "B" } else { "A" };
    changed.replace_range(middle..=middle, other);
    let said = fails(tessera().args(["token", "verify", &changed, "--keys"]).arg(&issued.keys));
    assert!(said.starts_with("error: "), "{said}");
    let no_keys = file(issued.folder.path(), "no-keys.json", "{}");
    let said = fails(tessera().args(["token", "verify", &changed, "--keys"]).arg(no_keys));
    assert!(said.contains("no-keys.json is not a key set"), "{said}");
}

#[test]
fn a_token_is_looked_into_without_a_key() {
    let issued = Issued::new();
    let (id, entitlement) = (text(&issued.token, "id"), issued.entitlement());
    let shown: Value =
        serde_json::from_str(&prints(tessera().args(["token", "inspect", &entitlement]))).expect("it is JSON");
    assert_eq!(shown["grant"]["ent"], id.as_str());
    let text = file(issued.folder.path(), "token.txt", &format!("{entitlement}\n"));
    let input = std::fs::File::open(text).expect("it is there");
    let piped = prints(tessera().args(["token", "inspect", "-"]).stdin(Stdio::from(input)));
    assert_eq!(serde_json::from_str::<Value>(&piped).expect("it is JSON"), shown);
    let said = fails(tessera().args(["token", "inspect", "hello"]));
    assert!(said.contains("this is not an entitlement"), "{said}");
}

/// A cell's caller on the command line.
fn at(command: &mut Command, server: &Server, data: &Path) -> String {
    let secret = data.join("operator.secret");
    let command = command.env("TESSERA_URL", &server.base).env("TESSERA_ADMIN_URL", &server.admin);
    prints(command.env("TESSERA_SECRET_FILE", secret))
}

#[test]
fn a_token_goes_from_holder_to_holder_and_is_revoked() {
    let folder = tempdir().expect("a folder");
    let data = folder.path().join("data");
    let server = Server::start(&mut serve(&data));
    let keys = published(&server, folder.path());
    let path = |name: &str| folder.path().join(name);
    let new_holder = |name: &str| prints(tessera().args(["token", "new-holder"]).arg(path(name))).trim().to_owned();
    let (first, second) = (new_holder("first.key"), new_holder("second.key"));
    assert!(fails(tessera().args(["token", "new-holder"]).arg(path("first.key"))).contains("could not make"));
    let operator = Caller::operator(&server, &data);
    let mut order = shop::open(&operator).order();
    order["holder"] = first.as_str().into();
    let token = Caller::new(&server.base, &secret_of(&data)).post_keyed("/v1/orders", "one", &order, 201);
    let text = text(&token, "entitlement");

    let narrowed = prints(tessera().args(["token", "attenuate", &text, "--op", "activate", "--units-max", "s=60"]));
    let delegate = |key: &str| {
        let mut command = tessera();
        command.args(["token", "delegate", narrowed.trim(), "--to", &second, "--holder-key"]).arg(path(key));
        command
    };
    assert!(fails(&mut delegate("second.key")).contains("not the one of the token's holder"));
    let child = prints(&mut delegate("first.key")).trim().to_owned();
    let body = file(folder.path(), "body.json", "{}");
    let prove = |key: &str| {
        let mut command = tessera();
        command.args(["token", "prove", &child, "--holder-key"]).arg(path(key)).arg("--body").arg(&body);
        prints(&mut command).trim().to_owned()
    };
    let cell = token["place"][0].as_str().expect("it is of a place").to_owned();
    let verify = || {
        let mut command = tessera();
        command.args(["token", "verify", &child, "--capability", "inference", "--qos", "QOS_CALLS", "--cell", &cell]);
        command.arg("--body").arg(&body).arg("--keys").arg(&keys);
        command
    };
    assert!(fails(&mut verify()).contains("no proof of it was given"));
    assert!(fails(verify().args(["--proof", &prove("first.key")])).contains("proof is wrong"));
    let said = prints(verify().args(["--proof", &prove("second.key")]));
    assert!(said.starts_with("verified: tok_"), "{said}");

    let list = |name: &str| {
        let list = Caller::new(&server.base, "nobody").get("/v1/revocations", 200);
        file(folder.path(), name, &list.to_string())
    };
    let before = list("before.json");
    assert_eq!(prints(verify().args(["--proof", &prove("second.key"), "--revocations"]).arg(&before)), said);
    let revoked = at(tessera().args(["token", "revoke", &child]), &server, &data);
    assert!(revoked.starts_with("revoked: block "), "{revoked}");
    let after = list("after.json");
    let refused = fails(verify().args(["--proof", &prove("second.key"), "--revocations"]).arg(&after));
    assert!(refused.contains("block 2 of the token was revoked"), "{refused}");
    let late = (node::wall_clock().as_ms() + 11 * 60_000).to_string();
    let refused = fails(verify().args(["--at-ms", &late, "--revocations"]).arg(&after));
    assert!(refused.contains("is out of date"), "{refused}");
    file(
        folder.path(),
        "after.json",
        &std::fs::read_to_string(&after).expect("it is there").replace("signature", "sig"),
    );
    let refused = fails(verify().args(["--revocations"]).arg(&after));
    assert!(refused.contains("cannot be trusted"), "{refused}");
    let whole = at(tessera().args(["token", "revoke", "--id", &support::text(&token, "id")]), &server, &data);
    assert!(whole.starts_with("revoked: every text of tok_"), "{whole}");
    assert_eq!(server.stop().code, Some(0));
}

fn secret_of(data: &Path) -> String {
    std::fs::read_to_string(data.join("operator.secret")).expect("it is there").trim().to_owned()
}

#[test]
fn what_a_narrowing_cannot_be_is_said() {
    let refused = |options: &[&str]| fails(tessera().args(["token", "attenuate", "x"]).args(options));
    assert!(refused(&[]).contains("nothing is taken away"));
    assert!(refused(&["--from-ms", "5", "--to-ms", "5"]).contains("--from-ms must be before --to-ms"));
    assert!(refused(&["--op", "activate"]).contains("the token is malformed"));
}

#[test]
fn keys_rotate_and_what_was_signed_lives_on() {
    let folder = tempdir().expect("a folder");
    let data = folder.path().join("data");
    let server = Server::start(&mut serve(&data));
    let keys = |words: &[&str]| at(tessera().args(["token", "keys"]).args(words), &server, &data);
    assert!(keys(&["list"]).starts_with("1  entitlement  signing  from "));
    assert!(keys(&["rotate", "--in-s", "0"]).starts_with("key 3 signs from "));
    assert!(keys(&["list"]).contains("3  entitlement  signing"));
    assert_eq!(keys(&["withdraw", "1"]), "key 1 is withdrawn\n");
    let mut again = tessera();
    again.args(["token", "keys", "withdraw", "3", "--admin-url", &server.admin, "--secret-file"]);
    let said = fails(again.arg(data.join("operator.secret")));
    assert!(said.contains("signing-keys-conflict") && said.contains("rotate first"), "{said}");
    assert_eq!(server.stop().code, Some(0));
    let server = Server::start(&mut serve(&data));
    let kids = Caller::new(&server.base, "nobody").get("/v1/keys", 200);
    assert_eq!(
        kids["keys"].as_array().map(|keys| keys.iter().map(|key| text(key, "kid")).collect::<Vec<_>>()),
        Some(vec!["3".to_owned()])
    );
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn a_secret_is_sealed_under_the_key_of_its_operator() {
    let folder = tempdir().expect("a folder");
    let data = folder.path().join("data");
    let kept = || std::fs::read_to_string(data.join("cell.key")).expect("it is there");
    let public = |server: &Server| Caller::new(&server.base, "nobody").get("/v1/keys", 200);
    let [old, new] = ["ab", "cd"].map(|byte| file(folder.path(), byte, &format!("{}\n", byte.repeat(32))));
    let server = Server::start(&mut serve(&data));
    let before = public(&server);
    assert_eq!(server.stop().code, Some(0));
    assert!(kept().starts_with("tessera-cell-key/1 plain "));

    let opened = |command: &mut Command| {
        let server = Server::start(command);
        assert_eq!(public(&server), before, "it is the same cell");
        assert_eq!(server.stop().code, Some(0));
    };
    opened(serve(&data).arg("--key-file").arg(&old));
    assert!(kept().starts_with("tessera-cell-key/1 xchacha20poly1305 "), "the first start with a key seals");
    opened(serve(&data).env("TESSERA_KEY", "ab".repeat(32)));
    let said = fails(&mut serve(&data));
    assert!(said.contains("is sealed") && said.contains("--key-file"), "{said}");
    let said = fails(serve(&data).arg("--key-file").arg(&new));
    assert!(said.contains("does not open"), "{said}");
    let said = fails(serve(&data).env("TESSERA_KEY", "short"));
    assert!(said.contains("64 hexadecimal digits"), "{said}");

    let rewrap = |from: &Path| {
        let mut command = tessera();
        command.args(["token", "keys", "rewrap", "--data"]).arg(&data).arg("--key-file").arg(from);
        command
    };
    assert!(fails(rewrap(&new).arg("--new-key-file").arg(&new)).contains("does not open"));
    assert_eq!(prints(rewrap(&old).arg("--new-key-file").arg(&new)), "the cell's secret is sealed under the new key\n");
    opened(serve(&data).arg("--key-file").arg(&new));
    assert_eq!(prints(&mut rewrap(&new)), "the cell's secret is no longer sealed\n");
    opened(&mut serve(&data));

    let signing = data.join("signing.keys");
    let keys = std::fs::read(&signing).expect("they are there");
    std::fs::remove_file(&signing).expect("removed");
    assert!(fails(&mut serve(&data)).contains("signing.keys is missing"));
    std::fs::write(&signing, "tessera-signing-keys/1 00").expect("written");
    assert!(fails(&mut serve(&data)).contains("do not open"));
    std::fs::write(&signing, keys).expect("put back");
    opened(&mut serve(&data));
}

#[test]
fn a_folder_from_before_keys_were_drawn_goes_on() {
    let folder = tempdir().expect("a folder");
    let data = folder.path().join("data");
    assert_eq!(Server::start(&mut serve(&data)).stop().code, Some(0));
    let kept = std::fs::read_to_string(data.join("cell.key")).expect("it is there");
    let bare = kept.trim().trim_start_matches("tessera-cell-key/1 plain ").to_owned();
    file(&data, "cell.key", &bare);
    std::fs::remove_file(data.join("signing.keys")).expect("removed");
    assert_eq!(Server::start(&mut serve(&data)).stop().code, Some(0));
    assert_eq!(
        std::fs::read_to_string(data.join("cell.key")).expect("it is there"),
        kept,
        "its form has a version now"
    );
    assert!(data.join("signing.keys").exists());
}
