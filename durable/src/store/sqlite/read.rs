//! Reads one thing at a time, for the store and for its catalog.

use rusqlite::{CachedStatement, Connection, Params, Row};

use super::{
    codec::{self, Columns, entity_columns, inbox_columns, instance_columns},
    error::{Fault, Outcome},
};
use crate::{
    model::{
        Delivery, EntityId, EntityRecord, Event, Failure, InboxRow, InstanceKey, InstanceRecord, LockHolder, Payload,
        Segment, Target, Timestamp, Wake,
    },
    store::{
        Counts, EntityDetails, HistoryPage, InstanceDetails, RecordedEvent, Which,
        memory::{outcome, wish},
    },
};

const BY_ID: &str = concat!("SELECT ", instance_columns!(), " FROM instance WHERE id = ?1");
const BY_KEY: &str = concat!("SELECT ", instance_columns!(), " FROM instance WHERE iid = ?1");
pub(super) const UNFINISHED: &str = concat!(
    "SELECT ",
    instance_columns!(),
    " FROM instance WHERE (awake = 1 OR parked IS NOT NULL) AND iid > ?1 ORDER BY iid LIMIT ?2"
);
const HISTORY: &str = "SELECT lsn, iid, generation, seq, at, events, external, sum FROM segment \
     WHERE iid = ?1 AND generation = (SELECT generation FROM instance WHERE iid = ?1) ORDER BY seq";
const FIRST_SEGMENT: &str = "SELECT lsn, iid, generation, seq, at, events, external, sum FROM segment \
     WHERE iid = ?1 AND generation = ?2 AND seq = 0";
const LAST_SEGMENT: &str = "SELECT lsn, iid, generation, seq, at, events, external, sum FROM segment \
     WHERE iid = ?1 AND generation = ?2 ORDER BY seq DESC LIMIT 1";
/// Begins with the segment in which the event lies.
const SEGMENTS_FROM: &str = "SELECT lsn, iid, generation, seq, at, events, external, sum FROM segment \
     WHERE iid = ?1 AND generation = ?2 AND seq >= COALESCE((SELECT max(seq) FROM segment \
     WHERE iid = ?1 AND generation = ?2 AND seq <= ?3), 0) ORDER BY seq";
pub(super) const COUNTS: &str = "SELECT 0, name, status, count(*) FROM instance GROUP BY name, status";
const PARKED: &str = "SELECT 0, count(*) FROM instance WHERE parked IS NOT NULL";
const ENTITIES: &str = "SELECT 0, name, count(*) FROM entity GROUP BY name";
const BLOB: &str =
    "SELECT seq, owner, generation, seq, data, sum FROM blob WHERE owner = ?1 AND generation = ?2 AND seq = ?3";
pub(super) const INBOX: &str =
    concat!("SELECT ", inbox_columns!(), " FROM inbox WHERE target = ?1 AND due IS NULL ORDER BY number");
pub(super) const DUE: &str =
    concat!("SELECT ", inbox_columns!(), " FROM inbox WHERE due <= ?1 ORDER BY due, number LIMIT ?2");
const RECEIVERS: &str = "SELECT min(number), target FROM inbox WHERE due IS NULL GROUP BY target ORDER BY target";
const ENTITY: &str = concat!("SELECT ", entity_columns!(), " FROM entity WHERE name = ?1 AND key = ?2");
pub(super) const LOCKED: &str = concat!(
    "SELECT ",
    entity_columns!(),
    " FROM entity WHERE locked_by IS NOT NULL AND (name, key) > (?1, ?2) ORDER BY name, key LIMIT ?3"
);
pub(super) const BACKLOG: &str = "SELECT 0, count(*) FROM inbox WHERE target = ?1 AND due IS NULL";
/// What begins so are the messages of sections that want to lock the entity.
const WISHES: &str = concat!(
    "SELECT ",
    inbox_columns!(),
    " FROM inbox WHERE target = ?1 AND due IS NULL AND message LIKE '{\"Lock\":%' ORDER BY number"
);
const DELIVERIES: &str = "SELECT iid, generation, id, count, sum FROM delivery WHERE iid = ?1 ORDER BY generation, id";
const WAKES: &str = "SELECT iid, due FROM wake WHERE due <= ?1 ORDER BY due, iid LIMIT ?2";
const NEXT_DUE: &str = "SELECT 0, min(at) FROM \
     (SELECT min(due) AS at FROM wake UNION ALL SELECT min(due) FROM inbox WHERE due IS NOT NULL)";

