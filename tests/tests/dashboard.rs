//! The dashboard in a browser: what people click, type and see. Each page is saved to `target/screenshots`.
#![expect(clippy::unwrap_used, reason = "a test that meets an error fails")]

use std::time::Duration;

use durable::{
    http::{Api, Key},
    prelude::*,
};
use durable_tests::{browser::Browser, example::Server, torture::process::pause};
use serde_json::{Value, json};

const API: &str = "/runtime/webhooks/durabletask";

/// The example, filled, and a browser that shows it.
struct Shop {
    server: Server,
    browser: Browser,
    _directory: tempfile::TempDir,
}

/// `None` where no browser is installed.
fn shop() -> Option<Shop> {
    let browser = Browser::start()?;
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start("dashboard", directory.path());
    let shop = Shop { server, browser, _directory: directory };
    // The first thirty orders come at once, and some have failed by then.
    shop.until(&format!("{API}/instances?runtimeStatus=Failed&name=order"), |failed| {
        failed.as_array().unwrap().len() >= 2
    });
    shop.until(&format!("{API}/entities/Stock/umbrella?showDetails=true"), |stock| stock["backlog"] == json!(3));
    Some(shop)
}

impl Shop {
    fn get(&self, path: &str) -> Value {
        serde_json::from_slice(&self.server.ask("GET", path, &[]).body).unwrap()
    }

    fn until(&self, path: &str, is: impl Fn(&Value) -> bool) {
        for _ in 0..3_000 {
            if is(&self.get(path)) {
                return;
            }
            pause(Duration::from_millis(10));
        }
        panic!("{path} stays {}", self.get(path));
    }

    fn open(&self, hash: &str) {
        self.browser.open(&format!("http://{}/{hash}", self.server.address()));
        self.loaded();
    }

    fn go(&self, hash: &str) {
        let frames = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";
        self.browser.evaluate(&format!("location.hash = {}; {frames}", json!(hash)));
        self.loaded();
    }

    fn loaded(&self) {
        let browser = &self.browser;
        browser.wait_for("document.querySelector('main[aria-busy=false]')");
    }
}

