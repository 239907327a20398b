//! Code that was changed: what `replay` says of it.

use std::{panic, time::Duration};

use durable::{
    __private::Item,
    FailureKind, Registry,
    model::ParkReason,
    prelude::*,
    testing::{Divergence, History, replay, replay_dir},
};
use expect_test::{Expect, expect};

use crate::program::{PROGRAM, note};

/// The code of some later version: orchestrators by the old names that do other things.
mod changed {
    use super::*;

    #[activity]
    pub(super) async fn check(card: String) -> Result<bool> {
        Ok(!card.is_empty())
    }

    #[orchestrator(name = "waiting")]
    pub(super) async fn asks_for_something_else(ctx: &Context) -> Result<String> {
        ctx.call(check("before".into())).await?;
        ctx.event("word").await
    }

    #[orchestrator(name = "waiting")]
    pub(super) async fn asks_for_more(ctx: &Context) -> Result<String> {
        ctx.call(note("before".into())).await?;
        ctx.timer(Duration::from_secs(1)).await;
        ctx.event("word").await
    }

    #[orchestrator(name = "waiting")]
    pub(super) async fn asks_for_less(ctx: &Context) -> Result<String> {
        ctx.call(note("before".into())).await?;
        ctx.event("word").await
    }

    #[orchestrator(name = "waiting")]
    pub(super) async fn has_a_longer_argument(ctx: &Context) -> Result<String> {
        ctx.call(note("x".repeat(200))).await?;
        ctx.event("word").await
    }

    #[orchestrator(name = "waiting")]
    pub(super) async fn takes_an_argument(ctx: &Context, patience: u64) -> Result<String> {
        ctx.call(note(patience.to_string())).await?;
        ctx.event("word").await
    }

    #[orchestrator(name = "waiting")]
    pub(super) async fn panics_before_the_word(ctx: &Context) -> Result<String> {
        let length = ctx.call(note("before".into())).await?;
        assert!(length > 100, "too short");
        ctx.event("word").await
    }

    #[orchestrator(name = "waiting")]
    pub(super) async fn awaits_what_is_not_durable(ctx: &Context) -> Result<String> {
        ctx.call(note("before".into())).await?;
        durable::assume_deterministic!(std::future::pending::<()>().await);
        ctx.event("word").await
    }
}

fn history(name: &str) -> History {
    History::load(super::of_this_version().join(format!("{name}.json"))).unwrap()
}

#[track_caller]
fn diverges(registry: Registry, name: &str, expected: &Expect) -> Divergence {
    let divergence = replay(registry, &history(name)).unwrap_err();
    let text = divergence.to_string();
    let times = text.split_whitespace().filter(|word| word.starts_with("20")).collect::<Vec<_>>();
    let text = times.iter().fold(text.clone(), |text, time| text.replace(time, "[time]"));
    expected.assert_eq(&format!("{text}\n"));
    divergence
}

