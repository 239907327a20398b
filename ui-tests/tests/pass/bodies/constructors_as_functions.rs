// good: tuple structs and variants are called, passed as functions and imported
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
struct Celsius(f64);

#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
struct Fahrenheit(f64);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Pair<A, B = A>(A, B);

#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
struct meters(f64);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Reading {
    Warm(Celsius),
    Cold(Celsius),
    Broken(String, u32),
}

use Reading::{Broken, Cold, Warm as Hot};

mod units {
    #[derive(Debug, Clone, Copy)]
    pub struct Kelvin(pub f64);

    pub enum Scale {
        Linear(f64),
        Offset { by: f64 },
    }
}

impl From<Fahrenheit> for Celsius {
    fn from(Fahrenheit(degrees): Fahrenheit) -> Self {
        Self((degrees - 32.0) / 1.8)
    }
}

impl From<Celsius> for units::Kelvin {
    fn from(celsius: Celsius) -> Self {
        Self(celsius.0 + 273.15)
    }
}

#[activity]
async fn store(readings: Vec<Reading>, extremes: Pair<Celsius>) -> Result<usize> {
    Ok(readings.len() + usize::from(extremes.0 < extremes.1))
}

#[orchestrator]
async fn convert(ctx: &Context, degrees: Vec<f64>) -> Result<usize> {
    let readings: Vec<Reading> = degrees
        .iter()
        .copied()
        .map(Fahrenheit)
        .map(Celsius::from)
        .map(|celsius| if celsius > Celsius(20.0) { Hot(celsius) } else { Cold(celsius) })
        .collect();
    let celsius: Vec<Celsius> = degrees.iter().copied().map(Celsius).collect();
    let low = celsius.iter().copied().fold(Celsius(f64::INFINITY), |a, b| if b < a { b } else { a });
    let units::Kelvin(kelvin) = celsius.first().copied().map_or(units::Kelvin(0.0), Into::into);
    let height = meters(kelvin.max(1.0));
    let scale = if height.0 > 300.0 { units::Scale::Linear(2.0) } else { units::Scale::Offset { by: 1.0 } };
    let factor = match scale {
        units::Scale::Linear(by) | units::Scale::Offset { by } => by,
    };
    let broken = Broken("sensor 7".to_owned(), factor as u32);
    let parsed = "21.5".parse::<f64>().map(Celsius).map_or_else(|_| broken.clone(), Reading::Warm);
    let all = readings.into_iter().chain([parsed, broken]).collect();
    ctx.call(store(all, Pair::<_, _>(low, Celsius(factor)))).await
}
