// good: string formatting with all kinds of specifications
use std::fmt;

use durable::prelude::*;

struct Hex<'a>(&'a [u8]);

impl fmt::LowerHex for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            f.write_str("0x")?;
        }
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

struct Padded<T>(T);

impl<T: fmt::Display> fmt::Display for Padded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

#[derive(Debug)]
#[allow(dead_code)]
struct Point {
    x: f64,
    y: f64,
}

#[activity]
async fn print_sheet(lines: Vec<String>) -> Result<usize> {
    Ok(lines.len())
}

#[orchestrator]
async fn sheet(ctx: &Context, name: String, value: i64, ratio: f64) -> Result<usize> {
    let (width, precision) = (12, 3);
    let point = Point { x: ratio, y: -ratio };
    let lines = vec![
        format!("{name}|{name:>12}|{name:<12}|{name:^12}|{name:*^width$}"),
        format!("{value:+}|{value:05}|{value:#x}|{value:#010b}|{value:o}|{:X}", value & 0xff),
        format!("{ratio:.2}|{ratio:10.precision$}|{ratio:e}|{:.*}|{:+.1}", precision, ratio, -ratio),
        format!("{0} {1} {0} {last}", 1, 2, last = "end"),
        format!("{point:?} {point:#?} {:?} {:?}", Some("quoted \"text\""), ('a', [1, 2])),
        format!("{:x} {:#x}", Hex(&[1, 0xab]), Hex(name.as_bytes())),
        format!("[{:>8}] [{:-<8}] {{braces}} {}%", Padded(value), Padded("p"), (ratio * 100.0).round()),
        format!("{:?}", format_args!("{value}").to_string()),
    ];
    let id = format!("{}/{:04}", ctx.instance_id(), ctx.generation());
    tracing::info!("{id}: {lines:?}");
    ctx.call(print_sheet(lines)).await
}
