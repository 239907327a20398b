//! A small run of every fuzz target; `DURABLE_FUZZ_INPUTS=1000000` gives each more, `DURABLE_SEED=2` others.

use durable_tests::fuzz::{TARGETS, Target, run};

/// How many inputs a target of the largest weight is given.
const INPUTS: u64 = 20_000;

#[track_caller]
fn check(name: &str) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().expect("it is a number"));
    let target = Target::named(name).expect("there is such a target");
    // Those that ask a runtime or a database are slower, and are given less, if nothing else is asked for.
    let heaviest = TARGETS.iter().map(|target| target.weight).max().unwrap_or(1);
    let inputs = number("DURABLE_FUZZ_INPUTS").unwrap_or(INPUTS * target.weight / heaviest);
    match run(&target, inputs, number("DURABLE_SEED").unwrap_or(1)) {
        Ok(figures) => {
            // Without inputs that are understood nothing but the refusing is tested.
            assert!(figures.understood * 50 > inputs.min(1_000), "{name} understands only {figures:?}");
        }
        Err(finding) => panic!("{finding}"),
    }
}

macro_rules! targets {
    ($($target:ident)*) => {
        $(
            #[test]
            fn $target() {
                check(stringify!($target));
            }
        )*

        #[test]
        fn every_target_has_its_test_and_its_program() {
            assert_eq!([$(stringify!($target)),*], TARGETS.map(|target| target.name));
            for target in TARGETS {
                let program = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
                let program = std::fs::read_to_string(program.join(format!("{}.rs", target.name))).unwrap();
                assert!(program.contains(&format!("take(\"{}\"", target.name)), "{program}");
            }
        }
    };
}

targets! {
    events messages ids times payloads golden database queries requests continuations changes links entities
}
