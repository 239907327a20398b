//! Reads what was committed, from any thread and from other processes.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, OpenFlags, params_from_iter, types::Value};

use super::{
    codec::{self, entity_columns, instance_columns, status_number},
    error::{Fault, Outcome},
    read,
    schema::{self, Content},
};
use crate::{
    model::{EntityId, EntityRecord, Failure, InstanceId, InstanceRecord, Segment, Status},
    store::{
        Catalog, Counts, EntityDetails, EntityFilter, HistoryPage, InstanceDetails, InstanceFilter, MAX_PAGE, Page,
        StoreError, StoreResult, Which,
    },
};

/// Connections that are kept open while nobody reads.
const IDLE: usize = 4;

/// Reads a database of [`SqliteStore`](super::SqliteStore), also while another process owns it.
pub struct SqliteCatalog {
    path: PathBuf,
    place: String,
    idle: Mutex<Vec<Connection>>,
}

impl SqliteCatalog {
    /// Opens a database for reading only; it takes no ownership.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] if there is no such file, [`StoreError::NotADatabase`] if it is something else,
    /// [`StoreError::Newer`] or [`StoreError::Older`] if it was written by another version of this crate.
    pub fn open_read_only(path: impl AsRef<Path>) -> StoreResult<Self> {
        let catalog = Self::new(path.as_ref().to_owned());
        catalog.with(|_| Ok(()))?;
        Ok(catalog)
    }

    /// A catalog that connects when it is first asked.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { place: path.display().to_string(), path, idle: Mutex::default() }
    }

    /// Runs the reads in one transaction, so that they all see the same state.
    fn with<T>(&self, read: impl FnOnce(&Connection) -> Outcome<T>) -> StoreResult<T> {
        let connection = self.idle().pop();
        let read = || {
            let mut connection = connection.map_or_else(|| self.connect(), Ok)?;
            let transaction = connection.transaction()?;
            let answer = read(&transaction)?;
            transaction.commit()?;
            let mut idle = self.idle();
            if idle.len() < IDLE {
                idle.push(connection);
            }
            Ok(answer)
        };
        read().map_err(|fault: Fault| fault.at(&self.place))
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(&self) -> Outcome<Connection> {
        super::check_size(&self.path, &self.place)?;
        if !self.path.exists() {
            return Err(Fault::Io("the file does not exist".to_owned()));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        super::set_up(&connection)?;
        let refused = match schema::inspect(&connection, &self.place)? {
            Content::Ours(schema::FORMAT) => return Ok(connection),
            Content::Ours(found) => StoreError::Older { place: self.place.clone(), found, needed: schema::FORMAT },
            Content::Nothing => {
                StoreError::NotADatabase { place: self.place.clone(), reason: "it is empty".to_owned() }
            }
        };
        Err(Fault::Store(refused))
    }
}

impl fmt::Debug for SqliteCatalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteCatalog").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Catalog for SqliteCatalog {
    fn instance(&self, id: &InstanceId) -> StoreResult<Option<InstanceDetails>> {
        self.with(|connection| {
            let record = read::instance(connection, Which::Id(id))?;
            record.map(|record| read::details(connection, record)).transpose()
        })
    }

    fn instances(&self, filter: &InstanceFilter, page: &Page) -> StoreResult<Vec<InstanceRecord>> {
        let select = concat!("SELECT ", instance_columns!(), " FROM instance");
        let mut query = Query::default();
        let (behind, order) = if page.oldest_first {
            ("iid > ?", "ORDER BY iid LIMIT ?")
        } else {
            ("iid < ?", "ORDER BY iid DESC LIMIT ?")
        };
        if let Some(key) = page.after {
            query.push(behind, key.0);
        }
        query.instances(filter)?;
        let sql = query.sql(select, order, page.limit);
        self.with(|connection| {
            read::all(connection.prepare_cached(&sql)?, params_from_iter(&query.params), codec::instance)
        })
    }

    fn history(&self, id: &InstanceId) -> StoreResult<Option<Vec<Segment>>> {
        self.with(|connection| {
            let record = read::instance(connection, Which::Id(id))?;
            record.map(|record| read::whole_history(connection, &record)).transpose()
        })
    }

    fn history_page(&self, id: &InstanceId, from: u64, limit: usize) -> StoreResult<Option<HistoryPage>> {
        self.with(|connection| {
            let record = read::instance(connection, Which::Id(id))?;
            record.map(|record| read::history_page(connection, &record, from, limit.min(MAX_PAGE))).transpose()
        })
    }

    fn counts(&self) -> StoreResult<Counts> {
        self.with(read::counts)
    }

    fn failures(&self, limit: usize) -> StoreResult<Vec<(InstanceRecord, Failure)>> {
        let select =
            concat!("SELECT ", instance_columns!(), " FROM instance WHERE status = 4 ORDER BY iid DESC LIMIT ?1");
        self.with(|connection| {
            let failed =
                read::all(connection.prepare_cached(select)?, [read::limit(limit.min(MAX_PAGE))], codec::instance)?;
            let mut failures = Vec::with_capacity(failed.len());
            for record in failed {
                if let Some(failure) = read::failure(connection, &record)? {
                    failures.push((record, failure));
                }
            }
            Ok(failures)
        })
    }

    fn entity(&self, id: &EntityId) -> StoreResult<Option<EntityDetails>> {
        self.with(|connection| read::entity_details(connection, id))
    }

    fn entities(
        &self,
        filter: &EntityFilter,
        after: Option<&EntityId>,
        limit: usize,
    ) -> StoreResult<Vec<EntityRecord>> {
        let mut query = Query::default();
        if let Some(id) = after {
            query.push_two("(name, key) > (?, ?)", id.name().to_owned(), id.key().to_owned());
        }
        query.entities(filter);
        let sql = query.sql(concat!("SELECT ", entity_columns!(), " FROM entity"), "ORDER BY name, key LIMIT ?", limit);
        self.with(|connection| {
            let statement = connection.prepare_cached(&sql)?;
            read::all(statement, params_from_iter(&query.params), |row| read::entity_row(connection, row))
        })
    }
}

