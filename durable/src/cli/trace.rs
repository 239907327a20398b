//! `durable trace`: what an instance did, as a tree.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::{
    Desk,
    args::Trace,
    failed::{Code, Failed},
    follow::Follow,
    get::{details, failure_line},
    output::{Output, has_ended, text_of},
    steps::{Step, steps},
    text::cut,
    times,
    watch::Watch,
};
use crate::model::Timestamp;

/// How many columns a bar has, and on a narrow terminal.
const BAR: (usize, usize) = (20, 12);
/// What is a narrow terminal.
const NARROW: usize = 120;
/// How many columns there are beside the text and the bar: a duration, a status, and space.
const BESIDE: usize = 24;
/// How many columns a text has, however narrow the terminal is.
const TEXT: usize = 20;
/// How often a tree is drawn at most.
const REDRAW: Duration = Duration::from_millis(100);

/// An instance with what it did.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    instance_id: String,
    name: String,
    runtime_status: String,
    start: Timestamp,
    end: Option<Timestamp>,
    steps: Vec<Branch>,
}

#[derive(Debug, Serialize)]
struct Branch {
    #[serde(flatten)]
    step: Step,
    /// `None` for what is no child, and for a child that is purged or too deep.
    #[serde(skip_serializing_if = "Option::is_none")]
    child: Option<Box<Node>>,
}

pub(super) async fn trace(desk: &Desk, Trace { id, follow, depth }: Trace) -> Result<Code, Failed> {
    let mut watch = if follow { Some(Watch::open(&desk.backend).await?) } else { None };
    let is_redrawn = follow && desk.out.is_terminal() && desk.out.is_table();
    let mut drawn = 0;
    loop {
        let node = node(desk, &id, depth).await?;
        let ended = node.end.is_some();
        if is_redrawn {
            let tree = draw(&desk.out, &node);
            console::Term::stdout().clear_last_lines(drawn)?;
            desk.out.print(&tree)?;
            drawn = tree.lines().count();
        }
        match &mut watch {
            // Of the children as well, whose ids are not all known yet.
            Some(watch) if !ended => watch.changed(&[]).await,
            _ => {
                if !is_redrawn {
                    let json = serde_json::to_string(&node).unwrap_or_default();
                    desk.out.one(&json, &id, || draw(&desk.out, &node))?;
                }
                return Ok(Code::Done);
            }
        }
        tokio::time::sleep(REDRAW).await;
    }
}

/// Reads an instance and, down to some depth, its children.
async fn node(desk: &Desk, id: &str, depth: usize) -> Result<Node, Failed> {
    let instance = details(desk, id).await?.value()?;
    let events = Follow::new(id, Some(0)).news(desk).await?.events;
    let events: Vec<Value> = events.iter().filter_map(|raw| serde_json::from_str(raw.get()).ok()).collect();
    let time = |name: &str, rough: &str| {
        let exact = instance.get("details").map(|details| text_of(details, name)).unwrap_or_default();
        exact.parse().or_else(|_| text_of(&instance, rough).parse()).unwrap_or_default()
    };
    let mut branches = Vec::new();
    for step in steps(&events) {
        let child = match &step.instance_id {
            Some(child) if depth > 0 => match Box::pin(node(desk, child, depth - 1)).await {
                Ok(child) => Some(Box::new(child)),
                // It was purged, or is only about to be created.
                Err(failed) if failed.code == Code::NotFound => None,
                Err(failed) => return Err(failed),
            },
            _ => None,
        };
        branches.push(Branch { step, child });
    }
    let awaited = instance.get("details").and_then(|details| details.get("awaitedEvents"));
    for name in awaited.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        let since = time("updated", "lastUpdatedTime");
        branches.push(Branch { step: Step::awaited(name, since), child: None });
    }
    Ok(Node {
        instance_id: text_of(&instance, "instanceId").to_owned(),
        name: text_of(&instance, "name").to_owned(),
        runtime_status: text_of(&instance, "runtimeStatus").to_owned(),
        start: time("created", "createdTime"),
        end: has_ended(&instance).then(|| time("updated", "lastUpdatedTime")),
        steps: branches,
    })
}

