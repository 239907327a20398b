//! SIGTERM: what runs may finish, nothing is done twice, no attempt is burned, and the process ends in time.
//!
//! `DURABLE_ROUNDS=1000` makes more of everything.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{collections::HashMap, time::Duration};

use common::{PATIENCE, ask, from_environment, now, options, runs, seed, spawn_ready, wait_for_runs};
use durable_tests::torture::{
    Random, Scratch,
    process::{Heard, pause},
    target::Options,
};

fn rounds() -> u64 {
    from_environment("DURABLE_ROUNDS").unwrap_or(20)
}

/// How often each activity ran, by its key.
fn runs_by_key(options: &Options) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for run in runs(options) {
        *counts.entry(run.split('\t').nth(1).unwrap().to_owned()).or_default() += 1;
    }
    counts
}

#[test]
fn activities_that_finish_within_the_grace_period_run_once_however_often_the_process_is_asked_to_end() {
    let seed = seed();
    println!("DURABLE_SEED={seed}");
    let mut random = Random::new(seed);
    let scratch = Scratch::new().unwrap();
    let grace = Duration::from_secs(5);
    // One crash would be too many.
    let options = Options { max_crashes: Some(0), grace: Some(grace), ..options(scratch.path()) };
    let (mut started, mut slowest) = (Vec::new(), Duration::ZERO);
    for round in 0..rounds() {
        let mut process = spawn_ready(&options);
        for number in 0..5 {
            let id = format!("patient-{round}-{number}");
            assert_eq!(ask(&mut process, &format!("start {id} 0 sequence {}", random.between(3, 30))), "ack 1");
            started.push(id);
        }
        pause(Duration::from_micros(random.between(0, 20_000)));
        let asked = now();
        process.terminate().unwrap();
        let status = process.wait_for_end(PATIENCE).unwrap();
        assert!(status.is_some_and(|status| status.success()), "round {round}: {status:?}");
        slowest = slowest.max(asked.elapsed());
    }
    assert!(slowest < grace, "activities take no longer than 3 ms, and the end took {slowest:?}");
    let mut process = spawn_ready(&options);
    for id in &started {
        let answer = ask(&mut process, &format!("wait {id}"));
        assert!(answer.starts_with("ack 1 "), "`{id}`: {answer}");
    }
    let repeated: Vec<_> = runs_by_key(&options).into_iter().filter(|(_, runs)| *runs > 1).collect();
    assert!(repeated.is_empty(), "these ran more than once: {repeated:?}");
    println!("{} orderly ends, the slowest within {slowest:?}", rounds());
}

#[test]
fn activities_that_outlast_the_grace_period_burn_no_attempt() {
    let scratch = Scratch::new().unwrap();
    let grace = Duration::from_millis(50);
    let options = Options { max_crashes: Some(0), grace: Some(grace), ..options(scratch.path()) };
    let lives = usize::try_from(rounds().min(50)).unwrap();
    for life in 1..=lives {
        let mut process = spawn_ready(&options);
        if life == 1 {
            assert_eq!(ask(&mut process, "start patient 0 slow 800"), "ack 1");
        }
        wait_for_runs(&options, life);
        let asked = now();
        process.terminate().unwrap();
        assert!(process.wait_for_end(PATIENCE).unwrap().is_some_and(|status| status.success()));
        assert!(asked.elapsed() < Duration::from_millis(750), "it waited for the activity: {:?}", asked.elapsed());
    }
    let mut process = spawn_ready(&options);
    assert!(ask(&mut process, "wait patient").starts_with("ack 1 "));
    assert_eq!(runs(&options).len(), lives + 2, "the long activity began once in each life, the short one once");
    assert!(runs(&options).iter().all(|run| run.split('\t').nth(2) == Some("1")), "{:?}", runs(&options));
}

#[test]
fn a_process_that_is_killed_while_it_ends_loses_nothing() {
    let seed = seed();
    println!("DURABLE_SEED={seed}");
    let mut random = Random::new(seed);
    let scratch = Scratch::new().unwrap();
    let options = Options { grace: Some(Duration::from_secs(5)), ..options(scratch.path()) };
    let mut started = Vec::new();
    for round in 0..rounds() {
        let mut process = spawn_ready(&options);
        for number in 0..5 {
            let id = format!("patient-{round}-{number}");
            assert_eq!(ask(&mut process, &format!("start {id} 0 sequence {}", random.between(3, 30))), "ack 1");
            started.push(id);
        }
        process.terminate().unwrap();
        pause(Duration::from_micros(random.between(0, 15_000)));
        drop(process.kill().unwrap());
    }
    let mut process = spawn_ready(&options);
    for id in &started {
        let answer = ask(&mut process, &format!("wait {id}"));
        assert!(answer.starts_with("ack 1 "), "`{id}`: {answer}");
    }
    process.terminate().unwrap();
    assert_eq!(process.listen(PATIENCE), Heard::End);
    assert!(process.wait_for_end(PATIENCE).unwrap().is_some_and(|status| status.success()));
}
