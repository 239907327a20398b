//! Every program of the documentation does the same wherever it crashes.
#![allow(
    warnings,
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "most of this is the documentation"
)]

use std::{path::PathBuf, pin::Pin};

use durable::{
    Client, Registry, Result,
    runtime::{Clock, VirtualClock},
    testing::{TestEnv, TestEnvBuilder},
};

include!(concat!(env!("OUT_DIR"), "/programs.rs"));

/// One program of the documentation.
struct Program {
    place: &'static str,
    run: fn() -> Pin<Box<dyn Future<Output = ()>>>,
}

/// Which program a process of this test runs, by its number, and in front of which commit it crashes; 0 for none.
const PROGRAM: &str = "DURABLE_PROGRAM";
const CRASH_AT: &str = "DURABLE_CRASH_AT";

fn number(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Stands in for the `Runtime` of the programs.
pub struct Runtime(TestEnv);

impl Runtime {
    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder(TestEnv::builder(durable::registry![]))
    }

    pub fn client(&self) -> Client {
        (*self.0).clone()
    }

    pub async fn shutdown(self) -> Result<()> {
        self.0.settle().await;
        Ok(())
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        println!("commits {}", self.0.commits());
    }
}

pub struct RuntimeBuilder(TestEnvBuilder);

impl RuntimeBuilder {
    /// The environment has a store of its own, and a clock that moves by itself.
    pub fn memory(self) -> Self {
        self
    }

    pub fn sqlite(self, _: impl Into<PathBuf>) -> Self {
        self
    }

    pub fn clock(self, _: impl Clock) -> Self {
        self
    }

    pub fn register(self, registry: Registry) -> Self {
        Self(self.0.runtime(move |runtime| runtime.register(registry)))
    }

    pub async fn start(self) -> Result<Runtime> {
        Ok(Runtime(self.0.crash_at(number(CRASH_AT).unwrap_or(0)).start().await?))
    }
}

/// How a program ends.
trait Outcome {
    fn check(self);
}

impl Outcome for () {
    fn check(self) {}
}

impl Outcome for Result<()> {
    fn check(self) {
        self.unwrap();
    }
}

#[tokio::test]
async fn every_program_does_the_same_wherever_it_crashes() {
    if let Some(program) = number(PROGRAM) {
        return (PROGRAMS[program].run)().await;
    }
    let mut crashes = 0;
    for program in 0..PROGRAMS.len() {
        let commits = run(program, 0);
        for commit in 1..=commits {
            run(program, commit);
        }
        crashes += commits;
    }
    assert!(PROGRAMS.len() >= 15 && crashes >= 40, "{} programs, {crashes} crashes", PROGRAMS.len());
}

#[test]
fn the_tests_in_the_readme_are_those_of_the_example() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path| std::fs::read_to_string(root.join(path)).unwrap();
    let (readme, example) = (read("README.md"), read("examples/examples/approval.rs"));
    let shown = readme.split("\n## Tests\n").nth(1).and_then(|section| section.split("```").nth(1)).unwrap();
    let lines =
        |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let mut tested = lines(&example).into_iter();
    for line in lines(shown).into_iter().skip(1) {
        assert!(tested.any(|other| other == line), "`{line}` is not in the example, or not in this order");
    }
}

/// Runs a program in a process of its own, as it may have globals, and gives the number of its commits.
fn run(program: usize, crash_at: usize) -> usize {
    let test = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "every_program_does_the_same_wherever_it_crashes"])
        .env(PROGRAM, program.to_string())
        .env(CRASH_AT, crash_at.to_string())
        .output()
        .unwrap();
    let (said, complained) = (String::from_utf8_lossy(&test.stdout), String::from_utf8_lossy(&test.stderr));
    let place = PROGRAMS[program].place;
    assert!(test.status.success(), "{place}, with a crash in front of commit {crash_at}: {said}{complained}");
    let commits = said.lines().find_map(|line| line.rsplit_once("commits ")?.1.parse().ok());
    commits.unwrap_or_else(|| panic!("{place} did not say how often it commits: {said}"))
}
