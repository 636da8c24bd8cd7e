//! A real cell with the sample operator on it, served on a port of its own.

use super::expect::Names;
use crate::folder::Folder;
use crate::running::{self, Doors, Running, Servers};
use crate::sample::{self, OPERATOR, Remedies};
use crate::telling;
use anyhow::{Context, bail};
use capacity::Slot;
use engine::state::Grade;
use engine::{Actor, Answer, Command, Role, Wish};
use journal::{Memory, SqliteStore, Store};
use node::{Cell, CellSecret, Clock, Keyring, wall_clock};
use northbound::{Credential, Credentials};
use serde_json::Value;
use southbound::twin::TwinDriver;
use std::net::SocketAddr;
use std::sync::Arc;
use tempfile::TempDir;
use tessera_token::{Narrowing, attenuate};
use tokio::runtime::Runtime;
use twin::{City, Scope, Twin};
use types::{Area, Capability, CellId, Duration, Instant, Month, QuoteId, SessionId, Window};

const CELL: CellId = CellId(1);
/// So little is left of a congested radio cell, in parts per million, that no guarantee can be honoured.
const CONGESTION_PPM: u32 = 999_000;
/// What a scenario calls the sample's customers, in their order.
const CUSTOMERS: [&str; 5] = ["gamer", "milan", "studio", "port", "emergency"];
/// What it calls the offerings.
const OFFERINGS: [&str; 6] = ["boost", "stream", "xr", "call", "slice", "data"];

/// Where the journal of a world is kept.
#[derive(Clone, Copy, Debug)]
pub enum Kept {
    /// In memory.
    Memory,
    /// In a data folder.
    Sqlite,
}

/// A cell and its network.
pub struct World {
    runtime: Runtime,
    folder: Folder,
    running: Option<Running>,
    network: TwinDriver,
    old_quote: QuoteId,
    // Taken away when the world ends.
    _data: TempDir,
}

impl World {
    /// Loads the sample and serves it.
    pub fn start(kept: Kept) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let data = tempfile::tempdir()?;
        let store: Arc<dyn Store> = match kept {
            Kept::Memory => Arc::new(Memory::new(CELL)),
            Kept::Sqlite => Arc::new(SqliteStore::open(data.path(), CELL)?),
        };
        let secret = CellSecret::new([7; 32]);
        let keyring = Arc::new(Keyring::in_memory(&secret).expect("a secret makes keys"));
        let folder = Folder { store, secret, keyring, operator_secret: "operator".to_owned() };
        let city = City::sample(1);
        let network = TwinDriver::new(Twin::new(city.clone(), wall_clock(), twin::Config::default()));
        let old_quote = runtime.block_on(load(&folder.store, &city))?;
        let mut world = Self { runtime, folder, running: None, network, old_quote, _data: data };
        world.serve()?;
        Ok(world)
    }

    /// Where it is served to everyone.
    pub fn base(&self) -> String {
        self.running.as_ref().map(|running| running.public.to_string()).unwrap_or_default()
    }

    /// Where it is served to its operator.
    pub fn admin(&self) -> String {
        self.running.as_ref().map(|running| running.admin.to_string()).unwrap_or_default()
    }

    /// Names that every scenario knows: `$gamer` and the like are parties, `$boost` and the like offerings, `$old_quote`
    /// was issued three minutes ago to the studio, `$slot_0` is when the slot that is running began and `$slot_30` half an
    /// hour later.
    pub fn names(&self) -> anyhow::Result<Names> {
        let parties = CUSTOMERS.into_iter().zip(sample::customers().into_iter().map(|row| row.id.to_string()));
        let drafts = sample::offerings(&City::sample(1))?;
        let offerings = OFFERINGS.into_iter().zip(drafts.into_iter().map(|draft| draft.id.to_string()));
        let others = [("operator", OPERATOR.to_string()), ("old_quote", self.old_quote.to_string())];
        let all = parties.chain(offerings).chain(others).map(|(name, id)| (name.to_owned(), id));
        let slot = Slot::containing(wall_clock()).context("the clock is beyond the last slot")?;
        let later = |slots: u32| (format!("slot_{}", 5 * slots), crate::time::text(slot.after(slots).start()));
        Ok(all
            .chain(calendar(wall_clock()))
            .chain((0..=48).map(later))
            .map(|(name, text)| (name, Value::String(text)))
            .collect())
    }

    /// What the network does next, in a sentence.
    pub fn disturb(&self, sentence: &str) -> anyhow::Result<()> {
        let mut twin = self.network.twin();
        match sentence.split_whitespace().collect::<Vec<_>>()[..] {
            ["congest", "the", "radio", "cell", "of", session] => {
                let flow = twin.read_back(session_id(session)?).context("the network does not carry this session")?;
                let radio_cell = flow.radio_cell;
                twin.congest(Scope::RadioCell(radio_cell), CONGESTION_PPM);
            }
            ["clear", "all", "congestion"] => {
                twin.clear(Scope::All);
            }
            ["lose", "the", "answer", "to", "the", "next", count, "activations"] => {
                twin.faults_mut().activate.time_out_next = count.parse()?;
            }
            ["fail", "the", "next", count, "activations"] => twin.faults_mut().activate.fail_next = count.parse()?,
            ["forget", "all", "flows"] => twin.restart(),
            ["carries", "nothing"] => {
                if let Some(service) = twin.log().iter().find(|service| service.ended.is_none()) {
                    bail!("the network still carries {}", service.session);
                }
            }
            ["carries", session] => {
                twin.read_back(session_id(session)?).context("the network does not carry this session")?;
            }
            _ => bail!("the network does not know how to do this"),
        }
        Ok(())
    }

    /// What happens to the cell itself.
    pub fn command(&mut self, sentence: &str) -> anyhow::Result<()> {
        match sentence {
            "restart" => {
                self.stop()?;
                self.serve()
            }
            _ => bail!("a cell can `restart`"),
        }
    }

    /// Stops it.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        match self.running.take() {
            Some(running) => self.runtime.block_on(running.stop()),
            None => Ok(()),
        }
    }

    fn serve(&mut self) -> anyhow::Result<()> {
        let mut credentials = Vec::new();
        for (name, customer) in CUSTOMERS.iter().zip(sample::customers()) {
            credentials.push(credential(name, Role::Customer, customer.id));
        }
        credentials.push(credential("meter", Role::Meter, OPERATOR));
        let network = Arc::new(self.network.clone());
        let running = self.runtime.block_on(async {
            let any = SocketAddr::from(([127, 0, 0, 1], 0));
            let web = telling::web(&southbound::web::Config { allow_loopback: true, ..Default::default() })?;
            // What a scenario sells is delivered by its network, or by whoever is named in it as a meter.
            let by_others = Capability::ALL.into_iter().collect();
            let servers = Servers { web, payments: None, by_others };
            running::start(&self.folder, Doors::open(any, any)?, credentials, network, servers, None).await
        })?;
        self.running = Some(running);
        Ok(())
    }
}

