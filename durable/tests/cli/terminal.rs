//! What people see and type: the command on a terminal of 80 columns.

use std::{
    fs::File,
    io::{Read, Write},
    process::{Child, Stdio},
};

use durable::prelude::*;
use rustix::{
    fs::{Mode, OFlags, open},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Winsize, tcsetwinsize},
};

use crate::{
    pages::fake,
    world::{World, world},
};

const COLUMNS: u16 = 80;

/// A terminal with the command on it.
struct Terminal {
    process: Child,
    /// The side of who sits there.
    keyboard: File,
    shown: String,
}

impl Terminal {
    fn run(world: &World, arguments: &str) -> Self {
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&keyboard).unwrap();
        unlockpt(&keyboard).unwrap();
        let path = ptsname(&keyboard, Vec::new()).unwrap();
        let screen = open(path.as_c_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        tcsetwinsize(&screen, Winsize { ws_row: 24, ws_col: COLUMNS, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let stdio = || Stdio::from(screen.try_clone().unwrap());
        let mut command = world.command(arguments);
        let process = command.stdin(stdio()).stdout(stdio()).stderr(stdio()).spawn().unwrap();
        Self { process, keyboard: File::from(keyboard), shown: String::new() }
    }

    /// Reads on until that is shown.
    fn until(&mut self, text: &str) {
        while !self.shown.contains(text) {
            assert!(self.read(), "`{text}` is never shown: {}", self.shown);
        }
    }

    fn read(&mut self) -> bool {
        let mut piece = [0; 4_096];
        // It ends with an error when nobody writes any more.
        let length = self.keyboard.read(&mut piece).unwrap_or_default();
        self.shown.push_str(std::str::from_utf8(&piece[..length]).unwrap());
        length > 0
    }

    fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// How it ended, and all that it has shown.
    fn end(mut self) -> (i32, String) {
        while self.read() {}
        (self.process.wait().unwrap().code().unwrap(), self.shown.replace("\r\n", "\n"))
    }
}

async fn status(world: &World, id: &str) -> Status {
    world.client().status(&id.parse().unwrap()).await.unwrap().unwrap().status
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_changed_when_their_number_is_typed_and_not_otherwise() {
    let world = world().await;
    world.populate().await;
    let arguments = format!("--url {} terminate --name order", world.address());
    // Something else, nothing, and the end of the input.
    for keys in ["yes\n", "2\n", "\n", "\u{4}"] {
        let mut terminal = Terminal::run(&world, &arguments);
        terminal.until("Type 1 to terminate it: ");
        assert!(terminal.shown.contains("1 instance would be terminated, such as:\r\n"), "{}", terminal.shown);
        assert!(terminal.shown.contains("\r\n  open  order  Running\r\n"), "{}", terminal.shown);
        terminal.press(keys);
        let (code, shown) = terminal.end();
        assert_eq!(code, 1, "{shown}");
        assert!(shown.ends_with("error: that was not 1; nothing was changed\n"), "{shown}");
        assert_eq!(status(&world, "open").await, Status::Running);
    }
    let mut terminal = Terminal::run(&world, &arguments);
    terminal.until("Type 1 to terminate it: ");
    terminal.press(" 1 \n");
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("1 instance terminated; 1 that match were not in a state for it, 0 failed.\n"), "{shown}");
    assert_eq!(status(&world, "open").await, Status::Terminated);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_are_found_however_short_the_pages_are() {
    let world = world().await;
    let server = fake();
    let mut terminal = Terminal::run(&world, &format!("--url {} purge --tag team=a", server.url));
    terminal.until("Type 3 to purge them: ");
    for id in ["one", "two", "three"] {
        assert!(terminal.shown.contains(&format!("\r\n  {id}  order  Completed\r\n")), "{}", terminal.shown);
    }
    terminal.press("no\n");
    assert_eq!(terminal.end().0, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_fit_the_terminal_and_only_their_last_column_is_shortened() {
    let world = world().await;
    world.populate().await;
    let client = world.client();
    let long = durable::Payload::encode(&"much to say ".repeat(20)).unwrap();
    let id = "an-id-that-is-to-be-copied-whole";
    client.start_named("echo", long).instance_id(id).await.unwrap().output().await.unwrap();
    for arguments in ["ls", "wait an-id-that-is-to-be-copied-whole", "entity ls", "trace family", "trace broken"] {
        let terminal = Terminal::run(&world, &format!("--url {} --color never {arguments}", world.address()));
        let (code, shown) = terminal.end();
        assert_eq!(code, 0, "{shown}");
        for line in shown.lines() {
            assert!(line.chars().count() <= usize::from(COLUMNS), "{arguments}: {line}");
        }
        if !arguments.contains("entity") && !arguments.contains("trace") {
            let row = shown.lines().find(|line| line.starts_with(id)).unwrap_or_else(|| panic!("{shown}"));
            assert!(row.contains("Completed") && row.ends_with('…'), "{row}");
        }
    }
    let (_, shown) = Terminal::run(&world, &format!("--url {} ls --status failed", world.address())).end();
    assert!(shown.contains("short of 4"), "it is told why: {shown}");
    assert!(shown.contains("\u{1b}["), "it is colored: {shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_accepted_when_yes_is_typed() {
    let mut world = world().await;
    world.populate().await;
    world.stop().await;
    crate::database::damage(&world);
    for keys in ["no\n", "\u{4}"] {
        let mut terminal = Terminal::run(&world, "--db app.db db renew-checksums");
        terminal.until("Type yes to accept all rows as they are: ");
        assert!(terminal.shown.contains("2 problems in 18 rows:\r\n  table `segment`, row 12: "), "{}", terminal.shown);
        terminal.press(keys);
        let (code, shown) = terminal.end();
        assert_eq!(code, 1);
        assert!(shown.ends_with("error: that was not yes; nothing was changed\n"), "{shown}");
    }
    assert_eq!(world.db("db verify").code, 1);
    let mut terminal = Terminal::run(&world, "--db app.db db renew-checksums");
    terminal.until("Type yes to accept all rows as they are: ");
    terminal.press("yes\n");
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.ends_with("18 rows are sound.\n"), "{shown}");
}
