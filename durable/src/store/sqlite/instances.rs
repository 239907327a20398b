//! Lists of instances: which index serves which filter, and how far is looked.

use std::time::{Duration, Instant};

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{
    codec::{self, instance_columns, status_number},
    conditions::Conditions,
    error::Outcome,
    read,
};
use crate::{
    model::{InstanceKey, InstanceRecord, Status},
    store::{InstanceFilter, InstanceList, MAX_PAGE, Page},
};

/// More kinds of instances than that are not looked up one by one.
const MAX_KINDS: usize = 100;
/// So many ids or less with a prefix are looked up by it.
const NARROW: i64 = 2_000;
/// How many keys are looked at first, and at most, before there is a look at the clock.
const WINDOW: i64 = 128;
const MAX_WINDOW: i64 = 1 << 14;

/// With `>` instead, SQLite would step over all instances of the last kind.
pub(super) const NEXT_KIND: &str =
    "SELECT name, status FROM instance WHERE (name, status) >= (?1, ?2) ORDER BY name, status LIMIT 1";

/// An orchestrator and a state.
pub(super) type Kind = (String, i64);

/// A page of the instances that match. It may be cut short when so much time has passed.
pub(super) fn list(
    connection: &Connection,
    filter: &InstanceFilter,
    page: &Page,
    patience: Option<Duration>,
) -> Outcome<InstanceList> {
    let limit = page.limit.min(MAX_PAGE);
    let plan = Plan::of(connection, filter)?;
    let newest: Option<i64> =
        connection.prepare_cached("SELECT max(iid) FROM instance")?.query_row([], |row| row.get(0))?;
    let mut keys = Keys::of(page, newest.unwrap_or_default());
    let mut list = InstanceList::default();
    let deadline = patience.and_then(|patience| now().checked_add(patience));
    while list.instances.len() < limit {
        let Some((low, high)) = keys.next(plan.is_direct) else { return Ok(list) };
        let missing = limit - list.instances.len();
        list.instances.extend(plan.run(connection, low, high, missing, page.oldest_first)?);
        if list.instances.len() < limit && deadline.is_some_and(|deadline| now() >= deadline) {
            list.next = keys.is_left().then_some(InstanceKey(if page.oldest_first { high } else { low }));
            return Ok(list);
        }
    }
    list.next = list.instances.last().map(|last| last.key);
    Ok(list)
}

/// The keys that are still to be looked at, in pieces that grow.
#[derive(Debug)]
struct Keys {
    low: i64,
    high: i64,
    oldest_first: bool,
    window: i64,
}

impl Keys {
    fn of(page: &Page, newest: i64) -> Self {
        let Page { after, oldest_first, .. } = *page;
        let (low, high) = match after {
            None => (1, newest),
            Some(key) if oldest_first => (key.0.saturating_add(1), newest),
            Some(key) => (1, newest.min(key.0.saturating_sub(1))),
        };
        Self { low, high, oldest_first, window: WINDOW }
    }

    fn is_left(&self) -> bool {
        self.low <= self.high
    }

    /// The next piece, or all of it: its lowest and highest key.
    fn next(&mut self, all: bool) -> Option<(i64, i64)> {
        if !self.is_left() {
            return None;
        }
        let length = if all { i64::MAX } else { self.window };
        self.window = (self.window * 4).min(MAX_WINDOW);
        if self.oldest_first {
            let piece = (self.low, self.high.min(self.low.saturating_add(length - 1)));
            self.low = piece.1.saturating_add(1);
            Some(piece)
        } else {
            let piece = (self.low.max(self.high.saturating_sub(length - 1)), self.high);
            self.high = piece.0.saturating_sub(1);
            Some(piece)
        }
    }
}

/// How a filter is served.
#[derive(Debug)]
struct Plan {
    /// What is checked for each instance, beside its kind.
    conditions: Conditions,
    /// The kinds of instances to be merged; `None` for all that there are.
    kinds: Option<Vec<Kind>>,
    /// Whether an index leads to what matches, so that nothing else is looked at.
    is_direct: bool,
    /// Whether that is the index of ids, of children or of what is parked.
    is_by_another: bool,
}

