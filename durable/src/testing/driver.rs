//! Lets things happen one after the other: results are handed over, time passes, the dead process is started again.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::sync::{mpsc, oneshot};

use super::{
    choices::Choices,
    sink::{Life, Wire},
};
use crate::{
    model::{Result, Timestamp},
    runtime::{Clock, Harness, Runtime, VirtualClock},
};

/// Told whenever there may be something new.
#[derive(Clone)]
pub(super) struct Changed(pub(super) Arc<Harness>);

impl Changed {
    pub(super) fn notify_one(&self) {
        self.0.changed.notify_one();
    }
}

/// What the environment asks of its driver.
pub(super) enum Request {
    /// Let time pass until then, with all that happens meanwhile.
    PassUntil(Timestamp, oneshot::Sender<()>),
    /// Kill the process, and start it again.
    Crash(oneshot::Sender<Result<()>>),
}

/// How a life begins.
pub(super) type Begin = Box<dyn Fn() -> crate::runtime::RuntimeBuilder + Send + Sync>;

pub(super) struct Driver {
    pub(super) wire: Arc<Wire>,
    pub(super) harness: Arc<Harness>,
    pub(super) clock: VirtualClock,
    pub(super) begin: Begin,
    pub(super) runtime: Option<Runtime>,
    pub(super) requests: mpsc::UnboundedReceiver<Request>,
    pub(super) choices: Arc<std::sync::Mutex<Choices>>,
    pub(super) passes_by_itself: bool,
    pub(super) goal: Option<(Timestamp, oneshot::Sender<()>)>,
    /// How often time has passed since the last command, and how often it may.
    pub(super) passages: usize,
    pub(super) max_passages: usize,
    pub(super) posts_seen: u64,
    /// How long, in real time, to wait for something that runs, before time passes all the same; and for something to do,
    /// before whoever waits is told that it will not come.
    pub(super) patience: Duration,
}

impl Driver {
    /// Goes on until the environment is dropped.
    pub(super) async fn run(mut self) {
        loop {
            if self.goal.is_none() {
                match self.requests.try_recv() {
                    Ok(Request::PassUntil(until, done)) => self.goal = Some((until, done)),
                    Ok(Request::Crash(done)) => {
                        self.wire.fate.die();
                        drop(done.send(self.live_again().await));
                    }
                    Err(mpsc::error::TryRecvError::Empty) => {}
                    Err(mpsc::error::TryRecvError::Disconnected) => return,
                }
            }
            let posts = self.wire.posts.load(Ordering::SeqCst);
            if std::mem::replace(&mut self.posts_seen, posts) != posts {
                self.passages = 0;
            }
            let stage = self.wire.life.borrow().stage.clone();
            let Some(stage) = stage else { return };
            let quiet = tokio::time::timeout(self.patience, stage.quiet()).await;
            let Ok(quiet) = quiet else {
                // It has very much to do, and is told of more all the same.
                self.wire.deliver();
                continue;
            };
            let Ok(quiet) = quiet else {
                if !self.wire.fate.has_died() || self.live_again().await.is_err() {
                    self.end();
                    return;
                }
                continue;
            };
            // Whoever was answered may have more to say.
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            if self.wire.deliver() || self.wire.posts.load(Ordering::SeqCst) != posts {
                continue;
            }
            if quiet.running > self.harness.settled() && self.something_happens().await {
                continue;
            }
            if !self.step(quiet.due) && !self.something_happens().await {
                self.passages = 0;
                self.wire.stuck.send_modify(|stuck| stuck.ends += 1);
            }
        }
    }

    /// Lets the next thing happen, if there is one.
    fn step(&mut self, stored_due: Option<Timestamp>) -> bool {
        let now = self.clock.now();
        let held = self.harness.due();
        let ready = held.iter().take_while(|due| **due <= now).count();
        let next = held.get(ready).copied().into_iter().chain(stored_due).min();
        let waited_for = self.wire.waiting.load(Ordering::SeqCst) > 0;
        let may_pass = match &self.goal {
            Some((until, _)) => next.is_some_and(|next| next <= *until),
            None => next.is_some() && self.passes_by_itself && waited_for && self.passages < self.max_passages,
        };
        let mut choices = self.choices.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let options = ready + usize::from(may_pass && (ready == 0 || choices.explores()));
        if options > 0 {
            let chosen = choices.choose(options);
            drop(choices);
            if chosen < ready {
                self.release(chosen);
            } else if let Some(next) = next {
                self.passages += usize::from(self.goal.is_none());
                self.clock.advance_to(next);
            }
            return true;
        }
        drop(choices);
        if let Some((until, done)) = self.goal.take() {
            self.clock.advance_to(until);
            // Whoever has stopped waiting is not told.
            let _ = done.send(());
            return true;
        }
        if waited_for {
            self.wire.stuck.send_modify(|stuck| stuck.pauses += 1);
        }
        false
    }

    fn release(&self, place: usize) {
        let stage = self.wire.life.borrow().stage.clone();
        if let (Some(held), Some(stage)) = (self.harness.take(place), stage) {
            stage.release(held.result);
        }
    }

    /// Waits for something new; `false` if nothing came, although somebody waits for a result or the passing of time.
    async fn something_happens(&mut self) -> bool {
        let changed = self.harness.changed.notified();
        if self.goal.is_none() && self.wire.waiting.load(Ordering::SeqCst) == 0 {
            changed.await;
            return true;
        }
        tokio::time::timeout(self.patience, changed).await.is_ok()
    }

    /// Starts the process again that has died.
    async fn live_again(&mut self) -> Result<()> {
        self.runtime = None;
        self.harness.begin_life(self.wire.fate.done());
        let runtime = (self.begin)().start().await?;
        let stage = Some(runtime.stage());
        self.runtime = Some(runtime);
        self.wire.life.send_modify(|life| *life = Life { number: life.number + 1, stage });
        self.wire.fate.live();
        Ok(())
    }

    fn end(&self) {
        self.wire.life.send_modify(|life| life.stage = None);
        self.wire.drop_held();
    }
}

impl Drop for Driver {
    /// However it ends, nobody is left waiting.
    fn drop(&mut self) {
        self.runtime = None;
        self.harness.forget_replies();
        self.end();
    }
}
