// good: a breadth-first crawl with a VecDeque
use std::collections::{BTreeMap, VecDeque};

use durable::prelude::*;

#[activity]
async fn links_of(page: String) -> Result<Vec<String>> {
    Ok(vec![format!("{page}/x"), format!("{page}/y")])
}

#[orchestrator]
async fn crawl(ctx: &Context, root: String, max_depth: usize) -> Result<BTreeMap<String, usize>> {
    let mut depth_of = BTreeMap::from([(root.clone(), 0_usize)]);
    let mut queue = VecDeque::from([root]);
    while let Some(page) = queue.pop_front() {
        let depth = depth_of.get(&page).copied().unwrap_or_default();
        if depth >= max_depth {
            continue;
        }
        let links = match ctx.call(links_of(page)).await {
            Ok(links) => links,
            Err(error) => {
                tracing::warn!(%error, depth, "a dead page");
                continue;
            }
        };
        for link in links {
            if depth_of.contains_key(&link) {
                continue;
            }
            depth_of.insert(link.clone(), depth + 1);
            if link.ends_with("/x") {
                queue.push_front(link);
            } else {
                queue.push_back(link);
            }
        }
        queue.make_contiguous().sort();
    }
    Ok(depth_of)
}
