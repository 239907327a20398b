//! What things cost, in counts that do not depend on the machine: commits, rows and allocations. A change that makes
//! something dearer fails here, without a clock.
//!
//! Lower a figure when something has become cheaper; raise one only with the reason in the commit.
#![expect(clippy::unwrap_used, clippy::cast_precision_loss, reason = "tests; the counts are small")]

use std::{future::Future, sync::Arc};

use durable::{prelude::*, store::sqlite::SqliteStore};
use durable_tests::bench::counting::{Counting, Counts};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, MutexGuard};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

#[activity]
async fn say_hello(city: String) -> Result<String> {
    Ok(format!("Hello, {city}!"))
}

#[orchestrator]
async fn hello(ctx: &Context) -> Result<Vec<String>> {
    let mut greetings = Vec::new();
    for city in ["Tokyo", "Seattle", "London"] {
        greetings.push(ctx.call(say_hello(city.into())).await?);
    }
    Ok(greetings)
}

#[activity]
async fn one(n: u64) -> Result<u64> {
    Ok(n)
}

#[orchestrator]
async fn chain(ctx: &Context, length: u64) -> Result<u64> {
    for n in 0..length {
        ctx.call(one(n)).await?;
    }
    Ok(length)
}

#[orchestrator]
async fn fan_out(ctx: &Context, width: u64) -> Result<u64> {
    let all = durable::try_join_all((0..width).map(|n| ctx.call(one(n)))).await?;
    Ok(all.len() as u64)
}

#[orchestrator]
async fn generations(ctx: &Context, left: u64) -> Result<u64> {
    if left > 0 {
        return ctx.continue_as_new(generations(left - 1)).await;
    }
    Ok(0)
}

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Counter(u64);

#[entity]
impl Counter {
    fn add(&mut self, amount: u64) -> u64 {
        self.0 += amount;
        self.0
    }
}

#[orchestrator]
async fn transfer(ctx: &mut Context) -> Result<u64> {
    let ((mut from, mut to), _section) = ctx.lock((Counter::at("a"), Counter::at("b"))).await?;
    let (left, _) = durable::try_join!(from.add(1), to.add(1))?;
    Ok(left)
}

/// A runtime on a new file, whose commits are counted. Tests that share a process take turns.
struct World {
    runtime: Runtime,
    client: Client,
    counts: Arc<Counts>,
    _directory: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

async fn world() -> World {
    static TURN: Mutex<()> = Mutex::const_new(());
    let turn = TURN.lock().await;
    let (directory, counts) = (tempfile::tempdir().unwrap(), Arc::<Counts>::default());
    let store = Counting::new(SqliteStore::new(directory.path().join("cost.db")), Arc::clone(&counts));
    let registry = registry![hello, say_hello, one, chain, fan_out, generations, Counter, transfer];
    let runtime = Runtime::builder().store(store).register(registry).start().await.unwrap();
    World { client: runtime.client(), runtime, counts, _directory: directory, _turn: turn }
}

impl World {
    /// How many commits and rows something takes.
    async fn stored(&self, what: impl Future<Output = Result<()>>) -> (u64, u64) {
        let before = (self.counts.commits(), self.counts.rows());
        what.await.unwrap();
        (self.counts.commits() - before.0, self.counts.rows() - before.1)
    }

    async fn chain(&self, length: u64) -> Result<()> {
        self.client.start(chain(length)).await?.output().await.map(drop)
    }

    async fn fan_out(&self, width: u64) -> Result<()> {
        self.client.start(fan_out(width)).await?.output().await.map(drop)
    }

    async fn hello(&self) -> Result<()> {
        self.client.start(hello()).await?.output().await.map(drop)
    }

