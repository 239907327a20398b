//! What the command says of itself.

use expect_test::expect;

use crate::world::world;

const COMMANDS: [&str; 32] = [
    "",
    "serve",
    "start",
    "list",
    "get",
    "history",
    "trace",
    "wait",
    "event",
    "suspend",
    "resume",
    "terminate",
    "rewind",
    "restart",
    "purge",
    "entity",
    "entity list",
    "entity get",
    "entity signal",
    "entity call",
    "entity delete",
    "db",
    "db verify",
    "db stats",
    "db backup",
    "db vacuum",
    "db renew-checksums",
    "completions",
    "man",
    "ls",
    "entity ls",
    "list",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_command_explains_itself() {
    let world = world().await;
    for command in COMMANDS {
        let run = world.run(&format!("{command} --help"));
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{command}");
        assert!(run.out.contains("Usage: durable") && run.out.contains("Global options:"), "{command}: {}", run.out);
        for line in run.out.lines() {
            assert!(line.chars().count() <= 120, "{command}: {line}");
        }
    }
    world.run("-h").is(
        0,
        &expect![[r#"
            Shows and manages durable orchestrations and entities

            Usage: durable [OPTIONS] <COMMAND>

            Commands:
              serve        Serves the API over a database file, without the program
              start        Starts an orchestration
              list         Lists instances, the newest first [alias: ls]
              get          Shows an instance: its state, input, output, and what it waits for
              history      Shows what happened in an instance, event by event
              trace        Shows what an instance did and how long it took, as a tree with its children
              wait         Waits until instances have ended
              event        Raises an event for an instance
              suspend      Lets instances take no more turns until they are resumed
              resume       Lets suspended instances take turns again
              terminate    Ends instances from outside
              rewind       Lets failed instances go on from before their failure
              restart      Starts an instance again with its input
              purge        Removes instances that have ended, with their histories
              entity       Lists, reads, signals, calls and deletes entities
              db           Looks after a database file (only with --db)
              completions  Prints completions for a shell
              man          Prints the manual page

            Options:
              -h, --help     Print help (see more with '--help')
              -V, --version  Print version

            Global options:
            --url <URL> Asks the program that serves its API there (http://127.0.0.1:PORT if there
                                     is no database either) [env: DURABLE_URL]
                  --db <FILE>        Opens this database file. What only reads works while a program has it open
                                     [env: DURABLE_DB]
                  --key <KEY>        The key for the API. Better given by the environment: others on this
                                     machine can see arguments [env: DURABLE_KEY]
              -o, --output <FORMAT>  How to print: `table` on a terminal, `jsonl` otherwise [possible values:
                                     table, json, jsonl, id, none]
                  --time <STYLE>     How to write times in tables [default: relative] [possible values:
                                     relative, iso, unix]
                  --color <WHEN>     When to use colors; the environment variable NO_COLOR is honored [default:
                                     auto] [possible values: auto, always, never]
              -q, --quiet            Says nothing but results and errors
              -y, --yes              Does not ask before many are changed
            --timeout <TIME> Gives up after that time, such as TOOK, 5m, 2h

            Examples:
              durable list --status Failed --since 1h      what failed within the last hour
              durable start order --id order-42 --input '{"cents":4200}' --wait
              durable trace order-42                       what it did, and how long it took
              durable --db app.db get order-42             the same without a running program
              durable rewind --name order --status Failed  all failed orders go on from before their failure

            Exit codes:
              0 done   1 error   2 wrong usage   3 not found   4 the orchestration failed or was terminated
              5 timed out   6 the state does not allow it   7 not allowed: a key is missing or does not suffice
        "#]],
    );
    world.run("terminate -h").is(
        0,
        &expect![[r#"
            Ends instances from outside

            Usage: durable terminate [OPTIONS] [ID]...

            Arguments:
              [ID]...  The instances. Instead, the options below say which: then all that match are counted, and
                       you are asked

            Options:
                  --recursive        Their children, too
                  --reason <REASON>  Why, for the history
                  --dry-run          Only says what would be done
              -h, --help             Print help (see more with '--help')

            Which instances:
                  --status <STATUS>     In that state; several are alternatives [possible values: Pending,
                                        Running, Suspended, Completed, Failed, Terminated]
                  --name <NAME>         Of that orchestrator; several are alternatives
                  --id-prefix <PREFIX>  With an id that begins so
                  --tag <NAME=VALUE>    With that label; several have to be there together
                  --version <VERSION>   Of that version
                  --parent <ID>         Started by that instance or entity
                  --error-type <TYPE>   Failed with an error of that type
                  --parked[=<BOOL>]     Only parked ones, or only those that are not [possible values: true,
                                        false]
            --since <TIME> Created within that time, such as 1h or 7d
            --older-than <TIME> Created longer ago than that
            --from <WHEN> Created at that time or later, such as TIME
                  --to <WHEN>           Created at that time or earlier
                  --all                 Really all instances

            Global options:
            --url <URL> Asks the program that serves its API there (http://127.0.0.1:PORT if there
                                     is no database either) [env: DURABLE_URL]
                  --db <FILE>        Opens this database file. What only reads works while a program has it open
                                     [env: DURABLE_DB]
                  --key <KEY>        The key for the API. Better given by the environment: others on this
                                     machine can see arguments [env: DURABLE_KEY]
              -o, --output <FORMAT>  How to print: `table` on a terminal, `jsonl` otherwise [possible values:
                                     table, json, jsonl, id, none]
                  --time <STYLE>     How to write times in tables [default: relative] [possible values:
                                     relative, iso, unix]
                  --color <WHEN>     When to use colors; the environment variable NO_COLOR is honored [default:
                                     auto] [possible values: auto, always, never]
              -q, --quiet            Says nothing but results and errors
              -y, --yes              Does not ask before many are changed
            --timeout <TIME> Gives up after that time, such as TOOK, 5m, 2h

            Examples:
              durable terminate order-42 --reason 'the customer has left'
              durable terminate --name order --older-than 30d   asks first; --yes does not
        "#]],
    );
    world.run("--version").is(
        0,
        &expect![[r#"
        durable 0.1.0
    "#]],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn shells_and_readers_of_manuals_are_served() {
    let world = world().await;
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = world.run(&format!("completions {shell}"));
        assert!(run.code == 0 && run.out.contains("durable") && run.out.contains("terminate"), "{shell}");
    }
    let manual = world.run("man");
    assert!(
        manual.code == 0 && manual.out.contains(".TH durable 1") && manual.out.contains("Exit codes"),
        "{manual:?}"
    );
}
