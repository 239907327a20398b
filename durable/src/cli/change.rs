//! What is done to instances one by one: events, and `suspend`, `resume`, `terminate`, `rewind` and `purge` by id.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{
    Desk,
    args::{Change, RaiseEvent},
    bulk,
    failed::{Code, Failed},
    input,
    output::text_of,
    request::Request,
    text::{cut, escape},
};

pub(super) async fn event(desk: &Desk, RaiseEvent { id, name, data }: RaiseEvent) -> Result<Code, Failed> {
    let data = input::json(data.as_deref())?.unwrap_or_else(|| "null".to_owned());
    desk.backend.ask(Request::post(["instances", &id, "raiseEvent", &name]).json(Some(data))).await?;
    let done = json!({"instanceId": id, "raised": name});
    desk.out.one(&done.to_string(), &id, || format!("Raised {} for {}.", escape(&name), escape(&id)))?;
    Ok(Code::Done)
}

/// Does it to those that are named, or to all that match.
pub(super) async fn change(desk: &Desk, verb: &str, args: Change, recursive: bool) -> Result<Code, Failed> {
    let is_filtered = args.all || !args.filters.is_empty();
    match (args.ids.is_empty(), is_filtered) {
        (false, true) => Err(Failed::usage("both ids and options that say which instances are given")
            .advise("give either ids, or options such as --name and --status")),
        (true, false) => Err(Failed::usage(format!("which instances is it to {verb}?"))
            .advise("give ids, or options such as --name and --status; --all means all")),
        (true, true) => bulk::bulk(desk, verb, &args, recursive).await,
        (false, false) => each(desk, verb, &args, recursive).await,
    }
}

async fn each(desk: &Desk, verb: &str, args: &Change, recursive: bool) -> Result<Code, Failed> {
    if args.dry_run && verb != "rewind" {
        let message = format!("--dry-run has no meaning for `{verb}` by id");
        return Err(Failed::usage(message).advise("`durable get` shows the state of an instance"));
    }
    let mut first_failure = None;
    for id in &args.ids {
        // The others are done all the same; the first that fails says how the command ends.
        if let Err(failed) = one(desk, verb, id, args, recursive).await {
            if args.ids.len() == 1 {
                return Err(failed);
            }
            if let Some(shown) = failed.shown() {
                writeln!(io::stderr(), "{shown}")?;
            }
            first_failure.get_or_insert(failed.code);
        }
    }
    Ok(first_failure.unwrap_or(Code::Done))
}

async fn one(desk: &Desk, verb: &str, id: &str, args: &Change, recursive: bool) -> Result<(), Failed> {
    let request = match verb {
        "purge" => Request::delete(["instances", id]),
        verb => Request::post(["instances", id, verb]),
    };
    let mut request = request.query_some("reason", args.reason.as_deref());
    if recursive {
        request = request.query("recursive", "true");
    }
    if args.dry_run {
        request = request.query("dryRun", "true");
    }
    let answer = desk.backend.ask(request).await?;
    if args.dry_run {
        let plan = answer.value()?;
        return desk.out.one(&answer.body, id, || describe_plan(&plan, 0));
    }
    let done = match verb {
        "suspend" => "Suspended",
        "resume" => "Resumed",
        "terminate" => "Terminated",
        "rewind" => "Rewound",
        _ => "Purged",
    };
    // Most answers are empty.
    let json = if answer.body.is_empty() { json!({"instanceId": id, "action": verb}).to_string() } else { answer.body };
    desk.out.one(&json, id, || format!("{done} {}.", escape(id)))
}

/// What a rewind would do, for people.
fn describe_plan(plan: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let count = |name: &str| plan.get(name).and_then(Value::as_u64).unwrap_or_default();
    let list = |name: &str| plan.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let (kept, dropped) = (count("kept"), count("dropped"));
    let id = escape(text_of(plan, "instanceId"));
    let mut lines = vec![format!("{indent}{id} would keep {kept} events and drop {dropped}; done again:")];
    let repeated = list("repeated");
    if repeated.is_empty() {
        lines.push(format!("{indent}  nothing that it had asked for"));
    }
    for what in &repeated {
        lines.push(format!("{indent}  {}", cut(what.as_str().unwrap_or_default(), 200)));
    }
    lines.extend(list("children").iter().map(|child| describe_plan(child, depth + 1)));
    lines.join("\n")
}
