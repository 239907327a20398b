// good: functions are called through variables of all kinds of patterns, some with the names of unmarked functions
use durable::prelude::*;

fn report(text: &str) -> usize {
    std::fs::write("/tmp/report", text).map_or(0, |()| text.len())
}

#[activity]
async fn save(text: String) -> Result<usize> {
    Ok(report(&text))
}

#[deterministic]
fn trimmed(text: String) -> String {
    text.trim().to_owned()
}

#[deterministic]
fn shouted(text: String) -> String {
    text.to_uppercase()
}

#[deterministic]
fn doubled(text: String) -> String {
    text.repeat(2)
}

const PIPELINE: [fn(String) -> String; 3] = [trimmed, doubled, shouted];

struct Hooks<F> {
    before: F,
    after: Option<fn(String) -> String>,
}

#[orchestrator]
async fn call_everything(ctx: &Context, text: String, choice: u8) -> Result<usize> {
    let report = |text: &str| text.len();
    let mut text = text;
    for step in PIPELINE {
        text = step(text);
    }
    let (first, [second, ..]) = (trimmed as fn(String) -> String, PIPELINE);
    text = second(first(text));
    let chosen: fn(String) -> String = match choice {
        0 => trimmed,
        1 => doubled,
        _ => |text: String| text.chars().rev().collect(),
    };
    text = chosen(text);
    let Hooks { before, after } = Hooks { before: |text: &mut String| text.push('!'), after: Some(shouted) };
    before(&mut text);
    if let Some(after) = after {
        text = after(text);
    }
    let apply = |function: &dyn Fn(usize) -> usize, n| function(n);
    let steps: [(&str, fn(usize) -> usize); 2] = [("next", |n| n + 1), ("twice", |n| n * 2)];
    let size = steps.iter().fold(report(&text), |n, &(name, step)| {
        tracing::trace!("{name}");
        apply(&step, n)
    });
    if let Some(function) = (size > 1_000_000).then_some(doubled) {
        text = function(text);
    }
    Ok(size + ctx.call(save(text)).await?)
}
