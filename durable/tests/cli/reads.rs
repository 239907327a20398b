//! Commands that only read: the same by both doors, while the program runs.

use expect_test::expect;

use crate::world::world;

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_tables_json_lines_and_ids() {
    let world = world().await;
    world.populate().await;
    world.both(
        "list --time iso -o table",
        0,
        &expect![[r#"
        ID            NAME    STATUS     CREATED               UPDATED               NOTE
        open order Running TIME TIME charged
        family-child echo Completed TIME TIME child
        family family Completed TIME TIME
        broken order Failed TIME TIME
        done echo Completed TIME TIME done
    "#]],
    );
    world.both(
        "ls -o id --oldest-first --limit 2",
        0,
        &expect![[r#"
        done
        broken
    "#]],
    );
    world.both("ls --status failed --limit 1", 0, &expect![[r#"
        {"name":"order","instanceId":"broken","runtimeStatus":"Failed","input":5004,"customStatus":null,"output":"short of 4","createdTime":"TIME","lastUpdatedTime":"TIME"}
    "#]]);
    world.both(
        "ls --tag team=a -o json",
        0,
        &expect![[r#"
        [
          {
            "name": "order",
            "instanceId": "open",
            "runtimeStatus": "Running",
            "input": 42,
            "customStatus": "charged",
            "output": null,
            "createdTime": "TIME",
            "lastUpdatedTime": "TIME"
          }
        ]
    "#]],
    );
    world.both(
        "ls --name nobody -o table",
        0,
        &expect![[r#"
        No instance matches.
    "#]],
    );
    world.both(
        "ls --name nobody -o json",
        0,
        &expect![[r#"
        []
    "#]],
    );
    world.both("ls --name nobody", 0, &expect![""]);
    for filter in
        ["--since 1h --id-prefix open", "--version 2", "--parent family", "--parked=false --error-type Overdrawn"]
    {
        let run = world.url(&format!("ls {filter} -o id"));
        assert_eq!(run, world.db(&format!("ls {filter} -o id")), "{filter}");
        assert_eq!(run.out.lines().count(), 1, "{filter}: {run:?}");
    }
    assert_eq!(world.url("ls --older-than 1h -o id").out, "");
    assert_eq!(world.url("ls --from 2020-01-01 --to 2021-01-01 -o id").out, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_is_shown_with_what_it_waits_for() {
    let world = world().await;
    world.populate().await;
    world.url("get open -o table --time iso").is(
        0,
        &expect![[r#"
            id             open
            orchestrator   order
            version        2
            status         Running
            created TIME
            updated TIME
            tags           team=a
            input          42
            custom status  "charged"
            waits for      an event `approved`
        "#]],
    );
    // The history does not tell for which events the code waits.
    world.db("get open -o table --time iso").is(
        0,
        &expect![[r#"
            id             open
            orchestrator   order
            version        2
            status         Running
            created TIME
            updated TIME
            tags           team=a
            input          42
            custom status  "charged"
        "#]],
    );
    world.both(
        "get broken -o table --time iso",
        0,
        &expect![[r#"
            id             broken
            orchestrator   order
            status         Failed
            created TIME
            updated TIME
            input          5004
            failure        Overdrawn: short of 4
        "#]],
    );
    world.both("get done", 0, &expect![[r#"
        {"name":"echo","instanceId":"done","runtimeStatus":"Completed","input":"done","customStatus":"done","output":"done","createdTime":"TIME","lastUpdatedTime":"TIME","details":{"version":null,"tags":{},"parent":null,"generation":0,"failure":null,"created":"TIME","updated":"TIME","waitingFor":[],"awaitedEvents":[]}}
    "#]]);
    world.both(
        "get done -o json",
        0,
        &expect![[r#"
        {
          "name": "echo",
          "instanceId": "done",
          "runtimeStatus": "Completed",
          "input": "done",
          "customStatus": "done",
          "output": "done",
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
    "#]],
    );
    world.both(
        "get done -o id",
        0,
        &expect![[r#"
        done
    "#]],
    );
    world.both("get done -o none", 0, &expect![""]);
    world.both(
        "get nobody",
        3,
        &expect![[r#"
        error: there is no instance `nobody`
    "#]],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn histories_are_told_event_by_event() {
    let world = world().await;
    world.populate().await;
    world.both(
        "history family -o table --time iso",
        0,
        &expect![[r##"
            # TIME EVENT WHAT
            0 TIME ExecutionStarted family
            1 TIME SubOrchestrationInstanceCreated #0 echo family-child "child"
            2 TIME SubOrchestrationInstanceCompleted #0 "child"
            3 TIME EntityOperationSignaled #1 @Counter@a add 1
            4 TIME EntityOperationCalled #2 @Counter@a add 4
            5 TIME EntityOperationCompleted #2 5
            6 TIME TaskScheduled #3 charge 5004
            7 TIME TaskFailed #3 Overdrawn: short of 4
            8 TIME TimerCreated #4 due TIME
            9 TIME TimerFired #4
            10 TIME TaskScheduled #5 charge attempt 2 5004
            11 TIME TaskFailed #5 Overdrawn: short of 4
            12 TIME ExecutionCompleted Completed 5
        "##]],
    );
    world.both(
        "history broken --failed -o table --time iso",
        0,
        &expect![[r#"
                # TIME EVENT WHAT
                2 TIME TaskFailed #0 Overdrawn: short of 4
                3 TIME ExecutionCompleted Failed Overdrawn: short of 4
        "#]],
    );
    world.both("history broken --failed", 0, &expect![[r#"
        {"sequence":2,"timestamp":"TIME","type":"TaskFailed","failure":{"kind":"Application","type":"Overdrawn","message":"short of 4","details":{"missing":4}},"id":0}
        {"sequence":3,"timestamp":"TIME","type":"ExecutionCompleted","failure":{"kind":"Application","type":"Overdrawn","message":"short of 4","details":{"missing":4}},"status":"Failed"}
    "#]]);
    world.both(
        "history done -o json",
        0,
        &expect![[r#"
        [
          {
            "sequence": 0,
            "timestamp": "TIME",
            "type": "ExecutionStarted",
            "executionId": "HEX",
            "input": "done",
            "name": "echo"
          },
          {
            "sequence": 1,
            "timestamp": "TIME",
            "type": "ExecutionCompleted",
            "result": "done",
            "status": "Completed"
          }
        ]
    "#]],
    );
    world.both(
        "history done -o id",
        0,
        &expect![[r#"
        0
        1
    "#]],
    );
    world.both(
        "history done -o table --time unix --follow -q",
        0,
        &expect![[r#"
                # TIME EVENT WHAT
                0 TIME ExecutionStarted echo "done"
                1 TIME ExecutionCompleted Completed "done"
        "#]],
    );
    world.both(
        "history nobody -o table",
        3,
        &expect![[r#"
        error: there is no instance `nobody`
    "#]],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_are_trees() {
    let world = world().await;
    world.populate().await;
    world.both(
        "trace family -o table",
        0,
        &expect![[r#"
        family family TOOK ==================== Completed
        ├─ child echo family-child                                      ====================
        ├─ signal @Counter@a add                                        ====================
        ├─ call @Counter@a add                                          ====================
        ├─ activity charge, attempt 2: Overdrawn: short of 4 TOOK ====================
        │ attempt 1: Overdrawn: short of 4 TOOK ====================
        └─ timer due TIME TOOK ====================
    "#]],
    );
    world.both(
        "trace family -o table --depth 0 --follow",
        0,
        &expect![[r#"
        family family TOOK ==================== Completed
        ├─ child echo family-child                                      ====================
        ├─ signal @Counter@a add                                        ====================
        ├─ call @Counter@a add                                          ====================
        ├─ activity charge, attempt 2: Overdrawn: short of 4 TOOK ====================
        │ attempt 1: Overdrawn: short of 4 TOOK ====================
        └─ timer due TIME TOOK ====================
    "#]],
    );
    world.both(
        "trace done",
        0,
        &expect![[r#"
        {"instanceId":"done","name":"echo","runtimeStatus":"Completed","start":"TIME","end":"TIME","steps":[]}
    "#]],
    );
    world.both(
        "trace done -o id",
        0,
        &expect![[r#"
        done
    "#]],
    );
    world.url("trace open -o table").is(
        0,
        &expect![[r#"
        order open TOOK ==================== Running
        ├─ activity charge TOOK ====================
        └─ waits for event approved TOOK ====================
    "#]],
    );
    world.both(
        "trace nobody",
        3,
        &expect![[r#"
        error: there is no instance `nobody`
    "#]],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn entities_are_listed_and_read() {
    let world = world().await;
    world.populate().await;
    world.client().signal(crate::world::Counter::at("").add(7)).await.unwrap();
    world.client().call(crate::world::Counter::at("").add(7)).await.unwrap();
    world.both(
        "entity list -o table --time iso",
        0,
        &expect![[r#"
            NAME     KEY  CHANGED                      NOTE  STATE
            Counter TIME 14
            Counter a TIME 5
        "#]],
    );
    world.both(
        "entity ls Counter --key-prefix a",
        0,
        &expect![[r#"
        {"entityId":{"name":"Counter","key":"a"},"lastOperationTime":"TIME","state":5}
    "#]],
    );
    world.both(
        "entity ls --locked -o json",
        0,
        &expect![[r#"
        []
    "#]],
    );
    world.both(
        "entity ls Nobody -o table",
        0,
        &expect![[r#"
        No entity matches.
    "#]],
    );
    world.both(
        "entity get Counter a -o table --time iso",
        0,
        &expect![[r#"
        entity    @Counter@a
        changed TIME
        state     5
    "#]],
    );
    world.both("entity get Counter", 0, &expect![[r#"
        {"entityId":{"name":"Counter","key":""},"lastOperationTime":"TIME","state":14,"lockedBy":null,"parked":null,"backlog":0,"waiting":[]}
    "#]]);
    world.both(
        "entity get Counter a -o id",
        0,
        &expect![[r#"
        @Counter@a
    "#]],
    );
    world.both(
        "entity get Counter nobody",
        3,
        &expect![[r#"
        error: nothing is kept of the entity `@Counter@nobody`
    "#]],
    );
}
