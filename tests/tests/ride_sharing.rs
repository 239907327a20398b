//! However many ask at the same time: no driver has two riders, and both sides agree.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that meets an error fails")]

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
};

use durable_tests::{
    example::{self, Answer, Connection, Server, check_answer},
    torture::Random,
};
use serde_json::{Value, json};

const RIDERS: [&str; 4] = ["ada", "eve", "kim", "zoe"];
const DRIVERS: [&str; 3] = ["bob", "dan", "leo"];
const CLIENTS: u64 = 8;
const WISHES: usize = 60;

#[test]
fn who_is_taken_is_refused_with_the_reason() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = Server::start("ride_sharing", directory.path());
    check_answer(&server, "POST", "/rides/ada/bob", 200, "");
    check_answer(&server, "POST", "/rides/eve/bob", 409, "the driver `bob` is on the way with `ada`\n");
    check_answer(&server, "POST", "/rides/ada/dan", 409, "the rider `ada` is on the way with `bob`\n");
    check_answer(&server, "POST", "/rides/ada/dan/end", 409, "the driver `dan` is not on the way with `ada`\n");
    assert_eq!(server.ask("POST", "/rides/a%0Ab/dan", &[]).status, 400);
    server.example.kill();

    let server = Server::start("ride_sharing", directory.path());
    check_answer(&server, "GET", "/rides/ada/bob", 200, r#"{"rider":{"driver":"bob"},"driver":{"rider":"ada"}}"#);
    check_answer(&server, "GET", "/rides/eve/dan", 200, r#"{"rider":{"driver":null},"driver":{"rider":null}}"#);
    check_answer(&server, "POST", "/rides/ada/bob/end", 200, "");
    check_answer(&server, "POST", "/rides/eve/bob", 200, "");
}

/// Who is on the way, as far as the clients know: set after the answer to a beginning, unset before an end is asked for.
/// So whoever sees it set has been given somebody who was taken.
#[derive(Default)]
struct Known {
    riders: [AtomicBool; RIDERS.len()],
    drivers: [AtomicBool; DRIVERS.len()],
    rides: AtomicUsize,
    refusals: AtomicUsize,
}

#[test]
fn no_driver_has_two_riders_and_both_sides_agree_however_many_ask() {
    let seed = example::seed();
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start("ride_sharing", directory.path());
    let known = Known::default();
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (connection, random) = (server.connect().unwrap(), Random::new(seed ^ client << 32));
            scope.spawn(|| ride(connection, random, &known));
        }
    });
    let (rides, refusals) = (known.rides.into_inner(), known.refusals.into_inner());
    println!("{rides} rides, {refusals} refusals");
    assert!(rides > 0 && refusals > 0, "nobody met anybody: {rides} rides, {refusals} refusals");
    let free = json!({ "rider": { "driver": null }, "driver": { "rider": null } });
    for rider in RIDERS {
        for driver in DRIVERS {
            assert_eq!(sides(&server.ask("GET", &path(rider, driver), &[])), free);
        }
    }
    assert!(server.example.terminate().success());
}

/// Wishes for rides with anybody, looks at them, and ends those that begin.
fn ride(mut connection: Connection, mut random: Random, known: &Known) {
    for _ in 0..WISHES {
        let (rider, driver) = (random.index(RIDERS.len()), random.index(DRIVERS.len()));
        let path = path(RIDERS[rider], DRIVERS[driver]);
        let taken = [&known.riders[rider], &known.drivers[driver]];
        let answer = connection.ask("POST", &path, &[]).unwrap();
        match answer.status {
            200 => {
                let taken = taken.map(|taken| taken.swap(true, Ordering::SeqCst));
                assert_eq!(taken, [false, false], "{path}: rider and driver were on the way already");
                known.rides.fetch_add(1, Ordering::SeqCst);
            }
            409 => _ = known.refusals.fetch_add(1, Ordering::SeqCst),
            _ => panic!("{path}: {answer:?}"),
        }
        let sides = sides(&connection.ask("GET", &path, &[]).unwrap());
        let agreed = [sides["rider"]["driver"] == DRIVERS[driver], sides["driver"]["rider"] == RIDERS[rider]];
        assert_eq!(agreed[0], agreed[1], "{path}: {sides}");
        if answer.status == 200 {
            assert!(agreed[0], "{path}: {sides}");
            for taken in taken {
                taken.store(false, Ordering::SeqCst);
            }
            let answer = connection.ask("POST", &format!("{path}/end"), &[]).unwrap();
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
        }
    }
}

fn path(rider: &str, driver: &str) -> String {
    format!("/rides/{rider}/{driver}")
}

#[track_caller]
fn sides(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_slice(&answer.body).unwrap()
}
