//! Descriptions of orchestrations to be started.

use crate::model::{Error, InstanceId, Name, Payload, Tags};

/// An orchestration to be started, without the types of its code.
#[derive(Debug, Clone, PartialEq)]
pub struct StartRequest {
    /// The orchestrator.
    pub name: Name,
    /// Its argument: `null` for none, the value for one, an array for several.
    pub input: Payload,
    /// The id of the new instance; generated if `None`.
    pub instance_id: Option<InstanceId>,
    /// Its version.
    pub version: Option<String>,
    /// Labels.
    pub tags: Tags,
}

impl StartRequest {
    /// The orchestrator of that name with that argument, and nothing else.
    pub fn new(name: impl Into<Name>, input: Payload) -> Self {
        Self { name: name.into(), input, instance_id: None, version: None, tags: Tags::new() }
    }
}

/// What can be started: a described orchestration.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be started: it is not an orchestration",
    label = "not the call of an `#[orchestrator]`",
    note = "only orchestrations are started; to run an activity, await `ctx.call(..)`"
)]
pub trait Startable {
    /// The same without its types.
    ///
    /// # Errors
    ///
    /// The id is not valid, or the argument can't be serialized.
    fn into_request(self) -> Result<StartRequest, Error>;
}

#[diagnostic::do_not_recommend]
impl Startable for StartRequest {
    fn into_request(self) -> Result<Self, Error> {
        Ok(self)
    }
}