/// The conditions of a filter: fixed SQL with a parameter for each value.
#[derive(Debug, Default)]
struct Query {
    conditions: Vec<&'static str>,
    params: Vec<Value>,
}

impl Query {
    fn push(&mut self, condition: &'static str, value: impl Into<Value>) {
        self.conditions.push(condition);
        self.params.push(value.into());
    }

    fn push_two(&mut self, condition: &'static str, first: String, second: String) {
        self.push(condition, first);
        self.params.push(second.into());
    }

    fn push_json(&mut self, condition: &'static str, values: &impl serde::Serialize) -> StoreResult<()> {
        let json = serde_json::to_string(values)
            .map_err(|error| StoreError::Io { place: "the filter".to_owned(), reason: error.to_string() })?;
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

    fn instances(&mut self, filter: &InstanceFilter) -> StoreResult<()> {
        match filter.statuses.as_slice() {
            [] => {}
            // Written out, it lets SQLite use the index of failed instances.
            [Status::Failed] => self.conditions.push("status = 4"),
            statuses => {
                let numbers: Vec<_> = statuses.iter().map(|status| status_number(*status)).collect();
                self.push_json("status IN (SELECT value FROM json_each(?))", &numbers)?;
            }
        }
        if !filter.names.is_empty() {
            self.push_json("name IN (SELECT value FROM json_each(?))", &filter.names)?;
        }
        if let Some(prefix) = &filter.id_prefix {
            self.push_prefix("id >= ?", "id < ?", prefix);
        }
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
            self.push("parent ->> '$.instance_id' = ?", parent.clone());
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

    fn entities(&mut self, filter: &EntityFilter) {
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

    /// The whole statement; the limit is its last parameter.
    fn sql(&mut self, select: &'static str, order: &'static str, limit: usize) -> String {
        self.params.push(read::limit(limit.min(MAX_PAGE)).into());
        let mut sql = select.to_owned();
        for (number, condition) in self.conditions.iter().enumerate() {
            sql.push_str(if number == 0 { " WHERE " } else { " AND " });
            sql.push_str(condition);
        }
        sql.push(' ');
        sql.push_str(order);
        sql
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
