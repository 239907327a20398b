// associated constants, functions and generic defaults
use durable::prelude::*;
use std::marker::PhantomData;

trait Unit {
    const NAME: &'static str;
    const FACTOR: f64;
}

#[derive(Clone, Copy)]
struct Metre;
#[derive(Clone, Copy)]
struct Mile;

impl Unit for Metre {
    const NAME: &'static str = "m";
    const FACTOR: f64 = 1.0;
}

impl Unit for Mile {
    const NAME: &'static str = "mi";
    const FACTOR: f64 = 1_609.344;
}

#[derive(Clone, Copy)]
struct Length<U = Metre> {
    value: f64,
    unit: PhantomData<U>,
}

impl<U: Unit> Length<U> {
    const ZERO: Self = Self::new(0.0);

    const fn new(value: f64) -> Self {
        Self { value, unit: PhantomData }
    }

    fn to<V: Unit>(self) -> Length<V> {
        Length::new(self.value * U::FACTOR / V::FACTOR)
    }
}

#[orchestrator]
async fn distance(ctx: &Context, miles: f64) -> Result<String> {
    let length: Length = Length::<Mile>::new(miles).to();
    ctx.set_status(<Mile as Unit>::NAME);
    Ok(format!("{:.1} {} more than {}", length.value, Metre::NAME, Length::<Mile>::ZERO.value))
}
