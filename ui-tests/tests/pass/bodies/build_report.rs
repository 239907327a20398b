// good: a text report is built with write! and iterator adapters
use std::fmt::Write as _;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Sale {
    region: String,
    product: String,
    cents: i64,
}

#[activity]
async fn sales_of(month: String) -> Result<Vec<Sale>> {
    Ok(vec![Sale { region: "north".into(), product: month, cents: 12_345 }])
}

#[deterministic]
fn euros(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02} EUR", cents.abs() / 100, cents.abs() % 100)
}

#[orchestrator]
async fn monthly_report(ctx: &Context, month: String) -> Result<String> {
    let mut sales = ctx.call(sales_of(month.clone())).await?;
    sales.sort_by(|a, b| a.region.cmp(&b.region).then(b.cents.cmp(&a.cents)));
    let mut report = String::new();
    writeln!(report, "# Sales in {month}")?;
    for group in sales.chunk_by(|a, b| a.region == b.region) {
        let total: i64 = group.iter().map(|sale| sale.cents).sum();
        writeln!(report, "\n## {} ({})", group[0].region, euros(total))?;
        for (index, Sale { product, cents, .. }) in group.iter().enumerate() {
            writeln!(report, "{:>3}. {product:<20} {:>14}", index + 1, euros(*cents))?;
        }
    }
    let best = sales.iter().max_by_key(|sale| sale.cents);
    if let Some(Sale { product, .. }) = best {
        write!(&mut report, "\nBest: {product}")?;
    }
    Ok(report)
}
