//! Critical sections: several entities locked together, and let go together.

use std::{
    fmt,
    future::{Future, IntoFuture},
    marker::PhantomData,
    pin::Pin,
    rc::Rc,
    task::{Context as Poller, Poll},
    time::Duration,
};

use super::{
    Context, Lockable, Section,
    future::{Block, DurableFuture, LocalBoxDurable},
    journal::SharedJournal,
    select::{Either, race},
    timer::Timer,
};
use crate::model::{EntityId, Error, Event, FailureKind, InvalidId, LockSet, Result, TaskId};

impl Context {
    /// Locks entities: until the section ends, they perform only what is called through the handles that this gives.
    ///
    /// Takes a reference such as `Account::at("alice")`, an [`EntityId`], or a tuple, array or `Vec` of them, also of
    /// different kinds; gives a handle for each, and the [`Section`] for all else that may be done meanwhile. The
    /// entities are locked in one order by everybody, so that sections never wait for each other in a circle; whoever
    /// waits for a lock is overtaken by nobody. What is named twice is locked once.
    ///
    /// The section ends when the last handle and the [`Section`] are dropped, when the orchestrator returns, fails or
    /// panics, and when the instance is terminated: in the commit of that step. While it lasts, `ctx` is borrowed, so
    /// that nothing that could wait for the locked entities compiles: no second lock, no other entity, no child. For the
    /// same reason none begins while such a call, made before, is still awaited. Signals and calls from elsewhere wait;
    /// clients still read the last committed state.
    ///
    /// A lock is mutual exclusion, and no transaction: what operations have changed stays when a later one fails.
    ///
    /// ```
    /// use durable::prelude::*;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[entity]
    /// #[derive(Default, Serialize, Deserialize)]
    /// struct Account {
    ///     balance: i64,
    /// }
    ///
    /// #[entity]
    /// impl Account {
    ///     fn balance(&self) -> i64 {
    ///         self.balance
    ///     }
    ///
    ///     fn add(&mut self, amount: i64) {
    ///         self.balance += amount;
    ///     }
    /// }
    ///
    /// #[orchestrator]
    /// async fn transfer(ctx: &mut Context, from: String, to: String, amount: i64) -> Result<bool> {
    ///     let ((mut from, mut to), _section) = ctx.lock((Account::at(&from), Account::at(&to))).await?;
    ///     if from.balance().await? < amount {
    ///         return Ok(false);
    ///     }
    ///     durable::try_join!(from.add(-amount), to.add(amount))?;
    ///     Ok(true)
    /// }
    /// # #[tokio::main]
    /// # async fn main() -> Result<()> {
    /// # let runtime = Runtime::builder().memory().register(registry![Account, transfer]).start().await?;
    /// # let client = runtime.client();
    /// # client.call(Account::at("alice").add(10)).await?;
    /// # let run = |amount| client.start(transfer("alice".into(), "bob".into(), amount));
    /// # assert!(run(7).await?.output().await? && !run(7).await?.output().await?);
    /// # assert_eq!(client.call(Account::at("bob").balance()).await?, 7);
    /// # runtime.shutdown().await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Before anything is sent: no entity is named, or a key is no valid id (kind
    /// [`InvalidArgument`](FailureKind::InvalidArgument)); or calls of entities or sub-orchestrations, which may have been
    /// begun before, are still awaited (kind [`InvalidState`](FailureKind::InvalidState)). With [`timeout`](Locking::timeout): the time ran out (kind
    /// [`TimedOut`](FailureKind::TimedOut)).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future before it completes withdraws the wish, and lets go what was locked for it already.
    pub fn lock<'c, L: Lockable + 'c>(&'c mut self, entities: L) -> Locking<'c, L::Locked<'c>> {
        let mut ids = Vec::new();
        entities.ids(&mut ids);
        let handles = Box::new(move |holding: &Holding<'c>| entities.locked(holding));
        Locking { journal: self.journal(), ids, handles, timeout: None, ctx: PhantomData }
    }
}

/// Locks entities when it is awaited, and gives an `H`, the handles; made by [`Context::lock`].
#[must_use = "nothing is locked unless this is awaited"]
pub struct Locking<'c, H> {
    journal: SharedJournal,
    ids: Vec<Result<EntityId, InvalidId>>,
    handles: Box<dyn FnOnce(&Holding<'c>) -> H + 'c>,
    timeout: Option<Duration>,
    ctx: PhantomData<&'c mut Context>,
}

impl<H> Locking<'_, H> {
    /// How long to wait: then the wish is withdrawn, and the error has the kind [`TimedOut`](FailureKind::TimedOut).
    ///
    /// As long as there may be handles, `ctx` is borrowed, even where there are none. With `let` and `else` it is free:
    ///
    /// ```
    /// # use durable::prelude::*;
    /// # use serde::{Deserialize, Serialize};
    /// # use std::time::Duration;
    /// # #[entity]
    /// # #[derive(Default, Serialize, Deserialize)]
    /// # struct Account {
    /// #     balance: i64,
    /// # }
    /// # #[entity]
    /// # impl Account {
    /// #     fn add(&mut self, amount: i64) {
    /// #         self.balance += amount;
    /// #     }
    /// # }
    /// #[orchestrator]
    /// async fn deposit(ctx: &mut Context, key: String, amount: i64) -> Result<()> {
    ///     let wait = Duration::from_secs(60);
    ///     let Ok((mut account, _section)) = ctx.lock(Account::at(&key)).timeout(wait).await else {
    ///         return ctx.call(Account::at("suspense").add(amount)).await;
    ///     };
    ///     account.add(amount).await
    /// }
    /// ```
    pub fn timeout(mut self, duration: Duration) -> Self {
        self.timeout = Some(duration);
        self
    }
}

