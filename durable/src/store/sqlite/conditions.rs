//! Filters as SQL: fixed texts with a parameter for each value.

use rusqlite::types::Value;

use super::{
    codec::status_number,
    error::{Fault, Outcome},
};
use crate::store::{EntityFilter, InstanceFilter};

/// What rows must fulfil.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    conditions: Vec<&'static str>,
    params: Vec<Value>,
}

impl Conditions {
    /// Whether all rows do.
    pub(super) fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// Appends them to a `WHERE` that has some already.
    pub(super) fn push_to(&self, sql: &mut String, params: &mut Vec<Value>) {
        for condition in &self.conditions {
            sql.push_str(" AND ");
            sql.push_str(condition);
        }
        params.extend(self.params.iter().cloned());
    }

    fn push(&mut self, condition: &'static str, value: impl Into<Value>) {
        self.conditions.push(condition);
        self.params.push(value.into());
    }

    fn push_json(&mut self, condition: &'static str, values: &impl serde::Serialize) -> Outcome<()> {
        let json = serde_json::to_string(values).map_err(|error| Fault::Io(format!("the filter: {error}")))?;
        self.push(condition, json);
        Ok(())
    }

    /// Texts that begin with `prefix` are a range, which an index can serve.
    fn push_prefix(&mut self, from: &'static str, below: &'static str, prefix: &str) {
        self.push(from, prefix.to_owned());
        if let Some(end) = after_prefix(prefix) {
            self.push(below, end);
        }
    }

    /// Entities behind that place.
    pub(super) fn behind(&mut self, name: &str, key: &str) {
        self.push("(name, key) > (?, ?)", name.to_owned());
        self.params.push(key.to_owned().into());
    }

    /// Instances whose id begins so, by the index of ids or not. Where very many begin so, SQLite would sort them all to
    /// find the newest ones; a `+` keeps it from that.
    pub(super) fn id_prefix(&mut self, prefix: &str, by_index: bool) {
        let [from, below] = if by_index { ["id >= ?", "id < ?"] } else { ["+id >= ?", "+id < ?"] };
        self.push_prefix(from, below, prefix);
    }

    /// Instances of the orchestrators and in the states that are wanted, looked up by another index.
    pub(super) fn kind(&mut self, filter: &InstanceFilter) -> Outcome<()> {
        if !filter.statuses.is_empty() {
            let numbers: Vec<_> = filter.statuses.iter().map(|status| status_number(*status)).collect();
            self.push_json("+status IN (SELECT value FROM json_each(?))", &numbers)?;
        }
        if !filter.names.is_empty() {
            self.push_json("+name IN (SELECT value FROM json_each(?))", &filter.names)?;
        }
        Ok(())
    }

    /// All else that a filter wants of instances.
    pub(super) fn rest_of(&mut self, filter: &InstanceFilter) -> Outcome<()> {
        if let Some(from) = filter.created_from {
            self.push("created >= ?", from.as_micros());
        }
        if let Some(to) = filter.created_to {
            self.push("created <= ?", to.as_micros());
        }
        if !filter.tags.is_empty() {
            // No wanted label is missing.
            let condition = "NOT EXISTS (SELECT 1 FROM json_each(?) AS wanted WHERE NOT EXISTS (SELECT 1 \
                 FROM json_each(instance.tags) AS tag \
                 WHERE tag.key = wanted.value ->> 0 AND tag.value = wanted.value ->> 1))";
            self.push_json(condition, &filter.tags)?;
        }
        if let Some(version) = &filter.version {
            self.push("version = ?", version.clone());
        }
        if let Some(parent) = &filter.parent {
            self.conditions.push("parent IS NOT NULL");
            self.push("CASE WHEN json_valid(parent) THEN parent ->> '$.instance_id' END = ?", parent.clone());
        }
        match filter.parked {
            None => {}
            Some(true) => self.conditions.push("parked IS NOT NULL"),
            Some(false) => self.conditions.push("parked IS NULL"),
        }
        if let Some(error_type) = &filter.error_type {
            // The end is the last event of the last segment.
            self.conditions.push("status >= 4");
            let condition = "COALESCE((SELECT events ->> '$[#-1].ExecutionCompleted.failure.type' FROM segment \
                 WHERE segment.iid = instance.iid AND segment.generation = instance.generation \
                 ORDER BY seq DESC LIMIT 1), '') = ?";
            self.push(condition, error_type.clone());
        }
        Ok(())
    }

    /// What is wanted of entities.
    pub(super) fn entities(&mut self, filter: &EntityFilter) {
        if let Some(name) = &filter.name {
            self.push("name = ?", name.clone());
        }
        if let Some(prefix) = &filter.key_prefix {
            self.push_prefix("key >= ?", "key < ?", prefix);
        }
        if let Some(from) = filter.updated_from {
            self.push("updated >= ?", from.as_micros());
        }
        if let Some(to) = filter.updated_to {
            self.push("updated <= ?", to.as_micros());
        }
        match filter.locked {
            None => {}
            Some(true) => self.conditions.push("locked_by IS NOT NULL"),
            Some(false) => self.conditions.push("locked_by IS NULL"),
        }
        match filter.parked {
            None => {}
            Some(true) => self.conditions.push("parked IS NOT NULL"),
            Some(false) => self.conditions.push("parked IS NULL"),
        }
        if !filter.with_transient {
            self.conditions.push("(state IS NOT NULL OR external = 1)");
        }
    }
}

/// The first text after all that begin with `prefix`, in the order of code points, which is that of UTF-8 bytes.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        // The range steps over the surrogates, which are no characters.
        if let Some(next) = (last..=char::MAX).nth(1) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_steps_over_the_last_character_and_the_surrogates() {
        assert_eq!(after_prefix("ab").as_deref(), Some("ac"));
        assert_eq!(after_prefix("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(after_prefix("\u{d7ff}").as_deref(), Some("\u{e000}"));
        assert_eq!(after_prefix(""), None);
    }
}