#[test]
fn from_the_overview_to_an_approval_that_is_given_without_a_reload() {
    let Some(shop) = shop() else { return };
    let browser = &shop.browser;
    shop.open("#/");
    browser.evaluate("void (window.__same = true)");
    browser.wait_for_text("Why it fails");
    browser.wait_for("document.querySelector('.link-state.live')");

    browser.click("Instances");
    browser.wait_for("document.querySelectorAll('tbody tr').length > 20");
    browser.press("/");
    browser.enter("name:approval status:running");
    browser.press("Enter");
    browser.wait_for("document.querySelectorAll('.chip').length === 2 && !document.querySelector('.stale')");
    assert_eq!(browser.evaluate("location.hash"), "#/instances?name=approval&status=Running");
    browser.wait_for(
        "[...document.querySelectorAll('tbody .sub bdi:first-child')].every((name) => name.textContent === 'approval')",
    );
    browser.evaluate("document.activeElement.blur()");
    browser.press("j");
    browser.wait_for("document.querySelector('tr.at')");
    let id = browser.evaluate("document.querySelector('tr.at a').textContent");
    browser.press("Enter");
    browser.wait_for(&format!("document.querySelector('h1 bdi').textContent === {id}"));
    shop.loaded();
    browser.wait_for("document.querySelector('.callout.waits').innerText.includes('an event decision')");
    browser.screenshot("approval-waits");

    browser.click("Raise event");
    browser.wait_for("document.querySelector('dialog input[name=event]').value === 'decision'");
    browser.evaluate("document.querySelector('dialog textarea').focus()");
    browser.enter("{\"by\": \"Ada\", ");
    browser.wait_for("document.querySelector('dialog .check.bad')");
    browser.enter("\"approved\": true}");
    browser.wait_for("document.querySelector('dialog .check').textContent === '✓ JSON'");
    browser.screenshot("raise-event");
    browser.click("Raise");
    browser.wait_for(
        "!document.querySelector('dialog') && document.querySelector('.facts .pill').textContent === 'Completed'",
    );
    browser.wait_for_text("true");
    browser.screenshot("approval-given");
    assert_eq!(browser.evaluate("window.__same"), true, "it was reloaded");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn what_changes_elsewhere_shows_within_half_a_second() {
    let Some(shop) = shop() else { return };
    let browser = &shop.browser;
    let approvals = shop.get(&format!("{API}/instances?runtimeStatus=Running&name=approval&top=5"));
    let mut took: Vec<_> = Vec::new();
    for approval in approvals.as_array().unwrap() {
        let id = approval["instanceId"].as_str().unwrap();
        shop.open(&format!("#/instances/{id}"));
        browser.wait_for(
            "document.querySelector('.link-state.live') && document.querySelector('.pill').textContent === 'Running'",
        );
        // Asked for by the page itself, so that one clock measures both.
        let raise = format!(
            "(async () => {{ await fetch('{API}/instances/{id}/raiseEvent/decision', {{method: 'POST',
               headers: {{'content-type': 'application/json'}}, body: '{{\"by\": \"Ada\", \"approved\": true}}'}});
               const began = performance.now();
               while (document.querySelector('.pill').textContent !== 'Completed' && performance.now() - began < 20000)
                 await new Promise((done) => setTimeout(done, 2));
               return performance.now() - began; }})()"
        );
        took.push(browser.evaluate(&raise).as_f64().unwrap());
    }
    took.sort_by(f64::total_cmp);
    let median = took[took.len() / 2];
    println!("a change shows after {median:.0} ms (of {took:.0?})");
    // Other tests use the machine at the same time.
    assert!(median < 1_500.0, "{took:?}");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn every_page_is_there_in_light_and_dark_and_on_a_narrow_screen() {
    let Some(shop) = shop() else { return };
    let browser = &shop.browser;
    let failed = shop.get(&format!("{API}/instances?runtimeStatus=Failed&name=order&errorType=PaymentError"));
    let failed = failed[0]["instanceId"].as_str().unwrap_or("order-7");
    let failed = format!("#/instances/{failed}");
    let pages = [
        ("overview", "#/", "Orchestrators"),
        ("instances", "#/instances", "order-1"),
        ("instances-failed", "#/instances?status=Failed&name=order", "order-"),
        ("instance", "#/instances/order-2", "charge"),
        ("instance-failed", &failed, "What a rewind would do"),
        ("instance-suspended", "#/instances/newsletter-7", "nobody has written it yet"),
        ("instance-running", "#/instances/customers", "generation"),
        ("entities", "#/entities", "umbrella"),
        ("entity", "#/entities/Stock/umbrella", "stocktaking-umbrella"),
        ("start", "#/start?name=order&like=order-2", "Start an orchestration"),
        ("nothing", "#/instances/nobody", "There is nothing here"),
        ("nowhere", "#/nowhere", "There is no such page"),
        ("no-match", "#/instances?status=Terminated&id=none", "Nothing matches"),
    ];
    shop.open("#/");
    for (size, width, height) in [("desktop", 1280, 900), ("narrow", 400, 850), ("smallest", 360, 740)] {
        for scheme in ["light", "dark"] {
            browser.resize(width, height);
            browser.prefer(scheme);
            for (name, hash, text) in pages {
                shop.go(hash);
                browser.wait_for(&format!("document.querySelector('main').textContent.includes({})", json!(text)));
                if size != "smallest" {
                    browser.screenshot(&format!("{name}-{size}-{scheme}"));
                }
                let wide = browser.evaluate("document.documentElement.scrollWidth - innerWidth");
                assert!(wide.as_f64().unwrap() <= 0.0, "{name} is {wide} pixels too wide for a {size} screen");
                // The browser tells of what the API answers with 404.
                let complaints: Vec<_> = browser
                    .complaints()
                    .into_iter()
                    .filter(|complaint| !complaint.contains("/instances/nobody"))
                    .collect();
                assert_eq!(complaints, [""; 0], "{name}");
            }
        }
    }
    // What it says is not told by colours alone, and can be read.
    shop.go("#/");
    for scheme in ["light", "dark"] {
        browser.prefer(scheme);
        for hash in ["#/", "#/instances", &failed, "#/entities/Stock/umbrella"] {
            shop.go(hash);
            assert_eq!(browser.evaluate(LOW_CONTRAST), json!([]), "{hash} in {scheme}");
        }
    }
    // The two of the README.
    browser.prefer("light");
    browser.resize(1280, 860);
    for (name, hash, text) in
        [("readme-overview", "#/", "4018"), ("readme-instance", "#/instances/order-2", "Completed")]
    {
        shop.go(hash);
        browser.wait_for(&format!("document.querySelector('main').textContent.includes('{text}')"));
        browser.screenshot(name);
    }
}

