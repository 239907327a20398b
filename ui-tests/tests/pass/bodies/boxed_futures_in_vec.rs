// good: durable futures of different kinds, boxed in one Vec
use std::time::Duration;

use durable::{future::LocalBoxDurable, prelude::*};

#[activity]
async fn by_mail(question: String) -> Result<String> {
    Ok(format!("mail: {question}"))
}

#[orchestrator]
async fn by_committee(ctx: &Context, question: String) -> Result<String> {
    let votes = durable::join!(ctx.event::<bool>("first"), ctx.event::<bool>("second"));
    let yes = votes.0? && votes.1?;
    Ok(format!("{question}: {yes}"))
}

#[orchestrator]
async fn ask_everywhere(ctx: &Context, question: String) -> Result<String> {
    let mut answers: Vec<LocalBoxDurable<'_, Result<String>>> = vec![
        ctx.call(by_mail(question.clone())).into_future(),
        ctx.call(by_committee(question.clone())).into_future(),
        Box::pin(ctx.event::<String>("answer")),
    ];
    let fallback = question.to_uppercase();
    answers.push(Box::pin(async move {
        ctx.timer(Duration::from_secs(3_600)).await;
        Ok(fallback)
    }));
    let count = answers.len();
    let (winner, answer) = durable::select_all(answers).await;
    ctx.set_status(&format!("{} of {count}", winner + 1));
    answer
}
