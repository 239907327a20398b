// good: BTreeMap and BTreeSet with ranges, splits and entries
use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    ops::Bound,
};

use durable::prelude::*;

#[activity]
async fn reserve_slot(minute: u32, guest: String) -> Result<bool> {
    Ok(minute % 2 == 0 || guest.len() > 3)
}

#[orchestrator]
async fn book_slots(ctx: &Context, wishes: Vec<(u32, String)>, opening: u32, closing: u32) -> Result<BTreeMap<u32, String>> {
    let mut slots: BTreeMap<u32, String> = BTreeMap::new();
    let mut refused = BTreeSet::new();
    for (minute, guest) in wishes {
        match slots.entry(minute) {
            Entry::Vacant(slot) => {
                slot.insert(guest);
            }
            Entry::Occupied(_) => {
                refused.insert(guest);
            }
        }
    }
    let late = slots.split_off(&closing);
    refused.extend(late.into_values());
    let early: Vec<u32> = slots.range(..opening).map(|(minute, _)| *minute).collect();
    for minute in early {
        refused.extend(slots.remove(&minute));
    }
    let noon = slots.range((Bound::Excluded(719), Bound::Included(780))).count();
    tracing::info!(noon, first = ?slots.first_key_value(), "slots");
    for (minute, guest) in &slots {
        if !ctx.call(reserve_slot(*minute, guest.clone())).await? {
            refused.insert(guest.clone());
        }
    }
    slots.retain(|_, guest| !refused.contains(guest));
    while let Some(last) = slots.last_entry()
        && *last.key() + 30 > closing
    {
        tracing::info!("{} would leave too late", last.remove());
    }
    ctx.set_status(&refused);
    Ok(slots)
}
