//! Gives all fuzz targets many inputs, and says how many; see [`durable_tests::fuzz`].

use std::{process::ExitCode, sync::Mutex, thread};

use durable_tests::fuzz::{TARGETS, Target, run};

const USAGE: &str = "fuzz [--inputs N] [--seed S] [--target NAME] [--threads T]
Gives N inputs (1,000,000) to all targets together, or to one of them, from that seed (1).";

struct Settings {
    inputs: u64,
    seed: u64,
    target: Option<String>,
    threads: u64,
}

fn main() -> ExitCode {
    match settings(std::env::args().skip(1)) {
        Ok(settings) => fuzz(&settings),
        Err(message) => {
            say(&format!("{message}\n{USAGE}"));
            ExitCode::FAILURE
        }
    }
}

fn settings(mut arguments: impl Iterator<Item = String>) -> Result<Settings, String> {
    let mut settings = Settings { inputs: 1_000_000, seed: 1, target: None, threads: 2 };
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{name}` needs a value"))?;
        let number = || value.replace('_', "").parse().map_err(|_| format!("`{name}` needs a number"));
        match name.as_str() {
            "--inputs" => settings.inputs = number()?,
            "--seed" => settings.seed = number()?,
            "--threads" => settings.threads = number()?,
            "--target" if Target::named(&value).is_some() => settings.target = Some(value),
            "--target" => {
                let known: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
                return Err(format!("there is no target `{value}`: there are {}", known.join(", ")));
            }
            unknown => return Err(format!("unknown argument `{unknown}`")),
        }
    }
    Ok(settings)
}

fn fuzz(settings: &Settings) -> ExitCode {
    // Panics of code under test are told once, as findings.
    std::panic::set_hook(Box::new(|_| {}));
    let chosen = |target: &&Target| settings.target.as_ref().is_none_or(|name| name == target.name);
    let targets: Vec<_> = TARGETS.iter().filter(chosen).collect();
    let weights: u64 = targets.iter().map(|target| target.weight).sum();
    // Those that take longest for each input come first.
    let mut queue: Vec<_> = targets.iter().map(|target| (*target, settings.inputs * target.weight / weights)).collect();
    queue.sort_by_key(|(target, _)| std::cmp::Reverse(target.weight));
    let (queue, total, found) = (Mutex::new(queue), Mutex::new(0), Mutex::new(0));
    let next = || queue.lock().ok()?.pop();
    say(&format!("{:14} {:>12} {:>12} {:>9} {:>10}", "target", "inputs", "understood", "seconds", "a second"));
    thread::scope(|scope| {
        for _ in 0..settings.threads.max(1) {
            scope.spawn(|| {
                while let Some((target, inputs)) = next() {
                    match run(target, inputs, settings.seed) {
                        Ok(figures) => {
                            let seconds = figures.time.as_secs_f64();
                            #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
                            let speed = figures.inputs as f64 / seconds;
                            let (name, understood) = (target.name, figures.understood);
                            say(&format!("{name:14} {inputs:>12} {understood:>12} {seconds:>9.1} {speed:>10.0}"));
                            *total.lock().expect("nobody panics with it") += figures.inputs;
                        }
                        Err(finding) => {
                            say(&finding.to_string());
                            *found.lock().expect("nobody panics with it") += 1;
                        }
                    }
                }
            });
        }
    });
    let (total, found) = (*total.lock().expect("nobody panics with it"), *found.lock().expect("nobody panics with it"));
    say(&format!("{total} inputs, {found} findings, seed {}{}", settings.seed, peak_memory()));
    if found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(target_os = "linux")]
fn peak_memory() -> String {
    let status = procfs::process::Process::myself().and_then(|process| process.status());
    let peak = status.ok().and_then(|status| status.vmhwm);
    peak.map(|kilobytes| format!(", {} MB of memory at most", kilobytes / 1_024)).unwrap_or_default()
}

#[cfg(not(target_os = "linux"))]
fn peak_memory() -> String {
    String::new()
}

#[expect(clippy::print_stdout, reason = "it is what the program is for")]
fn say(line: &str) {
    println!("{line}");
}
