//! Two kinds of entities in one critical section: a rider and a driver are matched, or neither is.
//!
//! `cargo run --example ride_sharing`, and then
//!
//! ```text
//! curl -X POST localhost:7071/rides/ada/bob         200: they are on the way
//! curl -X POST localhost:7071/rides/eve/bob         409: the driver `bob` is on the way with `ada`
//! curl localhost:7071/rides/ada/bob                 {"rider":{"driver":"bob"},"driver":{"rider":"ada"}}
//! curl -X POST localhost:7071/rides/ada/bob/end     200: both are free again
//! ```
//!
//! Ask as often and as concurrently as you like, and stop the program at any moment: a driver never has two riders, and
//! both sides always agree.

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::post,
};
use durable::{Client, Context, Error, FailureKind, Result, Runtime, deterministic, entity, orchestrator, registry};
use durable_examples::HttpError;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Clone, Default, Serialize, Deserialize)]
struct Rider {
    driver: Option<String>,
}

#[entity]
impl Rider {
    fn get(&self) -> Rider {
        self.clone()
    }

    fn set(&mut self, driver: Option<String>) {
        self.driver = driver;
    }
}

#[entity]
#[derive(Clone, Default, Serialize, Deserialize)]
struct Driver {
    rider: Option<String>,
}

#[entity]
impl Driver {
    fn get(&self) -> Driver {
        self.clone()
    }

    fn set(&mut self, rider: Option<String>) {
        self.rider = rider;
    }
}

#[orchestrator]
async fn match_ride(ctx: &mut Context, rider: String, driver: String) -> Result<()> {
    let ((mut driver_side, mut rider_side), _section) = ctx.lock((Driver::at(&driver), Rider::at(&rider))).await?;
    let (of_driver, of_rider) = durable::try_join!(driver_side.get(), rider_side.get())?;
    if let Some(other) = of_driver.rider {
        return Err(conflict(format!("the driver `{driver}` is on the way with `{other}`")));
    }
    if let Some(other) = of_rider.driver {
        return Err(conflict(format!("the rider `{rider}` is on the way with `{other}`")));
    }
    durable::try_join!(driver_side.set(Some(rider)), rider_side.set(Some(driver)))?;
    Ok(())
}

#[orchestrator]
async fn end_ride(ctx: &mut Context, rider: String, driver: String) -> Result<()> {
    let ((mut driver_side, mut rider_side), _section) = ctx.lock((Driver::at(&driver), Rider::at(&rider))).await?;
    if driver_side.get().await?.rider.as_ref() != Some(&rider) {
        return Err(conflict(format!("the driver `{driver}` is not on the way with `{rider}`")));
    }
    durable::try_join!(driver_side.set(None), rider_side.set(None))?;
    Ok(())
}

/// Both sides at one moment: reading one after the other could see a ride that is just beginning from one side only.
#[derive(Serialize, Deserialize)]
struct Sides {
    rider: Rider,
    driver: Driver,
}

#[orchestrator]
async fn look(ctx: &mut Context, rider: String, driver: String) -> Result<Sides> {
    let ((driver, rider), _section) = ctx.lock((Driver::at(driver), Rider::at(rider))).await?;
    let (driver, rider) = durable::try_join!(driver.get(), rider.get())?;
    Ok(Sides { rider, driver })
}

/// An error that HTTP answers with 409.
#[deterministic]
fn conflict(message: String) -> Error {
    Error::of_kind(FailureKind::InvalidState, message)
}

type Pair = Path<(String, String)>;

async fn begin(State(client): State<Client>, Path((rider, driver)): Pair) -> Result<(), HttpError> {
    Ok(client.start(match_ride(rider, driver)).await?.output().await?)
}

async fn end(State(client): State<Client>, Path((rider, driver)): Pair) -> Result<(), HttpError> {
    Ok(client.start(end_ride(rider, driver)).await?.output().await?)
}

async fn sides(State(client): State<Client>, Path((rider, driver)): Pair) -> Result<Json<Sides>, HttpError> {
    Ok(Json(client.start(look(rider, driver)).await?.output().await?))
}

#[tokio::main]
async fn main() -> Result<()> {
    durable_examples::show_logs();
    let runtime = Runtime::builder()
        .sqlite(durable_examples::database("ride_sharing"))
        .register(registry![match_ride, end_ride, look, Rider, Driver])
        .start()
        .await?;

    let router = Router::new()
        .route("/rides/{rider}/{driver}", post(begin).get(sides))
        .route("/rides/{rider}/{driver}/end", post(end))
        .with_state(runtime.client());
    durable_examples::serve(router).await?;

    runtime.shutdown().await
}

#[cfg(test)]
mod tests {
    use durable::testing::{TestEnv, crash_everywhere};

    use super::*;

    #[tokio::test]
    async fn both_sides_agree_wherever_it_crashes() {
        let env = TestEnv::builder(registry![match_ride, end_ride, look, Rider, Driver]);
        crash_everywhere(env, async |env| {
            let pair = |rider: &str| (rider.to_owned(), "bob".to_owned());
            let rides = [pair("ada"), pair("eve")].map(|(rider, driver)| env.start(match_ride(rider, driver)));
            let [ada, eve] = rides;
            let (ada, eve) = (ada.await?, eve.await?);
            assert_eq!([ada.output().await.is_ok(), eve.output().await.is_ok()], [true, false]);
            let sides = env.start(look("ada".into(), "bob".into())).await?.output().await?;
            assert_eq!((sides.rider.driver.as_deref(), sides.driver.rider.as_deref()), (Some("bob"), Some("ada")));
            env.start(end_ride("ada".into(), "bob".into())).await?.output().await
        })
        .await;
    }
}
