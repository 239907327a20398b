use durable::prelude::*;

macro_rules! stamp {
    ($ctx:expr) => {
        $ctx.now().as_micros()
    };
}

macro_rules! total {
    ($first:expr $(, $rest:expr)*) => { $first $(+ $rest)* };
}

#[orchestrator]
pub async fn pay(ctx: &Context, n: i64) -> Result<i64> {
    Ok(total!(stamp!(ctx), n, 1))
}
