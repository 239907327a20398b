//! Processes that are killed: nothing that was acknowledged is lost, nothing is done twice that must be done once.

mod common;

use std::{path::PathBuf, time::Duration};

use common::{PATIENCE, TORTURE, ask, from_environment, now, options, runs, seed, spawn, spawn_ready, wait_for_runs};
use durable::{Client, Error, FailureKind, InstanceId, Runtime, Status, model::ParkReason};
use durable_tests::torture::{self, Scratch, Settings, process::Heard, program::Finished, target::Options};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("tokio starts")
        .block_on(future)
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let scratch = Scratch::new().unwrap();
    let kills = from_environment("DURABLE_KILLS").unwrap_or(200);
    let seed = seed();
    println!("DURABLE_KILLS={kills} DURABLE_SEED={seed}");
    let settings = Settings {
        program: PathBuf::from(TORTURE),
        directory: scratch.path().to_owned(),
        kills,
        at_failpoints: false,
        instances: usize::try_from(kills * 5).unwrap(),
        seed,
    };
    match torture::run(&settings) {
        Ok(summary) => println!("{summary}"),
        Err(violations) => {
            panic!("DURABLE_KILLS={kills} DURABLE_SEED={seed}, files in {}:\n{violations}", scratch.keep().display())
        }
    }
}

#[tokio::test]
async fn an_orchestration_that_ends_the_process_is_parked_and_others_go_on() {
    let scratch = Scratch::new().unwrap();
    let options = Options { max_crashes: Some(2), ..options(scratch.path()) };
    let mut process = spawn_ready(&options);
    assert!(ask(&mut process, "start bystander 0 collect 1").starts_with("ack"));
    // By then the activity of the bystander is done: it would be given up too if it were running at every death.
    process.send("2 start villain 0 crashing_itself 500");
    let mut deaths = 0;
    loop {
        match process.listen(Duration::from_secs(3)) {
            Heard::Line(_) => {}
            // It has nothing more to say, because it has stopped dying.
            Heard::Nothing => break,
            Heard::End => {
                deaths += 1;
                assert!(deaths <= 10, "it dies again and again");
                drop(process);
                process = spawn(&options);
            }
        }
    }
    // The first time, the first time that it was taken up, and two times more.
    assert_eq!(deaths, 4);
    let client = Client::read_only(&options.database).await.unwrap();
    let status = client.status(&InstanceId::new("villain").unwrap()).await.unwrap().unwrap();
    assert_eq!(status.parked.unwrap().reason, ParkReason::Poisoned);
    let bystander = client.status(&InstanceId::new("bystander").unwrap()).await.unwrap().unwrap();
    assert_eq!((bystander.status, bystander.parked), (Status::Running, None));
}

#[test]
fn an_activity_that_ends_the_process_is_given_up() {
    let scratch = Scratch::new().unwrap();
    let options = Options { max_crashes: Some(3), ..options(scratch.path()) };
    let mut process = spawn_ready(&options);
    process.send("1 start victim 0 crashing \"the last words\"");
    let mut deaths = 0;
    loop {
        // It says `ready`, and perhaps that it has accepted the start, before it dies.
        loop {
            match process.listen(PATIENCE) {
                Heard::Line(line) if line.starts_with("ack 2 ") => {
                    let finished: Finished = serde_json::from_str(line.trim_start_matches("ack 2 ")).unwrap();
                    assert!(finished.note.starts_with("Poisoned: "), "{finished:?}");
                    assert!(finished.note.contains("the last words"), "{finished:?}");
                    assert_eq!(runs(&options).len(), deaths, "each crash was one run: {:?}", runs(&options));
                    // The first run, and three that began again.
                    assert_eq!(deaths, 4);
                    return;
                }
                Heard::Line(_) => {}
                Heard::End => break,
                Heard::Nothing => panic!("neither does it die nor does it answer, after {deaths} deaths"),
            }
        }
        deaths += 1;
        assert!(deaths <= 10, "it dies again and again");
        drop(process);
        process = spawn(&options);
        process.send("2 wait victim");
    }
}

#[test]
fn an_orderly_shutdown_waits_for_activities() {
    let scratch = Scratch::new().unwrap();
    let options = options(scratch.path());
    let mut process = spawn_ready(&options);
    assert_eq!(ask(&mut process, "start patient 0 slow 400"), "ack 1");
    wait_for_runs(&options, 1);
    let asked = now();
    assert_eq!(ask(&mut process, "shutdown"), "ack 1");
    assert!(process.wait_for_end(PATIENCE).unwrap().is_some_and(|status| status.success()));
    assert!(asked.elapsed() < Duration::from_secs(5), "it waited for {:?}", asked.elapsed());

    let mut process = spawn_ready(&options);
    assert!(ask(&mut process, "wait patient").starts_with("ack 1 "));
    assert_eq!(runs(&options).len(), 2, "no activity ran twice: {:?}", runs(&options));
}

