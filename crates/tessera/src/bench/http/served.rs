//! A cell on its own journal, served on a loopback port by its own threads.

use super::identity::{Identity, issuer};
use anyhow::Context;
use engine::Role;
use journal::{SqliteStore, Store};
use node::{Cell, CellSecret, Entitlements, Gate, Keyring, Vault};
use northbound::{App, ClientKey, Credential, Credentials, Limits, Listening, Rate, Uptime};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use types::{CellId, PartyId};

/// A cell that is being served.
pub struct Served {
    /// Where.
    pub address: SocketAddr,
    cell: Cell,
    threads: Runtime,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

/// A cell before it is served.
pub struct Idle {
    store: Arc<dyn Store>,
    cell: Cell,
    threads: Runtime,
}

/// Who may call: the secret of each, as whom.
pub struct Caller {
    /// The bearer secret.
    pub secret: String,
    /// As what.
    pub role: Role,
    /// For whom.
    pub party: PartyId,
}

impl Caller {
    /// As the client shows it.
    pub fn identity(&self) -> anyhow::Result<Identity> {
        Identity::bearer(&self.secret)
    }
}

impl Idle {
    /// Starts a cell in a folder.
    pub fn start(data: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(data)?;
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(data, CellId(1))?);
        let cell = Cell::start(&store)?;
        let threads = threads("bench-cell")?;
        Ok(Self { store, cell, threads })
    }

    /// Gets a world into it.
    pub fn fill<T>(&self, world: impl AsyncFnOnce(&Gate) -> anyhow::Result<T>) -> anyhow::Result<T> {
        self.threads.block_on(world(self.cell.gate()))
    }

    /// Serves it, as `serve` does; with an issuer of access tokens for one client that is a meter of this party.
    pub fn serve(self, callers: &[Caller], client: Option<(&ClientKey, PartyId)>) -> anyhow::Result<Served> {
        let secret = CellSecret::new([7; 32]);
        let vault = Vault::open(&*self.store, &secret)?;
        let credentials = callers.iter().map(|caller| Credential {
            secret_sha256: Credentials::hash(&caller.secret),
            role: caller.role,
            party: caller.party,
        });
        // What a run asks for altogether is asked by few: what is counted is counted, and nobody meets a limit.
        let most = Rate::new(northbound::limits::RATE_REQUESTS_MAX, 1)?;
        let limits = Limits { customer: most, meter: most, quotes: most, purchases: most, ..Limits::default() };
        let keyring = Arc::new(Keyring::in_memory(&secret)?);
        let entitlements = Entitlements::new(Arc::clone(&keyring));
        let mut app = App::new(self.cell.gate().clone(), vault, entitlements, Credentials::new(credentials)?)
            .with_limits(&limits, &Uptime::default());
        if let Some((key, party)) = client {
            app = app.with_oauth(issuer(key, party, &keyring)?);
        }
        let listener = self.threads.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let serving = self.threads.spawn(northbound::serve(Listening::public(listener), app, async {
            // Whoever drops the sender wants it to stop, too.
            let _ = stopped.await;
        }));
        Ok(Served { address, cell: self.cell, threads: self.threads, stop, serving })
    }
}

impl Served {
    /// Stops serving, makes everything durable, and ends.
    pub fn stop(self) -> anyhow::Result<()> {
        // A server that is gone already needs no telling.
        let _ = self.stop.send(());
        self.threads.block_on(self.serving).context("serving ended in a panic")??;
        self.cell.stop();
        Ok(())
    }
}

/// As many threads as `serve` has; named, for whoever looks where the time goes.
pub fn threads(name: &str) -> anyhow::Result<Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().thread_name(name).enable_all().build()?)
}
