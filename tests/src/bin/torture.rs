//! Kills a program again and again, and checks what is left; see [`durable_tests::torture`].

use std::process::ExitCode;

use durable::{Error, Result};
use durable_tests::torture::{self, Scratch, Settings, target};

const USAGE: &str = "torture --kills N --seed S [--instances M] [--runs R]
Kills a target N times while it does random work, then checks what was promised. R runs take the seeds S, S+1, ..

torture --failpoints --each N --seed S [--instances M] [--runs R]
The same, with a target that dies, gets an error and is late N times at each place that the library has for that
(needs `--features failpoints`).";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    let done = if arguments.next_if(|argument| argument == "target").is_some() {
        target::Options::from_arguments(arguments).and_then(|options| target::run(&options))
    } else {
        torture_all(arguments)
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error {error}"));
            ExitCode::FAILURE
        }
    }
}

fn torture_all(mut arguments: impl Iterator<Item = String>) -> Result<()> {
    let (mut kills, mut seed, mut instances, mut runs, mut at_failpoints) = (50, 1, None, 1, false);
    while let Some(name) = arguments.next() {
        let mut number = || {
            let value = arguments.next().and_then(|value| value.parse::<u64>().ok());
            value.ok_or_else(|| Error::new(format!("`{name}` needs a number\n{USAGE}")))
        };
        match name.as_str() {
            "--kills" | "--each" => kills = number()?,
            "--failpoints" => (kills, at_failpoints) = (5, true),
            "--seed" => seed = number()?,
            "--instances" => instances = Some(usize::try_from(number()?)?),
            "--runs" => runs = number()?,
            unknown => return Err(Error::new(format!("unknown argument `{unknown}`\n{USAGE}"))),
        }
    }
    // At each of many places, there are as many more lives.
    let usual = if at_failpoints { kills * 60 } else { kills * 5 };
    let instances = instances.unwrap_or(usize::try_from(usual)?);
    (seed..seed.saturating_add(runs)).try_for_each(|seed| torture_once(kills, at_failpoints, seed, instances))
}

fn torture_once(kills: u64, at_failpoints: bool, seed: u64, instances: usize) -> Result<()> {
    let scratch = Scratch::new()?;
    let program = std::env::current_exe()?;
    let settings = Settings { program, directory: scratch.path().to_owned(), kills, at_failpoints, instances, seed };
    match torture::run(&settings) {
        Ok(summary) => {
            say(&format!("seed {seed}: {summary}"));
            Ok(())
        }
        Err(violations) => {
            say(&format!("{violations}seed {seed}: the files are in {}", scratch.keep().display()));
            Err(Error::new(format!("seed {seed}: promises were broken")))
        }
    }
}

#[expect(clippy::print_stdout, reason = "a program for the command line")]
fn say(text: &str) {
    println!("{text}");
}
