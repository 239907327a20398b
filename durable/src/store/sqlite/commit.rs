//! Writes a batch, in the order that [`Batch`] prescribes. This is the hot path: statements are prepared once, values
//! are bound by position, JSON is written into one buffer.

use rusqlite::{Connection, OptionalExtension};

use super::{
    codec::{self, Text},
    error::{Fault, Outcome},
    sum::Sum,
};
use crate::model::{
    Batch, Delivery, EntityRecord, InboxRow, InstanceKey, InstanceRecord, Payload, Segment, Timestamp, Wake,
};

/// About how many bytes a row takes besides its JSON.
const ROW: usize = 100;

/// What is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change<'a> {
    /// What a round of turns changed.
    Batch(&'a Batch),
    /// That the owner leaves in an orderly way.
    Close,
}

/// What one commit needs besides the batch.
pub(super) struct Committer<'a> {
    /// The connection of the owner.
    pub(super) connection: &'a Connection,
    /// The number of its ownership.
    pub(super) epoch: i64,
    /// Longer payloads are kept in rows of their own.
    pub(super) inline_limit: usize,
    /// The buffer for JSON.
    pub(super) json: &'a mut Vec<u8>,
    /// About how many bytes were written.
    pub(super) written: usize,
}

impl Committer<'_> {
    /// Writes it in one transaction; after an error nothing of it is left.
    pub(super) fn commit(&mut self, change: Change<'_>) -> Outcome<()> {
        self.transaction(|this| match change {
            Change::Batch(batch) => this.write(batch),
            Change::Close => {
                this.each("DELETE FROM delivery", &[()], |()| Ok(()))?;
                this.each("UPDATE hub SET closed_cleanly = 1", &[()], |()| Ok(()))
            }
        })
    }

    fn transaction(&mut self, write: impl FnOnce(&mut Self) -> Outcome<()>) -> Outcome<()> {
        let connection = self.connection;
        failpoint!("commit.before", Fault::Io("by a failpoint".to_owned()));
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let written = self.check_epoch().and_then(|()| write(self)).and_then(|()| {
            failpoint!("commit.middle", Fault::Io("by a failpoint".to_owned()));
            connection.prepare_cached("COMMIT")?.execute([])?;
            Ok(())
        });
        // After some errors, such as a full disk, SQLite has rolled back by itself.
        if written.is_err() && !connection.is_autocommit() {
            connection.execute_batch("ROLLBACK")?;
        }
        failpoint!("commit.after");
        written
    }

    fn check_epoch(&self) -> Outcome<()> {
        let mut select = self.connection.prepare_cached("SELECT epoch FROM hub")?;
        let epoch: i64 = select.query_row([], |row| row.get(0))?;
        if epoch == self.epoch { Ok(()) } else { Err(Fault::Fenced) }
    }

    fn write(&mut self, batch: &Batch) -> Outcome<()> {
        self.purge(&batch.purged)?;
        self.create(&batch.created)?;
        self.update(&batch.updated)?;
        self.truncate(&batch.truncated)?;
        self.cut(&batch.cut)?;
        self.append(&batch.segments)?;
        self.entities(&batch.entities)?;
        self.accept(&batch.accepted)?;
        self.each("DELETE FROM inbox WHERE number = ?1", &batch.consumed, |number| Ok([*number]))?;
        let wake = |wake: &Wake| Ok((wake.due.as_micros(), wake.key.0));
        self.each("INSERT OR IGNORE INTO wake (due, iid) VALUES (?1, ?2)", &batch.slept, wake)?;
        self.each("DELETE FROM wake WHERE due = ?1 AND iid = ?2", &batch.woken, wake)?;
        self.each(
            "INSERT INTO delivery (iid, generation, id, count, sum) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET count = excluded.count, sum = excluded.sum",
            &batch.deliveries,
            |delivery| {
                let Delivery { key, generation, count, .. } = *delivery;
                let id = codec::signed(delivery.id)?;
                let sum = Sum::of("delivery").number(key.0).number(generation).number(id).number(count);
                Ok((key.0, generation, id, count, sum.finish()))
            },
        )?;
        self.each("DELETE FROM delivery WHERE iid = ?1 AND id = ?2", &batch.delivered, |(key, id)| {
            Ok((key.0, codec::signed(*id)?))
        })
    }

    /// Executes one statement for each of the items.
    fn each<'t, T, P: rusqlite::Params>(
        &mut self,
        sql: &str,
        items: &'t [T],
        params: impl Fn(&'t T) -> Outcome<P>,
    ) -> Outcome<()> {
        if items.is_empty() {
            return Ok(());
        }
        let mut statement = self.connection.prepare_cached(sql)?;
        for item in items {
            statement.execute(params(item)?)?;
        }
        self.written += items.len() * ROW;
        Ok(())
    }

    fn purge(&mut self, keys: &[InstanceKey]) -> Outcome<()> {
        let Some(last) = keys.iter().max() else { return Ok(()) };
        // Keys are never used twice, also when the newest instance is gone.
        let next = last.0.saturating_add(1);
        self.connection.prepare_cached("UPDATE hub SET next_key = ?1 WHERE next_key < ?1")?.execute([next])?;
        for sql in [
            "DELETE FROM inbox WHERE target = (SELECT id FROM instance WHERE iid = ?1)",
            "DELETE FROM instance WHERE iid = ?1",
            "DELETE FROM segment WHERE iid = ?1",
            "DELETE FROM blob WHERE owner = ?1",
            "DELETE FROM wake WHERE iid = ?1",
            "DELETE FROM delivery WHERE iid = ?1",
        ] {
            self.each(sql, keys, |key| Ok([key.0]))?;
        }
        Ok(())
    }

    fn create(&mut self, records: &[InstanceRecord]) -> Outcome<()> {
        let sql = "INSERT INTO instance (iid, id, name, version, status, generation, created, updated, parent, tags,
                custom_status, parked, awake, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
        self.each(sql, records, |record| {
            let row = InstanceRow::of(record)?;
            Ok((
                record.key.0,
                record.id.as_str(),
                &*record.name,
                record.version.as_deref(),
                row.status,
                record.generation,
                record.created.as_micros(),
                row.updated,
                row.parent,
                row.tags,
                row.custom_status,
                row.parked,
                record.awake,
                row.sum,
            ))
        })
    }

    fn update(&mut self, records: &[InstanceRecord]) -> Outcome<()> {
        if records.is_empty() {
            return Ok(());
        }
        // What indexes are about changes at the beginning and at the end. SQLite writes the entries of a row anew for each
        // column that is set, also to what it was: so most updates set none of them.
        let mut same = self.connection.prepare_cached(
            "UPDATE instance SET version = ?2, generation = ?4, updated = ?5, tags = ?7, custom_status = ?8, sum = ?11
                WHERE iid = ?1 AND status = ?3 AND parent IS ?6 AND parked IS ?9 AND awake = ?10",
        )?;
        // The parent does not change, but its checksum is that of its text, which another version may write otherwise.
        let mut other = self.connection.prepare_cached(
            "UPDATE instance SET version = ?2, status = ?3, generation = ?4, updated = ?5, parent = ?6, tags = ?7,
                custom_status = ?8, parked = ?9, awake = ?10, sum = ?11 WHERE iid = ?1",
        )?;
        for record in records {
            let row = InstanceRow::of(record)?;
            let row = (
                record.key.0,
                record.version.as_deref(),
                row.status,
                record.generation,
                row.updated,
                row.parent.as_deref(),
                row.tags.as_deref(),
                row.custom_status,
                row.parked.as_deref(),
                record.awake,
                row.sum,
            );
            if same.execute(row)? == 0 && other.execute(row)? == 0 {
                return Err(Fault::Conflict(format!("there is no instance number {} to update", record.key.0)));
            }
        }
        self.written += records.len() * ROW;
        Ok(())
    }

    fn truncate(&mut self, truncated: &[(InstanceKey, u32)]) -> Outcome<()> {
        for sql in [
            "DELETE FROM segment WHERE iid = ?1 AND generation < ?2",
            "DELETE FROM blob WHERE owner = ?1 AND generation < ?2",
            "DELETE FROM delivery WHERE iid = ?1 AND generation < ?2",
        ] {
            self.each(sql, truncated, |(key, generation)| Ok((key.0, *generation)))?;
        }
        Ok(())
    }

    fn cut(&mut self, cuts: &[(InstanceKey, u64)]) -> Outcome<()> {
        for sql in [
            "DELETE FROM segment WHERE iid = ?1 AND seq >= ?2
                AND generation = (SELECT generation FROM instance WHERE iid = ?1)",
            "DELETE FROM blob WHERE owner = ?1 AND seq >= ?2
                AND generation = (SELECT generation FROM instance WHERE iid = ?1)",
        ] {
            self.each(sql, cuts, |(key, from)| Ok((key.0, codec::signed(*from)?)))?;
        }
        Ok(())
    }

    fn append(&mut self, segments: &[Segment]) -> Outcome<()> {
        if segments.is_empty() {
            return Ok(());
        }
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO segment (iid, generation, seq, at, events, external, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for segment in segments {
            codec::encode(self.json, &segment.events)?;
            // No payload can be longer than the events that it is a part of.
            let external = if self.json.len() > self.inline_limit { self.set_aside(segment)? } else { None };
            let (sequence, at) = (codec::signed(segment.sequence)?, segment.at.as_micros());
            let sum = Sum::of("segment").number(segment.key.0).number(segment.generation).number(sequence).number(at);
            let sum = sum.text(&*self.json).some_text(external.as_ref()).finish();
            insert.execute((segment.key.0, segment.generation, sequence, at, Text(self.json), external, sum))?;
            self.written += ROW + self.json.len();
        }
        Ok(())
    }

    /// Writes the large payloads of a segment into rows of their own and encodes the events again without them.
    /// Returns the sequence numbers of their events.
    fn set_aside(&mut self, segment: &Segment) -> Outcome<Option<String>> {
        let mut events = segment.events.clone();
        let mut external = Vec::new();
        for (sequence, event) in (segment.sequence..).zip(&mut events) {
            if let Some(payload) = codec::take_large(event, self.inline_limit) {
                self.blob(segment.key.0, segment.generation, codec::signed(sequence)?, &payload)?;
                external.push(sequence);
            }
        }
        if external.is_empty() {
            return Ok(None);
        }
        codec::encode(self.json, &events)?;
        codec::encode_some(Some(&external))
    }

    fn blob(&mut self, owner: i64, generation: u32, sequence: i64, payload: &Payload) -> Outcome<()> {
        let sum = Sum::of("blob").number(owner).number(generation).number(sequence).text(payload.as_json()).finish();
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO blob (owner, generation, seq, data, sum) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((owner, generation, sequence, payload.as_json(), sum))?;
        self.written += ROW + payload.len();
        Ok(())
    }

    fn entities(&mut self, records: &[EntityRecord]) -> Outcome<()> {
        if records.is_empty() {
            return Ok(());
        }
        // Changes nothing if the stored state is large, so that its blob is not left behind.
        let mut upsert = self.connection.prepare_cached(
            "INSERT INTO entity (name, key, state, updated, external, locked_by, parked, sum)
             VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET state = excluded.state, updated = excluded.updated,
                locked_by = excluded.locked_by, parked = excluded.parked, sum = excluded.sum WHERE external = 0",
        )?;
        for record in records {
            if record.is_empty() {
                self.remove_entity(record)?;
                continue;
            }
            let state = record.state.as_ref().map(Payload::as_json);
            if state.is_some_and(|state| state.len() > self.inline_limit) {
                self.large_entity(record)?;
            } else {
                let (name, key, updated) = (record.id.name(), record.id.key(), record.updated.as_micros());
                let locked_by = codec::encode_some(record.locked_by.as_ref())?;
                let parked = codec::encode_some(record.parked.as_ref())?;
                let sum = entity_sum(record, state, locked_by.as_deref(), parked.as_deref());
                let row = (name, key, state, updated, locked_by, parked, sum);
                if upsert.execute(row.clone())? == 0 {
                    self.remove_entity(record)?;
                    upsert.execute(row)?;
                }
            }
            self.written += ROW + state.map_or(0, str::len);
        }
        Ok(())
    }

    fn large_entity(&mut self, record: &EntityRecord) -> Outcome<()> {
        let Some(state) = &record.state else { return Ok(()) };
        let (name, key, updated) = (record.id.name(), record.id.key(), record.updated.as_micros());
        let locked_by = codec::encode_some(record.locked_by.as_ref())?;
        let parked = codec::encode_some(record.parked.as_ref())?;
        let sum = entity_sum(record, None, locked_by.as_deref(), parked.as_deref());
        let number: i64 = self
            .connection
            .prepare_cached(
                "INSERT INTO entity (name, key, state, updated, external, locked_by, parked, sum)
                 VALUES (?1, ?2, NULL, ?3, 1, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE SET state = NULL, updated = excluded.updated, external = 1,
                    locked_by = excluded.locked_by, parked = excluded.parked, sum = excluded.sum RETURNING eid",
            )?
            .query_row((name, key, updated, locked_by, parked, sum), |row| row.get(0))?;
        self.blob(-number, 0, 0, state)
    }

    fn remove_entity(&mut self, record: &EntityRecord) -> Outcome<()> {
        let removed: Option<(i64, bool)> = self
            .connection
            .prepare_cached("DELETE FROM entity WHERE name = ?1 AND key = ?2 RETURNING eid, external")?
            .query_row((record.id.name(), record.id.key()), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((number, true)) = removed {
            self.connection.prepare_cached("DELETE FROM blob WHERE owner = ?1")?.execute([-number])?;
        }
        Ok(())
    }

    fn accept(&mut self, rows: &[InboxRow]) -> Outcome<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut insert = self
            .connection
            .prepare_cached("INSERT INTO inbox (number, target, due, message, sum) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for row in rows {
            codec::encode(self.json, &row.message)?;
            let (target, due) = (row.message.target().to_string(), row.due.map(Timestamp::as_micros));
            let sum = Sum::of("inbox").number(row.number).some_number(due).text(&*self.json).text(&target).finish();
            insert.execute((row.number, target, due, Text(self.json), sum))?;
            self.written += ROW + self.json.len();
        }
        Ok(())
    }
}

/// What is stored of an instance and must be made first.
struct InstanceRow<'a> {
    status: i64,
    updated: i64,
    parent: Option<String>,
    tags: Option<String>,
    custom_status: Option<&'a str>,
    parked: Option<String>,
    sum: i64,
}