/// `$month` is the one that is running, `$last_month` the one before, `$month_start` when it began; `$days` is the days around
/// now, as a bill names them.
fn calendar(now: Instant) -> impl Iterator<Item = (String, String)> {
    let text = crate::time::text;
    let day = |at: Instant| format!("{}T00:00:00Z", text(at).get(..10).unwrap_or_default());
    let month = |at: Instant| text(at).get(..7).unwrap_or_default().to_owned();
    let started = Month::parse(&month(now)).map_or(Instant::EPOCH, Month::start);
    let days = format!("{}--{}", day(now.before(Duration::from_days(1))), day(now.after(Duration::from_days(2))));
    let last = month(started.before(Duration::from_ms(1)));
    let all = [("month", month(now)), ("last_month", last), ("month_start", text(started)), ("days", days)];
    all.into_iter().map(|(name, text)| (name.to_owned(), text))
}

/// Loads the sample three minutes ago, and issues a quote to the studio that nobody has taken since.
async fn load(store: &Arc<dyn Store>, city: &City) -> anyhow::Result<QuoteId> {
    let clock = Clock::new(|| wall_clock().before(Duration::from_mins(3)));
    let cell = Cell::start_with(store, clock)?;
    let gate = cell.gate();
    sample::load(gate, CELL, city, Remedies::AsWritten).await?;
    let studio = sample::customers().get(2).context("the sample has a studio")?.id;
    let (party, offering) =
        gate.read(|view| (view.state.party_by_id(studio), view.state.offering_by_id(sample::GAMING_BOOST))).await;
    let (party, offering) = party.zip(offering).context("the sample has a studio and a boost")?;
    let place = Area::new(vec![city.places().next().context("the city has places")?])?;
    let window = Window::starting(gate.clock().now(), Duration::from_hours(1))?;
    let wish =
        Wish { party, offering, window, place, stages: Vec::new(), grade_min: Grade::Empirical, promotion: None };
    let answer = gate.submit(Actor::OPERATOR, Command::IssueQuote(Box::new(wish))).await?;
    let Answer::Quote(quote) = answer else { bail!("asking for a quote answered something else") };
    tokio::task::spawn_blocking(move || cell.stop()).await?;
    Ok(quote)
}

/// `narrow $entitlement to qos QOS_XR as $narrow`: names the narrower one.
pub fn narrow(sentence: &str, names: &mut Names) -> anyhow::Result<()> {
    let words = sentence.split_whitespace().collect::<Vec<_>>();
    let ["narrow", parent, "to", what, value, "as", child] = words[..] else {
        bail!("a token block is like `narrow $entitlement to qos QOS_XR as $narrow`");
    };
    let parent = parent.strip_prefix('$').and_then(|name| names.get(name)).and_then(Value::as_str);
    let parent = parent.context("the entitlement is not known")?;
    let narrowing = match what {
        "qos" => Narrowing::new().qos(value),
        "op" => Narrowing::new().op(value),
        "cell" => Narrowing::new().cells([u64::from_str_radix(value, 16).context("a cell is hexadecimal")?]),
        _ => bail!("it is narrowed to a qos, op or cell"),
    };
    let narrowed = attenuate(parent, &narrowing)?;
    names.insert(child.trim_start_matches('$').to_owned(), Value::String(narrowed));
    Ok(())
}

fn credential(secret: &str, role: Role, party: types::PartyId) -> Credential {
    Credential { secret_sha256: Credentials::hash(secret), role, party }
}

/// A session by our id, or by CAMARA's.
fn session_id(text: &str) -> anyhow::Result<SessionId> {
    if let Ok(id) = SessionId::parse(text) {
        return Ok(id);
    }
    let bits = u128::from_str_radix(&text.replace('-', ""), 16).context("this is no id of a session")?;
    Ok(SessionId::from_u128(bits))
}
