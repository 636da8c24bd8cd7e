use super::*;
use std::collections::BTreeSet;

#[test]
fn the_sample_city_is_whole() {
    let city = City::sample(7);
    let count = |class| city.elements().iter().filter(|element| element.class == class).count();
    assert_eq!(city.radio_cells().count(), 200);
    assert_eq!([count(Class::MacroN78), count(Class::U6GHzN104), count(Class::MicroN78)], [111, 21, 68]);
    assert_eq!([count(Class::Transport), count(Class::Core), count(Class::Edge)], [37, 1, 2]);
    assert_eq!(city.places().count(), 61, "every H3 cell of the disc is served");
    for element in city.radio_cells() {
        assert!(!element.serves.is_empty(), "{element}");
        assert!(element.serves.iter().all(|place| place.resolution() == City::H3_RESOLUTION));
        let path = city.path(element.radio_cell.expect("a radio cell"), None).expect("a path");
        assert_eq!(path.map(|element| element.class)[1..], [Class::Transport, Class::Core]);
        assert!(path[0].base_delay_us + path[1].base_delay_us + path[2].base_delay_us < 10_000);
    }
    let names: BTreeSet<&str> = city.elements().iter().map(|element| element.name.as_str()).collect();
    assert_eq!((names.len(), city.summary().lines().count()), (240, 240));
}

#[test]
fn a_city_follows_from_its_seed() {
    assert_eq!(City::sample(7).elements(), City::sample(7).elements());
    let ids = |seed| City::sample(seed).elements().iter().map(|element| element.id).collect::<BTreeSet<_>>();
    assert!(ids(7).is_disjoint(&ids(8)));
}

#[test]
fn a_finer_place_is_served_like_the_one_around_it() {
    let city = City::sample(7);
    let place = city.places().next().expect("a place");
    let cell = h3o::CellIndex::try_from(place.index()).expect("an H3 cell");
    let fine = cell.center_child(h3o::Resolution::Eleven).expect("a child");
    let names = |place| city.serving(place).map(|element| element.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(H3Cell::from_index(fine.into())), names(place));
    let coarse = cell.parent(h3o::Resolution::Seven).expect("a parent");
    assert_eq!(city.serving(H3Cell::from_index(coarse.into())).count(), 0);
}

#[test]
fn the_background_stays_within_the_profile_that_is_published() {
    let week: u64 = 7 * 24 * 60;
    for traffic in Traffic::ALL {
        let profile = background_profile(traffic, 950_000);
        let first = START.as_ms() / 60_000 / week * week;
        // The epoch was a Thursday: minute `first` opens hour 72 of the week.
        let above = (0..week)
            .filter(|minute| {
                let hour = usize::try_from((minute / 60 + 72) % 168).expect("an hour");
                traffic::background_ppm(7, 3, traffic, first + minute) > profile[hour]
            })
            .count();
        // Binomial(10080, 0.05): mean 504, standard deviation 22; five of them either side.
        assert!((394..=614).contains(&above), "{traffic:?}: {above} minutes above the 95 % profile");
    }
}
