//! A whole cell: writer, network, vault, entitlements, and the HTTP server before them.

use crate::config::OAuth;
use crate::folder::Folder;
use crate::telling;
use anyhow::Context;
use engine::state::PartyRef;
use engine::{Actor, Command, Role};
use node::{Cashier, Cell, Entitlements, Gate, Network, Payments, Southbound, Vault, Web};
use northbound::limits::CONNECTIONS_MAX;
use northbound::{
    App, Congestion, Credential, Credentials, Limits, Listening, Nchf, OnSpan, Planning, Sandbox, Subscribers, Tls,
    Uptime,
};
use std::fmt::{self, Display, Formatter};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use types::{Capabilities, CellId, PartyId};

/// A cell that is being served.
pub struct Running {
    cell: Cell,
    /// Where it is served to everyone.
    pub public: Served,
    /// Where it is served to its operator.
    pub admin: Served,
    /// Where it is served to functions of the network.
    pub sbi: Option<Served>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<anyhow::Result<()>>>,
}

/// Where one side is served; written as its addresses begin.
#[derive(Clone, Copy, Debug)]
pub struct Served {
    /// `http`, or `https` with TLS.
    pub scheme: &'static str,
    /// The socket's address.
    pub address: SocketAddr,
}

impl Served {
    fn of(listener: &TcpListener, tls: Option<&Tls>) -> std::io::Result<Self> {
        let scheme = if tls.is_some() { "https" } else { "http" };
        Ok(Self { scheme, address: listener.local_addr()? })
    }
}

impl Display for Served {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.address)
    }
}

/// The sockets of a cell.
pub struct Doors {
    /// For everyone.
    pub public: TcpListener,
    /// For the operator.
    pub admin: TcpListener,
    /// For functions of the network that charge, where they may.
    pub sbi: Option<Sbi>,
    /// With what TLS.
    pub certificates: Certificates,
    /// Who is shown the span of each request.
    pub on_span: Option<OnSpan>,
}

/// Where functions of the network are served, and how they are answered.
pub struct Sbi {
    listener: TcpListener,
    nchf: Nchf,
}

impl Sbi {
    /// Listens.
    pub fn open(address: SocketAddr, nchf: Nchf) -> anyhow::Result<Self> {
        Ok(Self { listener: listen(address)?, nchf })
    }
}

/// TLS of each side; without it they speak plain HTTP.
#[derive(Clone, Debug, Default)]
pub struct Certificates {
    /// For everyone.
    pub public: Option<Tls>,
    /// For the operator.
    pub admin: Option<Tls>,
    /// For functions of the network.
    pub sbi: Option<Tls>,
}

impl Doors {
    /// Listens on both.
    pub fn open(public: SocketAddr, admin: SocketAddr) -> anyhow::Result<Self> {
        let (public, admin) = (listen(public)?, listen(admin)?);
        Ok(Self { public, admin, sbi: None, certificates: Certificates::default(), on_span: None })
    }
}

/// As many may wait to be accepted as have places, as far as the system lets them: a crowd is not turned away by the kernel.
fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let listening = socket.and_then(|socket| {
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(u32::try_from(CONNECTIONS_MAX).unwrap_or(u32::MAX))
    });
    listening.with_context(|| format!("could not listen on {address}"))
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
    /// Within which limits.
    pub limits: Limits,
    /// How applications sign up by themselves, where they may.
    pub sandbox: Option<Sandbox>,
}

