//! Every bench over HTTP runs to its end and finds its books in order; how fast is not asked.

use super::http::{Auth, Load};
use super::{charge_http, price, purchase_http, qualify, rate, usage_batch};

#[test]
fn charges_over_http_are_all_in_the_books_however_the_client_shows_who_it_is() {
    for auth in [Auth::Secret, Auth::Bearer, Auth::Dpop] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let load = Load { connections: 3, count: 40 };
        charge_http::measure(load, auth, 7, folder.path()).expect("every charge is booked once");
    }
}

#[test]
fn batches_of_usage_are_all_in_the_books() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let shape = usage_batch::Shape { records: 100, accounts: 7 };
    usage_batch::measure(Load { connections: 3, count: 10 }, shape, folder.path())
        .expect("every record is booked once");
}

#[test]
fn a_small_country_is_asked_what_it_can_promise() {
    let run = qualify::measure(50, 100).expect("it is loaded and asked");
    assert!(run.promised_percent > 0.0, "some of it can be promised");
}

#[test]
fn a_small_problem_is_priced_anew_and_after_changes() {
    for regions in [3, 1] {
        let run =
            price::measure(price::Size { resources: 31, products: 120, regions }, u64::MAX).expect("it is priced");
        assert!(run.prices > 0 && run.walked_p50 > 0, "there are prices, and changes change them");
        assert!(run.bound_percent <= 100.0001, "the decomposition bounds at least as well");
        // Only when the core itself fails is everything else to be priced anew.
        assert!(regions == 1 || run.walked_p50 <= 1 + 30 / regions, "it stays in a region: {}", run.walked_p50);
    }
}

#[test]
fn purchases_over_http_are_all_in_the_books() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    purchase_http::measure(Load { connections: 3, count: 10 }, 4, folder.path()).expect("every purchase is booked");
}

#[test]
fn every_plan_of_the_bench_charges_something() {
    let runs = rate::measure(200_000).expect("the plans are sound");
    assert_eq!(runs.len(), 3);
    assert!(runs.iter().all(|run| run.charged_minor > 0), "{runs:?}");
    assert!(runs.windows(2).all(|pair| pair[0].charged_minor != pair[1].charged_minor), "each has a price of its own");
}
