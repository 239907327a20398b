// good: wrapping, checked, saturating and bitwise arithmetic
use std::num::{NonZeroU32, Wrapping};

use durable::prelude::*;

#[deterministic]
fn xorshift(mut state: u64) -> u64 {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    state
}

#[deterministic]
fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

const fn crc_table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut crc = i as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
}

static CRC: [u32; 256] = crc_table();

#[activity]
async fn verify(value: u32, bits: u32) -> Result<bool> {
    Ok(value.count_ones() >= bits)
}

#[orchestrator]
async fn numbers(ctx: &Context, data: Vec<u8>, seed: u64) -> Result<i128> {
    let crc = !data.iter().fold(!0_u32, |crc, byte| CRC[((crc ^ u32::from(*byte)) & 0xff) as usize] ^ (crc >> 8));
    let sum: Wrapping<u16> = data.iter().map(|byte| Wrapping(u16::from(*byte))).sum();
    let state = xorshift(seed.max(1));
    let divisor = NonZeroU32::new(crc).map_or(1, NonZeroU32::get);
    let percent = u64::from(divisor).checked_rem(100).unwrap_or_default();
    let (low, carried) = state.overflowing_add(u64::MAX / 2);
    let shared = gcd(low, percent.saturating_add(7));
    let rotated = crc.rotate_left(state as u32 % 32).swap_bytes().reverse_bits();
    let root = shared.isqrt().ilog2() + sum.0.leading_zeros() + u32::from(carried);
    if !ctx.call(verify(rotated, root.min(4))).await? {
        return Ok(-1);
    }
    Ok(i128::from(rotated) * i128::from(low as i64).signum() + i128::from(root.pow(2)))
}
