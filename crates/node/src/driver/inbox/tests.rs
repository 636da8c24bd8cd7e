//! Order, patience, and the end. That submissions which gather are decided too is for the tests of the whole cell.

use super::*;

const LONG: Duration = Duration::from_secs(60);

#[test]
fn messages_come_in_order_and_a_result_ends_the_wait() {
    let (inbox, letters) = Inbox::new();
    inbox.send(Message::Appended(1)).expect("it is open");
    inbox.send(Message::Stop).expect("it is open");
    assert!(matches!(letters.wait(Awaiting::Results, LONG)[..], [Message::Appended(1), Message::Stop]));
    assert!(letters.take().is_empty());
    let waiting = std::thread::spawn(move || letters.wait(Awaiting::Results, LONG));
    inbox.send(Message::Appended(2)).expect("it is open");
    assert!(matches!(waiting.join().expect("it ends")[..], [Message::Appended(2)]));
}

#[test]
fn a_wait_ends_without_a_message_when_its_patience_does() {
    let (_inbox, letters) = Inbox::new();
    assert!(letters.wait(Awaiting::Anything, Duration::from_millis(1)).is_empty());
}

#[test]
fn nothing_can_be_put_for_a_writer_that_is_gone() {
    let (inbox, letters) = Inbox::new();
    inbox.send(Message::Appended(1)).expect("it is open");
    drop(letters);
    assert_eq!(inbox.send(Message::Appended(2)), Err(Gone));
}
