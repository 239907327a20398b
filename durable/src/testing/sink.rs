//! Takes the commands of clients to the life of the runtime that is going on, and to the next one after a crash.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    task::Poll,
};

use tokio::sync::{oneshot, watch};
use uuid::Uuid;

use super::{driver::Changed, store::Fate};
use crate::{
    client::{Command, CommandSink, Feed, Reply, Start},
    model::{EntityId, Error, FailureKind, InstanceId, Result},
    runtime::Stage,
    store::{EntityFilter, InstanceFilter, Page, Store, memory::MemoryStore},
};

/// One life of the runtime.
#[derive(Clone)]
pub(super) struct Life {
    pub(super) number: u64,
    /// `None` when no other will follow.
    pub(super) stage: Option<Stage>,
}

/// Counts how often nothing could happen any more although somebody waited.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stuck {
    /// For the moment: who waits for a parked instance waits in vain.
    pub(super) pauses: u64,
    /// For good: all who wait do so in vain.
    pub(super) ends: u64,
}

/// What the client, the driver and the environment share.
pub(super) struct Wire {
    pub(super) facts: MemoryStore,
    pub(super) fate: Arc<Fate>,
    pub(super) life: watch::Sender<Life>,
    pub(super) stuck: watch::Sender<Stuck>,
    pub(super) changed: Changed,
    /// How many commands there have been.
    pub(super) posts: AtomicU64,
    /// How many of them wait for a result, so that time may pass.
    pub(super) waiting: AtomicUsize,
    pub(super) feed: Arc<Feed>,
    /// Commands on their way. They arrive when the runtime has nothing to do by itself, all at once: so what shares a
    /// commit does not depend on how fast the threads are.
    held: Mutex<Vec<(Command, Arrival)>>,
    /// How many orchestrations were started.
    starts: AtomicU64,
    handle: tokio::runtime::Handle,
}

/// The life in which nothing arrives.
const NOWHERE: u64 = u64::MAX;

/// In which life of the runtime a command arrived.
#[derive(Clone)]
struct Arrival(Arc<AtomicU64>);

impl Arrival {
    /// It has not arrived yet.
    fn expected() -> Self {
        Self(Arc::new(AtomicU64::new(NOWHERE)))
    }

