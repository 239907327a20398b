//! A browser that tests drive: Chromium without a window, told what to do over two pipes.
#![expect(clippy::indexing_slicing, reason = "what is missing in a message is `null`")]

use std::{
    cell::{Cell, RefCell},
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);
/// The names under which the browser may be installed.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
/// Keeps what a page does that it may not, before anything else in it runs.
const WATCH: &str = "window.__violations = []; document.addEventListener('securitypolicyviolation', \
                     (event) => window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));";

/// A browser with one page. Dropping it ends it.
#[derive(Debug)]
pub struct Browser {
    child: Child,
    commands: RefCell<ChildStdin>,
    messages: Receiver<Value>,
    last: Cell<u64>,
    session: String,
    complaints: RefCell<Vec<String>>,
    _profile: TempDir,
}

impl Browser {
    /// Starts it with an empty page of 1280 by 900; `None`, and a line that says so, if none is installed.
    ///
    /// # Panics
    ///
    /// It is installed, and does not start.
    #[expect(clippy::print_stdout, reason = "whoever reads the log of a test has to see that it did nothing")]
    pub fn start() -> Option<Self> {
        let Some(program) = NAMES.into_iter().find_map(installed) else {
            println!("SKIPPED: no Chromium is installed (looked for {})", NAMES.join(", "));
            return None;
        };
        let profile = tempfile::tempdir().expect("there is room for a profile");
        // It reads commands from descriptor 3, and writes answers to descriptor 4.
        let mut child = Command::new("sh")
            .args(["-c", r#"exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#, "sh"])
            .arg(program)
            .args(["--headless=new", "--no-sandbox", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run"])
            .args(["--disable-dev-shm-usage", "--disable-background-networking", "--hide-scrollbars"])
            // Tests go from page to page faster than people do, which it would take for a mistake.
            .arg("--disable-ipc-flooding-protection")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("there is a shell");
        let (commands, answers) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let (sender, messages) = mpsc::channel();
        thread::spawn(move || {
            let texts = BufReader::new(answers).split(0).map_while(Result::ok);
            let mut values = texts.filter_map(|text| serde_json::from_slice::<Value>(&text).ok());
            values.try_for_each(|value| sender.send(value))
        });
        let mut browser = Self {
            child,
            commands: RefCell::new(commands),
            messages,
            last: Cell::new(0),
            session: String::new(),
            complaints: RefCell::default(),
            _profile: profile,
        };
        let target = browser.send("Target.createTarget", &json!({"url": "about:blank"}));
        let target = json!({"targetId": target["targetId"], "flatten": true});
        let attached = browser.send("Target.attachToTarget", &target);
        attached["sessionId"].as_str().expect("it attaches").clone_into(&mut browser.session);
        for domain in ["Page", "Runtime", "Log"] {
            browser.send(&format!("{domain}.enable"), &json!({}));
        }
        browser.send("Page.addScriptToEvaluateOnNewDocument", &json!({"source": WATCH}));
        browser.resize(1280, 900);
        Some(browser)
    }

    /// Sends a command, and waits for its answer.
    ///
    /// # Panics
    ///
    /// The browser is gone, or does not like the command.
    pub fn send(&self, method: &str, parameters: &Value) -> Value {
        let id = self.last.get() + 1;
        self.last.set(id);
        let mut command = json!({"id": id, "method": method, "params": parameters});
        if !self.session.is_empty() {
            command["sessionId"] = json!(self.session);
        }
        let mut text = serde_json::to_vec(&command).expect("JSON");
        text.push(0);
        self.commands.borrow_mut().write_all(&text).expect("the browser takes commands");
        loop {
            let mut message = self.messages.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no answer to {command}"));
            if message["id"] == json!(id) {
                assert!(message.get("error").is_none(), "{method}: {}", message["error"]);
                return message["result"].take();
            }
            self.note(&message);
        }
    }

    /// Keeps what a page should not do: to log errors, to throw, to open dialogs.
    fn note(&self, message: &Value) {
        let said = &message["params"];
        let complaint = match message["method"].as_str() {
            Some("Runtime.exceptionThrown") => said["exceptionDetails"].to_string(),
            Some("Runtime.consoleAPICalled") if said["type"] != "log" => said["args"].to_string(),
            Some("Log.entryAdded") if said["entry"]["level"] == "error" => {
                format!("{} {}", said["entry"]["text"], said["entry"]["url"])
            }
            Some("Page.javascriptDialogOpening") => format!("a dialog: {}", said["message"]),
            _ => return,
        };
        self.complaints.borrow_mut().push(complaint);
    }

    /// What went wrong since it was last asked: errors on the console, exceptions, dialogs, violations of the policy.
    pub fn complaints(&self) -> Vec<String> {
        let violations = self.evaluate("window.__violations.splice(0)");
        let mut complaints = self.complaints.take();
        complaints.extend(violations.as_array().into_iter().flatten().map(ToString::to_string));
        complaints
    }

    /// Opens an address, and waits until the page is loaded.
    ///
    /// # Panics
    ///
    /// There is no such page.
    pub fn open(&self, url: &str) {
        let opened = self.send("Page.navigate", &json!({"url": url}));
        assert!(opened.get("errorText").is_none(), "{url}: {opened}");
        self.wait_for("document.readyState === 'complete'");
    }

    /// The value of an expression; promises are awaited.
    ///
    /// # Panics
    ///
    /// It throws.
    pub fn evaluate(&self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true});
        let mut answer = self.send("Runtime.evaluate", &asked);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].take()
    }

    /// Waits until an expression is true, and says how many milliseconds that took.
    ///
    /// # Panics
    ///
    /// It is not true after half a minute.
    #[track_caller]
    pub fn wait_for(&self, expression: &str) -> f64 {
        let waiting = format!(
            "new Promise((done) => {{ const began = performance.now(); const look = () => {{
               let is = false; try {{ is = Boolean({expression}); }} catch {{}}
               if (is || performance.now() - began > 30000) done(is ? performance.now() - began : -1);
               else setTimeout(look, 10); }}; look(); }})"
        );
        let took = self.evaluate(&waiting).as_f64().expect("milliseconds");
        assert!(took >= 0.0, "never came true: {expression}\non the page: {}", self.text());
        took
    }

    /// Waits until the page shows a text.
    ///
    /// # Panics
    ///
    /// It does not show it in half a minute.
    #[track_caller]
    pub fn wait_for_text(&self, text: &str) -> f64 {
        self.wait_for(&format!("document.body.innerText.includes({})", json!(text)))
    }

    /// All that the page shows.
    pub fn text(&self) -> String {
        self.evaluate("document.body.innerText").as_str().unwrap_or_default().to_owned()
    }

    /// Clicks with the mouse on the link or button with that text or label, as soon as it is there.
    ///
    /// # Panics
    ///
    /// There is none.
    #[track_caller]
    pub fn click(&self, text: &str) {
        let find = format!(
            "[...document.querySelectorAll('dialog[open] button, dialog[open] input, dialog[open] select')]
               .concat(document.querySelector('dialog[open]') ? [] : [...document.querySelectorAll('a, button, summary, input, select')])
               .find((node) => !node.disabled && node.checkVisibility() && [node.innerText?.trim(), node.getAttribute('aria-label')].includes({}))",
            json!(text)
        );
        self.wait_for(&find);
        let place = format!(
            "(() => {{ const node = {find}; node.scrollIntoView({{block: 'center'}});
               const {{x, y, width, height}} = node.getBoundingClientRect(); return [x + width / 2, y + height / 2]; }})()"
        );
        let place = self.evaluate(&place);
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.send("Input.dispatchMouseEvent", &event);
        }
    }

    /// Presses a key, such as `j`, `Enter` or `Escape`.
    pub fn press(&self, key: &str) {
        let text = if key.len() == 1 {
            key
        } else if key == "Enter" {
            "\r"
        } else {
            ""
        };
        let code = match key {
            "Enter" => 13,
            "Escape" => 27,
            "Tab" => 9,
            "ArrowDown" => 40,
            "ArrowUp" => 38,
            _ => 0,
        };
        let down = json!({"type": "keyDown", "key": key, "text": text, "windowsVirtualKeyCode": code});
        self.send("Input.dispatchKeyEvent", &down);
        self.send("Input.dispatchKeyEvent", &json!({"type": "keyUp", "key": key, "windowsVirtualKeyCode": code}));
    }

    /// Types a text into what has the focus.
    pub fn enter(&self, text: &str) {
        self.send("Input.insertText", &json!({"text": text}));
    }

    /// Makes the page that wide and high.
    pub fn resize(&self, width: u32, height: u32) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500});
        self.send("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Whether the user likes it dark.
    pub fn prefer(&self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.send("Emulation.setEmulatedMedia", &features);
    }

    /// Saves what is on screen to `target/screenshots/NAME.png`.
    ///
    /// # Panics
    ///
    /// It can't be written.
    pub fn screenshot(&self, name: &str) {
        // Two frames: one for what was asked for, and one for what follows from it.
        self.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
        let taken = self.send("Page.captureScreenshot", &json!({"format": "png"}));
        let image = decode_base64(taken["data"].as_str().expect("an image"));
        let directory = screenshots();
        fs::create_dir_all(&directory).expect("the target directory can be written");
        fs::write(directory.join(name).with_extension("png"), image).expect("the target directory can be written");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may have ended, and then there is nothing to do.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Where the screenshots go: `target/screenshots`.
///
/// # Panics
///
/// The test is not where cargo puts tests.
pub fn screenshots() -> PathBuf {
    let test = std::env::current_exe().expect("a process knows its program");
    test.ancestors().nth(3).expect("cargo put it into `target/PROFILE/deps`").join("screenshots")
}

fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|program| Path::is_file(program))
}

fn decode_base64(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        (bits, held) = (bits << 6 | u32::from(value), held + 6);
        if held >= 8 {
            held -= 8;
            decoded.push((bits >> held & 0xff) as u8);
        }
    }
    decoded
}
