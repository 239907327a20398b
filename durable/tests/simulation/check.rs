//! Compares what happened with what must have.

use std::collections::BTreeSet;

use durable::{
    InstanceId, Status,
    store::{Catalog, EntityFilter, InstanceDetails, InstanceFilter, Page},
};

use super::{
    code,
    driver::Replies,
    entity::Entity,
    ledger::{SharedLedger, lock},
    program::{Failed, Plan, Value},
    world::{Ending, Instance, World},
};

/// What is seen of an instance from outside.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    status: String,
    generation: u32,
    custom_status: Option<i64>,
    /// What it returned, or how it failed.
    ending: String,
}

/// What differs, in words; nothing if all is as it must be.
pub fn differences(
    plan: &Plan,
    world: &World,
    catalog: &dyn Catalog,
    ledger: &SharedLedger,
    replies: &Replies,
) -> Vec<String> {
    let mut differences = Vec::new();
    let mut differ = |what: String, expected: String, found: String| {
        if expected != found {
            differences.push(format!("{what}\n  expected {expected}\n  found    {found}"));
        }
    };
    let mut chances = Vec::new();
    let (mut expected_others, mut found_others) = (Vec::new(), Vec::new());
    for (id, instance) in &world.instances {
        if id.starts_with('?') {
            expected_others.push(expected(instance));
            continue;
        }
        let details = catalog.instance(&InstanceId::new(id).unwrap()).unwrap();
        let found = details.map(|details| found(details, &mut chances));
        differ(format!("instance `{id}`"), format!("{:?}", Some(expected(instance))), format!("{found:?}"));
    }
    let all = Page { after: None, limit: 10_000, oldest_first: false };
    for record in catalog.instances(&InstanceFilter::default(), &all).unwrap() {
        if let Some(parked) = record.parked {
            differ(format!("instance `{}`", record.id), "not parked".to_owned(), format!("{parked}"));
        }
        if !world.instances.contains_key(record.id.as_str()) {
            found_others.push(found(catalog.instance(&record.id).unwrap().unwrap(), &mut chances));
        }
    }
    if world.has_successors {
        // What earlier parents of the same id have left behind may have made room.
        expected_others.retain(|other| found_others.contains(other));
        found_others.retain(|other| !expected_others.contains(other));
        expected_others.clear();
    }
    expected_others.sort();
    found_others.sort();
    differ("children of the usual ids".to_owned(), format!("{expected_others:?}"), format!("{found_others:?}"));
    let distinct: BTreeSet<_> = chances.iter().map(|chance| chance.split(' ').nth(1)).collect();
    differ("UUIDs that differ".to_owned(), chances.len().to_string(), distinct.len().to_string());

    for id in 0..u8::MAX {
        let Some(entity) = world.entities.get(&id) else { continue };
        let record = catalog.entity(&code::entity_id(id)).unwrap().map(|details| details.record);
        let found = record.map_or((None, None), |record| {
            (
                record.state.map(|state| code::stored(&state)),
                record.locked_by.map(|holder| holder.instance_id.to_string()),
            )
        });
        let Entity { state, holder, .. } = entity;
        let holder = holder.as_ref().map(|holder| holder.id.clone());
        let is_known = holder.as_ref().is_none_or(|holder| !holder.starts_with('?'));
        if is_known {
            differ(format!("entity {id}"), format!("{:?}", (state, holder)), format!("{found:?}"));
        }
    }
    let entities =
        catalog.entities(&EntityFilter { with_transient: true, ..EntityFilter::default() }, None, 1_000).unwrap();
    for record in entities {
        let is_idle = world.entities.values().all(Entity::is_idle);
        differ(
            format!("{} is parked or forgotten", record.id),
            "false".to_owned(),
            record.parked.is_some().to_string(),
        );
        differ(
            format!("{} is held although nobody does", record.id),
            "false".to_owned(),
            (is_idle && record.locked_by.is_some()).to_string(),
        );
    }
    differ_in_activities(world, ledger, &mut differ);
    for (command, replies) in lock(replies).iter() {
        // Of several events, the first may have ended the instance.
        if let [reply] = replies.as_slice() {
            let what = format!("the answer to {:?}", plan.commands[*command]);
            differ(what, format!("{:?}", world.replies[*command]), format!("{reply:?}"));
        }
    }
    differences
}

fn differ_in_activities(world: &World, ledger: &SharedLedger, differ: &mut impl FnMut(String, String, String)) {
    let ledger = lock(ledger);
    let known = |(id, ..): &&(String, i64, i64, u32)| !id.contains(':');
    let begun: BTreeSet<_> = ledger.begun();
    let begun: BTreeSet<_> = begun.iter().filter(known).collect();
    let surely: BTreeSet<_> =
        world.begun.difference(&world.maybe).filter(|attempt| !attempt.0.starts_with('?')).collect();
    let missing: Vec<_> = surely.difference(&begun).collect();
    let extra: Vec<_> = begun.iter().filter(|attempt| !world.begun.contains(**attempt)).collect();
    differ("activities that did not begin".to_owned(), "[]".to_owned(), format!("{missing:?}"));
    differ("activities that nobody asked for".to_owned(), "[]".to_owned(), format!("{extra:?}"));
}

fn expected(instance: &Instance) -> Seen {
    let ending = match &instance.ending {
        None => String::new(),
        Some(Ending::Completed(notes)) => format!("{notes:?}"),
        Some(Ending::Failed(failed)) => format!("{failed:?}"),
        Some(Ending::Terminated) => "terminated".to_owned(),
    };
    let Instance { generation, custom_status, .. } = *instance;
    Seen { status: instance.status().to_string(), generation, custom_status, ending }
}

fn found(details: InstanceDetails, chances: &mut Vec<String>) -> Seen {
    let InstanceDetails { record, output, failure, .. } = details;
    let ending = match (record.status, output, failure) {
        (Status::Completed, Some(output), None) => {
            let mut notes: Vec<Value> = output.decode().unwrap();
            for value in &mut notes {
                take_chances(value, chances);
            }
            format!("{notes:?}")
        }
        (Status::Failed, None, Some(failure)) => {
            format!("{:?}", Failed::of(&durable::Error::from_failure(failure)))
        }
        (Status::Terminated, None, Some(_)) => "terminated".to_owned(),
        (_, None, None) => String::new(),
        other => format!("{other:?}"),
    };
    let custom_status = record.custom_status.map(|status| status.decode().unwrap());
    Seen { status: record.status.to_string(), generation: record.generation, custom_status, ending }
}

/// What came by chance can't be expected, but it never comes twice. What a child returns is its parent's as well.
fn take_chances(value: &mut Value, chances: &mut Vec<String>) {
    match value {
        Value::Chance(chance) => {
            let chance = std::mem::take(chance);
            if !chances.contains(&chance) {
                chances.push(chance);
            }
        }
        Value::List(values) => values.iter_mut().for_each(|value| take_chances(value, chances)),
        Value::Nothing | Value::Number(_) | Value::Time(_) | Value::Failed(_) => {}
    }
}
