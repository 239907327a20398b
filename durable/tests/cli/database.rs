//! What can only be done with a file: `db`, `serve`, and files that programs have left behind.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
};

use durable::{prelude::*, testing::History};
use expect_test::expect;

use crate::world::{PROGRAM, World, world};

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_looked_after_while_a_program_has_it_open() {
    let mut world = world().await;
    world.populate().await;
    world.db("db verify -o table").is(
        0,
        &expect![[r#"
        18 rows are sound.
    "#]],
    );
    world.db("db verify").is(
        0,
        &expect![[r#"
        {"rows":18,"problems":0,"damage":[]}
    "#]],
    );
    let stats = world.db("db stats").json();
    let counts = ["parked", "turns", "events", "entities", "messages", "closedInOrder"].map(|name| stats[name].clone());
    expect![[r#"[["Pending",0],["Running",1],["Suspended",0],["Completed",3],["Failed",1],["Terminated",0]] [Number(0), Number(12), Number(24), Number(1), Number(0), Bool(false)]"#]].assert_eq(&format!("{} {counts:?}", stats["instances"]));
    assert!(world.db("db stats -o table").out.contains("no: it is open"));
    assert_eq!(world.db("db backup copy.db").code, 0);
    world.db("db backup copy.db").is(
        6,
        &expect![[r#"
        error: there is a file `copy.db` already
               name another file for the copy
    "#]],
    );
    assert_eq!(world.db("db vacuum").code, 6);
    world.stop().await;
    assert!(world.db("db stats -o table").out.contains("closed in order   yes"));
    assert_eq!(world.db("db vacuum").code, 0);
    let original = world.db("ls");
    assert_eq!((original.code, original.out.lines().count()), (0, 5));
    assert_eq!(world.run("--db copy.db ls"), original);
    assert_eq!(world.run("--db copy.db db verify -o none").code, 0);
    // The copy is a database to go on with.
    let runtime = Runtime::builder().sqlite(world.directory.path().join("copy.db")).register(PROGRAM).start().await;
    let runtime = runtime.unwrap();
    runtime.client().raise_event(&"open".parse().unwrap(), "approved", &1).await.unwrap();
    let handle: durable::Handle = runtime.client().handle("open").unwrap();
    assert_eq!(handle.output().await.unwrap().as_json(), r#""charged 42""#);
    runtime.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_file_says_so() {
    let world = world().await;
    for arguments in ["db verify", "db stats", "db backup x.db", "db vacuum", "serve"] {
        let run = world.url(arguments);
        assert_eq!((run.code, run.err.contains("--db FILE")), (2, true), "{run:?}");
    }
    for arguments in ["db verify", "db stats", "db backup x.db", "db vacuum", "serve", "ls", "event a b"] {
        let run = world.run(&format!("--db missing.db {arguments}"));
        assert_eq!((run.code, run.err.contains("there is no file `missing.db`")), (3, true), "{run:?}");
    }
    assert!(!world.directory.path().join("missing.db").exists());
}

/// Changes a row of a file that nobody has open.
pub(crate) fn damage(world: &World) {
    let mut bytes = fs::read(world.file()).unwrap();
    let place = bytes.windows(10).position(|window| window == b"charged 42").unwrap();
    bytes[place] = b'C';
    fs::write(world.file(), bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_by_hand_is_accepted() {
    let mut world = world().await;
    world.populate().await;
    let refused = world.db("db renew-checksums");
    assert_eq!((refused.code, refused.err.contains("in use by process")), (6, true), "{refused:?}");
    world.stop().await;
    // Nothing to accept, nothing to ask.
    world.db("db renew-checksums -o table").is(
        0,
        &expect![[r#"
        18 rows are sound.
    "#]],
    );
    damage(&world);
    world.db("db renew-checksums").is(
        2,
        &expect![[r#"
        error: 2 problems would be accepted, and nobody can be asked
               look at `durable db verify`, then add --yes to do it
    "#]],
    );
    assert_eq!(world.db("history open").code, 1);
    world.db("db renew-checksums --yes").is(
        0,
        &expect![[r#"
        {"rows":18,"problems":0,"damage":[]}
    "#]],
    );
    assert!(world.db("history open").out.contains("Charged 42"));
    world.run("--db missing.db db renew-checksums").is(
        3,
        &expect![[r#"
        error: there is no file `missing.db`
    "#]],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_named() {
    let mut world = world().await;
    world.populate().await;
    world.stop().await;
    damage(&world);
    world.db("db verify -o table").is(1, &expect![[r#"
        table `segment`, row 12: it was damaged, its checksum does not fit
        instance `open`: table `segment`, row 12: it was damaged, its checksum does not fit: restore a copy of the file; if the row was changed by hand, `durable db renew-checksums`, or `SqliteStore::renew_checksums`, accepts it as it is
        2 problems in 18 rows; restore a copy, or see RELIABILITY.md.
    "#]]);
    assert_eq!(world.db("db verify").json()["problems"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_exported_as_tests_replay_it() {
    let world = world().await;
    world.populate().await;
    for id in ["done", "broken", "open", "family"] {
        let file = world.directory.path().join("histories").join(format!("{id}.json"));
        for door in [World::url, World::db] {
            let run = door(&world, &format!("history {id} --export histories/{id}.json -o table"));
            assert_eq!(run.out, format!("Wrote the history of {id} to histories/{id}.json.\n"), "{run:?}");
            let expected = History::of(&world.client(), &id.parse().unwrap()).await.unwrap();
            assert_eq!(History::load(&file).unwrap(), expected);
            fs::remove_file(&file).unwrap();
        }
    }
    world.both(
        "history nobody --export x.json",
        3,
        &expect![[r#"
        error: there is no instance `nobody`
    "#]],
    );
}

/// `durable serve`, which is killed in the end.
struct Served {
    process: Child,
    url: String,
}

fn serve(world: &World, arguments: &str) -> Served {
    let mut command = world.command(&format!("serve --listen 127.0.0.1:0 {arguments}"));
    let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.split_whitespace().find(|word| word.starts_with("http")).unwrap_or_else(|| panic!("{line}"));
    Served { url: url.to_owned(), process }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_served_without_its_program() {
    let mut world = world().await;
    world.populate().await;
    world.stop().await;
    let listed = world.db("ls");
    let served = serve(&world, "--db app.db");
    let run = |arguments: &str| world.run(&format!("--url {} {arguments}", served.url));
    assert_eq!(run("ls"), listed);
    run("start echo --id later --input 1 -o id").is(
        0,
        &expect![[r#"
        later
    "#]],
    );
    run("terminate open -o table").is(
        0,
        &expect![[r#"
        Terminated open.
    "#]],
    );
    // One owner: others may only look.
    assert_eq!(world.db("ls -o id").code, 0);
    let refused = world.db("event done x");
    assert_eq!(refused.code, 6, "{refused:?}");
    assert!(refused.err.contains(&format!("app.db is in use by process {} (durable)", served.process.id())));
    assert!(refused.err.contains("ask that program by --url"), "{refused:?}");
    // Killed, it leaves a database that is whole, also where only a copy of its files is.
    drop(served);
    let copy = world.directory.path().join("copy");
    fs::create_dir(&copy).unwrap();
    for file in ["app.db", "app.db-wal"] {
        fs::copy(world.directory.path().join(file), copy.join(file)).unwrap();
    }
    let copied = serve(&world, "--db copy/app.db --read-only");
    let run = |arguments: &str| world.run(&format!("--url {} {arguments}", copied.url));
    let listed = run("ls -o id");
    assert_eq!(listed, world.db("ls -o id"));
    let mut page = TcpStream::connect(copied.url.trim_start_matches("http://")).unwrap();
    write!(page, "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    page.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("content-type: text/html"), "{answer}");
    assert!(answer.contains("<!doctype html>"), "{answer}");
    assert!(listed.out.starts_with("later\n"), "{listed:?}");
    run("event done x").is(
        7,
        &expect![[r#"
        error: nothing can be changed here: this API is read-only
    "#]],
    );
    drop(copied);
    world.start(|api| api).await;
    world.url("wait later -o table").is(
        0,
        &expect![[r#"
        ID     STATUS     OUTPUT
        later  Completed  1
    "#]],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_shown_where_nothing_can_be_written_beside_it() {
    let mut world = world().await;
    world.populate().await;
    world.stop().await;
    let copy = world.directory.path().join("copy ?#%.db");
    fs::copy(world.file(), &copy).unwrap();
    // SQLite can't make its file there.
    fs::create_dir(world.directory.path().join("copy ?#%.db-shm")).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = world.command("");
        crate::world::Run::from(command.arg("--db").arg(&copy).args(arguments).output().unwrap())
    };
    assert_eq!(run(&["ls"]), world.db("ls"));
    assert_eq!(run(&["db", "verify", "-o", "none"]).code, 0);
}
