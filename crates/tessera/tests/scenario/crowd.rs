//! Many callers at one instant.

use std::io::{Read, Write};
use std::net::TcpStream;

/// Sends each of `bodies` to `POST path` as `secret`: first all are written, `a_connection` of them on each connection,
/// then all answers are read. Their statuses, in no order.
pub fn post_at_once(
    base: &str,
    path: &str,
    secret: &str,
    bodies: &[String],
    a_connection: usize,
) -> std::io::Result<Vec<u16>> {
    let address = base.trim_start_matches("http://");
    let mut connections = Vec::new();
    for _ in bodies.chunks(a_connection) {
        connections.push(TcpStream::connect(address)?);
    }
    for (connection, bodies) in connections.iter_mut().zip(bodies.chunks(a_connection)) {
        let mut text = String::new();
        for (number, body) in (1..).zip(bodies) {
            let (keep, length) = (if number == bodies.len() { "close" } else { "keep-alive" }, body.len());
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {secret}\r\n\
                 content-type: application/json\r\ncontent-length: {length}\r\nconnection: {keep}\r\n\r\n"
            );
            text.extend([head.as_str(), body.as_str()]);
        }
        connection.write_all(text.as_bytes())?;
    }
    let mut statuses = Vec::new();
    for mut connection in connections {
        let mut answers = String::new();
        connection.read_to_string(&mut answers)?;
        let lines = answers.split("HTTP/1.1 ").skip(1).filter_map(|answer| answer.get(..3)?.parse::<u16>().ok());
        statuses.extend(lines);
    }
    Ok(statuses)
}
