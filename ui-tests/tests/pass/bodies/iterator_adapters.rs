// good: iterator adapters of all kinds
use durable::prelude::*;

#[activity]
async fn weigh(items: Vec<u32>) -> Result<u64> {
    Ok(items.into_iter().map(u64::from).sum())
}

#[orchestrator]
async fn adapters(ctx: &Context, numbers: Vec<u32>, words: Vec<String>) -> Result<Vec<u64>> {
    let (even, odd): (Vec<u32>, Vec<u32>) = numbers.iter().partition(|number| **number % 2 == 0);
    let running: Vec<u32> = numbers
        .iter()
        .scan(0_u32, |sum, number| {
            *sum = sum.checked_add(*number)?;
            Some(*sum)
        })
        .take_while(|sum| *sum < 10_000)
        .collect();
    let pairs: Vec<u32> = numbers.windows(2).map(|pair| pair[0].abs_diff(pair[1])).collect();
    let lengths: Vec<u32> = words
        .iter()
        .flat_map(|word| word.split('-'))
        .filter_map(|part| u32::try_from(part.chars().count()).ok())
        .skip_while(|length| *length < 2)
        .step_by(2)
        .inspect(|length| tracing::trace!(length, "kept"))
        .chain(std::iter::once(7))
        .collect();
    let (small, large): (Vec<u32>, Vec<u32>) = even.iter().zip(odd.iter().cycle()).map(|(a, b)| (a / 2, a + b)).unzip();
    let position = words.iter().position(|word| word.starts_with('x')).map_or(0, |index| index as u32 + 1);
    let mut peekable = numbers.iter().peekable();
    let mut runs = 0;
    while let Some(number) = peekable.next() {
        if peekable.next_if(|next| *next > number).is_none() {
            runs += 1;
        }
    }
    let last = numbers.iter().copied().reduce(|a, b| a ^ b).into_iter().chain([position, runs]);
    let all = [running, pairs, lengths, small, large, last.collect()];
    durable::try_join_all(all.into_iter().map(|items| ctx.call(weigh(items)))).await
}
