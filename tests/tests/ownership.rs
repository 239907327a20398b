//! A database has one owner: others are refused at once and told who it is, and one that lost it can write nothing more.
//!
//! `DURABLE_ROUNDS=1000` makes more of everything.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::{PATIENCE, ask, from_environment, now, options, seed, spawn, spawn_ready};
use durable::{Client, InstanceId, Status};
use durable_tests::torture::{
    Random, Scratch,
    process::{Heard, pause},
};

/// How long the refusal of a process may take, its start included, while eight of them share the processors.
const REFUSAL: Duration = Duration::from_secs(3);

fn rounds() -> u64 {
    from_environment("DURABLE_ROUNDS").unwrap_or(20)
}

#[test]
fn of_eight_that_start_at_once_one_owns_the_database_and_the_others_are_told_who() {
    let scratch = Scratch::new().unwrap();
    let options = options(scratch.path());
    let mut slowest = Duration::ZERO;
    for round in 0..rounds() {
        let began = now();
        let mut rivals: Vec<_> = (0..8).map(|_| spawn(&options)).collect();
        let said: Vec<_> = rivals.iter().map(|rival| rival.listen(PATIENCE)).collect();
        slowest = slowest.max(began.elapsed());
        let is_owner = |heard: &Heard| *heard == Heard::Line("ready".to_owned());
        let owners: Vec<_> = rivals.iter().zip(&said).filter(|(_, said)| is_owner(said)).collect();
        assert_eq!(owners.len(), 1, "round {round}: {said:?}");
        let holder = format!("process {} ", owners[0].0.id());
        for (rival, said) in rivals.iter_mut().zip(&said).filter(|(_, said)| !is_owner(said)) {
            let Heard::Line(refusal) = said else { panic!("round {round}: a rival says {said:?}") };
            assert!(refusal.starts_with("error ") && refusal.contains(&holder), "round {round}: {refusal}, {holder}");
            assert!(rival.wait_for_end(PATIENCE).unwrap().is_some_and(|status| !status.success()));
        }
        // Half of the owners die without a word, so that the next ones find a lock file that names a dead one.
        if round % 2 == 0 {
            let owner = rivals.iter_mut().zip(&said).find(|(_, said)| is_owner(said)).unwrap().0;
            owner.terminate().unwrap();
            assert!(owner.wait_for_end(PATIENCE).unwrap().is_some_and(|status| status.success()));
        }
    }
    println!("the slowest of {} races was decided after {slowest:?}", rounds());
    assert!(slowest < REFUSAL, "{slowest:?}");
}

#[test]
fn an_owner_that_was_overtaken_while_it_was_stopped_commits_and_acknowledges_nothing_more() {
    let seed = seed();
    println!("DURABLE_SEED={seed}");
    let mut random = Random::new(seed);
    let (mut overtaken, mut tries) = (0, 0);
    while overtaken < rounds() {
        tries += 1;
        assert!(tries < 10 * rounds(), "after {tries} tries only {overtaken} owners were overtaken");
        overtaken += u64::from(overtake(&mut random));
    }
    println!("{overtaken} owners were overtaken, in {tries} tries");
}

/// Stops an owner somewhere in its work, and lets another one take its place; `false` if that was not possible.
fn overtake(random: &mut Random) -> bool {
    let scratch = Scratch::new().unwrap();
    let options = options(scratch.path());
    let mut zombie = spawn_ready(&options);
    for number in 0..30 {
        zombie.send(&format!("{number} start old-{number} 0 sequence 8"));
    }
    pause(Duration::from_micros(random.between(0, 30_000)));
    zombie.stop().unwrap();
    // Whoever removes the file with the lock bypasses it. What is left is the number of the ownership.
    let mut lock = options.database.clone().into_os_string();
    lock.push("-lock");
    std::fs::remove_file(lock).unwrap();

    let mut owner = spawn(&options);
    if owner.listen(PATIENCE) != Heard::Line("ready".to_owned()) {
        // It was stopped in the middle of a transaction, which keeps all others out.
        return false;
    }
    assert_eq!(ask(&mut owner, "start new 0 sequence 3"), "ack 1");
    // What it is asked from here on is too late.
    zombie.send("100 start late 0 sequence 1");
    zombie.send("101 signal late add 0 token");
    zombie.go_on().unwrap();
    let mut old = Vec::new();
    for late in [100, 101, 102] {
        if late == 102 {
            zombie.send("102 start later 0 sequence 1");
        }
        loop {
            let Heard::Line(line) = zombie.listen(PATIENCE) else { panic!("the zombie does not answer {late}") };
            let (verdict, rest) = line.split_once(' ').unwrap();
            let number: u64 = rest.split(' ').next().unwrap().parse().unwrap();
            if number >= 100 {
                assert_eq!(verdict, "err", "an owner that was overtaken acknowledges: {line}");
                break;
            }
            // What it had committed before it was stopped.
            old.extend((verdict == "ack").then_some(number));
        }
    }
    drop(zombie);
    assert!(ask(&mut owner, "wait new").starts_with("ack 1 "));
    for number in &old {
        assert!(ask(&mut owner, &format!("wait old-{number}")).starts_with("ack 1 "), "{number} was acknowledged");
    }
    assert_eq!(ask(&mut owner, "shutdown"), "ack 1");
    assert!(owner.wait_for_end(PATIENCE).unwrap().is_some_and(|status| status.success()));
    check_what_is_stored(&options.database);
    true
}

#[tokio::main(flavor = "current_thread")]
async fn check_what_is_stored(database: &std::path::Path) {
    let client = Client::read_only(database).await.unwrap();
    for late in ["late", "later"] {
        assert!(client.status(&InstanceId::new(late).unwrap()).await.unwrap().is_none(), "`{late}` was stored");
    }
    assert!(client.read_named(&"@Counter@late".parse().unwrap()).await.unwrap().is_none());
    for instance in client.instances().limit(100).await.unwrap().instances {
        let history = client.history(&instance.id).await.unwrap().unwrap();
        let mut next = 0;
        for segment in &history {
            assert_eq!(segment.sequence, next, "the history of `{}` has a gap", instance.id);
            next += segment.events.len() as u64;
        }
        assert!(matches!(instance.status, Status::Completed | Status::Running), "{instance:?}");
    }
}
