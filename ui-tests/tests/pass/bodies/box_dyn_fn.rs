// functions in a table
use durable::prelude::*;
use std::collections::BTreeMap;

type Formula = Box<dyn Fn(f64, f64) -> f64>;

#[orchestrator]
async fn calculate(ctx: &Context, name: String, a: f64, b: f64) -> Result<f64> {
    ctx.set_status(&name);
    let mut formulas: BTreeMap<&str, Formula> = BTreeMap::new();
    formulas.insert("add", Box::new(|a, b| a + b));
    formulas.insert("max", Box::new(f64::max));
    let factor = a.abs();
    formulas.insert("scale", Box::new(move |_, b| b * factor));
    let formula = formulas.get(name.as_str()).ok_or_else(|| Error::new("unknown formula"))?;
    Ok(formula(a, b))
}
