// good: a graph of tasks is run layer by layer, in topological order
use std::collections::{BTreeMap, BTreeSet};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Task {
    name: String,
    needs: BTreeSet<String>,
}

#[activity]
async fn execute(name: String, inputs: Vec<i64>) -> Result<i64> {
    Ok(name.len() as i64 + inputs.iter().sum::<i64>())
}

#[deterministic]
fn layers(tasks: &[Task]) -> Result<Vec<Vec<&Task>>> {
    let mut waiting: Vec<&Task> = tasks.iter().collect();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let mut layers = Vec::new();
    while !waiting.is_empty() {
        let (ready, blocked): (Vec<&Task>, Vec<&Task>) =
            waiting.into_iter().partition(|task| task.needs.iter().all(|need| done.contains(need.as_str())));
        if ready.is_empty() {
            let names: Vec<&str> = blocked.iter().map(|task| task.name.as_str()).collect();
            return Err(Error::fatal(format!("a circle in {}", names.join(", "))));
        }
        done.extend(ready.iter().map(|task| task.name.as_str()));
        layers.push(ready);
        waiting = blocked;
    }
    Ok(layers)
}

#[orchestrator]
async fn run_graph(ctx: &Context, tasks: Vec<Task>) -> Result<BTreeMap<String, i64>> {
    let mut results: BTreeMap<String, i64> = BTreeMap::new();
    for (number, layer) in layers(&tasks)?.into_iter().enumerate() {
        let calls: Vec<_> = layer
            .iter()
            .map(|task| {
                let inputs = task.needs.iter().filter_map(|need| results.get(need).copied()).collect();
                ctx.call(execute(task.name.clone(), inputs))
            })
            .collect();
        let values = durable::try_join_all(calls).await?;
        results.extend(layer.into_iter().map(|task| task.name.clone()).zip(values));
        ctx.set_status(&format!("layer {number} is done"));
    }
    Ok(results)
}