/// Texts whose contrast to what is behind them is below 4.5, as WCAG AA asks for.
const LOW_CONTRAST: &str = r"(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4); return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
  const behind = (node) => { for (; node; node = node.parentElement) { const color = rgba(getComputedStyle(node).backgroundColor); if (color[3] > 250) return color; } return rgba('Canvas'); };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const [text, node] = [walker.currentNode.data.trim(), walker.currentNode.parentElement];
    if (!text || node.closest('svg, :disabled, noscript') || !node.checkVisibility()) continue;
    const [a, b] = [light(rgba(getComputedStyle(node).color)), light(behind(node))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) found.push(`${text.slice(0, 40)}: ${contrast.toFixed(2)}`);
  }
  return found; })()";

#[test]
fn all_can_be_done_with_the_keyboard() {
    let Some(shop) = shop() else { return };
    let browser = &shop.browser;
    shop.open("#/");
    let at = |hash: &str| {
        browser
            .wait_for(&format!("location.hash === {} && document.querySelector('main[aria-busy=false]')", json!(hash)));
    };
    for (keys, hash) in
        [("gi", "#/instances"), ("ge", "#/entities"), ("gs", "#/start"), ("go", "#/"), ("gi", "#/instances")]
    {
        browser.evaluate("document.activeElement.blur()");
        keys.chars().for_each(|key| browser.press(&key.to_string()));
        at(hash);
    }
    browser.wait_for("document.querySelectorAll('tbody tr').length > 5");
    for (key, row) in [("j", 0), ("j", 1), ("j", 2), ("k", 1)] {
        browser.press(key);
        browser.wait_for(&format!("document.querySelector('tr.at')?.dataset.row === '{row}'"));
    }
    browser.press("x");
    browser.wait_for("document.querySelector('.bulk').innerText.includes('1 instance selected')");
    browser.press("?");
    browser.wait_for("document.querySelector('dialog[open]').innerText.includes('next and previous row')");
    browser.press("Escape");
    browser.wait_for("!document.querySelector('dialog')");
    let theme = "document.documentElement.dataset.theme";
    assert_eq!(browser.evaluate(theme), "auto");
    for expected in ["light", "dark", "auto"] {
        browser.press("t");
        browser.wait_for(&format!("{theme} === '{expected}'"));
    }
    browser.press("Enter");
    browser.wait_for("document.querySelector('main[data-page=instance][aria-busy=false] .timeline')");

    // The timeline: rows, details, zoom.
    shop.go("#/instances/order-2");
    browser.wait_for("document.querySelectorAll('.timeline .row').length > 5");
    browser.evaluate("document.querySelector('.timeline').focus()");
    browser.press("ArrowDown");
    browser.press("ArrowDown");
    browser.wait_for(
        "document.querySelector('.timeline .row.at').getAttribute('aria-label').startsWith('activity charge')",
    );
    browser.press("Enter");
    browser.wait_for("document.querySelector('.drawer').innerText.includes('the bank did not answer in time')");
    browser.screenshot("step");
    browser.press("Escape");
    browser.wait_for("!document.querySelector('.drawer')");
    let width = "document.querySelector('.timeline').scrollWidth";
    let before = browser.evaluate(width).as_f64().unwrap();
    browser.press("+");
    browser.wait_for(&format!("{width} > {before} * 1.2"));
    browser.press("0");
    browser.wait_for(&format!("{width} <= {before}"));
    browser.press("u");
    at("#/instances");

    // Tab goes through what can be pressed, and shows where it is.
    browser.evaluate("document.querySelector('.skip').focus()");
    let mut reached = Vec::new();
    for _ in 0..8 {
        browser.press("Tab");
        let shown = browser.evaluate(
            "(() => { const node = document.activeElement; return [node.innerText || node.getAttribute('aria-label'), getComputedStyle(node.closest('.search') ?? node).outlineStyle] })()",
        );
        assert_eq!(shown[1], "solid", "{shown}");
        reached.push(shown[0].as_str().unwrap_or_default().trim().to_owned());
    }
    assert!(reached.iter().any(|name| name == "Overview") && reached.iter().any(|name| name == "Start"), "{reached:?}");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn many_are_suspended_and_resumed_after_a_preview_and_a_typed_confirmation() {
    let Some(shop) = shop() else { return };
    let browser = &shop.browser;
    let umbrellas = "#/instances?name=order&tag=item%3Dumbrella";
    shop.open(umbrellas);
    browser.wait_for("document.querySelectorAll('tbody tr').length === 3");
    browser.click("Suspend");
    browser.wait_for("document.querySelector('dialog')?.innerText.includes('Suspend 3 instances')");
    let preview = browser.evaluate("document.querySelector('dialog').innerText");
    for text in ["3 of 3 that match", "order-9001", "order-9002", "order-9003"] {
        assert!(preview.as_str().unwrap().contains(text), "{preview}");
    }
    browser.screenshot("bulk-preview");
    let disabled = "document.querySelector('dialog button[type=submit]').disabled";
    assert_eq!(browser.evaluate(disabled), true);
    browser.evaluate("document.querySelector('dialog input[name=reason]').focus()");
    browser.enter("no umbrellas today");
    browser.evaluate("document.querySelector('dialog input[name=confirm]').focus()");
    browser.enter("suspend 30");
    assert_eq!(browser.evaluate(disabled), true);
    browser.evaluate("document.querySelector('dialog input[name=confirm]').select()");
    browser.enter("suspend 3");
    assert_eq!(browser.evaluate(disabled), false);
    browser.click("Suspend");
    browser.wait_for(
        "!document.querySelector('dialog') && document.querySelectorAll('tbody .pill.suspended').length === 3",
    );
    browser.wait_for_text("Suspend: done for 3 instances");

    // Those that are ticked, one after the other.
    browser.click("Select all shown");
    browser.wait_for_text("3 instances selected");
    browser.click("Resume");
    browser.wait_for("document.querySelector('dialog input[name=confirm]')");
    browser.evaluate("document.querySelector('dialog input[name=confirm]').focus()");
    browser.enter("resume 3");
    browser.click("Resume");
    browser
        .wait_for("!document.querySelector('dialog') && document.querySelectorAll('tbody .pill.running').length === 3");
    assert_eq!(browser.complaints(), [""; 0]);
    // Jobs that only looked leave nothing behind.
    let jobs = shop.get(&format!("{API}/instances?top=500"));
    let jobs =
        jobs.as_array().unwrap().iter().filter(|instance| instance["name"].as_str().unwrap().starts_with("BuiltIn"));
    assert_eq!(jobs.count(), 1);
}

#[test]
fn an_entity_shows_who_holds_it_and_who_waits_and_lets_go_when_the_event_comes() {
    let Some(shop) = shop() else { return };
    let browser = &shop.browser;
    shop.open("#/entities");
    browser.wait_for_text("umbrella");
    browser.evaluate("void (window.__same = true)");
    browser.click("umbrella");
    browser.wait_for("document.querySelectorAll('.queue li').length === 3");
    browser.click("stocktaking-umbrella");
    browser.wait_for("document.querySelector('.callout.waits')?.innerText.includes('counted')");
    browser.click("Raise event");
    browser.wait_for("document.querySelector('dialog input[name=event]').value === 'counted'");
    browser.evaluate("document.querySelector('dialog textarea').focus()");
    browser.enter("11");
    browser.click("Raise");
    browser.wait_for("document.querySelector('.facts .pill')?.textContent === 'Completed'");
    browser.click("@Stock@umbrella");
    // All three umbrellas are taken; nobody waits any more.
    browser.wait_for("document.querySelector('main').innerText.includes('Nothing waits.')");
    browser.click("Call");
    browser.wait_for("document.querySelector('dialog input[name=op]')");
    browser.evaluate("document.querySelector('dialog input[name=op]').focus()");
    browser.enter("add");
    browser.evaluate("document.querySelector('dialog textarea').focus()");
    browser.enter("100");
    browser.click("Call");
    browser.wait_for("document.querySelector('dialog h2')?.textContent === 'Result'");
    browser.click("Close");
    browser.wait_for("Number(document.querySelector('.json .number').textContent) > 100");
    assert_eq!(browser.evaluate("window.__same"), true, "it was reloaded");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[orchestrator]
async fn waits(ctx: &Context, text: String) -> Result<String> {
    ctx.set_status(&text);
    ctx.event("go on").await
}

#[activity]
async fn echo(number: u64) -> Result<u64> {
    Ok(number)
}

#[orchestrator]
async fn fans_out(ctx: &Context, width: u64) -> Result<u64> {
    let all = durable::try_join_all((0..width).map(|number| ctx.call(echo(number)))).await?;
    Ok(all.into_iter().sum())
}

/// Serves an API of this process.
struct Served {
    runtime: tokio::runtime::Runtime,
    client: Client,
    address: std::net::SocketAddr,
}

fn serve(settings: impl FnOnce(Api) -> Api) -> Served {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (client, address) = runtime.block_on(async {
        let durable = Runtime::builder().memory().register(registry![waits, echo, fans_out]).start().await.unwrap();
        let client = durable.client();
        let server = settings(Api::new(client.clone())).bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let address = server.local_addr();
        tokio::spawn(async move {
            server.run_until(std::future::pending()).await;
            drop(durable);
        });
        (client, address)
    });
    Served { runtime, client, address }
}

#[test]
fn a_key_is_asked_for_kept_for_the_tab_and_forgotten_when_asked_to() {
    const KEY: &str = "0123456789abcdef";
    const LOOK: &str = "fedcba9876543210";
    let Some(browser) = Browser::start() else { return };
    let served =
        serve(|api| api.key(Key::new(KEY).unwrap()).read_only_key(Key::new(LOOK).unwrap()).environment("staging"));
    served.runtime.block_on(async { served.client.start(waits("secret".into())).instance_id("first").await.unwrap() });
    browser.open(&format!("http://{}/", served.address));
    let prompt = |key: &str| {
        browser.wait_for("document.querySelector('dialog[open] input[name=key]') && !document.querySelector('dialog [type=submit]').disabled");
        browser.evaluate("document.querySelector('dialog[open] input[name=key]').focus()");
        browser.enter(key);
        browser.click("Continue");
    };
    browser.wait_for("document.querySelector('dialog[open]').innerText.includes('A key is needed')");
    browser.screenshot("key");
    assert!(!browser.text().contains("first"));
    prompt("wrong wrong wrong");
    browser.wait_for("document.querySelector('dialog[open]')?.innerText.includes('not known')");
    prompt(LOOK);
    browser.wait_for_text("first");
    browser.wait_for_text("staging");
    browser.wait_for_text("read only");
    browser.wait_for("document.querySelector('.link-state.live')");
    browser.evaluate("void (location.hash = '#/instances/first')");
    browser.wait_for("document.querySelector('main[data-page=instance][aria-busy=false] .actions')");
    assert_eq!(
        browser.evaluate("[...document.querySelectorAll('.actions button')].every((button) => button.disabled)"),
        true
    );
    browser.screenshot("read-only");
    browser.open(&format!("http://{}/#/instances", served.address));
    browser.wait_for_text("first");
    browser.click("Forget the key");
    browser.wait_for("document.querySelector('dialog[open]')?.innerText.includes('A key is needed')");
    prompt(KEY);
    browser.wait_for("document.querySelector('a.button.primary')?.innerText.includes('Start')");
    assert_eq!(browser.evaluate("JSON.stringify(localStorage) + document.cookie"), "{}");
    let unexpected: Vec<_> = browser.complaints().into_iter().filter(|complaint| !complaint.contains("401")).collect();
    assert_eq!(unexpected, [""; 0]);
}

#[test]
fn a_history_of_50_000_events_can_be_used_within_a_second() {
    let Some(browser) = Browser::start() else { return };
    let served = serve(|api| api);
    served.runtime.block_on(async {
        let handle = served.client.start(fans_out(25_000)).instance_id("wide").await.unwrap();
        handle.output().await.unwrap();
    });
    let url = format!("http://{}/#/instances/wide", served.address);
    let interactive = "document.querySelector('main[data-page=instance][aria-busy=false]') \
                       && document.querySelectorAll('.timeline .row').length > 5 && document.querySelectorAll('.event').length > 5";
    let when = |condition: &str| {
        let looking = format!(
            "new Promise((done) => {{ const look = () => (({condition}) || performance.now() > 60000 ? done(performance.now()) : setTimeout(look, 5)); look(); }})"
        );
        browser.evaluate(&looking).as_f64().unwrap()
    };
    let (mut first, mut all) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        browser.open("about:blank");
        browser.open(&url);
        first.push(when(interactive));
        all.push(when("[...document.querySelectorAll('.note')].some((note) => note.innerText === '50,002 events')"));
    }
    first.sort_by(f64::total_cmp);
    all.sort_by(f64::total_cmp);
    println!("50,002 events: interactive after {:.0} ms (of {first:.0?}), all there after {:.0} ms", first[2], all[2]);
    assert!(first[2] < 3_000.0, "{first:?}");

    // To the end, by scrolling: only what can be seen is made.
    let scroll = "(() => { const began = performance.now(); const box = document.querySelector('.timeline'); box.scrollTop = box.scrollHeight;
      return new Promise((done) => { const look = () => (document.querySelector('.timeline .row[data-index=\"25000\"]') ? done(performance.now() - began) : setTimeout(look, 1)); look(); }); })()";
    let took = browser.evaluate(scroll).as_f64().unwrap();
    let rows = browser.evaluate("document.querySelectorAll('.timeline .row, .event').length").as_u64().unwrap();
    println!("scrolled over 25,001 rows in {took:.0} ms, with {rows} rows made");
    assert!(took < 1_000.0 && rows < 120, "{took} ms, {rows} rows");
    browser.screenshot("instance-50000-events");
    assert_eq!(browser.complaints(), [""; 0]);
}

