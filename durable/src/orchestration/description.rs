//! Descriptions of orchestrations.

use std::fmt;

use super::Orchestrator;
use crate::{
    activity::Described,
    model::{ApplicationError, Data, Error, FailureKind, InstanceId, InvalidId, Name, StartRequest, Startable, Tags},
};

/// An orchestration with its argument: what calling a function marked `#[orchestrator]` makes.
///
/// It does nothing by itself. `client.start(..)` and `ctx.start(..)` start it, `ctx.call(..)` awaits it as a child.
#[must_use = "this only describes an orchestration; pass it to `client.start(..)`, `ctx.call(..)` or `ctx.start(..)`"]
pub struct OrchestrationCall<O: Orchestrator> {
    pub(super) input: O::Input,
    pub(super) options: StartOptions,
}

/// How an orchestration is to be started.
#[derive(Debug, Clone, Default)]
pub(super) struct StartOptions {
    pub(super) instance_id: Option<Result<InstanceId, InvalidId>>,
    pub(super) version: Option<String>,
    pub(super) tags: Tags,
}

impl<O: Orchestrator> OrchestrationCall<O> {
    /// Describes a run of the orchestrator with that argument.
    pub fn new(input: O::Input) -> Self {
        Self { input, options: StartOptions::default() }
    }

    /// The id of the new instance; a text that can't be one is reported when it is started.
    pub fn instance_id(mut self, id: impl AsRef<str>) -> Self {
        self.options.instance_id = Some(InstanceId::new(id));
        self
    }

    /// The version, which the orchestrator finds in `ctx.version()`.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.options.version = Some(version.into());
        self
    }

    /// Adds a label.
    pub fn tag(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.tags.insert(name.into(), value.into());
        self
    }
}

impl<O: Orchestrator> Described for OrchestrationCall<O> {
    type Outcome = Result<O::Output, <O::Error as ApplicationError>::Seen>;
}

#[diagnostic::do_not_recommend]
impl<O: Orchestrator> Startable for OrchestrationCall<O> {
    fn into_request(self) -> Result<StartRequest, Error> {
        let input = self.input.to_payload().map_err(|error| {
            let message = format!("the argument of the orchestration `{}` can't be serialized: {error}", O::NAME);
            Error::of_kind(FailureKind::InvalidPayload, message)
        })?;
        let StartOptions { instance_id, version, tags } = self.options;
        Ok(StartRequest { name: Name::Borrowed(O::NAME), input, instance_id: instance_id.transpose()?, version, tags })
    }
}

impl<O: Orchestrator> fmt::Debug for OrchestrationCall<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OrchestrationCall").field(&O::NAME).finish()
    }
}
