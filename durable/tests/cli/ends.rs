//! How the command ends when something is in the way: usage, addresses, keys, owners, pipes, and other files.

use std::{
    fs,
    io::{BufRead, BufReader, pipe},
    process::Stdio,
};

use durable::{client::Handle, http::Key};
use expect_test::expect;

use crate::world::{Run, world};

#[tokio::test(flavor = "multi_thread")]
async fn wrong_usage_is_told_with_what_is_right() {
    let world = world().await;
    world.run("--db app.db --url http://localhost ls").is(
        2,
        &expect![[r#"
        error: the argument '--db <FILE>' cannot be used with '--url <URL>'

        Usage: durable --db <FILE> <COMMAND>

        For more information, try '--help'.
    "#]],
    );
    world.run("--db app.db ls --since yesterday").is(
        2,
        &expect![[r#"
        error: invalid value 'yesterday' for '--since <TIME>': expected a time such as TOOK, 5m, 2h or 7d

        For more information, try '--help'.
    "#]],
    );
    world.run("--db app.db ls --status Done").is(
        2,
        &expect![[r#"
        error: invalid value 'Done' for '--status <STATUS>'
          [possible values: Pending, Running, Suspended, Completed, Failed, Terminated]

        For more information, try '--help'.
    "#]],
    );
    world.run("--db app.db start echo --tag team").is(
        2,
        &expect![[r#"
        error: invalid value 'team' for '--tag <NAME=VALUE>': expected NAME=VALUE

        For more information, try '--help'.
    "#]],
    );
    world.run("--db app.db ls --from yesterday").is(
        2,
        &expect![[r#"
        error: the parameter `createdtimefrom` is `yesterday`: expected a point in time such as TIME
    "#]],
    );
    world.run("--url ftp://localhost ls").is(
        2,
        &expect![[r#"
        error: `ftp://127.0.0.1:PORT` is no address of an API: expected http://.. or https://..
    "#]],
    );
    world.run("--url http://eve:secret@localhost ls").is(
        2,
        &expect![[r#"
        error: the address must not hold a name and a password
               use --key
    "#]],
    );
    world.run("explode").is(
        2,
        &expect![[r#"
        error: unrecognized subcommand 'explode'

        Usage: durable [OPTIONS] <COMMAND>

        For more information, try '--help'.
    "#]],
    );
    assert_eq!(world.run("").code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_says_whom_to_ask() {
    let world = world().await;
    world.populate().await;
    let run = |variables: &[(&str, &str)], arguments: &str| {
        Run::from(world.command(arguments).envs(variables.iter().copied()).output().unwrap())
    };
    let (url, db) = (("DURABLE_URL", world.address()), ("DURABLE_DB", "app.db"));
    assert_eq!(run(&[url], "get done -o id").code, 0);
    assert_eq!(run(&[db], "get done -o id").code, 0);
    run(&[url, db], "ls").is(
        2,
        &expect![[r#"
        error: the environment has both DURABLE_URL and DURABLE_DB
               say which one is meant by --url or --db
    "#]],
    );
    // Arguments come first.
    assert_eq!(run(&[("DURABLE_URL", "http://127.0.0.1:9")], "get done --db app.db -o id").code, 0);
    assert_eq!(run(&[("DURABLE_DB", "missing.db")], &format!("get done --url {}", world.address())).code, 0);
    // An address without a scheme, with a slash, or with the whole path of the API.
    let bare = world.address().trim_start_matches("http://");
    for url in [bare, &format!("{bare}/"), &format!("{bare}/runtime/webhooks/durabletask")] {
        assert_eq!(world.run(&format!("--url {url} get done -o id")).out, "done\n", "{url}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_there_is_named() {
    let world = world().await;
    // Nobody listens on a port that was just given back.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let run = world.run(&format!("--url http://127.0.0.1:{port} ls"));
    run.is(1, &expect![[r#"
        error: http://127.0.0.1:PORT can't be reached: Connection refused (os error 111)
               is the program running, and does it serve its API? --url names another address, --db opens a database file without the program
    "#]]);
    // A server that is another one.
    let other = world.run(&format!("--url {}/elsewhere get done", world.address()));
    assert_eq!(other.code, 1, "{other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_right_key_nothing_is_told() {
    let mut world = world().await;
    world.populate().await;
    world.stop().await;
    let key = |text: &str| Key::new(text.repeat(4)).unwrap();
    world.start(|api| api.key(key("0123456789abcdef")).read_only_key(key("fedcba9876543210"))).await;
    world.url("ls").is(
        7,
        &expect![[r#"
        error: a key is needed: `Authorization: Bearer KEY`, or `x-functions-key: KEY`
               set the environment variable DURABLE_KEY to a key of the API
    "#]],
    );
    world.url("ls --key wrong").is(
        7,
        &expect![[r#"
        error: a key is needed: `Authorization: Bearer KEY`, or `x-functions-key: KEY`
               set the environment variable DURABLE_KEY to a key of the API
    "#]],
    );
    let (all, read) = ("0123456789abcdef".repeat(4), "fedcba9876543210".repeat(4));
    assert_eq!(world.url(&format!("ls --key {all}")).code, 0);
    let mut command = world.command(&format!("--url {} event open approved", world.address()));
    Run::from(command.env("DURABLE_KEY", &read).output().unwrap()).is(
        7,
        &expect![[r#"
        error: this key may only read
    "#]],
    );
    Run::from(command.env("DURABLE_KEY", &all).output().unwrap()).is(
        0,
        &expect![[r#"
        {"instanceId":"open","raised":"approved"}
    "#]],
    );
    // Nor is it told to whoever asks for help.
    let mut help = world.command("ls --help");
    assert!(!Run::from(help.env("DURABLE_KEY", &all).output().unwrap()).out.contains(&all));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_of_a_file_is_named() {
    let world = world().await;
    world.populate().await;
    for arguments in
        ["event open approved", "start echo", "terminate --all --dry-run", "serve", "entity delete Counter a"]
    {
        let run = world.db(arguments);
        let holder = format!("app.db is in use by process {}", std::process::id());
        assert!(run.code == 6 && run.err.contains(&holder) && run.err.contains("--url"), "{arguments}: {run:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_files_stay_as_they_are() {
    let world = world().await;
    let file = world.directory.path().join("notes.txt");
    let text = "not a database ".repeat(100);
    fs::write(&file, &text).unwrap();
    for arguments in ["ls", "event a b", "db verify", "db vacuum", "serve"] {
        let run = world.run(&format!("--db notes.txt {arguments}"));
        assert!(run.code == 1 && run.err.contains("not a durable database"), "{run:?}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    assert_eq!(
        fs::read_dir(world.directory.path())
            .unwrap()
            .filter(|entry| { entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("notes") })
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_file_is_left_to_its_program() {
    let world = world().await;
    let file = world.directory.path().join("old.db");
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.execute_batch(include_str!("../format_1.sql")).unwrap();
    connection.close().unwrap();
    let before = fs::read(&file).unwrap();
    for arguments in ["ls", "start echo", "db stats", "db verify", "db vacuum", "db backup new.db", "serve"] {
        let run = world.run(&format!("--db old.db {arguments}"));
        let advised = run.err.contains("let the program run once with this version of `durable`");
        assert!(run.code == 1 && run.err.contains("has the old format 1") && advised, "{run:?}");
    }
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_last_format_is_read_and_left_to_its_program() {
    let mut world = world().await;
    world.populate().await;
    world.stop().await;
    let connection = rusqlite::Connection::open(world.file()).unwrap();
    connection.execute("UPDATE hub SET format = 3", []).unwrap();
    connection.close().unwrap();
    assert_eq!(world.db("ls").code, 0);
    for arguments in ["start echo", "db vacuum", "serve"] {
        let run = world.db(arguments);
        assert!(run.code == 1 && run.err.contains("has the old format 3"), "{run:?}");
    }
    assert_eq!(world.db("db stats").json()["format"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_read_enough_is_no_error() {
    let world = world().await;
    world.populate().await;
    for arguments in ["ls -o jsonl", "ls -o table", "history family", "completions bash", "man", "--help"] {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let mut command = world.command(&format!("--url {} {arguments}", world.address()));
        let output = command.stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), text.as_str()), (Some(0), ""), "{arguments}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_followed_is_shown_to_its_end() {
    let world = world().await;
    world.populate().await;
    let follow = |arguments: &str| {
        let mut command = world.command(&format!("--url {} {arguments}", world.address()));
        command.stdout(Stdio::piped()).spawn().unwrap()
    };
    let by_file = world.command("--db app.db wait open -o id").stdout(Stdio::piped()).spawn().unwrap();
    let (history, waiting) = (follow("history open --follow -o table"), follow("wait open -o id"));
    let trace = follow("trace open --follow -o id");
    let mut watched = follow("list --watch -o id");
    let mut lines = BufReader::new(watched.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "open");
    world.client().raise_event(&"open".parse().unwrap(), "approved", &true).await.unwrap();
    let handle: Handle = world.client().handle("open").unwrap();
    handle.output().await.unwrap();
    for process in [waiting, trace, by_file] {
        let run = Run::from(process.wait_with_output().unwrap());
        assert_eq!((run.code, run.out.as_str()), (0, "open\n"));
    }
    let history = Run::from(history.wait_with_output().unwrap());
    assert!(history.code == 0 && history.out.lines().last().unwrap().contains("ExecutionCompleted"), "{history:?}");
    // What has changed is listed again.
    assert!(lines.skip(4).any(|line| line.unwrap() == "open"));
    watched.kill().unwrap();
    watched.wait().unwrap();
}