#[test]
fn another_step_is_shown_beside_what_was_recorded() {
    let registry = registry![changed::asks_for_something_else, changed::check];
    let divergence = diverges(
        registry,
        "resumed",
        &expect![[r#"
        `resumed` of `waiting`: the code of `waiting` does not fit its history at event 1: recorded was activity `note` #0 with input "before", the code asks for activity `check` #0 with input "before"; deploy code that takes the recorded steps, and the instance goes on

               recorded                                                  the code now
             0 . start of `waiting`
        >    1 activity `note` #0 with input "before"                    activity `check` #0 with input "before"
    "#]],
    );
    assert!(matches!(divergence.reason(), ParkReason::Nondeterminism { sequence: 1, .. }));
    assert_eq!((divergence.instance().as_str(), divergence.orchestrator()), ("resumed", "waiting"));
    assert_eq!(divergence.failure(), None);
}

#[test]
fn a_step_more_is_found_where_it_comes() {
    diverges(
        registry![changed::asks_for_more, note],
        "resumed",
        &expect![[r#"
        `resumed` of `waiting`: the code of `waiting` does not fit its history at event 3: recorded was nothing more, the code asks for timer #1 due [time] deploy code that takes the recorded steps, and the instance goes on

               recorded                                                  the code now
             0 . start of `waiting`
             1 activity `note` #0 with input "before"                    activity `note` #0 with input "before"
             2 . result of activity #0
        >    3 -                                                         timer #1 due [time]
    "#]],
    );
}

#[test]
fn a_step_less_is_found_where_it_is_missing() {
    diverges(
        registry![changed::asks_for_less, note],
        "resumed",
        &expect![[r#"
        `resumed` of `waiting`: the code of `waiting` does not fit its history at event 6: recorded was activity `note` #1 with input "behind", the code asks for end of the orchestration as Completed; deploy code that takes the recorded steps, and the instance goes on

               recorded                                                  the code now
             0 . start of `waiting`
             1 activity `note` #0 with input "before"                    activity `note` #0 with input "before"
             2 . result of activity #0
             3 . suspended
             4 . event `word` raised
             5 . resumed
        >    6 activity `note` #1 with input "behind"                    end of the orchestration as Completed
    "#]],
    );
}

#[test]
fn long_arguments_are_cut() {
    diverges(
        registry![changed::has_a_longer_argument, note],
        "waiting",
        &expect![[r#"
        `waiting` of `waiting`: the code of `waiting` does not fit its history at event 1: recorded was activity `note` #0 with input "before", the code asks for activity `note` #0 with input "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… (202 bytes); deploy code that takes the recorded steps, and the instance goes on

               recorded                                                  the code now
             0 . start of `waiting`
        >    1 activity `note` #0 with input "before"                    activity `note` #0 with input "xxxxxxxxxxxxxxxxxxxxxxxx…
    "#]],
    );
}

#[test]
fn an_argument_that_does_not_fit_is_named() {
    let divergence = diverges(
        registry![changed::takes_an_argument, note],
        "waiting",
        &expect![[r#"
        `waiting` of `waiting`: the code of `waiting` does not fit its history at event 1: recorded was activity `note` #0 with input "before", the code asks for end of the orchestration as Failed; deploy code that takes the recorded steps, and the instance goes on
        the code failed there: `waiting` can't take the argument null: invalid type: null, expected u64 at line 1 column 4

               recorded                                                  the code now
             0 . start of `waiting`
        >    1 activity `note` #0 with input "before"                    end of the orchestration as Failed
    "#]],
    );
    assert_eq!(divergence.failure().unwrap().kind, FailureKind::InvalidPayload);
}

#[test]
fn a_panic_is_shown_with_its_place_in_the_source() {
    let divergence = replay(registry![changed::panics_before_the_word, note], &history("resumed")).unwrap_err();
    let failure = divergence.failure().unwrap();
    let location = failure.location.as_deref().unwrap();
    assert!(location.contains("divergence.rs:"), "{location}");
    assert!(divergence.to_string().contains(&format!("the code failed there: panicked: too short ({location})")));
}

#[test]
fn what_is_not_durable_is_refused() {
    diverges(
        registry![changed::awaits_what_is_not_durable, note],
        "waiting",
        &expect![[r#"
        `waiting` of `waiting`: the orchestrator `waiting` awaits nothing that is durable, and so waits for ever: await only what `ctx` gives and the combinators of `durable`; I/O, sleeping and channels belong in an activity

               recorded                                                  the code now
             0 . start of `waiting`
             1 activity `note` #0 with input "before"                    activity `note` #0 with input "before"
             2 . result of activity #0
    "#]],
    );
}

#[test]
fn an_orchestrator_that_is_gone_is_named() {
    let divergence = diverges(
        registry![note],
        "waiting",
        &expect![[r"
            `waiting` of `waiting`: no orchestrator `waiting` is registered (registered: none); add it to `registry![..]`, and the instance goes on
        "]],
    );
    assert_eq!(divergence.reason(), &ParkReason::NotRegistered);
}

#[test]
fn a_registry_that_names_something_twice_is_refused() {
    const TWICE: Registry = Registry::new(&[Item::registry(PROGRAM), Item::registry(PROGRAM)]);
    diverges(
        TWICE,
        "waiting",
        &expect![[r"
        `waiting` of `waiting`: the durable name `Account` is registered twice: an entity has it already
    "]],
    );
}

#[test]
fn a_history_with_an_event_that_cannot_have_arrived_is_unreadable() {
    let mut history = history("resumed");
    let answer = history.turns[1].events[0].clone();
    history.turns[1].events.insert(0, answer);
    let divergence = replay(PROGRAM, &history).unwrap_err();
    assert_eq!(divergence.reason(), &ParkReason::Unreadable);
    let expected = "the history of `resumed` can't be replayed: segment 2 holds events that can't have arrived";
    assert!(divergence.to_string().contains(expected), "{divergence}");
}

/// The message with which a replay of a directory panics.
fn message_of(directory: &std::path::Path) -> String {
    let panicked = panic::catch_unwind(|| replay_dir(PROGRAM, directory)).unwrap_err();
    *panicked.downcast::<String>().unwrap()
}

#[test]
fn a_directory_without_histories_is_an_error_that_says_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let save = "save one with `History::of(&client, &id).await?.save(\"tests/histories/order.json\")?`, and commit it";
    let message = message_of(directory.path());
    assert!(message.starts_with("there is no history (*.json) in ") && message.ends_with(save), "{message}");
    let message = message_of(&directory.path().join("missing"));
    assert!(message.contains("missing can't be read: ") && message.ends_with(save), "{message}");
}

#[test]
fn all_that_diverge_in_a_directory_and_below_it_are_told_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let mut gone = history("waiting");
    gone.orchestrator = "left".into();
    if let Some(durable::model::Event::ExecutionStarted(started)) = gone.turns[0].events.first_mut() {
        started.name = "left".into();
    }
    gone.save(directory.path().join("below/gone.json")).unwrap();
    history("timers").save(directory.path().join("timers.json")).unwrap();
    std::fs::write(directory.path().join("later.json"), r#"{"format": 2, "what": "nobody knows yet"}"#).unwrap();
    std::fs::write(directory.path().join("torn.json"), r#"{"format": 1, "instance": "x"#).unwrap();
    std::fs::write(directory.path().join("notes.txt"), "no history").unwrap();
    let message = message_of(directory.path());
    for expected in [
        "3 of 4 histories do not replay:",
        "gone.json:\n`waiting` of `left`: no orchestrator `left` is registered",
        "later.json: the history has format 2, this version of `durable` reads up to 1; update `durable`",
        "torn.json: it is no history that can be read: EOF",
    ] {
        assert!(message.contains(expected), "`{expected}` is not in:\n{message}");
    }
}
