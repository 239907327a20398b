//! Random programs of calls, signals, locks and deletions against a simple model, with crashes at random commits.
//!
//! `DURABLE_SEEDS` is the number of programs to try, `DURABLE_SEED` one seed to run again: it does the same again,
//! step by step.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    unreachable_pub,
    reason = "tests"
)]

mod check;
mod code;
mod driver;
mod facts;
#[path = "../common/gate.rs"]
mod gate;
mod generate;
#[path = "../common/hooked.rs"]
mod hooked;
mod ledger;
mod log;
mod program;
#[path = "../common/seeds.rs"]
mod seeds;

use std::panic::{AssertUnwindSafe, catch_unwind};

use seeds::{Rng, message, silence_panics};

const SEEDS: u64 = 300;

#[test]
fn entities_keep_their_promises_whatever_happens() {
    silence_panics(code::PLANNED);
    for seed in seeds::seeds(SEEDS) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| run(seed))) {
            panic!("seed {seed}: {}\nrun it again with DURABLE_SEED={seed}", message(&*panic));
        }
    }
}

fn run(seed: u64) {
    let mut rng = Rng::new(seed);
    let plan = generate::plan(&mut rng);
    let mut driver = driver::Driver::new(&plan, rng);
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(driver.run());
    let facts = facts::Facts::collect(&plan, &driver);
    check::check(&plan, &facts);
}
