// an io::Error as a mere value
use durable::prelude::*;
use std::io::{Error as IoError, ErrorKind};

#[orchestrator]
async fn check(ctx: &Context, size: u64) -> Result<u64> {
    ctx.set_status(&size);
    if size == 0 {
        return Err(IoError::new(ErrorKind::InvalidInput, "the file is empty").into());
    }
    size.checked_mul(2).ok_or_else(|| IoError::other("too large").into())
}
