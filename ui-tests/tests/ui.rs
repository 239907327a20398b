//! Runs all cases that must be refused; see the documentation of the crate.

#[test]
fn the_macros_refuse_what_they_should_and_say_why() {
    trybuild::TestCases::new().compile_fail("tests/fail/*/*.rs");
}
