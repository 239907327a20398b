//! The same for many instances, as a job that goes on after crashes.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::sync::atomic::{AtomicBool, Ordering};

use common::{eventually, soon, world};
use durable::{
    Client, FailureKind,
    client::{BulkAction, BulkReport},
    prelude::*,
};

#[orchestrator]
async fn waits(ctx: &Context) -> Result<u32> {
    ctx.event("go").await
}

static MENDED: AtomicBool = AtomicBool::new(false);

#[activity]
async fn fragile() -> Result<u32> {
    if MENDED.load(Ordering::SeqCst) { Ok(1) } else { Err(Error::new("not yet")) }
}

#[orchestrator]
async fn tries(ctx: &Context) -> Result<u32> {
    ctx.call(fragile()).await
}

#[orchestrator]
async fn parent(ctx: &Context) -> Result<u32> {
    ctx.call(waits()).instance_id(format!("{}-child", ctx.instance_id())).await
}

const ALL: Registry = registry![waits, fragile, tries, parent];

async fn start_waiting(client: &Client, number: usize) {
    for n in 0..number {
        client.start(waits()).instance_id(format!("w-{n:04}")).await.unwrap();
    }
}

async fn in_state(client: &Client, status: Status) -> usize {
    client.instances().id_prefix("w-").status(status).limit(1_000).await.unwrap().instances.len()
}

fn terminate(recursive: bool) -> BulkAction {
    BulkAction::Terminate { reason: "enough".to_owned(), recursive }
}

#[tokio::test]
async fn each_matching_instance_gets_it_once_over_many_pages_and_generations() {
    let world = world(ALL).await;
    let client = world.client();
    start_waiting(&client, 250).await;
    client.start(waits()).instance_id("other").await.unwrap();
    let query = client.instances().id_prefix("w-");
    let suspend = BulkAction::Suspend { reason: String::new() };
    let report = soon(query.clone().bulk(suspend).await.unwrap().output()).await.unwrap();
    assert_eq!(report, BulkReport { matched: 250, done: 250, ..BulkReport::default() });
    assert_eq!(in_state(&client, Status::Suspended).await, 250);
    let resume = BulkAction::Resume { reason: String::new() };
    assert_eq!(soon(query.clone().bulk(resume).await.unwrap().output()).await.unwrap().done, 250);
    let job = query.clone().bulk(terminate(false)).instance_id("job").await.unwrap();
    assert_eq!(soon(job.output()).await.unwrap().done, 250);
    let progress = job.status().await.unwrap().custom_status.unwrap();
    assert_eq!(progress.decode::<BulkReport>().unwrap().done, 250);
    let purge = BulkAction::Purge { recursive: false };
    assert_eq!(soon(query.bulk(purge).await.unwrap().output()).await.unwrap().done, 250);
    assert_eq!(client.instances().id_prefix("w-").await.unwrap().instances.len(), 0);
    assert_eq!(client.status(&"other".parse().unwrap()).await.unwrap().unwrap().status, Status::Running);
}

#[tokio::test]
async fn a_dry_run_counts_and_changes_nothing() {
    let world = world(ALL).await;
    let client = world.client();
    start_waiting(&client, 3).await;
    client.raise_event(&"w-0000".parse().unwrap(), "go", &1).await.unwrap();
    let job = client.instances().id_prefix("w-").bulk(terminate(false)).dry_run().await.unwrap();
    let expected = BulkReport { matched: 3, done: 2, skipped: 1, dry_run: true, ..BulkReport::default() };
    assert_eq!(soon(job.output()).await.unwrap(), expected);
    assert_eq!(in_state(&client, Status::Running).await, 2);
    let real = client.instances().id_prefix("w-").bulk(terminate(false)).await.unwrap();
    assert_eq!(soon(real.output()).await.unwrap(), BulkReport { dry_run: false, ..expected });
}

#[tokio::test]
async fn a_job_goes_on_after_a_crash() {
    let mut world = world(ALL).await;
    start_waiting(&world.client(), 500).await;
    let job = world.client().instances().id_prefix("w-").bulk(terminate(false)).instance_id("job").await.unwrap();
    for left in [450, 300, 100] {
        let client = world.client();
        eventually(async || Ok(in_state(&client, Status::Running).await <= left)).await;
        world = world.restart(ALL).await;
    }
    let client = world.client();
    let report = soon(client.handle::<BulkReport, Error>(job.id()).unwrap().output()).await.unwrap();
    assert_eq!(in_state(&client, Status::Terminated).await, 500);
    // A page that was done once more finds some that are terminated already.
    assert_eq!((report.matched, report.done + report.skipped, report.failed), (500, 500, 0));
}

#[tokio::test]
async fn failed_instances_are_rewound_and_children_go_with_their_parents() {
    let world = world(ALL).await;
    let client = world.client();
    for n in 0..5 {
        let handle = client.start(tries()).instance_id(format!("t-{n}")).await.unwrap();
        soon(handle.output()).await.unwrap_err();
    }
    MENDED.store(true, Ordering::SeqCst);
    let rewind = BulkAction::Rewind { reason: "mended".to_owned() };
    let job = client.instances().status(Status::Failed).bulk(rewind).await.unwrap();
    assert_eq!(soon(job.output()).await.unwrap().done, 5);
    for n in 0..5 {
        assert_eq!(soon(client.handle::<u32, Error>(format!("t-{n}")).unwrap().output()).await.unwrap(), 1);
    }
    client.start(parent()).instance_id("p").await.unwrap();
    let child: InstanceId = "p-child".parse().unwrap();
    eventually(async || Ok(client.status(&child).await?.is_some())).await;
    soon(client.instances().name("parent").bulk(terminate(true)).await.unwrap().output()).await.unwrap();
    let ended = async |id: &InstanceId| client.status(id).await.unwrap().unwrap().status;
    assert_eq!(ended(&child).await, Status::Terminated);
    let purge = BulkAction::Purge { recursive: true };
    soon(client.instances().name("parent").bulk(purge).await.unwrap().output()).await.unwrap();
    assert_eq!(client.status(&child).await.unwrap(), None);
}

#[tokio::test]
async fn a_job_never_touches_jobs_and_can_be_ended_itself() {
    let world = world(ALL).await;
    let client = world.client();
    let report = soon(client.instances().bulk(terminate(false)).await.unwrap().output()).await.unwrap();
    assert_eq!(report.matched, 0);
    start_waiting(&client, 10).await;
    let job = client.instances().id_prefix("w-").bulk(terminate(false)).instance_id("job").await.unwrap();
    drop(client.terminate(job.id(), "stop").await);
    let ended = soon(job.output()).await;
    assert!(ended.is_ok() || ended.is_err_and(|error| error.kind() == FailureKind::Terminated));
}
