//! Texts that want to be more than text, in every field that somebody else can fill: the dashboard shows them, and runs
//! none of them.
#![expect(clippy::unwrap_used, reason = "a test that meets an error fails")]

use std::{collections::BTreeSet, time::Duration};

use durable::{Payload, http::Api, prelude::*};
use durable_tests::browser::Browser;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const RUN: &str = "window.__executed=1";

/// What attackers write, where `RUN` is what they want to be run.
const TEMPLATES: &[&str] = &[
    "<script>RUN</script>",
    "<ScRiPt>RUN</sCrIpT>",
    "<script src=data:text/javascript,RUN></script>",
    "<script type=module>RUN</script>",
    "</script><script>RUN</script>",
    "<img src=x onerror=RUN>",
    "<img src=x onerror=\"RUN\"//",
    "<img/src=x/onerror=RUN>",
    "<image src=x onerror=RUN>",
    "<svg onload=RUN>",
    "<svg/onload=RUN>",
    "<svg><script>RUN</script></svg>",
    "<svg><animate onbegin=RUN attributeName=x dur=1s>",
    "<svg><a xlink:href=\"javascript:RUN\"><text y=20>x</text></a></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' onload='RUN'/>#x\"/></svg>",
    "<svg><foreignObject><body onload=RUN></foreignObject></svg>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=RUN></style></mglyph></math>",
    "<body onload=RUN>",
    "<iframe src=\"javascript:RUN\"></iframe>",
    "<iframe srcdoc=\"<script>parent.RUN</script>\"></iframe>",
    "<object data=\"javascript:RUN\"></object>",
    "<embed src=\"javascript:RUN\">",
    "<a href=\"javascript:RUN\">click</a>",
    "<a href=\" &#14; javascript:RUN\">click</a>",
    "<form action=\"javascript:RUN\"><input type=submit autofocus>",
    "<input autofocus onfocus=RUN>",
    "<select autofocus onfocus=RUN>",
    "<textarea autofocus onfocus=RUN>",
    "<details open ontoggle=RUN>",
    "<video><source onerror=RUN></video>",
    "<audio src=x onerror=RUN>",
    "<marquee onstart=RUN>",
    "<meta http-equiv=refresh content=\"0;url=javascript:RUN\">",
    "<base href=\"javascript:/a/-RUN/*\">",
    "<link rel=stylesheet href=\"javascript:RUN\">",
    "<style>@import 'javascript:RUN';</style>",
    "<style>*{background:url(javascript:RUN)}</style>",
    "<template><script>RUN</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=RUN>\">",
    "<!--><img src=x onerror=RUN>-->",
    "<![CDATA[<img src=x onerror=RUN>]]>",
    "javascript:RUN",
    "data:text/html,<script>RUN</script>",
    "\" onmouseover=\"RUN",
    "' onfocus='RUN' autofocus='",
    "\"><img src=x onerror=RUN>",
    "'-RUN-'",
    "\\\";RUN;//",
    "${RUN}",
    "{{RUN}}",
    "{{constructor.constructor('RUN')()}}",
    "#{RUN}",
    "<%= RUN %>",
    "%3Cscript%3ERUN%3C/script%3E",
    "&lt;script&gt;RUN&lt;/script&gt;",
    "\\u003cscript\\u003eRUN\\u003c/script\\u003e",
    "__proto__",
    "constructor",
    "toString",
    "{\"__proto__\":{\"onclick\":\"RUN\"},\"constructor\":{\"prototype\":{\"x\":1}}}",
    "#/instances/../../<script>RUN</script>?status=<img src=x onerror=RUN>",
    "status:failed\" onclick=\"RUN\" name:x",
    "\u{202e}<script>RUN</script>\u{202d} txt.exe\u{2066}\u{2069}\u{200b}\u{feff}",
    "a\u{301}\u{301}\u{301}\u{301}🚲\u{200d}👩‍🔬 <b onclick=RUN>東京</b>",
];

/// More than 500 different texts, each of 400 characters at most but for a few that are long.
fn corpus() -> Vec<String> {
    let wrap: [fn(&str) -> String; 8] = [
        str::to_owned,
        |text| format!("\">{text}"),
        |text| format!("'>{text}<'"),
        |text| format!("</title></textarea></style></script>{text}"),
        |text| format!("--><!-- {text}"),
        |text| format!("`,{{\"a\": [\"{text}\"]}}"),
        |text| text.to_uppercase().replace("WINDOW.__EXECUTED", "window.__executed"),
        |text| format!("\t{text}\r\n\u{b}\u{1b}[31m\u{0}{text}\u{7f}\u{85}"),
    ];
    let texts = TEMPLATES.iter().map(|template| template.replace("RUN", RUN));
    let texts = texts.flat_map(|text| wrap.map(|wrap| wrap(&text)));
    let long = ["<script>window.__executed=1</script>".repeat(2_000), "x".repeat(70_000), "[".repeat(10_000)];
    let mut seen = BTreeSet::new();
    texts.chain(long).filter(|text| seen.insert(text.clone())).collect()
}

