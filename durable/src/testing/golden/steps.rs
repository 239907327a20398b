//! What an instance did, in short lines: for comparisons in tests.

use super::History;
use crate::model::{EntityId, Event, Name, Status};

impl History {
    /// What the code asked for and what came from outside, in order, each in a few words.
    ///
    /// Answers are left out, and so are numbers, arguments and times: what is left is what a reader of the code expects
    /// to see. The words are `activity NAME`, `timer`, `sub-orchestration NAME`, `start NAME` (nobody waits for it),
    /// `call ENTITY.OPERATION`, `signal ENTITY.OPERATION`, `lock ENTITY, ..`, `unlock`, `send NAME` (an event for
    /// another instance), `continue-as-new`; `event NAME` (raised for this one), `suspended`, `resumed`, `rewound`; and
    /// as the last `completed`, `failed` or `terminated`.
    pub fn steps(&self) -> Vec<String> {
        self.events().filter_map(step).collect()
    }
}

fn step(event: &Event) -> Option<String> {
    let step = match event {
        Event::TaskScheduled { name, .. } => format!("activity {name}"),
        Event::SubOrchestrationInstanceCreated(child) if child.detached => format!("start {}", child.name),
        Event::SubOrchestrationInstanceCreated(child) => format!("sub-orchestration {}", child.name),
        Event::TimerCreated { .. } => "timer".to_owned(),
        Event::EventSent { name, .. } => format!("send {name}"),
        Event::EventRaised { name, .. } => format!("event {name}"),
        Event::EntityOperationCalled { entity, operation, .. } => entity_step("call", entity, operation),
        Event::EntityOperationSignaled { entity, operation, .. } => entity_step("signal", entity, operation),
        Event::EntityLockRequested { lock_set, .. } => {
            let names: Vec<_> = lock_set.entities().iter().map(EntityId::name).collect();
            format!("lock {}", names.join(", "))
        }
        Event::EntityUnlockSent { .. } => "unlock".to_owned(),
        Event::ExecutionSuspended { .. } => "suspended".to_owned(),
        Event::ExecutionResumed { .. } => "resumed".to_owned(),
        Event::ExecutionRewound { .. } => "rewound".to_owned(),
        Event::ContinueAsNew { .. } => "continue-as-new".to_owned(),
        Event::ExecutionCompleted { status, .. } => ended(*status).to_owned(),
        Event::ExecutionStarted(_)
        | Event::TaskCompleted { .. }
        | Event::TaskFailed { .. }
        | Event::SubOrchestrationInstanceCompleted { .. }
        | Event::SubOrchestrationInstanceFailed { .. }
        | Event::TimerFired { .. }
        | Event::EntityOperationCompleted { .. }
        | Event::EntityOperationFailed { .. }
        | Event::EntityLockGranted { .. }
        // Its end says so.
        | Event::ExecutionTerminated { .. } => return None,
    };
    Some(step)
}

fn entity_step(verb: &str, entity: &EntityId, operation: &Name) -> String {
    format!("{verb} {}.{operation}", entity.name())
}

const fn ended(status: Status) -> &'static str {
    match status {
        Status::Completed => "completed",
        Status::Failed => "failed",
        Status::Terminated => "terminated",
        Status::Pending | Status::Running | Status::Suspended => "not ended",
    }
}
