//! What stores keep as JSON: events, messages, and what belongs to records.

use std::fmt::Debug;

use durable::{
    Failure,
    model::{Event, LockHolder, LockSet, Message, Parent, Parked, Tags},
    testing::History,
};
use serde::{Serialize, de::DeserializeOwned};

use super::golden;

pub(super) fn event_seeds() -> Vec<Vec<u8>> {
    let histories = golden::seeds();
    let histories = histories.iter().filter_map(|json| History::from_json(str::from_utf8(json).ok()?).ok());
    let turns = histories.flat_map(|history| history.turns);
    turns.filter_map(|turn| serde_json::to_vec(&turn.events).ok()).collect()
}

/// The column `events` of a row of the history.
pub(super) fn events(input: &[u8]) -> bool {
    let Some(events) = survives::<Vec<Event>>(input) else { return false };
    for mut event in events {
        assert!(!event.summary().is_empty() && event.summary().len() < 4_000, "{event:?}");
        assert!(event.asks().is_none() || event.is_asked_for());
        assert!(event.answers().is_none() || !event.is_asked_for());
        if let Some(payload) = event.payload_mut() {
            assert!(payload.is_same_value(&payload.clone()));
        }
    }
    true
}

pub(super) fn message_seeds() -> Vec<Vec<u8>> {
    let raised = r#"{"Event":{"to":"one","generation":3,"key":4,"event":{"EventRaised":{"name":"go","input":1}}}}"#;
    let called = concat!(
        r#"{"Operation":{"to":"@Counter@cats","request":{"operation":"add","input":1,"caller":{"instance_id":"one","#,
        r#""generation":1,"id":2,"key":1},"section":{"instance_id":"one","key":1,"generation":0,"section":3}}}}"#
    );
    let holder = r#"{"instance_id":"one","key":1,"generation":0,"section":3}"#;
    let wish = format!(r#"{{"Lock":{{"to":"@a@b","request":{{"holder":{holder},"set":["@a@b","@c@"]}}}}}}"#);
    let failure = r#"{"kind":"Application","type":"Overdrawn","message":"no","causes":["poor"],"location":"a:1:2",
        "retryable":false,"details":[1]}"#;
    let parked = r#"{"reason":{"Nondeterminism":{"expected":"a","found":null,"sequence":4}},"message":"deploy"}"#;
    let parent = r#"{"instance_id":"p","task_id":1,"generation":2,"key":7}"#;
    [raised, called, holder, &wish, &wish.replace("Lock", "Unlock"), failure, parked, parent, r#"{"a":"b"}"#]
        .map(|json| json.as_bytes().to_vec())
        .into()
}

/// The columns `message`, `parent`, `tags`, `parked` and `locked_by`, and failures.
pub(super) fn messages(input: &[u8]) -> bool {
    [
        survives::<Message>(input).map(|message| drop(message.target().to_string())),
        survives::<Failure>(input).map(|failure| drop(failure.to_string())),
        survives::<LockSet>(input).map(|set| assert!(set.entities().is_sorted())),
        survives::<LockHolder>(input).map(drop),
        survives::<Parent>(input).map(drop),
        survives::<Parked>(input).map(drop),
        survives::<Tags>(input).map(drop),
    ]
    .iter()
    .any(Option::is_some)
}

/// Reads a value; what can be read is the same when it is written and read again.
fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(input: &[u8]) -> Option<T> {
    let value: T = serde_json::from_str(str::from_utf8(input).ok()?).ok()?;
    let json = serde_json::to_string(&value).expect("what was read can be written");
    let again: T = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"));
    assert_eq!(again, value);
    assert_eq!(serde_json::to_string(&again).expect("what was read can be written"), json);
    Some(value)
}
