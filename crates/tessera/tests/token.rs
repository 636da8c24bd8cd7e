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
