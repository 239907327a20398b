//! The places where threads meet, under seeded storms of real threads: the mailbox, and the thread of the disk.
//!
//! `DURABLE_SCHEDULES=100000` makes more of them; a failure tells its seed, which `DURABLE_SEED` begins with.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::oneshot;

use super::{
    activities::{Finished, Workers},
    disk::Disk,
    mailbox::{Mail, Mailbox, Shutdown},
    partition::{Ack, Release},
};
use crate::{
    activity::States,
    client::{Command, CommandSink},
    model::{FailureKind, InstanceId, InstanceKey, Payload},
    store::{StoreError, StoreResult, Syncer},
};

/// Random pauses, the same for the same seed: SplitMix64.
struct Pauses(u64);

impl Pauses {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// Lets others go first, or not.
    fn pause(&mut self) {
        match self.below(4) {
            0 => std::thread::yield_now(),
            1 => (0..self.below(400)).for_each(|_| std::hint::spin_loop()),
            _ => {}
        }
    }

    /// Other pauses, for another thread.
    fn fork(&mut self) -> Self {
        Self(self.below(u64::MAX))
    }
}

/// Runs it with many seeds, and tells with which one it fails.
fn schedules(run: impl Fn(&mut Pauses) + std::panic::RefUnwindSafe) {
    let number = |name: &str| std::env::var(name).ok().map(|value| value.parse::<u64>().unwrap());
    let first = number("DURABLE_SEED").unwrap_or(0);
    for seed in first..first + number("DURABLE_SCHEDULES").unwrap_or(1_000) {
        if let Err(panic) = std::panic::catch_unwind(|| run(&mut Pauses(seed))) {
            println!("DURABLE_SEED={seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

fn finished(sender: i64, number: u64) -> Finished {
    Finished { key: InstanceKey(sender), generation: 0, id: number, result: Ok(Payload::null()) }
}

#[test]
fn whoever_meets_in_the_mailbox_nothing_is_lost_doubled_or_out_of_order() {
    schedules(|pauses| {
        let mailbox = Mailbox::default();
        let mut taken = BTreeMap::<i64, Vec<u64>>::new();
        std::thread::scope(|scope| {
            let senders: Vec<_> = (0..3)
                .map(|sender| {
                    let (mailbox, mut pauses) = (&mailbox, pauses.fork());
                    scope.spawn(move || {
                        for number in 0..12 {
                            mailbox.finished(finished(sender, number));
                            pauses.pause();
                            if pauses.below(5) == 0 {
                                mailbox.nudge();
                            }
                        }
                    })
                })
                .collect();
            let ending = scope.spawn(|| {
                for sender in senders {
                    sender.join().unwrap();
                }
                mailbox.shut_down(Shutdown::Drain);
            });
            let mut mail = Mail::default();
            loop {
                let patience = [None, Some(Duration::ZERO), Some(Duration::from_micros(50))];
                let patience = patience[usize::try_from(pauses.below(3)).unwrap()];
                let shutdown = mailbox.take(patience, &mut mail);
                for finished in mail.finished.drain(..) {
                    taken.entry(finished.key.0).or_default().push(finished.id);
                }
                if shutdown == Some(Shutdown::Drain) {
                    break;
                }
                pauses.pause();
            }
            ending.join().unwrap();
        });
        for sender in 0..3 {
            assert_eq!(taken.remove(&sender).unwrap_or_default(), (0..12).collect::<Vec<_>>(), "of sender {sender}");
        }
    });
}

#[test]
fn a_command_is_taken_or_refused_or_let_go_but_never_forgotten() {
    schedules(|pauses| {
        let mailbox = Mailbox::default();
        let closed = AtomicBool::new(false);
        let (mut sending, mut closing) = (pauses.fork(), pauses.fork());
        std::thread::scope(|scope| {
            let sender = scope.spawn(|| {
                let mut answers = Vec::new();
                for _ in 0..20 {
                    let (reply, answer) = oneshot::channel();
                    let id = InstanceId::new("someone").unwrap();
                    let was_closed = closed.load(Ordering::SeqCst);
                    let posted = mailbox.post(Command::Purge { id, reply });
                    assert!(!(was_closed && posted.is_ok()), "what is posted after the end is refused");
                    answers.extend(posted.is_ok().then_some(answer));
                    sending.pause();
                }
                answers
            });
            let ending = scope.spawn(|| {
                (0..closing.below(12)).for_each(|_| closing.pause());
                mailbox.close(FailureKind::Unavailable, "the end");
                closed.store(true, Ordering::SeqCst);
            });
            let (mut mail, mut taken) = (Mail::default(), 0_usize);
            while !closed.load(Ordering::SeqCst) {
                mailbox.take(Some(Duration::ZERO), &mut mail);
                taken += mail.commands.len();
                for command in mail.commands.drain(..) {
                    if let Command::Purge { reply, .. } = command {
                        drop(reply.send(Ok(())));
                    }
                }
                pauses.pause();
            }
            ending.join().unwrap();
            let answers: Vec<_> = sender.join().unwrap().into_iter().map(oneshot::Receiver::blocking_recv).collect();
            let answered = answers.iter().filter(|answer| answer.is_ok()).count();
            mailbox.take(Some(Duration::ZERO), &mut mail);
            assert!(mail.commands.is_empty(), "nothing waits after the end");
            assert_eq!(answered, taken);
        });
    });
}

/// A disk that knows what is on it, and may fail.
struct Watched {
    /// How many commits were written, and how many of them are on disk.
    written: Arc<AtomicU64>,
    on_disk: Arc<AtomicU64>,
    pauses: Pauses,
    fails_at: u64,
}

impl Syncer for Watched {
    fn sync(&mut self) -> StoreResult<()> {
        let written = self.written.load(Ordering::SeqCst);
        self.pauses.pause();
        if self.fails_at == 0 {
            return Err(StoreError::Io { place: "the disk".to_owned(), reason: "the test".to_owned() });
        }
        self.fails_at -= 1;
        self.on_disk.store(written, Ordering::SeqCst);
        Ok(())
    }
}

#[test]
fn nobody_is_told_of_what_is_not_on_disk() {
    let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let handle = tokio.handle();
    schedules(|pauses| {
        let (written, on_disk) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let watched = Watched {
            written: Arc::clone(&written),
            on_disk: Arc::clone(&on_disk),
            pauses: pauses.fork(),
            // Most disks don't fail in so short a time.
            fails_at: pauses.below(60),
        };
        let mailbox = Arc::new(Mailbox::default());
        let workers = Arc::new(Workers::start(handle, Arc::clone(&mailbox), States::default()));
        let mut disk = Disk::new(Some(Box::new(watched)), Arc::clone(&mailbox), workers).unwrap();
        let (mut told, mut failed) = (0, 0);
        let mut reading = pauses.fork();
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                for _ in 0..10 {
                    let seen = written.load(Ordering::SeqCst);
                    if handle.block_on(mailbox.progress.settled()).is_ok() {
                        assert!(on_disk.load(Ordering::SeqCst) >= seen, "read before it was on disk");
                    }
                    reading.pause();
                }
            });
            let mut answers = Vec::new();
            for commit in 1..=20 {
                disk.begin_commit();
                written.store(commit, Ordering::SeqCst);
                disk.end_commit();
                let (reply, answer) = oneshot::channel();
                let mut release = Release::default();
                if pauses.below(2) == 0 {
                    release.acks.push(Ack::Done(reply));
                    answers.push((commit, answer));
                }
                disk.release(release);
                pauses.pause();
            }
            for (commit, answer) in answers {
                match answer.blocking_recv() {
                    Ok(Ok(())) => {
                        told += 1;
                        assert!(on_disk.load(Ordering::SeqCst) >= commit, "told of {commit} before it was on disk");
                    }
                    Ok(Err(_)) | Err(_) => failed += 1,
                }
            }
            reader.join().unwrap();
        });
        let ended = disk.finish();
        assert!(ended.is_err() || failed == 0, "a disk that works refuses nobody: {told} were told, {failed} were not");
        assert!(ended.is_err() || on_disk.load(Ordering::SeqCst) == 20, "all is on disk at the end");
    });
}