    fn life(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wire {
    /// Call it inside a tokio runtime.
    pub(super) fn new(facts: MemoryStore, fate: Arc<Fate>, stage: Stage, changed: Changed) -> Self {
        let feed = changed.0.feed();
        Self {
            facts,
            fate,
            feed,
            life: watch::Sender::new(Life { number: 0, stage: Some(stage) }),
            stuck: watch::Sender::new(Stuck::default()),
            changed,
            posts: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            held: Mutex::default(),
            starts: AtomicU64::new(0),
            handle: tokio::runtime::Handle::current(),
        }
    }

    /// What is parked, with the reasons.
    pub(super) fn parked(&self) -> Vec<String> {
        let filter = InstanceFilter { parked: Some(true), ..InstanceFilter::default() };
        let page = Page { after: None, limit: 10, oldest_first: true };
        let catalog = Store::catalog(&self.facts);
        let instances = catalog.instances(&filter, &page).unwrap_or_default().into_iter();
        let instances = instances.filter_map(|record| Some((record.id.to_string(), record.parked?.message)));
        let filter = EntityFilter { parked: Some(true), with_transient: true, ..EntityFilter::default() };
        let entities = catalog.entities(&filter, None, 10).unwrap_or_default().into_iter();
        let entities = entities.filter_map(|record| Some((record.id.to_string(), record.parked?.message)));
        instances.chain(entities).map(|(id, why)| format!("`{id}` is parked: {why}")).collect()
    }

    /// Sends a command on its way.
    fn post(&self, command: Command) -> Result<Arrival> {
        if self.life.borrow().stage.is_none() {
            return Err(ended());
        }
        let arrival = Arrival::expected();
        self.held().push((command, arrival.clone()));
        self.posts.fetch_add(1, Ordering::SeqCst);
        self.changed.notify_one();
        Ok(arrival)
    }

    /// Hands all commands that are on their way to the life that is going on; `false` if there are none. If it takes none
    /// any more, they are dropped and have not arrived, which their senders see.
    pub(super) fn deliver(&self) -> bool {
        let (commands, arrivals): (Vec<_>, Vec<_>) = std::mem::take(&mut *self.held()).into_iter().unzip();
        if commands.is_empty() {
            return false;
        }
        let life = self.life.borrow().clone();
        let arrive = |life| arrivals.iter().for_each(|Arrival(place)| place.store(life, Ordering::SeqCst));
        arrive(life.number);
        if !life.stage.is_some_and(|stage| stage.post_all(commands).is_ok()) {
            arrive(NOWHERE);
        }
        true
    }

    /// Gives up what is on its way.
    pub(super) fn drop_held(&self) {
        self.held().clear();
    }

    /// Gives a start the ids of its number instead of random ones: what is random in an orchestration comes from them, and
    /// every run of a scenario is to be the same.
    fn number(&self, start: &mut Start) -> Result<()> {
        let number = self.starts.fetch_add(1, Ordering::SeqCst);
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("start {number}").as_bytes());
        if start.id_is_new {
            start.id = InstanceId::new(id.simple().to_string())?;
        }
        start.execution_id = Uuid::new_v5(&id, start.id.as_str().as_bytes()).simple().to_string();
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, Vec<(Command, Arrival)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether that life came to its end by a crash.
    fn is_lost(&self, life: u64) -> bool {
        self.life.borrow().number > life || self.fate.has_died()
    }

    /// Waits for a life after that one; `false` if there is none.
    async fn next_life(&self, life: u64) -> bool {
        let mut lives = self.life.subscribe();
        let next = lives.wait_for(|next| next.number > life || next.stage.is_none()).await;
        next.is_ok_and(|next| next.stage.is_some())
    }
}

/// What a client waits for.
enum Waits {
    /// Until it is stored.
    No,
    /// The end of an instance.
    Instance(InstanceId),
    /// The result of an operation, which must not be sent twice.
    Operation(EntityId),
}

/// What happens first while a command is on its way.
enum First<T> {
    /// Nobody waits for the answer any more.
    Gone,
    Answered(Result<Result<T>, oneshot::error::RecvError>),
    InVain(Error),
}

/// The way of the clients of an environment.
pub(super) struct Sink(pub(super) Arc<Wire>);

impl Sink {
    /// Sends a command, again after a crash, until there is an answer. What was stored is never sent again.
    fn relay<T: Send + 'static>(
        &self,
        reply: Reply<T>,
        waits: Waits,
        make: impl Fn(Reply<T>) -> Command + Send + 'static,
    ) -> Result<()> {
        let (inner, mut answer) = oneshot::channel();
        // Here and now, so that commands keep their order.
        let mut arrival = self.0.post(make(inner))?;
        let wire = Arc::clone(&self.0);
        let mut reply = reply;
        self.0.handle.spawn(async move {
            let _waiting = Waiting::begin(&wire, &waits);
            let mut stuck = wire.stuck.subscribe();
            let answer = loop {
                let first = {
                    let mut vain = pin!(in_vain(&wire, &mut stuck, &waits));
                    poll_fn(|cx| {
                        if reply.poll_closed(cx).is_ready() {
                            return Poll::Ready(First::Gone);
                        }
                        if let Poll::Ready(answered) = Pin::new(&mut answer).poll(cx) {
                            return Poll::Ready(First::Answered(answered));
                        }
                        vain.as_mut().poll(cx).map(First::InVain)
                    })
                    .await
                };
                let answered = match first {
                    First::Gone => return,
                    First::Answered(answered) => answered,
                    First::InVain(error) => break Err(error),
                };
                let life = arrival.life();
                let repeat = match &answered {
                    // It was in the round that was not stored.
                    Ok(Err(error)) => {
                        matches!(error.kind(), FailureKind::Store | FailureKind::Unavailable) && wire.is_lost(life)
                    }
                    Err(_) => life == NOWHERE || wire.is_lost(life) && !matches!(waits, Waits::Operation(_)),
                    Ok(Ok(_)) => false,
                };
                if !repeat {
                    break answered.unwrap_or_else(|_| Err(ended()));
                }
                if life != NOWHERE && !wire.next_life(life).await {
                    break Err(ended());
                }
                let (inner, next) = oneshot::channel();
                answer = next;
                match wire.post(make(inner)) {
                    Ok(next) => arrival = next,
                    Err(error) => break Err(error),
                }
            };
            drop(reply.send(answer));
        });
        Ok(())
    }
}

impl CommandSink for Sink {
    fn post(&self, command: Command) -> Result<()> {
        match command {
            Command::Start { mut start, reply } => {
                self.0.number(&mut start)?;
                self.relay(reply, Waits::No, move |reply| Command::Start { start: start.clone(), reply })
            }
            Command::Raise { to, name, input, reply } => self.relay(reply, Waits::No, move |reply| {
                let (to, name, input) = (to.clone(), name.clone(), input.clone());
                Command::Raise { to, name, input, reply }
            }),
            Command::Suspend { to, reason, reply } => self.relay(reply, Waits::No, move |reply| Command::Suspend {
                to: to.clone(),
                reason: reason.clone(),
                reply,
            }),
            Command::Resume { to, reason, reply } => self.relay(reply, Waits::No, move |reply| Command::Resume {
                to: to.clone(),
                reason: reason.clone(),
                reply,
            }),
            Command::Terminate { to, reason, recursive, reply } => self.relay(reply, Waits::No, move |reply| {
                Command::Terminate { to: to.clone(), reason: reason.clone(), recursive, reply }
            }),
            Command::Rewind { id, reason, dry_run, reply } => self.relay(reply, Waits::No, move |reply| {
                Command::Rewind { id: id.clone(), reason: reason.clone(), dry_run, reply }
            }),
            Command::Purge { id, reply } => {
                self.relay(reply, Waits::No, move |reply| Command::Purge { id: id.clone(), reply })
            }
            Command::PurgeAll { keys, reply } => {
                self.relay(reply, Waits::No, move |reply| Command::PurgeAll { keys: keys.clone(), reply })
            }
            Command::Explain { id, reply } => {
                self.relay(reply, Waits::No, move |reply| Command::Explain { id: id.clone(), reply })
            }
            Command::Wait { id, reply } => {
                let waits = Waits::Instance(id.clone());
                self.relay(reply, waits, move |reply| Command::Wait { id: id.clone(), reply })
            }
            Command::Signal { signal, reply } => {
                self.relay(reply, Waits::No, move |reply| Command::Signal { signal: signal.clone(), reply })
            }
            Command::SignalAll { signals, reply } => {
                self.relay(reply, Waits::No, move |reply| Command::SignalAll { signals: signals.clone(), reply })
            }
            Command::Call { to, operation, input, reply } => {
                self.relay(reply, Waits::Operation(to.clone()), move |reply| {
                    let (to, operation, input) = (to.clone(), operation.clone(), input.clone());
                    Command::Call { to, operation, input, reply }
                })
            }
            Command::CleanEntities { reply } => {
                self.relay(reply, Waits::No, move |reply| Command::CleanEntities { reply })
            }
        }
    }

