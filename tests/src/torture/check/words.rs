//! What there is to say when something went wrong.

use std::{
    collections::VecDeque,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use durable::{Client, model::Event};

use super::{Violations, all_instances, block_on};

/// How many lines of the log are shown.
const LAST: usize = 15;
/// How many unfinished instances are shown.
const SHOWN: usize = 20;

/// What the target logged last.
pub(in crate::torture) fn last_words(log: &Path) -> Vec<String> {
    let mut last = VecDeque::new();
    // Refusing is what one operation is for.
    for line in lines(log).filter(|line| !line.contains("@Counter@refuse")) {
        if last.len() == LAST {
            last.pop_front();
        }
        last.push_back(format!("the target logged: {line}"));
    }
    last.into()
}

/// The panics of the target.
pub(super) fn panics(log: &Path) -> Vec<String> {
    lines(log).filter(|line| line.contains("panicked at")).map(|line| format!("the target panicked: {line}")).collect()
}

fn lines(log: &Path) -> impl Iterator<Item = String> {
    File::open(log).into_iter().flat_map(|file| BufReader::new(file).lines().map_while(Result::ok))
}

/// Who has not ended, why, and what happened last.
pub(in crate::torture) fn unfinished(database: &Path) -> Vec<String> {
    let describe = async || -> Result<Vec<String>, Violations> {
        let client = Client::read_only(database).await?;
        let mut lines = Vec::new();
        for instance in all_instances(&client).await?.into_iter().filter(|instance| !instance.status.is_terminal()) {
            if lines.len() == SHOWN {
                break;
            }
            let history = client.history(&instance.id).await?.unwrap_or_default();
            let events: Vec<_> = history.iter().flat_map(|segment| &segment.events).collect();
            let last = events.iter().skip(events.len().saturating_sub(4)).map(|event| brief(event)).collect::<Vec<_>>();
            let (id, status, generation) = (&instance.id, instance.status, instance.generation);
            let parked = instance.parked.map(|parked| parked.to_string());
            lines.push(format!(
                "unfinished: `{id}` is {status} in generation {generation}, parked: {parked:?}, {} events, last {last:?}",
                events.len()
            ));
        }
        Ok(lines)
    };
    match block_on(describe()) {
        Ok(Ok(lines)) => lines,
        Ok(Err(violations)) | Err(violations) => violations.0,
    }
}

fn brief(event: &Event) -> String {
    format!("{event:?}").chars().take(120).collect()
}
