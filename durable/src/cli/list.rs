//! `durable list`.

use std::collections::BTreeSet;

use serde_json::{Value, value::RawValue};

use super::{
    Desk,
    args::{Format, List},
    failed::{Code, Failed},
    filters::Filters,
    output::{cell, status_cell, text_of},
    request::Request,
    watch::Watch,
};

/// How many come at a time.
const PAGE: usize = 100;

pub(super) async fn list(desk: &Desk, args: List) -> Result<Code, Failed> {
    if !args.watch {
        let items = all(desk, &args).await?;
        finish(desk, &items)?;
        return Ok(Code::Done);
    }
    let mut watch = Watch::open(&desk.backend).await?;
    let mut shown = BTreeSet::new();
    loop {
        let mut items = Vec::new();
        pages(desk, &args.filters, args.limit, args.oldest_first, |page| {
            items.extend(page);
            Ok(())
        })
        .await?;
        let known: BTreeSet<_> = items.iter().map(|item| item.get().to_owned()).collect();
        if shown != known {
            // People see all of them again, programs those that are new or have changed.
            if desk.out.is_terminal() && desk.out.is_table() {
                console::Term::stdout().clear_screen()?;
            }
            finish(desk, &items)?;
            let news: Vec<_> = items.into_iter().filter(|item| !shown.contains(item.get())).collect();
            desk.out.some(&news, id)?;
            shown = known;
        }
        watch.changed(&[]).await;
    }
}

/// Everything that is asked for, printed as it comes where that can be done; kept is what is printed at the end.
async fn all(desk: &Desk, args: &List) -> Result<Vec<Box<RawValue>>, Failed> {
    let mut kept = Vec::new();
    pages(desk, &args.filters, args.limit, args.oldest_first, |page| {
        desk.out.some(&page, id)?;
        if matches!(desk.out.format, Format::Table | Format::Json) {
            kept.extend(page);
        }
        Ok(())
    })
    .await?;
    Ok(kept)
}

/// The instances that match, page by page; 0 means no limit. A page may be short, or empty, and more may come: whoever
/// answers does not look for long at a time.
pub(super) async fn pages(
    desk: &Desk,
    filters: &Filters,
    limit: usize,
    oldest_first: bool,
    mut each: impl FnMut(Vec<Box<RawValue>>) -> Result<(), Failed>,
) -> Result<(), Failed> {
    let mut left = if limit == 0 { usize::MAX } else { limit };
    let mut continuation = None;
    while left > 0 {
        let mut request = filters.apply(Request::get(["instances"]), desk.out.now);
        request = request.query("top", &left.min(PAGE).to_string());
        if oldest_first {
            request = request.query("oldestFirst", "true");
        }
        if matches!(desk.out.format, Format::Table | Format::Id | Format::None) {
            // Which are not shown, and need not be read; but of what has failed the output says why.
            let failed = desk.out.is_table() && filters.is_failed();
            request = request.query("showInput", "false").query("showOutput", if failed { "true" } else { "false" });
        }
        request.continuation = continuation;
        let answer = desk.backend.ask(request).await?;
        let items = answer.items()?;
        left -= items.len().min(left);
        each(items)?;
        continuation = answer.continuation;
        if continuation.is_none() {
            break;
        }
    }
    Ok(())
}

fn finish(desk: &Desk, items: &[Box<RawValue>]) -> Result<(), Failed> {
    desk.out.all(items)?;
    if !desk.out.is_table() {
        return Ok(());
    }
    if items.is_empty() {
        desk.out.say("No instance matches.");
        return Ok(());
    }
    let rows = items.iter().map(|item| {
        let instance: Value = serde_json::from_str(item.get()).unwrap_or_default();
        vec![
            cell(text_of(&instance, "instanceId")),
            cell(text_of(&instance, "name")),
            status_cell(text_of(&instance, "runtimeStatus"), instance.get("parked").is_some()),
            cell(desk.out.time(instance.get("createdTime"))),
            cell(desk.out.time(instance.get("lastUpdatedTime"))),
            cell(note(&instance)),
        ]
    });
    desk.out.print(&desk.out.table(&["ID", "NAME", "STATUS", "CREATED", "UPDATED", "NOTE"], rows))
}

/// What is to be told of an instance in a few words: why it is parked or has failed, or its custom status.
fn note(instance: &Value) -> String {
    let parked = instance.get("parked").and_then(|parked| parked.get("message")).and_then(Value::as_str);
    let output = instance.get("output").and_then(Value::as_str);
    let failure = output.filter(|_| text_of(instance, "runtimeStatus") == "Failed");
    match (parked.or(failure), instance.get("customStatus")) {
        (Some(message), _) => message.to_owned(),
        (None, None | Some(Value::Null)) => String::new(),
        (None, Some(Value::String(text))) => text.clone(),
        (None, Some(custom)) => custom.to_string(),
    }
}

fn id(instance: &Value) -> String {
    text_of(instance, "instanceId").to_owned()
}
