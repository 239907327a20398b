//! What waits for the disk, and what does not: nobody is told of anything that a loss of power could take back.
#![expect(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
    mpsc::{Receiver, Sender, channel},
};

use common::{eventually, hooked::HookedStore, soon};
use durable::{
    FailureKind,
    prelude::*,
    store::{Store, StoreError, StoreResult, Syncer, memory::MemoryStore},
};
use tokio::{sync::Semaphore, task::JoinHandle};

/// What activities and the test tell each other.
#[derive(Clone)]
struct Signs {
    /// Every begin of an activity adds one.
    begun: Arc<Semaphore>,
    /// Every end of an activity takes one.
    may_end: Arc<Semaphore>,
}

#[activity]
async fn hurry(signs: State<Signs>) -> Result<u8> {
    signs.begun.add_permits(1);
    signs.may_end.acquire().await?.forget();
    Ok(1)
}

#[activity(persist_first)]
async fn pay(signs: State<Signs>) -> Result<u8> {
    signs.begun.add_permits(1);
    Ok(2)
}

#[orchestrator]
async fn hurrying(ctx: &Context) -> Result<u8> {
    ctx.call(hurry()).await
}

#[orchestrator]
async fn paying(ctx: &Context) -> Result<u8> {
    ctx.call(pay()).await
}

#[entity]
#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Counter(u64);

#[entity]
impl Counter {
    fn add(&mut self, amount: u64) -> u64 {
        self.0 += amount;
        self.0
    }
}

/// A disk that ends its syncs when the test says so, and how.
struct SlowDisk {
    syncs: Arc<AtomicUsize>,
    outcomes: Receiver<Result<(), ()>>,
}

impl Syncer for SlowDisk {
    fn sync(&mut self) -> StoreResult<()> {
        self.syncs.fetch_add(1, Ordering::SeqCst);
        // When the test has ended, the disk is fast.
        let outcome = self.outcomes.recv().unwrap_or(Ok(()));
        outcome.map_err(|()| StoreError::Io { place: "the test".to_owned(), reason: "no disk".to_owned() })
    }
}

/// The side of the test.
struct World {
    client: Client,
    runtime: Runtime,
    store: MemoryStore,
    signs: Signs,
    syncs: Arc<AtomicUsize>,
    disk: Sender<Result<(), ()>>,
}

async fn world() -> World {
    let (disk, outcomes) = channel();
    let (store, syncs) = (MemoryStore::new(), Arc::new(AtomicUsize::new(0)));
    let signs = Signs { begun: Arc::new(Semaphore::new(0)), may_end: Arc::new(Semaphore::new(0)) };
    let slow = SlowDisk { syncs: Arc::clone(&syncs), outcomes };
    let hooked = HookedStore::new(store.clone(), Store::commit).syncer(slow);
    let builder = Runtime::builder().store(hooked).state(signs.clone());
    let registry = registry![hurry, pay, hurrying, paying, Counter];
    let runtime = builder.register(registry).start().await.unwrap();
    World { client: runtime.client(), runtime, store, signs, syncs, disk }
}

impl World {
    /// Waits until an activity has begun.
    async fn one_begins(&self) {
        soon(self.signs.begun.acquire()).await.unwrap().forget();
    }

    fn signal(&self, key: &str, amount: u64) -> JoinHandle<Result<()>> {
        let (client, counter) = (self.client.clone(), Counter::at(key));
        tokio::spawn(async move { client.signal(counter.add(amount)).await })
    }

    fn read(&self, key: &str) -> JoinHandle<Result<Option<Counter>>> {
        let (client, counter) = (self.client.clone(), Counter::at(key));
        tokio::spawn(async move { client.read(counter).await })
    }

    /// Waits until the disk is at work for the `n`-th time.
    async fn sync_begins(&self, n: usize) {
        eventually(|| async { Ok(self.syncs.load(Ordering::SeqCst) >= n) }).await;
    }
}

/// Lets everything happen that can happen without the disk: refusals promise nothing, so they come at once, and behind
/// all that was asked for before.
async fn let_all_happen(client: &Client) {
    let nobody = client.handle::<u8, Error>("nobody").unwrap();
    for _ in 0..10 {
        let error = soon(nobody.raise("go", &1)).await.unwrap_err();
        assert_eq!(error.kind(), FailureKind::NotFound, "{error}");
    }
}

