// good: own types named Instant, Command, Thread, File and Random, all plain data
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Instant {
    bar: u32,
    beat: u32,
}

impl Instant {
    const START: Self = Self { bar: 1, beat: 1 };

    fn now(beats: u32) -> Self {
        Self { bar: beats / 4 + 1, beat: beats % 4 + 1 }
    }

    fn elapsed(self) -> u32 {
        (self.bar - Self::START.bar) * 4 + self.beat - Self::START.beat
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum Command {
    Play { file: File, at: Instant },
    Stop,
}

impl Command {
    fn new(name: &str, at: Instant) -> Self {
        if name.is_empty() { Self::Stop } else { Self::Play { file: File::open(name), at } }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct File {
    name: String,
}

impl File {
    fn open(name: &str) -> Self {
        Self { name: name.to_owned() }
    }

    fn metadata(&self) -> usize {
        self.name.len()
    }
}

struct Thread {
    posts: Vec<String>,
}

impl Thread {
    fn spawn(first: &str) -> Self {
        Self { posts: vec![first.to_owned()] }
    }

    fn sleep(&mut self) {
        self.posts.push("zzz".to_owned());
    }

    fn join(self) -> String {
        self.posts.join("\n")
    }
}

#[activity]
async fn perform(command: Command, chat: String) -> Result<u32> {
    Ok(format!("{command:?}{chat}").len() as u32)
}

#[orchestrator]
async fn concert(ctx: &Context, songs: Vec<String>) -> Result<u32> {
    let mut beats = 0;
    let mut applause = 0;
    for song in songs {
        let at = Instant::now(beats);
        let mut thread = Thread::spawn(&song);
        thread.sleep();
        beats += u32::try_from(File::open(&song).metadata())? + at.elapsed() % 2;
        applause += ctx.call(perform(Command::new(&song, at), thread.join())).await?;
    }
    Ok(applause)
}
