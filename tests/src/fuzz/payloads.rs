//! Payloads: JSON that is kept as the text it was.

use durable::Payload;
use serde_json::Value;

/// What separates two values in an input.
const SEPARATOR: &str = "\n---\n";

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let texts = [
        r#"{"b":1,  "a":2.50}"#.to_owned(),
        format!("{}{SEPARATOR}{}", r#"{"b":[1,{"x":null}],"a":"ä"}"#, r#"{"a":"ä","b":[1,{"x":null}]}"#),
        format!("{}{SEPARATOR}{}", r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
        "1e400".to_owned(),
        "-0".to_owned(),
        r#""\ud83d\ude00\u0000""#.to_owned(),
        " [ ] ".to_owned(),
    ];
    texts.map(String::into_bytes).into()
}

/// A payload is kept byte for byte, and compared by value: never the same if the values differ.
pub(super) fn payloads(input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    let (first, second) = text.split_once(SEPARATOR).unwrap_or((&text, &text));
    let (Some(a), Some(b)) = (kept(first), kept(second)) else { return false };
    let same = a.is_same_value(&b);
    assert_eq!(same, b.is_same_value(&a), "{a} {b}");
    if same && let (Ok(a), Ok(b)) = (a.decode::<Value>(), b.decode::<Value>()) {
        assert_eq!(a, b);
    }
    true
}

fn kept(text: &str) -> Option<Payload> {
    let payload = Payload::from_json(text).ok()?;
    let text = text.trim_matches([' ', '\n', '\r', '\t']);
    assert_eq!((payload.as_json(), payload.len()), (text, text.len()));
    assert!(payload.is_same_value(&payload.clone()));
    let wrapped = serde_json::to_string(&[&payload]).expect("a payload is JSON");
    let unwrapped: Vec<Payload> = serde_json::from_str(&wrapped).expect("a payload stays JSON");
    assert_eq!(unwrapped.first().map(Payload::as_json), Some(text));
    // What serde reads of it is what it reads of the text; it goes less deep.
    let (of_payload, of_text) = (payload.decode::<Value>(), serde_json::from_str::<Value>(text));
    assert_eq!(of_payload.ok(), of_text.ok());
    Some(payload)
}
