// marked helpers that call themselves and each other
use durable::prelude::*;
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Node {
    size: u64,
    children: Vec<Node>,
}

#[deterministic]
fn total(node: &Node) -> u64 {
    node.size + total_of(&node.children)
}

#[deterministic]
fn total_of(nodes: &[Node]) -> u64 {
    match nodes {
        [] => 0,
        [first, rest @ ..] => total(first) + total_of(rest),
    }
}

#[deterministic]
fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[orchestrator]
async fn size(ctx: &Context, root: Node) -> Result<u64> {
    let size = total(&root);
    ctx.set_status(&gcd(size, 12));
    Ok(size)
}
