//! `durable get`.

use serde_json::Value;

use super::{
    Desk,
    args::One,
    failed::{Code, Failed},
    output::{Output, text_of},
    request::{Answer, Request},
    text::{cut, escape},
};

/// How much of a payload is shown to people.
const SHOWN: usize = 2_000;

pub(super) async fn get(desk: &Desk, One { id }: One) -> Result<Code, Failed> {
    let answer = details(desk, &id).await?;
    let instance = answer.value()?;
    desk.out.one(&answer.body, &id, || describe(&desk.out, &instance))?;
    Ok(Code::Done)
}

/// What is known of an instance, without its history.
pub(super) async fn details(desk: &Desk, id: &str) -> Result<Answer, Failed> {
    desk.backend.ask(Request::get(["instances", id]).query("showDetails", "true")).await
}

/// An instance for people.
pub(super) fn describe(out: &Output, instance: &Value) -> String {
    let details = instance.get("details").unwrap_or(&Value::Null);
    let of = |object: &Value, name: &str| object.get(name).filter(|value| !value.is_null()).cloned();
    let mut lines = Vec::new();
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{name:<15}{value}"));
        }
    };
    line("id", escape(text_of(instance, "instanceId")));
    line("orchestrator", escape(text_of(instance, "name")));
    line("version", escape(text_of(details, "version")));
    line("status", out.status(text_of(instance, "runtimeStatus")));
    if let Some(parked) = of(instance, "parked") {
        line("parked", out.paint(&escape(text_of(&parked, "message")), console::Style::yellow));
    }
    line("created", out.time(instance.get("createdTime")));
    line("updated", out.time(instance.get("lastUpdatedTime")));
    let generation = details.get("generation").and_then(Value::as_u64).unwrap_or_default();
    if generation > 0 {
        line("generation", generation.to_string());
    }
    if let Some(parent) = of(details, "parent") {
        line("parent", escape(text_of(&parent, "instance_id")));
    }
    if let Some(Value::Object(tags)) = of(details, "tags") {
        let tags = tags.iter().map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()));
        line("tags", escape(&tags.collect::<Vec<_>>().join(", ")));
    }
    for (name, member) in [("input", "input"), ("custom status", "customStatus")] {
        line(name, of(instance, member).map(|value| cut(&value.to_string(), SHOWN)).unwrap_or_default());
    }
    match of(details, "failure") {
        Some(failure) => {
            line("failure", out.paint(&failure_line(&failure), console::Style::red));
            for cause in failure.get("causes").and_then(Value::as_array).into_iter().flatten() {
                line("", format!("because {}", escape(cause.as_str().unwrap_or_default())));
            }
            line("", text_of(&failure, "location").to_owned());
        }
        None => line("output", of(instance, "output").map(|value| cut(&value.to_string(), SHOWN)).unwrap_or_default()),
    }
    let waiting = details.get("waitingFor").and_then(Value::as_array).into_iter().flatten();
    for (number, what) in waiting.enumerate() {
        line(if number == 0 { "waits for" } else { "" }, cut(what.as_str().unwrap_or_default(), SHOWN));
    }
    lines.join("\n")
}

/// A failure on one line.
pub(super) fn failure_line(failure: &Value) -> String {
    let message = text_of(failure, "message");
    let kind = match (text_of(failure, "type"), text_of(failure, "kind")) {
        // Whose message says so already, or that say nothing.
        ("", "Application" | "Terminated") => return cut(message, SHOWN),
        ("", kind) => kind,
        (name, _) => name,
    };
    cut(&format!("{kind}: {message}"), SHOWN)
}
