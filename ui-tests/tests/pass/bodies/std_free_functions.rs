// good: imported free functions of std, all of them pure
use std::{
    array,
    cmp::{Reverse, max, min},
    convert::identity,
    iter::{self, from_fn, once, repeat_n, successors, zip},
    mem::{self, replace, swap, take},
    ops::ControlFlow,
    str::from_utf8,
};

use durable::prelude::*;

#[activity]
async fn draw(rows: Vec<String>) -> Result<usize> {
    Ok(rows.concat().len())
}

#[orchestrator]
async fn triangle(ctx: &Context, height: usize, names: Vec<String>) -> Result<usize> {
    let height = min(max(height, 2), 30);
    let mut rows: Vec<String> = successors(Some(1_usize), |width| Some(width + 2))
        .take(height)
        .map(|width| repeat_n('*', width).collect::<String>())
        .collect();
    let mut counter = 3;
    let countdown: Vec<u32> = from_fn(|| {
        counter -= 1;
        (counter > 0).then_some(counter)
    })
    .collect();
    let [mut left, mut right] = array::from_fn(|index| countdown.iter().map(|n| n << index).collect::<Vec<_>>());
    swap(&mut left, &mut right);
    let before = replace(&mut left, vec![7]);
    let last = rows.last_mut().map(take).unwrap_or_default();
    let header = once("header".to_owned()).chain(iter::empty()).chain(Some(last)).filter(|row| !row.is_empty());
    rows.splice(0..0, header);
    rows.extend(zip(&before, &right).map(|(a, b)| format!("{a}{b}")));
    rows.sort_by_key(|row| Reverse(row.len()));
    let found = names.iter().map(String::as_str).try_fold(0_usize, |sum, name| match name {
        "" => ControlFlow::Break(sum),
        name => ControlFlow::Continue(sum + name.len()),
    });
    let (ControlFlow::Break(length) | ControlFlow::Continue(length)) = found;
    rows.push(from_utf8(&[0x41; 3])?.to_owned());
    rows.push(format!("{length}{}", char::from_digit(7, 10).map_or('?', identity)));
    rows.push(i64::from_str_radix("-7f", 16)?.to_string());
    drop(right);
    if !mem::take(&mut left).is_empty() && u8::try_from('x').is_ok_and(|byte| byte.is_ascii_lowercase()) {
        rows.push(f64::sqrt(25.0).to_string());
    }
    ctx.call(draw(rows)).await
}
