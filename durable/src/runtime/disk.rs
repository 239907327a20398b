//! Waits for the disk beside the partition, which works on meanwhile.
//!
//! A commit leaves the store in a state that survives the death of the process. What promises more than that, answers
//! above all, goes through here: a thread brings everything that was committed to the disk, as often as the disk allows,
//! and lets out what waited for it. So one sync serves all rounds that were committed since the last one began.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use tokio::sync::watch;

use super::{activities::Workers, mailbox::Mailbox, partition::Release};
use crate::{
    model::{Error, FailureKind},
    store::{StoreError, StoreResult, Syncer},
};

/// How long a commit may be kept from the disk when nobody waits for it.
const UNHURRIED: Duration = Duration::from_millis(2);

/// The way out of the partition for what must be on disk first.
pub(super) struct Disk {
    mailbox: Arc<Mailbox>,
    workers: Arc<Workers>,
    /// `None` if the store's commits are durable when they return.
    thread: Option<DiskThread>,
}

struct DiskThread {
    releases: Sender<Release>,
    /// Whether the thread knows that something is to be brought to the disk.
    told: Arc<AtomicBool>,
    handle: JoinHandle<StoreResult<()>>,
}

impl Disk {
    /// Takes over the syncs of the store, if it gives them away.
    pub(super) fn new(
        syncer: Option<Box<dyn Syncer>>,
        mailbox: Arc<Mailbox>,
        workers: Arc<Workers>,
    ) -> StoreResult<Self> {
        let Some(syncer) = syncer else { return Ok(Self { mailbox, workers, thread: None }) };
        let (releases, arriving) = channel();
        let told = Arc::new(AtomicBool::new(false));
        let syncing = Syncing {
            syncer,
            arriving,
            told: Arc::clone(&told),
            mailbox: Arc::clone(&mailbox),
            workers: Arc::clone(&workers),
        };
        let spawned = std::thread::Builder::new().name("durable-disk".to_owned()).spawn(move || syncing.run());
        let handle = spawned.map_err(|error| failed(error.to_string()))?;
        Ok(Self { mailbox, workers, thread: Some(DiskThread { releases, told, handle }) })
    }

    /// To be called before each commit: from here on, what is read may not be on disk yet.
    pub(super) fn begin_commit(&self) {
        if self.thread.is_some() {
            self.mailbox.progress.begun.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// To be called after each commit.
    pub(super) fn end_commit(&self) {
        let progress = &self.mailbox.progress;
        progress.committed.store(progress.begun.load(Ordering::Acquire), Ordering::Release);
    }

    /// Lets out what waits, once all is on disk that was committed up to now.
    pub(super) fn release(&self, release: Release) {
        let Some(thread) = self.thread.as_ref().filter(|_| !self.mailbox.progress.is_settled()) else {
            return release.leave(&self.mailbox.feed, &self.workers);
        };
        // If nobody waits, it is enough that the thread knows of it.
        if !thread.told.swap(true, Ordering::AcqRel) || !release.is_empty() {
            // The receiver ends early only by a panic; then nobody may be told anything.
            drop(thread.releases.send(release));
        }
    }

    /// Brings all that was committed to the disk, and lets out what waits for that.
    pub(super) fn finish(&mut self) -> StoreResult<()> {
        self.mailbox.progress.give_up_unfinished();
        let Some(DiskThread { releases, handle, .. }) = self.thread.take() else { return Ok(()) };
        drop(releases);
        handle.join().unwrap_or_else(|_| Err(failed("it ended by a bug in `durable`".to_owned())))
    }
}

fn failed(reason: String) -> StoreError {
    StoreError::Io { place: "the thread that waits for the disk".to_owned(), reason }
}

/// How far the store is written, and how far it is on disk, in commits.
#[derive(Debug)]
pub(super) struct Progress {
    begun: AtomicU64,
    committed: AtomicU64,
    durable: watch::Sender<u64>,
    failed: AtomicBool,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            begun: AtomicU64::new(0),
            committed: AtomicU64::new(0),
            durable: watch::Sender::new(0),
            failed: AtomicBool::new(false),
        }
    }
}

impl Progress {
    /// Whether everything is on disk that can be read. After a failure nothing is, whatever was reached before.
    fn is_settled(&self) -> bool {
        *self.durable.borrow() >= self.begun.load(Ordering::Acquire) && !self.failed.load(Ordering::Acquire)
    }

    /// Waits until everything is on disk that can be read now.
    pub(super) async fn settled(&self) -> Result<(), Error> {
        if !self.is_settled() {
            let begun = self.begun.load(Ordering::Acquire);
            // There is no error: the sender lives as long as `self`.
            drop(self.durable.subscribe().wait_for(|durable| *durable >= begun).await);
        }
        if self.failed.load(Ordering::Acquire) {
            let message = "the last commits did not reach the disk, so what was read may not last; restart the program";
            return Err(Error::of_kind(FailureKind::Store, message));
        }
        Ok(())
    }

    /// A commit that failed may be seen by readers nevertheless, and nobody brings it to the disk.
    fn give_up_unfinished(&self) {
        if self.committed.load(Ordering::Acquire) != self.begun.load(Ordering::Acquire) {
            self.failed.store(true, Ordering::Release);
        }
    }

    fn reach(&self, commit: u64) {
        self.durable.send_if_modified(|durable| std::mem::replace(durable, commit.max(*durable)) < commit);
    }

