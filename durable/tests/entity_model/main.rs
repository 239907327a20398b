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
mod gate;
mod generate;
#[path = "../common/hooked.rs"]
mod hooked;
mod ledger;
mod log;
mod program;

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
};

use generate::Rng;

const SEEDS: u64 = 300;

#[test]
fn entities_keep_their_promises_whatever_happens() {
    let number = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seeds = match number("DURABLE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("DURABLE_SEEDS").unwrap_or(SEEDS),
    };
    silence_planned_panics();
    for seed in seeds {
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

/// Panics that belong to a program say nothing.
fn silence_planned_panics() {
    let previous = take_hook();
    set_hook(Box::new(move |info| {
        if !message(info.payload()).starts_with(code::PLANNED) {
            previous(info);
        }
    }));
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied()).unwrap_or_default()
}
