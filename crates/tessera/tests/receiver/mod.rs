//! A receiver of deliveries that misbehaves as its script says.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A receiver on a port of its own.
pub struct Receiver {
    port: u16,
    heard: Arc<Heard>,
}

/// A request, as it came.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Its head, in lower case.
    head: String,
    /// Its body.
    pub body: Value,
}

#[derive(Default)]
struct Heard {
    letters: Mutex<Vec<Letter>>,
    more: Condvar,
}

impl Letter {
    /// The value of a header.
    pub fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| *found == name).map(|(_, value)| value).expect("the header is sent")
    }
}

impl Receiver {
    /// Treats its first requests as the script says: a status, `close`, `slow` or `hang`; answers 204 after that.
    pub fn start(script: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let heard = Arc::new(Heard::default());
        let (kept, script) = (Arc::clone(&heard), script.to_vec());
        // It ends with the test's process.
        std::thread::spawn(move || {
            let mut held = Vec::new();
            for (number, stream) in listener.incoming().enumerate() {
                let Ok(stream) = stream else { continue };
                held.extend(take(stream, script.get(number).copied().unwrap_or("204"), &kept));
            }
        });
        Self { port, heard }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// How many requests came so far.
    pub fn heard(&self) -> usize {
        self.heard.letters.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Waits for so many requests in all, and gives them.
    pub fn letters(&self, count: usize) -> Vec<Letter> {
        let letters = self.heard.letters.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.heard.more.wait_timeout_while(letters, PATIENCE, |letters| letters.len() < count);
        let (letters, timed_out) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(!timed_out.timed_out(), "{} of {count} came: {letters:?}", letters.len());
        letters.clone()
    }
}

/// Takes one request; gives the connection back when it is to stay open without an answer.
fn take(mut stream: TcpStream, how: &str, heard: &Heard) -> Option<TcpStream> {
    let letter = read(&stream)?;
    heard.letters.lock().unwrap_or_else(PoisonError::into_inner).push(letter);
    heard.more.notify_all();
    let answer = match how {
        "close" => return None,
        "hang" => return Some(stream),
        "slow" => {
            // Longer than a request takes, shorter than the cell waits.
            std::thread::sleep(Duration::from_millis(300));
            "204"
        }
        status => status,
    };
    let location = if answer == "302" { "location: http://127.0.0.1:1/\r\n" } else { "" };
    // A cell that was killed meanwhile does not hear it.
    let _ = write!(stream, "HTTP/1.1 {answer} Said\r\ncontent-length: 0\r\nconnection: close\r\n{location}\r\n");
    None
}

fn read(stream: &TcpStream) -> Option<Letter> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.trim().parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Letter { head, body: serde_json::from_slice(&body).ok()? })
}
