//! What may be called and what may not, however it is spelled and however it resolves; and how answers are taken.

mod receiver;

use super::limits::{ADDRESSES_MAX, ANSWER_BYTES_MAX, HOST_CALLS_MAX, HOSTS_MAX, URL_BYTES_MAX};
use super::{Config, Resolve, WebClient};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use node::{Reach, Web, WebAnswer, WebError, WebRequest};
use receiver::{Receiver, answer};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn post(url: &str) -> WebRequest {
    let headers = vec![("content-type", "application/json".to_owned()), ("authorization", "Bearer s".to_owned())];
    WebRequest { method: "POST", url: url.to_owned(), headers, body: b"{}".to_vec(), reach: Reach::Internet }
}

fn lab() -> Config {
    Config { allow_loopback: true, ..Config::default() }
}

/// Answers each question with the next of these; the last one stays.
fn resolving(answers: &[&[&str]]) -> (Resolve, Arc<AtomicUsize>) {
    let parse = |list: &&[&str]| list.iter().map(|text| text.parse().expect("an address")).collect();
    let answers: Vec<Vec<IpAddr>> = answers.iter().map(parse).collect();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let resolve: Resolve = Arc::new(move |_| {
        let turn = count.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        let found = answers[turn].clone();
        Box::pin(async move { Ok(found) })
    });
    (resolve, asked)
}

fn client(config: &Config, answers: &[&[&str]]) -> WebClient {
    WebClient::with_resolver(config, resolving(answers).0).expect("a client")
}

/// Hosts that are this machine, somebody's network or no host at all, in whatever spelling.
const INSIDE: &str = "
    127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 127.0.0.01 127.0.0.1. 0 0.0.0.0 10.0.0.1 172.16.0.1
    172.31.255.255 192.168.0.1 169.254.169.254 100.64.0.1 100.127.255.255 192.0.0.8 192.0.2.1 192.88.99.1 198.18.0.1
    198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 256.1.1.1 1.2.3
    1.2.3.4.5 4.3.2.1a [::] [::1] [::ffff:127.0.0.1] [::ffff:8.8.8.8] [::7f00:1] [64:ff9b::7f00:1] [64:ff9b:1::1]
    [2002:7f00:1::1] [2001::1] [2001:db8::1] [3fff::1] [fc00::1] [fd12::1] [fe80::1] [fe80::1%25eth0] [ff02::1]
    [100::1] [5f00::1] [::ffff:0:127.0.0.1] [127.0.0.1] good.example. .example a..example user@good.example
    user:pass@good.example good.example@127.0.0.1 good.example\\@127.0.0.1 %31%32%37.0.0.1 １２７.0.0.1";

#[tokio::test]
async fn no_spelling_of_an_address_inside_is_called() {
    let web = client(&Config::default(), &[&["93.184.215.14"]]);
    for host in INSIDE.split_whitespace().chain(["", "exa mple"]) {
        for port in ["", ":8443"] {
            let url = format!("https://{host}{port}/hook");
            assert!(matches!(web.check(&url), Err(WebError::Forbidden(_))), "{url}: {:?}", web.check(&url));
            assert!(matches!(web.send(post(&url)).await, Err(WebError::Forbidden(_))), "{url}");
        }
    }
    for url in "http://good.example/ ftp://good.example/ file:///etc/passwd good.example /hook https:///x".split(' ') {
        assert!(matches!(web.check(url), Err(WebError::Forbidden(_))), "{url}");
    }
    for url in
        "https://good.example/hook?x=1 https://8.8.8.8:8443/ https://[2606:4700::1111]/ https://a_b.example".split(' ')
    {
        assert_eq!(web.check(url), Ok(()), "{url}");
    }
}

#[tokio::test]
async fn a_name_that_resolves_inside_is_not_called_whichever_of_its_addresses_it_is() {
    for inside in [
        &["10.0.0.1"][..],
        &["127.0.0.1"],
        &["::1"],
        &["::ffff:10.0.0.1"],
        &["64:ff9b::a00:1"],
        &["fd00::1"],
        &["169.254.169.254"],
        &["93.184.215.14", "10.0.0.1"],
        &["10.0.0.1", "93.184.215.14"],
    ] {
        let refused = client(&Config::default(), &[inside]).send(post("https://sink.example/")).await;
        assert!(matches!(refused, Err(WebError::Forbidden(_))), "{inside:?}: {refused:?}");
    }
}

