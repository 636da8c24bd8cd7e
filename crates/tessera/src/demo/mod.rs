//! `tessera demo`: one guaranteed-latency token sold, enforced, charged, broken and refunded, over HTTP, before your eyes.

pub mod client;
mod story;

use crate::config::LogFormat;
use crate::running::{Certificates, Doors};
use crate::sample::Remedies;
use crate::{audit, folder, logging, planning, running, sample, telling};
use anyhow::Context;
use clap::{Args, ValueEnum};
use engine::Role;
use journal::Store;
use node::{Southbound, wall_clock};
use northbound::{Credential, Credentials};
use southbound::twin::TwinDriver;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use tokio::net::TcpListener;
use twin::{City, Class, Scope, Twin};
use types::CellId;

/// The cell of the demo.
const CELL: CellId = CellId(1);
/// So little is left of a congested radio cell, in parts per million, that no guarantee can be honoured.
const CONGESTION_PPM: u32 = 999_000;

/// How to show it.
#[derive(Args, Debug)]
pub struct Options {
    /// End after the story instead of serving on
    #[arg(long)]
    once: bool,
    /// Address to serve on; another port is taken when it is in use
    #[arg(long, env = "TESSERA_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: SocketAddr,
    /// Address of the operator's side; another port is taken when it is in use
    #[arg(long, env = "TESSERA_ADMIN_LISTEN", default_value = "127.0.0.1:8081", value_name = "ADDR")]
    admin_listen: SocketAddr,
    /// Data folder, which must be new; a temporary one unless named
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Seed of the city
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Leave one thing out, to see that the story notices
    #[arg(long, value_name = "WHAT")]
    without: Option<Without>,
}

/// What a test leaves out of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Without {
    /// The twin is not congested: no promise is broken
    Congestion,
    /// The offering pays nothing for a broken promise
    Refund,
    /// A byte of the journal is changed behind the cell's back
    Chain,
}

/// Everything the story plays with beside HTTP.
pub struct Stage {
    /// The served cell.
    pub base: String,
    /// Its operator's side.
    pub admin: String,
    /// The operator's bearer secret.
    pub operator: String,
    /// The gamer's app's bearer secret.
    pub gamer: String,
    /// The simulated network.
    pub network: TwinDriver,
    /// What is left out.
    pub without: Option<Without>,
    /// The journal, to be verified.
    pub store: Arc<dyn Store>,
    /// Where the journal is kept.
    pub data: PathBuf,
}

/// Tells the story, then serves on.
pub fn run(options: &Options) -> anyhow::Result<()> {
    logging::start("error", LogFormat::Text, None)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(show(options))
}

async fn show(options: &Options) -> anyhow::Result<()> {
    let began = Instant::now();
    let temporary = tempfile::tempdir().context("could not make a temporary folder")?;
    let data = options.data.clone().unwrap_or_else(|| temporary.path().join("data"));
    let folder = folder::open(&data, CELL, None)?;
    let city = City::sample(options.seed);
    let network = TwinDriver::new(Twin::new(city.clone(), wall_clock(), twin::Config::default()));
    let gamer = folder::new_secret()?;
    let port: Arc<dyn Southbound> = Arc::new(network.clone());
    // The operator of the sample has a known id, so the cell is founded before it is started for good.
    let loaded = load(&folder, &city, options.without).await?;
    let first = sample::customers().into_iter().next().context("the sample has customers")?;
    let credential = Credential { secret_sha256: Credentials::hash(&gamer), role: Role::Customer, party: first.id };
    let (public, admin) = (listen(options.listen).await?, listen(options.admin_listen).await?);
    let doors = Doors { public, admin, sbi: None, certificates: Certificates::default(), on_span: None };
    let web = telling::web(&southbound::web::Config::default())?;
    let plan = planning::beside(&data, planning::Settings::default());
    let running = running::start(&folder, doors, vec![credential], port, web, plan).await?;
    println!("Tessera: a cell on {}, its journal in {}", running.public.address, data.display());
    println!("the network: {}", summary(&city));
    let sample::Loaded { resources, offerings, customers } = loaded;
    println!(
        "loaded in {} ms: {resources} resources, {offerings} offerings, {customers} customers\n",
        began.elapsed().as_millis()
    );
    let stage = Stage {
        base: running.public.to_string(),
        admin: running.admin.to_string(),
        operator: folder.operator_secret.clone(),
        gamer,
        network,
        without: options.without,
        store: Arc::clone(&folder.store),
        data,
    };
    let began = Instant::now();
    let told = tokio::task::spawn_blocking(move || story::tell(&stage).map(|()| stage)).await?;
    match told {
        Err(error) => {
            running.stop().await?;
            Err(error.context("the story did not hold"))
        }
        Ok(stage) => {
            println!("\nThe story held, in {:.1} s.", began.elapsed().as_secs_f64());
            if !options.once {
                linger(&stage).await?;
            }
            running.stop().await
        }
    }
}

