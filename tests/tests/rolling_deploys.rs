//! Old and new versions of a program take turns: code that is unknown or differs parks an instance, and never fails it.
//!
//! `DURABLE_ROUNDS=200` deploys more often.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{collections::HashMap, path::Path, time::Duration};

use common::{PATIENCE, ask, from_environment, options, seed, spawn_ready};
use durable::{Client, InstanceId, Status, client::InstanceStatus, model::ParkReason};
use durable_tests::torture::{
    Process, Random, Scratch,
    process::{Heard, pause},
    program::Finished,
    target::{Code, Options},
};

#[test]
fn unknown_and_diverging_code_parks_and_goes_on_when_the_fitting_version_is_back() {
    let rounds = from_environment("DURABLE_ROUNDS").unwrap_or(10);
    let seed = seed();
    println!("DURABLE_SEED={seed}");
    let mut random = Random::new(seed);
    let scratch = Scratch::new().unwrap();
    let (mut numbers, mut parked) = (0..rounds * 100, HashMap::new());
    for round in 0..rounds {
        let (code, own) = if round % 2 == 0 { (Code::Old, "retired") } else { (Code::New, "novel") };
        let options = Options { code, ..options(scratch.path()) };
        let mut process = spawn_ready(&options);
        for name in ["sequence 3", "collect 1", "shifting null", &format!("{own} null")] {
            let id = format!("{}-{}", name.split(' ').next().unwrap(), numbers.next().unwrap());
            assert_eq!(ask(&mut process, &format!("start {id} 0 {name}")), "ack 1");
        }
        pause(Duration::from_micros(random.between(0, 30_000)));
        look(&options.database, &mut parked);
        // Some get their event from the version that can't run them.
        for id in waiting(&options.database) {
            if random.between(0, 3) == 0 {
                let answer = ask(&mut process, &format!("event {id} 7"));
                assert!(answer == "ack 1" || answer.contains("InvalidState"), "`{id}`: {answer}");
            }
        }
        end(process, &mut random);
    }
    assert!(parked.values().any(|reason| *reason == ParkReason::NotRegistered), "{parked:?}");
    assert!(parked.values().any(|reason| matches!(reason, ParkReason::Nondeterminism { .. })), "{parked:?}");
    for code in [Code::Old, Code::New, Code::Old, Code::New] {
        let options = Options { code, ..options(scratch.path()) };
        let mut process = spawn_ready(&options);
        for id in waiting(&options.database) {
            let answer = ask(&mut process, &format!("event {id} 7"));
            assert!(answer == "ack 1" || answer.contains("InvalidState"), "`{id}`: {answer}");
        }
        pause(Duration::from_millis(300));
        look(&options.database, &mut parked);
        process.terminate().unwrap();
        assert!(process.wait_for_end(PATIENCE).unwrap().is_some_and(|status| status.success()));
    }
    check_the_end(&options(scratch.path()).database, rounds);
    println!("{rounds} deployments, {} instances were parked meanwhile", parked.len());
}

/// Ends it in order, or not.
fn end(mut process: Process, random: &mut Random) {
    if random.between(0, 2) == 0 {
        drop(process.kill().unwrap());
    } else {
        process.terminate().unwrap();
        assert_eq!(process.listen(PATIENCE), Heard::End);
        assert!(process.wait_for_end(PATIENCE).unwrap().is_some_and(|status| status.success()));
    }
}

#[tokio::main(flavor = "current_thread")]
async fn all(database: &Path) -> Vec<InstanceStatus> {
    let client = Client::read_only(database).await.unwrap();
    client.instances().limit(1_000).await.unwrap().instances
}

/// Those that have not ended.
fn waiting(database: &Path) -> Vec<InstanceId> {
    all(database).into_iter().filter(|instance| !instance.status.is_terminal()).map(|instance| instance.id).collect()
}

/// Notes who is parked; nobody has failed.
fn look(database: &Path, parked: &mut HashMap<InstanceId, ParkReason>) {
    for instance in all(database) {
        assert_ne!(instance.status, Status::Failed, "{instance:?}");
        parked.extend(instance.parked.map(|why| (instance.id.clone(), why.reason)));
    }
}

#[tokio::main(flavor = "current_thread")]
async fn check_the_end(database: &Path, rounds: u64) {
    let client = Client::read_only(database).await.unwrap();
    let instances = client.instances().limit(1_000).await.unwrap().instances;
    assert_eq!(instances.len() as u64, 4 * rounds);
    for InstanceStatus { id, status, parked, name, .. } in instances {
        assert_eq!((status, parked), (Status::Completed, None), "{id}");
        let output = client.status(&id).await.unwrap().unwrap().output.unwrap();
        let Finished { receipts, numbers, note } = output.decode().unwrap();
        let expected: (usize, &[u64]) = match &*name {
            "sequence" => (3, &[]),
            "shifting" => (2, &[7]),
            _ => (1, &[7]),
        };
        assert_eq!((receipts.len(), &*numbers), expected, "{id}");
        match &*name {
            "retired" => assert_eq!(note, "old"),
            "novel" => assert_eq!(note, "new"),
            "shifting" => assert!(note == "old" || note == "new"),
            _ => assert_eq!(note, ""),
        }
    }
}
