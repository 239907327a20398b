//! Random orchestrations against a simple model, with crashes, restarts and a store that fails, on a virtual clock.
//!
//! `desk.rs`, `world.rs`, `turns.rs`, `verbs.rs` and `entity.rs` are the model: they say what must come of a plan in a world in which nothing is
//! ever lost. `code.rs` is the same as durable code, which `driver.rs` runs; in the end both must agree on everything.
//!
//! All times differ, so that each moment has one cause, and what happens is known to the microsecond. Plans in which two
//! messages could overtake each other are left out. Faults take no time. Clocks that jump are tested in `clock.rs`.
//!
//! `DURABLE_SEEDS` is the number of plans to try, `DURABLE_SEED` one seed to run again: it does the same again, step by
//! step.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    unreachable_pub,
    reason = "tests"
)]

mod check;
mod code;
mod desk;
mod driver;
mod entity;
#[path = "../common/gate.rs"]
mod gate;
mod generate;
#[path = "../common/hooked.rs"]
mod hooked;
mod ledger;
mod program;
#[path = "../common/seeds.rs"]
mod seeds;
mod shrink;
mod turns;
mod verbs;
mod world;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use driver::{Driver, Faults};
#[cfg(feature = "sqlite")]
use durable::store::sqlite::{Durability, SqliteStore};
use durable::store::{Store, memory::MemoryStore};
use program::Plan;
use seeds::{Rng, message, silence_panics};
use world::World;

const SEEDS: u64 = 1_000;

#[test]
fn orchestrations_do_what_their_programs_say_whatever_happens() {
    silence_panics(program::PLANNED);
    let seeds = seeds::seeds(SEEDS);
    let (next, failed, tried) = (AtomicU64::new(seeds.start), Mutex::new(None), AtomicU64::new(0));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end || failed.lock().unwrap().is_some() {
                return;
            }
            let mut rng = Rng::new(seed);
            let plan = generate::plan(&mut rng);
            let faults = Faults::new(&mut rng);
            let Some(world) = World::of(&plan) else { continue };
            tried.fetch_add(1, Ordering::Relaxed);
            if let Some(what) = fails(&plan, &world, faults) {
                failed.lock().unwrap().get_or_insert((seed, plan, faults, what));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(work);
        }
    });
    if let Some((seed, plan, faults, what)) = failed.into_inner().unwrap() {
        // To try again what hangs takes too long.
        let (plan, what) = if what.contains(gate::HANGS) {
            (plan, what)
        } else {
            shrink::shrink(plan, what, |plan| fails(plan, &World::of(plan)?, faults))
        };
        let commands: Vec<_> = plan.commands.iter().map(|command| format!("  {command:?}\n")).collect();
        panic!("seed {seed}: {what}\n{faults:?}\n{}run it again with DURABLE_SEED={seed}", commands.concat());
    }
    let tried = tried.into_inner();
    println!("{tried} of {} plans had one outcome", seeds.end - seeds.start);
    assert!(seeds.end - seeds.start < 100 || tried > (seeds.end - seeds.start) / 2, "most plans are no good");
}

/// What differs from the model; nothing if all is as it must be.
fn fails(plan: &Plan, world: &World, faults: Faults) -> Option<String> {
    let run = catch_unwind(AssertUnwindSafe(|| {
        #[cfg(feature = "sqlite")]
        if faults.on_disk {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("simulation.db");
            // What a loss of power takes is tested elsewhere.
            let relaxed = || SqliteStore::new(&path).durability(Durability::Relaxed);
            return run(plan, world, faults, relaxed);
        }
        let facts = MemoryStore::new();
        run(plan, world, faults, || facts.clone())
    }));
    match run {
        Ok(differences) if differences.is_empty() => None,
        Ok(differences) => Some(differences.join("\n")),
        Err(panic) => Some(message(&*panic).to_owned()),
    }
}

fn run<S: Store + 'static>(plan: &Plan, world: &World, faults: Faults, store: impl Fn() -> S) -> Vec<String> {
    gate::set_alarm(&mut store()).unwrap();
    let mut driver = Driver::new(plan, faults, &store);
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(driver.run());
    let mut facts = store();
    facts.open().unwrap();
    check::differences(plan, world, facts.catalog().as_ref(), &driver.ledger, &driver.replies)
}