/// Loads the sample through a gate, and takes out of it what a test leaves out.
async fn load(folder: &folder::Folder, city: &City, without: Option<Without>) -> anyhow::Result<sample::Loaded> {
    let cell = node::Cell::start(&folder.store)?;
    let remedies = if without == Some(Without::Refund) { Remedies::None } else { Remedies::AsWritten };
    let loaded = sample::load(cell.gate(), CELL, city, remedies).await?;
    tokio::task::spawn_blocking(move || cell.stop()).await?;
    Ok(loaded)
}

fn summary(city: &City) -> String {
    let count = |class| city.elements().iter().filter(|element| element.class == class).count();
    format!(
        "{} radio cells, {} transport links, {} core, {} edge sites, {} places",
        city.radio_cells().count(),
        count(Class::Transport),
        count(Class::Core),
        count(Class::Edge),
        city.places().count()
    )
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    if let Ok(listener) = TcpListener::bind(address).await {
        return Ok(listener);
    }
    let any = SocketAddr::new(address.ip(), 0);
    TcpListener::bind(any).await.with_context(|| format!("could not listen on {any}"))
}

async fn linger(stage: &Stage) -> anyhow::Result<()> {
    let Stage { base, admin, .. } = stage;
    println!("\nIt keeps serving. Look around (interrupt to end):");
    println!("  curl {base}/v1/offerings -H 'Authorization: Bearer {}'", stage.gamer);
    println!("  curl {base}/v1/tokens    -H 'Authorization: Bearer {}'", stage.gamer);
    println!("  curl {admin}/v1/books     -H 'Authorization: Bearer {}'", stage.operator);
    println!("  curl {base}/openapi.json    curl {admin}/metrics    curl {base}/healthz");
    tokio::signal::ctrl_c().await?;
    Ok(())
}

impl Stage {
    /// Takes nearly all of a radio cell away, unless that is what is left out.
    pub fn congest(&self, session: types::SessionId) -> anyhow::Result<String> {
        let mut twin = self.network.twin();
        let radio_cell = twin.read_back(session).context("the network does not carry the session")?.radio_cell;
        let name = twin
            .city()
            .radio_cells()
            .find(|element| element.radio_cell == Some(radio_cell))
            .map(|element| element.name.clone());
        if self.without != Some(Without::Congestion) {
            twin.congest(Scope::RadioCell(radio_cell), CONGESTION_PPM);
        }
        Ok(name.unwrap_or_else(|| radio_cell.to_string()))
    }

    /// Gives it back.
    pub fn clear(&self) {
        self.network.twin().clear(Scope::All);
    }

    /// Verifies the chain and both books as `tessera audit verify` does.
    pub fn verify(&self) -> anyhow::Result<String> {
        if self.without == Some(Without::Chain) {
            story::tamper(&self.data)?;
        }
        audit::verify(&*self.store)
    }
}
