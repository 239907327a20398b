// as many calls as there are numbers
use durable::prelude::*;
#[activity]
async fn square(n: u64) -> Result<u64> {
    Ok(n * n)
}

#[orchestrator]
async fn sum_of_squares(ctx: &Context, up_to: u64) -> Result<u64> {
    let squares = durable::try_join_all((1..=up_to).map(|n| ctx.call(square(n)))).await?;
    Ok(squares.iter().sum())
}
