// good: the monitor pattern, with an expiry that is part of the input
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct MonitorRequest {
    city: String,
    phone: String,
    expires: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Weather {
    Clear,
    Clouds,
    Rain,
}

impl Weather {
    const fn is_good(self) -> bool {
        matches!(self, Self::Clear)
    }
}

#[activity]
async fn current_weather(city: String) -> Result<Weather> {
    Ok(match city.len() % 3 {
        0 => Weather::Clear,
        1 => Weather::Clouds,
        _ => Weather::Rain,
    })
}

#[activity]
async fn send_good_weather_alert(phone: String) -> Result<()> {
    tracing::info!("{phone}: clear skies");
    Ok(())
}

#[orchestrator]
async fn monitor_weather(ctx: &Context, mut request: MonitorRequest) -> Result<bool> {
    let expires = *request.expires.get_or_insert_with(|| ctx.now() + Duration::from_secs(6 * 3600));
    if ctx.now() >= expires {
        tracing::info!("the monitor for {} expired", request.city);
        return Ok(false);
    }
    let weather = ctx.call(current_weather(request.city.clone())).await?;
    if weather.is_good() {
        ctx.call(send_good_weather_alert(request.phone)).await?;
        return Ok(true);
    }
    ctx.timer(Duration::from_secs(1800)).await;
    ctx.continue_as_new(monitor_weather(request)).await
}
