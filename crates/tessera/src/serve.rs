//! `tessera serve`: a cell for real use, empty until it is configured.

use crate::config::{Config, Driver, Flags};
use crate::folder;
use crate::running::{self, Callers, Doors, Running};
use crate::telling;
use anyhow::Context;
use node::{Southbound, wall_clock};
use southbound::twin::TwinDriver;
use southbound::unconnected::Unconnected;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use twin::{City, Twin};

/// The signals that tell it to stop.
struct Told {
    interrupt: Signal,
    terminate: Signal,
}

/// Serves until it is told to stop (interrupt or terminate), or until the cell stops by itself.
pub fn run(flags: Flags) -> anyhow::Result<()> {
    let config = Config::load(flags)?;
    start_logging(&config.log)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(&config))
}

/// Logs to standard error, in colours when somebody watches.
pub fn start_logging(filter: &str) -> anyhow::Result<()> {
    let filter = filter.parse::<tracing_subscriber::EnvFilter>();
    let filter = filter.context("the log filter is not one; try `info` or `node=debug,info`")?;
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
    Ok(())
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    // Listened for before anything is said: whoever waits for the first line may tell it to stop at once.
    let told = Told { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? };
    let folder = folder::open(&config.data, config.cell, config.key.as_ref())?;
    let doors = Doors::open(config.listen, config.admin_listen).await?;
    let callers = Callers {
        credentials: config.credentials.clone(),
        oauth: config.oauth.clone(),
        subscribers: config.subscribers.clone(),
    };
    let web = telling::web(&config.web)?;
    let running = running::start(&folder, doors, callers, port_of(config), web).await?;
    println!("serving cell {} on http://{}", config.cell.0, running.address);
    println!("the operator's side is on http://{}", running.admin_address);
    println!("the operator's bearer secret is in {}", folder::operator_secret_file(&config.data).display());
    told.wait(&running).await;
    println!("stopping");
    running.stop().await?;
    println!("stopped");
    Ok(())
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
    async fn wait(mut self, running: &Running) {
        let mut look = tokio::time::interval(Duration::from_millis(200));
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => return,
                _ = self.terminate.recv() => return,
                _ = look.tick() => if running.has_stopped() { return },
            }
        }
    }
}
