//! The tables and views, and the steps that lead from one version of the format to the next.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    error::{Fault, Outcome},
    sum::Sum,
};
use crate::store::StoreError;

/// What the header of our files says (`PRAGMA application_id`): "Dura" in ASCII.
pub(super) const APPLICATION_ID: i32 = 0x4475_7261;

/// The version of the format that this crate writes; it reads all older ones by migrating them.
pub(super) const FORMAT: i64 = 4;

/// The oldest version that can be read as it is: what came later makes it faster only.
pub(super) const READABLE: i64 = 3;

/// `MIGRATIONS[n]` leads from version n to version n + 1; version 0 is an empty file.
const MIGRATIONS: [&str; 4] = [VERSION_1, VERSION_2, VERSION_3, VERSION_4];

/// Whether the file is empty, ours or somebody else's.
pub(super) enum Content {
    /// A new file.
    Nothing,
    /// A database of this crate, with the version of its format.
    Ours(i64),
}

/// Finds out what the file holds.
pub(super) fn inspect(connection: &Connection, place: &str) -> Outcome<Content> {
    let other = |reason: String| Fault::Store(StoreError::NotADatabase { place: place.to_owned(), reason });
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let table: Option<String> = connection
        .query_row("SELECT name FROM sqlite_master ORDER BY name = 'hub' DESC LIMIT 1", [], |row| row.get(0))
        .optional()?;
    match (application, table.as_deref()) {
        (0 | APPLICATION_ID, None) => Ok(Content::Nothing),
        (APPLICATION_ID, Some("hub")) => {
            let format = connection.query_row("SELECT format FROM hub", [], |row| row.get(0)).optional()?;
            let format = format.ok_or_else(|| Fault::Corrupt("table `hub` is empty".to_owned()))?;
            if format > FORMAT {
                let place = place.to_owned();
                return Err(Fault::Store(StoreError::Newer { place, found: format, supported: FORMAT }));
            }
            Ok(Content::Ours(format))
        }
        (0 | APPLICATION_ID, Some(table)) => Err(other(format!("it has other tables, such as `{table}`"))),
        (id, _) => Err(other(format!("it belongs to another application (application_id {id:#x})"))),
    }
}