/// Stands between the page and the API: lists of the orchestrator `waits`, and of children, are answered by the test,
/// page by page. What is asked is kept, and so is how often the page gave up.
const SHORT_PAGES: &str =
    "window.__real = window.fetch; window.__asked = []; window.__aborted = 0; window.__answer = null;
window.fetch = (url, options = {}) => {
  if (!/instances\\?.*(name=waits|parent=)/.test(url)) return window.__real(url, options);
  const token = options.headers?.['x-ms-continuation-token'] ?? '';
  window.__asked.push(token);
  return new Promise((resolve, reject) => {
    const answer = (next, instances) => resolve(new Response(JSON.stringify(instances),
      {headers: {'content-type': 'application/json', ...(next && {'x-ms-continuation-token': next})}}));
    if (window.__all) return answer(...window.__all[token]);
    window.__answer = answer;
    options.signal?.addEventListener('abort', () => {
      if (window.__answer === answer) [window.__answer, window.__aborted] = [null, window.__aborted + 1];
      reject(options.signal.reason);
    });
  });
};";

#[test]
fn where_few_match_among_many_it_looks_further_back_until_the_end_or_until_nobody_looks() {
    let Some(browser) = Browser::start() else { return };
    let served = serve(|api| api);
    served.runtime.block_on(async {
        served.client.start(waits("far away".into())).instance_id("needle").await.unwrap();
    });
    browser.send("Page.addScriptToEvaluateOnNewDocument", &json!({"source": SHORT_PAGES}));
    browser.open(&format!("http://{}/#/instances?name=waits", served.address));
    let found = format!("window.__real('{API}/instances?showDetails=true').then((answer) => answer.json())");
    let found = browser.evaluate(&found);
    assert_eq!(found[0]["instanceId"], "needle");
    let answer = |next: &str, instances: &Value| {
        browser.wait_for("window.__answer");
        browser.evaluate(&format!(
            "(() => {{ const answer = window.__answer; window.__answer = null; answer({}, {instances}); }})()",
            json!(next)
        ));
    };
    let shows = |text: &str| {
        browser.wait_for_text(text);
        browser.text()
    };
    let (none, looking, nothing) = (json!([]), "looking further back …", "Nothing matches");

    // Empty pages, then one with something, and the end.
    answer("1", &none);
    assert!(!shows(looking).contains(nothing));
    answer("2", &none);
    answer("3", &found);
    browser.wait_for("document.querySelectorAll('tbody tr').length === 1");
    assert!(browser.text().contains(looking));
    browser.screenshot("looking-further-back");
    answer("4", &none);
    answer("", &none);
    browser.wait_for("!document.querySelector('.looking')");
    browser.wait_for("document.querySelectorAll('tbody tr').length === 1");
    assert_eq!(browser.evaluate("window.__asked.slice(0, 5)"), json!(["", "1", "2", "3", "4"]));

    // Only at the end there is nothing.
    browser.evaluate("void (location.hash = '#/instances?name=waits&id=hay')");
    answer("1", &none);
    assert!(!shows(looking).contains(nothing));
    answer("", &none);
    assert!(!shows(nothing).contains(looking));

    // Who leaves the page, or asks for something else, ends the look.
    for next in ["#/instances?name=waits&status=Failed", "#/"] {
        browser.evaluate("void (location.hash = '#/instances?name=waits&id=stack')");
        answer("1", &none);
        shows(looking);
        browser.wait_for("window.__answer");
        let aborted = browser.evaluate("window.__aborted").as_u64().unwrap();
        browser.evaluate(&format!("void (location.hash = '{next}')"));
        browser.wait_for(&format!("window.__aborted === {}", aborted + 1));
    }
    browser.wait_for("document.querySelector('main[data-page=overview][aria-busy=false]')");
    assert_eq!(browser.evaluate("window.__answer"), Value::Null, "it still asks");

    // Children: the page is there before all of them are found.
    browser.evaluate("void (location.hash = '#/instances/needle')");
    answer("1", &none);
    browser.wait_for("document.querySelector('main[data-page=instance][aria-busy=false] .relations .looking')");
    answer("", &found);
    browser.wait_for("document.querySelector('.relations li a') && !document.querySelector('.relations .looking')");

    // What a preview lists is looked for, too.
    let all = json!({"": ["1", []], "1": ["2", []], "2": ["", found]});
    browser.evaluate(&format!("void (window.__all = {all}, location.hash = '#/instances?name=waits')"));
    browser.wait_for("document.querySelectorAll('main[data-page=list] tbody tr').length === 1");
    browser.click("Suspend");
    browser.wait_for("document.querySelector('dialog .examples')?.innerText === 'needle'");
    assert_eq!(browser.complaints(), [""; 0]);
}
