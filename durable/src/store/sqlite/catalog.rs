//! Reads what was committed, from any thread and from other processes.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, params_from_iter};

use super::{
    codec::{self, entity_columns, instance_columns},
    conditions::Conditions,
    error::{Fault, Outcome},
    instances, read,
    schema::{self, Content},
};
use crate::{
    model::{EntityId, EntityRecord, Failure, InstanceId, InstanceRecord, Segment},
    store::{
        Catalog, Counts, EntityDetails, EntityFilter, HistoryPage, InstanceDetails, InstanceFilter, InstanceList,
        MAX_PAGE, Page, StoreError, StoreResult, Which,
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
            Content::Ours(schema::READABLE..=schema::FORMAT) => return Ok(connection),
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
        self.with(|connection| instances::list(connection, filter, page, None)).map(|list| list.instances)
    }

    fn instances_within(&self, filter: &InstanceFilter, page: &Page, patience: Duration) -> StoreResult<InstanceList> {
        self.with(|connection| instances::list(connection, filter, page, Some(patience)))
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
        let mut conditions = Conditions::default();
        if let Some(id) = after {
            conditions.behind(id.name(), id.key());
        }
        conditions.entities(filter);
        let (mut sql, mut params) =
            (concat!("SELECT ", entity_columns!(), " FROM entity WHERE TRUE").to_owned(), Vec::new());
        conditions.push_to(&mut sql, &mut params);
        sql.push_str(" ORDER BY name, key LIMIT ?");
        params.push(read::limit(limit.min(MAX_PAGE)).into());
        self.with(|connection| {
            let statement = connection.prepare_cached(&sql)?;
            read::all(statement, params_from_iter(&params), |row| read::entity_row(connection, row))
        })
    }
}