/// A limit as SQLite takes it.
pub(super) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// All rows of a query.
pub(super) fn all<T>(
    mut statement: CachedStatement<'_>,
    params: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Outcome<T>,
) -> Outcome<Vec<T>> {
    let mut rows = statement.query(params)?;
    let mut read_rows = Vec::new();
    while let Some(row) = rows.next()? {
        read_rows.push(read(row)?);
    }
    Ok(read_rows)
}

/// The first row of a query.
fn first<T>(
    mut statement: CachedStatement<'_>,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Outcome<T>,
) -> Outcome<Option<T>> {
    statement.query(params)?.next()?.map(read).transpose()
}

pub(super) fn instance(connection: &Connection, which: Which<'_>) -> Outcome<Option<InstanceRecord>> {
    match which {
        Which::Id(id) => first(connection.prepare_cached(BY_ID)?, [id.as_str()], codec::instance),
        Which::Key(key) => first(connection.prepare_cached(BY_KEY)?, [key.0], codec::instance),
    }
}

pub(super) fn unfinished(connection: &Connection, after: InstanceKey, max: usize) -> Outcome<Vec<InstanceRecord>> {
    all(connection.prepare_cached(UNFINISHED)?, (after.0, limit(max)), codec::instance)
}

/// The events from `from` on, at most `max`, and how many there are in all; a gap among them is an error.
pub(super) fn history_page(
    connection: &Connection,
    record: &InstanceRecord,
    from: u64,
    max: usize,
) -> Outcome<HistoryPage> {
    let place = (record.key.0, record.generation);
    let last = first(connection.prepare_cached(LAST_SEGMENT)?, place, |row| segment(connection, record.key, row))?;
    let total = last.map_or(0, |segment| segment.sequence + segment.events.len() as u64);
    let mut page = HistoryPage { generation: record.generation, total, events: Vec::new() };
    let mut expected = None;
    let mut statement = connection.prepare_cached(SEGMENTS_FROM)?;
    let mut rows = statement.query((place.0, place.1, codec::signed(from.min(total))?))?;
    while let Some(row) = rows.next()? {
        let segment = segment(connection, record.key, row)?;
        check_order(row, record.key, &segment, expected.unwrap_or(segment.sequence))?;
        expected = Some(segment.sequence + segment.events.len() as u64);
        let missing = max.saturating_sub(page.events.len());
        page.events.extend(RecordedEvent::all(&segment).filter(|event| event.sequence >= from).take(missing));
        if page.events.len() >= max {
            break;
        }
    }
    Ok(page)
}

fn check_order(row: &Row<'_>, key: InstanceKey, segment: &Segment, expected: u64) -> Outcome<()> {
    if segment.sequence == expected {
        return Ok(());
    }
    let found = segment.sequence;
    let reason = format_args!("instance {} goes on with event {found} instead of {expected}", key.0);
    Err(Columns::of(row, "segment")?.bad(reason))
}

/// The history of the current generation; a gap in it is an error.
pub(super) fn history(connection: &Connection, key: InstanceKey) -> Outcome<Vec<Segment>> {
    let mut expected = 0;
    all(connection.prepare_cached(HISTORY)?, [key.0], |row| {
        let segment = segment(connection, key, row)?;
        check_order(row, key, &segment, expected)?;
        expected += segment.events.len() as u64;
        Ok(segment)
    })
}

/// An instance with what the first and the last segment of its history say; nothing else of it is read.
pub(super) fn details(connection: &Connection, record: InstanceRecord) -> Outcome<InstanceDetails> {
    let one = |sql| {
        let place = (record.key.0, record.generation);
        first(connection.prepare_cached(sql)?, place, |row| segment(connection, record.key, row))
    };
    let begin = one(FIRST_SEGMENT)?.map(|segment| segment.events).unwrap_or_default();
    let input = begin
        .into_iter()
        .find_map(|event| if let Event::ExecutionStarted(started) = event { Some(started.input) } else { None });
    let (output, failure) = if record.status.is_terminal() {
        let events = one(LAST_SEGMENT)?.map(|segment| segment.events).unwrap_or_default();
        end(&record, &events)?
    } else {
        Default::default()
    };
    Ok(InstanceDetails { record, input, output, failure })
}

