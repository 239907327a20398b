// good: k of n answers are enough
use durable::{future::LocalBoxDurable, prelude::*};

#[activity]
async fn vote(node: String, proposal: u64) -> Result<bool> {
    Ok((node.len() as u64 + proposal) % 3 != 0)
}

#[derive(Default)]
struct Tally {
    yes: usize,
    no: usize,
    silent: usize,
}

impl Tally {
    fn count(&mut self, vote: Result<bool>) {
        match vote {
            Ok(true) => self.yes += 1,
            Ok(false) => self.no += 1,
            Err(_) => self.silent += 1,
        }
    }

    fn decided(&self, nodes: usize) -> Option<bool> {
        let quorum = nodes / 2 + 1;
        if self.yes >= quorum {
            Some(true)
        } else if nodes - self.no - self.silent < quorum {
            Some(false)
        } else {
            None
        }
    }
}

#[orchestrator]
async fn consensus(ctx: &Context, nodes: Vec<String>, proposal: u64) -> Result<bool> {
    let count = nodes.len();
    let mut open: Vec<LocalBoxDurable<'_, Result<bool>>> =
        nodes.into_iter().map(|node| ctx.call(vote(node, proposal)).into_future()).collect();
    let mut tally = Tally::default();
    while !open.is_empty() {
        let (index, answer) = durable::select_all(&mut open).await;
        drop(open.swap_remove(index));
        tally.count(answer);
        if let Some(decision) = tally.decided(count) {
            return Ok(decision);
        }
    }
    Err(Error::new(format!("{} yes, {} no, {} silent", tally.yes, tally.no, tally.silent)))
}