impl<'c, H: 'c> IntoFuture for Locking<'c, H> {
    type Output = Result<(H, Section<'c>)>;
    type IntoFuture = LocalBoxDurable<'c, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { journal, ids, handles, timeout, .. } = self;
        Box::pin(Block::new(async move {
            let set = lock_set(ids)?;
            let acquire = Acquire { journal: Rc::clone(&journal), state: State::Unasked(set.clone()) };
            let section = match timeout {
                None => acquire.await?,
                Some(timeout) => {
                    let due = journal.borrow().now() + timeout;
                    match race(acquire, Timer::new(Rc::clone(&journal), due)).await {
                        Either::Left(section) => section?,
                        Either::Right(()) => {
                            let message = format!("the locks were not free within {timeout:?}");
                            return Err(Error::of_kind(FailureKind::TimedOut, message));
                        }
                    }
                }
            };
            let holding = Holding(Rc::new(Held { journal, section, set, ctx: PhantomData }));
            Ok((handles(&holding), Section::new(holding)))
        }))
    }
}

/// All entities that are named, in the order in which they are locked.
fn lock_set(ids: Vec<Result<EntityId, InvalidId>>) -> Result<LockSet> {
    let ids = ids.into_iter().collect::<Result<Vec<EntityId>, InvalidId>>()?;
    LockSet::new(ids).ok_or_else(|| {
        Error::of_kind(FailureKind::InvalidArgument, "a critical section locks at least one entity; none was named")
    })
}

/// Waits for the locks, and gives the number of the section.
struct Acquire {
    journal: SharedJournal,
    state: State,
}

enum State {
    Unasked(LockSet),
    Asked(TaskId),
    Done,
}

impl Future for Acquire {
    type Output = Result<TaskId>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Poller<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut journal = this.journal.borrow_mut();
        match std::mem::replace(&mut this.state, State::Done) {
            State::Unasked(lock_set) => {
                if let Err(failure) = journal.check_section() {
                    return Poll::Ready(Err(Error::from_failure(failure)));
                }
                let id = journal.ask_and_wait(|id, _| Event::EntityLockRequested { id, lock_set });
                journal.section_asked(id);
                this.state = State::Asked(id);
                Poll::Pending
            }
            State::Asked(id) => match journal.poll_answer(id) {
                None => {
                    this.state = State::Asked(id);
                    Poll::Pending
                }
                Some(granted) => Poll::Ready(granted.map(|_| id).map_err(Error::from_failure)),
            },
            State::Done => Poll::Pending,
        }
    }
}

impl DurableFuture for Acquire {}

impl Drop for Acquire {
    fn drop(&mut self) {
        let State::Asked(section) = self.state else { return };
        let mut journal = self.journal.borrow_mut();
        if journal.abandon(section) {
            journal.section_withdrawn(section);
        } else {
            // It was granted, and nobody has taken it.
            journal.section_ended(section);
        }
    }
}

/// The locks of a section: whoever has a part of them has a share in this. The last one lets them go.
///
/// It borrows the context for as long as it lives, and has a destructor: so the compiler takes no earlier end for it.
struct Held<'c> {
    journal: SharedJournal,
    section: TaskId,
    set: LockSet,
    ctx: PhantomData<&'c mut Context>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.journal.borrow_mut().section_ended(self.section);
    }
}

/// A share in the locks of a section.
#[doc(hidden)]
pub struct Holding<'c>(Rc<Held<'c>>);

impl Holding<'_> {
    pub(super) fn journal(&self) -> SharedJournal {
        Rc::clone(&self.0.journal)
    }

    pub(super) fn section(&self) -> TaskId {
        self.0.section
    }

    pub(super) fn set(&self) -> &LockSet {
        &self.0.set
    }
}

impl Clone for Holding<'_> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl fmt::Debug for Holding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Holding").field("section", &self.0.section).field("set", &self.0.set).finish()
    }
}

impl<H> fmt::Debug for Locking<'_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locking").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
