//! A whole cell: writer, network, vault, entitlements, and the HTTP server before them.

use crate::config::OAuth;
use crate::folder::Folder;
use crate::telling;
use anyhow::Context;
use engine::{Actor, Command, Role};
use node::{Cell, CellSecret, Entitlements, Gate, Keyring, Network, Purpose, Southbound, Vault, Web, wall_clock};
use northbound::{App, Credential, Credentials, Listening, Subscribers};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use types::{CellId, PartyId};

/// A cell that is being served.
pub struct Running {
    cell: Cell,
    /// Where it is served to everyone.
    pub address: SocketAddr,
    /// Where it is served to its operator.
    pub admin_address: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<anyhow::Result<()>>>,
}

/// The sockets of a cell.
pub struct Doors {
    /// For everyone.
    pub public: TcpListener,
    /// For the operator.
    pub admin: TcpListener,
}

impl Doors {
    /// Listens on both.
    pub async fn open(public: SocketAddr, admin: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self { public: listen(public).await?, admin: listen(admin).await? })
    }
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("could not listen on {address}"))
}

/// Who may call, beside the operator of the data folder, and for which devices.
#[derive(Default)]
pub struct Callers {
    /// With bearer secrets.
    pub credentials: Vec<Credential>,
    /// With access tokens.
    pub oauth: OAuth,
    /// Which devices are the operator's.
    pub subscribers: Subscribers,
}

impl From<Vec<Credential>> for Callers {
    fn from(credentials: Vec<Credential>) -> Self {
        Self { credentials, ..Self::default() }
    }
}

/// Starts everything.
pub async fn start(
    folder: &Folder,
    doors: Doors,
    callers: impl Into<Callers>,
    port: Arc<dyn Southbound>,
    web: Arc<dyn Web>,
) -> anyhow::Result<Running> {
    let cell = Cell::start(&folder.store)?;
    let vault = Vault::open(&*folder.store, &folder.secret)?;
    let operator = found(cell.gate(), folder.store.cell()).await?;
    let callers = callers.into();
    let own =
        Credential { secret_sha256: Credentials::hash(&folder.operator_secret), role: Role::Operator, party: operator };
    let credentials = Credentials::new(std::iter::once(own).chain(callers.credentials))?;
    let (address, admin_address) = (doors.public.local_addr()?, doors.admin.local_addr()?);
    let oauth = callers.oauth.served_on(address, admin_address);
    let oauth = northbound::OAuth::new(&oauth, &access_secrets(&folder.keyring).iter().collect::<Vec<_>>())
        .context("access tokens are not configured well")?;
    let app = App::new(cell.gate().clone(), vault.clone(), Entitlements::new(Arc::clone(&folder.keyring)), credentials);
    let app = app.with_oauth(oauth).with_subscribers(callers.subscribers);
    let app = if callers.oauth.fetches() { app.with_web(Arc::clone(&web)) } else { app };
    let (stop, stopped) = watch::channel(false);
    let notifier = telling::notifier(folder, cell.gate(), &vault, web)?;
    let app = app.with_notifier(notifier.clone(), stopped.clone());
    let telling_stopped = stopped.clone();
    let network = Network::new(cell.gate().clone(), vault, port);
    let network_stopped = stopped.clone();
    let tasks = vec![
        serving(Listening::public(doors.public), app.clone(), stopped.clone()),
        serving(Listening::admin(doors.admin), app, stopped),
        tokio::spawn(async move {
            network.run(network_stopped).await;
            Ok(())
        }),
        tokio::spawn(async move {
            notifier.run(telling_stopped).await;
            Ok(())
        }),
    ];
    Ok(Running { cell, address, admin_address, stop, tasks })
}

impl Running {
    /// Has the cell stopped by itself?
    pub fn has_stopped(&self) -> bool {
        self.cell.stop_reason().is_some()
    }

    /// Takes no more calls, answers those under way, makes everything durable, and ends.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.send_replace(true);
        for task in self.tasks {
            task.await.context("a task ended in a panic")??;
        }
        let reason = self.cell.stop_reason();
        tokio::task::spawn_blocking(move || self.cell.stop()).await.context("a thread ended in a panic")?;
        reason.map_or(Ok(()), |reason| Err(reason.into()))
    }
}

/// What access tokens are signed with from this start on, and what those before were.
fn access_secrets(keyring: &Keyring) -> Vec<CellSecret> {
    let signing = keyring.signing(Purpose::AccessToken, wall_clock());
    let others = keyring.verifying(Purpose::AccessToken).into_iter().filter(|key| key.kid() != signing.kid());
    std::iter::once(Arc::clone(&signing)).chain(others).map(|key| CellSecret::new(*key.secret())).collect()
}

/// The operator's party; an empty cell is founded first.
async fn found(gate: &Gate, cell: CellId) -> anyhow::Result<PartyId> {
    let known = |view: &node::View| view.state.parties.first().map(|party| party.id);
    if let Some(operator) = gate.read(known).await {
        return Ok(operator);
    }
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(|error| anyhow::anyhow!("no random bits: {error}"))?;
    let operator = PartyId::from_u128(u128::from_be_bytes(bits));
    gate.submit(Actor::OPERATOR, Command::FoundCell { cell, operator }).await?;
    Ok(operator)
}

fn serving(listening: Listening, app: App, stopped: watch::Receiver<bool>) -> JoinHandle<anyhow::Result<()>> {
    tokio::spawn(async move { northbound::serve(listening, app, wait(stopped)).await.context("serving failed") })
}

async fn wait(mut stopped: watch::Receiver<bool>) {
    // The sender says so before it goes away.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
