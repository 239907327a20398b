//! Faults under the store: power that is lost, disks that are full or fail, files that are damaged.
//!
//! `DURABLE_FAULTS` multiplies how many cases there are; `DURABLE_SEED` repeats a run.
#![cfg(all(target_os = "linux", target_env = "gnu"))]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

#[path = "../src/disk/interpose.rs"]
mod interpose;

use std::{fs, io::Write, path::Path, process::Command};

use durable::{
    model::{Batch, Wake},
    store::{
        Store,
        sqlite::{Durability, SqliteStore},
    },
};
use durable_tests::{
    disk::{Access, Disk, Failure, Faults, Op, Rule},
    faults::{Summary, corrupt, full, io, power},
    torture::Random,
};

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |value| value.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

#[track_caller]
fn check(size: u64, run: impl Fn(usize, u64) -> Summary) {
    // The same each time: long runs with other seeds are for who changes the store.
    let seed = number("DURABLE_SEED", 1);
    let summary = run(usize::try_from(size * number("DURABLE_FAULTS", 1)).unwrap(), seed);
    println!("DURABLE_SEED={seed}: {summary}");
    assert!(
        summary.failures.is_empty(),
        "promises were broken; run `cargo run --release -p durable-tests --bin faults -- ` and what stands before each"
    );
    assert!(summary.cases > 0);
}

#[test]
fn after_a_loss_of_power_everything_is_there_that_was_told() {
    check(500, power::run);
}

#[test]
fn on_a_full_disk_nothing_is_lost_and_all_goes_on_when_there_is_space() {
    check(50, full::run);
}

#[test]
fn after_an_error_of_the_disk_nothing_is_told_that_a_restart_does_not_find() {
    check(100, io::run);
}

#[test]
fn a_damaged_file_gives_a_typed_error_or_what_is_right() {
    check(500, corrupt::run);
}

fn syncs(disk: &Disk, name: &str) -> usize {
    disk.trace().summary().get(&format!("syncs of {name}")).copied().unwrap_or(0)
}

fn commit(store: &mut SqliteStore, number: i64) {
    let wake = Wake { due: durable::Timestamp::from_micros(number), key: durable::model::InstanceKey(1) };
    store.commit(&Batch { slept: vec![wake], ..Batch::default() }).unwrap();
}

#[test]
fn the_disk_sees_the_syncs_of_sqlite_and_those_of_our_own() {
    let directory = tempfile::tempdir().unwrap();
    let disk = Disk::watch(directory.path(), Faults::default()).unwrap();
    let database = fs::canonicalize(directory.path()).unwrap().join("hub.db");
    let mut store = SqliteStore::new(&database).durability(Durability::Full);
    store.open().unwrap();
    let opened = syncs(&disk, "hub.db-wal");
    assert!(opened > 0 && syncs(&disk, "hub.db") > 0 && syncs(&disk, "the directory") > 0);
    // SQLite itself, until somebody takes the syncs over.
    commit(&mut store, 1);
    assert_eq!(syncs(&disk, "hub.db-wal"), opened + 1);
    let mut syncer = store.defer_sync().unwrap().unwrap();
    let taken_over = syncs(&disk, "hub.db-wal");
    commit(&mut store, 2);
    assert_eq!(syncs(&disk, "hub.db-wal"), taken_over);
    syncer.sync().unwrap();
    assert_eq!(syncs(&disk, "hub.db-wal"), taken_over + 1);
}

#[test]
fn a_sync_that_ends_well_proves_nothing_after_one_that_failed() {
    let directory = tempfile::tempdir().unwrap();
    let disk = Disk::watch(directory.path(), Faults::default()).unwrap();
    let mut store = SqliteStore::new(fs::canonicalize(directory.path()).unwrap().join("hub.db"));
    store.open().unwrap();
    let mut syncer = store.defer_sync().unwrap().unwrap();
    commit(&mut store, 1);
    let rule = Rule { access: Some(Access::Sync), from: 0, times: 1, failure: Failure::Io };
    disk.set_faults(Faults { rule: Some(rule), ..Faults::default() });
    syncer.sync().unwrap_err();
    syncer.sync().unwrap_err();
    let wake = Wake { due: durable::Timestamp::from_micros(2), key: durable::model::InstanceKey(1) };
    store.commit(&Batch { slept: vec![wake], ..Batch::default() }).unwrap_err();
    assert_eq!(disk.counts().failures, 1, "the disk itself works again");
}

/// The images of a file of two sectors, of which the first is synced.
fn images(directory: &Path) -> Vec<Vec<u8>> {
    let disk = Disk::watch(directory, Faults::default()).unwrap();
    let path = fs::canonicalize(directory).unwrap().join("file");
    let mut file = fs::File::create(&path).unwrap();
    file.write_all(&[1; 512]).unwrap();
    file.sync_all().unwrap();
    file.write_all(&[2; 1_024]).unwrap();
    let trace = disk.trace();
    assert!(trace.ops().iter().any(|op| matches!(op, Op::Sync { .. })), "{:?}", trace.summary());
    let image = |seed| trace.image(trace.len(), &mut Random::new(seed)).file("file").clone();
    (0..400).map(image).collect()
}

#[test]
fn an_image_has_what_was_synced_and_any_part_of_the_rest() {
    let directory = tempfile::tempdir().unwrap();
    let images = images(directory.path());
    // A name of which only the file was synced may be missing.
    let found: Vec<_> = images.iter().filter(|image| !image.is_empty()).collect();
    assert!(found.len() > images.len() / 2 && found.len() < images.len());
    assert!(found.iter().all(|image| image.starts_with(&[1; 512])));
    let has = |from: usize, byte: u8| found.iter().any(|image| image.get(from) == Some(&byte));
    for from in [512, 1_024] {
        assert!(has(from, 2) && has(from, 0), "the sector at {from} is there or not");
    }
    assert!(found.iter().any(|image| image.len() == 512) && found.iter().any(|image| image.len() == 1_536));
    let torn = |image: &&&Vec<u8>| image.get(512) == Some(&0) && image.get(1_024) == Some(&2);
    assert!(found.iter().any(|image| torn(&image)));
}

#[test]
fn the_program_says_how_it_is_used() {
    let output = Command::new(env!("CARGO_BIN_EXE_faults")).arg("--help").output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("faults power --images N --seed S"));
}