    fn feed(&self) -> &Arc<Feed> {
        &self.0.feed
    }

    /// A store in memory is its own disk.
    fn settled(&self) -> Pin<Box<dyn Future<Output = Result<()>> + Send + '_>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Counts who waits for a result, as long as it lives.
struct Waiting<'a>(Option<&'a Wire>);

impl<'a> Waiting<'a> {
    fn begin(wire: &'a Wire, waits: &Waits) -> Self {
        if matches!(waits, Waits::No) {
            return Self(None);
        }
        wire.waiting.fetch_add(1, Ordering::SeqCst);
        wire.changed.notify_one();
        Self(Some(wire))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(wire) = self.0 {
            wire.waiting.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Ends when it is known that there will never be an answer, with the reason.
async fn in_vain(wire: &Wire, stuck: &mut watch::Receiver<Stuck>, waits: &Waits) -> Error {
    let ends = stuck.borrow_and_update().ends;
    loop {
        // The sender lives as long as the wire.
        drop(stuck.changed().await);
        let parked_only = stuck.borrow_and_update().ends == ends;
        let message = match waits {
            Waits::No => continue,
            Waits::Operation(_) if parked_only => continue,
            Waits::Operation(id) => format!("the operation waits for ever: `{id}` does not perform it{}", beside(wire)),
            Waits::Instance(id) => {
                let details = Store::catalog(&wire.facts).instance(id).ok().flatten();
                let parked = details.and_then(|details| details.record.parked);
                match parked {
                    Some(parked) => format!("`{id}` is parked: {}", parked.message),
                    None if parked_only => continue,
                    None => format!("`{id}` waits for ever, for {}{}", what_for(wire, id).await, beside(wire)),
                }
            }
        };
        return Error::of_kind(FailureKind::InvalidState, message);
    }
}

/// What else may be the reason.
fn beside(wire: &Wire) -> String {
    let parked = wire.parked().join("; ");
    if parked.is_empty() { parked } else { format!("; {parked}") }
}

async fn what_for(wire: &Wire, id: &InstanceId) -> String {
    let (reply, answer) = oneshot::channel();
    let stage = wire.life.borrow().stage.clone();
    let posted = stage.map(|stage| stage.post(Command::Explain { id: id.clone(), reply }));
    let waiting = if posted.is_some_and(|posted| posted.is_ok()) { answer.await.ok() } else { None };
    let waiting: Vec<_> = waiting.and_then(Result::ok).unwrap_or_default().iter().map(ToString::to_string).collect();
    if waiting.is_empty() { "something that nobody does".to_owned() } else { waiting.join(" and ") }
}

fn ended() -> Error {
    Error::of_kind(FailureKind::Unavailable, "the environment of the test has ended, or its process died meanwhile")
}
