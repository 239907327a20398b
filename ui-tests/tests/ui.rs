//! Runs all cases; see the documentation of the crate.

#[test]
fn the_macros_accept_and_refuse_what_they_should() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/pass/*/*.rs");
    cases.compile_fail("tests/fail/*/*.rs");
}
