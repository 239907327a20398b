// operators of the user's own
use durable::prelude::*;
use std::{
    iter::Sum,
    ops::{Add, AddAssign, Index, Mul, Neg, Not},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
struct Vector {
    x: f64,
    y: f64,
}

impl Add for Vector {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y }
    }
}

impl AddAssign for Vector {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul<f64> for Vector {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self { x: self.x * factor, y: self.y * factor }
    }
}

impl Neg for Vector {
    type Output = Self;
    fn neg(self) -> Self {
        self * -1.0
    }
}

impl Index<usize> for Vector {
    type Output = f64;
    fn index(&self, axis: usize) -> &f64 {
        if axis == 0 { &self.x } else { &self.y }
    }
}

impl Sum for Vector {
    fn sum<I: Iterator<Item = Self>>(vectors: I) -> Self {
        vectors.fold(Self::default(), Add::add)
    }
}

#[orchestrator]
async fn drift(ctx: &Context, steps: Vec<(f64, f64)>) -> Result<f64> {
    ctx.set_status("drifting");
    let mut position: Vector = steps.iter().map(|&(x, y)| Vector { x, y }).sum();
    position += -Vector { x: 1.0, y: 0.0 };
    Ok(if (position[0] > 0.0).not() { position[1] } else { position[0] })
}
