//! Commands that change something: of a program that runs, and in the file of one that does not.

use expect_test::expect;

use crate::world::{Pair, pair, world};

#[tokio::test(flavor = "multi_thread")]
async fn a_start_is_stored_by_both_doors() {
    let Pair { running, mut stopped } = {
        let pair = pair().await;
        pair.both(
            r#"start echo --id new --input "hi" --tag team=b -o table"#,
            0,
            &expect![[r#"
            Started echo as new.
        "#]],
        );
        pair.both("start order --id newer --input 7 --version 3 -o json", 0, &expect![[r#"
            {
              "id": "newer",
              "statusQueryGetUri": "http://127.0.0.1:PORT/runtime/webhooks/durabletask/instances/newer",
              "sendEventPostUri": "http://127.0.0.1:PORT/runtime/webhooks/durabletask/instances/newer/raiseEvent/{eventName}",
              "terminatePostUri": "http://127.0.0.1:PORT/runtime/webhooks/durabletask/instances/newer/terminate?reason={text}",
              "purgeHistoryDeleteUri": "http://127.0.0.1:PORT/runtime/webhooks/durabletask/instances/newer",
              "restartPostUri": "http://127.0.0.1:PORT/runtime/webhooks/durabletask/instances/newer/restart",
              "suspendPostUri": "http://127.0.0.1:PORT/runtime/webhooks/durabletask/instances/newer/suspend?reason={text}",
              "resumePostUri": "http://127.0.0.1:PORT/runtime/webhooks/durabletask/instances/newer/resume?reason={text}",
              "rewindPostUri": "http://127.0.0.1:PORT/runtime/webhooks/durabletask/instances/newer/rewind?reason={text}"
            }
        "#]]);
        pair.both(
            "start echo --input @missing.json",
            2,
            &expect![[r#"
            error: @missing.json can't be read: No such file or directory (os error 2)
        "#]],
        );
        pair.both(
            "start echo --input {",
            2,
            &expect![[r#"
            error: the value is no JSON: EOF while parsing an object at line 1 column 1
                   a text needs its quotes: '"text"'; @FILE reads a file, and - the standard input
        "#]],
        );
        pair.both(
            "restart done -o table",
            0,
            &expect![[r#"
            Started done as HEX.
        "#]],
        );
        pair.both(
            "restart done --keep-id -o id",
            0,
            &expect![[r#"
            done
        "#]],
        );
        pair.both(
            "restart nobody",
            3,
            &expect![[r#"
            error: there is no instance `nobody`
        "#]],
        );
        pair.both(
            "restart open --keep-id",
            6,
            &expect![[r#"
            error: the instance `open` has not ended; terminate it first, or use `IfExists::Replace`
        "#]],
        );
        pair.both(
            "start echo --id open",
            6,
            &expect![[r#"
            error: the instance `open` has not ended; terminate it first, or use `IfExists::Replace`
        "#]],
        );
        pair
    };
    running.url("start nobody").is(
        2,
        &expect![[r#"
        error: no orchestrator `nobody` is registered; there are: echo, family, order
    "#]],
    );
    // Only the program knows its names: one that is misspelt shows as parked.
    stopped.db("start nobody --id lost -o id").is(
        0,
        &expect![[r#"
        lost
    "#]],
    );
    stopped.db("get lost -o table").is(0, &expect![[r#"
        id             lost
        orchestrator   nobody
        status         Pending
        parked         no orchestrator `nobody` is registered (registered: none); add it to `registry![..]`, and the instance goes on
        created TOOK ago
        updated TOOK ago
    "#]]);
    stopped.db("start echo --id waited --wait --timeout 100ms").is(
        5,
        &expect![[r#"
        error: it took longer than TOOK
    "#]],
    );
    // The program takes up what it finds.
    stopped.start(|api| api).await;
    stopped.url("wait new waited done -o table").is(
        0,
        &expect![[r#"
        ID      STATUS     OUTPUT
        new     Completed  "hi"
        waited  Completed  null
        done    Completed  "done"
    "#]],
    );
    stopped.url("get newer -o table").is(
        0,
        &expect![[r#"
            id             newer
            orchestrator   order
            version        3
            status         Running
            created TOOK ago
            updated TOOK ago
            input          7
            custom status  "charged"
            waits for      an event `approved`
        "#]],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_can_wait_for_its_end() {
    let world = world().await;
    world.url("start echo --id a --input 1 --wait -o table").is(
        0,
        &expect![[r#"
        ID  STATUS     OUTPUT
        a   Completed  1
    "#]],
    );
    world.url("start order --id b --input 6000 --wait -o table").is(
        4,
        &expect![[r#"
        ID  STATUS  OUTPUT
        b   Failed  Overdrawn: short of 1000
    "#]],
    );
    world.url("start order --id c --input 1 --wait --timeout 100ms").is(
        5,
        &expect![[r#"
        error: it took longer than TOOK
    "#]],
    );
    world.both("wait a b", 4, &expect![[r#"
        {"name":"echo","instanceId":"a","runtimeStatus":"Completed","input":1,"customStatus":1,"output":1,"createdTime":"TIME","lastUpdatedTime":"TIME","details":{"version":null,"tags":{},"parent":null,"generation":0,"failure":null,"created":"TIME","updated":"TIME","waitingFor":[],"awaitedEvents":[]}}
        {"name":"order","instanceId":"b","runtimeStatus":"Failed","input":6000,"customStatus":null,"output":"short of 1000","createdTime":"TIME","lastUpdatedTime":"TIME","details":{"version":null,"tags":{},"parent":null,"generation":0,"failure":{"kind":"Application","type":"Overdrawn","message":"short of 1000","details":{"missing":1000}},"created":"TIME","updated":"TIME","waitingFor":[],"awaitedEvents":[]}}
    "#]]);
    world.both(
        "wait a c --any -o json",
        0,
        &expect![[r#"
        [
          {
            "name": "echo",
            "instanceId": "a",
            "runtimeStatus": "Completed",
            "input": 1,
            "customStatus": 1,
            "output": 1,
            "createdTime": "TIME",
            "lastUpdatedTime": "TIME",
            "details": {
              "version": null,
              "tags": {},
              "parent": null,
              "generation": 0,
              "failure": null,
              "created": "TIME",
              "updated": "TIME",
              "waitingFor": [],
              "awaitedEvents": []
            }
          }
        ]
    "#]],
    );
    world.both(
        "wait c --timeout 100ms",
        5,
        &expect![[r#"
        error: it took longer than TOOK
    "#]],
    );
    world.both(
        "wait nobody",
        3,
        &expect![[r#"
        error: there is no instance `nobody`
    "#]],
    );
    world.both(
        "wait",
        2,
        &expect![[r#"
        error: the following required arguments were not provided:
          <ID>...

        Usage: durable wait <ID>...

        For more information, try '--help'.
    "#]],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_reaches_an_instance_by_both_doors() {
    let Pair { running, mut stopped } = {
        let pair = pair().await;
        pair.both(
            "event open approved --data {\"by\":\"eve\"} -o table",
            0,
            &expect![[r#"
            Raised approved for open.
        "#]],
        );
        pair.both(
            "event done approved",
            6,
            &expect![[r#"
            error: the instance `done` has ended as Completed
        "#]],
        );
        pair.both(
            "event nobody approved",
            3,
            &expect![[r#"
            error: there is no instance `nobody`
        "#]],
        );
        pair
    };
    running.url("wait open -o table").is(
        0,
        &expect![[r#"
        ID    STATUS     OUTPUT
        open  Completed  "charged 42"
    "#]],
    );
    stopped.start(|api| api).await;
    stopped.url("wait open -o table").is(
        0,
        &expect![[r#"
        ID    STATUS     OUTPUT
        open  Completed  "charged 42"
    "#]],
    );
    stopped.client().start_named("order", durable::Payload::encode(&1).unwrap()).instance_id("more").await.unwrap();
    stopped.charged(&"more".parse().unwrap()).await;
    stopped.url("event more approved").is(
        0,
        &expect![[r#"
        {"instanceId":"more","raised":"approved"}
    "#]],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_are_managed() {
    let pair = pair().await;
    pair.both(
        "suspend open -o table",
        0,
        &expect![[r#"
        Suspended open.
    "#]],
    );
    pair.both(
        "suspend open",
        6,
        &expect![[r#"
        error: `open` can't be suspended: it is Suspended
    "#]],
    );
    pair.both(
        "resume open --reason lunch-is-over",
        0,
        &expect![[r#"
        {"action":"resume","instanceId":"open"}
    "#]],
    );
    pair.running.url("rewind broken --dry-run -o table").is(
        0,
        &expect![[r#"
        broken would keep 2 events and drop 2; done again:
          activity `charge` #0 with input 5004
    "#]],
    );
    pair.running.url("rewind broken --dry-run").is(
        0,
        &expect![[r#"
        {"instanceId":"broken","kept":2,"dropped":2,"repeated":["activity `charge` #0 with input 5004"],"children":[]}
    "#]],
    );
    pair.running.url("rewind broken -o table").is(
        0,
        &expect![[r#"
        Rewound broken.
    "#]],
    );
    pair.stopped.db("rewind broken").is(6, &expect![[r#"
        error: no orchestrator `order` is registered (registered: none); add it to `registry![..]`, and the instance goes on
               this needs the code of the program: let it run, and ask it by --url
    "#]]);
    pair.both(
        "rewind done",
        6,
        &expect![[r#"
        error: `done` can't be rewound: it has ended as Completed; only what has failed can
    "#]],
    );
    pair.both(
        "terminate open --reason enough -o table",
        0,
        &expect![[r#"
        Terminated open.
    "#]],
    );
    pair.both(
        "terminate open",
        6,
        &expect![[r#"
        error: the instance `open` has ended as Terminated
    "#]],
    );
    pair.both(
        "terminate nobody",
        3,
        &expect![[r#"
        error: there is no instance `nobody`
    "#]],
    );
    pair.both(
        "get open -o table --time iso",
        0,
        &expect![[r#"
            id             open
            orchestrator   order
            version        2
            status         Terminated
            created TIME
            updated TIME
            tags           team=a
            input          42
            custom status  "charged"
            failure        terminated: enough
        "#]],
    );
    pair.both(
        "purge done -o table",
        0,
        &expect![[r#"
        Purged done.
    "#]],
    );
    pair.both(
        "purge family --recursive",
        0,
        &expect![[r#"
        {"instancesDeleted":2}
    "#]],
    );
    pair.both(
        "purge done",
        3,
        &expect![[r#"
        error: there is no instance `done`
    "#]],
    );
    pair.both(
        "purge done open nobody",
        3,
        &expect![[r#"
        {"instancesDeleted":1}
        error: there is no instance `done`
        error: there is no instance `nobody`
    "#]],
    );
    pair.both(
        "terminate",
        2,
        &expect![[r#"
        error: which instances is it to terminate?
               give ids, or options such as --name and --status; --all means all
    "#]],
    );
    pair.both(
        "terminate open --name order",
        2,
        &expect![[r#"
        error: both ids and options that say which instances are given
               give either ids, or options such as --name and --status
    "#]],
    );
    pair.both(
        "purge open --dry-run",
        2,
        &expect![[r#"
        error: --dry-run has no meaning for `purge` by id
               `durable get` shows the state of an instance
    "#]],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn entities_take_operations() {
    let mut pair = pair().await;
    pair.both(
        "entity signal Counter a add --input 5 -o table",
        0,
        &expect![[r#"
        Sent add to @Counter@a.
    "#]],
    );
    pair.both(
        "entity signal Counter b add --input 1",
        0,
        &expect![[r#"
        {"entityId":{"key":"b","name":"Counter"},"signaled":"add"}
    "#]],
    );
    pair.both(
        "entity delete Counter b -o table",
        0,
        &expect![[r#"
        Sent delete to @Counter@b.
    "#]],
    );
    pair.both(
        "entity delete Counter b",
        0,
        &expect![[r#"
        {"entityId":{"key":"b","name":"Counter"},"signaled":"delete"}
    "#]],
    );
    pair.running.url("entity call Counter a add --input 2 -o table").is(
        0,
        &expect![[r#"
        12
    "#]],
    );
    pair.running.url("entity call Counter a add --input 2").is(
        0,
        &expect![[r#"
        14
    "#]],
    );
    pair.running.url("entity call Counter a add --input 200").is(
        1,
        &expect![[r#"
        error: too much at once
    "#]],
    );
    pair.running.url("entity call Nobody a add").is(
        2,
        &expect![[r#"
        error: no entity `Nobody` is registered; there are: Counter
    "#]],
    );
    pair.stopped.db("entity call Counter a add --input 2").is(
        1,
        &expect![[r#"
        error: no entity `Counter` is registered; add it to `registry![..]`, and its operations go on
               only the program can perform operations: let it run, and ask it by --url
    "#]],
    );
    pair.stopped.start(|api| api).await;
    pair.stopped.url("entity call Counter a add --input 2").is(
        0,
        &expect![[r#"
        12
    "#]],
    );
    pair.stopped.url("entity get Counter b").is(
        3,
        &expect![[r#"
        error: nothing is kept of the entity `@Counter@b`
    "#]],
    );
}
