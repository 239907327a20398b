//! Rows and the model: what a column holds, and what it means.

use rusqlite::{
    Row, ToSql,
    types::{FromSql, ToSqlOutput, ValueRef},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    error::{Fault, Outcome},
    sum::Sum,
};
use crate::model::{
    EntityId, Event, InboxRow, InstanceId, InstanceKey, InstanceRecord, Message, Payload, Status, Target, Timestamp,
};

/// Bytes that are known to be UTF-8, bound as text without being checked again.
pub(super) struct Text<'a>(pub(super) &'a [u8]);

impl ToSql for Text<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0)))
    }
}

/// The number of a status in the tables and in the view `instances`.
pub(super) const fn status_number(status: Status) -> i64 {
    match status {
        Status::Pending => 0,
        Status::Running => 1,
        Status::Suspended => 2,
        Status::Completed => 3,
        Status::Failed => 4,
        Status::Terminated => 5,
    }
}

/// Writes a value as JSON into a buffer that is used again and again.
pub(super) fn encode<T: Serialize + ?Sized>(buffer: &mut Vec<u8>, value: &T) -> Outcome<()> {
    buffer.clear();
    serde_json::to_writer(buffer, value).map_err(unencodable)
}

/// Writes a value as JSON that is seldom there.
pub(super) fn encode_some<T: Serialize>(value: Option<&T>) -> Outcome<Option<String>> {
    value.map(serde_json::to_string).transpose().map_err(unencodable)
}

#[expect(clippy::needless_pass_by_value, reason = "passed to `map_err`")]
fn unencodable(error: serde_json::Error) -> Fault {
    Fault::Conflict(format!("a value of it cannot be written as JSON: {error}"))
}

/// A number of ours as SQLite keeps it.
pub(super) fn signed(number: u64) -> Outcome<i64> {
    i64::try_from(number).map_err(|_| Fault::Conflict(format!("the number {number} is too large to be stored")))
}

/// Reads columns of one row, and names table and row when one cannot be understood.
pub(super) struct Columns<'a> {
    row: &'a Row<'a>,
    table: &'static str,
    number: i64,
}

impl<'a> Columns<'a> {
    /// The columns of a row whose first column is its number.
    pub(super) fn of(row: &'a Row<'a>, table: &'static str) -> Outcome<Self> {
        let number = row.get(0).map_err(|error| Fault::row(table, "?", error))?;
        Ok(Self { row, table, number })
    }

    /// Compares the checksum in the last column with that of the columns before it, from `first` on.
    pub(super) fn check_sum(&self, first: usize) -> Outcome<()> {
        let last = self.row.as_ref().column_count().saturating_sub(1);
        let mut sum = Sum::of(self.table);
        for column in first..last {
            sum = sum.value(self.row.get_ref(column).map_err(|error| self.bad(error))?);
        }
        if self.get::<i64>(last)? == sum.finish() {
            Ok(())
        } else {
            Err(self.bad(
                "it was damaged, its checksum does not fit: restore a copy of the file; if the row was changed by hand, \
                 `durable db renew-checksums`, or `SqliteStore::renew_checksums`, accepts it as it is",
            ))
        }
    }

    /// The number of the row.
    pub(super) fn number(&self) -> i64 {
        self.number
    }

    /// This row cannot be understood.
    pub(super) fn bad(&self, reason: impl std::fmt::Display) -> Fault {
        Fault::row(self.table, self.number, reason)
    }

    /// A column as it is.
    pub(super) fn get<T: FromSql>(&self, column: usize) -> Outcome<T> {
        self.row.get(column).map_err(|error| self.bad(error))
    }

    /// A column with text.
    pub(super) fn text(&self, column: usize) -> Outcome<&str> {
        self.some_text(column)?.ok_or_else(|| self.bad(format_args!("column {column} is empty")))
    }

    /// A column with text or nothing.
    pub(super) fn some_text(&self, column: usize) -> Outcome<Option<&str>> {
        let value = self.row.get_ref(column).map_err(|error| self.bad(error))?;
        value.as_str_or_null().map_err(|error| self.bad(format_args!("column {column}: {error}")))
    }

    /// A column with JSON.
    pub(super) fn json<T: DeserializeOwned>(&self, column: usize) -> Outcome<T> {
        serde_json::from_str(self.text(column)?).map_err(|error| self.bad(error))
    }

