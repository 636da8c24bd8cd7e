//! The real binary as a child process, and a caller of its API.

pub mod shop;

use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;
use ureq::Agent;
use ureq::http::Request;

/// A cell served by a process of its own.
pub struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    /// Where it serves everyone.
    pub base: String,
    /// Where it serves its operator.
    pub admin: String,
    /// What it printed until it served.
    pub said: String,
}

/// How a process ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; none when it was killed.
    pub code: Option<i32>,
    /// What it printed since it served.
    pub said: String,
}

/// `tessera`, without anything of this process's own environment that it would take as an option.
pub fn tessera() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    for name in [
        "CONFIG",
        "DATA",
        "LISTEN",
        "ADMIN_LISTEN",
        "CELL",
        "LOG",
        "LOG_FORMAT",
        "OTLP_ENDPOINT",
        "NETWORK_DRIVER",
        "KEY",
        "KEY_FILE",
        "URL",
        "ADMIN_URL",
        "SECRET_FILE",
    ] {
        command.env_remove(format!("TESSERA_{name}"));
    }
    command
}

/// `tessera serve` on free ports.
pub fn serve(data: &Path) -> Command {
    let mut command = tessera();
    command.env("TESSERA_LISTEN", "127.0.0.1:0").env("TESSERA_ADMIN_LISTEN", "127.0.0.1:0");
    command.env("TESSERA_DELIVERED_BY_OTHERS", "connectivity,experience,slice,satellite,compute,inference,security");
    command.env("TESSERA_LOG", "warn").args(["serve", "--data"]).arg(data);
    command
}

impl Server {
    /// Starts it and waits until it says where it serves.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary runs");
        let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut said = String::new();
        // Three lines: where it serves, where its operator's side is, and where the operator's secret is.
        while said.lines().count() < 3 && out.read_line(&mut said).expect("it prints text") > 0 {}
        let mut addresses = said.split_whitespace().filter(|word| word.starts_with("http")).map(str::to_owned);
        let (base, admin) = (addresses.next().unwrap_or_default(), addresses.next().unwrap_or_default());
        assert!(!admin.is_empty(), "it does not serve: {said} {:?}", child.try_wait());
        Self { child, out, base, admin, said }
    }

    /// Sends a signal, by its name.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().expect("kill runs").success());
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Ended {
        let mut said = String::new();
        self.out.read_to_string(&mut said).expect("it prints text");
        let code = self.child.wait().expect("it ends").code();
        Ended { code, said }
    }

    /// Asks it to stop, and waits.
    pub fn stop(self) -> Ended {
        self.signal("TERM");
        self.wait()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Of a test that failed; one that was waited for is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A caller with a bearer secret.
#[derive(Clone)]
pub struct Caller {
    agent: Agent,
    base: String,
    secret: String,
}

impl Caller {
    /// Calls the cell at `base`.
    pub fn new(base: &str, secret: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).max_idle_connections(0);
        let agent = config.timeout_global(Some(Duration::from_secs(20))).build().new_agent();
        Self { agent, base: base.to_owned(), secret: secret.to_owned() }
    }

    /// Calls the operator's side as the operator of a data folder.
    pub fn operator(server: &Server, data: &Path) -> Self {
        let secret = std::fs::read_to_string(data.join("operator.secret")).expect("the secret is there");
        Self::new(&server.admin, secret.trim())
    }

    /// Status and body; `None` when no answer came. A key for repeating it is sent when `key` is not empty.
    pub fn try_call(&self, method: &str, path: &str, key: &str, body: &Value) -> Option<(u16, Value)> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        request = request.header("authorization", format!("Bearer {}", self.secret));
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        let answered = if body.is_null() {
            self.agent.run(request.body(()).expect("a sound request"))
        } else {
            let request = request.header("content-type", "application/json");
            self.agent.run(request.body(body.to_string()).expect("a sound request"))
        };
        let mut answer = answered.ok()?;
        let text = answer.body_mut().read_to_string().ok()?;
        Some((answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    /// The body of an answer that must come with `status`.
    pub fn get(&self, path: &str, status: u16) -> Value {
        self.expect(status, ("GET", path), "", &Value::Null)
    }

    /// The same, sending something.
    pub fn post(&self, path: &str, body: &Value, status: u16) -> Value {
        self.expect(status, ("POST", path), "", body)
    }

    /// The same, under an idempotency key.
    pub fn post_keyed(&self, path: &str, key: &str, body: &Value, status: u16) -> Value {
        self.expect(status, ("POST", path), key, body)
    }

    fn expect(&self, status: u16, (method, path): (&str, &str), key: &str, body: &Value) -> Value {
        let (found, answer) = self.try_call(method, path, key, body).expect("it is answered");
        assert_eq!(found, status, "{method} {path}: {answer}");
        answer
    }
}

/// What a command says when it fails, and that it fails.
pub fn fails(command: &mut Command) -> String {
    let Output { status, stderr, .. } = command.output().expect("the binary runs");
    let said = String::from_utf8_lossy(&stderr).into_owned();
    assert!(!status.success(), "it must fail: {said}");
    said
}

/// What a command prints when it succeeds, and that it does.
pub fn prints(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("the binary runs");
    assert!(status.success(), "it must succeed: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8_lossy(&stdout).into_owned()
}

/// Text of a member.
pub fn text(value: &Value, name: &str) -> String {
    value[name].as_str().expect("the member is text").to_owned()
}

/// A file with this text in a folder.
pub fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("the file is written");
    path
}
