//! A process that dies, gets an error or is late at every interesting place of the library.

use std::path::PathBuf;

use durable_tests::torture::{self, Scratch, Settings};

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

#[test]
fn what_was_acknowledged_survives_a_death_at_any_failpoint() {
    let scratch = Scratch::new().unwrap();
    let (each, seed) = (from_environment("DURABLE_EACH").unwrap_or(5), from_environment("DURABLE_SEED").unwrap_or(1));
    println!("DURABLE_EACH={each} DURABLE_SEED={seed}");
    let settings = Settings {
        program: PathBuf::from(env!("CARGO_BIN_EXE_torture")),
        directory: scratch.path().to_owned(),
        kills: each,
        at_failpoints: true,
        instances: usize::try_from(each * 60).unwrap(),
        seed,
    };
    match torture::run(&settings) {
        Ok(summary) => println!("{summary}"),
        Err(violations) => {
            panic!("DURABLE_EACH={each} DURABLE_SEED={seed}, files in {}:\n{violations}", scratch.keep().display())
        }
    }
}