/// The text as far as it can be an id: no control characters, 200 characters. The number makes it unlike all others.
fn id(kind: &str, number: usize, text: &str) -> String {
    let text: String = text.chars().filter(|char| !char.is_control()).take(200).collect();
    format!("{text} {kind}{number}")
}

#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
#[error("{text}")]
struct Hostile {
    text: String,
    #[source]
    #[serde(skip)]
    cause: Option<Box<Self>>,
}

#[activity]
async fn echo(text: String) -> Result<String> {
    Ok(text)
}

#[activity]
async fn explode(text: String) -> Result<(), Hostile> {
    let cause = Some(Box::new(Hostile { text: text.clone(), cause: None }));
    Err(Hostile { text, cause })
}

#[entity]
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Note {
    texts: std::collections::BTreeMap<String, String>,
}

#[entity]
impl Note {
    fn write(&mut self, text: String) {
        self.texts.insert(text.clone(), text);
    }
}

/// Puts the text wherever it can, and fails with it.
#[orchestrator]
async fn tells(ctx: &Context, text: String, key: String) -> Result<()> {
    ctx.set_status(&text);
    ctx.call(echo(text.clone())).await?;
    ctx.call(Note::at(&key).write(text.clone())).await?;
    ctx.send_event("nobody", text.clone(), &text);
    ctx.call(explode(text)).await?;
    Ok(())
}

/// Waits for an event of that name, and gives what it was given.
#[orchestrator]
async fn waits(ctx: &Context, text: String) -> Result<String> {
    ctx.set_status(&[&text, &text]);
    ctx.event::<String>(text.clone()).await?;
    Ok(text)
}

/// One visit: an address, the heading that shows that it is there, and what has to be on the page.
fn visit(hash: &str, heading: &str, texts: &[&str]) -> Value {
    // Long texts are shown when they are asked for.
    let texts: Vec<String> = texts.iter().map(|text| text.chars().take(100).collect()).collect();
    json!([hash, heading, texts])
}

/// Opens all addresses one after the other, and gives what was missing or is no text.
const VISIT: &str = r"(async (visits) => {
  const wrong = [];
  const until = async (is) => { for (const began = performance.now(); performance.now() - began < 15000;) { try { if (is()) return true; } catch {} await new Promise((done) => setTimeout(done, 4)); } };
  for (const [hash, heading, texts] of visits) {
    location.hash = hash;
    const is = await until(() => document.querySelector('main[aria-busy=false] h1 bdi').textContent === heading);
    if (!is) { wrong.push(`not there: ${hash}`); continue; }
    const main = document.querySelector('main');
    if (!await until(() => texts.every((text) => main.textContent.includes(text)))) wrong.push(`not shown at ${hash}: ${texts.filter((text) => !main.textContent.includes(text))}`);
    const made = document.querySelector('img, iframe, object, embed, base, video, audio, template, main script, main style, main link, body meta, [onclick], [onerror], [onload], [onfocus], [href^=\'javascript\'], [style*=url]');
    if (made) wrong.push(`${hash} made an element: ${made.nodeName}`);
    if (window.__executed !== undefined) { wrong.push(`executed at ${hash}`); break; }
  }
  return wrong; })";

fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |encoded, byte| format!("{encoded}%{byte:02X}"))
}

