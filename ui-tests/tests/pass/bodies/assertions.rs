// assert!, matches!, debug_assert!, unreachable!, todo-free
use durable::prelude::*;
#[derive(Debug, PartialEq)]
enum Side {
    Left,
    Right(u8),
}

#[activity]
async fn side(n: u8) -> Result<u8> {
    Ok(n / 2)
}

#[orchestrator]
async fn check(ctx: &Context, n: u8) -> Result<bool> {
    assert!(n < 100, "{n} is too large");
    let side = match ctx.call(side(n)).await? {
        0 => Side::Left,
        n @ 1..50 => Side::Right(n),
        n => unreachable!("{n} is half of less than 100"),
    };
    assert_ne!(side, Side::Right(0));
    debug_assert_eq!(vec![0_u8; 3].len(), 3);
    Ok(matches!(side, Side::Right(n) if n % 2 == 0))
}
