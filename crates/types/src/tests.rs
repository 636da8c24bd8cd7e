use super::*;

#[test]
fn ids_round_trip_and_name_their_kind() {
    for bits in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef] {
        let id = TokenId::from_u128(bits);
        assert_eq!(TokenId::parse(&id.to_string()), Ok(id));
        assert!(SessionId::parse(&id.to_string()).is_err());
        let bytes = minicbor::to_vec(id).expect("encodes");
        assert_eq!(minicbor::decode::<TokenId>(&bytes).expect("decodes"), id);
    }
    assert_eq!(TokenId::from_u128(u128::MAX).to_string(), "tok_7zzzzzzzzzzzzzzzzzzzzzzzzz");
    for bad in
        ["tok_", "tok_8zzzzzzzzzzzzzzzzzzzzzzzzz", "tok_7zzzzzzzzzzzzzzzzzzzzzzzz", "tok_7zzzzzzzzzzzzzzzzzzzzzzzzU"]
    {
        assert!(TokenId::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn money_shows_the_currency_s_own_digits() {
    let show = |minor, code| Money::new(minor, Currency::parse(code).expect("a code")).to_string();
    assert_eq!(show(150, "EUR"), "1.50 EUR");
    assert_eq!(show(-5, "EUR"), "-0.05 EUR");
    assert_eq!(show(300, "JPY"), "300 JPY");
    assert_eq!(show(1_234, "KWD"), "1.234 KWD");
    assert_eq!(show(i64::MIN, "EUR"), "-92233720368547758.08 EUR");
    assert_eq!(Currency::parse("eur"), Err(CurrencyError));
}

#[test]
fn ratios_round_once_in_the_direction_they_say() {
    let third = Ratio::new(1, 3).expect("not zero");
    assert_eq!((third.of_floor(100), third.of_ceil(100)), (Some(33), Some(34)));
    assert_eq!(Ratio::new(u64::MAX, 1).and_then(|r| r.of_floor(2)), None);
    assert_eq!(Ratio::new(1, 0), None);
    assert!(minicbor::decode::<Ratio>(&[0x82, 1, 0]).is_err());
}

#[test]
fn windows_are_half_open_and_never_empty() {
    let at = Instant::from_ms;
    let window = Window::new(at(10), at(20)).expect("a window");
    assert!(window.contains(at(10)) && !window.contains(at(20)));
    assert_eq!(Window::new(at(5), at(5)), Err(WindowError::EmptyOrInverted));
    assert!(!window.overlaps(Window::new(at(20), at(30)).expect("a window")));
}

#[test]
fn an_area_is_sorted_and_of_one_resolution() {
    let cell = |resolution: u64, n: u64| H3Cell::from_index((resolution << 52) | n);
    let area = Area::new(vec![cell(8, 2), cell(8, 1), cell(8, 2)]).expect("an area");
    assert_eq!(area.cells(), [cell(8, 1), cell(8, 2)]);
    assert_eq!((area.resolution(), area.contains(cell(8, 2)), area.contains(cell(8, 3))), (8, true, false));
    assert_eq!(Area::new(vec![]), Err(AreaError::Empty));
    assert_eq!(Area::new(vec![cell(8, 1), cell(9, 1)]), Err(AreaError::MixedResolutions));
}

#[test]
fn months_are_as_long_as_the_calendar_says() {
    let month = |text: &str| Month::parse(text).expect("a month");
    for (text, start_ms) in [
        ("1970-01", 0),
        ("2000-03", 951_868_800_000),
        ("2024-03", 1_709_251_200_000),
        ("2026-01", 1_767_225_600_000),
        ("2100-03", 4_107_542_400_000),
    ] {
        assert_eq!((month(text).start().as_ms(), month(text).to_string()), (start_ms, text.to_owned()));
    }
    let days = |at: Month| at.end().since(at.start()).as_ms() / Duration::from_days(1).as_ms();
    let year: Vec<u64> = (1..=12).map(|number| days(month(&format!("2026-{number:02}")))).collect();
    assert_eq!(year, [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
    assert_eq!([month("2024-02"), month("2100-02"), month("2000-02")].map(days), [29, 28, 29]);
    assert_eq!(month("2025-12").next(), month("2026-01"));
    for text in ["2026-13", "2026-00", "2026", "26-01", "2026-1", "1969-12", "+026-01", "2026-01-01", ""] {
        assert_eq!(Month::parse(text), Err(MonthError), "{text}");
    }
}