    /// Nobody is left waiting for what will not come.
    fn end(&self, failed: bool) {
        self.failed.fetch_or(failed, Ordering::AcqRel);
        self.reach(u64::MAX);
    }
}

/// What the thread does.
struct Syncing {
    syncer: Box<dyn Syncer>,
    arriving: Receiver<Release>,
    told: Arc<AtomicBool>,
    mailbox: Arc<Mailbox>,
    workers: Arc<Workers>,
}

impl Syncing {
    fn run(mut self) -> StoreResult<()> {
        let mut ended = EndOnDrop { mailbox: Arc::clone(&self.mailbox), failed: true };
        while let Ok(first) = self.arriving.recv() {
            let mut waiting = vec![first];
            if waiting.iter().all(Release::is_empty) {
                waiting.extend(self.arriving.recv_timeout(UNHURRIED));
            }
            // First what has arrived is taken, then others may tell again, then it is looked how far they were: in any
            // other order a commit could slip through whose teller is not heard again.
            waiting.extend(self.arriving.try_iter());
            self.told.swap(false, Ordering::AcqRel);
            let committed = self.mailbox.progress.committed.load(Ordering::Acquire);
            if let Err(error) = self.sync() {
                drop(ended);
                self.refuse(waiting, &error);
                return Err(error);
            }
            failpoint!("sync.after");
            self.mailbox.progress.reach(committed);
            for release in waiting {
                release.leave(&self.mailbox.feed, &self.workers);
            }
            failpoint!("answers.left");
        }
        ended.failed = false;
        Ok(())
    }

    fn sync(&mut self) -> StoreResult<()> {
        failpoint!("sync.before", failed("by a failpoint".to_owned()));
        self.syncer.sync()
    }

    /// Tells all who wait that nothing can be promised any more, until the partition has ended.
    fn refuse(&self, waiting: Vec<Release>, error: &StoreError) {
        tracing::error!(%error, "what was committed did not reach the disk; nothing more is acknowledged");
        self.mailbox.fail(FailureKind::Store, error.to_string());
        let error = error.to_error();
        for mut release in waiting.into_iter().chain(self.arriving.iter()) {
            release.refuse(&error);
        }
    }
}

/// However the thread ends, who reads is told.
struct EndOnDrop {
    mailbox: Arc<Mailbox>,
    failed: bool,
}

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.mailbox.progress.end(self.failed);
        if self.failed {
            self.mailbox.shut_down(super::mailbox::Shutdown::Now);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;
    use crate::{activity::States, runtime::partition::Ack};

    /// A disk whose syncs end at once.
    struct QuickDisk(StoreResult<()>);

    impl Syncer for QuickDisk {
        fn sync(&mut self) -> StoreResult<()> {
            std::mem::replace(&mut self.0, Ok(()))
        }
    }

    fn disk(first_sync: StoreResult<()>) -> (Arc<Mailbox>, Disk) {
        let mailbox = Arc::new(Mailbox::default());
        let tokio = tokio::runtime::Handle::current();
        let workers = Arc::new(Workers::start(&tokio, Arc::clone(&mailbox), States::default()));
        let disk = Disk::new(Some(Box::new(QuickDisk(first_sync))), Arc::clone(&mailbox), workers).unwrap();
        (mailbox, disk)
    }

    /// Commits, and asks for the answer to leave when that is on disk.
    fn commit(disk: &Disk) -> oneshot::Receiver<Result<(), Error>> {
        disk.begin_commit();
        disk.end_commit();
        let (reply, answer) = oneshot::channel();
        disk.release(Release { acks: vec![Ack::Done(reply)], ..Release::default() });
        answer
    }

    #[tokio::test]
    async fn what_is_committed_after_a_failed_sync_is_acknowledged_by_nobody() {
        let (mailbox, mut disk) = disk(Err(failed("the test".to_owned())));
        commit(&disk).await.unwrap().unwrap_err();
        // The thread has ended its work by now: the partition may still be in the middle of a round.
        mailbox.progress.settled().await.unwrap_err();
        commit(&disk).await.unwrap().unwrap_err();
        disk.finish().unwrap_err();
    }

    #[tokio::test]
    async fn what_a_failed_commit_may_have_left_is_shown_to_nobody() {
        let (mailbox, mut disk) = disk(Ok(()));
        commit(&disk).await.unwrap().unwrap();
        mailbox.progress.settled().await.unwrap();
        disk.begin_commit();
        disk.finish().unwrap();
        mailbox.progress.settled().await.unwrap_err();
    }

    #[tokio::test]
    async fn however_commits_and_syncs_meet_everything_reaches_the_disk() {
        let (mailbox, mut disk) = disk(Ok(()));
        for round in 0..1_000_u32 {
            for _ in 0..round % 50 {
                disk.begin_commit();
                disk.end_commit();
                disk.release(Release::default());
                if round % 3 == 0 {
                    // Makes the thread look at other moments.
                    drop(commit(&disk));
                }
                for _ in 0..round % 97 {
                    std::hint::spin_loop();
                }
            }
            let settled = tokio::time::timeout(Duration::from_secs(20), mailbox.progress.settled()).await;
            settled.expect("what was committed does not reach the disk").unwrap();
        }
        disk.finish().unwrap();
    }
}
