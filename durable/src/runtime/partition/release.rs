//! What leaves a round once that is on disk: answers, changes for those who listen, activities that wait for it.

use crate::{
    client::{Changed, Ending, Feed, Reply},
    model::{Error, InstanceId, Payload, Result, RewindPlan, WaitingFor},
    runtime::activities::{Work, Workers},
};

/// An answer to a client.
#[derive(Debug)]
pub(in crate::runtime) enum Ack {
    Done(Reply<()>),
    Started(Reply<InstanceId>, InstanceId),
    Counted(Reply<u64>, u64),
    /// Of an operation, with its number in the inbox if it was kept there.
    Result(
        Reply<Payload>,
        Result<Payload>,
        #[cfg_attr(not(feature = "testing"), expect(dead_code, reason = "environments of tests ask for it"))]
        Option<i64>,
    ),
    Planned(Reply<RewindPlan>, Box<RewindPlan>),
    Explained(Reply<Vec<WaitingFor>>, Vec<WaitingFor>),
    Ended(Vec<Reply<Ending>>, Ending),
}

/// All that leaves a round and promises that the round is kept.
#[derive(Default)]
pub(in crate::runtime) struct Release {
    pub(in crate::runtime) acks: Vec<Ack>,
    pub(in crate::runtime) changes: Vec<Changed>,
    /// Activities that begin when all that led to them is on disk.
    pub(in crate::runtime) work: Vec<Work>,
}

impl Release {
    /// Whether nobody waits for it.
    pub(in crate::runtime) fn is_empty(&self) -> bool {
        self.acks.is_empty() && self.changes.is_empty() && self.work.is_empty()
    }

    /// Lets everything out.
    pub(in crate::runtime) fn leave(self, feed: &Feed, workers: &Workers) {
        self.acks.into_iter().for_each(Ack::send);
        if !self.changes.is_empty() {
            feed.publish(self.changes);
        }
        if !self.work.is_empty() {
            workers.begin(self.work);
        }
    }

    /// Takes out who waits for operations that the inbox of the store has, with their numbers there.
    #[cfg(feature = "testing")]
    pub(super) fn take_kept(&mut self) -> Vec<(i64, Reply<Payload>)> {
        let (kept, others): (Vec<_>, Vec<_>) =
            self.acks.drain(..).partition(|ack| matches!(ack, Ack::Result(_, _, Some(_))));
        self.acks = others;
        let kept = kept.into_iter();
        kept.filter_map(|ack| if let Ack::Result(reply, _, Some(row)) = ack { Some((row, reply)) } else { None })
            .collect()
    }

    /// Answers all who wait with that error, and lets nothing else out.
    pub(in crate::runtime) fn refuse(&mut self, error: &Error) {
        self.acks.drain(..).for_each(|ack| ack.refuse(error));
    }
}

impl Ack {
    fn send(self) {
        // Whoever has stopped waiting does not get the answer.
        match self {
            Self::Done(reply) => drop(reply.send(Ok(()))),
            Self::Started(reply, id) => drop(reply.send(Ok(id))),
            Self::Counted(reply, count) => drop(reply.send(Ok(count))),
            Self::Result(reply, result, _) => drop(reply.send(result)),
            Self::Planned(reply, plan) => drop(reply.send(Ok(*plan))),
            Self::Explained(reply, waiting) => drop(reply.send(Ok(waiting))),
            Self::Ended(replies, ending) => {
                for reply in replies {
                    drop(reply.send(Ok(ending.clone())));
                }
            }
        }
    }

    fn refuse(self, error: &Error) {
        fn answer<T>(reply: Reply<T>, error: &Error) {
            drop(reply.send(Err(Error::from_failure(error.failure().clone()))));
        }
        match self {
            Self::Done(reply) => answer(reply, error),
            Self::Started(reply, _) => answer(reply, error),
            Self::Counted(reply, _) => answer(reply, error),
            Self::Result(reply, ..) => answer(reply, error),
            Self::Planned(reply, _) => answer(reply, error),
            Self::Explained(reply, _) => answer(reply, error),
            Self::Ended(replies, _) => {
                for reply in replies {
                    answer(reply, error);
                }
            }
        }
    }
}