/// One line of a tree.
struct Line {
    text: String,
    failed: bool,
    start: Timestamp,
    end: Option<Timestamp>,
}

fn draw(out: &Output, root: &Node) -> String {
    let mut lines = vec![Line {
        text: cut(&format!("{} {}", root.name, root.instance_id), 120),
        failed: root.runtime_status == "Failed",
        start: root.start,
        end: root.end,
    }];
    branches(root, "", &mut lines);
    let until = lines.iter().filter_map(|line| line.end).max().unwrap_or(root.start);
    let until = if root.end.is_none() { times::now().max(until) } else { until };
    let bar_width = if out.columns() < NARROW { BAR.1 } else { BAR.0 };
    let width = lines.iter().map(|line| console::measure_text_width(&line.text)).max().unwrap_or_default();
    let width = width.min(out.columns().saturating_sub(bar_width + BESIDE).max(TEXT));
    let lines = lines.iter().enumerate().map(|(number, line)| {
        let padded = console::pad_str(&line.text, width, console::Alignment::Left, Some("…"));
        let took = match line.end {
            Some(end) if end == line.start && number > 0 => String::new(),
            Some(end) => times::short(end.since(line.start)),
            None => format!("{}…", times::short(until.since(line.start))),
        };
        let bar = bar(line, root.start, until, bar_width);
        let bar = match (line.failed, line.end) {
            (true, _) => out.paint(&bar, console::Style::red),
            (false, None) => out.paint(&bar, console::Style::cyan),
            (false, Some(_)) => out.paint(&bar, console::Style::green),
        };
        let status = if number == 0 { out.status(&root.runtime_status) } else { String::new() };
        format!("{padded}  {took:>8}  {bar}  {status}").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// When something happened, within the time of the whole tree.
fn bar(line: &Line, from: Timestamp, until: Timestamp, width: usize) -> String {
    let whole = until.since(from).as_micros().max(1);
    let column = |time: Timestamp| {
        usize::try_from(time.since(from).as_micros() * (width as u128) / whole).unwrap_or(width).min(width - 1)
    };
    let (first, last) = (column(line.start), column(line.end.unwrap_or(until)));
    (0..width).map(|at| if (first..=last.max(first)).contains(&at) { '█' } else { '·' }).collect()
}

fn branches(node: &Node, indent: &str, lines: &mut Vec<Line>) {
    for (number, Branch { step, child }) in node.steps.iter().enumerate() {
        let is_last = number + 1 == node.steps.len();
        let (here, below) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        lines.push(Line {
            text: format!("{indent}{here}{}", describe(step)),
            failed: step.failure.is_some(),
            start: step.start,
            end: step.end,
        });
        let indent = format!("{indent}{below}");
        for (number, attempt) in step.attempts.iter().enumerate() {
            let text = format!("{indent}attempt {}{}", number + 1, why(attempt));
            lines.push(Line { text, failed: true, start: attempt.start, end: attempt.end });
        }
        if let Some(child) = child {
            branches(child, &indent, lines);
        }
    }
}

fn describe(step: &Step) -> String {
    let mut text = format!("{} {}", step.kind, step.name);
    if let Some(id) = &step.instance_id {
        text = format!("{text} {id}");
    }
    if !step.attempts.is_empty() {
        text = format!("{text}, attempt {}", step.attempts.len() + 1);
    }
    format!("{}{}", cut(text.trim_end(), 100), why(step))
}

/// Why it failed.
fn why(step: &Step) -> String {
    step.failure.as_ref().map(|failure| format!(": {}", cut(&failure_line(failure), 60))).unwrap_or_default()
}