/// All that is left of the history of an instance, as its record has it: one that has ended has an end.
pub(super) fn whole_history(connection: &Connection, record: &InstanceRecord) -> Outcome<Vec<Segment>> {
    let history = history(connection, record.key)?;
    if record.status.is_terminal() {
        end(record, history.last().map(|segment| segment.events.as_slice()).unwrap_or_default())?;
    }
    Ok(history)
}

/// How an instance has ended, from the last of its events. A log of which a part is damaged can leave a record of an end
/// that it has lost.
fn end(record: &InstanceRecord, events: &[Event]) -> Outcome<(Option<Payload>, Option<Failure>)> {
    let lost = || Fault::row("instance", record.key.0, "it has ended, and the end of its history is missing");
    events.iter().rev().find_map(outcome).ok_or_else(lost)
}

/// How many instances and entities there are.
pub(super) fn counts(connection: &Connection) -> Outcome<Counts> {
    let instances = all(connection.prepare_cached(COUNTS)?, [], |row| {
        let row = Columns::of(row, "instance")?;
        Ok((row.get::<String>(1)?.into(), codec::status(&row, 2)?, row.unsigned(3)?))
    })?;
    let parked = first(connection.prepare_cached(PARKED)?, [], |row| Columns::of(row, "instance")?.unsigned(1))?;
    let entities = all(connection.prepare_cached(ENTITIES)?, [], |row| {
        let row = Columns::of(row, "entity")?;
        Ok((row.get(1)?, row.unsigned(2)?))
    })?;
    Ok(Counts { instances, parked: parked.unwrap_or_default(), entities })
}

/// Why an instance failed, as the last event of its history says.
pub(super) fn failure(connection: &Connection, record: &InstanceRecord) -> Outcome<Option<Failure>> {
    let place = (record.key.0, record.generation);
    let last = first(connection.prepare_cached(LAST_SEGMENT)?, place, |row| segment(connection, record.key, row))?;
    Ok(end(record, &last.map(|segment| segment.events).unwrap_or_default())?.1)
}

/// A row of the table `segment`, with its large payloads put back.
fn segment(connection: &Connection, key: InstanceKey, row: &Row<'_>) -> Outcome<Segment> {
    let row = Columns::of(row, "segment")?;
    row.check_sum(1)?;
    let owner: i64 = row.get(1)?;
    if owner != key.0 {
        return Err(row.bad(format_args!("it is of instance {owner} instead of {}", key.0)));
    }
    let mut segment = Segment {
        key,
        generation: row.get(2)?,
        sequence: row.unsigned(3)?,
        at: row.time(4)?,
        events: row.json::<Vec<Event>>(5)?,
    };
    for number in row.some_json::<Vec<u64>>(6)?.unwrap_or_default() {
        let data = blob(connection, key.0, segment.generation, codec::signed(number)?)?;
        let data = data.ok_or_else(|| row.bad(format_args!("the payload of event {number} is missing")))?;
        let index = number.checked_sub(segment.sequence).and_then(|index| usize::try_from(index).ok());
        let event = index.and_then(|index| segment.events.get_mut(index));
        if !event.is_some_and(|event| codec::put_back(event, data)) {
            return Err(row.bad(format_args!("event {number} can carry no payload")));
        }
    }
    Ok(segment)
}

fn blob(connection: &Connection, owner: i64, generation: u32, sequence: i64) -> Outcome<Option<Payload>> {
    let place = (owner, generation, sequence);
    let data = first(connection.prepare_cached(BLOB)?, place, |row| {
        Columns::of(row, "blob")?.check_sum(1)?;
        row.get(4).map_err(|error| Fault::row("blob", format_args!("{place:?}"), error))
    })?;
    let bad = |error| Fault::row("blob", format_args!("{place:?}"), error);
    data.map(|json: String| Payload::from_json(json)).transpose().map_err(bad)
}

pub(super) fn inbox(connection: &Connection, target: &Target) -> Outcome<Vec<InboxRow>> {
    all(connection.prepare_cached(INBOX)?, [target.to_string()], codec::inbox_row)
}

pub(super) fn due(connection: &Connection, until: Timestamp, max: usize) -> Outcome<Vec<InboxRow>> {
    all(connection.prepare_cached(DUE)?, (until.as_micros(), limit(max)), codec::inbox_row)
}

pub(super) fn receivers(connection: &Connection) -> Outcome<Vec<Target>> {
    all(connection.prepare_cached(RECEIVERS)?, [], codec::target)
}

