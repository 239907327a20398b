// From, TryFrom, FromStr, AsRef, Display of the user's own types
use durable::prelude::*;
use std::{fmt, str::FromStr};

#[derive(Debug, Clone, Copy, PartialEq)]
struct Celsius(f64);
struct Fahrenheit(f64);

impl From<Fahrenheit> for Celsius {
    fn from(Fahrenheit(degrees): Fahrenheit) -> Self {
        Self((degrees - 32.0) / 1.8)
    }
}

impl FromStr for Fahrenheit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let degrees = text.strip_suffix("°F").ok_or_else(|| Error::new("no unit"))?;
        Ok(Self(degrees.trim().parse()?))
    }
}

impl TryFrom<Celsius> for u8 {
    type Error = Error;

    fn try_from(Celsius(degrees): Celsius) -> Result<Self> {
        if (0.0..=100.0).contains(&degrees) { Ok(degrees as Self) } else { Err(Error::new("out of range")) }
    }
}

impl fmt::Display for Celsius {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} °C", self.0)
    }
}

#[activity]
async fn heat(text: String, level: u8) -> Result<()> {
    tracing::info!(%text, level);
    Ok(())
}

#[orchestrator]
async fn thermostat(ctx: &Context, reading: String) -> Result<String> {
    let celsius: Celsius = reading.parse::<Fahrenheit>()?.into();
    ctx.call(heat(celsius.to_string(), celsius.try_into()?)).await?;
    Ok(format!("{celsius:>10}"))
}
