// good: pattern matching of all kinds
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Shape {
    Dot,
    Circle(u32),
    Rect { w: u32, h: u32 },
    Group(Vec<Shape>),
    Named(String, Box<Shape>),
}

const LARGE: u32 = 1_000;

#[deterministic]
fn area(shape: &Shape) -> u64 {
    use Shape::{Circle, Dot, Group, Named, Rect};
    match shape {
        Dot => 0,
        Circle(0) | Rect { w: 0, .. } | Rect { h: 0, .. } => 0,
        Circle(r @ 1..=10) => u64::from(*r) * u64::from(*r) * 3,
        Circle(r) => u64::from(*r).pow(2) * 355 / 113,
        &Rect { w: LARGE, h } => u64::from(h) * 1_000,
        &Rect { w, h } if w == h => u64::from(w).pow(2),
        Rect { w, h } => u64::from(*w) * u64::from(*h),
        Group(parts) => match parts.as_slice() {
            [] => 0,
            [only] => area(only),
            [first, .., last] if first == last => area(first) * parts.len() as u64,
            [first, rest @ ..] => area(first) + rest.iter().map(area).sum::<u64>(),
        },
        Named(name, inner) => match (name.as_str(), &**inner) {
            ("", _) => 0,
            ("double", shape) => 2 * area(shape),
            (_, shape) => area(shape),
        },
    }
}

#[activity]
async fn paint(shape: Shape) -> Result<u64> {
    Ok(area_hint(&shape))
}

fn area_hint(shape: &Shape) -> u64 {
    u64::from(*shape != Shape::Dot)
}

#[orchestrator]
async fn paint_all(ctx: &Context, shapes: Vec<Shape>) -> Result<(u64, char)> {
    let mut buckets = 0;
    let total: u64 = shapes.iter().map(area).sum();
    for (index, shape) in shapes.into_iter().enumerate() {
        if let (0..=99, Shape::Circle(_) | Shape::Rect { .. }) = (index, &shape) {
            buckets += ctx.call(paint(shape)).await?;
        }
    }
    let grade = match total {
        0 => '-',
        n if n.is_power_of_two() => '2',
        1..=999 => 's',
        1_000.. => 'l',
    };
    let ref_count @ (_, _) = (buckets, grade);
    Ok(ref_count)
}
