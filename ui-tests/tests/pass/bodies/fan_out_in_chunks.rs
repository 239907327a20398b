// good: a fan-out with a limit, chunk by chunk
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Mail {
    to: String,
    text: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Outcome {
    sent: usize,
    failed: Vec<String>,
}

const AT_ONCE: usize = 20;

#[activity]
async fn send(mail: Mail) -> Result<()> {
    tracing::info!("{}: {}", mail.to, mail.text);
    Ok(())
}

#[orchestrator]
async fn send_all(ctx: &Context, mails: Vec<Mail>) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let batches = mails.len().div_ceil(AT_ONCE);
    for (number, batch) in mails.chunks(AT_ONCE).enumerate() {
        let results = durable::join_all(batch.iter().map(|mail| ctx.call(send(mail.clone())))).await;
        for (mail, result) in batch.iter().zip(results) {
            match result {
                Ok(()) => outcome.sent += 1,
                Err(error) => outcome.failed.push(format!("{}: {error}", mail.to)),
            }
        }
        ctx.set_status(&format!("batch {} of {batches}", number + 1));
    }
    Ok(outcome)
}