pub(super) fn entity(connection: &Connection, id: &EntityId) -> Outcome<Option<EntityRecord>> {
    first(connection.prepare_cached(ENTITY)?, (id.name(), id.key()), |row| entity_row(connection, row))
}

/// An entity with what waits for it.
pub(super) fn entity_details(connection: &Connection, id: &EntityId) -> Outcome<Option<EntityDetails>> {
    let Some(record) = entity(connection, id)? else { return Ok(None) };
    let target = id.to_string();
    let backlog = first(connection.prepare_cached(BACKLOG)?, [&target], |row| Columns::of(row, "inbox")?.unsigned(1))?;
    let wishes = all(connection.prepare_cached(WISHES)?, [&target], codec::inbox_row)?;
    let waiting = wishes.iter().filter_map(|row| wish(&row.message)).collect();
    Ok(Some(EntityDetails { record, backlog: backlog.unwrap_or_default(), waiting }))
}

/// A row with the columns of `entity_columns!`; a large state is read from its blob.
pub(super) fn entity_row(connection: &Connection, row: &Row<'_>) -> Outcome<EntityRecord> {
    let row = Columns::of(row, "entity")?;
    row.check_sum(1)?;
    let id = entity_id(&row)?;
    let state = match row.payload(3)? {
        None if row.get(5)? => blob(connection, row.number().wrapping_neg(), 0, 0)?,
        inline => inline,
    };
    let record =
        EntityRecord { id, state, updated: row.time(4)?, locked_by: row.some_json(6)?, parked: row.some_json(7)? };
    if record.is_empty() || (record.state.is_none() && row.get(5)?) {
        return Err(row.bad("its state is missing"));
    }
    Ok(record)
}

fn entity_id(row: &Columns<'_>) -> Outcome<EntityId> {
    EntityId::new(row.text(1)?, row.text(2)?).map_err(|error| row.bad(error))
}

pub(super) fn locked(
    connection: &Connection,
    after: Option<&EntityId>,
    max: usize,
) -> Outcome<Vec<(EntityId, LockHolder)>> {
    let (name, key) = after.map_or(("", ""), |id| (id.name(), id.key()));
    all(connection.prepare_cached(LOCKED)?, (name, key, limit(max)), |row| {
        let row = Columns::of(row, "entity")?;
        row.check_sum(1)?;
        Ok((entity_id(&row)?, row.json(6)?))
    })
}

/// How often activities have begun after crashes. A count that was damaged counts nothing: nobody is given up for it.
pub(super) fn deliveries(connection: &Connection, key: InstanceKey) -> Outcome<Vec<Delivery>> {
    let counts = all(connection.prepare_cached(DELIVERIES)?, [key.0], |row| {
        let row = Columns::of(row, "delivery")?;
        if row.check_sum(0).is_err() {
            return Ok(None);
        }
        Ok(Some(Delivery { key, generation: row.get(1)?, id: row.unsigned(2)?, count: row.get(3)? }))
    })?;
    Ok(counts.into_iter().flatten().collect())
}

pub(super) fn wakes(connection: &Connection, until: Timestamp, max: usize) -> Outcome<Vec<Wake>> {
    all(connection.prepare_cached(WAKES)?, (until.as_micros(), limit(max)), |row| {
        let row = Columns::of(row, "wake")?;
        Ok(Wake { due: row.time(1)?, key: InstanceKey(row.number()) })
    })
}

pub(super) fn next_due(connection: &Connection) -> Outcome<Option<Timestamp>> {
    let next = first(connection.prepare_cached(NEXT_DUE)?, [], |row| Columns::of(row, "wake")?.some_time(1))?;
    Ok(next.flatten())
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn statements_are_compiled_once_however_often_they_are_used() {
        let mut connection = Connection::open_in_memory().unwrap();
        super::super::set_up(&connection).unwrap();
        super::super::schema::migrate(&mut connection, 0).unwrap();
        for sql in [HISTORY, FIRST_SEGMENT, LAST_SEGMENT, INBOX, WISHES, DELIVERIES] {
            for _ in 0..3 {
                let mut statement = connection.prepare_cached(sql).unwrap();
                for parameter in 1..=statement.parameter_count() {
                    statement.raw_bind_parameter(parameter, 1).unwrap();
                }
                while statement.raw_query().next().unwrap().is_some() {}
            }
            let statement = connection.prepare_cached(sql).unwrap();
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{sql}");
        }
    }
}
