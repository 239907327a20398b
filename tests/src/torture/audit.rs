//! What is known after each death: all that was acknowledged is in the database, and what is there is whole.

use std::{collections::BTreeSet, path::Path};

use rusqlite::{Connection, OpenFlags, OptionalExtension, config::DbConfig};
use serde_json::Value;

use super::{
    Violations,
    driver::Driver,
    instance::{Fate, Instance},
    lane::Lane,
    program::Finished,
};

/// How many instances that were not touched are looked at besides.
const SAMPLE: usize = 10;
/// How often in a torture the whole file is checked.
const CHECKS: u64 = 20;
/// The number from which on statuses are final, as the file has it.
const FIRST_FINAL: i64 = 3;

/// What was acknowledged: places in the lists of the driver.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) starts: Vec<usize>,
    pub(super) events: Vec<(usize, usize)>,
    pub(super) operations: Vec<(usize, usize)>,
    pub(super) purges: Vec<usize>,
    pub(super) results: Vec<usize>,
    /// Whether the last owner ended in order.
    pub(super) is_orderly: bool,
}

impl Driver<'_> {
    /// Looks for all that was acknowledged since the last audit.
    pub(super) fn audit(&mut self) -> Result<(), Violations> {
        let mut touched = std::mem::take(&mut self.touched);
        if self.instances.iter().all(|instance| instance.start != Fate::Acknowledged) {
            // There may not even be a database.
            return Ok(());
        }
        for _ in 0..SAMPLE {
            touched.starts.push(self.moments.index(self.instances.len()));
        }
        let audit = Audit::begin(self.database())?;
        self.summary.audits += 1;
        let mut flaws = Vec::new();
        if touched.is_orderly && !audit.is_closed()? {
            flaws.push("the owner ended in order, and the database does not know".to_owned());
        }
        if self.summary.audits.is_multiple_of(self.lives.div_ceil(CHECKS)) {
            flaws.extend(audit.flaws_of_the_file()?);
        }
        let mut places: BTreeSet<usize> = touched.starts.iter().copied().collect();
        places.extend(touched.events.iter().map(|(place, _)| place));
        places.extend(&touched.results);
        for instance in places.iter().filter_map(|place| self.instances.get(*place)) {
            if instance.start == Fate::Acknowledged && instance.purge.is_none() {
                flaws.extend(audit.flaws_of_instance(instance)?);
            }
        }
        for instance in touched.purges.iter().filter_map(|place| self.instances.get(*place)) {
            if audit.instance(&instance.id)?.is_some() {
                flaws.push(format!("`{}` was removed, and is there again", instance.id));
            }
        }
        let lanes: BTreeSet<usize> = touched.operations.iter().map(|(lane, _)| *lane).collect();
        for (place, lane) in lanes.into_iter().filter_map(|place| Some((place, self.lanes.get(place)?))) {
            let tokens = touched.operations.iter().filter(|(other, _)| *other == place).map(|(_, token)| *token);
            flaws.extend(audit.flaws_of_lane(lane, tokens)?);
        }
        if flaws.is_empty() {
            return Ok(());
        }
        let first = format!("after {} kills: {}", self.summary.kills, flaws.remove(0));
        self.violations.extend(flaws);
        Err(self.failed(first))
    }
}

/// One look at the database, as it is in one moment.
struct Audit(Connection);

/// What the database says of an instance.
struct Stored {
    key: i64,
    status: i64,
    generation: i64,
}

impl Audit {
    fn begin(database: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(database, flags)?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        // The next owner is to find the log as the last one left it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        connection.execute_batch("BEGIN")?;
        Ok(Self(connection))
    }

    fn is_closed(&self) -> rusqlite::Result<bool> {
        self.0.query_row("SELECT closed_cleanly FROM hub", [], |row| row.get(0))
    }

    fn flaws_of_the_file(&self) -> rusqlite::Result<Option<String>> {
        let verdict: String = self.0.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        Ok((verdict != "ok").then(|| format!("integrity_check says: {verdict}")))
    }

    fn instance(&self, id: &str) -> rusqlite::Result<Option<Stored>> {
        let mut select = self.0.prepare_cached("SELECT iid, status, generation FROM instance WHERE id = ?1")?;
        let stored =
            |row: &rusqlite::Row<'_>| Ok(Stored { key: row.get(0)?, status: row.get(1)?, generation: row.get(2)? });
        select.query_row([id], stored).optional()
    }

