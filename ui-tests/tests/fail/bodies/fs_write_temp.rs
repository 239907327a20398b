#![allow(unused)]
// bad: an intermediate result is written to disk by the orchestrator
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Reading {
    sensor: String,
    celsius: f64,
}

#[activity]
async fn read_sensor(sensor: String) -> Result<Reading> {
    Ok(Reading { celsius: sensor.len() as f64, sensor })
}

#[activity]
async fn upload_csv(path: String) -> Result<String> {
    Ok(format!("https://files.example/{path}"))
}

#[orchestrator]
async fn publish_readings(ctx: &Context, sensors: Vec<String>) -> Result<String> {
    let mut csv = String::from("sensor;celsius\n");
    for sensor in sensors {
        let Reading { sensor, celsius } = ctx.call(read_sensor(sensor)).await?;
        if !(-60.0..=60.0).contains(&celsius) {
            tracing::warn!(%sensor, celsius, "implausible");
            continue;
        }
        csv += &format!("{sensor};{celsius:.1}\n");
    }
    let path = format!("/var/spool/readings/{}.csv", ctx.instance_id());
    std::fs::write(&path, csv)?;
    ctx.call(upload_csv(path)).await
}

fn main() {}
