//! `durable entity`.

use serde_json::{Value, json, value::RawValue};

use super::{
    Desk,
    args::{Entity, EntityName, Format, Operation},
    failed::{Code, Failed},
    filters::EntityFilters,
    input,
    output::{cell, text_of},
    request::Request,
    text::{cut, escape},
};

/// How many come at a time.
const PAGE: usize = 100;

pub(super) async fn entity(desk: &Desk, command: Entity) -> Result<Code, Failed> {
    match command {
        Entity::List(filters) => list(desk, &filters).await?,
        Entity::Get(entity) => get(desk, &entity).await?,
        Entity::Signal(operation) => signal(desk, &operation).await?,
        Entity::Call(operation) => call(desk, &operation).await?,
        Entity::Delete(entity) => delete(desk, &entity).await?,
    }
    Ok(Code::Done)
}

/// The key in a path, where nothing can't stand.
fn in_path(key: &str) -> &str {
    if key.is_empty() { "$" } else { key }
}

fn id(entity: &Value) -> String {
    let id = entity.get("entityId").unwrap_or(&Value::Null);
    format!("@{}@{}", text_of(id, "name"), text_of(id, "key"))
}

async fn list(desk: &Desk, filters: &EntityFilters) -> Result<(), Failed> {
    let mut left = if filters.limit == 0 { usize::MAX } else { filters.limit };
    let (mut kept, mut continuation): (Vec<Box<RawValue>>, _) = (Vec::new(), None);
    let word = |flag: Option<bool>| flag.map(|flag| if flag { "true" } else { "false" });
    while left > 0 {
        let mut request = Request::get(["entities"].into_iter().chain(filters.name.as_deref()))
            .query("top", &left.min(PAGE).to_string())
            .query("fetchState", "true")
            .query_some("keyPrefix", filters.key_prefix.as_deref())
            .query_some("locked", word(filters.locked))
            .query_some("parked", word(filters.parked));
        request.continuation = continuation;
        let answer = desk.backend.ask(request).await?;
        let items = answer.items()?;
        left -= items.len().min(left);
        desk.out.some(&items, id)?;
        if matches!(desk.out.format, Format::Table | Format::Json) {
            kept.extend(items);
        }
        continuation = answer.continuation;
        if continuation.is_none() {
            break;
        }
    }
    desk.out.all(&kept)?;
    if !desk.out.is_table() {
        return Ok(());
    }
    if kept.is_empty() {
        desk.out.say("No entity matches.");
        return Ok(());
    }
    let rows = kept.iter().map(|item| {
        let entity: Value = serde_json::from_str(item.get()).unwrap_or_default();
        let named = entity.get("entityId").unwrap_or(&Value::Null);
        let state = entity.get("state").unwrap_or(&Value::Null);
        vec![
            cell(text_of(named, "name")),
            cell(text_of(named, "key")),
            cell(desk.out.time(entity.get("lastOperationTime"))),
            cell(note(&entity)),
            cell(if state.is_null() { String::new() } else { state.to_string() }),
        ]
    });
    desk.out.print(&desk.out.table(&["NAME", "KEY", "CHANGED", "NOTE", "STATE"], rows))
}

/// What is to be told of an entity in a few words.
fn note(entity: &Value) -> String {
    match (entity.get("parked"), entity.get("lockedBy")) {
        (Some(parked), _) if !parked.is_null() => format!("parked: {}", text_of(parked, "message")),
        (_, Some(holder)) if !holder.is_null() => format!("locked by {}", text_of(holder, "instance_id")),
        _ => String::new(),
    }
}

async fn get(desk: &Desk, EntityName { name, key }: &EntityName) -> Result<(), Failed> {
    let request = Request::get(["entities", name, in_path(key)]).query("showDetails", "true");
    let answer = desk.backend.ask(request).await?;
    let entity = answer.value()?;
    desk.out.one(&answer.body, &id(&entity), || {
        let mut lines = vec![
            format!("{:<10}{}", "entity", escape(&id(&entity))),
            format!("{:<10}{}", "changed", desk.out.time(entity.get("lastOperationTime"))),
        ];
        let state = entity.get("state").unwrap_or(&Value::Null);
        lines.push(format!("{:<10}{}", "state", cut(&state.to_string(), 2_000)));
        let note = note(&entity);
        if !note.is_empty() {
            lines.push(format!("{:<10}{}", "note", escape(&note)));
        }
        let backlog = entity.get("backlog").and_then(Value::as_u64).unwrap_or_default();
        if backlog > 0 {
            lines.push(format!("{:<10}{backlog} messages", "backlog"));
        }
        let waiting = entity.get("waiting").and_then(Value::as_array).into_iter().flatten();
        for (number, holder) in waiting.enumerate() {
            let name = if number == 0 { "waiting" } else { "" };
            lines.push(format!("{name:<10}{}", escape(text_of(holder, "instance_id"))));
        }
        lines.join("\n")
    })
}

async fn signal(desk: &Desk, Operation { name, key, op, input }: &Operation) -> Result<(), Failed> {
    let request = Request::post(["entities", name, in_path(key)]).query("op", op);
    desk.backend.ask(request.json(input::json(input.as_deref())?)).await?;
    let id = format!("@{name}@{key}");
    let done = json!({"entityId": {"name": name, "key": key}, "signaled": op});
    desk.out.one(&done.to_string(), &id, || format!("Sent {} to {}.", escape(op), escape(&id)))
}

async fn call(desk: &Desk, Operation { name, key, op, input }: &Operation) -> Result<(), Failed> {
    let request = Request::post(["entities", name, in_path(key), "call"]).query("op", op);
    let answer = desk.backend.ask(request.json(input::json(input.as_deref())?)).await;
    let answer = answer.map_err(|failed| match desk.backend.path() {
        Ok(_) => failed.advise("only the program can perform operations: let it run, and ask it by --url"),
        Err(_) => failed,
    })?;
    desk.out.one(&answer.body, &format!("@{name}@{key}"), || cut(&answer.body, 2_000))
}

async fn delete(desk: &Desk, EntityName { name, key }: &EntityName) -> Result<(), Failed> {
    desk.backend.ask(Request::delete(["entities", name, in_path(key)])).await?;
    let id = format!("@{name}@{key}");
    let done = json!({"entityId": {"name": name, "key": key}, "signaled": "delete"});
    desk.out.one(&done.to_string(), &id, || format!("Sent delete to {}.", escape(&id)))
}
