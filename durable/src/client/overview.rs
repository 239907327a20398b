//! What a task hub holds, at a glance.

use std::collections::HashMap;

use super::Client;
use crate::{
    model::{Failure, InstanceId, InstanceRecord, Name, Result, Status, Timestamp},
    store::MAX_PAGE,
};

/// How many instances and entities there are, and what fails; from [`Client::overview`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Overview {
    /// How many instances there are of each orchestrator in each state, ordered by both; none that are 0.
    pub instances: Vec<(Name, Status, u64)>,
    /// How many instances are parked, whatever their state.
    pub parked: u64,
    /// How many entities there are of each name, also those that are only locked.
    pub entities: Vec<(String, u64)>,
    /// Why the newest failed instances have failed, the most frequent reason first.
    pub failures: Vec<FailureGroup>,
    /// How many failed instances were looked at for that: 1,000 at most.
    pub failures_examined: u64,
}

/// Instances of one orchestrator that have failed for the same reason.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FailureGroup {
    /// The orchestrator.
    pub name: Name,
    /// The type of the error, without its path; empty if it has none.
    pub error_type: String,
    /// What their messages have in common: all that holds a digit is `#`, all in backticks or double quotes is `…`.
    pub pattern: String,
    /// The message of the newest of them.
    pub message: String,
    /// How many there are.
    pub count: u64,
    /// When the newest of them failed.
    pub latest: Timestamp,
    /// The newest of them.
    pub instance_id: InstanceId,
}

impl Client {
    /// How many instances and entities there are, and why the newest failed instances have failed.
    ///
    /// ```
    /// # use durable::prelude::*;
    /// # #[orchestrator]
    /// # async fn ship(ctx: &Context, order: u64) -> Result<()> {
    /// #     Err(Error::new(format!("no stock for order {order}")))
    /// # }
    /// # #[tokio::main]
    /// # async fn main() -> Result<()> {
    /// # let runtime = Runtime::builder().memory().register(registry![ship]).start().await?;
    /// # let client = runtime.client();
    /// for order in 1..=3 {
    ///     assert!(client.start(ship(order)).await?.output().await.is_err());
    /// }
    /// let overview = client.overview().await?;
    /// assert_eq!(overview.instances, [("ship".into(), Status::Failed, 3)]);
    /// assert_eq!(overview.failures[0].pattern, "no stock for order #");
    /// assert_eq!(overview.failures[0].count, 3);
    /// # runtime.shutdown().await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The store can't be read.
    pub async fn overview(&self) -> Result<Overview> {
        let read = |catalog: &dyn crate::store::Catalog| Ok((catalog.counts()?, catalog.failures(MAX_PAGE)?));
        let (counts, failed) = self.read_catalog(read).await?;
        Ok(Overview {
            instances: counts.instances,
            parked: counts.parked,
            entities: counts.entities,
            failures_examined: failed.len() as u64,
            failures: grouped(failed),
        })
    }
}

/// Those with the same orchestrator, type of error and pattern together; `failed` has the newest first.
fn grouped(failed: Vec<(InstanceRecord, Failure)>) -> Vec<FailureGroup> {
    let mut places = HashMap::new();
    let mut groups: Vec<FailureGroup> = Vec::new();
    for (InstanceRecord { id, name, updated, .. }, Failure { error_type, message, .. }) in failed {
        let pattern = pattern(&message);
        let place = *places.entry((name.clone(), error_type.clone(), pattern.clone())).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => {
                group.count += 1;
                if updated > group.latest {
                    (group.latest, group.message, group.instance_id) = (updated, message, id);
                }
            }
            None => groups.push(FailureGroup {
                name,
                error_type,
                pattern,
                message,
                count: 1,
                latest: updated,
                instance_id: id,
            }),
        }
    }
    groups.sort_by(|a, b| b.count.cmp(&a.count).then(b.latest.cmp(&a.latest)));
    groups
}

/// A message without what differs from case to case.
fn pattern(message: &str) -> String {
    let mut pattern = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(first) = rest.chars().next() {
        let quoted = rest.strip_prefix(['`', '"']).and_then(|inner| Some(inner.split_once(first)?.1));
        if let Some(behind) = quoted {
            pattern.extend([first, '…', first]);
            rest = behind;
            continue;
        }
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()).max(first.len_utf8());
        let (word, behind) = rest.split_at(end);
        pattern.push_str(if word.contains(|c: char| c.is_ascii_digit()) { "#" } else { word });
        rest = behind;
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, expected: &str) {
        assert_eq!(pattern(message), expected);
    }

    #[test]
    fn numbers_ids_and_quoted_names_are_what_differs_from_case_to_case() {
        check("short of 4 at 10.5%", "short of # at #.#%");
        check("no user `alice` in \"x y\", said 127.0.0.1:80", "no user `…` in \"…\", said #.#.#.#:#");
        check("order 7f3a-91bc can't be found", "order #-# can't be found");
        check("an open ` and an open \" stay", "an open ` and an open \" stay");
        check("Grüße, 東京", "Grüße, 東京");
        check("", "");
    }
}
