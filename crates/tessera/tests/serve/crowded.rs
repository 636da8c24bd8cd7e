//! Ten thousand who connect and say nothing, against the real binary: whoever comes after them is served.

use crate::support::{Caller, Server, serve};
use serde_json::Value;
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;
use tempfile::tempdir;

/// How many say nothing; more than twice as many as there are places.
const IDLE: usize = 10_000;

/// How many connect at one time.
const AT_ONCE: usize = 50;

/// Connects without waiting for long: a full queue of connections to be taken is not waited for here.
fn connect(address: &SocketAddr) -> Option<TcpStream> {
    TcpStream::connect_timeout(address, Duration::from_secs(2)).ok()
}

#[test]
fn whoever_comes_after_ten_thousand_idle_connections_is_served() {
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let needed = u64::try_from(IDLE).expect("a few") + 200;
    if files.maximum.is_some_and(|most| most < needed) {
        eprintln!("skipped: a process may open {:?} files here, and this takes {needed}", files.maximum);
        return;
    }
    let most = rustix::process::Rlimit { current: files.maximum, ..files };
    rustix::process::setrlimit(rustix::process::Resource::Nofile, most).expect("up to the maximum it can be raised");
    let folder = tempdir().expect("a folder");
    let mut command = serve(folder.path());
    command.env("TESSERA_LOG", "error");
    let server = Server::start(&mut command);
    let address = server.base.trim_start_matches("http://").parse().expect("an address");
    let some = || std::iter::repeat_with(|| connect(&address)).take(IDLE / AT_ONCE).flatten().collect::<Vec<_>>();
    let idle: Vec<TcpStream> = thread::scope(|scope| {
        let all: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(some)).collect();
        all.into_iter().flat_map(|some| some.join().expect("no panic")).collect()
    });
    assert!(idle.len() > IDLE / 2, "only {} connected", idle.len());
    let operator = Caller::operator(&server, folder.path());
    let public = Caller::new(&server.base, "nobody");
    for _ in 0..20 {
        public.get("/healthz", 200);
    }
    let told = operator.get("/metrics", 200);
    let count = |name: &str| {
        let line = told.as_str().and_then(|text| text.lines().find(|line| line.starts_with(name))).expect("it is told");
        line.rsplit(' ').next().and_then(|value| value.parse::<usize>().ok()).expect("a number")
    };
    assert!(count("tessera_connections_open{side=\"public\"}") <= northbound::limits::CONNECTIONS_MAX);
    assert!(count("tessera_connections_cleared_total{side=\"public\"}") > 0, "nobody made room");
    assert_eq!(public.try_call("GET", "/v1/keys", "", &Value::Null).map(|(status, _)| status), Some(200));
    drop(idle);
    assert_eq!(server.stop().code, Some(0));
}
