//! Two versions of one program, for deployments that go forth and back.

use durable::prelude::*;

use super::{
    Finished,
    activities::{crunch, work},
    waits::{collect, sequence},
};

/// What the older version registers.
pub const OLD: Registry = registry![work, crunch, sequence, collect, old::shifting, old::retired];

/// What the newer version registers.
pub const NEW: Registry = registry![work, crunch, sequence, collect, new::shifting, new::novel];

mod old {
    use super::{Context, Finished, Result, crunch, orchestrator, work};

    /// Works, waits, crunches.
    #[orchestrator]
    pub(super) async fn shifting(ctx: &Context) -> Result<Finished> {
        let first = ctx.call(work(1)).await?;
        let number = ctx.event::<u64>("number").await?;
        let receipts = vec![first, ctx.call(crunch(1)).await?];
        Ok(Finished { receipts, numbers: vec![number], note: "old".to_owned() })
    }

    /// Is gone from the newer version.
    #[orchestrator]
    pub(super) async fn retired(ctx: &Context) -> Result<Finished> {
        let number = ctx.event::<u64>("number").await?;
        let receipts = vec![ctx.call(work(1)).await?];
        Ok(Finished { receipts, numbers: vec![number], note: "old".to_owned() })
    }
}

mod new {
    use super::{Context, Finished, Result, crunch, orchestrator, work};

    /// Crunches, waits, works: the other way round.
    #[orchestrator]
    pub(super) async fn shifting(ctx: &Context) -> Result<Finished> {
        let first = ctx.call(crunch(1)).await?;
        let number = ctx.event::<u64>("number").await?;
        let receipts = vec![first, ctx.call(work(1)).await?];
        Ok(Finished { receipts, numbers: vec![number], note: "new".to_owned() })
    }

    /// Is unknown to the older version.
    #[orchestrator]
    pub(super) async fn novel(ctx: &Context) -> Result<Finished> {
        let number = ctx.event::<u64>("number").await?;
        let receipts = vec![ctx.call(work(1)).await?];
        Ok(Finished { receipts, numbers: vec![number], note: "new".to_owned() })
    }
}