    async fn end(self) {
        self.runtime.shutdown().await.unwrap();
    }
}

/// How many blocks of memory are allocated meanwhile, in all threads of Rust (SQLite has its own).
async fn allocated(what: impl Future<Output = Result<()>>) -> f64 {
    let _profiler = dhat::Profiler::builder().testing().build();
    what.await.unwrap();
    dhat::HeapStats::get().total_blocks as f64
}

#[track_caller]
fn assert_about(found: f64, expected: f64, tolerance: f64) {
    let near = (found - expected).abs() <= expected * tolerance;
    assert!(near, "{found:.1} instead of about {expected:.1}: better? lower the figure; worse? find out why");
}

#[tokio::test]
async fn a_hello_alone_is_four_commits_of_six_rows() {
    let world = world().await;
    // The instance, four turns, and the end of the instance.
    assert_eq!(world.stored(world.hello()).await, (4, 6));
    world.end().await;
}

#[tokio::test]
async fn hellos_at_once_share_their_commits() {
    let world = world().await;
    let all_at_once = async {
        let tasks: Vec<_> = (0..1_000)
            .map(|_| {
                let client = world.client.clone();
                tokio::spawn(async move { client.start(hello()).await?.output().await.map(drop) })
            })
            .collect();
        for task in tasks {
            task.await??;
        }
        Ok(())
    };
    let (commits, rows) = world.stored(all_at_once).await;
    assert_eq!(rows, 6_000);
    assert!(commits < 500, "{commits} commits");
    world.end().await;
}

#[tokio::test]
async fn a_step_of_a_chain_is_one_commit_of_one_row() {
    let world = world().await;
    assert_eq!(world.stored(world.chain(100)).await, (101, 103));
    world.end().await;
}

#[tokio::test]
async fn a_fan_out_is_asked_for_in_one_row() {
    let world = world().await;
    let (commits, rows) = world.stored(world.fan_out(1_000)).await;
    // One turn asks for all; the answers share turns as they come.
    assert!(commits < 500 && rows < 500, "{commits} commits of {rows} rows");
    world.end().await;
}

#[tokio::test]
async fn a_generation_is_one_commit_of_four_rows() {
    let world = world().await;
    let all = async { world.client.start(generations(10)).await?.output().await.map(drop) };
    // Each removes the last one, updates the instance, and takes its start out of the inbox and puts in that of the next.
    assert_eq!(world.stored(all).await, (11, 42));
    world.end().await;
}

#[tokio::test]
async fn operations_are_one_commit_of_one_row() {
    let world = world().await;
    let signal = async { world.client.signal(Counter::at("a").add(1)).await };
    assert_eq!(world.stored(signal).await, (1, 1));
    let call = async { world.client.call(Counter::at("a").add(1)).await.map(drop) };
    assert_eq!(world.stored(call).await, (1, 1));
    world.end().await;
}

#[tokio::test]
async fn a_transfer_is_one_commit_as_nothing_in_it_waits_for_the_world() {
    let world = world().await;
    let all = async { world.client.start(transfer()).await?.output().await.map(drop) };
    // Locks, operations and answers go to and fro within one round: the instance, its turns, and two entities.
    assert_eq!(world.stored(all).await, (1, 6));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_step_of_a_chain_allocates_as_much_in_a_long_history_as_in_a_short_one() {
    let world = world().await;
    world.chain(10).await.unwrap();
    let short = allocated(world.chain(500)).await / 500.0;
    let long = allocated(world.chain(5_000)).await / 5_000.0;
    assert_about(long, short, 0.1);
    assert_about(long, 19.2, 0.05);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_activity_of_a_fan_out_allocates_as_much_in_a_wide_one_as_in_a_narrow_one() {
    let world = world().await;
    world.fan_out(10).await.unwrap();
    let narrow = allocated(world.fan_out(500)).await / 500.0;
    let wide = allocated(world.fan_out(10_000)).await / 10_000.0;
    assert_about(wide, narrow, 0.1);
    assert_about(wide, 13.6, 0.05);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn hellos_allocate_no_more_than_they_did() {
    let world = world().await;
    world.hello().await.unwrap();
    let many = async {
        for _ in 0..200 {
            world.hello().await?;
        }
        Ok(())
    };
    assert_about(allocated(many).await / 200.0, 113.3, 0.05);
    world.end().await;
}

#[test]
fn the_core_depends_on_no_more_than_forty_five_crates() {
    let tree = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--package", "durable", "--edges", "normal,build", "--prefix", "none", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(tree.stdout).unwrap();
    // A crate that was shown before has a mark behind it.
    let crates: std::collections::BTreeSet<_> =
        text.lines().map(|line| line.trim_end_matches(" (*)")).filter(|name| !name.starts_with("durable")).collect();
    assert!(crates.iter().any(|name| name.starts_with("rusqlite ")), "{text}");
    assert!(crates.len() <= 45, "{} crates: {crates:#?}", crates.len());
}
