// good: durable futures kept by name in a BTreeMap, awaited in the order of the names
use std::collections::BTreeMap;

use durable::{future::LocalBoxDurable, prelude::*};

#[activity]
async fn measure(metric: String, host: String) -> Result<f64> {
    Ok((metric.len() * host.len()) as f64)
}

#[deterministic]
fn in_parallel<'a>(
    ctx: &'a Context,
    names: impl IntoIterator<Item = String>,
    host: &str,
) -> BTreeMap<String, LocalBoxDurable<'a, Result<f64>>> {
    names.into_iter().map(|name| (name.clone(), ctx.call(measure(name, host.to_owned())).into_future())).collect()
}

#[orchestrator]
async fn health(ctx: &Context, host: String) -> Result<BTreeMap<String, f64>> {
    let names = ["memory", "cpu", "disk"].map(str::to_owned);
    let mut pending = in_parallel(ctx, names, &host);
    let cpu = pending.remove("cpu");
    let mut values = BTreeMap::new();
    if let Some(cpu) = cpu {
        values.insert("cpu".to_owned(), cpu.await?);
    }
    let (names, futures): (Vec<String>, Vec<_>) = pending.into_iter().unzip();
    let rest = durable::try_join_all(futures).await?;
    values.extend(names.into_iter().zip(rest));
    Ok(values)
}
