#![allow(unused)]
// bad: the Debug form of a HashMap shows its iteration order
use std::collections::HashMap;

use durable::prelude::*;

#[activity]
async fn classify(text: String) -> Result<String> {
    Ok(if text.contains('?') { "question".to_owned() } else { "statement".to_owned() })
}

#[activity]
async fn archive(summary: String) -> Result<()> {
    tracing::info!("{summary}");
    Ok(())
}

#[orchestrator]
async fn classify_inbox(ctx: &Context, mails: Vec<String>) -> Result<usize> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for mail in &mails {
        let class = ctx.call(classify(mail.clone())).await?;
        *counts.entry(class).or_insert(0) += 1;
    }
    let questions = counts.get("question").copied().unwrap_or_default();
    if questions == 0 {
        return Ok(0);
    }
    ctx.call(archive(format!("classified: {counts:?}"))).await?;
    Ok(questions as usize)
}

fn main() {}