#[test]
fn an_orderly_shutdown_burns_no_attempt() {
    let scratch = Scratch::new().unwrap();
    // One crash would be too many.
    let options = Options { max_crashes: Some(1), grace: Some(Duration::from_millis(100)), ..options(scratch.path()) };
    for life in 1..=3 {
        let mut process = spawn_ready(&options);
        assert_eq!(ask(&mut process, "start patient 0 slow 1500"), "ack 1");
        wait_for_runs(&options, life);
        let asked = now();
        assert_eq!(ask(&mut process, "shutdown"), "ack 1");
        assert!(asked.elapsed() < Duration::from_secs(1), "it waited longer than its grace: {:?}", asked.elapsed());
        assert!(process.wait_for_end(PATIENCE).unwrap().is_some_and(|status| status.success()));
    }
    let mut process = spawn_ready(&options);
    let answer = ask(&mut process, "wait patient");
    assert!(answer.starts_with("ack 1 "), "{answer}");
    assert_eq!(runs(&options).len(), 5, "the long activity began four times, the short one once");
    assert!(runs(&options).iter().all(|run| run.split('\t').nth(2) == Some("1")), "{:?}", runs(&options));
}

#[test]
fn a_database_has_one_owner_until_that_dies() {
    let scratch = Scratch::new().unwrap();
    let options = options(scratch.path());
    let mut owner = spawn_ready(&options);
    assert_eq!(ask(&mut owner, "start mine 0 sequence 3"), "ack 1");
    assert!(ask(&mut owner, "wait mine").starts_with("ack 1 "));
    let pid = owner.id().to_string();

    let began = now();
    let mut rival = spawn(&options);
    let Heard::Line(refusal) = rival.listen(PATIENCE) else { panic!("the second process says nothing") };
    assert!(refusal.starts_with("error ") && refusal.contains(&pid), "{refusal}");
    assert!(rival.wait_for_end(PATIENCE).unwrap().is_some_and(|status| !status.success()));
    let open = || block_on(async { Runtime::builder().sqlite(&options.database).start().await });
    let error = open().unwrap_err();
    assert_eq!(error.kind(), FailureKind::Store);
    assert!(error.message().contains(&format!("process {pid}")), "{error}");
    assert!(began.elapsed() < Duration::from_secs(2), "the refusals took {:?}", began.elapsed());

    drop(owner.kill().unwrap());
    let began = now();
    let runtime = block_on(async {
        let runtime = Runtime::builder().sqlite(&options.database).start().await?;
        runtime.shutdown().await
    });
    runtime.unwrap();
    assert!(began.elapsed() < Duration::from_secs(2), "opening took {:?}", began.elapsed());
}

#[test]
fn another_process_reads_while_one_runs() {
    let scratch = Scratch::new().unwrap();
    let options = options(scratch.path());
    let mut owner = spawn_ready(&options);
    assert_eq!(ask(&mut owner, "start waits 0 collect 2"), "ack 1");
    assert_eq!(ask(&mut owner, "event waits 0"), "ack 1");
    let read = async {
        let reader = Client::read_only(&options.database).await?;
        let id = InstanceId::new("waits")?;
        let status = reader.status(&id).await?.expect("what was acknowledged is seen");
        assert_eq!(status.status, Status::Running);
        assert!(!reader.history(&id).await?.expect("the instance is there").is_empty());
        let refused = reader.raise_event(&id, "number", &1).await.expect_err("a reader only reads");
        assert_eq!(refused.kind(), FailureKind::Unavailable);

        let handle = reader.handle::<Finished, Error>("waits")?;
        let waiting = tokio::spawn(async move { handle.output_within(PATIENCE).await });
        assert_eq!(ask(&mut owner, "event waits 1"), "ack 1");
        let finished = waiting.await.expect("it does not panic")?;
        assert_eq!(finished.numbers, [0, 1]);
        assert_eq!(reader.instances().status(Status::Completed).await?.instances.len(), 1);
        Ok(())
    };
    block_on::<durable::Result<()>>(read).unwrap();
}

#[test]
fn events_held_by_a_suspension_are_carried_over_continue_as_new() {
    let scratch = Scratch::new().unwrap();
    let mut process = spawn_ready(&options(scratch.path()));
    let rounds = r#"{"left":4,"finished":{"receipts":[],"numbers":[],"note":""}}"#;
    assert_eq!(ask(&mut process, &format!("start held 0 generations {rounds}")), "ack 1");
    assert_eq!(ask(&mut process, "suspend held"), "ack 1");
    for number in 0..4 {
        assert_eq!(ask(&mut process, &format!("event held {number}")), "ack 1");
    }
    assert_eq!(ask(&mut process, "resume held"), "ack 1");
    let answer = ask(&mut process, "wait held");
    let finished: Finished = serde_json::from_str(answer.trim_start_matches("ack 1 ")).unwrap();
    assert_eq!(finished.numbers, [0, 1, 2, 3]);
}
