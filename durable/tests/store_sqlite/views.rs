//! What people and their tools see.

use super::*;

#[test]
fn views_can_be_read_by_the_sqlite_shell_while_the_store_is_open() {
    let directory = Directory::new();
    let (mut store, _) = open(SqliteStore::new(directory.path()).inline_limit(1_000));
    store.commit(&hello(1)).unwrap();
    let mut failed = Batch {
        created: vec![InstanceRecord {
            status: Status::Failed,
            created: "2026-11-21T12:00:00.000009Z".parse().unwrap(),
            tags: [("team".into(), "a".into())].into(),
            parked: Some(parked()),
            parent: Some(Parent { instance_id: "i1".into(), task_id: Some(1), generation: 0, key: None }),
            ..record(2)
        }],
        ..Batch::default()
    };
    let started = format!(r#"{{"ExecutionStarted":{{"name":"hello","input":{},"execution_id":"00"}}}}"#, text(2_000));
    let failure = Failure::new(durable::FailureKind::Application, "no money");
    let ended = Event::ExecutionCompleted {
        status: Status::Failed,
        result: Some(text(3_000)),
        failure: Some(Box::new(failure)),
    };
    let called = r#"{"EntityOperationCalled":{"id":4,"entity":"@Counter@cats","operation":"add","input":1}}"#;
    failed.segments = vec![segment(2, 0, vec![event(&started), event(called), ended])];
    failed.entities = vec![EntityRecord {
        state: Some(text(4_000)),
        updated: at(0),
        ..EntityRecord::new("@Counter@large".parse().unwrap())
    }];
    store.commit(&failed).unwrap();

    let queries = [
        (
            "SELECT id, status, created, input, output, failure, parent, tags FROM instances ORDER BY id LIMIT 1",
            r#"i1|Completed|2027-01-15T08:00:00.000001Z|"world"|{"greeting":"hello world"}|||"#,
        ),
        (
            "SELECT status, created, length(input), length(output), failure, parent, tags, parked, generation \
          FROM instances WHERE id = 'i2'",
            r#"Failed|2026-11-21T12:00:00.000009Z|2002|3002|no money|i1|{"team":"a"}|deploy it|0"#,
        ),
        (
            "SELECT group_concat(sequence || type, ' ') FROM history WHERE instance = 'i1' ORDER BY sequence",
            "0ExecutionStarted 1TaskScheduled 2TaskCompleted 3ExecutionCompleted",
        ),
        (
            "SELECT at, task, name, payload FROM history WHERE instance = 'i1' AND sequence = 1",
            r#"2027-01-15T08:00:00.000001Z|0|greet|["world"]"#,
        ),
        (
            "SELECT task, name, receiver, payload, details FROM history WHERE instance = 'i2' AND sequence = 1",
            r#"4|add|@Counter@cats|1|{"id":4,"entity":"@Counter@cats","operation":"add","input":1}"#,
        ),
        (
            "SELECT length(payload), failure FROM history WHERE instance = 'i2' AND sequence IN (0, 2)",
            "2002|\n3002|no money",
        ),
        (
            "SELECT id, name, key, length(state), updated FROM entities ORDER BY id",
            "@Counter@cats|Counter|cats|1|2027-01-15T08:00:00.000001Z\n\
          @Counter@large|Counter|large|4002|2027-01-15T08:00:00.000000Z",
        ),
    ];
    let shell = Command::new("sqlite3").arg("--version").output().is_ok();
    for (sql, expected) in queries {
        // The version that is built in has to understand them in any case.
        assert_eq!(select(&directory.path(), sql), expected, "{sql}");
        if shell {
            let output = Command::new("sqlite3").arg("-readonly").arg(directory.path()).arg(sql).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{sql}");
            assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), expected, "{sql}");
        }
    }
}

#[test]
fn the_view_of_entities_tells_who_holds_them_what_waits_and_why_they_are_parked() {
    let directory = Directory::new();
    let (mut store, _) = open(SqliteStore::new(directory.path()).inline_limit(1_000));
    let entity = |id: &str, length: Option<usize>, locked_by, parked| {
        let state = length.map(text);
        EntityRecord { state, updated: at(0), locked_by, parked, ..EntityRecord::new(id.parse().unwrap()) }
    };
    let accepted = [("@A@", None), ("@C@a@b", None), ("@C@a@b", None), ("@C@a@b", Some(at(1))), ("@C@a", Some(at(1)))];
    let accepted = (1..).zip(accepted).map(|(number, (to, due))| InboxRow { number, due, message: wish(to) });
    let entities = vec![
        entity("@A@", None, Some(holder()), None),
        entity("@C@a", Some(4_000), None, Some(parked())),
        entity("@C@a@b", Some(5_000), Some(holder()), Some(parked())),
        entity("@D@", Some(10), Some(holder()), None),
        entity("@E@", None, None, Some(parked())),
        entity("@F@", Some(10), None, None),
    ];
    store.commit(&Batch { entities, accepted: accepted.collect(), ..Batch::default() }).unwrap();
    let sql = "SELECT id, length(state), updated, locked_by, backlog, parked FROM entities ORDER BY id";
    let expected = [
        "@A@||2027-01-15T08:00:00.000000Z|it's \"me\"|1|",
        "@C@a|4002|2027-01-15T08:00:00.000000Z||0|deploy it",
        "@C@a@b|5002|2027-01-15T08:00:00.000000Z|it's \"me\"|2|deploy it",
        "@D@|12|2027-01-15T08:00:00.000000Z|it's \"me\"|0|",
        "@E@||2027-01-15T08:00:00.000000Z||0|deploy it",
        "@F@|12|2027-01-15T08:00:00.000000Z||0|",
    ];
    assert_eq!(select(&directory.path(), sql), expected.join("\n"));
    let sql = "SELECT entity, instance, generation, section, state FROM locks";
    let expected = [
        "@A@|it's \"me\"|2|3|held",
        "@A@|it's \"me\"|2|3|awaited",
        "@C@a@b|it's \"me\"|2|3|held",
        "@C@a@b|it's \"me\"|2|3|awaited",
        "@C@a@b|it's \"me\"|2|3|awaited",
        "@D@|it's \"me\"|2|3|held",
    ];
    assert_eq!(select(&directory.path(), sql), expected.join("\n"));
}

#[test]
fn no_large_state_is_left_behind_whatever_happens_while_an_entity_is_locked() {
    let directory = Directory::new();
    let (mut store, _) = open(SqliteStore::new(directory.path()).inline_limit(1_000));
    let mut write = |length: Option<usize>, locked: bool| {
        let cats = EntityRecord {
            state: length.map(text),
            locked_by: locked.then(holder),
            ..EntityRecord::new("@Counter@cats".parse().unwrap())
        };
        store.commit(&Batch { entities: vec![cats], ..Batch::default() }).unwrap();
    };
    let sql = "SELECT (SELECT count(*) FROM entity), (SELECT count(*) FROM blob)";
    let (none, small, large) = (None, Some(10), Some(5_000));
    for from in [none, small, large] {
        for (to, locked) in [(none, false), (none, true), (small, false), (small, true), (large, false), (large, true)]
        {
            write(from, true);
            write(to, locked);
            let (entities, blobs) = (i32::from(locked || to.is_some()), i32::from(to == large));
            let found = select(&directory.path(), sql);
            assert_eq!(found, format!("{entities}|{blobs}"), "from {from:?} to {to:?}, locked: {locked}");
        }
    }
}