impl Plan {
    fn of(connection: &Connection, filter: &InstanceFilter) -> Outcome<Self> {
        let mut conditions = Conditions::default();
        let by_id = match &filter.id_prefix {
            Some(prefix) => {
                let few = has_few(connection, prefix)?;
                conditions.id_prefix(prefix, few);
                few
            }
            None => false,
        };
        let by_another = by_id || filter.parent.is_some() || filter.parked == Some(true);
        conditions.rest_of(filter)?;
        let kinds = if by_another { None } else { kinds(connection, filter)? };
        if kinds.is_none() {
            conditions.kind(filter)?;
        }
        let is_direct = by_another || conditions.is_empty();
        Ok(Self { conditions, kinds, is_direct, is_by_another: by_another })
    }

    /// What matches among those keys.
    fn run(
        &self,
        connection: &Connection,
        low: i64,
        high: i64,
        limit: usize,
        oldest_first: bool,
    ) -> Outcome<Vec<InstanceRecord>> {
        let order = if oldest_first { "ASC" } else { "DESC" };
        // Where another index is to be used, the keys must not tempt SQLite.
        let key = if self.is_by_another { "+iid" } else { "iid" };
        let limit = read::limit(limit);
        let mut params: Vec<Value> = Vec::new();
        let mut one = |kind: Option<&Kind>, columns: &str| {
            let mut sql = format!("SELECT {columns} FROM instance WHERE {key} BETWEEN ? AND ?");
            params.extend([low.into(), high.into()]);
            if let Some((name, status)) = kind {
                sql.push_str(" AND name = ? AND status = ?");
                params.extend([name.clone().into(), (*status).into()]);
            }
            self.conditions.push_to(&mut sql, &mut params);
            params.push(limit.into());
            format!("{sql} ORDER BY {key} {order} LIMIT ?")
        };
        let sql = match self.kinds.as_deref() {
            None => one(None, instance_columns!()),
            Some([]) => return Ok(Vec::new()),
            Some([kind]) => one(Some(kind), instance_columns!()),
            Some(kinds) => {
                let part = |kind| format!("SELECT * FROM ({})", one(Some(kind), "iid AS found"));
                let parts: Vec<_> = kinds.iter().map(part).collect();
                let keys = format!("SELECT found FROM ({}) ORDER BY found {order} LIMIT ?", parts.join(" UNION ALL "));
                params.push(limit.into());
                let columns = instance_columns!();
                format!("SELECT {columns} FROM ({keys}) CROSS JOIN instance ON iid = found ORDER BY found {order}")
            }
        };
        read::all(connection.prepare_cached(&sql)?, params_from_iter(&params), codec::instance)
    }
}

/// The kinds that a filter lets pass, if there are not too many to look them up one by one; `None` if it lets all pass.
fn kinds(connection: &Connection, filter: &InstanceFilter) -> Outcome<Option<Vec<Kind>>> {
    let wanted: Vec<_> = match filter.statuses.as_slice() {
        // Others have no error.
        [] if filter.error_type.is_some() => vec![Status::Failed, Status::Terminated],
        [] if filter.names.is_empty() => return Ok(None),
        [] => Status::ALL.to_vec(),
        statuses => statuses.to_vec(),
    };
    let mut wanted: Vec<_> = wanted.into_iter().map(status_number).collect();
    wanted.sort_unstable();
    wanted.dedup();
    if !filter.names.is_empty() {
        let mut names: Vec<_> = filter.names.iter().map(ToString::to_string).collect();
        names.sort_unstable();
        names.dedup();
        let kinds = names.iter().flat_map(|name| wanted.iter().map(|status| (name.clone(), *status)));
        return Ok(Some(kinds.collect()).filter(|kinds: &Vec<_>| kinds.len() <= MAX_KINDS));
    }
    let kinds = all_kinds(connection)?;
    Ok(kinds.map(|kinds| kinds.into_iter().filter(|(_, status)| wanted.contains(status)).collect()))
}

/// The kinds that there are, in order; `None` if there are too many to look them up one by one.
pub(super) fn all_kinds(connection: &Connection) -> Outcome<Option<Vec<Kind>>> {
    let mut statement = connection.prepare_cached(NEXT_KIND)?;
    let (mut kinds, mut from) = (Vec::new(), (String::new(), i64::MIN));
    for _ in 0..MAX_KINDS {
        let mut rows = statement.query((&from.0, from.1))?;
        let Some(row) = rows.next()? else { return Ok(Some(kinds)) };
        let (name, status): Kind = (row.get(0)?, row.get(1)?);
        from = (name.clone(), status.saturating_add(1));
        kinds.push((name, status));
    }
    Ok(None)
}

