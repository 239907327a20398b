// windows, uniqueness and extremes with itertools
use durable::prelude::*;
use itertools::{Itertools, MinMaxResult, izip};

#[orchestrator]
async fn analyse(ctx: &Context, temperatures: Vec<i64>, weights: Vec<i64>) -> Result<(usize, usize, i64)> {
    ctx.set_status("analysing");
    let rises = temperatures.iter().tuple_windows::<(_, _)>().filter(|(a, b)| a < b).count();
    let distinct = temperatures.iter().unique().collect_vec().len();
    let spread = match temperatures.iter().minmax() {
        MinMaxResult::MinMax(low, high) => high - low,
        MinMaxResult::NoElements | MinMaxResult::OneElement(_) => 0,
    };
    let weighted: i64 = izip!(&temperatures, &weights).map(|(t, w)| t * w).sum();
    Ok((rises, distinct, spread + weighted))
}
