// good: Dijkstra over a graph that an activity delivers
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use durable::prelude::*;

type Graph = BTreeMap<String, Vec<(String, u64)>>;

#[activity]
async fn load_roads(country: String) -> Result<Graph> {
    Ok(Graph::from([(country, vec![("b".to_owned(), 3)])]))
}

#[activity]
async fn reserve_truck(route: Vec<String>) -> Result<u64> {
    Ok(route.len() as u64)
}

#[deterministic]
fn shortest(graph: &Graph, from: &str, to: &str) -> Option<(u64, Vec<String>)> {
    let mut best: BTreeMap<&str, (u64, Option<&str>)> = BTreeMap::from([(from, (0, None))]);
    let mut heap = BinaryHeap::from([Reverse((0_u64, from))]);
    while let Some(Reverse((cost, node))) = heap.pop() {
        if node == to {
            break;
        }
        if best.get(node).is_some_and(|(known, _)| *known < cost) {
            continue;
        }
        for (next, length) in graph.get(node).into_iter().flatten() {
            let candidate = cost + length;
            if best.get(next.as_str()).is_none_or(|(known, _)| candidate < *known) {
                best.insert(next.as_str(), (candidate, Some(node)));
                heap.push(Reverse((candidate, next.as_str())));
            }
        }
    }
    let (total, _) = *best.get(to)?;
    let mut route: Vec<String> =
        std::iter::successors(Some(to), |node| best.get(node).and_then(|(_, before)| *before)).map(str::to_owned).collect();
    route.reverse();
    Some((total, route))
}

#[orchestrator]
async fn plan_delivery(ctx: &Context, country: String, from: String, to: String) -> Result<u64> {
    let graph = ctx.call(load_roads(country)).await?;
    let (kilometres, route) =
        shortest(&graph, &from, &to).ok_or_else(|| Error::fatal(format!("no way from {from} to {to}")))?;
    ctx.set_status(&kilometres);
    ctx.call(reserve_truck(route)).await
}
