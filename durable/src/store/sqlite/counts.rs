//! How many instances and entities there are, without counting them all.

use rusqlite::{Connection, params};

use super::{
    codec::{self, Columns},
    error::Outcome,
    instances::{Kind, all_kinds},
    read,
};
use crate::{
    model::{Name, Status},
    store::Counts,
};

/// How far each kind is counted first.
const FIRST_LIMIT: i64 = 10_000;

pub(super) const BY_KIND: &str = "SELECT 0, name, status, count(*) FROM instance GROUP BY name, status";
const ALL: &str = "SELECT 0, count(*) FROM instance";
const SOME: &str = "SELECT count(*) FROM (SELECT 1 FROM instance WHERE name = ?1 AND status = ?2 LIMIT ?3)";
const PARKED: &str = "SELECT 0, count(*) FROM instance WHERE parked IS NOT NULL";
const ENTITIES: &str = "SELECT 0, name, count(*) FROM entity GROUP BY name";

/// How many instances and entities there are.
pub(super) fn counts(connection: &Connection) -> Outcome<Counts> {
    let number =
        |sql: &str| read::first(connection.prepare_cached(sql)?, [], |row| Columns::of(row, "instance")?.unsigned(1));
    let entities = read::all(connection.prepare_cached(ENTITIES)?, [], |row| {
        let row = Columns::of(row, "entity")?;
        Ok((row.get(1)?, row.unsigned(2)?))
    })?;
    let instances = match all_kinds(connection)? {
        Some(kinds) => of_kinds(connection, kinds, number(ALL)?.unwrap_or_default())?,
        None => read::all(connection.prepare_cached(BY_KIND)?, [], |row| {
            let row = Columns::of(row, "instance")?;
            Ok((row.get::<String>(1)?.into(), codec::status(&row, 2)?, row.unsigned(3)?))
        })?,
    };
    Ok(Counts { instances, parked: number(PARKED)?.unwrap_or_default(), entities })
}

/// Counts each kind, except for the one that has the most: that has what is left of all, which SQLite knows page by page.
fn of_kinds(connection: &Connection, kinds: Vec<Kind>, total: u64) -> Outcome<Vec<(Name, Status, u64)>> {
    let mut counts = vec![None; kinds.len()];
    let mut limit = FIRST_LIMIT;
    loop {
        for ((name, status), count) in kinds.iter().zip(&mut counts).filter(|(_, count)| count.is_none()) {
            let found: i64 =
                connection.prepare_cached(SOME)?.query_row(params![name, status, limit], |row| row.get(0))?;
            *count = u64::try_from(found).ok().filter(|_| found < limit);
        }
        if counts.iter().filter(|count| count.is_none()).count() <= 1 {
            break;
        }
        limit = limit.saturating_mul(4);
    }
    let others: u64 = counts.iter().flatten().sum();
    let counted = kinds.into_iter().zip(counts).map(|((name, status), count)| {
        Ok((name.into(), codec::known_status(status)?, count.unwrap_or_else(|| total.saturating_sub(others))))
    });
    counted.collect()
}

#[cfg(test)]
mod tests {
    use super::{super::schema, *};

    #[test]
    fn what_is_left_of_all_is_what_the_most_frequent_kind_has() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection, 0).unwrap();
        let sql = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 70000)
            INSERT INTO instance (iid, id, name, status, generation, created, updated, awake)
            SELECT n, n, CASE WHEN n % 7 = 0 THEN 'b' ELSE 'a' END, CASE WHEN n % 3 = 0 THEN 1 ELSE 3 END, 0, 0, 0, 0 FROM n";
        connection.execute_batch(sql).unwrap();
        let counted = counts(&connection).unwrap().instances;
        let mut whole = connection.prepare(BY_KIND).unwrap();
        let expected = whole.query_map([], |row| Ok((row.get(1)?, row.get(2)?, row.get(3)?)));
        let expected: Vec<(String, i64, i64)> = expected.unwrap().collect::<rusqlite::Result<_>>().unwrap();
        let found: Vec<_> = counted
            .into_iter()
            .map(|(name, status, count)| (name.into_owned(), codec::status_number(status), count.cast_signed()))
            .collect();
        assert_eq!(found, expected);
        assert!(found.iter().filter(|(_, _, count)| *count >= 10_000).count() >= 2, "{found:?}");
    }
}
