//! Looking at very many instances, as the dashboard and the command line do: pages of lists, the overview, histories.
//!
//! `--size 10` makes a million instances.

use std::{collections::BTreeMap, time::Duration};

use axum::{Router, body::Body, http::Request};
use durable::{http::Api, prelude::*};
use serde::{Deserialize, Serialize};
use tower::ServiceExt;

use super::{Bound, Workload};
use crate::bench::{
    goal::Goal,
    in_flight::in_flight,
    trial::{Measured, Trial, now, percentile},
};

/// How many pages are read with each filter, if there are so many.
const PAGES: usize = 20;
/// How many orchestrations are started at the same time.
const AT_ONCE: u64 = 1_000;
/// How many activities the longest history has; each leaves two events.
const STEPS: u64 = 25_000;
/// One in so many is of the rare kind.
const RARE: u64 = 10_000;

/// What is asked for, as the queries of the HTTP API say it.
const FILTERS: &[&str] = &[
    "",
    "oldestFirst=true",
    "runtimeStatus=Completed",
    "runtimeStatus=Running",
    "runtimeStatus=Failed",
    "runtimeStatus=Terminated",
    "runtimeStatus=Pending",
    "runtimeStatus=Running,Failed",
    "name=parcel",
    "name=letter",
    "name=nobody",
    "name=parcel&runtimeStatus=Failed",
    "name=letter&runtimeStatus=Terminated",
    "instanceIdPrefix=parcel-",
    "instanceIdPrefix=parcel-1234",
    "instanceIdPrefix=letter-",
    "tag=team:blue",
    "tag=rare:yes",
    "version=2",
    "parent=nobody",
    "errorType=NoStock",
    "errorType=Nothing",
    "parked=true",
    "createdTimeTo=2000-01-01",
    "createdTimeFrom=2000-01-01",
];

pub(super) const WORKLOADS: &[Workload] = &[Workload {
    name: "lists",
    units: 100_000,
    about: "instances in all states, timed while they start; the latencies are those of a page of 50 with each of 25 \
            filters over HTTP",
    goals: &[
        Goal::at_most("page_p95_seconds", 0.05),
        Goal::at_most("overview_p95_seconds", 0.2),
        Goal::at_most("history_page_p95_seconds", 0.05),
    ],
    bound: Bound::Rows,
    run: |trial| Box::pin(look(trial)),
}];

#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
#[error("no stock for parcel {parcel}")]
struct NoStock {
    parcel: u64,
}

#[orchestrator]
async fn parcel(ctx: &Context, number: u64) -> Result<u64, NoStock> {
    match number % 100 {
        0 => Err(NoStock { parcel: number }),
        1..=3 => {
            let _: Result<()> = ctx.event("go").await;
            Ok(number)
        }
        _ => Ok(number),
    }
}

#[orchestrator]
async fn letter(ctx: &Context, number: u64) -> Result<u64> {
    let _ = ctx;
    Ok(number)
}

#[activity]
async fn step(number: u64) -> Result<u64> {
    Ok(number)
}

#[orchestrator]
async fn long(ctx: &Context, steps: u64) -> Result<u64> {
    let all = (0..steps).map(|number| ctx.call(step(number)));
    Ok(durable::try_join_all(all).await?.into_iter().sum())
}

async fn look(trial: Trial) -> Result<Measured> {
    let runtime = trial.start(registry![parcel, letter, long, step]).await?;
    let client = runtime.client();
    let window = trial.window();
    let starter = client.clone();
    in_flight(trial.units, AT_ONCE, move |number| {
        let client = starter.clone();
        async move {
            if number % RARE == 7 {
                let start = client.start(letter(number)).instance_id(format!("letter-{number:09}"));
                start.tag("rare", "yes").version("2").await?;
            } else {
                let team = ["blue", "green", "red"].get(usize::try_from(number % 3)?).copied().unwrap_or_default();
                client.start(parcel(number)).instance_id(format!("parcel-{number:09}")).tag("team", team).await?;
            }
            if number % 1_000 == 2 {
                client.terminate(&format!("parcel-{number:09}").parse()?, "stale").await?;
            }
            Ok(())
        }
    })
    .await?;
    let measured = window.close(Vec::new());
    client.start(long(STEPS)).instance_id("long").await?.output().await?;
    while client.instances().status(Status::Pending).limit(1).await?.next.is_some() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    let counter = client.clone();
    let router = Api::new(client).authorized_elsewhere().router();
    let mut pages = Vec::new();
    let mut slowest = BTreeMap::new();
    for filter in FILTERS {
        let mut token = None;
        for _ in 0..PAGES {
            let began = now();
            let (body, next) =
                ask(&router, &format!("/instances?top=50&showInput=false&showOutput=false&{filter}"), token).await?;
            let took = began.elapsed();
            pages.push(took);
            let worst: &mut Duration = slowest.entry(*filter).or_default();
            *worst = took.max(*worst);
            token = next;
            if token.is_none() || body.len() < 10 {
                break;
            }
        }
    }
    // Over HTTP, a count of so many would be shown again for a while.
    let mut overviews = Vec::new();
    for _ in 0..PAGES {
        let began = now();
        counter.overview().await?;
        overviews.push(began.elapsed());
    }
    let histories =
        times(&router, 50, |n| format!("/instances/long/history?top=1000&payloadLimit=1024&after={}", n * 1_000))
            .await?;
    runtime.shutdown().await?;
    let mut measured = measured
        .with_latencies(pages.clone())
        .with("page_p95_seconds", p95(pages))
        .with("overview_p95_seconds", p95(overviews))
        .with("history_page_p95_seconds", p95(histories));
    for (filter, took) in slowest {
        measured = measured.with(&format!("slowest page of `{filter}` seconds"), took.as_secs_f64());
    }
    Ok(measured)
}

fn p95(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    percentile(&times, 95).unwrap_or_default().as_secs_f64()
}

async fn times(router: &Router, count: usize, path: impl Fn(usize) -> String) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for n in 0..count {
        let began = now();
        ask(router, &path(n), None).await?;
        times.push(began.elapsed());
    }
    Ok(times)
}

/// Asks the API without a socket; gives what it answered, and where the next page begins.
async fn ask(router: &Router, path: &str, token: Option<String>) -> Result<(Vec<u8>, Option<String>)> {
    let mut request = Request::get(format!("/runtime/webhooks/durabletask{path}"));
    if let Some(token) = token {
        request = request.header("x-ms-continuation-token", token);
    }
    let response = router.clone().oneshot(request.body(Body::empty())?).await?;
    if !response.status().is_success() {
        return Err(Error::new(format!("{path} was answered with {}", response.status())));
    }
    let next =
        response.headers().get("x-ms-continuation-token").and_then(|token| token.to_str().ok()).map(str::to_owned);
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await?;
    Ok((body.to_vec(), next))
}
