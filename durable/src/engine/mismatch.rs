//! Nondeterminism: where the code of today parts from the history, and how to tell the user.

use crate::model::{Event, ParkReason, Parked};

/// Compares what the history says the code asked for in one turn with what it asks for today.
///
/// Both must agree in kind, number, name, argument and due time, and in their count. Time-outs, tags and versions may
/// differ: changing them changes no decision that was already taken.
pub(super) fn compare(name: &str, recorded: &[Event], found: &[Event], sequence: u64) -> Result<(), Parked> {
    let first = (0..recorded.len().max(found.len())).find(|n| match (recorded.get(*n), found.get(*n)) {
        (Some(recorded), Some(found)) => !same(recorded, found),
        _ => true,
    });
    let Some(at) = first else { return Ok(()) };
    let expected = recorded.get(at).map(Event::summary);
    let found = found.get(at).map(Event::summary);
    let sequence = sequence + at as u64;
    let message = format!(
        "the code of `{name}` does not fit its history at event {sequence}: recorded was {}, the code asks for {}; \
         deploy code that takes the recorded steps, and the instance goes on",
        expected.as_deref().unwrap_or("nothing more"),
        found.as_deref().unwrap_or("nothing more"),
    );
    Err(Parked { reason: ParkReason::Nondeterminism { expected, found, sequence }, message })
}

/// Whether the code asks for the same thing.
fn same(recorded: &Event, found: &Event) -> bool {
    match (recorded, found) {
        (
            Event::TaskScheduled { id: a, name: a_name, input: a_input, .. },
            Event::TaskScheduled { id: b, name: b_name, input: b_input, .. },
        ) => a == b && a_name == b_name && a_input.is_same_value(b_input),
        (Event::SubOrchestrationInstanceCreated(a), Event::SubOrchestrationInstanceCreated(b)) => {
            (a.id, &a.name, &a.instance_id, a.at) == (b.id, &b.name, &b.instance_id, b.at)
                && a.input.is_same_value(&b.input)
        }
        (
            Event::EntityOperationCalled {
                id: a,
                entity: a_entity,
                operation: a_operation,
                input: a_input,
                section: a_section,
            },
            Event::EntityOperationCalled {
                id: b,
                entity: b_entity,
                operation: b_operation,
                input: b_input,
                section: b_section,
            },
        ) => {
            (a, a_entity, a_operation, a_section) == (b, b_entity, b_operation, b_section)
                && a_input.is_same_value(b_input)
        }
        (
            Event::EntityOperationSignaled {
                id: a,
                entity: a_entity,
                operation: a_operation,
                input: a_input,
                at: a_at,
            },
            Event::EntityOperationSignaled {
                id: b,
                entity: b_entity,
                operation: b_operation,
                input: b_input,
                at: b_at,
            },
        ) => (a, a_entity, a_operation, a_at) == (b, b_entity, b_operation, b_at) && a_input.is_same_value(b_input),
        (
            Event::EventSent { id: a, instance_id: a_instance, name: a_name, input: a_input },
            Event::EventSent { id: b, instance_id: b_instance, name: b_name, input: b_input },
        ) => (a, a_instance, a_name) == (b, b_instance, b_name) && a_input.is_same_value(b_input),
        (
            Event::ContinueAsNew { input: a, version: a_version },
            Event::ContinueAsNew { input: b, version: b_version },
        ) => a_version == b_version && a.is_same_value(b),
        // The result of a generation that ended is not compared: there is nothing left to replay.
        (Event::ExecutionCompleted { status: a, .. }, Event::ExecutionCompleted { status: b, .. }) => a == b,
        _ => recorded == found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Payload, Status, Timestamp};

    fn activity(id: u64, name: &'static str, input: &str) -> Event {
        let input = Payload::from_json(input).unwrap();
        Event::TaskScheduled { id, name: name.into(), input, attempt: 1, retry_of: None, timeout: None }
    }

    fn timer(id: u64, at: i64) -> Event {
        Event::TimerCreated { id, fire_at: Timestamp::from_micros(at) }
    }

    #[track_caller]
    fn differ(recorded: &[Event], found: &[Event]) -> (Option<String>, Option<String>, u64) {
        let reason = compare("f", recorded, found, 10).unwrap_err().reason;
        let ParkReason::Nondeterminism { expected, found, sequence } = reason else { panic!("{reason:?}") };
        (expected, found, sequence)
    }

    #[test]
    fn equal_wishes_agree() {
        assert!(compare("f", &[activity(0, "a", "1"), timer(1, 5)], &[activity(0, "a", "1"), timer(1, 5)], 0).is_ok());
    }

    #[test]
    fn the_order_of_the_members_of_an_object_does_not_matter() {
        let (a, b) = (r#"{"x":[{"a":1,"b":2}],"y":null}"#, r#"{"y":null,"x":[{"b":2,"a":1}]}"#);
        assert!(compare("f", &[activity(0, "a", a)], &[activity(0, "a", b)], 0).is_ok());
        for other in [r#"{"y":null,"x":[{"b":2,"a":3}]}"#, r#"{"y":null}"#, r#"{"y":null,"z":[]}"#, "[]", "1"] {
            assert_eq!(differ(&[activity(0, "a", a)], &[activity(0, "a", other)]).2, 10, "{other}");
        }
        assert_eq!(differ(&[activity(0, "a", "[1,2]")], &[activity(0, "a", "[2,1]")]).2, 10);
    }

    #[test]
    fn another_name_argument_due_time_or_order_is_found() {
        assert_eq!(differ(&[activity(0, "a", "1")], &[activity(0, "b", "1")]).2, 10);
        assert_eq!(differ(&[activity(0, "a", "1")], &[activity(0, "a", "2")]).2, 10);
        assert_eq!(differ(&[timer(0, 1)], &[timer(0, 2)]).2, 10);
        assert_eq!(differ(&[activity(0, "a", "1"), timer(1, 1)], &[timer(0, 1), activity(1, "a", "1")]).2, 10);
    }

    #[test]
    fn the_end_is_compared_by_how_it_ended_not_by_what_came_of_it() {
        let ended = |status, result: &str| Event::ExecutionCompleted {
            status,
            result: Some(Payload::from_json(result).unwrap()),
            failure: None,
        };
        assert!(compare("f", &[ended(Status::Completed, "1")], &[ended(Status::Completed, "2")], 0).is_ok());
        assert_eq!(differ(&[ended(Status::Completed, "1")], &[ended(Status::Failed, "1")]).2, 10);
        let again = |input: &str| Event::ContinueAsNew { input: Payload::from_json(input).unwrap(), version: None };
        assert!(compare("f", &[again(r#"{"a":1,"b":2}"#)], &[again(r#"{"b":2,"a":1}"#)], 0).is_ok());
        assert_eq!(differ(&[again("1")], &[again("2")]).2, 10);
    }

    #[test]
    fn more_and_less_than_recorded_is_found() {
        let (expected, found, sequence) = differ(&[activity(0, "a", "1"), timer(1, 5)], &[activity(0, "a", "1")]);
        assert_eq!((found, sequence), (None, 11));
        assert!(expected.unwrap().starts_with("timer #1"));
        assert_eq!(differ(&[], &[timer(0, 1)]).0, None);
    }
}
