// two types with methods of one name, of which only the pure one is called
use durable::prelude::*;
use serde::{Deserialize, Serialize};

struct Disk {
    path: String,
}

impl Disk {
    fn load(&self) -> std::io::Result<String> {
        std::fs::read_to_string(&self.path)
    }
}

#[derive(Serialize, Deserialize)]
struct Truck {
    parcels: Vec<u32>,
}

impl Truck {
    fn load(&mut self, parcel: u32) -> usize {
        self.parcels.push(parcel);
        self.parcels.len()
    }
}

#[activity]
async fn plan() -> Result<Vec<u32>> {
    let text = Disk { path: "plan.txt".to_owned() }.load()?;
    Ok(text.lines().filter_map(|line| line.parse().ok()).collect())
}

#[activity]
async fn drive(truck: Truck) -> Result<usize> {
    Ok(truck.parcels.len())
}

#[orchestrator]
async fn deliver(ctx: &Context) -> Result<usize> {
    let mut truck = Truck { parcels: Vec::new() };
    for parcel in ctx.call(plan()).await? {
        if truck.load(parcel) >= 20 {
            break;
        }
    }
    ctx.call(drive(truck)).await
}
