#![allow(unused)]
// bad: rayon sums floating-point scores on a thread pool
use durable::prelude::*;
use rayon::prelude::*;

#[activity]
async fn score(document: String, query: String) -> Result<f64> {
    Ok(document.len() as f64 / (query.len() + 1) as f64)
}

#[activity]
async fn report(query: String, mean: f64) -> Result<()> {
    tracing::info!("{query}: {mean}");
    Ok(())
}

#[orchestrator]
async fn mean_score(ctx: &Context, documents: Vec<String>, query: String) -> Result<f64> {
    if documents.is_empty() {
        return Err(Error::fatal("no documents"));
    }
    let calls = documents.into_iter().map(|document| ctx.call(score(document, query.clone())));
    let scores = durable::try_join_all(calls).await?;
    let sum: f64 = scores.par_iter().map(|score| score * score).sum();
    let mean = (sum / scores.len() as f64).sqrt();
    ctx.call(report(query, mean)).await?;
    Ok(mean)
}

fn main() {}
