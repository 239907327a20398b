//! The same for many: counted, confirmed, done.

use expect_test::expect;

use crate::world::pair;

#[tokio::test(flavor = "multi_thread")]
async fn many_are_counted_first_and_changed_only_when_it_is_confirmed() {
    let pair = pair().await;
    pair.both(
        "terminate --name order --dry-run -o table",
        0,
        &expect![[r#"
        1 instance would be terminated; 1 that match are not in a state for it.
    "#]],
    );
    pair.both(
        "terminate --name order --dry-run",
        0,
        &expect![[r#"
        {"done":1,"dryRun":true,"failed":0,"failures":[],"matched":2,"skipped":1}
    "#]],
    );
    pair.both(
        "terminate --name order",
        2,
        &expect![[r#"
        error: 1 instance would be terminated, and nobody can be asked
               add --yes to do it
    "#]],
    );
    pair.both("ls --name BuiltIn::Bulk -o id", 0, &expect![""]);
    pair.both(
        "get open -o id -q --timeout 1m",
        0,
        &expect![[r#"
        open
    "#]],
    );
    pair.both(
        "terminate --name order --reason enough --yes -o table",
        0,
        &expect![[r#"
        1 instance terminated; 1 that match were not in a state for it, 0 failed.
    "#]],
    );
    pair.both(
        "terminate --name order --yes -o table",
        0,
        &expect![[r#"
        0 instances would be terminated; 2 that match are not in a state for it.
    "#]],
    );
    pair.both("purge --status Completed --since 1h -y", 0, &expect![[r#"
        {"name":"BuiltIn::Bulk","instanceId":"HEX","runtimeStatus":"Completed","input":null,"customStatus":{"matched":3,"done":3,"skipped":0,"failed":0,"failures":[],"dryRun":false},"output":{"matched":3,"done":3,"skipped":0,"failed":0,"failures":[],"dryRun":false},"createdTime":"TIME","lastUpdatedTime":"TIME"}
    "#]]);
    pair.both(
        "ls -o id --status completed,failed,terminated --name order --name echo",
        0,
        &expect![[r#"
        open
        broken
    "#]],
    );
    pair.both(
        "purge",
        2,
        &expect![[r#"
        error: which instances is it to purge?
               give ids, or options such as --name and --status; --all means all
    "#]],
    );
    pair.both("purge --all --yes --recursive -o none", 0, &expect![""]);
    pair.both("ls --status Terminated", 0, &expect![""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_suspended_and_resumed_also_in_a_file_and_rewound_by_the_code_only() {
    let pair = pair().await;
    pair.running.url("rewind --status Failed --yes -o table").is(
        0,
        &expect![[r#"
        1 instance rewound; 0 that match were not in a state for it, 0 failed.
    "#]],
    );
    pair.both(
        "suspend --name order --tag team=a -y -o table",
        0,
        &expect![[r#"
        1 instance suspended; 0 that match were not in a state for it, 0 failed.
    "#]],
    );
    pair.both(
        "resume --all -y -o table",
        0,
        &expect![[r#"
        1 instance resumed; 4 that match were not in a state for it, 0 failed.
    "#]],
    );
    pair.stopped.db("rewind --status Failed --yes -o table").is(
        0,
        &expect![[r#"
        0 instances rewound; 1 that match were not in a state for it, 0 failed.
    "#]],
    );
}