/// Brings the file from version `from` of the format to [`FORMAT`]; all or nothing.
pub(super) fn migrate(connection: &mut Connection, from: i64) -> Outcome<()> {
    let done = usize::try_from(from).map_err(|_| Fault::row("hub", 1, format_args!("format version {from}")))?;
    if from == FORMAT {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for step in MIGRATIONS.iter().skip(done) {
        failpoint!("open.migrate", Fault::Io("by a failpoint".to_owned()));
        transaction.execute_batch(step)?;
    }
    if (1..3).contains(&from) {
        fill_all_sums(&transaction)?;
    }
    transaction.execute("UPDATE hub SET format = ?1", [FORMAT])?;
    failpoint!("open.migrated", Fault::Io("by a failpoint".to_owned()));
    transaction.commit()?;
    Ok(())
}

/// Secondary indexes are few: each costs about as much as the row itself.
const VERSION_1: &str = "
CREATE TABLE hub (
    one            INTEGER PRIMARY KEY CHECK (one = 1),
    format         INTEGER NOT NULL,
    epoch          INTEGER NOT NULL,
    closed_cleanly INTEGER NOT NULL,
    next_key       INTEGER NOT NULL
) STRICT;
INSERT INTO hub VALUES (1, 1, 0, 1, 1);

CREATE TABLE instance (
    iid           INTEGER PRIMARY KEY,
    id            TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    version       TEXT,
    status        INTEGER NOT NULL,
    generation    INTEGER NOT NULL,
    created       INTEGER NOT NULL,
    updated       INTEGER NOT NULL,
    parent        TEXT,
    tags          TEXT,
    custom_status TEXT,
    parked        TEXT,
    awake         INTEGER NOT NULL
) STRICT;
CREATE INDEX instance_unfinished ON instance (iid) WHERE awake = 1 OR parked IS NOT NULL;
CREATE INDEX instance_failed ON instance (iid) WHERE status = 4;

CREATE TABLE segment (
    lsn        INTEGER PRIMARY KEY,
    iid        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    events     TEXT    NOT NULL,
    external   TEXT
) STRICT;
CREATE UNIQUE INDEX segment_of_instance ON segment (iid, generation, seq);

CREATE TABLE entity (
    eid     INTEGER PRIMARY KEY,
    name    TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    state   TEXT,
    updated INTEGER NOT NULL,
    UNIQUE (name, key)
) STRICT;

CREATE TABLE inbox (
    number  INTEGER PRIMARY KEY,
    target  TEXT NOT NULL,
    due     INTEGER,
    message TEXT NOT NULL
) STRICT;
CREATE INDEX inbox_target ON inbox (target);
CREATE INDEX inbox_due ON inbox (due) WHERE due IS NOT NULL;

CREATE TABLE wake (
    due INTEGER NOT NULL,
    iid INTEGER NOT NULL,
    PRIMARY KEY (due, iid)
) STRICT, WITHOUT ROWID;
CREATE INDEX wake_of_instance ON wake (iid);

CREATE TABLE delivery (
    iid        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    id         INTEGER NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (iid, generation, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE blob (
    owner      INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    data       TEXT    NOT NULL,
    PRIMARY KEY (owner, generation, seq)
) STRICT;

CREATE VIEW history AS SELECT
    i.id AS instance,
    s.generation,
    s.seq + place.key AS sequence,
    strftime('%Y-%m-%dT%H:%M:%S', s.at / 1000000, 'unixepoch') || printf('.%06dZ', s.at % 1000000) AS at,
    event.key AS type,
    event.value ->> '$.id' AS task,
    COALESCE(event.value ->> '$.name', event.value ->> '$.operation') AS name,
    COALESCE(event.value ->> '$.instance_id', event.value ->> '$.entity') AS receiver,
    COALESCE(blob.data, event.value -> '$.input', event.value -> '$.result') AS payload,
    event.value ->> '$.failure.message' AS failure,
    event.value AS details
FROM instance AS i
JOIN segment AS s ON s.iid = i.iid
JOIN json_each(s.events) AS place
JOIN json_each(place.value) AS event
LEFT JOIN blob ON s.external IS NOT NULL
    AND blob.owner = s.iid AND blob.generation = s.generation AND blob.seq = s.seq + place.key;

CREATE VIEW instances AS SELECT
    i.id,
    i.name,
    i.version,
    CASE i.status WHEN 0 THEN 'Pending' WHEN 1 THEN 'Running' WHEN 2 THEN 'Suspended'
        WHEN 3 THEN 'Completed' WHEN 4 THEN 'Failed' WHEN 5 THEN 'Terminated' END AS status,
    strftime('%Y-%m-%dT%H:%M:%S', i.created / 1000000, 'unixepoch') || printf('.%06dZ', i.created % 1000000)
        AS created,
    strftime('%Y-%m-%dT%H:%M:%S', i.updated / 1000000, 'unixepoch') || printf('.%06dZ', i.updated % 1000000)
        AS updated,
    (SELECT COALESCE(blob.data, event.value -> '$.ExecutionStarted.input')
        FROM json_each(head.events) AS event
        LEFT JOIN blob ON head.external IS NOT NULL AND blob.owner = head.iid
            AND blob.generation = head.generation AND blob.seq = head.seq + event.key
        WHERE event.value -> '$.ExecutionStarted' IS NOT NULL LIMIT 1) AS input,
    (SELECT COALESCE(blob.data, event.value -> '$.ExecutionCompleted.result')
        FROM json_each(tail.events) AS event
        LEFT JOIN blob ON tail.external IS NOT NULL AND blob.owner = tail.iid
            AND blob.generation = tail.generation AND blob.seq = tail.seq + event.key
        WHERE event.value -> '$.ExecutionCompleted' IS NOT NULL LIMIT 1) AS output,
    (SELECT event.value ->> '$.ExecutionCompleted.failure.message'
        FROM json_each(tail.events) AS event
        WHERE event.value -> '$.ExecutionCompleted' IS NOT NULL LIMIT 1) AS failure,
    i.custom_status,
    i.parent ->> '$.instance_id' AS parent,
    i.tags,
    i.parked ->> '$.message' AS parked,
    i.generation
FROM instance AS i
LEFT JOIN segment AS head ON head.iid = i.iid AND head.generation = i.generation AND head.seq = 0
LEFT JOIN segment AS tail ON i.status >= 3 AND tail.lsn = (
    SELECT lsn FROM segment WHERE iid = i.iid AND generation = i.generation ORDER BY seq DESC LIMIT 1);

CREATE VIEW entities AS SELECT
    '@' || e.name || '@' || e.key AS id,
    e.name,
    e.key,
    COALESCE(e.state, (SELECT data FROM blob WHERE owner = -e.eid AND generation = 0 AND seq = 0)) AS state,
    strftime('%Y-%m-%dT%H:%M:%S', e.updated / 1000000, 'unixepoch') || printf('.%06dZ', e.updated % 1000000)
        AS updated
FROM entity AS e;
";

/// Locks of entities, and why one is parked. An entity may be locked and have no state, so that a large state has to be
/// marked as such.
const VERSION_2: &str = "
ALTER TABLE entity ADD COLUMN external INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entity ADD COLUMN locked_by TEXT;
ALTER TABLE entity ADD COLUMN parked TEXT;
UPDATE entity SET external = 1 WHERE state IS NULL;
CREATE INDEX entity_locked ON entity (name, key) WHERE locked_by IS NOT NULL;

DROP VIEW entities;
CREATE VIEW entities AS SELECT
    '@' || e.name || '@' || e.key AS id,
    e.name,
    e.key,
    CASE e.external WHEN 1 THEN (SELECT data FROM blob WHERE owner = -e.eid AND generation = 0 AND seq = 0)
        ELSE e.state END AS state,
    strftime('%Y-%m-%dT%H:%M:%S', e.updated / 1000000, 'unixepoch') || printf('.%06dZ', e.updated % 1000000)
        AS updated,
    e.locked_by ->> '$.instance_id' AS locked_by,
    (SELECT count(*) FROM inbox WHERE target = '@' || e.name || '@' || e.key AND due IS NULL) AS backlog,
    e.parked ->> '$.message' AS parked
FROM entity AS e;

CREATE VIEW locks AS SELECT entity, holder ->> '$.instance_id' AS instance, holder ->> '$.generation' AS generation,
    holder ->> '$.section' AS section, state
FROM (
    SELECT '@' || name || '@' || key AS entity, locked_by AS holder, 'held' AS state, 0 AS number
        FROM entity WHERE locked_by IS NOT NULL
    UNION ALL
    SELECT target, message -> '$.Lock.request.holder', 'awaited', number FROM inbox
        WHERE due IS NULL AND message LIKE '{\"Lock\":%'
    ORDER BY entity, number
);
";

/// A checksum in each row that holds more than numbers. Rows from before get theirs from [`fill_sums`].
const VERSION_3: &str = "
ALTER TABLE instance ADD COLUMN sum INTEGER;
ALTER TABLE segment ADD COLUMN sum INTEGER;
ALTER TABLE entity ADD COLUMN sum INTEGER;
ALTER TABLE inbox ADD COLUMN sum INTEGER;
ALTER TABLE blob ADD COLUMN sum INTEGER;
ALTER TABLE delivery ADD COLUMN sum INTEGER;
";

/// Indexes for people who look: lists by orchestrator and state, counts, what is parked, children. What an orchestrator
/// does touches none of them as long as its state stays the same: see `commit::update`.
const VERSION_4: &str = "
CREATE INDEX instance_kind ON instance (name, status);
CREATE INDEX instance_parked ON instance (iid) WHERE parked IS NOT NULL;
CREATE INDEX instance_child ON instance (CASE WHEN json_valid(parent) THEN parent ->> '$.instance_id' END)
    WHERE parent IS NOT NULL;
";

/// The tables whose rows have a checksum, with their keys and what the checksum is of.
const SUMMED: [[&str; 3]; 5] = [
    [
        "instance",
        "iid",
        "iid, id, name, version, status, generation, created, updated, parent, tags, custom_status, parked, awake",
    ],
    ["segment", "lsn", "iid, generation, seq, at, events, external"],
    ["entity", "eid", "name, key, state, updated, external, locked_by, parked"],
    ["inbox", "number", "number, due, message, target"],
    ["blob", "rowid", "owner, generation, seq, data"],
];

/// Gives all rows the checksums of what they hold now.
pub(super) fn renew_sums(connection: &mut Connection) -> Outcome<()> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    fill_all_sums(&transaction)?;
    transaction.commit()?;
    Ok(())
}

fn fill_all_sums(connection: &Connection) -> Outcome<()> {
    SUMMED.into_iter().try_for_each(|table| fill_sums(connection, table))?;
    // Few, and without a key of one number.
    let mut select = connection.prepare("SELECT iid, generation, id, count FROM delivery")?;
    let row = |row: &Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]);
    let rows = select.query_map([], row)?.collect::<rusqlite::Result<Vec<[i64; 4]>>>()?;
    let mut update =
        connection.prepare("UPDATE delivery SET sum = ?4 WHERE iid = ?1 AND generation = ?2 AND id = ?3")?;
    for [key, generation, id, count] in rows {
        let sum = Sum::of("delivery").number(key).number(generation).number(id).number(count);
        update.execute((key, generation, id, sum.finish()))?;
    }
    Ok(())
}