#[tokio::test]
async fn a_name_that_turns_inside_after_it_was_checked_is_refused_when_it_does() {
    // Public when it was registered and at the first call, private at the second: each call asks and checks for itself,
    // and connects to nothing else than what it checked. The first answer is this machine, as a lab allows.
    let receiver = Receiver::start(vec![answer(204, "connection: close\r\n", "")]).await;
    let (resolve, asked) = resolving(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let web = WebClient::with_resolver(&lab(), resolve).expect("a client");
    let url = format!("http://sink.example:{}/", receiver.port);
    assert_eq!(web.check(&url), Ok(()));
    assert_eq!(web.send(post(&url)).await.expect("is called").status, 204);
    assert_eq!(
        web.send(post(&url)).await,
        Err(WebError::Forbidden("an address that is not of the public internet".into()))
    );
    // Once for each connection: nobody asks a second time between the check and the connection.
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(receiver.heard().len(), 1);
}

#[tokio::test]
async fn without_tls_only_this_machine_is_called_and_only_where_that_is_allowed() {
    let receiver = Receiver::start(vec![answer(204, "", "")]).await;
    let url = format!("http://127.0.0.1:{}/hook", receiver.port);
    assert!(matches!(client(&Config::default(), &[&[]]).send(post(&url)).await, Err(WebError::Forbidden(_))));
    let web = client(&lab(), &[&["93.184.215.14"]]);
    assert_eq!(web.send(post(&url)).await.expect("is called").status, 204);
    let outside = web.send(post("http://good.example/")).await;
    assert_eq!(outside, Err(WebError::Forbidden("anything but https".into())));
    for url in ["http://10.0.0.1/", "https://10.0.0.1/", "http://8.8.8.8/", "http://0.0.0.0/"] {
        assert!(matches!(web.send(post(url)).await, Err(WebError::Forbidden(_))), "{url}");
    }
    let heard = receiver.heard();
    assert!(heard[0].starts_with("POST /hook HTTP/1.1\r\n") && heard[0].ends_with("\r\n\r\n{}"), "{}", heard[0]);
    assert!(heard[0].to_ascii_lowercase().contains("authorization: bearer s\r\n"), "{}", heard[0]);
}

#[tokio::test]
async fn a_list_of_hosts_lets_no_other_pass() {
    let allow_hosts = vec!["good.example".to_owned(), "*.Sinks.example".to_owned()];
    let web = client(&Config { allow_hosts, ..Config::default() }, &[&["10.0.0.1"]]);
    for (host, passes) in [
        ("good.example", true),
        ("GOOD.example", true),
        ("a.sinks.example", true),
        ("b.a.sinks.example", true),
        ("sinks.example", false),
        ("evilsinks.example", false),
        ("bad.example", false),
        ("x.good.example", false),
        ("8.8.8.8", false),
    ] {
        assert_eq!(web.check(&format!("https://{host}/")).is_ok(), passes, "{host}");
    }
    // On the list or not: what it resolves to is looked at.
    assert!(matches!(web.send(post("https://good.example/")).await, Err(WebError::Forbidden(_))));
}

#[tokio::test]
async fn answers_are_taken_as_they_are_within_their_limits() {
    let large = "x".repeat(ANSWER_BYTES_MAX + 1);
    let receiver = Receiver::start(vec![
        answer(302, "location: http://127.0.0.1:1/\r\n", ""),
        answer(503, "retry-after: 7\r\n", "busy"),
        answer(503, "retry-after: Wed, 21 Oct 2026 07:28:00 GMT\r\n", ""),
        answer(200, "", &large),
        String::new(),
        "nonsense\r\n\r\n".to_owned(),
    ])
    .await;
    let (web, url) = (client(&lab(), &[&[]]), format!("http://127.0.0.1:{}/", receiver.port));
    let answered = |status, retry_after_s, body: &str| Ok(WebAnswer { status, retry_after_s, body: body.into() });
    assert_eq!(web.send(post(&url)).await, answered(302, None, ""), "a redirect is an answer, not an address");
    assert_eq!(web.send(post(&url)).await, answered(503, Some(7), "busy"));
    assert_eq!(web.send(post(&url)).await, answered(503, None, ""));
    for what in ["too large", "closed without a word", "no HTTP"] {
        assert!(matches!(web.send(post(&url)).await, Err(WebError::NoAnswer(_))), "{what}");
    }
}

#[tokio::test]
async fn a_certificate_is_trusted_because_it_was_configured_and_only_for_its_name() {
    let made = rcgen::generate_simple_self_signed(["sink.example".to_owned()]).expect("a certificate");
    let folder = tempfile::tempdir().expect("a folder");
    let (root_ca, empty) = (folder.path().join("ca.pem"), folder.path().join("empty.pem"));
    std::fs::write(&root_ca, made.cert.pem()).expect("is written");
    std::fs::write(&empty, "").expect("is written");
    let ok = || answer(204, "", "");
    let receiver = Receiver::start_tls(vec![ok(), ok(), ok()], &made).await;
    let url = |host: &str| format!("https://{host}:{}/", receiver.port);
    let trusting = client(&Config { root_ca: Some(root_ca), ..lab() }, &[&["127.0.0.1"]]);
    assert_eq!(trusting.send(post(&url("sink.example"))).await.expect("is trusted").status, 204);
    assert!(matches!(trusting.send(post(&url("other.example"))).await, Err(WebError::NoAnswer(_))));
    let wary = client(&lab(), &[&["127.0.0.1"]]);
    assert!(matches!(wary.send(post(&url("sink.example"))).await, Err(WebError::NoAnswer(_))));
    for path in [empty, folder.path().join("missing.pem")] {
        let refused = WebClient::new(&Config { root_ca: Some(path), ..Config::default() });
        assert!(refused.is_err(), "{refused:?}");
    }
}

#[tokio::test]
async fn addresses_are_so_long_and_so_many() {
    let begin = "https://good.example/";
    let url = |length: usize| format!("{begin}{}", "x".repeat(length - begin.len()));
    let web = client(&lab(), &[&["127.0.0.1"]]);
    assert_eq!(web.check(&url(URL_BYTES_MAX)), Ok(()));
    assert!(matches!(web.check(&url(URL_BYTES_MAX + 1)), Err(WebError::Forbidden(_))));
    // The receiver is at the last of these; at the others nobody is.
    let mut addresses: Vec<String> = (2..).take(ADDRESSES_MAX).map(|end| format!("127.0.0.{end}")).collect();
    addresses.push("127.0.0.1".to_owned());
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let receiver = Receiver::start(vec![answer(204, "", "")]).await;
    let url = format!("http://sink.example:{}/", receiver.port);
    assert!(matches!(client(&lab(), &[&addresses]).send(post(&url)).await, Err(WebError::NoAnswer(_))));
    assert_eq!(client(&lab(), &[&addresses[1..]]).send(post(&url)).await.expect("is called").status, 204);
}

#[tokio::test]
async fn a_host_is_called_so_often_at_one_time_and_so_many_hosts_are_remembered() {
    let receiver = Receiver::start(vec![answer(204, "", "")]).await;
    let (web, url) = (client(&lab(), &[&[]]), format!("http://127.0.0.1:{}/", receiver.port));
    let turns = web.turns_of("127.0.0.1".to_owned());
    let all = turns.try_acquire_many(u32::try_from(HOST_CALLS_MAX).expect("a few")).expect("nobody calls yet");
    assert!(turns.try_acquire().is_err(), "there is one more");
    let mut call = web.send(post(&url));
    let waits = std::future::poll_fn(|cx| std::task::Poll::Ready(call.as_mut().poll(cx).is_pending())).await;
    assert!(waits && receiver.heard().is_empty());
    for number in 0..HOSTS_MAX * 2 {
        drop(web.turns_of(format!("host-{number}.example")));
        assert!(web.hosts_kept() <= HOSTS_MAX);
    }
    assert!(Arc::ptr_eq(&turns, &web.turns_of("127.0.0.1".to_owned())), "one that is called is not forgotten");
    drop(all);
    assert_eq!(call.await.expect("its turn has come").status, 204);
}

/// A function of the core: HTTP/2 alone, as it is without TLS.
async fn function() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| async move {
                let status = if request.version() == hyper::Version::HTTP_2 { 204 } else { 505 };
                let answer = hyper::Response::builder().status(status).body(String::new());
                answer.map_err(|error| error.to_string())
            });
            let served = Builder::new(TokioExecutor::new()).http2_only();
            tokio::spawn(async move { drop(served.serve_connection(TokioIo::new(stream), service).await) });
        }
    });
    port
}

