//! `durable wait`, and waiting in general.

use serde_json::Value;

use super::{
    Desk,
    args::Wait,
    failed::{Code, Failed},
    get::{details, failure_line},
    output::{cell, has_ended, status_cell, text_of},
    request::Answer,
    watch::Watch,
};

pub(super) async fn wait(desk: &Desk, Wait { ids, any }: Wait) -> Result<Code, Failed> {
    let ended = until_ended(desk, &ids, any).await?;
    report(desk, &ended)
}

/// Waits until all these instances have ended, or the first of them; what is known of those that have.
pub(super) async fn until_ended(desk: &Desk, ids: &[String], any: bool) -> Result<Vec<Answer>, Failed> {
    let mut watch = Watch::open(&desk.backend).await?;
    let mut waiting: Vec<String> = ids.to_vec();
    let mut ended = Vec::new();
    loop {
        let mut still = Vec::new();
        for id in waiting {
            let answer = details(desk, &id).await?;
            if has_ended(&answer.value()?) {
                ended.push(answer);
            } else {
                still.push(id);
            }
        }
        if still.is_empty() || (any && !ended.is_empty()) {
            return Ok(ended);
        }
        watch.changed(&still).await;
        waiting = still;
    }
}

/// Prints how they have ended, and says so by the exit code.
pub(super) fn report(desk: &Desk, ended: &[Answer]) -> Result<Code, Failed> {
    let mut rows = Vec::new();
    let mut raw = Vec::new();
    let mut code = Code::Done;
    for answer in ended {
        let instance = answer.value()?;
        let status = text_of(&instance, "runtimeStatus").to_owned();
        if status != "Completed" {
            code = Code::Unsuccessful;
        }
        raw.extend(serde_json::value::RawValue::from_string(answer.body.clone()));
        rows.push(vec![cell(text_of(&instance, "instanceId")), status_cell(&status, false), cell(outcome(&instance))]);
    }
    desk.out.some(&raw, |instance| text_of(instance, "instanceId").to_owned())?;
    desk.out.all(&raw)?;
    if desk.out.is_table() {
        desk.out.print(&desk.out.table(&["ID", "STATUS", "OUTPUT"], rows))?;
    }
    Ok(code)
}

/// What an instance left.
fn outcome(instance: &Value) -> String {
    let failure =
        instance.get("details").and_then(|details| details.get("failure")).filter(|failure| !failure.is_null());
    match (failure, instance.get("output")) {
        (Some(failure), _) => failure_line(failure),
        (None, Some(output)) => output.to_string(),
        (None, None) => String::new(),
    }
}
