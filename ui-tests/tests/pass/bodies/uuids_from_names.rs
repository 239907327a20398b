// good: name-based and parsed UUIDs and Ulids, and those of ctx
use durable::prelude::*;
use serde::{Deserialize, Serialize};
use ulid::Ulid;
use uuid::Uuid;

const NAMESPACE: Uuid = Uuid::from_u128(0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    id: Uuid,
    parent: Option<Uuid>,
    key: String,
}

#[deterministic]
fn id_of(path: &[String]) -> Uuid {
    path.iter().fold(NAMESPACE, |parent, part| Uuid::new_v5(&parent, part.as_bytes()))
}

#[activity]
async fn insert(entry: Entry) -> Result<Uuid> {
    Ok(entry.id)
}

#[orchestrator]
async fn insert_tree(ctx: &Context, paths: Vec<Vec<String>>, batch: String) -> Result<Vec<String>> {
    let batch: Uuid = batch.parse().or_else(|_| Uuid::parse_str("00000000-0000-0000-0000-000000000001"))?;
    let millis = u64::try_from(ctx.now().as_micros() / 1_000)?;
    let ulid = Ulid::from_parts(millis, batch.as_u128());
    let again = Ulid::from_string(&ulid.to_string())?;
    let mut ids = vec![again.to_string()];
    for path in paths {
        let parent = path.split_last().map(|(_, above)| id_of(above));
        let id = if path.is_empty() { ctx.new_uuid() } else { id_of(&path) };
        let entry = Entry { id, parent: parent.filter(|parent| !parent.is_nil()), key: path.join("/") };
        let stored = ctx.call(insert(entry)).await?;
        if stored.get_version_num() != 5 {
            return Err(Error::fatal(format!("{} is no v5", stored.hyphenated())));
        }
        ids.push(stored.simple().to_string());
    }
    Ok(ids)
}
