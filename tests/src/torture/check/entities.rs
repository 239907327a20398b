//! What the counters must hold.

use std::collections::{HashMap, HashSet};

use durable::{Client, EntityId};

use super::{Evidence, Violations};
use crate::torture::{instance::Instance, plan::Plan, program::Counter};

async fn tokens(client: &Client, key: &str) -> Result<Vec<String>, Violations> {
    let state = client.read_named(&EntityId::new("Counter", key).map_err(durable::Error::from)?).await?;
    let counter: Counter = match state {
        None => Counter::default(),
        Some(state) => state.decode().map_err(durable::Error::from)?,
    };
    if counter.value != counter.tokens.len() as u64 {
        return Err(Violations::one(format!("`{key}` counts {} of {}", counter.value, counter.tokens.len())));
    }
    Ok(counter.tokens)
}

/// Checks the counters; gives the number of orchestrations that they started.
pub(super) async fn check_entities(
    evidence: &Evidence<'_>,
    client: &Client,
    ids: &HashSet<String>,
    violations: &mut Vec<String>,
) -> Result<usize, Violations> {
    let mut launched = 0;
    for lane in evidence.lanes {
        let held = tokens(client, lane.key).await?;
        violations.extend(lane.flaws(&held));
        if lane.verb.1 == "relay" && tokens(client, "relayed").await? != held {
            violations.push("the counter `relayed` did not get what `relay` sent, once and in order".to_owned());
        }
        if lane.verb.1 == "launch" {
            launched = held.len();
            let missing = held.iter().filter(|token| !ids.contains(&format!("launched-{}-{token}", lane.key)));
            violations.extend(missing.map(|token| format!("`{}` did not start its orchestration {token}", lane.key)));
        }
    }
    if !tokens(client, "refused").await?.is_empty() {
        violations.push("a signal of an operation that failed was sent".to_owned());
    }
    check_tallies(evidence, client, violations).await?;
    check_sections(evidence, client, violations).await?;
    Ok(launched)
}

/// What orchestrations send is exact: once each, in order.
async fn check_tallies(
    evidence: &Evidence<'_>,
    client: &Client,
    violations: &mut Vec<String>,
) -> Result<(), Violations> {
    let mut senders: HashMap<u64, Vec<(&str, u64)>> = HashMap::new();
    for Instance { id, plan, .. } in evidence.instances {
        if let Plan::Tally { counter, signals } = plan {
            senders.entry(*counter).or_default().push((id, *signals));
        }
    }
    for number in 0..evidence.counters {
        let key = format!("tally-{number}");
        let held = tokens(client, &key).await?;
        let mut got: HashMap<&str, Vec<&str>> = HashMap::new();
        for token in &held {
            let (id, n) = token.rsplit_once('/').unwrap_or(("", token));
            got.entry(id).or_default().push(n);
        }
        for (id, signals) in senders.remove(&number).unwrap_or_default() {
            let wanted: Vec<String> = (0..=signals).map(|n| n.to_string()).collect();
            let got = got.remove(id).unwrap_or_default();
            if got != wanted {
                violations.push(format!("`{key}` got from `{id}` {got:?} instead of {wanted:?}"));
            }
        }
        violations
            .extend(got.iter().map(|(id, tokens)| format!("`{key}` got from `{id}`, who sent nothing, {tokens:?}")));
    }
    Ok(())
}

/// In what was locked, nothing stands between the beginning of a section and its end, and all sections are there.
async fn check_sections(
    evidence: &Evidence<'_>,
    client: &Client,
    violations: &mut Vec<String>,
) -> Result<(), Violations> {
    let mut sections: HashMap<u64, HashSet<&str>> = HashMap::new();
    for Instance { id, plan, .. } in evidence.instances {
        if let Plan::Together { counters, .. } = plan
            && !plan.is_doomed()
        {
            for counter in counters {
                sections.entry(*counter).or_default().insert(id);
            }
        }
    }
    for number in 0..evidence.counters {
        let key = format!("together-{number}");
        let held = tokens(client, &key).await?;
        violations.extend(section_flaws(&key, &held, sections.remove(&number).unwrap_or_default()));
    }
    let locked = client.entities().locked(true).with_transient().await?;
    violations.extend(locked.entities.iter().map(|record| format!("`{}` is still locked: {record:?}", record.id)));
    Ok(())
}

/// What is wrong with the tokens of one counter; `expected` are the sections that came to their end.
fn section_flaws(key: &str, held: &[String], mut expected: HashSet<&str>) -> Vec<String> {
    let mut flaws = Vec::new();
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for token in held {
        let (id, what) = token.rsplit_once('/').unwrap_or(("", token));
        match sections.last_mut() {
            Some((last, done)) if *last == id => done.push(what),
            _ => sections.push((id, vec![what])),
        }
    }
    let mut seen = HashSet::new();
    for (id, done) in sections {
        if !seen.insert(id) {
            flaws.push(format!("`{key}`: something stands in the middle of the section of `{id}`: {held:?}"));
        }
        let (begins, ends) = done.split_at(done.iter().position(|what| *what == "ends").unwrap_or(done.len()));
        let orderly = begins.iter().all(|what| *what == "begins") && ends.iter().all(|what| *what == "ends");
        // A counter that is named twice is written twice.
        if !orderly || (expected.remove(id) && begins.len() != ends.len()) {
            flaws.push(format!("`{key}`: the section of `{id}` did {done:?}"));
        }
    }
    flaws.extend(expected.iter().map(|id| format!("`{key}` has nothing of the section of `{id}`")));
    flaws
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::torture::{instance::Fate, lane::Lane};

    fn lane(tokens: Vec<Fate>) -> Lane {
        Lane { key: "plain", verb: ("signal", "add"), delayed: false, tokens }
    }

    fn held(tokens: &[&str]) -> Vec<String> {
        tokens.iter().map(|token| (*token).to_owned()).collect()
    }

    #[test]
    fn a_lost_acknowledged_operation_is_found() {
        let lane = lane(vec![Fate::Acknowledged, Fate::Unknown, Fate::Acknowledged]);
        assert!(lane.flaws(&held(&["0", "2"])).is_empty());
        assert!(lane.flaws(&held(&["0", "1", "2"])).is_empty());
        assert_eq!(lane.flaws(&held(&["0", "1"])).len(), 1);
    }

    #[test]
    fn a_section_that_is_broken_into_or_lost_is_found() {
        let check = |tokens: &[&str]| section_flaws("k", &held(tokens), HashSet::from(["a", "b"])).len();
        assert_eq!(check(&["a/begins", "a/ends", "x/begins", "b/begins", "b/begins", "b/ends", "b/ends"]), 0);
        assert_eq!(check(&["a/begins", "b/begins", "b/ends", "a/ends"]), 2);
        assert_eq!(check(&["a/begins", "a/ends"]), 1);
        assert_eq!(check(&["a/begins", "b/begins", "b/ends"]), 1);
    }

    #[test]
    fn doubled_reordered_and_invented_operations_are_found() {
        let lane = lane(vec![Fate::Acknowledged, Fate::Acknowledged]);
        assert_eq!(lane.flaws(&held(&["0", "1", "1"])).len(), 1);
        assert_eq!(lane.flaws(&held(&["1", "0"])).len(), 1);
        assert_eq!(lane.flaws(&held(&["0", "1", "2"])).len(), 1);
    }
}
