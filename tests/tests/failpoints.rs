//! A process that dies, gets an error or is late at every interesting place of the library.

mod common;

use std::path::PathBuf;

use common::{TORTURE, from_environment, seed};
use durable_tests::torture::{self, Scratch, Settings};

#[test]
fn what_was_acknowledged_survives_a_death_at_any_failpoint() {
    let scratch = Scratch::new().unwrap();
    let (each, seed) = (from_environment("DURABLE_EACH").unwrap_or(5), seed());
    println!("DURABLE_EACH={each} DURABLE_SEED={seed}");
    let settings = Settings {
        program: PathBuf::from(TORTURE),
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