    fn flaws_of_instance(&self, instance: &Instance) -> Result<Vec<String>, Violations> {
        let Instance { id, events, result, .. } = instance;
        let Some(stored) = self.instance(id)? else {
            return Ok(vec![format!("the start of `{id}` was acknowledged, and there is no such instance")]);
        };
        let mut flaws: Vec<_> =
            self.gap(&stored)?.into_iter().map(|gap| format!("the history of `{id}` {gap}")).collect();
        if let Some(Ok(told)) = result {
            let mut select = self.0.prepare_cached("SELECT output FROM instances WHERE id = ?1")?;
            let output: Option<String> = select.query_row([id], |row| row.get(0))?;
            let kept = output.and_then(|output| serde_json::from_str::<Finished>(&output).ok());
            if kept.as_ref() != Some(told) {
                flaws.push(format!("a client was told the result of `{id}`, and the database has {kept:?}"));
            }
        }
        if stored.status < FIRST_FINAL && events.contains(&Fate::Acknowledged) {
            let known = self.known_events(id)?;
            for (number, fate) in (0_u64..).zip(events) {
                if *fate == Fate::Acknowledged && !known.contains(&number) {
                    flaws.push(format!("the event {number} of `{id}` was acknowledged, and is lost: {known:?}"));
                }
            }
        }
        Ok(flaws)
    }

    /// Where the history has a gap, if anywhere.
    fn gap(&self, stored: &Stored) -> rusqlite::Result<Option<String>> {
        let mut select = self.0.prepare_cached(
            "SELECT generation, seq, json_array_length(events) FROM segment WHERE iid = ?1 ORDER BY generation, seq",
        )?;
        let mut rows = select.query([stored.key])?;
        let mut next = 0_i64;
        while let Some(row) = rows.next()? {
            let (generation, sequence): (i64, i64) = (row.get(0)?, row.get(1)?);
            if (generation, sequence) != (stored.generation, next) {
                let wanted = stored.generation;
                return Ok(Some(format!("has {sequence} of generation {generation} after {next} of {wanted}")));
            }
            next += row.get::<_, i64>(2)?;
        }
        Ok(None)
    }

    /// The numbers of the events that an instance has got, and of those that wait for it.
    fn known_events(&self, id: &str) -> Result<BTreeSet<u64>, Violations> {
        let mut known = BTreeSet::new();
        let mut select = self.0.prepare_cached(
            "SELECT payload, NULL, NULL FROM history WHERE instance = ?1 AND type = 'EventRaised'
             UNION ALL
             SELECT message -> '$.Event.event.EventRaised.input', NULL, NULL FROM inbox WHERE target = ?1
             UNION ALL
             SELECT NULL, payload -> '$.finished.numbers', details -> '$.carried' FROM history
                WHERE instance = ?1 AND type = 'ExecutionStarted' AND details ->> '$.name' = 'generations'
             UNION ALL
             SELECT NULL, message -> '$.Event.event.ExecutionStarted.input.finished.numbers',
                message -> '$.Event.event.ExecutionStarted.carried' FROM inbox WHERE target = ?1",
        )?;
        let mut rows = select.query([id])?;
        let parse = |text: Option<String>| text.and_then(|text| serde_json::from_str::<Value>(&text).ok());
        while let Some(row) = rows.next()? {
            known.extend(parse(row.get(0)?).and_then(|number| number.as_u64()));
            // What earlier generations have consumed is handed on, and so is what they have left.
            let consumed = parse(row.get(1)?).unwrap_or_default();
            known.extend(consumed.as_array().into_iter().flatten().filter_map(Value::as_u64));
            let carried = parse(row.get(2)?).unwrap_or_default();
            known.extend(carried.as_array().into_iter().flatten().filter_map(|event| event.get(1)?.as_u64()));
        }
        Ok(known)
    }

    /// Operations that were acknowledged, and neither were performed nor wait.
    fn flaws_of_lane(&self, lane: &Lane, tokens: impl Iterator<Item = usize>) -> Result<Vec<String>, Violations> {
        if lane.verb.1 == "refuse" {
            return Ok(Vec::new());
        }
        let entity = format!("@Counter@{}", lane.key);
        let mut known = BTreeSet::new();
        let mut select = self.0.prepare_cached(
            "SELECT state -> '$.tokens' FROM entities WHERE id = ?1
             UNION ALL SELECT message -> '$.Operation.request.input' FROM inbox WHERE target = ?1",
        )?;
        let mut rows = select.query([&entity])?;
        while let Some(row) = rows.next()? {
            let Some(text) = row.get::<_, Option<String>>(0)? else { continue };
            let value: Value = serde_json::from_str(&text).unwrap_or_default();
            let all = value.as_array().map_or(std::slice::from_ref(&value), Vec::as_slice);
            known.extend(all.iter().filter_map(|token| token.as_str()?.parse::<usize>().ok()));
        }
        let lost = tokens.filter(|token| !known.contains(token));
        Ok(lost.map(|token| format!("`{entity}` was sent {token}, which was acknowledged, and is lost")).collect())
    }
}
