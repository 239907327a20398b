// a marked impl block with sync and async methods
use durable::prelude::*;
#[activity]
async fn read(page: u32) -> Result<Vec<u64>> {
    Ok(vec![u64::from(page); 3])
}

struct Pager<'a> {
    ctx: &'a Context,
    page: u32,
    last: u32,
}

#[deterministic]
impl<'a> Pager<'a> {
    fn new(ctx: &'a Context, last: u32) -> Self {
        Self { ctx, page: 0, last }
    }

    fn is_done(&self) -> bool {
        self.page >= self.last
    }

    async fn next(&mut self) -> Result<Vec<u64>> {
        self.page += 1;
        self.ctx.call(read(self.page)).await
    }
}

#[orchestrator]
async fn read_all(ctx: &Context, pages: u32) -> Result<Vec<u64>> {
    let mut pager = Pager::new(ctx, pages);
    let mut all = Vec::new();
    while !pager.is_done() {
        all.extend(pager.next().await?);
    }
    Ok(all)
}