#[test]
fn nothing_that_anybody_writes_is_more_than_text() {
    let Some(browser) = Browser::start() else { return };
    let corpus = corpus();
    assert!(corpus.len() >= 500, "{}", corpus.len());
    let label: String = corpus.iter().take(40).map(String::as_str).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let address = runtime.block_on(async {
        let code = registry![tells, waits, echo, explode, Note];
        let durable = Runtime::builder().memory().register(code).start().await.unwrap();
        let client = durable.client();
        fill(&client, &corpus).await;
        let server = Api::new(client).environment(&label).bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let address = server.local_addr();
        tokio::spawn(async move {
            server.run_until(std::future::pending()).await;
            drop(durable);
        });
        address
    });

    let mut visits = Vec::new();
    for (number, text) in corpus.iter().enumerate() {
        let text = text.as_str();
        let (failed, waiting, key) = (id("f", number, text), id("w", number, text), id("k", number, text));
        visits.push(visit(&format!("#/instances/{}", encode(&failed)), &failed, &[text]));
        visits.push(visit(&format!("#/instances/{}", encode(&waiting)), &waiting, &[text]));
        visits.push(visit(&format!("#/entities/Note/{}", encode(&key)), &key, &[text]));
    }
    browser.open(&format!("http://{address}/"));
    browser.wait_for("document.querySelector('main[aria-busy=false] .tiles')");
    let shown = json!(label.chars().take(100).collect::<String>());
    browser.wait_for(&format!("document.querySelector('.badge').textContent.startsWith({shown})"));
    let mut wrong = Vec::new();
    for visits in visits.chunks(100) {
        let found = browser.evaluate(&format!("{VISIT}({})", json!(visits)));
        wrong.extend(found.as_array().unwrap().iter().map(ToString::to_string));
        wrong.extend(browser.complaints());
        assert!(wrong.len() < 20, "{}", wrong.join("\n"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // The lists, with all of them at once, and everything that the steps of one tell.
    let rows = |hash: &str, rows: usize| {
        browser.evaluate("void (location.hash = '#/')");
        browser.wait_for("document.querySelector('main[data-page=overview][aria-busy=false]')");
        browser.evaluate(&format!("void (location.hash = {})", json!(hash)));
        let more = format!(
            "(document.querySelector('main[aria-busy=false] .list .foot button')?.click(), \
             document.querySelectorAll('.list tbody tr').length >= {rows})"
        );
        browser.wait_for(&more);
    };
    rows("#/instances?name=tells", corpus.len());
    rows("#/instances?name=waits", corpus.len());
    rows("#/instances?parked=true", 60);
    rows("#/entities?name=Note", corpus.len());
    for (number, text) in corpus.iter().enumerate().step_by(20) {
        let failed = id("f", number, text);
        browser.evaluate(&format!("void (location.hash = {})", json!(format!("#/instances/{}", encode(&failed)))));
        browser.wait_for(&format!(
            "document.querySelector('main[aria-busy=false] h1 bdi').textContent === {}",
            json!(failed)
        ));
        browser.wait_for("document.querySelectorAll('.events .event').length > 5");
        browser.evaluate("[...document.querySelectorAll('.events .event')].forEach((event) => { event.click(); })");
        browser.evaluate("[...document.querySelectorAll('.timeline .row .lane')].forEach((lane) => { lane.dispatchEvent(new MouseEvent('click', {bubbles: true})); })");
        browser.wait_for("document.querySelector('.drawer')");
    }
    for text in corpus.iter().step_by(8) {
        let text: String = text.chars().take(200).collect();
        let hash =
            format!("#/instances?{}={}", if text.len().is_multiple_of(2) { "name" } else { "tag" }, encode(&text));
        browser.evaluate(&format!("void (location.hash = {})", json!(hash)));
        browser.wait_for("document.querySelector('.chip')");
    }
    assert_eq!(browser.evaluate("window.__executed === undefined && ({}).onclick === undefined"), true);
    // A filter `tag` without `=` is refused by the API, which the browser tells of.
    let complaints: Vec<_> = browser.complaints().into_iter().filter(|complaint| !complaint.contains("400")).collect();
    assert_eq!(complaints, [""; 0]);
    println!("{} texts, {} pages", corpus.len(), visits.len());
}

/// Puts each text into an instance that fails, one that is suspended, an entity, and a name that nobody knows.
async fn fill(client: &Client, corpus: &[String]) {
    let mut last = None;
    for (number, text) in corpus.iter().enumerate() {
        let plain: String = text.chars().filter(|char| !char.is_control()).take(200).collect();
        let failed = client.start(tells(text.clone(), id("k", number, text)));
        let failed = failed.instance_id(id("f", number, text)).version(text).tag(text, text).await.unwrap();
        let waiting = client.start(waits(text.clone())).instance_id(id("w", number, text)).version(text).tag("t", text);
        let waiting = waiting.await.unwrap();
        waiting.raise(format!("other {text}"), text).await.unwrap();
        waiting.suspend(text).await.unwrap();
        if number % 8 == 0 {
            client.start_named(plain, Payload::encode(text).unwrap()).await.unwrap();
        }
        last = Some(failed);
    }
    let ended = last.unwrap().output_within(Duration::from_secs(60)).await;
    ended.unwrap_err();
    let open = || client.instances().name("tells").status(Status::Running);
    while !open().await.unwrap().instances.is_empty() {
        tokio::task::yield_now().await;
    }
}
