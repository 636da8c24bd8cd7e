use super::*;

const PATH: &str = "
latency_ms = 30
percentile = 99.9
rate_kbps = 5_000
burst_bytes = 15_000
packet_bytes = 1_200
[[path]]
class = 'radio_macro'
law = 'LAW'
capacity_kbps = 900_000
latency_us = 4_000
[[path]]
class = 'transport'
law = 'curve'
capacity_kbps = 10_000_000
scheduler_us = 50
latency_us = 1_500
";

fn worked_out(text: &str) -> anyhow::Result<BTreeMap<Class, Row>> {
    table(&toml::from_str(text)?)
}

#[test]
fn bounds_all_along_are_hard_and_a_queue_makes_it_statistical() {
    let hard = worked_out(&PATH.replace("LAW", "curve")).expect("it can be promised");
    assert!(hard.values().all(|row| row.grade == "hard" && row.epsilon_ppb == 0), "{hard:?}");
    let queued = worked_out(&PATH.replace("LAW", "reserved")).expect("it can be promised");
    let radio = &queued[&Class::RadioMacro];
    assert_eq!((radio.grade, radio.graded.len()), ("statistical", 0));
    assert!(radio.units > 5_000 && radio.epsilon_ppb > 0, "{radio:?}");
    let sum: u64 = queued.values().map(|row| row.epsilon_ppb).sum();
    assert!(sum <= 1_000_000, "the union bound of a thousandth: {sum}");
    let sharper = worked_out(&PATH.replace("LAW", "reserved").replace("99.9", "99.99")).expect("it can be promised");
    assert!(sharper[&Class::RadioMacro].units > radio.units);
}

#[test]
fn windows_are_planned_for_more_than_they_promise() {
    let windows = "[windows]\nsamples = 20\nbroken_ppb = 1_000_000\n[[path]]";
    let text = |from: &str, to: &str| {
        PATH.replace("LAW", "reserved").replace("99.9", "95.0").replacen("[[path]]", windows, 1).replace(from, to)
    };
    let plain = worked_out(&PATH.replace("LAW", "reserved").replace("99.9", "95.0")).expect("can be promised");
    let judged = worked_out(&text("", "")).expect("can be promised");
    assert!(judged[&Class::RadioMacro].units > plain[&Class::RadioMacro].units, "chance is reckoned with");
    assert_eq!(judged.values().map(|row| row.epsilon_ppb).sum::<u64>(), 1_000_000, "windows that break, not packets");
    let rarer = worked_out(&text("1_000_000", "1_000")).expect("can be promised");
    assert!(rarer[&Class::RadioMacro].units > judged[&Class::RadioMacro].units);
    assert!(worked_out(&text("samples = 20", "samples = 0")).is_err());
}

#[test]
fn of_two_directions_the_one_that_takes_more_counts() {
    let up = |kbps: u64, carries: &str| {
        let text = PATH.replace("LAW", "reserved");
        let text = text.replacen("rate_kbps = 5_000", &format!("rate_kbps = 5_000\nuplink_kbps = {kbps}"), 1);
        worked_out(&text.replacen("latency_us = 4_000", &format!("latency_us = 4_000\n{carries}"), 1))
    };
    let down = worked_out(&PATH.replace("LAW", "reserved")).expect("it can be promised");
    assert_eq!(up(5_000, "").expect("alike"), down, "the same rate over the same path");
    assert_eq!(up(100, "").expect("little"), down, "little is sent");
    // A cell that carries a ninth as much up: what 5 Mbit/s take there counts ninefold, and no more behind it.
    let ninth = up(5_000, "uplink_capacity_kbps = 100_000").expect("it can be promised");
    assert_eq!(ninth[&Class::RadioMacro].units, 9 * down[&Class::RadioMacro].units);
    assert_eq!(ninth[&Class::Transport], down[&Class::Transport]);
    for (carries, part) in [("uplink_capacity_kbps = 4_000", "the uplink"), ("uplink_capacity_kbps = 0", "step 1")] {
        let said = format!("{:#}", up(5_000, carries).expect_err("too little"));
        assert!(said.contains(part), "{carries}: {said}");
    }
}

#[test]
fn any_of_several_classes_may_stand_at_a_step() {
    let text = PATH.replace("LAW", "reserved");
    let one = worked_out(&text).expect("it can be promised");
    let several = text.replace("class = 'radio_macro'", "class = ['radio_macro', 'haps']");
    let terms: Terms = toml::from_str(&several).expect("terms and a path");
    let several = table(&terms).expect("it can be promised");
    assert_eq!(epsilon_ppb(&terms, &several), one.values().map(|row| row.epsilon_ppb).sum::<u64>(), "each step once");
    assert_eq!((several.len(), &several[&Class::Haps]), (3, &one[&Class::RadioMacro]));
    assert_eq!(several[&Class::Transport], one[&Class::Transport]);
    let none = worked_out(&text.replace("class = 'radio_macro'", "class = []")).expect_err("a step of nothing");
    assert!(format!("{none:#}").contains("step 1"), "{none:#}");
}

#[test]
fn samples_promise_what_they_certify_and_no_more() {
    let with = |samples: u64| {
        let seen = format!(
            "measured = {{ samples = {samples}, late = 0, delay_us = 9_000, kbps = 5_000 }}\nlatency_us = 4_000"
        );
        let text = PATH.replace("LAW", "measured").replacen("latency_us = 4_000", &seen, 1);
        worked_out(&text)
    };
    let clean = with(2_995).expect("2,995 clean samples certify p99.9 at 95 %");
    assert_eq!(clean[&Class::RadioMacro].grade, "empirical");
    assert!(clean[&Class::RadioMacro].epsilon_ppb <= 1_000_000);
    assert!(with(2_900).is_err(), "fewer do not");
}

#[test]
fn what_cannot_be_says_why() {
    for (from, to, part) in [
        ("latency_ms = 30", "latency_ms = 3", "5550 µs unloaded"),
        ("percentile = 99.9", "percentile = 101.0", "at most 100"),
        ("capacity_kbps = 900_000", "capacity_kbps = 4_000", ""),
        ("packet_bytes = 1_200", "packet_bytes = 0", ""),
        ("class = 'radio_macro'", "class = 'radio_moon'", "or a list of these"),
    ] {
        let said = format!("{:#}", worked_out(&PATH.replace("LAW", "reserved").replace(from, to)).expect_err(to));
        assert!(said.contains(part) && said.len() > 10, "{to}: {said}");
    }
}
