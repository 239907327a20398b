//! Ids of instances and entities; whoever holds one knows that it is well formed.

use std::{borrow::Borrow, fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The longest id in characters.
pub const MAX_ID_CHARS: usize = 256;

/// Why a text cannot be the id of an instance or an entity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidId {
    /// The text is empty.
    #[error("an instance id can't be empty; leave it out to get a generated one")]
    Empty,
    /// The text has more than [`MAX_ID_CHARS`] characters.
    #[error("the id has {0} characters; at most {MAX_ID_CHARS} are allowed: `{1}…`")]
    TooLong(usize, String),
    /// The text contains a control character, at this position counted in characters.
    #[error("the id {0:?} contains a control character at position {1}")]
    ControlCharacter(String, usize),
    /// The text begins with `@`, which is how ids of entities begin.
    #[error("the instance id `{0}` begins with `@`: such ids are reserved for entities")]
    Reserved(String),
    /// The name of an entity is empty or contains `@`.
    #[error("`{0}` can't be the name of an entity: it must not be empty nor contain `@`")]
    EntityName(String),
    /// The text is not of the form `@name@key`.
    #[error("`{0}` is not the id of an entity: expected `@name@key`")]
    NotAnEntity(String),
}

/// Refuses what no id may contain.
fn check(text: &str) -> Result<(), InvalidId> {
    let chars = text.chars().count();
    if chars > MAX_ID_CHARS {
        return Err(InvalidId::TooLong(chars, text.chars().take(40).collect()));
    }
    match text.chars().position(char::is_control) {
        Some(at) => Err(InvalidId::ControlCharacter(text.to_owned(), at)),
        None => Ok(()),
    }
}

/// The id of an orchestration instance: 1 to 256 characters, no control characters, not beginning with `@`.
///
/// Ids are case-sensitive. Cloning is cheap.
///
/// ```
/// use durable::InstanceId;
///
/// let id: InstanceId = "order-42".parse()?;
/// assert_eq!(id.as_str(), "order-42");
/// assert!("@counter@cats".parse::<InstanceId>().is_err());
/// # Ok::<(), durable::InvalidId>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstanceId(Arc<str>);

impl InstanceId {
    /// Checks `text` and makes an id of it.
    ///
    /// # Errors
    ///
    /// [`InvalidId`] says which rule the text breaks.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidId> {
        let text = text.as_ref();
        if text.is_empty() {
            return Err(InvalidId::Empty);
        }
        if text.starts_with('@') {
            return Err(InvalidId::Reserved(text.chars().take(80).collect()));
        }
        check(text)?;
        Ok(Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for InstanceId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::new(text)
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl AsRef<str> for InstanceId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for InstanceId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for InstanceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for InstanceId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(de::Error::custom)
    }
}

/// The id of an entity: the name of its kind and a key, written `@name@key`.
///
/// The name is not empty and contains no `@`; the key may be any text without control characters, also empty. Both
/// are case-sensitive. Cloning is cheap.
///
/// ```
/// use durable::EntityId;
///
/// let cats = EntityId::new("Counter", "cats")?;
/// assert_eq!(cats.to_string(), "@Counter@cats");
/// assert_eq!("@Counter@cats".parse::<EntityId>()?, cats);
/// # Ok::<(), durable::InvalidId>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityId {
    name: Arc<str>,
    key: Arc<str>,
}

impl EntityId {
    /// Checks name and key and makes an id of them.
    ///
    /// # Errors
    ///
    /// [`InvalidId`] says which rule is broken.
    pub fn new(name: impl AsRef<str>, key: impl AsRef<str>) -> Result<Self, InvalidId> {
        let (name, key) = (name.as_ref(), key.as_ref());
        if name.is_empty() || name.contains('@') {
            return Err(InvalidId::EntityName(name.chars().take(80).collect()));
        }
        check(name)?;
        check(key)?;
        Ok(Self { name: name.into(), key: key.into() })
    }

    /// The name of the kind of entity.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key that tells this entity from others of its kind.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl std::str::FromStr for EntityId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let not_an_entity = || InvalidId::NotAnEntity(text.chars().take(80).collect());
        let (name, key) = text.strip_prefix('@').and_then(|rest| rest.split_once('@')).ok_or_else(not_an_entity)?;
        Self::new(name, key)
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}@{}", self.name, self.key)
    }
}

impl fmt::Debug for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl Serialize for EntityId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EntityId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// The rising number under which a store keeps an instance; never used twice in one task hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InstanceKey(pub i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_256_characters_is_accepted_and_one_of_257_is_not() {
        assert!(InstanceId::new("ä".repeat(256)).is_ok());
        assert!(matches!(InstanceId::new("ä".repeat(257)), Err(InvalidId::TooLong(257, _))));
    }

    #[test]
    fn control_characters_are_refused_with_their_position() {
        assert_eq!(InstanceId::new("a\nb"), Err(InvalidId::ControlCharacter("a\nb".into(), 1)));
        assert!(EntityId::new("Counter", "a\u{7f}").is_err());
    }

    #[test]
    fn an_instance_id_is_neither_empty_nor_that_of_an_entity() {
        assert_eq!(InstanceId::new(""), Err(InvalidId::Empty));
        assert_eq!(InstanceId::new("@a@b"), Err(InvalidId::Reserved("@a@b".into())));
    }

    #[test]
    fn an_entity_id_splits_at_its_second_at_sign() {
        let id: EntityId = "@Counter@a@b".parse().unwrap();
        assert_eq!((id.name(), id.key()), ("Counter", "a@b"));
        assert_eq!("@Counter@".parse::<EntityId>().unwrap().key(), "");
        assert!("@@key".parse::<EntityId>().is_err());
        assert!("Counter@key".parse::<EntityId>().is_err());
    }
}
