//! Stored text that would act on the terminal.

use durable::Payload;

use crate::world::world;

const HOSTILE: &str = "\u{1b}]0;title\u{7}\u{1b}[2J\u{9b}31m\r\n\u{202e}evil\u{7f}\u{8}";

/// What acts on terminals.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_it_reaches_the_terminal_as_it_is() {
    let mut world = world().await;
    let client = world.client();
    let payload = Payload::encode(HOSTILE).unwrap();
    let starting = client.start_named("echo", payload).instance_id("bad").tag(HOSTILE, HOSTILE).version(HOSTILE);
    starting.await.unwrap().output().await.unwrap();
    client.start_named("order", Payload::encode(&1).unwrap()).instance_id("open").await.unwrap();
    client.raise_event(&"open".parse().unwrap(), "approved", &HOSTILE).await.unwrap();
    client.terminate(&"open".parse().unwrap(), HOSTILE).await.ok();
    world.stop().await;
    let all = [
        "ls",
        "get bad",
        "get open",
        "history bad",
        "history open",
        "trace open",
        "trace bad",
        "wait bad open",
        "get nobody\u{1b}[2J",
        "entity get Counter \u{1b}[2J",
        "rewind \u{9b}31m",
        "entity ls \u{1b}c",
    ];
    for arguments in all {
        for format in ["table", "json", "jsonl", "id"] {
            let run = world.db(&format!("{arguments} -o {format}"));
            let printed = format!("{}{}", run.out, run.err);
            assert!(!printed.chars().any(acts), "{arguments} -o {format}: {printed:?}");
        }
    }
    // For programs it is what it was.
    assert_eq!(world.db("get bad").json()["output"], HOSTILE);
    // Colors are ours.
    let colored = world.db("ls -o table --color always").out;
    assert!(colored.contains("\u{1b}["), "{colored:?}");
    let mut command = world.command("--db app.db ls -o table");
    let plain = crate::world::Run::from(command.env("NO_COLOR", "1").output().unwrap());
    assert!(!plain.out.contains('\u{1b}'), "{plain:?}");
}
