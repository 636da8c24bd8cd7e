//! A cell to test: the real binary, with a caller of every role and no limit that a test would reach.

use std::{
    env, fs,
    io::{BufRead, BufReader, Lines},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::{ci, repo, terminal::Terminal};

/// The customer, and the party that meters.
pub const CUSTOMER: &str = "pty_01m85gr2mdf2jbcnev4w7rg63m";
/// Its meter's party.
pub const METER: &str = "pty_01m85gr2mdf2jbcnev4w7rg63n";

/// All that it limits by time.
const LIMITS: &[&str] = &["operator", "customer", "meter", "stranger", "quotes", "purchases", "device_purchases"];

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Without a credential.
    Nobody,
    /// [`CUSTOMER`].
    Customer,
    /// [`METER`].
    Meter,
    /// The operator, on its own side.
    Operator,
}

/// A cell being served.
pub struct Cell {
    child: Child,
    public: String,
    admin: String,
    customer: String,
    meter: String,
    operator: String,
    // The pipe stays open: what it says at its end must not fail.
    _lines: Lines<BufReader<ChildStdout>>,
}

impl Cell {
    /// Builds the binary and serves an empty cell from this folder, which is made anew.
    pub fn start(folder: &Path) -> Result<Self> {
        let built = ci::cargo(Terminal::detect()).args(["build", "--package", "tessera"]).status();
        ensure!(built.context("starting cargo")?.success(), "`cargo build --package tessera` failed");
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
        }
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        let (customer, meter) = (credential("customer", CUSTOMER)?, credential("meter", METER)?);
        let config = folder.join("tessera.toml");
        let text = format!("{}{}{}", limits(), customer.config, meter.config);
        fs::write(&config, text).with_context(|| format!("writing {}", config.display()))?;
        let mut serve = tessera()?;
        serve.args(["serve", "--network-driver", "twin", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
        serve.args(["--delivered-by-others", "inference,security"]);
        serve.args(["--log", "warn", "--config"]).arg(&config).arg("--data").arg(folder.join("data"));
        let mut child = serve.stdout(Stdio::piped()).spawn().context("starting tessera")?;
        let out = child.stdout.take().context("its output is piped")?;
        let mut lines = BufReader::new(out).lines();
        // Its first three lines: where it serves, where its operator's side is, where the operator's secret is.
        let said: Vec<String> = lines.by_ref().take(3).collect::<Result<_, _>>()?;
        ensure!(said.len() == 3, "tessera does not serve: it said {said:?}");
        let last = |at: usize| said[at].split_whitespace().next_back().unwrap_or_default().to_owned();
        let operator = fs::read_to_string(last(2)).with_context(|| format!("reading {}", last(2)))?.trim().to_owned();
        let (customer, meter) = (customer.secret, meter.secret);
        Ok(Self { child, public: last(0), admin: last(1), customer, meter, operator, _lines: lines })
    }

    /// Where this caller calls.
    pub fn base(&self, role: Role) -> &str {
        if role == Role::Operator { &self.admin } else { &self.public }
    }

    /// What it calls with.
    pub fn secret(&self, role: Role) -> Option<&str> {
        match role {
            Role::Nobody => None,
            Role::Customer => Some(&self.customer),
            Role::Meter => Some(&self.meter),
            Role::Operator => Some(&self.operator),
        }
    }

    /// Ends it; one that ended by itself is a failure.
    pub fn stop(mut self) -> Result<()> {
        let ended = self.child.try_wait().context("asking for tessera")?;
        ensure!(ended.is_none(), "tessera ended by itself: {ended:?}");
        Ok(())
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        // One that is gone already is what was wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Credential {
    secret: String,
    config: String,
}

fn credential(role: &str, party: &str) -> Result<Credential> {
    let output = tessera()?.args(["credential", "--role", role, "--party", party]).output();
    let config = String::from_utf8(output.context("starting tessera credential")?.stdout)?;
    let secret = config.split_once("Bearer ").and_then(|(_, rest)| rest.split_whitespace().next());
    Ok(Credential { secret: secret.context("tessera credential prints a secret")?.to_owned(), config })
}

/// The binary, without anything of our own environment that it would take as an option.
fn tessera() -> Result<Command> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or(repo::root()?.join("target"), Into::into);
    let mut command = Command::new(target.join("debug/tessera"));
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TESSERA_")) {
        command.env_remove(name);
    }
    Ok(command)
}

fn limits() -> String {
    let line = |name: &&str| format!("{name} = {{ requests = 1000000, window_s = 1 }}\n");
    format!("[limits]\n{}requests_in_flight = 1000\n", LIMITS.iter().map(line).collect::<String>())
}
