//! Locks of entities: who holds one, and which are taken together.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::model::{
    event::TaskId,
    id::{EntityId, InstanceId, InstanceKey},
};

/// Who holds a lock or waits for it: one critical section of one execution of an instance.
///
/// Sections of other generations, and of other instances that had the same id, are others: a late release of theirs
/// frees nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LockHolder {
    /// The instance.
    pub instance_id: InstanceId,
    /// Its number in the store, which no other instance ever has.
    pub key: InstanceKey,
    /// Its generation.
    pub generation: u32,
    /// The number under which it asked for the locks.
    pub section: TaskId,
}

impl fmt::Display for LockHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "section #{} of `{}`", self.section, self.instance_id)?;
        if self.generation > 0 { write!(f, " in generation {}", self.generation) } else { Ok(()) }
    }
}

/// The entities of one critical section: at least one, each once, in the order in which all sections take them.
///
/// That order is the one of name and key, byte by byte. Because every section takes its locks in it, and takes none
/// when it has them, no two sections can wait for each other. JSON: an array of `@name@key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockSet(Arc<[EntityId]>);

impl LockSet {
    /// Sorts the entities and merges those that are named twice; `None` if there are none.
    pub fn new(entities: impl IntoIterator<Item = EntityId>) -> Option<Self> {
        let mut entities: Vec<_> = entities.into_iter().collect();
        entities.sort_unstable();
        entities.dedup();
        (!entities.is_empty()).then(|| Self(entities.into()))
    }

    /// The entities, in the order in which they are locked.
    pub fn entities(&self) -> &[EntityId] {
        &self.0
    }

    /// The one that is locked first.
    pub(crate) fn first(&self) -> Option<&EntityId> {
        self.0.first()
    }

    /// The one that is locked after that one.
    pub(crate) fn after(&self, id: &EntityId) -> Option<&EntityId> {
        self.0.get(self.0.binary_search(id).ok()? + 1)
    }

    /// Whether the entity is among them.
    pub(crate) fn contains(&self, id: &EntityId) -> bool {
        self.0.binary_search(id).is_ok()
    }
}

impl Serialize for LockSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&*self.0)
    }
}

impl<'de> Deserialize<'de> for LockSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entities = Vec::<EntityId>::deserialize(deserializer)?;
        Self::new(entities).ok_or_else(|| de::Error::custom("a critical section locks at least one entity"))
    }
}

/// A wish to lock entities, or the end of the section that has asked for them. It goes from entity to entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LockRequest {
    /// Who wants the locks.
    pub holder: LockHolder,
    /// What is locked together.
    pub set: LockSet,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> EntityId {
        text.parse().unwrap()
    }

    #[test]
    fn a_set_is_in_the_order_of_bytes_and_has_each_entity_once() {
        let set = LockSet::new(["@b@1", "@a@2", "@a@10", "@B@9", "@b@1", "@a@é"].map(id)).unwrap();
        assert_eq!(set.entities(), ["@B@9", "@a@10", "@a@2", "@a@é", "@b@1"].map(id));
        assert_eq!(set.first(), Some(&id("@B@9")));
        assert_eq!(set.after(&id("@a@é")), Some(&id("@b@1")));
        assert_eq!(set.after(&id("@b@1")), None);
        assert_eq!(set.after(&id("@c@1")), None);
    }

    #[test]
    fn keys_that_differ_only_by_case_are_different_locks() {
        assert_eq!(LockSet::new(["@a@K", "@a@k", "@A@k"].map(id)).unwrap().entities().len(), 3);
    }

    #[test]
    fn a_set_is_never_empty() {
        assert_eq!(LockSet::new([]), None);
        assert!(serde_json::from_str::<LockSet>("[]").is_err());
    }

    #[test]
    fn a_set_survives_its_json() {
        let set = LockSet::new(["@b@1", "@a@2"].map(id)).unwrap();
        let json = serde_json::to_string(&set).unwrap();
        assert_eq!(json, r#"["@a@2","@b@1"]"#);
        assert_eq!(serde_json::from_str::<LockSet>(&json).unwrap(), set);
    }
}
