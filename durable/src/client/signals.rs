//! Signals of clients: one with its options, and many at once.

use std::{future::IntoFuture, pin::Pin};

use super::{Client, Command, Signal};
use crate::{
    entity::OperationCall,
    model::{EntityId, Name, Payload, Result, Timestamp},
};

/// A signal with its options, which is awaited; made by [`Client::signal`].
#[must_use = "nothing is signaled unless this is awaited"]
#[derive(Debug)]
pub struct Signaling<'a> {
    pub(super) client: &'a Client,
    pub(super) parts: Result<(EntityId, Name, Payload)>,
    pub(super) at: Option<Timestamp>,
}

impl Signaling<'_> {
    /// To be delivered at that time or a little later.
    pub fn at(mut self, time: impl Into<Timestamp>) -> Self {
        self.at = Some(time.into());
        self
    }
}

impl<'a> IntoFuture for Signaling<'a> {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { client, parts, at } = self;
        Box::pin(async move {
            let (to, operation, input) = parts?;
            client.send(|reply| Command::Signal { signal: Signal { to, operation, input, at }, reply }).await
        })
    }
}

/// Signals that are accepted together, when it is awaited; made by [`Client::signals`].
///
/// Those to one entity are performed in the order in which they were added.
#[must_use = "nothing is signaled unless this is awaited"]
#[derive(Debug)]
pub struct SignalBatch<'a> {
    client: &'a Client,
    signals: Result<Vec<Signal>>,
}

impl<'a> SignalBatch<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client, signals: Ok(Vec::new()) }
    }

    /// Adds an operation.
    pub fn signal<E, T, X>(self, operation: OperationCall<E, T, X>) -> Self {
        self.push(operation.parts(), None)
    }

    /// Adds an operation to be delivered at that time or a little later.
    pub fn signal_at<E, T, X>(self, operation: OperationCall<E, T, X>, time: impl Into<Timestamp>) -> Self {
        self.push(operation.parts(), Some(time.into()))
    }

    /// An operation that can't be sent is an error of the whole batch: the first such is reported.
    fn push(mut self, parts: Result<(EntityId, Name, Payload)>, at: Option<Timestamp>) -> Self {
        if let Ok(signals) = &mut self.signals {
            match parts {
                Ok((to, operation, input)) => signals.push(Signal { to, operation, input, at }),
                Err(error) => self.signals = Err(error),
            }
        }
        self
    }
}

impl<'a> IntoFuture for SignalBatch<'a> {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { client, signals } = self;
        Box::pin(async move {
            let signals = signals?;
            client.send(|reply| Command::SignalAll { signals, reply }).await
        })
    }
}