#[tokio::test]
async fn only_what_a_function_of_the_core_named_is_called_there() {
    let url = format!("http://127.0.0.1:{}/notify", function().await);
    let core = |url: &str| WebRequest { reach: Reach::Core, ..post(url) };
    let config =
        Config { core_networks: vec!["127.0.0.0/8".to_owned(), "fd00:1::/32".to_owned()], ..Config::default() };
    let web = client(&config, &[&["127.0.0.1"], &["10.0.0.1"]]);
    assert_eq!(web.send(core(&url)).await.expect("is called").status, 204);
    let named = url.replace("127.0.0.1", "smf.core.example");
    assert_eq!(web.send(core(&named)).await.expect("is called").status, 204);
    let elsewhere = web.send(core("http://amf.core.example/")).await;
    assert_eq!(elsewhere, Err(WebError::Forbidden("an address that is not of the public internet".into())));
    for url in [url.as_str(), "http://[fd00:1::9]/", "http://smf.core.example/"] {
        assert!(matches!(web.send(post(url)).await, Err(WebError::Forbidden(_))), "a stranger's {url}");
    }
    for url in ["http://10.0.0.1/", "https://10.0.0.1/", "http://8.8.8.8/", "http://[fd00:2::9]/"] {
        assert!(matches!(web.send(core(url)).await, Err(WebError::Forbidden(_))), "{url}");
    }
    let without = client(&Config::default(), &[&["127.0.0.1"]]);
    assert!(matches!(without.send(core(&url)).await, Err(WebError::Forbidden(_))));
    for text in ["10.0.0.0", "10.0.0.0/33", "x/8", "fd00::/129", ""] {
        let config = Config { core_networks: vec![text.to_owned()], ..Config::default() };
        let error = WebClient::new(&config).expect_err("it is no network").to_string();
        assert!(error.contains(&format!("`{text}` is not a network")), "{error}");
    }
}
