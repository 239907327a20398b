// combinators of Option
use durable::prelude::*;
#[orchestrator]
async fn discount(ctx: &Context, code: Option<String>, age: Option<u8>) -> Result<u8> {
    ctx.set_status("computing");
    let by_code = code
        .as_deref()
        .filter(|code| code.len() == 4)
        .and_then(|code| code.strip_prefix('R'))
        .and_then(|digits| digits.parse::<u8>().ok())
        .or_else(|| age.filter(|age| *age >= 65).map(|_| 10));
    let by_age = age.is_some_and(|age| age < 18).then_some(20);
    let best = by_code.zip(by_age).map(|(a, b): (u8, u8)| a.max(b)).or(by_code).or(by_age);
    let mut best = best.xor(None);
    let value = best.get_or_insert(0);
    *value = (*value).min(50);
    best.take().ok_or_else(|| Error::new("impossible"))
}