#[tokio::test]
async fn an_activity_begins_before_the_disk_is_ready_and_nobody_is_told_of_it() {
    let world = world().await;
    let started = tokio::spawn({
        let client = world.client.clone();
        async move { client.start(hurrying()).instance_id("h").await }
    });
    world.one_begins().await;
    world.sync_begins(1).await;
    let_all_happen(&world.client).await;
    assert!(!started.is_finished(), "the start was acknowledged before it was on disk");
    world.disk.send(Ok(())).unwrap();
    let handle = soon(started).await.unwrap().unwrap();
    world.signs.may_end.add_permits(1);
    let output = tokio::spawn(async move { handle.output().await });
    // The end is in memory and in the store by now.
    world.sync_begins(2).await;
    let_all_happen(&world.client).await;
    assert!(!output.is_finished(), "the result was told before it was on disk");
    drop(world.disk);
    assert_eq!(soon(output).await.unwrap().unwrap(), 1);
    world.runtime.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_activity_marked_persist_first_waits_for_the_disk() {
    let world = world().await;
    let started = tokio::spawn({
        let client = world.client.clone();
        async move { client.start(paying()).await }
    });
    world.sync_begins(1).await;
    let_all_happen(&world.client).await;
    assert_eq!(world.signs.begun.available_permits(), 0, "it has begun although the disk was not ready");
    drop(world.disk);
    let handle = soon(started).await.unwrap().unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), 2);
    world.runtime.shutdown().await.unwrap();
}

#[tokio::test]
async fn one_sync_serves_all_that_was_committed_meanwhile() {
    let world = world().await;
    let first = world.signal("0", 1);
    world.sync_begins(1).await;
    let others: Vec<_> = (1..=100).map(|n| world.signal(&n.to_string(), 1)).collect();
    let all_are_stored = || async {
        let stored = world.store.catalog().entities(&durable::store::EntityFilter::default(), None, 1_000);
        Ok(stored.unwrap().len() == 101)
    };
    eventually(all_are_stored).await;
    world.disk.send(Ok(())).unwrap();
    soon(first).await.unwrap().unwrap();
    world.sync_begins(2).await;
    world.disk.send(Ok(())).unwrap();
    for other in others {
        soon(other).await.unwrap().unwrap();
    }
    assert_eq!(world.syncs.load(Ordering::SeqCst), 2);
    drop(world.disk);
    world.runtime.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_is_read_is_on_disk() {
    let world = world().await;
    let signal = world.signal("a", 7);
    world.sync_begins(1).await;
    let read = world.read("a");
    let_all_happen(&world.client).await;
    assert!(!read.is_finished(), "a state was shown that a loss of power could have taken back");
    drop(world.disk);
    assert_eq!(soon(read).await.unwrap().unwrap().unwrap().0, 7);
    soon(signal).await.unwrap().unwrap();
    world.runtime.shutdown().await.unwrap();
}

#[tokio::test]
async fn after_a_failed_sync_nothing_is_acknowledged_any_more() {
    let world = world().await;
    let signal = world.signal("a", 7);
    world.sync_begins(1).await;
    let read = world.read("a");
    let_all_happen(&world.client).await;
    world.disk.send(Err(())).unwrap();
    let error = soon(signal).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), FailureKind::Store, "{error}");
    let error = soon(read).await.unwrap().err().unwrap();
    assert!(error.to_string().contains("did not reach the disk"), "{error}");
    let error = soon(async { world.client.start(hurrying()).await }).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Store, "{error}");
    let error = world.runtime.shutdown().await.unwrap_err();
    assert!(error.to_string().contains("no disk"), "{error}");
}

#[tokio::test]
async fn a_shutdown_waits_for_the_disk() {
    let world = world().await;
    let signal = world.signal("a", 7);
    world.sync_begins(1).await;
    let end = tokio::spawn(world.runtime.shutdown());
    let nobody = world.client.handle::<u8, Error>("nobody").unwrap();
    let is_closing = || async { Ok(nobody.raise("go", &1).await.unwrap_err().kind() == FailureKind::Unavailable) };
    eventually(is_closing).await;
    assert!(!end.is_finished(), "it has ended while the disk was at work");
    drop(world.disk);
    soon(end).await.unwrap().unwrap();
    soon(signal).await.unwrap().unwrap();
}

#[tokio::test]
async fn what_nobody_waits_for_reaches_the_disk_as_well() {
    let world = world().await;
    let client = world.client.clone();
    let started = tokio::spawn(async move { client.start(hurrying()).await });
    world.sync_begins(1).await;
    world.one_begins().await;
    world.disk.send(Ok(())).unwrap();
    drop(soon(started).await.unwrap().unwrap());
    world.signs.may_end.add_permits(1);
    // The end of the orchestration, for which nobody waits.
    world.sync_begins(2).await;
    drop(world.disk);
    world.runtime.shutdown().await.unwrap();
}
