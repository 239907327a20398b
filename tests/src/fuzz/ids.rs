//! Ids and points in time.

use durable::{EntityId, InstanceId, Timestamp, http::Key};

/// More characters than an id may have.
const TOO_MANY: usize = 257;

pub(super) fn id_seeds() -> Vec<Vec<u8>> {
    let long = "ä".repeat(256);
    ["order-42", "@Counter@cats", "@Counter@", "@a@b@c", "Counter\ncats", "ä\u{10ffff}", "0123456789abcdef", " ", &long]
        .map(|text| text.as_bytes().to_vec())
        .into()
}

/// Ids of instances and entities, and keys of the HTTP API: what is accepted is well formed, and survives its text.
pub(super) fn ids(input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    let instance = InstanceId::new(&text).ok();
    if let Some(id) = &instance {
        assert_eq!(id.as_str(), text);
        assert!(!text.is_empty() && !text.starts_with('@') && text.chars().count() < TOO_MANY);
        assert!(!text.chars().any(char::is_control));
        survives(id);
    }
    let entity = text.parse::<EntityId>().ok();
    if let Some(id) = &entity {
        assert_eq!(id.to_string(), text);
        assert!(instance.is_none(), "{text} is both");
        survives(id);
    }
    let (name, key) = text.split_once('\n').unwrap_or((&text, ""));
    let parts = EntityId::new(name, key).ok();
    if let Some(id) = &parts {
        assert_eq!((id.name(), id.key()), (name, key));
        assert_eq!(id.to_string().parse().as_ref(), Ok(id));
        survives(id);
    }
    let accepted_key = Key::new(&text).is_ok();
    assert!(!accepted_key || text.bytes().all(|byte| byte.is_ascii_graphic()));
    instance.is_some() || entity.is_some() || parts.is_some()
}

fn survives<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(id: &T) {
    let json = serde_json::to_string(id).expect("an id is a text");
    assert_eq!(serde_json::from_str::<T>(&json).ok().as_ref(), Some(id));
}

pub(super) fn time_seeds() -> Vec<Vec<u8>> {
    let texts = [
        "2026-11-21T12:00:00Z",
        "2026-11-21T12:00:00.000001Z",
        "2026-11-21T12:00:00.999999999+02:00",
        "9223372036854775807us",
        "-9223372036854775808us",
        "-009999-01-02T01:59:59Z",
        "9999-12-30T22:00:00.999999Z",
        "2016-12-31T23:59:60Z",
        "2026-11-21 12:00Z",
        "2026-03-29T02:30:00[Europe/Berlin]",
        "20261121T120000Z",
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}

/// Points in time: what is read survives its text, and arithmetic never overflows.
pub(super) fn times(input: &[u8]) -> bool {
    let Some(time) = str::from_utf8(input).ok().and_then(|text| text.parse::<Timestamp>().ok()) else { return false };
    assert_eq!(time.to_string().parse(), Ok(time));
    let json = serde_json::to_string(&time).expect("a time is a text");
    assert_eq!(serde_json::from_str::<Timestamp>(&json).ok(), Some(time));
    let distance = Timestamp::MAX - time;
    assert!(time + distance == Timestamp::MAX && time - distance <= time);
    let system: std::time::SystemTime = time.into();
    assert_eq!(Timestamp::from(system), time);
    true
}