/// What looks ahead beside a cell.
#[derive(Default)]
pub struct Planned {
    /// What it shows of what is to come.
    pub shown: Option<Arc<dyn Planning>>,
    /// What it shows of bid prices.
    pub congestion: Option<Arc<dyn Congestion>>,
    /// What it does, until it is told to stop.
    pub work: Vec<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

/// Makes what looks ahead beside a cell and its network, until the last is true.
pub type Plan = Box<dyn FnOnce(&Gate, &Arc<dyn Southbound>, watch::Receiver<bool>) -> Planned + Send>;

impl From<Vec<Credential>> for Callers {
    fn from(credentials: Vec<Credential>) -> Self {
        Self { credentials, ..Self::default() }
    }
}

/// Servers of other people that the cell calls.
pub struct Servers {
    /// Subscribers, identity providers.
    pub web: Arc<dyn Web>,
    /// The operator's payment service, where there is one.
    pub payments: Option<Arc<dyn Payments>>,
    /// What systems deliver that are no drivers of the cell.
    pub by_others: Capabilities,
}

impl From<Arc<dyn Web>> for Servers {
    fn from(web: Arc<dyn Web>) -> Self {
        Self { web, payments: None, by_others: Capabilities::NONE }
    }
}

/// Starts everything; `plan` makes what looks ahead beside the cell, where something does.
pub async fn start(
    folder: &Folder,
    doors: Doors,
    callers: impl Into<Callers>,
    port: Arc<dyn Southbound>,
    servers: impl Into<Servers>,
    plan: Option<Plan>,
) -> anyhow::Result<Running> {
    let Servers { web, payments, by_others } = servers.into();
    let cell = Cell::start(&folder.store)?;
    let vault = Vault::open(&*folder.store, &folder.secret)?;
    let operator = found(cell.gate(), folder.store.cell()).await?;
    declare(cell.gate(), port.delivers().and(by_others)).await?;
    let callers = callers.into();
    let own =
        Credential { secret_sha256: Credentials::hash(&folder.operator_secret), role: Role::Operator, party: operator };
    let credentials = Credentials::new(std::iter::once(own).chain(callers.credentials))?;
    let Doors { public, admin, sbi, certificates, on_span } = doors;
    let everyone = Served::of(&public, certificates.public.as_ref())?;
    let operator = Served::of(&admin, certificates.admin.as_ref())?;
    let oauth = callers.oauth.served_on(everyone, operator);
    let oauth = northbound::OAuth::new(&oauth, &folder.keyring).context("access tokens are not configured well")?;
    let app = App::new(cell.gate().clone(), vault.clone(), Entitlements::new(Arc::clone(&folder.keyring)), credentials);
    let app = app.with_oauth(oauth).with_subscribers(callers.subscribers).with_sandbox(callers.sandbox);
    let app = match on_span {
        Some(on_span) => app.with_on_span(on_span),
        None => app,
    };
    let app = app.with_limits(&callers.limits, &Uptime::default());
    let app = if callers.oauth.fetches() { app.with_web(Arc::clone(&web)) } else { app };
    let (stop, stopped) = watch::channel(false);
    let notifier = telling::notifier(folder, cell.gate(), &vault, web)?;
    let app = app.with_notifier(notifier.clone(), stopped.clone());
    let (telling_stopped, payments_stopped) = (stopped.clone(), stopped.clone());
    let planned = plan.map(|plan| plan(cell.gate(), &port, stopped.clone())).unwrap_or_default();
    let app = app.with_planning(planned.shown).with_congestion(planned.congestion);
    let (app, sbi) = match sbi {
        Some(Sbi { listener, nchf }) => (app.with_nchf(nchf), Some(listener)),
        None => (app, None),
    };
    let core = sbi.as_ref().map(|listener| Served::of(listener, certificates.sbi.as_ref())).transpose()?;
    let network = Network::new(cell.gate().clone(), vault, port);
    let network_stopped = stopped.clone();
    let (of_core, core_stopped) = (app.clone(), stopped.clone());
    let mut tasks = vec![
        serving(Listening::public(public).with_tls(certificates.public), app.clone(), stopped.clone()),
        serving(Listening::admin(admin).with_tls(certificates.admin), app, stopped),
        working(network.run(network_stopped)),
        working(notifier.run(telling_stopped)),
    ];
    tasks.extend(planned.work.into_iter().map(working));
    tasks.extend(payments.map(|port| working(Cashier::new(cell.gate().clone(), port).run(payments_stopped))));
    tasks.extend(
        sbi.map(|listener| serving(Listening::sbi(listener).with_tls(certificates.sbi), of_core, core_stopped)),
    );
    Ok(Running { cell, public: everyone, admin: operator, sbi: core, stop, tasks })
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

/// The operator's party; an empty cell is founded first.
pub async fn found(gate: &Gate, cell: CellId) -> anyhow::Result<PartyId> {
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

/// Says what can be delivered: nothing else is sold.
async fn declare(gate: &Gate, delivers: Capabilities) -> anyhow::Result<()> {
    let actor = Actor { party: PartyRef::OPERATOR, ..Actor::OPERATOR };
    gate.submit(actor, Command::DeclareDelivery(delivers)).await.context("could not say what is delivered")?;
    Ok(())
}

/// Something that goes on until it is told to stop.
fn working(work: impl Future<Output = ()> + Send + 'static) -> JoinHandle<anyhow::Result<()>> {
    tokio::spawn(async move {
        work.await;
        Ok(())
    })
}

fn serving(listening: Listening, app: App, stopped: watch::Receiver<bool>) -> JoinHandle<anyhow::Result<()>> {
    tokio::spawn(async move { northbound::serve(listening, app, wait(stopped)).await.context("serving failed") })
}

async fn wait(mut stopped: watch::Receiver<bool>) {
    // The sender says so before it goes away.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
