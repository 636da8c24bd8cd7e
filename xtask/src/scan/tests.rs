use super::{find_words, functions, mask, test_regions};

#[test]
fn strings_and_comments_leave_the_code() {
    let masked = mask("let a = \"// no \\\" HashMap\"; // yes HashMap\nlet b = 'x';");
    assert_eq!(masked.code.split_whitespace().collect::<Vec<_>>(), ["let", "a", "=", ";", "let", "b", "=", ";"]);
    assert_eq!(masked.comments.trim(), "// yes HashMap");
}

#[test]
fn raw_strings_and_nested_comments_end_where_rust_ends_them() {
    assert_eq!(mask("r#\"a \" b\"# + c").code.trim(), "+ c");
    assert_eq!(mask("br\"\\\" + d").code.trim(), "b     + d");
    assert_eq!(mask("/* a /* b */ c */ e").code.trim(), "e");
    assert_eq!(mask("for\"x\" f").code.trim(), "for    f", "the r of a longer word opens no raw string");
}

#[test]
fn lifetimes_are_code_and_characters_are_not() {
    assert_eq!(mask("fn f<'a>(x: &'a str) {}").code, "fn f<'a>(x: &'a str) {}");
    assert_eq!(mask("['\"', '\\'', 'é', z]").code.replace(' ', ""), "[,,,z]");
}

#[test]
fn words_are_whole_words() {
    assert_eq!(find_words("rand strand rand_core x.rand()", "rand").collect::<Vec<_>>(), [0, 24]);
    assert_eq!(find_words("std::time::Instant", "std::time").count(), 1);
    assert_eq!(find_words("println!() eprintln!()", "println!").count(), 1);
}

#[test]
fn functions_are_measured_from_fn_to_their_brace() {
    let code = "fn a(x: [u8; 2]) -> u8 {\n    1\n}\ntrait T { fn b(); }\ntype F = fn(u8);\nfn c() {}\n";
    let found: Vec<_> = functions(code).into_iter().map(|f| (f.name, f.line, f.lines)).collect();
    assert_eq!(found, [("a".into(), 1, 3), ("c".into(), 6, 1)]);
}

#[test]
fn test_items_are_blanked_and_test_modules_named() {
    let regions = test_regions("a();\n#[cfg(test)]\nmod model;\n#[cfg(test)]\nmod t {\n  b();\n}\nc();");
    assert_eq!(regions.test_modules, ["model"]);
    assert_eq!(regions.product_code.split_whitespace().collect::<Vec<_>>(), ["a();", "c();"]);
    assert_eq!(regions.product_code.lines().count(), 8, "lines stay where they were");
}
