//! What a request or an answer carries.

use std::{borrow::Cow, fmt};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Bytes that are stored as a text where they are one, so that people can read them; else as `{"base64": ".."}`.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Content(pub(super) Vec<u8>);

impl Content {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps about that many bytes; a text stays one.
    pub(super) fn truncate(&mut self, length: usize) {
        let cut = self.0.get(..length).map(|kept| match std::str::from_utf8(kept) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Ok(_) | Err(_) => length,
        });
        self.0.truncate(cut.unwrap_or(length));
    }

    /// Puts another text in place of each occurrence of `secret`.
    pub(super) fn replace(&mut self, secret: &[u8], by: &str) {
        let mut kept = Vec::new();
        let mut rest = self.0.as_slice();
        while let Some(at) = rest.windows(secret.len().max(1)).position(|window| window == secret) {
            let (before, after) = rest.split_at(at);
            kept.extend_from_slice(before);
            kept.extend_from_slice(by.as_bytes());
            rest = after.get(secret.len()..).unwrap_or_default();
        }
        if !kept.is_empty() {
            kept.extend_from_slice(rest);
            self.0 = kept;
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored<'a> {
    Text(Cow<'a, str>),
    Bytes { base64: String },
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stored = match std::str::from_utf8(&self.0) {
            Ok(text) => Stored::Text(text.into()),
            Err(_) => Stored::Bytes { base64: STANDARD.encode(&self.0) },
        };
        stored.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Stored::deserialize(deserializer)? {
            Stored::Text(text) => Ok(Self(text.into_owned().into_bytes())),
            Stored::Bytes { base64 } => STANDARD.decode(base64).map(Self).map_err(de::Error::custom),
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&String::from_utf8_lossy(&self.0), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_json(bytes: &[u8], json: &str) {
        let content = Content(bytes.to_vec());
        assert_eq!(serde_json::to_string(&content).unwrap(), json);
        assert_eq!(serde_json::from_str::<Content>(json).unwrap(), content);
    }

    #[test]
    fn a_text_is_stored_as_a_text_and_other_bytes_in_base64() {
        check_json("naïve \"text\"".as_bytes(), r#""naïve \"text\"""#);
        check_json(b"", r#""""#);
        check_json(&[0xff, 0x00], r#"{"base64":"/wA="}"#);
    }

    #[test]
    fn a_text_that_is_cut_stays_a_text() {
        let mut content = Content("aéé".into());
        content.truncate(4);
        assert_eq!(content.0, "aé".as_bytes());
        content.truncate(400);
        assert_eq!(content.0, "aé".as_bytes());
    }

    #[test]
    fn each_occurrence_is_replaced() {
        let mut content = Content(b"secret, and secret again: secre".to_vec());
        content.replace(b"secret", "-");
        assert_eq!(content.0, b"-, and - again: secre");
    }
}
