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

/// How many columns the names of events have at least.
const EVENT: usize = 18;
/// How many columns there are before what an event says, but for its name.
const BESIDE: usize = 21;
/// How much of a payload is shown at least, and at most.
const PAYLOAD: (usize, usize) = (20, 100);

pub(super) async fn history(desk: &Desk, args: History) -> Result<Code, Failed> {
    let History { id, follow, failed, export } = args;
    if let Some(file) = export {
        return export::export(desk, &id, &file).await;
    }
    let mut watch = if follow { Some(Watch::open(&desk.backend).await?) } else { None };
    let limit = desk.out.is_table().then_some(4_096);
    let mut place = Follow::new(&id, limit);
    let (mut kept, mut is_first, mut width) = (Vec::new(), true, EVENT);
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
            width = events.iter().map(|(_, event)| text_of(event, "type").len()).fold(width, usize::max);
            if is_first {
                let header = row("#", "TIME", &format!("{:<width$}", "EVENT"), "WHAT");
                desk.out.print(&desk.out.paint(&header, console::Style::bold))?;
            }
            for (_, event) in &events {
                desk.out.print(&line(&desk.out, event, width))?;
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
    format!("{number:>5}  {time:<10}  {event}  {what}").trim_end().to_owned()
}

fn line(out: &Output, event: &Value, width: usize) -> String {
    let number = event.get("sequence").map(Value::to_string).unwrap_or_default();
    let name = format!("{:<width$}", escape(text_of(event, "type")));
    let name = if has_failed(event) { out.paint(&name, console::Style::red) } else { name };
    row(
        &number,
        &out.time(event.get("timestamp")),
        &name,
        &what(out, event, out.columns().saturating_sub(width + BESIDE)),
    )
}

/// What an event says, in a few words; payloads are cut to what there is room for.
fn what(out: &Output, event: &Value, room: usize) -> String {
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
            (None, Some(value)) => {
                let taken = words.iter().map(|word| console::measure_text_width(word) + 1).sum();
                words.push(cut(&value.to_string(), room.saturating_sub(taken).clamp(PAYLOAD.0, PAYLOAD.1)));
            }
        }
    }
    if let Some(failure) = event.get("failure").filter(|failure| !failure.is_null()) {
        words.push(failure_line(failure));
    }
    words.join(" ")
}
