//! The same for all instances that match: counted first, confirmed, and then done by a job of the program.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use super::{
    Desk,
    args::Change,
    ask,
    failed::{Code, Failed},
    list,
    output::{has_ended, text_of},
    request::{Answer, Request},
    text::escape,
    watch::Watch,
};

/// How many examples are shown before one is asked.
const EXAMPLES: usize = 5;

pub(super) async fn bulk(desk: &Desk, verb: &str, args: &Change, recursive: bool) -> Result<Code, Failed> {
    let counted = run(desk, request(desk, verb, args, recursive).query("dryRun", "true"), None).await?;
    let report = output(&counted)?;
    forget(desk, &counted).await?;
    let count = number(&report, "done");
    if args.dry_run || count == 0 {
        desk.out.one(&report.to_string(), "", || {
            let skipped = number(&report, "skipped");
            format!("{} would be {}; {skipped} that match are not in a state for it.", instances(count), done(verb))
        })?;
        return Ok(Code::Done);
    }
    if !desk.yes {
        confirm(desk, verb, args, count).await?;
    }
    let ended = run(desk, request(desk, verb, args, recursive), Some(count)).await?;
    let report = output(&ended)?;
    let job = ended.value()?;
    desk.out.one(&ended.body, text_of(&job, "instanceId"), || describe(verb, &report))?;
    Ok(if number(&report, "failed") > 0 { Code::Error } else { Code::Done })
}

fn request(desk: &Desk, verb: &str, args: &Change, recursive: bool) -> Request {
    let request = args.filters.apply(Request::post(["bulk", verb]), desk.out.now);
    let request = request.query_some("reason", args.reason.as_deref());
    let request = if args.all { request.query("all", "true") } else { request };
    if recursive { request.query("recursive", "true") } else { request }
}

/// Starts a job and waits for its end, with a bar for people who watch.
async fn run(desk: &Desk, request: Request, total: Option<u64>) -> Result<Answer, Failed> {
    let started = desk.backend.ask(request).await?.value()?;
    let id = text_of(&started, "id").to_owned();
    let mut watch = Watch::open(&desk.backend).await?;
    let bar = match total {
        Some(total) if io::stderr().is_terminal() => ProgressBar::new(total),
        _ => ProgressBar::hidden(),
    };
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    loop {
        let answer = desk.backend.ask(Request::get(["instances", &id]).query("showInput", "false")).await?;
        let job = answer.value()?;
        if has_ended(&job) {
            bar.finish_and_clear();
            return Ok(answer);
        }
        if let Some(report) = job.get("customStatus") {
            bar.set_position(number(report, "done") + number(report, "failed"));
        }
        watch.changed(std::slice::from_ref(&id)).await;
    }
}

/// The report of a job.
fn output(ended: &Answer) -> Result<Value, Failed> {
    let job = ended.value()?;
    match job.get("output") {
        Some(report) if text_of(&job, "runtimeStatus") == "Completed" => Ok(report.clone()),
        other => {
            let why = other.and_then(Value::as_str).unwrap_or_default();
            let id = text_of(&job, "instanceId");
            Err(Failed::new(
                Code::Error,
                format!("the job {id} has ended as {}: {why}", text_of(&job, "runtimeStatus")),
            ))
        }
    }
}

/// Removes a job that has only counted.
async fn forget(desk: &Desk, counted: &Answer) -> Result<(), Failed> {
    let id = text_of(&counted.value()?, "instanceId").to_owned();
    desk.backend.ask(Request::delete(["instances", &id])).await.map(drop)
}

/// Asks whoever sits there to type the number.
async fn confirm(desk: &Desk, verb: &str, args: &Change, count: u64) -> Result<(), Failed> {
    let what = format!("{} would be {}", instances(count), done(verb));
    if !ask::can_ask() {
        return Err(Failed::usage(format!("{what}, and nobody can be asked")).advise("add --yes to do it"));
    }
    let mut lines = vec![format!("{what}, such as:")];
    list::pages(desk, &args.filters, EXAMPLES, false, |page| {
        for item in page {
            let instance: Value = serde_json::from_str(item.get()).unwrap_or_default();
            let shown = ["instanceId", "name", "runtimeStatus"].map(|name| escape(text_of(&instance, name)));
            lines.push(format!("  {}", shown.join("  ")));
        }
        Ok(())
    })
    .await?;
    writeln!(io::stderr(), "{}", lines.join("\n"))?;
    ask::typed(&count.to_string(), &format!("{verb} {}", if count == 1 { "it" } else { "them" })).await
}

fn describe(verb: &str, report: &Value) -> String {
    let (changed, skipped, failed) = (number(report, "done"), number(report, "skipped"), number(report, "failed"));
    let mut lines = vec![format!(
        "{} {}; {skipped} that match were not in a state for it, {failed} failed.",
        instances(changed),
        done(verb)
    )];
    for failure in report.get("failures").and_then(Value::as_array).into_iter().flatten() {
        lines.push(format!("  {}: {}", escape(text_of(failure, "instanceId")), escape(text_of(failure, "message"))));
    }
    lines.join("\n")
}

fn number(report: &Value, name: &str) -> u64 {
    report.get(name).and_then(Value::as_u64).unwrap_or_default()
}

fn instances(count: u64) -> String {
    if count == 1 { "1 instance".to_owned() } else { format!("{count} instances") }
}

fn done(verb: &str) -> &'static str {
    match verb {
        "suspend" => "suspended",
        "resume" => "resumed",
        "terminate" => "terminated",
        "rewind" => "rewound",
        _ => "purged",
    }
}