/// Whether few ids begin so.
fn has_few(connection: &Connection, prefix: &str) -> Outcome<bool> {
    let mut conditions = Conditions::default();
    conditions.id_prefix(prefix, true);
    let (mut sql, mut params) = ("SELECT count(*) FROM (SELECT 1 FROM instance WHERE TRUE".to_owned(), Vec::new());
    conditions.push_to(&mut sql, &mut params);
    sql.push_str(" LIMIT ?)");
    params.push((NARROW + 1).into());
    let count: i64 = connection.prepare_cached(&sql)?.query_row(params_from_iter(&params), |row| row.get(0))?;
    Ok(count <= NARROW)
}

#[expect(clippy::disallowed_methods, reason = "how long somebody waits for a list is real time")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "small numbers of a test")]
mod tests {
    use super::{
        super::{
            commit::{Change, Committer},
            schema,
        },
        *,
    };
    use crate::model::{Batch, Tags, Timestamp};

    fn pieces(page: Page, newest: i64) -> Vec<(i64, i64)> {
        let mut keys = Keys::of(&page, newest);
        std::iter::from_fn(|| keys.next(false)).collect()
    }

    /// A database with instances of so many orchestrators, in all states by turns.
    fn hub(orchestrators: usize, instances: i64) -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection, 0).unwrap();
        let records: Vec<_> = (1..=instances)
            .map(|key| InstanceRecord {
                key: InstanceKey(key),
                id: format!("i{key}").parse().unwrap(),
                name: format!("o{}", key.unsigned_abs() as usize % orchestrators).into(),
                version: None,
                status: Status::ALL[key.unsigned_abs() as usize / orchestrators % Status::ALL.len()],
                generation: 0,
                created: Timestamp::from_micros(key),
                updated: Timestamp::from_micros(key),
                parent: None,
                tags: Tags::new(),
                custom_status: None,
                parked: None,
                awake: false,
            })
            .collect();
        let batch = Batch { created: records, ..Batch::default() };
        let mut committer =
            Committer { connection: &connection, epoch: 0, inline_limit: 1_000, json: &mut Vec::new(), written: 0 };
        committer.commit(Change::Batch(&batch)).unwrap();
        connection
    }

    #[test]
    fn very_many_kinds_are_found_one_by_one_or_all_at_once() {
        for (orchestrators, of_failed) in [(1, Some(1)), (16, Some(16)), (17, None), (90, None)] {
            let connection = hub(orchestrators, 3_000);
            let failed = InstanceFilter { statuses: vec![Status::Failed], ..InstanceFilter::default() };
            assert_eq!(kinds(&connection, &failed).unwrap().map(|kinds| kinds.len()), of_failed, "{orchestrators}");
            let names = InstanceFilter {
                names: (0..16).map(|n| format!("o{n}").into()).chain(["nobody".into()]).collect(),
                ..InstanceFilter::default()
            };
            let all = InstanceFilter::default();
            let page = Page { after: None, limit: 1_000, oldest_first: false };
            let all = list(&connection, &all, &page, None).unwrap().instances;
            let older =
                list(&connection, &InstanceFilter::default(), &Page { after: Some(all[999].key), ..page }, None);
            let all: Vec<_> = all.into_iter().chain(older.unwrap().instances).collect();
            for filter in [failed, names] {
                let expected: Vec<_> = all.iter().filter(|record| filter.matches(record)).take(70).cloned().collect();
                let page = Page { after: None, limit: 70, oldest_first: false };
                let found = list(&connection, &filter, &page, None).unwrap();
                assert_eq!(found.instances, expected, "{orchestrators} {filter:?}");
            }
        }
    }

    #[test]
    fn pieces_grow_and_cover_all_keys_once() {
        let page = |after: Option<i64>, oldest_first| Page { after: after.map(InstanceKey), limit: 1, oldest_first };
        assert_eq!(pieces(page(None, false), 1_000), [(873, 1_000), (361, 872), (1, 360)]);
        assert_eq!(pieces(page(None, true), 1_000), [(1, 128), (129, 640), (641, 1_000)]);
        assert_eq!(pieces(page(Some(100), false), 1_000), [(1, 99)]);
        assert_eq!(pieces(page(Some(2_000), false), 3), [(1, 3)]);
        assert_eq!(pieces(page(Some(998), true), 1_000), [(999, 1_000)]);
        assert_eq!(pieces(page(Some(1), false), 1_000), []);
        assert_eq!(pieces(page(Some(1_000), true), 1_000), []);
        assert_eq!(pieces(page(None, false), 0), []);
        assert_eq!(pieces(page(Some(i64::MIN), false), i64::MAX), []);
    }
}
