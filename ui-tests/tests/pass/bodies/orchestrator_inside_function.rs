// good: orchestrators and helpers declared inside functions
use durable::prelude::*;

pub fn nightly_workflows() -> Registry {
    const BATCH: usize = 50;

    #[activity]
    async fn expired_sessions() -> Result<Vec<u64>> {
        Ok((0..120).collect())
    }

    #[activity]
    async fn delete_sessions(ids: Vec<u64>) -> Result<usize> {
        Ok(ids.len())
    }

    #[deterministic]
    fn batches(ids: &[u64]) -> Vec<Vec<u64>> {
        ids.chunks(BATCH).map(<[u64]>::to_vec).collect()
    }

    #[orchestrator]
    async fn nightly(ctx: &Context) -> Result<usize> {
        let ids = ctx.call(expired_sessions()).await?;
        let mut deleted = 0;
        for batch in batches(&ids) {
            deleted += ctx.call(delete_sessions(batch)).await?;
        }
        Ok(deleted)
    }

    registry![nightly, expired_sessions, delete_sessions]
}
