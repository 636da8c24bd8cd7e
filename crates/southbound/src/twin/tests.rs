use super::TwinDriver;
use node::{Fault, Intent, Southbound, wall_clock};
use twin::{City, Config, Twin};
use types::{Area, Duration, SessionId, TokenId};

fn driver() -> (TwinDriver, Intent) {
    let city = City::sample(7);
    let radio = city.radio_cells().next().expect("the city has radio cells").clone();
    let place = radio.serves.first().copied().expect("a radio cell serves a place");
    let intent = Intent {
        session: SessionId::from_u128(1),
        token: TokenId::from_u128(2),
        device: "tel:+31612345678".to_owned(),
        flow: String::new(),
        qos_profile: "QOS_L".to_owned(),
        radio: Some((radio.id, 8_000)),
        place: Area::new(vec![place]).expect("one place"),
        downlink_kbps_min: 5_000,
        uplink_kbps_min: 0,
        latency_ms_max: 30,
        duration: Duration::from_mins(10),
    };
    (TwinDriver::new(Twin::new(city, wall_clock(), Config::default())), intent)
}

#[tokio::test]
async fn a_flow_is_enforced_once_and_read_back_until_it_is_released() {
    let (driver, intent) = driver();
    driver.activate(&intent).await.expect("accepted");
    driver.activate(&intent).await.expect("the same again is the same flow");
    assert!(driver.read_back(intent.session).await.expect("answers"));
    driver.release(intent.session).await.expect("released");
    driver.release(intent.session).await.expect("released already");
    assert!(!driver.read_back(intent.session).await.expect("answers"));
}

#[tokio::test]
async fn an_outside_error_says_whose_fault_it_is() {
    let (driver, mut intent) = driver();
    driver.twin().faults_mut().activate.time_out_next = 1;
    let lost = driver.activate(&intent).await.expect_err("no answer");
    assert_eq!((lost.fault, lost.retryable), (Fault::Unknown, true));
    assert!(driver.read_back(intent.session).await.expect("answers"), "it had taken effect");

    driver.twin().faults_mut().activate.fail_next = 1;
    intent.session = SessionId::from_u128(9);
    let failed = driver.activate(&intent).await.expect_err("unavailable");
    assert_eq!((failed.fault, failed.retryable), (Fault::Network, true));

    intent.radio = Some((intent.radio.expect("named").0, 9_000_000));
    let refused = driver.activate(&intent).await.expect_err("more than the radio cell has");
    assert_eq!((refused.fault, refused.retryable), (Fault::Network, false));
}

#[tokio::test]
async fn reports_come_again_until_a_later_one_is_named() {
    let (driver, intent) = driver();
    driver.activate(&intent).await.expect("accepted");
    let later = wall_clock().after(Duration::from_secs(3));
    driver.twin().advance_to(later);
    let first = driver.reports(intent.session, 0).await.expect("reports");
    assert_eq!(first.iter().map(|report| report.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(first.iter().all(|report| report.delivered_bytes > 0 && !report.latency_us.is_empty()));
    let again = driver.reports(intent.session, 1).await.expect("reports");
    assert_eq!(again, first[1..]);
}

#[tokio::test]
async fn what_was_starved_before_the_end_is_still_said_after_it() {
    let (driver, intent) = driver();
    driver.activate(&intent).await.expect("accepted");
    assert!(driver.twin().congest(twin::Scope::All, 1_000_000), "an outage");
    let later = wall_clock().after(Duration::from_ms(2_500));
    driver.twin().advance_to(later);
    driver.release(intent.session).await.expect("released");
    let reports = driver.reports(intent.session, 0).await.expect("reports");
    assert_eq!(reports.len(), 3, "the last, shorter one too");
    for report in reports {
        let wanted = 5_000 * report.to.since(report.from).as_ms() / 8;
        assert_eq!(report.offered_bytes, wanted, "the application sent as before");
        assert!(report.delivered_bytes < wanted, "and did not get through");
    }
}

#[tokio::test]
async fn what_is_measured_is_of_slots_that_are_over() {
    let (driver, intent) = driver();
    let slot = Duration::from_mins(5);
    let now = wall_clock();
    let window = types::Window::new(now.before(Duration::from_mins(11)), now.after(slot)).expect("a window");
    let loads = driver.measured().expect("it measures").loads(window).await.expect("it remembers");
    let radio = intent.radio.expect("named").0;
    let of_one: Vec<_> = loads.iter().filter(|load| load.resource == radio).collect();
    assert_eq!((loads.len(), of_one.len()), (200 * of_one.len(), of_one.len()), "every radio cell");
    // Eleven minutes hold one whole slot or two.
    assert!((1..=2).contains(&of_one.len()), "{of_one:?}");
    assert!(of_one.iter().all(|load| load.units > 0 && load.slot_at >= window.from()));
    assert!(of_one.iter().all(|load| load.slot_at.after(slot) <= wall_clock()), "the running slot is not over");
}