impl<'a> InstanceRow<'a> {
    fn of(record: &'a InstanceRecord) -> Outcome<Self> {
        let (status, updated) = (codec::status_number(record.status), record.updated.as_micros());
        let parent = codec::encode_some(record.parent.as_ref())?;
        let tags = codec::encode_some(Some(&record.tags).filter(|tags| !tags.is_empty()))?;
        let custom_status = record.custom_status.as_ref().map(Payload::as_json);
        let parked = codec::encode_some(record.parked.as_ref())?;
        let sum = Sum::of("instance")
            .number(record.key.0)
            .text(record.id.as_str())
            .text(&*record.name)
            .some_text(record.version.as_deref())
            .number(status)
            .number(record.generation)
            .number(record.created.as_micros())
            .number(updated)
            .some_text(parent.as_ref())
            .some_text(tags.as_ref())
            .some_text(custom_status)
            .some_text(parked.as_ref())
            .number(record.awake);
        Ok(Self { status, updated, parent, tags, custom_status, parked, sum: sum.finish() })
    }
}

/// The checksum of an entity whose state is kept in its row, or elsewhere.
fn entity_sum(record: &EntityRecord, inline: Option<&str>, locked_by: Option<&str>, parked: Option<&str>) -> i64 {
    let is_external = inline.is_none() && record.state.is_some();
    let sum = Sum::of("entity").text(record.id.name()).text(record.id.key()).some_text(inline);
    let sum = sum.number(record.updated.as_micros()).number(is_external);
    sum.some_text(locked_by).some_text(parked).finish()
}
