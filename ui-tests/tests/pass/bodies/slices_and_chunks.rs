// good: slices, chunks, splits, windows, rotations and binary searches
use durable::prelude::*;

#[activity]
async fn upload_part(number: usize, bytes: Vec<u8>) -> Result<String> {
    Ok(format!("{number}-{}", bytes.len()))
}

#[activity]
async fn complete(etags: Vec<String>) -> Result<String> {
    Ok(etags.concat())
}

#[deterministic]
fn checksum(bytes: &[u8]) -> u32 {
    match bytes {
        [] => 1,
        [single] => u32::from(*single),
        [head, middle @ .., tail] => {
            u32::from(*head).wrapping_mul(31) ^ checksum(middle).rotate_left(5) ^ u32::from(*tail)
        }
    }
}

#[orchestrator]
async fn multipart(ctx: &Context, mut bytes: Vec<u8>, part: usize) -> Result<String> {
    if let Some(end) = bytes.iter().rposition(|byte| *byte != 0) {
        bytes.truncate(end + 1);
    }
    let (header, body) = bytes.split_at(bytes.len().min(16));
    let boundaries: Vec<usize> = body.windows(2).enumerate().filter(|(_, pair)| *pair == b"\r\n").map(|(at, _)| at).collect();
    let middle = boundaries.binary_search(&(body.len() / 2)).unwrap_or_else(|insert_at| insert_at);
    let mut order: Vec<(usize, &[u8])> = body.chunks(part.max(1)).enumerate().collect();
    let turned = middle % order.len().max(1);
    order.rotate_left(turned);
    order.sort_unstable_by_key(|(number, _)| *number);
    let mut etags = vec![ctx.call(upload_part(0, header.to_vec())).await?];
    for (number, chunk) in order {
        let etag = ctx.call(upload_part(number + 1, chunk.to_vec())).await?;
        etags.push(format!("{etag}:{:08x}", checksum(chunk)));
    }
    if let [first, .., last] = etags.as_mut_slice() {
        std::mem::swap(first, last);
        first.make_ascii_uppercase();
    }
    ctx.call(complete(etags)).await
}
