//! `tessera serve`: a cell for real use, empty until it is configured.

use crate::config::tls::Sides;
use crate::config::{Config, Driver, Flags};
use crate::running::{self, Callers, Certificates, Doors, Running, Sbi, Servers};
use crate::telemetry::Telemetry;
use crate::{congestion, folder, logging, planning, telling};
use anyhow::Context;
use node::{Payments, Southbound, Web, wall_clock};
use northbound::Tls;
use northbound::limits::CONNECTIONS_MAX;
use rustix::process::{Resource, getrlimit, setrlimit};
use southbound::payment::PaymentService;
use southbound::twin::TwinDriver;
use southbound::unconnected::Unconnected;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use twin::{City, Twin};
use types::{Capabilities, Capability};

/// The signals that tell it to stop.
struct Told {
    interrupt: Signal,
    terminate: Signal,
    /// Certificates are to be read again. Without any, it ends the process as it does others.
    hangup: Option<Signal>,
}

/// Serves until it is told to stop (interrupt or terminate), or until the cell stops by itself.
pub fn run(flags: Flags) -> anyhow::Result<()> {
    let config = Config::load(flags)?;
    let telemetry = config.telemetry.as_ref().map(Telemetry::start).transpose()?;
    logging::start(&config.log, config.log_format, telemetry.as_ref())?;
    let served = tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(&config));
    if let Some(telemetry) = telemetry {
        telemetry.stop();
    }
    served
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    // Listened for before anything is said: whoever waits for the first line may tell it to stop at once.
    raise_files();
    let hangup = config.tls.as_ref().map(|_| signal(SignalKind::hangup())).transpose()?;
    let told =
        Told { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())?, hangup };
    let folder = folder::open(&config.data, config.cell, config.key.as_ref())?;
    let certificates = certificates_of(config)?;
    let doors = Doors { certificates: certificates.clone(), ..Doors::open(config.listen, config.admin_listen)? };
    let on_span = config.telemetry.as_ref().map(|_| Telemetry::on_span());
    let sbi = config.nchf.as_ref().map(|config| Sbi::open(config.listen, config.nchf.clone())).transpose()?;
    let doors = Doors { sbi, on_span, ..doors };
    let callers = Callers {
        credentials: config.credentials.clone(),
        oauth: config.oauth.clone(),
        limits: config.limits,
        subscribers: config.subscribers.clone(),
        sandbox: config.sandbox,
    };
    let web = telling::web(&config.web)?;
    let plan = congestion::beside(planning::beside(&config.data, config.planning), config.congestion);
    let servers = Servers { payments: payments_of(config, &web)?, web, by_others: by_others(config) };
    let running = running::start(&folder, doors, callers, port_of(config), servers, plan).await?;
    println!("serving cell {} on {}", config.cell.0, running.public);
    println!("the operator's side is on {}", running.admin);
    if let Some(sbi) = running.sbi {
        println!("functions of the network charge on {sbi}");
    }
    println!("the operator's bearer secret is in {}", folder::operator_secret_file(&config.data).display());
    told.wait(&running, &certificates).await;
    println!("stopping");
    running.stop().await?;
    println!("stopped");
    Ok(())
}

/// Reads the certificates, and says where none protect what is said.
fn certificates_of(config: &Config) -> anyhow::Result<Certificates> {
    let tls = config.tls.as_ref().map(|tls| Tls::load(tls.files.clone())).transpose()?;
    let both = config.tls.as_ref().is_some_and(|tls| tls.sides == Sides::Both);
    let sbi = tls.clone().filter(|_| config.nchf.as_ref().is_some_and(|nchf| nchf.tls));
    let certificates = Certificates { admin: tls.clone().filter(|_| both), sbi, public: tls };
    let sides = [(&certificates.public, config.listen), (&certificates.admin, config.admin_listen)];
    let core = config.nchf.as_ref().map(|nchf| (&certificates.sbi, nchf.listen));
    for (tls, address) in sides.into_iter().chain(core) {
        if tls.is_none() && !address.ip().is_loopback() {
            tracing::warn!(%address, "secrets travel in the clear: without `[tls]` leave this to loopback or a private network");
        }
    }
    Ok(certificates)
}

fn read_again(certificates: &Certificates) {
    // Both sides have the same ones.
    match certificates.public.as_ref().map(Tls::reload) {
        None => {}
        Some(Ok(())) => tracing::info!("the certificates were read again"),
        Some(Err(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the certificates are kept as they were");
        }
    }
}

async fn hung_up(hangup: &mut Option<Signal>) {
    match hangup {
        Some(hangup) => _ = hangup.recv().await,
        None => std::future::pending().await,
    }
}

/// As many open files as the system lets us have: every connection is one.
fn raise_files() {
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    let needed = u64::try_from(2 * CONNECTIONS_MAX).unwrap_or(u64::MAX);
    // Where it cannot be raised, it is as it was.
    if setrlimit(Resource::Nofile, files).is_err() || files.maximum.is_some_and(|most| most < needed) {
        let most = getrlimit(Resource::Nofile).current;
        tracing::warn!(?most, needed, "the process may open fewer files than it has places for connections");
    }
}

/// The operator's payment service, at an address that may be called.
fn payments_of(config: &Config, web: &Arc<dyn Web>) -> anyhow::Result<Option<Arc<dyn Payments>>> {
    let Some(payment) = &config.payment else { return Ok(None) };
    web.check(&payment.url).with_context(|| format!("`payment.url`: {} cannot be used", payment.url))?;
    let service = PaymentService::new(Arc::clone(web), payment.url.clone(), payment.bearer.clone());
    Ok(Some(Arc::new(service)))
}

/// What others deliver: as the configuration says, and what functions of the network charge for here.
fn by_others(config: &Config) -> Capabilities {
    let charged =
        config.nchf.as_ref().map_or(Capabilities::NONE, |_| Capabilities::NONE.with(Capability::Connectivity));
    config.by_others.and(charged)
}

fn port_of(config: &Config) -> Arc<dyn Southbound> {
    match config.driver {
        Driver::None => Arc::new(Unconnected),
        Driver::Twin => {
            let twin = Twin::new(City::sample(config.seed), wall_clock(), twin::Config::default());
            Arc::new(TwinDriver::new(twin))
        }
    }
}

impl Told {
    /// Returns when it is told to, or when the cell has stopped by itself.
    async fn wait(mut self, running: &Running, certificates: &Certificates) {
        let mut look = tokio::time::interval(Duration::from_millis(200));
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => return,
                _ = self.terminate.recv() => return,
                () = hung_up(&mut self.hangup) => read_again(certificates),
                _ = look.tick() => if running.has_stopped() { return },
            }
        }
    }
}
