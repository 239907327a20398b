//! Values that cross a durable boundary, as the JSON text that is stored.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;

/// What may be stored in the history: every owned type that serde can write and read.
///
/// Implemented for all such types; nothing has to be done for it but deriving `Serialize` and `Deserialize`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be stored in the history: it is not serializable",
    label = "what is stored must be serializable",
    note = "derive `serde::Serialize` and `serde::Deserialize` for `{Self}`; what belongs to the process, like a client or a channel, can't be stored"
)]
pub trait Data: Sized + Send + 'static {
    // Methods instead of supertraits: of a missing supertrait the compiler would say what serde says, at great length.
    #[doc(hidden)]
    fn to_payload(&self) -> serde_json::Result<Payload>;
    #[doc(hidden)]
    fn from_payload(payload: &Payload) -> serde_json::Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Send + 'static> Data for T {
    fn to_payload(&self) -> serde_json::Result<Payload> {
        Payload::encode(self)
    }

    fn from_payload(payload: &Payload) -> serde_json::Result<Self> {
        payload.decode()
    }
}

/// A JSON value, kept as the text that is stored. Cloning is cheap.
///
/// ```
/// use durable::Payload;
///
/// let payload = Payload::encode(&vec![1, 2])?;
/// assert_eq!(payload.as_json(), "[1,2]");
/// assert_eq!(payload.decode::<Vec<u8>>()?, [1, 2]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Payload(Arc<RawValue>);

impl Payload {
    /// Writes a value as JSON.
    ///
    /// # Errors
    ///
    /// The value refuses to be serialized, for example a map whose keys are not texts.
    pub fn encode<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Self> {
        serde_json::value::to_raw_value(value).map(|raw| Self(raw.into()))
    }

    /// Reads the value.
    ///
    /// # Errors
    ///
    /// The JSON does not have the shape of `T`.
    pub fn decode<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.0.get())
    }

    /// Checks that `json` is one JSON value, and keeps it as it is, without the white space around it.
    ///
    /// # Errors
    ///
    /// The text is not JSON.
    pub fn from_json(json: impl Into<String>) -> serde_json::Result<Self> {
        RawValue::from_string(json.into()).map(|raw| Self(raw.into()))
    }

    /// Whether both are the same value, whatever the order of the members of objects: that of a `HashMap` differs in
    /// every process.
    ///
    /// What lies deeper than 128 arrays and objects in each other is compared as text.
    pub fn is_same_value(&self, other: &Self) -> bool {
        is_same_value(&self.0, &other.0, MAX_DEPTH)
    }

    /// The JSON value `null`.
    pub fn null() -> Self {
        Self(RawValue::NULL.to_owned().into())
    }

    /// Whether this is the JSON value `null`.
    pub fn is_null(&self) -> bool {
        self.0.get() == "null"
    }

    /// The JSON text.
    pub fn as_json(&self) -> &str {
        self.0.get()
    }

    /// The length of the JSON text in bytes.
    pub fn len(&self) -> usize {
        self.0.get().len()
    }

    /// Never: a payload has at least one byte.
    pub fn is_empty(&self) -> bool {
        false
    }
}

impl Default for Payload {
    fn default() -> Self {
        Self::null()
    }
}

/// How deep two values are compared.
const MAX_DEPTH: usize = 128;

/// Descends as far as the texts differ, and no deeper than that. Numbers and texts are compared as they were written.
fn is_same_value(a: &RawValue, b: &RawValue, depth: usize) -> bool {
    fn parts<'a, T: Deserialize<'a>>(a: &'a RawValue, b: &'a RawValue) -> Option<(T, T)> {
        Some((serde_json::from_str(a.get()).ok()?, serde_json::from_str(b.get()).ok()?))
    }
    if a.get() == b.get() {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    if let Some((a, b)) = parts::<BTreeMap<String, &RawValue>>(a, b) {
        a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| is_same_value(a, b, depth)))
    } else if let Some((a, b)) = parts::<Vec<&RawValue>>(a, b) {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same_value(a, b, depth))
    } else {
        false
    }
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.as_json() == other.as_json()
    }
}

impl Eq for Payload {}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_json())
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_json())
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(|raw| Self(raw.into()))
    }
}

/// Reads a payload that is there, also if it is `null`: for fields of type `Option<Payload>`.
pub(crate) fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Payload>, D::Error> {
    Payload::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_kept_byte_for_byte_inside_other_json() {
        let payload = Payload::from_json(r#"{"b":1,  "a":2.50}"#).unwrap();
        let wrapped = serde_json::to_string(&vec![payload.clone()]).unwrap();
        assert_eq!(wrapped, r#"[{"b":1,  "a":2.50}]"#);
        assert_eq!(serde_json::from_str::<Vec<Payload>>(&wrapped).unwrap(), [payload]);
    }

    #[test]
    fn values_of_any_depth_are_compared_on_a_small_stack() {
        let nested = |depth: usize, core: &str| {
            Payload::from_json(format!("{}{core}{}", "[".repeat(depth), "]".repeat(depth))).unwrap()
        };
        assert!(nested(127, r#"{"a":1,"b":2}"#).is_same_value(&nested(127, r#"{"b":2,"a":1}"#)));
        assert!(nested(100_000, "1").is_same_value(&nested(100_000, "1")));
        assert!(!nested(100_000, "1").is_same_value(&nested(100_000, "2")));
    }

    #[test]
    fn what_is_not_json_is_refused() {
        assert!(Payload::from_json("{").is_err());
        assert!(Payload::from_json("1 2").is_err());
    }
}
