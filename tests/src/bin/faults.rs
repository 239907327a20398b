//! Loses power, fills disks, lets them fail and damages files, and checks what is left; see [`durable_tests::faults`].

use std::process::ExitCode;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[path = "../disk/interpose.rs"]
mod interpose;

const USAGE: &str = "faults power --images N --seed S     losses of power, of which many share one run of work
faults full --budgets N --seed S     disks that are full
faults io --errors N --seed S        calls of the disk that fail
faults corrupt --files N --seed S    files that are damaged
Every case follows from the seed; a failure says which command repeats it.";

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn main() -> ExitCode {
    use durable_tests::faults::{corrupt, full, io, power};

    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next().unwrap_or_default();
    let (mut size, mut seed) = (500, 1);
    while let Some(name) = arguments.next() {
        let Some(number) = arguments.next().and_then(|number| number.parse::<u64>().ok()) else {
            return say(&format!("`{name}` needs a number\n{USAGE}"), ExitCode::FAILURE);
        };
        match name.as_str() {
            "--images" | "--budgets" | "--errors" | "--files" => size = usize::try_from(number).unwrap_or(usize::MAX),
            "--seed" => seed = number,
            unknown => return say(&format!("unknown argument `{unknown}`\n{USAGE}"), ExitCode::FAILURE),
        }
    }
    let summary = match kind.as_str() {
        "power" => power::run(size, seed),
        "corrupt" => corrupt::run(size, seed),
        "full" => full::run(size, seed),
        "io" => io::run(size, seed),
        _ => return say(USAGE, ExitCode::FAILURE),
    };
    let code = if summary.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    say(&format!("{kind}, seed {seed}: {summary}"), code)
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn main() -> ExitCode {
    say("the simulated disk needs Linux with glibc", ExitCode::FAILURE)
}

#[expect(clippy::print_stdout, reason = "a program for the command line")]
fn say(text: &str, code: ExitCode) -> ExitCode {
    println!("{text}");
    code
}
