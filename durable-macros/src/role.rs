//! The kinds of durable functions, and the words for them.

use syn::Ident;

/// What kind of durable function it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Role {
    Activity,
    Orchestrator,
    Operation,
}

impl Role {
    /// One of them.
    pub(crate) fn a(self) -> &'static str {
        match self {
            Self::Activity => "an activity",
            Self::Orchestrator => "an orchestrator",
            Self::Operation => "an operation",
        }
    }

    /// Several of them.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Activity => "activities",
            Self::Orchestrator => "orchestrators",
            Self::Operation => "operations of entities",
        }
    }

    /// The name of the type of its context.
    pub(crate) fn context(self) -> &'static str {
        match self {
            Self::Activity => "ActivityContext",
            Self::Orchestrator => "Context",
            Self::Operation => "EntityContext",
        }
    }

    /// How its context is taken.
    pub(crate) fn help_on_context(self) -> &'static str {
        match self {
            Self::Activity => "write `&ActivityContext`",
            Self::Orchestrator => "write `ctx: &Context`, or `ctx: &mut Context` if the orchestrator locks entities",
            Self::Operation => "write `&EntityContext`",
        }
    }

    /// The one whose context has that name.
    pub(crate) fn with_context(name: &Ident) -> Option<Self> {
        [Self::Activity, Self::Orchestrator, Self::Operation].into_iter().find(|role| name == role.context())
    }
}
