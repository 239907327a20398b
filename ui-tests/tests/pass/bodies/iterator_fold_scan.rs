// folds, scans, partitions and the like
use durable::prelude::*;
#[orchestrator]
async fn balances(ctx: &Context, changes: Vec<i64>) -> Result<(Vec<i64>, i64, usize)> {
    ctx.set_status("computing");
    let running: Vec<i64> = changes
        .iter()
        .scan(0_i64, |balance, change| {
            *balance += change;
            Some(*balance)
        })
        .take_while(|balance| *balance >= 0)
        .collect();
    let (gains, losses): (Vec<i64>, Vec<i64>) = changes.iter().partition(|change| change.is_positive());
    let product = changes.iter().filter(|change| **change != 0).try_fold(1_i64, |product, change| product.checked_mul(*change));
    let worst = losses.iter().copied().reduce(i64::min).unwrap_or_default();
    Ok((running, product.unwrap_or(i64::MAX).saturating_add(worst), gains.len()))
}
