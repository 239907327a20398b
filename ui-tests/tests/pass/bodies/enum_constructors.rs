// constructors as functions, imported variants
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Shape {
    Circle(f64),
    Square { side: f64 },
    Point,
}

use Shape::{Circle, Point, Square};

#[derive(Debug, Clone, Copy)]
struct Cents(u64);

#[activity]
async fn paint(shape: Shape) -> Result<f64> {
    Ok(match shape {
        Circle(radius) => radius * radius * 3.0,
        Square { side } => side * side,
        Point => 0.0,
    })
}

#[orchestrator]
async fn paint_all(ctx: &Context, radii: Vec<f64>) -> Result<u64> {
    let shapes = radii.iter().copied().map(Circle).chain([Point, Square { side: 2.0 }, Shape::Circle(1.0)]);
    let areas = durable::try_join_all(shapes.map(|shape| ctx.call(paint(shape)))).await?;
    let make: fn(u64) -> Cents = Cents;
    let cents: Vec<Cents> = areas.into_iter().map(|area| area as u64).map(Cents).collect();
    Ok(cents.into_iter().fold(make(0), |Cents(sum), Cents(next)| Cents(sum + next)).0)
}
