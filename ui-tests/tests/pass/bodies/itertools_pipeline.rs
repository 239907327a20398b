// good: itertools adapters that keep the order
use durable::prelude::*;
use itertools::{Itertools, izip};

#[activity]
async fn store(rows: Vec<String>) -> Result<usize> {
    Ok(rows.len())
}

#[orchestrator]
async fn pipeline(ctx: &Context, names: Vec<String>, values: Vec<i64>, units: Vec<char>) -> Result<usize> {
    let sorted = izip!(&names, &values, &units)
        .map(|(name, value, unit)| (name.as_str(), *value, *unit))
        .sorted_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)))
        .unique_by(|(name, ..)| *name)
        .collect_vec();
    let rising = values.iter().tuple_windows().filter(|(a, b)| a < b).count();
    let (low, high) = values.iter().copied().minmax().into_option().unwrap_or_default();
    let runs = values.iter().dedup_with_count().map(|(count, value)| format!("{value}x{count}")).join(" ");
    let header = [names.first(), names.last()].into_iter().flatten().map(|name| name.to_uppercase()).join("..");
    let mut rows = vec![format!("{header} {rising} {low}..{high} {runs}")];
    for (sign, group) in &sorted.iter().chunk_by(|(_, value, _)| value.signum()) {
        rows.push(format!("{sign:+}: {}", group.map(|(name, value, unit)| format!("{name}={value}{unit}")).format(",")));
    }
    for (a, b) in (0..3).cartesian_product(['x', 'y']) {
        rows.push(format!("{a}{b}"));
    }
    let position = rows.iter().find_position(|row| row.is_empty()).map(|(index, _)| index);
    ctx.set_status(&position);
    let mut stored = 0;
    for batch in &rows.into_iter().chunks(10) {
        let batch = batch.collect_vec();
        stored += ctx.call(store(batch)).await?;
    }
    Ok(stored)
}
