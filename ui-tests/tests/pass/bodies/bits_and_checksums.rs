// bit arithmetic, bytes and characters
use durable::prelude::*;
#[activity]
async fn transmit(frame: Vec<u8>) -> Result<u16> {
    Ok(frame.len() as u16)
}

#[orchestrator]
async fn send(ctx: &Context, text: String) -> Result<u16> {
    let rotated: String = text
        .chars()
        .map(|c| match c {
            'a'..='m' | 'A'..='M' => ((c as u8) + 13) as char,
            'n'..='z' | 'N'..='Z' => ((c as u8) - 13) as char,
            _ => c,
        })
        .collect();
    let crc = rotated.bytes().fold(0xFFFF_u16, |crc, byte| {
        (0..8).fold(crc ^ u16::from(byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xA001 } else { crc >> 1 })
    });
    let mut frame = Vec::from(rotated);
    frame.extend(crc.to_be_bytes());
    frame.push(frame.iter().copied().fold(0, u8::wrapping_add).leading_zeros() as u8);
    ctx.call(transmit(frame)).await
}
