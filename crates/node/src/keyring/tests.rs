use super::*;
use types::Duration;

/// What a store was last told to keep; one that fails when it is told to.
#[derive(Default)]
struct Kept(Mutex<String>, std::sync::atomic::AtomicBool);

impl KeyStore for Kept {
    fn keep(&self, sealed: &str) -> std::io::Result<()> {
        if self.1.load(Ordering::Relaxed) {
            return Err(std::io::Error::other("full"));
        }
        sealed.clone_into(&mut self.0.lock().expect("unpoisoned"));
        Ok(())
    }
}

const SECRET: [u8; 32] = [3; 32];

fn at(ms: u64) -> Instant {
    Instant::from_ms(ms)
}

fn secret() -> CellSecret {
    CellSecret::new(SECRET)
}

fn kid(ring: &Keyring, ms: u64) -> u32 {
    ring.signing(Purpose::Entitlement, at(ms)).kid()
}

fn reload(store: &Arc<Kept>) -> Keyring {
    let sealed = store.0.lock().expect("unpoisoned").clone();
    Keyring::load(&secret(), &sealed, Arc::<Kept>::clone(store) as Arc<dyn KeyStore>).expect("it opens")
}

#[test]
fn the_key_of_a_time_stays_the_same_through_rotation_and_a_restart() {
    let store = Arc::new(Kept::default());
    let ring = Keyring::draw(&secret(), Arc::<Kept>::clone(&store) as Arc<dyn KeyStore>).expect("drawn");
    let first = ring.signing(Purpose::Entitlement, at(0)).public();
    let second = ring.rotate(Purpose::Entitlement, at(1_000), Some(at(5_000))).expect("rotated");
    for ring in [&ring, &reload(&store)] {
        assert_eq!([kid(ring, 0), kid(ring, 4_999), kid(ring, 5_000), kid(ring, u64::MAX)], [1, 1, 3, 3]);
        assert_eq!(ring.verifying(Purpose::Entitlement).len(), 2);
        assert_eq!(ring.signing(Purpose::Entitlement, at(0)).public(), first);
        assert_eq!(ring.signing(Purpose::Entitlement, at(9_000)).public(), second.public());
        assert_eq!(ring.signing(Purpose::AccessToken, at(9_000)).kid(), 2, "the other purpose has its own");
        assert_eq!(ring.key_set().keys.len(), 2);
    }
    let lead = ring.rotate(Purpose::AccessToken, at(1_000), None).expect("rotated");
    assert_eq!((lead.kid(), lead.signs_from()), (4, at(1_000).after(KEY_LEAD)));
}

#[test]
fn a_withdrawn_key_is_gone_and_its_successor_signs_for_it() {
    let store = Arc::new(Kept::default());
    let ring = Keyring::draw(&secret(), Arc::<Kept>::clone(&store) as Arc<dyn KeyStore>).expect("drawn");
    assert!(matches!(ring.withdraw(1), Err(KeyringError::NoSuccessor { kid: 1 })), "of its own purpose");
    assert!(matches!(ring.withdraw(9), Err(KeyringError::Unknown { kid: 9 })));
    ring.rotate(Purpose::Entitlement, at(10), Some(at(10))).expect("rotated");
    ring.rotate(Purpose::Entitlement, at(20), Some(at(20))).expect("rotated");
    let generation = ring.generation();
    ring.withdraw(3).expect("withdrawn");
    assert_ne!(ring.generation(), generation);
    for ring in [&ring, &reload(&store)] {
        assert_eq!([kid(ring, 9), kid(ring, 10), kid(ring, 20)], [1, 4, 4]);
    }
    ring.withdraw(1).expect("withdrawn");
    assert_eq!([kid(&ring, 0), kid(&ring, 99)], [4, 4]);
    assert!(ring.withdraw(4).is_err());
    let next = ring.rotate(Purpose::Entitlement, at(30), None).expect("rotated");
    assert_eq!(next.kid(), 5, "no number comes twice");
}

#[test]
fn no_schedule_changes_what_was_signed_before() {
    let ring = Keyring::in_memory(&secret()).expect("keys");
    ring.rotate(Purpose::Entitlement, at(1_000), Some(at(5_000))).expect("rotated");
    for from in [0, 999, 4_999, 5_000] {
        let refused = ring.rotate(Purpose::Entitlement, at(1_000), Some(at(from)));
        assert!(matches!(refused, Err(KeyringError::TooEarly { earliest_ms: 5_001 })), "{from}");
    }
    for _ in 2..KEYS_PER_PURPOSE_MAX {
        ring.rotate(Purpose::Entitlement, at(6_000), None).expect("rotated");
    }
    let refused = ring.rotate(Purpose::Entitlement, at(6_000).after(Duration::from_days(9)), None);
    assert!(matches!(refused, Err(KeyringError::TooMany { .. })));
}

#[test]
fn keys_are_sealed_and_a_change_that_is_not_kept_does_not_happen() {
    let store = Arc::new(Kept::default());
    let ring = Keyring::draw(&secret(), Arc::<Kept>::clone(&store) as Arc<dyn KeyStore>).expect("drawn");
    let sealed = store.0.lock().expect("unpoisoned").clone();
    for key in &ring.read().keys {
        assert!(!sealed.contains(&hex(key.secret())) && !format!("{ring:?}").contains(&hex(key.secret())));
    }
    let other = Keyring::load(&CellSecret::new([4; 32]), &sealed, Arc::<Kept>::clone(&store) as Arc<dyn KeyStore>);
    assert!(matches!(other, Err(KeyringError::Sealed)));
    store.1.store(true, Ordering::Relaxed);
    assert!(matches!(ring.rotate(Purpose::Entitlement, at(1), None), Err(KeyringError::NotKept(_))));
    assert_eq!((ring.verifying(Purpose::Entitlement).len(), ring.generation()), (1, 0));
}

#[test]
fn a_cell_from_before_keys_were_drawn_signs_with_the_key_it_had() {
    let store = Arc::new(Kept::default());
    let ring = Keyring::inherit(&secret(), store).expect("inherited");
    let before = Issuer::new(*secret().key("entitlement root"), 1).expect("a key");
    assert_eq!(ring.signing(Purpose::Entitlement, at(5)).public(), before.public_key());
}
