//! `durable history`.

use serde_json::Value;

use super::{
    Desk,
    args::{Format, History},
    export,
    failed::{Code, Failed},
    follow::Follow,
    get::{details, failure_line},
    output::{Output, has_ended, text_of},
    text::{cut, escape},
    watch::Watch,
};

pub(super) async fn history(desk: &Desk, args: History) -> Result<Code, Failed> {
    let History { id, follow, failed, export } = args;
    if let Some(file) = export {
        return export::export(desk, &id, &file).await;
    }
    let mut watch = if follow { Some(Watch::open(&desk.backend).await?) } else { None };
    let limit = desk.out.is_table().then_some(4_096);
    let mut place = Follow::new(&id, limit);
    let (mut kept, mut is_first) = (Vec::new(), true);
    loop {
        // Asked for before the events, so that none comes after the last one.
        let ended = watch.is_none() || has_ended(&details(desk, &id).await?.value()?);
        let news = place.news(desk).await?;
        if news.begins_anew {
            desk.out.say(format_args!("{} continued as new.", escape(&id)));
        }
        let mut events = Vec::new();
        for raw in news.events {
            let event: Value = serde_json::from_str(raw.get()).unwrap_or_default();
            if !failed || has_failed(&event) {
                events.push((raw, event));
            }
        }
        if desk.out.is_table() {
            if is_first {
                desk.out.print(&desk.out.paint(&row("#", "TIME", "EVENT", "WHAT"), console::Style::bold))?;
            }
            for (_, event) in &events {
                desk.out.print(&line(&desk.out, event))?;
            }
        }
        let raw: Vec<_> = events.into_iter().map(|(raw, _)| raw).collect();
        desk.out.some(&raw, |event| event.get("sequence").map(Value::to_string).unwrap_or_default())?;
        if desk.out.format == Format::Json {
            kept.extend(raw);
        }
        is_first = false;
        match &mut watch {
            Some(watch) if !ended => watch.changed(std::slice::from_ref(&id)).await,
            _ => {
                desk.out.all(&kept)?;
                return Ok(Code::Done);
            }
        }
    }
}

fn has_failed(event: &Value) -> bool {
    event.get("failure").is_some_and(|failure| !failure.is_null())
}

fn row(number: &str, time: &str, event: &str, what: &str) -> String {
    format!("{number:>5}  {time:<12}  {event:<33}  {what}").trim_end().to_owned()
}

fn line(out: &Output, event: &Value) -> String {
    let number = event.get("sequence").map(Value::to_string).unwrap_or_default();
    let name = format!("{:<33}", escape(text_of(event, "type")));
    let name = if has_failed(event) { out.paint(&name, console::Style::red) } else { name };
    row(&number, &out.time(event.get("timestamp")), &name, &what(out, event))
}

/// What an event says, in a few words.
fn what(out: &Output, event: &Value) -> String {
    let mut words = Vec::new();
    if let Some(id) = event.get("id").or_else(|| event.get("section")) {
        words.push(format!("#{id}"));
    }
    for name in ["name", "entity", "operation", "instanceId", "reason", "status"] {
        match text_of(event, name) {
            "" => {}
            text => words.push(cut(text, 200)),
        }
    }
    if let Some(locks) = event.get("lockSet") {
        words.push(cut(&locks.to_string(), 200));
    }
    if let Some(attempt) = event.get("attempt").and_then(Value::as_u64).filter(|attempt| *attempt > 1) {
        words.push(format!("attempt {attempt}"));
    }
    match event.get("fireAt") {
        None | Some(Value::Null) => {}
        time => words.push(format!("due {}", out.time(time))),
    }
    for name in ["input", "result"] {
        let omitted = event.get("omitted").and_then(|omitted| omitted.get(name));
        match (omitted, event.get(name)) {
            (Some(bytes), _) => words.push(format!("({bytes} bytes)")),
            (None, None | Some(Value::Null)) => {}
            (None, Some(value)) => words.push(cut(&value.to_string(), 100)),
        }
    }
    if let Some(failure) = event.get("failure").filter(|failure| !failure.is_null()) {
        words.push(failure_line(failure));
    }
    words.join(" ")
}
