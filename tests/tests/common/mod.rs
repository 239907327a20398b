//! Targets of the torture, for tests that give them one thing after the other to do.

#![allow(dead_code, unreachable_pub, reason = "each test uses some of it")]

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use durable_tests::torture::{
    Process, Random,
    process::{Heard, pause},
    target::Options,
};

pub const TORTURE: &str = env!("CARGO_BIN_EXE_torture");
/// Far longer than anything here takes.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub fn options(directory: &Path) -> Options {
    Options::within(directory)
}

pub fn spawn(options: &Options) -> Process {
    let log = options.ledger.with_file_name("target.log");
    Process::spawn(Path::new(TORTURE), options, &log).expect("the target can be started")
}

pub fn spawn_ready(options: &Options) -> Process {
    let process = spawn(options);
    assert!(process.wait_until_ready(PATIENCE), "the target is not ready within {PATIENCE:?}");
    process
}

/// Sends a command, and gives the answer to it.
#[track_caller]
pub fn ask(process: &mut Process, command: &str) -> String {
    process.send(&format!("1 {command}"));
    match process.listen(PATIENCE) {
        Heard::Line(line) => line,
        silence @ (Heard::Nothing | Heard::End) => panic!("`{command}` was answered by {silence:?}"),
    }
}

/// The lines of the ledger.
pub fn runs(options: &Options) -> Vec<String> {
    let text = fs::read_to_string(&options.ledger).unwrap_or_default();
    text.lines().filter(|line| line.ends_with("\t.")).map(ToOwned::to_owned).collect()
}

#[track_caller]
pub fn wait_for_runs(options: &Options, count: usize) {
    let deadline = now() + PATIENCE;
    while runs(options).len() < count {
        assert!(now() < deadline, "{count} activity runs are expected: {:?}", runs(options));
        pause(Duration::from_millis(5));
    }
}

#[expect(clippy::disallowed_methods, reason = "processes live by the clock on the wall")]
pub fn now() -> Instant {
    Instant::now()
}

/// The seed that was asked for, or any.
#[expect(clippy::disallowed_methods, reason = "each run of a random test is another one")]
pub fn seed() -> u64 {
    from_environment("DURABLE_SEED").unwrap_or_else(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Random::new(since.subsec_nanos().into()).next() % 1_000_000
    })
}

pub fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}
