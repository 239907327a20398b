use durable::prelude::*;
use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

#[orchestrator]
pub async fn number(ctx: &Context, prices: HashMap<String, u64>) -> Result<BTreeMap<String, Uuid>> {
    let shop = ctx.new_uuid();
    let named =
        prices.keys().map(|name| (name.clone(), Uuid::new_v5(&shop, name.as_bytes()))).collect::<BTreeMap<_, _>>();
    let fresh = durable::sorted(prices).map(|(article, _)| (article, ctx.new_uuid()));
    Ok(fresh.chain(named).collect())
}