/// Gives the rows of a table their checksums, some at a time: what has just been changed must not be met again.
fn fill_sums(connection: &Connection, [table, key, columns]: [&'static str; 3]) -> Outcome<()> {
    let sql = format!("SELECT {key}, {columns} FROM {table} WHERE {key} > ?1 ORDER BY {key} LIMIT 1000");
    let mut select = connection.prepare(&sql)?;
    let mut update = connection.prepare(&format!("UPDATE {table} SET sum = ?2 WHERE {key} = ?1"))?;
    let mut after = i64::MIN;
    loop {
        let row = |row: &Row<'_>| {
            let mut sum = Sum::of(table);
            for column in 1..row.as_ref().column_count() {
                sum = sum.value(row.get_ref(column)?);
            }
            Ok((row.get::<_, i64>(0)?, sum.finish()))
        };
        let sums = select.query_map([after], row)?.collect::<rusqlite::Result<Vec<_>>>()?;
        let Some((last, _)) = sums.last() else { return Ok(()) };
        after = *last;
        for (key, sum) in sums {
            update.execute((key, sum))?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_step_to_every_version_of_the_format() {
        assert_eq!(i64::try_from(MIGRATIONS.len()), Ok(FORMAT));
    }

    #[test]
    fn every_index_serves_the_query_that_it_is_for() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, 0).unwrap();
        let check = |sql: &str, index: &str| {
            // Unbound parameters are NULL.
            let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let mut rows = explain.raw_query();
            let plan: String = rows.next().unwrap().unwrap().get("detail").unwrap();
            assert!(plan.contains(index), "{sql}: {plan}");
        };
        check(super::super::read::UNFINISHED, "instance_unfinished");
        check("SELECT id FROM instance WHERE status = 4 ORDER BY iid DESC", "instance_failed");
        let among = "SELECT iid, id, sum FROM instance WHERE +iid BETWEEN ? AND ? AND";
        let kind = "SELECT iid, id, sum FROM instance WHERE iid BETWEEN ? AND ? AND name = ? AND status = ?";
        check(&format!("{among} parked IS NOT NULL ORDER BY +iid DESC LIMIT ?"), "instance_parked");
        check(&format!("{among} id >= ? AND id < ? ORDER BY +iid DESC LIMIT ?"), "sqlite_autoindex_instance_1");
        check(
            &format!("{kind} ORDER BY iid DESC LIMIT ?"),
            "instance_kind (name=? AND status=? AND rowid>? AND rowid<?)",
        );
        let parent = "CASE WHEN json_valid(parent) THEN parent ->> '$.instance_id' END = ?";
        check(&format!("{among} parent IS NOT NULL AND {parent} ORDER BY +iid DESC LIMIT ?"), "instance_child");
        check(super::super::instances::NEXT_KIND, "COVERING INDEX instance_kind");
        check(super::super::read::COUNTS, "COVERING INDEX instance_kind");
        check(super::super::read::DUE, "inbox_due");
        check(super::super::read::INBOX, "inbox_target");
        check(super::super::read::LOCKED, "entity_locked");
        check(super::super::read::BACKLOG, "inbox_target");
    }
}
