use super::{EXAMPLES, describe, number_of};

#[test]
fn a_number_is_the_one_given_or_the_usual_one() {
    let options: Vec<String> = ["--seed", "7", "--examples", "many"].map(str::to_owned).into();
    assert_eq!(number_of(&options, "--seed", 1).expect("a number"), 7);
    assert_eq!(number_of(&[], "--examples", EXAMPLES).expect("a number"), EXAMPLES);
    let error = number_of(&options, "--examples", EXAMPLES).expect_err("no number").to_string();
    assert_eq!(error, "`--examples many`: a number is expected");
}

#[test]
fn no_answer_may_be_a_server_error_or_undocumented() {
    let text = describe();
    for check in
        ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
    {
        assert!(text.contains(check), "{text}");
    }
}