    /// A column with JSON or nothing.
    pub(super) fn some_json<T: DeserializeOwned>(&self, column: usize) -> Outcome<Option<T>> {
        self.some_text(column)?.map(serde_json::from_str).transpose().map_err(|error| self.bad(error))
    }

    /// A column with a payload or nothing.
    pub(super) fn payload(&self, column: usize) -> Outcome<Option<Payload>> {
        self.some_text(column)?.map(Payload::from_json).transpose().map_err(|error| self.bad(error))
    }

    /// A column with a point in time.
    pub(super) fn time(&self, column: usize) -> Outcome<Timestamp> {
        self.get(column).map(Timestamp::from_micros)
    }

    /// A column with a point in time or nothing.
    pub(super) fn some_time(&self, column: usize) -> Outcome<Option<Timestamp>> {
        Ok(self.get::<Option<i64>>(column)?.map(Timestamp::from_micros))
    }

    /// A column with a number that is not negative.
    pub(super) fn unsigned(&self, column: usize) -> Outcome<u64> {
        let number: i64 = self.get(column)?;
        u64::try_from(number).map_err(|_| self.bad(format_args!("column {column} is {number}")))
    }
}

/// The columns of a record, in the order that [`instance`] expects.
macro_rules! instance_columns {
    () => {
        "iid, id, name, version, status, generation, created, updated, parent, tags, custom_status, parked, awake, sum"
    };
}
pub(super) use instance_columns;

/// The columns of an entity.
macro_rules! entity_columns {
    () => {
        "eid, name, key, state, updated, external, locked_by, parked, sum"
    };
}
pub(super) use entity_columns;

/// A column with a status.
pub(super) fn status(row: &Columns<'_>, column: usize) -> Outcome<Status> {
    let status: i64 = row.get(column)?;
    known_status(status).map_err(|_| row.bad(format_args!("unknown status {status}")))
}

/// The status of that number.
pub(super) fn known_status(number: i64) -> Outcome<Status> {
    let known = Status::ALL.into_iter().find(|known| status_number(*known) == number);
    known.ok_or_else(|| Fault::Corrupt(format!("there is an instance with the unknown status {number}")))
}

/// A row with the columns of `instance_columns!`.
pub(super) fn instance(row: &Row<'_>) -> Outcome<InstanceRecord> {
    let row = Columns::of(row, "instance")?;
    row.check_sum(0)?;
    Ok(InstanceRecord {
        key: InstanceKey(row.number()),
        id: InstanceId::new(row.text(1)?).map_err(|error| row.bad(error))?,
        name: row.get::<String>(2)?.into(),
        version: row.get(3)?,
        status: status(&row, 4)?,
        generation: row.get(5)?,
        created: row.time(6)?,
        updated: row.time(7)?,
        parent: row.some_json(8)?,
        tags: row.some_json(9)?.unwrap_or_default(),
        custom_status: row.payload(10)?,
        parked: row.some_json(11)?,
        awake: row.get(12)?,
    })
}

/// The columns of a message.
macro_rules! inbox_columns {
    () => {
        "number, due, message, target, sum"
    };
}
pub(super) use inbox_columns;

/// A row with the columns of `inbox_columns!`.
pub(super) fn inbox_row(row: &Row<'_>) -> Outcome<InboxRow> {
    let row = Columns::of(row, "inbox")?;
    row.check_sum(0)?;
    Ok(InboxRow { number: row.number(), due: row.some_time(1)?, message: row.json::<Message>(2)? })
}

/// A row with a number and the text of a target.
pub(super) fn target(row: &Row<'_>) -> Outcome<Target> {
    let row = Columns::of(row, "inbox")?;
    let text = row.text(1)?;
    let target = if text.starts_with('@') {
        text.parse::<EntityId>().map(Target::Entity)
    } else {
        text.parse::<InstanceId>().map(Target::Instance)
    };
    target.map_err(|error| row.bad(error))
}

/// Takes a payload longer than `limit` out of the event, and leaves `null` in its place.
pub(super) fn take_large(event: &mut Event, limit: usize) -> Option<Payload> {
    let payload = event.payload_mut().filter(|payload| payload.len() > limit)?;
    Some(std::mem::take(payload))
}

/// Puts back what [`take_large`] has taken; `false` if the event carries no payload.
pub(super) fn put_back(event: &mut Event, payload: Payload) -> bool {
    event.payload_mut().map(|place| *place = payload).is_some()
}
