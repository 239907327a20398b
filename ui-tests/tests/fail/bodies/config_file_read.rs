#![allow(unused)]
// bad: the configuration is read from a file inside the orchestrator
use durable::prelude::*;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct ReportConfig {
    recipients: Vec<String>,
    max_rows: usize,
}

#[activity]
async fn collect_rows(day: String) -> Result<Vec<String>> {
    Ok(vec![format!("{day};1"), format!("{day};2")])
}

#[activity]
async fn send_mail(to: String, body: String) -> Result<()> {
    tracing::info!("{to}: {body}");
    Ok(())
}

#[orchestrator]
async fn nightly_report(ctx: &Context, day: String) -> Result<usize> {
    let text = std::fs::read_to_string("/etc/reports/nightly.json")?;
    let config: ReportConfig = serde_json::from_str(&text)?;
    let mut rows = ctx.call(collect_rows(day.clone())).await?;
    rows.sort();
    rows.truncate(config.max_rows);
    let body = rows.join("\n");
    for recipient in &config.recipients {
        ctx.call(send_mail(recipient.clone(), body.clone())).await?;
    }
    Ok(config.recipients.len())
}

fn main() {}
