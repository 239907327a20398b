// The dashboard: one module, read from top to bottom. What comes from the API becomes text nodes and nothing else.

// ── Elements

const find = (selector) => document.querySelector(selector);

/** Makes an element: `h("a.button", { href, onclick }, "text", child)`, a `div` if there is no name. `key` names it among its siblings. */
const h = (tag, ...children) => fill(document.createElement(tag.split(".")[0] || "div"), tag, children);

const s = (tag, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", tag.split(".")[0]), tag, children);

const isPlain = (value) => value?.constructor === Object;

const a = (href, ...more) => h("a", { href, ...(isPlain(more[0]) && more.shift()) }, more);

function fill(node, tag, children) {
	const classes = tag.split(".").slice(1);
	const props = isPlain(children[0]) ? children.shift() : {};
	for (const [name, value] of Object.entries(props)) {
		if (name.startsWith("on")) listen(node, name.slice(2), value);
		else if (name === "class") classes.push(value);
		else if (name === "label") node.ariaLabel = value;
		else if (["key", "mount", "checked"].includes(name)) node[name] = value;
		else if (name === "value") continue;
		else if (value === true && !name.startsWith("aria-")) node.setAttribute(name, "");
		else if (value != null && (value !== false || name.startsWith("aria-"))) node.setAttribute(name, value);
	}
	const named = classes.filter(Boolean);
	if (named.length) node.setAttribute("class", named.join(" "));
	for (const child of children.flat(Infinity)) if (child != null && child !== false) node.append(child);
	if ("value" in props) node.value = props.value; // that of a list needs its options first
	return node;
}

/** Handlers lie beside the element, so that a later rendering can exchange them. */
function listen(node, type, handler) {
	if (!node.handlers) node.handlers = new Map();
	if (!node.handlers.has(type)) node.addEventListener(type, (event) => node.handlers.get(type)?.(event));
	node.handlers.set(type, handler);
}

/** Makes the elements on screen like the new ones, and keeps what need not change: focus, selection, scroll. */
function morph(old, fresh) {
	if (old.nodeName !== fresh.nodeName || old.key !== fresh.key || old.mount !== fresh.mount) {
		old.replaceWith(fresh);
		return settle(fresh);
	}
	if (old.nodeType === Node.TEXT_NODE) return void (old.data !== fresh.data && (old.data = fresh.data));
	for (const { name } of [...old.attributes]) if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
	for (const { name, value } of fresh.attributes) {
		if (name === "style") old.style.cssText = fresh.style.cssText;
		else if (old.getAttribute(name) !== value) old.setAttribute(name, value);
	}
	for (const type of old.handlers?.keys() ?? []) if (!fresh.handlers?.has(type)) old.handlers.set(type, null);
	for (const [type, handler] of fresh.handlers ?? []) listen(old, type, handler);
	if ("checked" in fresh) old.checked = fresh.checked;
	if (old.mount) return;
	const keyed = new Map();
	for (const child of old.childNodes) if (child.key != null) keyed.set(child.key, child);
	let at = old.firstChild;
	for (const child of [...fresh.childNodes]) {
		const fits = child.key != null ? keyed.get(child.key) : at?.key == null && at?.nodeName === child.nodeName && at;
		if (!fits) {
			old.insertBefore(child, at);
			settle(child);
			continue;
		}
		if (fits === at) at = at.nextSibling;
		else old.insertBefore(fits, at);
		morph(fits, child);
	}
	while (at) {
		const next = at.nextSibling;
		at.remove();
		at = next;
	}
	if (old.nodeName === "SELECT") old.value = fresh.value;
}

/** Puts parts that draw themselves where the new elements want them. */
function settle(node) {
	if (node.mount) node.append(node.mount.element);
	for (const child of node.children ?? []) settle(child);
}

const ICONS = {
	Pending: "M8 3v5l3 2M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13",
	Running: "M5 3l8 5l-8 5z",
	Suspended: "M5.5 3v10M10.5 3v10",
	Completed: "M3 8.5l3.5 3.5L13 4.5",
	Failed: "M4 4l8 8M12 4l-8 8",
	Terminated: "M4 4h8v8H4z",
	parked: "M8 2l6.5 12h-13zM8 6.5v3.5M8 12v.5",
	activity: "M9 1.5L3.5 9H8l-1 5.5L12.5 7H8z",
	timer: "M8 3v5l3 2M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13",
	child: "M4 2v6a3 3 0 0 0 3 3h5M9.5 8.5L12 11l-2.5 2.5",
	event: "M8 2l6 6l-6 6l-6-6z",
	entity: "M2.5 4.5L8 2l5.5 2.5v7L8 14l-5.5-2.5zM2.5 4.5L8 7.2l5.5-2.7M8 7.2V14",
	lock: "M3.5 7h9v7h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
	life: "M8 5a3 3 0 1 0 0 6a3 3 0 1 0 0-6",
	search: "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10.5 10.5l3.5 3.5",
	theme: "M8 1.5a6.5 6.5 0 1 0 0 13zM8 1.5a6.5 6.5 0 0 1 0 13",
	copy: "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
	save: "M8 2v8M4.5 7L8 10.5L11.5 7M2.5 13.5h11",
	key: "M5 5.5a3 3 0 1 0 0 5.9a3 3 0 1 0 0-5.9M8 8.5h6.5M12 8.5v3",
	plus: "M8 3v10M3 8h10",
};

function icon(name) {
	return s("svg.icon", { viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: ICONS[name] ?? ICONS.life }));
}

/** Text of somebody else: whichever way it is written, it does not turn around what stands beside it. */
const told = (text, classes = "") => h("bdi", { class: classes }, String(text));
const small = (...content) => h("small", content);
const mono = (text) => told(text, "mono");
const button = (label, onclick, props) => h("button.button", { type: "button", onclick, ...props }, label);
const tool = (label, content, onclick) => button(content, onclick, { class: "quiet", title: label, label });
const card = (title, ...content) => h("section.card", h("h2", title), content);
const options = (values) => values.map((value) => h("option", { value }, value));
const input = (props) => h("input", { autocomplete: "off", ...props });
const tick = (props) => h("input", { type: "checkbox", ...props });
/** A button that changes something; disabled where that is not allowed, or for the reason that is given. */
const change = (label, onclick, { why, danger } = {}) => {
	const reason = overview.mayChange ? why : "With this key nothing can be changed";
	return button(label, onclick, { disabled: Boolean(reason), title: reason, class: danger && "danger quiet" });
};
const toolbar = (kind, label, ...content) => h(`.${kind}`, { role: "toolbar", label: label }, content);
const many = (n, one, more = `${one}s`) => `${number(n)} ${n === 1 ? one : more}`;

/** Words of the API, in which names stand between backticks. */
const words = (text) => String(text).split("`").map((part, n) => (n % 2 ? h("code", told(part))
	: part.split(/(\d{4}-\d\d-\d\dT[\d:.]+Z)/).map((part, n) => (n % 2 ? since(part) : told(part)))));

// ── Times and sizes

const number = (n) => Number(n).toLocaleString("en");
const cut = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);

function duration(ms) {
	if (ms < 0) ms = 0;
	if (ms < 10) return `${Math.round(ms * 10) / 10} ms`;
	if (ms < 1e3) return `${Math.round(ms)} ms`;
	if (ms < 6e4) return `${(ms / 1e3).toFixed(ms < 1e4 ? 2 : 1)} s`;
	const [minutes, hours] = [Math.floor(ms / 6e4), Math.floor(ms / 36e5)];
	if (hours < 1) return `${minutes} min ${Math.floor((ms % 6e4) / 1e3)} s`;
	if (hours < 48) return `${hours} h ${minutes % 60} min`;
	return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function ago(time) {
	const ms = Date.now() - Date.parse(time);
	if (Math.abs(ms) < 1500) return "now";
	const [size, unit] = [[864e5, "d"], [36e5, "h"], [6e4, "min"], [1e3, "s"]].find(([size]) => Math.abs(ms) >= size);
	const text = `${Math.floor(Math.abs(ms) / size)} ${unit}`;
	return ms < 0 ? `in ${text}` : `${text} ago`;
}

const low = (status) => status.toLowerCase();
const capital = (text) => text[0].toUpperCase() + text.slice(1);

const exact = (time) => new Date(time).toLocaleString("sv");

const since = (time) => h("time", { datetime: time, title: `${exact(time)}\n${time}` }, ago(time));
const both = (time) => [since(time), " · ", exact(time)];

setInterval(() => {
	for (const time of document.querySelectorAll("time")) {
		const text = ago(time.dateTime);
		if (time.textContent !== text) time.textContent = text;
	}
}, 1000);

function bytes(n) {
	if (n < 1024) return many(n, "byte");
	return n < 1 << 20 ? `${(n / 1024).toFixed(1)} KB` : `${(n / (1 << 20)).toFixed(1)} MB`;
}

// ── The API

const BASE = new URL(`${find("meta[name=durable-api]").content}/`, document.baseURI).href;

/** A segment of a path. Browsers take dots for something else, however they are written. */
function segment(text) {
	if (/^\.\.?$/.test(text)) throw new Error(`a browser can't ask for “${text}”`);
	return encodeURIComponent(text);
}

const at = (id) => `instances/${segment(id)}`;
const entityAt = (name, key) => `entities/${segment(name)}/${key === "" ? "$" : segment(key)}`;

/** Parameters; a list gives one several times, and what is empty is left out. */
function query(parameters) {
	const pairs = new URLSearchParams();
	for (const [name, values] of Object.entries(parameters)) {
		for (const value of [values].flat()) if (value != null && value !== "") pairs.append(name, value);
	}
	const text = pairs.toString();
	return text && `?${text}`;
}

let key = sessionStorage.getItem("durable-key") ?? "";
const credentials = () => (key ? { authorization: `Bearer ${key}` } : {});

async function ask(method, path, { body, headers, signal } = {}) {
	const sent = key;
	const asked = { ...credentials(), ...headers };
	if (body !== undefined) asked["content-type"] = "application/json";
	const response = await fetch(BASE + path, { method, body, signal, headers: asked, cache: "no-store" });
	if (response.status === 401) {
		await (sent === key && askForKey(sent !== ""));
		return ask(method, path, { body, headers, signal });
	}
	const text = await response.text();
	const value = text && /json/.test(response.headers.get("content-type")) ? parse(text) : text;
	if (!response.ok) {
		throw Object.assign(new Error(value?.Message || value?.message || text || `status ${response.status}`), { status: response.status });
	}
	return { value, text, next: response.headers.get("x-ms-continuation-token") };
}

const get = async (path, options) => (await ask("GET", path, options)).value;
/** The first so many of a list, and where the rest begins. A page may be short or empty, and the next one not; `each` is told of each. */
async function pages(path, parameters, wanted, { signal, each } = {}) {
	let [found, token] = [[], null];
	do {
		const headers = token ? { "x-ms-continuation-token": token } : {};
		const answer = await ask("GET", path + query({ ...parameters, top: Math.min(200, wanted - found.length) }), { headers, signal });
		[found, token] = [found.concat(answer.value), answer.next];
		each?.(found, token && found.length < wanted);
	} while (token && found.length < wanted);
	return [found, token];
}
const post = async (path, body = "") => (await ask("POST", path, { body: body || undefined })).value;

/** Reads JSON. A number that JavaScript would round stays as it was written. */
function parse(text) {
	if (!JSON.rawJSON || !/\d{16}|\d[eE]/.test(text)) return JSON.parse(text);
	return JSON.parse(text, (_, value, { source }) => (typeof value === "number" && String(value) !== source ? JSON.rawJSON(source) : value));
}

const isRaw = (value) => JSON.isRawJSON?.(value);
const print = (value, indent) => JSON.stringify(value ?? null, null, indent);

let asking = null;

function askForKey(wasWrong) {
	asking ??= dialog({
		title: "A key is needed",
		text: wasWrong ? "This key is not known here." : "The API answers only those who have one.",
		fields: [field("Key", input({ type: "password", name: "key", required: true }))],
		note: "It is kept until this tab is closed.",
		action: "Continue",
		must: true,
		do: (form) => {
			key = form.get("key").trim();
			sessionStorage.setItem("durable-key", key);
		},
	}).finally(() => {
		asking = null;
		paint();
	});
	return asking;
}

// ── Dialogs and messages

function toast(text, isGood = true) {
	const shown = h(".toast", { class: !isGood && "wrong" }, icon(isGood ? "Completed" : "parked"), told(text));
	find("#toasts").append(shown);
	setTimeout(() => shown.remove(), isGood ? 4000 : 9000);
}

let fields = 0;

function field(label, input, hint) {
	input.id ||= `field-${fields++}`;
	return h(".field", h("label", { for: input.id }, label), input, hint && small(hint));
}

function jsonField(label, name, value, hint) {
	const checked = h("small.check", { "aria-live": "polite" });
	const check = () => {
		let wrong = "";
		try {
			if (input.value.trim()) JSON.parse(input.value);
		} catch (error) {
			wrong = error.message;
		}
		input.setCustomValidity(wrong && `Not JSON: ${wrong}`);
		checked.textContent = wrong ? `✕ ${wrong}` : input.value.trim() && "✓ JSON";
		checked.className = wrong ? "check bad" : "check";
	};
	const input = h("textarea.mono", { name, rows: Math.min(16, Math.max(5, value.split("\n").length)), spellcheck: "false", placeholder: "null", value, oninput: check });
	check();
	return h("div", field(label, input, hint), checked);
}

const jsonOf = (form, name) => form.get(name).trim() || "null";

/** Shows a dialog; completes with what `do` gives, or with `undefined` when it is left. */
function dialog({ title, text, body, fields = [], note, action, danger, confirm, must, do: act }) {
	return new Promise((resolve) => {
		const problem = h("p.problem", { role: "alert", hidden: true });
		const go = h("button.button", { type: "submit", class: danger ? "danger" : "primary" }, action ?? "Close");
		const cancel = act && !must && button("Cancel", () => shown.close());
		const typed = confirm && input({ name: "confirm", autocapitalize: "off" });
		if (typed) {
			go.disabled = true;
			typed.addEventListener("input", () => (go.disabled = typed.value.trim() !== confirm));
			fields = [...fields, field(["Type ", h("code", confirm), " to confirm"], typed)];
		}
		const form = h("form", { method: "dialog" },
			h("h2", title),
			text && h("p", text), body, fields, note && h("p.note", note), problem,
			h(".buttons", cancel, go));
		const shown = h("dialog", { label: title }, form);
		let result;
		form.addEventListener("submit", async (event) => {
			event.preventDefault();
			go.disabled = true;
			try {
				result = act ? ((await act(new FormData(form), { body, go })) ?? true) : true;
				shown.close();
			} catch (error) {
				problem.textContent = error.message;
				problem.hidden = false;
				go.disabled = false;
			}
		});
		if (must) shown.addEventListener("cancel", (event) => event.preventDefault());
		const before = document.activeElement;
		shown.addEventListener("close", () => {
			shown.remove();
			if (before?.isConnected) before.focus();
			resolve(result);
		});
		find("#dialogs").append(shown);
		shown.showModal();
		form.querySelector("input, textarea, select")?.focus();
	});
}

async function copy(text) {
	try {
		await navigator.clipboard.writeText(text);
		toast("Copied");
	} catch {
		toast("The browser does not allow it", false);
	}
}

function download(name, text) {
	const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
	const link = h("a", { href: url, download: name.replace(/[^\w.@-]+/g, "_") });
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 1000);
}

// ── JSON

const opened = new Map();
const LONG = 400;
const SHOWN = 100;

/** A value as a tree, of which only what is open is made. */
function tree(value, path, name, depth = 0) {
	const label = name === undefined ? [] : [told(name, "name"), ": "];
	if (value === null || typeof value !== "object" || isRaw(value)) return h("div", label, leaf(value, path));
	const isArray = Array.isArray(value);
	const entries = isArray ? value.map((item, n) => [n, item]) : Object.entries(value);
	const [left, right] = isArray ? ["[", "]"] : ["{", "}"];
	if (entries.length === 0) return h("div", label, `${left}${right}`);
	const isOpen = opened.get(path) ?? (depth < 2 && entries.length <= 12);
	const summary = h("button.twig", {
		type: "button", "aria-expanded": isOpen, onclick: () => (opened.set(path, !isOpen), paint()),
	}, label, isOpen ? left : `${left}… ${right} `, small(many(entries.length, isArray ? "item" : "field")));
	if (!isOpen) return h("div", summary);
	const most = opened.get(`${path}…`) ?? SHOWN;
	const more = entries.length > most && button(`show ${many(Math.min(1000, entries.length - most), "more", "more")}`,
		() => (opened.set(`${path}…`, most + 1000), paint()), { class: "link" });
	const shown = entries.slice(0, most).map(([name, item]) => tree(item, `${path}/${name}`, name, depth + 1));
	return h("div", summary, h(".branch", shown, more), right);
}

function leaf(value, path) {
	if (isRaw(value)) return told(value.rawJSON, "number");
	if (typeof value !== "string") return told(value, typeof value);
	const isCut = value.length > LONG && !opened.get(path);
	const text = isCut ? `${value.slice(0, LONG)}…` : value;
	const more = isCut && button(`all ${number(value.length)} characters`, () => (opened.set(path, true), paint()),
		{ class: "link" });
	return [h("span.string", "\"", told(text), isCut ? "" : "\""), " ", more];
}

/** A value with its size, to be copied and saved. One that was left out for its size is shown when it is asked for. */
function payload(title, value, { path, omitted, load, file = title }) {
	const kept = loaded.get(path);
	if (omitted && kept !== undefined) [value, omitted] = [kept, 0];
	const text = () => print(value, 2);
	const size = omitted || new Blob([print(value)]).size;
	return h("section.payload", { key: path },
		h("header", h("h3", title), small(bytes(size)), !omitted && [
			tool(`Copy ${title}`, icon("copy"), () => copy(text())),
			tool(`Download ${title}`, icon("save"), () => download(`${file}.json`, text())),
		]),
		omitted
			? h("p", button(`Load ${bytes(omitted)}`, async () => {
				loaded.set(path, await load());
				paint();
			}))
			: h(".json", tree(value, path)));
}

const loaded = new Map();

// ── What is on screen

/** What holds for all pages: names, counts, what may be done. */
let overview = { orchestrators: [], entities: [], instances: [], entityCounts: [], failures: [], parked: 0, mayChange: true };

let [overviewAt, overviewSoon] = [-Infinity, 0];

/** Asks for it if what is known is older than that; it costs more than the rest. */
async function know(age) {
	const now = performance.now();
	if (now - overviewAt >= age) [overview, overviewAt] = [await get("overview"), now];
	else if (age < Infinity) overviewSoon ||= setTimeout(() => soon((overviewSoon = 0)), age);
}

let view = null;
let problem = null;
let painting = 0;

function paint() {
	painting ||= requestAnimationFrame(() => {
		painting = 0;
		morph(find("#top"), h("header", { id: "top" }, header()));
		const shown = view.ready || (view.frame && !problem) ? view.render() : problem ? failed(problem) : waiting();
		morph(find("#main"), h("main", { id: "main", tabindex: "-1", "data-page": view.name, "aria-busy": !view.ready && !problem },
			problem && view.ready && h("p.problem", { role: "alert" }, `This may be out of date: ${problem.message}`), shown));
		view.painted?.();
	});
}

const empty = (title, text, ...more) => h(".empty", icon("life"), h("h2", title), h("p", told(text)), h("p", more));
const failed = (error) => empty(error.status === 404 ? "There is nothing here" : "That did not work", error.message,
	button("Try again", () => reload()), " ", a("#/", { class: "button" }, "Overview"));
const nothingYet = () => empty("Nothing has run yet", "What is started shows here.",
	overview.mayChange && a("#/start", { class: "button primary" }, "Start one"));
const waiting = () => h("p.waiting", "Loading …");

/** Loads what the view needs. One at a time: what is asked for meanwhile comes after it. */
let loading = null;
let again = false;
let took = 0;

async function reload() {
	if (loading === view) return void (again = true);
	const [own, began] = [view, performance.now()];
	loading = own;
	try {
		await own.load();
		if (own !== view) return;
		[own.ready, problem] = [true, null];
		connected(true);
	} catch (error) {
		if (own !== view) return;
		problem = error;
		connected(error.status !== undefined);
	} finally {
		if (own === view) {
			loading = null;
			took = performance.now() - began;
			paint();
			if (again) soon((again = false));
		}
	}
}

/** Loads again a moment later; sooner where that is fast. */
let timer = 0;
function soon() {
	timer ||= setTimeout(() => {
		timer = 0;
		reload();
	}, Math.min(20_000, Math.max(120, 3 * took)));
}

// ── Changes

/** How this page learns of changes: `live`, by asking every few seconds (`polling`), or not at all (`offline`). */
let link = "polling";

const connected = (is) => (link = !is ? "offline" : link === "live" ? "live" : "polling");

async function follow() {
	let revision = null;
	for (;;) {
		if (document.hidden) await new Promise((wake) => document.addEventListener("visibilitychange", wake, { once: true }));
		if (overview.live !== false) {
			const stop = new AbortController();
			// Browsers have few connections for a host: a page that nobody sees gives its one back.
			const hide = () => document.hidden && stop.abort();
			document.addEventListener("visibilitychange", hide);
			try {
				const path = `${BASE}changes${query({ since: revision })}`;
				const response = await fetch(path, { headers: credentials(), signal: stop.signal, cache: "no-store" });
				if (!response.ok) throw new Error(`status ${response.status}`);
				link = "live";
				soon();
				paint();
				await read(response.body, (event) => {
					if (event.id) revision = event.id;
					if (view?.wants?.(event.event, event.data)) soon();
				});
			} catch { /* it is tried again below */ }
			document.removeEventListener("visibilitychange", hide);
			if (stop.signal.aborted) continue;
			if (link === "live") link = "polling";
			paint();
		}
		soon();
		await new Promise((wake) => setTimeout(wake, link === "offline" ? 2000 : 5000));
	}
}

async function read(stream, each) {
	const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
	for (let text = ""; ;) {
		const { value, done } = await reader.read();
		if (done) return;
		const blocks = (text + value).split("\n\n");
		text = blocks.pop();
		for (const block of blocks) {
			const event = new Map(block.split("\n").map((line) => line.split(/: ?(.*)/s)));
			if (event.has("event")) each({ id: event.get("id"), event: event.get("event"), data: JSON.parse(event.get("data")) });
		}
	}
}

// ── Addresses

const visit = (hash) => (location.hash = hash);

const instanceHref = (id) => `#/instances/${encodeURIComponent(id)}`;
const entityHref = (name, key) => `#/entities/${encodeURIComponent(name)}/${encodeURIComponent(key)}`;
const listHref = (filter) => `#/instances${query(filter)}`;
const entitiesHref = (filter) => `#/entities${query(filter)}`;

function idLink(id) {
	const entity = /^@([^@]+)@(.*)$/s.exec(id);
	return a(entity ? entityHref(entity[1], entity[2]) : instanceHref(id), mono(id));
}

function route() {
	const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
	let [parts, parameters] = [["nowhere"], new URLSearchParams(search)];
	try {
		parts = path.split("/").map(decodeURIComponent);
	} catch { /* there is no such page */ }
	const [page, first] = parts;
	if (page === "") return overviewPage();
	if (page === "instances") return first ? instancePage(first) : listPage(parameters);
	if (page === "start") return startPage(parameters);
	if (page === "entities") return parts.length > 2 ? entityPage(first, parts.slice(2).join("/")) : entitiesPage(parameters);
	return { name: "lost", title: "Nothing here", load: async () => {},
		render: () => empty("There is no such page", "The address may be mistyped.", a("#/", { class: "button" }, "Overview")) };
}

function open() {
	const next = route();
	// What is on screen stays until another filter of the same list is answered.
	if (view?.adopt?.(next)) Object.assign(next, view.adopt(next));
	else window.scrollTo(0, 0);
	view?.leave?.();
	view = next;
	[problem, again] = [null, false];
	document.title = `${view.title} · durable`;
	paint();
	return reload();
}

// ── The head

const LINKS = { live: "Changes show as they happen", polling: "Asks every 5 seconds", offline: "No answer" };

function header() {
	const page = (href, label, ...names) => h("a", { href, "aria-current": names.includes(view.name) }, label);
	return [
		h("a.mark", { href: "#/", label: "durable: overview" },
			s("svg", { viewBox: "0 0 32 32", "aria-hidden": "true" }, s("rect", { width: 32, height: 32, rx: 8 }),
				s("path", { d: "M8 11h11M8 16h16M13 21h11" })),
			h("b", "durable")),
		h("nav", { label: "Pages" },
			page("#/", "Overview", "overview"),
			page("#/instances", "Instances", "list", "instance"),
			page("#/entities", "Entities", "entities", "entity")),
		h("span.space"),
		overview.environment && h("span.badge", { title: "Environment" }, told(overview.environment)),
		!overview.mayChange && h("span.badge.quiet", { title: "Nothing can be changed from here" }, "read only"),
		h("span.link-state", { class: link, title: LINKS[link], role: "img", label: LINKS[link] }, h("i"),
			h("span", link)),
		key && tool("Forget the key", icon("key"), () => {
			[key, overviewAt] = ["", -Infinity];
			sessionStorage.removeItem("durable-key");
			reload();
		}),
		tool(`Theme: ${theme()}`, icon("theme"), turnTheme),
		tool("Keys", "?", help),
		overview.mayChange && a("#/start", { class: "button primary", label: "Start" }, icon("plus"), h("span", "Start")),
	];
}

const theme = () => localStorage.getItem("durable-theme") ?? "auto";

function turnTheme() {
	localStorage.setItem("durable-theme", { auto: "light", light: "dark" }[theme()] ?? "auto");
	document.documentElement.dataset.theme = theme();
	paint();
}

function help() {
	const keys = { "/": "search", "j k": "next and previous row", Enter: "open the row", x: "select the row", "g o i e s": "g, and then: overview, instances, entities, start",
		u: "back to the list", "+ − 0": "zoom of the timeline", t: "theme", Esc: "close, or leave a field", "?": "this" };
	dialog({ title: "Keys", body: h("dl.keys", Object.entries(keys).map(([names, does]) => [h("dt", names.split(" ").map((name) => h("kbd", name))), h("dd", does)])) });
}

// ── Parts that several pages show

const STATUSES = ["Running", "Pending", "Suspended", "Completed", "Failed", "Terminated"];
const ENDED = new Set(["Completed", "Failed", "Terminated"]);

const pill = (status, parked) => h("span.pill", { class: parked ? "parked" : low(status) },
	icon(parked ? "parked" : status), parked ? `${status}, parked` : status);

const tagsOf = ({ tags }) => Object.entries(tags ?? {}).map((tag) => tag.join("="));

/** One instance in a list, and what it says: why it failed, why it is parked, or its own status. */
function row(instance, { index, cursor, selected, onselect } = {}) {
	const { instanceId: id, name, runtimeStatus: status, customStatus, output, parked, details } = instance;
	const says = parked?.message ?? output ?? customStatus;
	return h("tr", { key: id, class: index >= 0 && index === cursor && "at", "data-row": index },
		onselect && h("td.tick", tick({ checked: selected, label: `Select ${id}`, onchange: onselect })),
		h("td.state", pill(status, parked)),
		h("td.main", a(instanceHref(id), mono(id)), h("span.sub", told(name), details.version && told(`v${details.version}`),
			tagsOf(details).map((tag) => h("span.tag", told(tag))), says != null && told(short(says), output == null ? "says" : "says bad"))),
		h("td.when", since(details.created)),
		h("td.when.changed", since(details.updated)));
}

const short = (value) => cut(typeof value === "string" ? value : print(value), 160);

const table = (rows, ticks) => h("table",
	h("thead", h("tr", ticks && h("th.tick", ticks), h("th", "Status"), h("th", "Instance"), h("th.when", "Created"), h("th.when.changed", "Changed"))),
	h("tbody", rows));

const countsOf = (counted) => new Map(STATUSES.map((status) =>
	[status, counted.reduce((sum, { runtimeStatus, count }) => sum + (runtimeStatus === status ? count : 0), 0)]));

const bar = (counts) => h("span.bar", { "aria-hidden": "true" }, STATUSES.map((status) => {
	const part = h("i", { class: low(status) });
	part.style.flexGrow = counts.get(status);
	return part;
}));

/** What lists ask for. Outputs have to be read one by one: only to tell why each of them failed. */
const listed = (filter = {}) => ({ ...filter, showInput: false, showDetails: true, payloadLimit: SNIPPET,
	showOutput: "errorType" in filter || String(filter.runtimeStatus) === "Failed" });

/** Lets the keyboard go through the rows of a page, whose requests end when it is left. */
const cursor = (page, items, href) => Object.assign(page, {
	cursor: -1,
	left: new AbortController(),
	leave: () => page.left.abort(),
	move(by) {
		page.cursor = Math.max(0, Math.min(items().length - 1, page.cursor + by));
		paint();
		setTimeout(() => find("tr.at")?.scrollIntoView({ block: "nearest" }), 50);
	},
	enter: () => items()[page.cursor] && visit(href(items()[page.cursor])),
});

const facet = (href, isOn, ...content) => h("a.facet", { href, role: "button", "aria-pressed": Boolean(isOn) }, content);

const searchBox = (chips, placeholder, onsearch) => h("form.search", { role: "search", onsubmit: (event) => {
	event.preventDefault();
	onsearch(event.target.elements.search);
} }, icon("search"), chips.map(([name, value, without]) => h("span.chip", { key: `${name}:${value}` }, small(`${name}:`), told(value),
	h("a", { href: without, label: `Remove ${name}:${value}` }, icon("Failed")))),
input({ key: "search", name: "search", type: "search", spellcheck: "false", label: "Search", placeholder }), h("kbd", "/"));

const parkedBox = (parked) => parked && callout("parked", "parked", h("b", "Parked: "), words(parked.message));
const callout = (kind, sign, ...content) => h(".callout", { class: kind }, icon(sign), h("div", content));

// ── Overview

function overviewPage() {
	let latest = [];
	return {
		name: "overview",
		title: "Overview",
		wants: () => true,
		async load() {
			[, [latest]] = await Promise.all([know(0), pages("instances", listed(), 8)]);
		},
		render() {
			const names = Map.groupBy(overview.instances, ({ name }) => name);
			if (names.size === 0) return nothingYet();
			const all = countsOf(overview.instances);
			return [
				h("h1.unseen", "Overview"),
				h(".tiles", STATUSES.map((status) => h("a.tile", {
					href: listHref({ status }), class: low(status),
				}, h("span", icon(status), status), h("b", number(all.get(status)))))),
				overview.parked > 0 && a(listHref({ parked: true }), { class: "callout parked" }, icon("parked"),
					h("span", h("b", many(overview.parked, "instance")), ` can't go on with the code of today. See why`), "→"),
				h(".columns",
					h(".stack", card("Why it fails",
						overview.failures.length === 0 ? h("p.calm", icon("Completed"), "Nothing has failed.")
							: h("ul.causes", overview.failures.slice(0, 12).map(cause)),
						overview.failures.length > 0 && h("p.note",
							`Of the newest ${number(overview.failuresExamined)}; alike messages count together.`)),
					overview.entityCounts.length > 0 && card("Entities", h("ul.names", overview.entityCounts.map(({ name, count }) =>
						h("li", { key: name }, a(entitiesHref({ name }), told(name)), h("span.counts", number(count))))))),
					card("Orchestrators",
						h("ul.names", [...names.keys()].sort().map((name) => [name, countsOf(names.get(name))]).map(([name, counts]) => h("li", { key: name },
							a(listHref({ name }), told(name)),
							h("span.counts", STATUSES.filter((status) => counts.get(status)).map((status) => h("a", {
								href: listHref({ name, status }), class: low(status), title: `${status}: ${number(counts.get(status))}`,
							}, icon(status), number(counts.get(status))))),
							bar(counts)))))),
				h("section.card", h("h2", "Newest", a("#/instances", { class: "more" }, "all instances →")),
					table(latest.map((instance) => row(instance)))),
			];
		},
	};
}

const cause = ({ name, errorType, message, pattern, count, latest, instanceId }) => h("li", { key: `${name} ${errorType} ${pattern}` },
	h("a.count", { href: listHref({ status: "Failed", name, error: errorType }), title: "All of these" }, number(count)),
	h("div", h("b", told(errorType || "Error")), " in ", told(name), h("p", told(cut(message, 200))),
		small("last ", since(latest), ": ", idLink(instanceId))));

// ── Instances

/** What the search box and the address understand, and what the API calls it. */
const FILTERS = new Map(Object.entries({
	status: "runtimeStatus", name: "name", id: "instanceIdPrefix", error: "errorType", tag: "tag", version: "version",
	parent: "parent", parked: "parked", from: "createdTimeFrom", to: "createdTimeTo", age: "",
}));
const UNITS = { s: 1e3, m: 6e4, min: 6e4, h: 36e5, d: 864e5, w: 6048e5 };

const AGE = /^([<>]?)(\d+)(s|m|min|h|d|w)$/;

/** Reads `status:failed name:"my order" age:<1h abc` as filters; a word alone is the beginning of an id. */
function readSearch(text) {
	const found = [];
	for (const [, name, quoted, plain, word] of text.matchAll(/(\w+):(?:"([^"]*)"|(\S*))|(\S+)/g)) {
		let [filter, value] = name ? [name.toLowerCase(), quoted ?? plain] : ["id", word];
		if (name && !FILTERS.has(filter)) [filter, value] = ["id", `${name}:${value}`];
		if (filter === "status") value = STATUSES.find((status) => low(status).startsWith(value.toLowerCase())) ?? value;
		if (filter === "age" && !AGE.test(value)) throw new Error("write age:<1h or age:>2d");
		if (filter === "parked") value = String(!/^(false|no)$/i.test(value));
		if (value) found.push([filter, value.replace(/\*$/, "")]);
	}
	return found;
}

function filterOf(parameters) {
	const filter = {};
	for (const [name, called] of FILTERS) {
		const values = parameters.getAll(name);
		if (called && values.length) filter[called] = values;
	}
	const [, sign, amount, unit] = AGE.exec(parameters.get("age")) ?? [];
	if (unit) filter[sign === ">" ? "createdTimeTo" : "createdTimeFrom"] = new Date(Date.now() - amount * UNITS[unit]).toISOString();
	return filter;
}

const PAGE = 50;

/** Fills `page[items]`. What is found shows at once, but for what only comes again: that stays as it is until all is there. */
async function lookThrough(page, items, path, parameters) {
	const isFirst = !page.ready || page.stale;
	const looking = `looking further ${parameters.oldestFirst ? "" : "back "}…`;
	try {
		const [found, next] = await pages(path, parameters, page.wanted, { signal: page.left.signal, each: (found, goesOn) => {
			if (!goesOn || view !== page || !(isFirst || found.length > page[items].length)) return;
			Object.assign(page, { [items]: found, stale: false, ready: true, looking });
			paint();
		} });
		Object.assign(page, { [items]: found, next, stale: false });
	} finally {
		page.looking = false;
	}
}

const stillLooking = ({ looking }) => (looking ? h("p.foot.looking", { role: "status" }, looking) : null);
const foot = (page, more) => stillLooking(page) ?? (page.next && h("p.foot", button(more, () => {
	page.wanted += PAGE;
	reload();
})));

function listPage(parameters) {
	const filters = [...parameters].filter(([name, value]) => FILTERS.has(name) && value);
	const oldest = parameters.get("order") === "oldest";
	const to = (filters, order = oldest) => {
		const next = new URLSearchParams(filters);
		if (order) next.set("order", "oldest");
		return `#/instances${next.size ? `?${next}` : ""}`;
	};
	const has = (name, value) => filters.some(([known, set]) => known === name && set === value);
	const toggled = (name, value) => to(has(name, value) ? filters.filter(([known, set]) => known !== name || set !== value)
		: [...filters, [name, value]]);
	const page = {
		name: "list",
		title: "Instances",
		frame: true,
		instances: [],
		wanted: PAGE,
		selected: new Set(),
		wants: () => true,
		adopt: (next) => next.name === "list" && page.instances.length > 0 && { instances: page.instances, ready: page.ready, stale: true },
		async load() {
			const counted = know(1000);
			await lookThrough(page, "instances", "instances", { ...listed(filterOf(parameters)), oldestFirst: oldest || null });
			await counted;
			const known = new Set(page.instances.map((instance) => instance.instanceId));
			for (const id of page.selected) if (!known.has(id)) page.selected.delete(id);
		},
		mark: () => page.instances[page.cursor] && select(page.instances[page.cursor].instanceId),
		render() {
			const isAll = page.selected.size === page.instances.length;
			return [
				h("h1.unseen", "Instances"),
				search(),
				facets(),
				page.instances.length > 0 && (page.selected.size > 0 || filters.length > 0) && bulkBar(),
				!page.ready ? waiting() : page.instances.length === 0 ? stillLooking(page) ?? nothing() : h(".card.list", { class: page.stale && "stale" },
					table(page.instances.map((instance, index) => row(instance, {
						index, cursor: page.cursor, selected: page.selected.has(instance.instanceId), onselect: () => select(instance.instanceId),
					})), tick({ label: "Select all shown", checked: isAll, onchange: () => {
						page.selected = new Set(isAll ? [] : page.instances.map((instance) => instance.instanceId));
						paint();
					} })),
					foot(page, oldest ? "Newer" : "Older")),
			];
		},
	};
	const select = (id) => {
		if (!page.selected.delete(id)) page.selected.add(id);
		paint();
	};
	const nothing = () => filters.length
		? empty("Nothing matches", "No instance fits all of these filters.", a("#/instances", { class: "button" }, "Remove the filters"))
		: nothingYet();
	const search = () => searchBox(filters.map(([name, value]) => [name, value, toggled(name, value)]),
		filters.length ? "and …" : "id, or status:failed name:order error:Timeout tag:k=v age:<1h", (input) => {
			try {
				const found = readSearch(input.value);
				input.value = "";
				const kept = filters.filter(([known]) => known === "tag" || !found.some(([name]) => name === known));
				if (found.length) visit(to([...kept, ...found]));
			} catch (error) {
				toast(error.message, false);
			}
		});
	const facets = () => {
		const isAny = !filters.some(([name]) => name === "name");
		const counts = countsOf(overview.instances.filter(({ name }) => isAny || has("name", name)));
		const names = [...new Set(overview.instances.map(({ name }) => name))].sort();
		return h(".facets",
			STATUSES.map((status) => facet(toggled("status", status), has("status", status), h("span", { class: low(status) }, icon(status)), status,
				small(number(counts.get(status))))),
			overview.parked > 0 && facet(toggled("parked", "true"), has("parked", "true"), h("span.parked", icon("parked")), "Parked", small(number(overview.parked))),
			h("span.space"),
			names.length > 1 && h("select", { label: "Orchestrator", value: filters.find(([name]) => name === "name")?.[1] ?? "",
				onchange: ({ target }) => {
					const others = filters.filter(([name]) => name !== "name");
					visit(to(target.value ? [...others, ["name", target.value]] : others));
				} }, h("option", { value: "" }, "All orchestrators"), options(names)),
			h("a.button.quiet", { href: to(filters, !oldest) }, oldest ? "Oldest first" : "Newest first"));
	};
	const bulkBar = () => {
		const ids = [...page.selected];
		const what = ids.length ? `${many(ids.length, "instance")} selected` : "All that match:";
		const act = (action) => async () => (await doToMany(action, ids, filterOf(parameters))) && ids.length && page.selected.clear();
		return toolbar("bulk", "Actions on many", h("span", what),
			["suspend", "resume", "terminate", "rewind", "purge"].map((action) =>
				change(capital(action), act(action))),
			ids.length > 0 && button("none", () => (page.selected.clear(), paint()), { class: "link" }));
	};
	return cursor(page, () => page.instances, (instance) => instanceHref(instance.instanceId));
}

// ── The same for many

const DOES = {
	suspend: "No more turns are taken until it is resumed.", resume: "Turns are taken again.",
	terminate: "It ends now, without a result.", rewind: "It goes on from before its failure.",
	purge: "What has ended is removed with its history, for good.",
};
const DANGEROUS = new Set(["terminate", "purge"]);
const urlOf = (id, action, more = {}) => (action === "purge" ? ["DELETE", `${at(id)}${query(more)}`] : ["POST", `${at(id)}/${action}${query(more)}`]);

const actionAsks = (action) => ({ action: capital(action), danger: DANGEROUS.has(action), text: DOES[action], fields: [
	action !== "purge" && field("Reason", input({ name: "reason", maxlength: 1000 }), "Recorded in the history"),
	DANGEROUS.has(action) && h("label.line", tick({ name: "recursive" }), "with its children")].filter(Boolean) });
const actionQuery = (form) => ({ reason: form.get("reason"), recursive: form.has("recursive") || null });

/** Does it to those, or, if there are none, to all that match: a job of the server, which first tells what it would do. */
async function doToMany(action, ids, filter) {
	let [plan, examples] = [{ matched: ids.length, done: ids.length }, ids];
	try {
		if (ids.length === 0) {
			let found;
			[plan, found] = await Promise.all([job(action, filter, { dryRun: true }), pages("instances", { ...listed(), ...filter }, 5)]);
			examples = found[0].map(({ instanceId }) => instanceId);
		}
	} catch (error) {
		return toast(error.message, false);
	}
	const { matched, done } = plan;
	const unfit = matched > done && `; ${number(matched - done)} ${matched - done === 1 ? "is" : "are"} not in a state for that`;
	if (done === 0) return dialog({ title: `Nothing to ${action}`, text: `Of ${many(matched, "instance")}, none is in a state for that.` });
	const progress = h("progress", { max: matched, value: 0, hidden: true });
	const result = await dialog({
		...actionAsks(action), title: `${capital(action)} ${many(done, "instance")}`,
		body: h("div", ids.length === 0 && h("p", h("b.preview", number(done)), " of ", number(matched), " that match", unfit),
			h("ul.examples", examples.slice(0, 5).map((id) => h("li", mono(id))), matched > 5 && h("li", `and ${number(matched - 5)} more`)), progress),
		confirm: `${action} ${done}`,
		do: (form) => {
			progress.hidden = false;
			const now = (report) => (progress.value = report.done + report.skipped + report.failed);
			return ids.length ? each(action, ids, actionQuery(form), now) : job(action, filter, actionQuery(form), now);
		},
	});
	if (result) report(action, result);
	reload();
	return result;
}

async function each(action, ids, more, onprogress) {
	const report = { done: 0, skipped: 0, failed: 0, failures: [] };
	for (const instanceId of ids) {
		try {
			await ask(...urlOf(instanceId, action, more));
			report.done += 1;
		} catch ({ message }) {
			report.failed += 1;
			report.failures.push({ instanceId, message });
		}
		onprogress(report);
	}
	return report;
}

async function job(action, filter, more, onprogress) {
	const { id } = await post(`bulk/${action}${query({ ...filter, ...more })}`);
	for (;;) {
		const { runtimeStatus: status, output, customStatus } = await get(`${at(id)}?showInput=false`);
		if (customStatus) onprogress?.(customStatus);
		if (status === "Completed") {
			if (more.dryRun) await ask("DELETE", at(id)).catch(() => {});
			return output;
		}
		if (ENDED.has(status)) throw new Error(`The job ${id} ended as ${status}: ${print(output)}`);
		await new Promise((wake) => setTimeout(wake, 100));
	}
}

function report(action, { done, skipped, failed, failures }) {
	if (!failed) return toast(`${capital(action)}: done for ${many(done, "instance")}${skipped ? `, ${number(skipped)} skipped` : ""}`);
	return dialog({ title: `${capital(action)}: ${number(failed)} failed`, text: `It was done for ${many(done, "instance")}.`,
		body: h("ul.examples", failures.map(({ instanceId, message }) => h("li", mono(instanceId), ": ", told(message)))) });
}

// ── What a history tells

const ASKS = { TaskScheduled: "activity", SubOrchestrationInstanceCreated: "child", TimerCreated: "timer",
	EntityOperationCalled: "entity", EntityLockRequested: "lock" };
const POINTS = { EventSent: "event", EventRaised: "event", EntityOperationSignaled: "entity", ExecutionTerminated: "life",
	ExecutionRewound: "life", ContinueAsNew: "life", ExecutionResumed: "life" };

function describe({ type, name, entity, operation, failure, instanceId, input, result, ...event }) {
	const value = input ?? result;
	const said = value == null ? "" : ` ${cut(print(value), 160)}`;
	if (failure) return `${failure.type ?? failure.kind}: ${failure.message}`;
	if (entity) return `${entity} ${operation}${said}`;
	if (instanceId) return `${name} ${type === "EventSent" ? "to" : "as"} ${instanceId}${said}`;
	if (event.fireAt) return `until ${exact(event.fireAt)}`;
	return event.lockSet?.join(", ") ?? event.reason ?? `${name ?? event.status ?? ""}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ""}${said}`;
}

const isFailure = (event) => event.failure != null || event.type === "ExecutionTerminated";

/** Puts what was asked for and its answer into one row. Each event is read once, so that a long history stays cheap. */
class History {
	events = [];
	rows = [];
	byTask = new Map();
	entities = new Set();
	version = 0;
	total = 0;
	end = null;
	sleep = null;

	get start() {
		return this.events[0]?.time ?? Date.now();
	}

	add(event) {
		event.time = Date.parse(event.timestamp);
		this.events.push(event);
		this.version += 1;
		const { type, id, time } = event;
		const said = event.entity && `${event.entity} ${event.operation}`;
		if (event.entity) this.entities.add(event.entity);
		for (const entity of event.lockSet ?? []) this.entities.add(entity);
		const first = event.retryOf != null && this.byTask.get(event.retryOf);
		if (first) {
			first.parts.push({ from: time, to: null, state: "open" });
			first.events.push(event);
			this.byTask.set(id, first);
		} else if (ASKS[type] && !event.detached) {
			const label = type === "TimerCreated" ? "timer" : type === "EntityLockRequested" ? `lock ${event.lockSet.join(", ")}`
				: said ?? event.name;
			const found = this.row(ASKS[type], label, event);
			this.byTask.set(id, found);
			if (event.fireAt) found.due = Date.parse(event.fireAt);
		} else if (/(Completed|Failed|Fired|Granted)$/.test(type) && id !== undefined) {
			const found = this.byTask.get(id);
			if (!found) return;
			const part = found.parts.at(-1);
			[part.to, part.state] = [time, event.failure ? "failed" : found.kind === "lock" ? "waited" : "good"];
			found.events.push(event);
			if (type === "EntityLockGranted") found.parts.push({ from: time, to: null, state: "open" });
		} else if (type === "EntityUnlockSent") {
			const part = this.byTask.get(event.section)?.parts.at(-1);
			if (part) [part.to, part.state] = [time, "good"];
		} else if (type === "ExecutionSuspended") {
			this.sleep = this.row("life", `suspended${event.reason ? `: ${event.reason}` : ""}`, event);
		} else if (type === "ExecutionCompleted") {
			this.end = time;
			for (const row of this.rows) {
				const part = row.parts.at(-1);
				if (part && part.to === null) [part.to, part.state] = [time, row.kind === "lock" && row.parts.length > 1 ? "good" : "dropped"];
			}
			this.row("life", event.status, event).point = event.status === "Completed" ? "good" : "failed";
		} else if (POINTS[type] || event.detached) {
			const label = event.detached ? `starts ${event.name}` : said ?? event.name ?? type;
			this.row(event.detached ? "child" : POINTS[type], label, event).point = isFailure(event) ? "failed" : "good";
			if (type === "ExecutionRewound") this.end = null;
		}
		if (type === "ExecutionResumed" && this.sleep) {
			[this.sleep.parts[0].to, this.sleep.parts[0].state] = [time, "waited"];
			this.sleep = null;
		}
	}

	row(kind, label, event) {
		const row = { kind, label, events: [event], parts: [{ from: event.time, to: null, state: "open" }], index: this.rows.length };
		this.rows.push(row);
		return row;
	}

	/** Pieces of time in their order; where nothing but waiting goes on for long, a piece is a gap of fixed width. */
	pieces(now) {
		const [start, end] = [this.start, Math.max(this.end ?? now, this.events.at(-1)?.time ?? now, this.start + 1)];
		const busy = this.rows.filter(({ kind }) => kind === "activity" || kind === "entity").flatMap(({ parts }) => parts);
		const spans = [...busy.map(({ from, to }) => [from, to ?? end]), ...this.events.map(({ time }) => [time, time]), [end, end]];
		let [gaps, until, shown] = [[], start, end - start];
		for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
			if (from - until > 1000) gaps.push([until, from]);
			until = Math.max(until, to);
		}
		const isLong = ([from, to]) => to - from > 0.2 * shown && (shown -= to - from);
		gaps = gaps.sort((a, b) => b[1] - b[0] - a[1] + a[0]).filter(isLong).sort((a, b) => a[0] - b[0]);
		const pieces = [];
		let at = start;
		for (const [from, to] of gaps) {
			pieces.push({ from: at, to: from }, { from, to, gap: true });
			at = to;
		}
		pieces.push({ from: at, to: end });
		return { pieces, shown: Math.max(1, shown) };
	}
}

// ── The timeline

const [ROW, AXIS, GAP, MARGIN] = [26, 28, 44, 14];

const TICKS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 18e5, 36e5, 72e5, 216e5, 432e5, 864e5, 6048e5];
const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 12, PageUp: -12, Home: -1e9, End: 1e9 };

/** A box that scrolls over rows of which only those that can be seen are drawn: the keyboard and the mouse choose one. */
class Rows {
	constructor(kind, label, { head = 0, count, draw, pick, keys = {}, onwheel }, ...content) {
		Object.assign(this, { at: -1, head, count, draw, pick, keys });
		this.box = h(`.${kind}`, { tabindex: 0, role: "listbox", label: label, onscroll: draw, onwheel,
			onkeydown: (event) => this.pressed(event),
			onclick: ({ target }) => {
				const index = target.closest("[data-index]")?.dataset.index;
				if (index !== undefined) this.pick(this.move(Number(index)));
			} }, content);
	}

	pressed(event) {
		const step = STEPS[event.key];
		const does = step ? () => this.move(this.at + step) : event.key === "Enter" ? () => this.at >= 0 && this.pick(this.at) : this.keys[event.key];
		if (!does || event.ctrlKey || event.metaKey || event.altKey) return;
		event.preventDefault();
		event.stopPropagation();
		does();
	}

	move(to) {
		const { box, head } = this;
		this.at = Math.max(0, Math.min(this.count() - 1, to));
		const top = this.at * ROW;
		if (top < box.scrollTop) box.scrollTop = top;
		if (top + ROW > box.scrollTop + box.clientHeight - head) box.scrollTop = top + ROW - box.clientHeight + head;
		this.draw();
		box.setAttribute("aria-activedescendant", `${box.className}-${this.at}`);
		return this.at;
	}
}

/** Draws only the rows that can be seen, so that it does not matter how many there are. */
function timeline(pick) {
	let [history, zoom, layout, now, ended] = [new History(), 1, null, Date.now(), true];
	const svg = s("svg", { role: "presentation" });
	const space = h("div", svg);
	const rows = new Rows("timeline", "Timeline. Arrow keys move, Enter shows, plus and minus zoom.", {
		head: AXIS, draw, count: () => history.rows.length, pick: (at) => pick(history.rows[at].events),
		keys: { ArrowLeft: () => (box.scrollLeft -= 80), ArrowRight: () => (box.scrollLeft += 80) },
		onwheel: (event) => {
			if (!event.ctrlKey && !event.metaKey) return;
			event.preventDefault();
			zoomBy(event.deltaY < 0 ? 1.25 : 0.8, event.offsetX);
		},
	}, space);
	const { box } = rows;

	function measure() {
		const width = box.clientWidth;
		const left = Math.max(104, Math.min(260, width * 0.3));
		const { pieces, shown } = history.pieces(now);
		const gaps = pieces.filter(({ gap }) => gap).length;
		const active = Math.max(60, (width - left - 2 * MARGIN) * zoom - gaps * GAP);
		let x = left + MARGIN;
		for (const piece of pieces) {
			piece.x = x;
			piece.width = piece.gap ? GAP : ((piece.to - piece.from) / shown) * active;
			x += piece.width;
		}
		layout = { pieces, left, width, end: x, perMs: active / shown };
		space.style.width = `${Math.max(width, x + MARGIN)}px`;
		space.style.height = `${AXIS + ROW * history.rows.length + 6}px`;
	}

	function x(time) {
		const { from, to, x, width } = layout.pieces.findLast(({ from }) => from <= time) ?? layout.pieces[0];
		return x + (to > from ? Math.min(1, Math.max(0, (time - from) / (to - from))) * width : 0) - box.scrollLeft;
	}

	function draw() {
		if (!layout || !box.isConnected) return;
		const { left, width, pieces, end } = layout;
		const height = box.clientHeight;
		svg.setAttribute("width", width);
		svg.setAttribute("height", height);
		const first = Math.max(0, Math.floor((box.scrollTop - AXIS) / ROW));
		const last = Math.min(history.rows.length, first + Math.ceil(height / ROW) + 2);
		const y = (index) => AXIS + index * ROW - box.scrollTop;
		const [marks, texts, bars, labels] = [[], [], [], []];
		for (const piece of pieces) {
			const from = piece.x - box.scrollLeft;
			if (!piece.gap || from > width || from + GAP < left) continue;
			marks.push(s("rect.gap", { x: from + 4, y: AXIS, width: GAP - 8, height }));
			texts.push(s("text.gap", { x: from + GAP / 2, y: AXIS - 9, "text-anchor": "middle" }, duration(piece.to - piece.from).replace(/ (min|h|d).*/, " $1")));
		}
		ticks(marks, texts);
		for (const row of history.rows.slice(first, last)) {
			const top = y(row.index);
			const said = rowSaid(row);
			const where = { class: `${row.kind}${row.index === rows.at ? " at" : ""}${row.parts.at(-1).state === "failed" || row.point === "failed" ? " bad" : ""}`, "data-index": row.index };
			const drawn = row.point ? [s("path", { class: `point ${row.point}`, d: `M${x(row.parts[0].from)} ${top + 7}l6 6l-6 6l-6 -6z` })]
				: row.parts.map((part) => partOf(row, part, top));
			bars.push(s("g.row", { ...where, id: `timeline-${row.index}`, role: "option", "aria-selected": row.index === rows.at, label: `${row.kind} ${row.label}, ${said}` },
			s("rect.lane", { x: 0, y: top, width, height: ROW }), drawn, s("title", `${row.label}\n${said}`)));
			labels.push(s("g.label", where,
				s("rect", { x: 0, y: top, width: left, height: ROW }),
				s("svg", { x: 8, y: top + 6, width: 14, height: 14, viewBox: "0 0 16 16" }, s("path", { d: ICONS[row.kind] })),
				s("svg", { x: 28, y: top, width: left - 34, height: ROW }, s("text", { y: 17 }, cut(row.label, 60)))));
		}
		if (history.end === null && !ended) marks.push(s("line.now", { x1: end - box.scrollLeft, x2: end - box.scrollLeft, y1: AXIS, y2: height }));
		svg.replaceChildren(...marks, ...bars, s("rect.head", { x: 0, y: 0, width, height: AXIS }),
			...texts, ...labels, s("rect.head", { x: 0, y: 0, width: left, height: AXIS }),
			s("text.title", { x: 10, y: AXIS - 9 }, many(history.rows.length, "step")),
			s("line.edge", { x1: left, x2: left, y1: 0, y2: height }), s("line.edge", { x1: 0, x2: width, y1: AXIS, y2: AXIS }));
	}

	function ticks(marks, texts) {
		const step = TICKS.find((step) => step * layout.perMs > 84) ?? 26298e5;
		let free = layout.left;
		for (const piece of layout.pieces) {
			const from = piece.x - box.scrollLeft;
			const end = Math.min(layout.width - 6, from + piece.width);
			if (piece.gap) {
				free = end + 20;
				continue;
			}
			const perMs = piece.width / Math.max(1e-9, piece.to - piece.from);
			const seen = piece.from + Math.max(0, (layout.left - from) / perMs);
			for (let time = history.start + Math.ceil((seen - history.start) / step) * step; time <= piece.to; time += step) {
				const here = x(time);
				if (here > layout.width) break;
				marks.push(s("line.grid", { x1: here, x2: here, y1: AXIS, y2: box.clientHeight }));
				if (here < free || here > end - 50) continue;
				const label = duration(time - history.start).replace(/(\.\d*?)0+ s/, "$1 s").replace(". s", " s").replace(/ 0 (s|min|h)$/, "");
				texts.push(s("text.tick", { x: here + 4, y: AXIS - 9 }, time === history.start ? "0" : `+${label}`));
				free = here + 70;
			}
		}
	}

	function partOf(row, part, top) {
		const from = x(part.from);
		const to = Math.max(from + 3, part.to === null ? layout.end - box.scrollLeft : x(part.to));
		const [left, right] = [Math.max(from, -20), Math.min(to, layout.width + 20)];
		if (right < left) return null;
		const isThin = row.kind === "timer" || part.state === "waited";
		const bar = s("rect", { class: `part ${part.state}${part.to === null && !ended ? " running" : ""}`, x: left, width: Math.max(3, right - left - (row.parts.length > 1 ? 1 : 0)),
			y: top + (isThin ? 11 : 6), height: isThin ? 4 : 14, rx: isThin ? 2 : 3 });
		if (part.state !== "failed" || right - left < 10) return bar;
		const middle = (left + right) / 2;
		return [bar, s("path.cross", { d: `M${middle - 3} ${top + 10}l6 6m0 -6l-6 6` })];
	}

	function rowSaid(row) {
		if (row.point) return `at +${duration(row.parts[0].from - history.start)}`;
		const part = row.parts.at(-1);
		const took = duration((part.to ?? now) - row.parts[0].from);
		const tried = row.kind === "activity" && row.parts.length > 1 ? `, ${row.parts.length} attempts` : "";
		if (row.due && part.to === null) return `due ${exact(row.due)}`;
		return `${{ open: "for ", good: "", failed: "failed after ", dropped: "dropped after ", waited: "waited " }[part.state]}${took}${tried}`;
	}

	function zoomBy(factor, anchor = box.clientWidth / 2) {
		const before = box.scrollLeft + anchor - layout.left;
		const old = zoom;
		zoom = factor === 0 ? 1 : Math.min(500, Math.max(1, zoom * factor));
		measure();
		box.scrollLeft = before * (zoom / old) - anchor + layout.left;
		draw();
	}

	let seen = "";
	return {
		element: box,
		zoomBy,
			show(next, isOver, until) {
			[history, ended, now] = [next, isOver, until];
			const state = `${next.version} ${isOver} ${box.clientWidth}`;
			if (state === seen && isOver) return;
			seen = state;
			box.style.height = `${Math.min(AXIS + ROW * history.rows.length + 8, Math.max(240, window.innerHeight * 0.55))}px`;
			measure();
			draw();
		},
	};
}

function eventList(pick) {
	let [events, start] = [[], 0];
	const space = h("div");
	const rows = new Rows("events", "History", { draw, count: () => events.length, pick: (at) => pick([events[at]]) }, space);
	const { box } = rows;

	function draw() {
		const first = Math.max(0, Math.floor(box.scrollTop / ROW) - 2);
		const shown = events.slice(first, first + Math.ceil(box.clientHeight / ROW) + 4);
		space.style.height = `${events.length * ROW}px`;
		space.replaceChildren(...shown.map((event, n) => {
			const line = h(".event", { class: `${isFailure(event) ? "bad" : ""}${first + n === rows.at ? " at" : ""}`, role: "option", id: `events-${first + n}`,
				"aria-selected": first + n === rows.at, "data-index": first + n },
			h("span.number", event.sequence), h("span.time", { title: event.timestamp }, `+${duration(event.time - start)}`),
			h("span.type", event.type), told(describe(event), "what"));
			line.style.transform = `translateY(${(first + n) * ROW}px)`;
			return line;
		}));
	}
	return {
		element: box,
		show(next, from) {
			[events, start] = [next, from];
			box.style.height = `${Math.min(ROW * events.length + (events.length && 8), 420)}px`;
			draw();
		},
	};
}

// ── One instance

const [LARGE, SNIPPET] = [64 * 1024, 1024];

function instancePage(id) {
	let [history, generation, created, status, children, plan] = [new History(), null, null, null, { list: [] }, null];
	let [following, picked, left] = [false, null, new AbortController()];
	const seen = { text: "", kind: "", failed: false };
	const see = (name, what = "value") => ({ target }) => paint((seen[name] = target[what]));
	const pick = (events) => {
		picked = events;
		paint();
	};
	const planned = () => post(`${at(id)}/rewind?dryRun=true`);
	const eventsOf = (asked) => get(`${at(id)}/history${query({ top: 1000, ...asked })}`);
	const [line, list] = [timeline(pick), eventList(pick)];
	const page = {
		name: "instance",
		title: id,
		wants: (kind, data) => kind === "missed" || (kind !== "entity" && (data.instanceId === id || children.list.some((child) => child.instanceId === data.instanceId))),
		async load() {
			[status] = await Promise.all([get(`${at(id)}${query({ showDetails: true, payloadLimit: LARGE })}`), findChildren(), know(Infinity)]);
			const { details } = status;
			if (generation !== details.generation || created !== details.created) {
				[history, generation, created] = [new History(), details.generation, details.created];
			}
			if (!following) {
				following = true;
				if (await follow().catch((error) => {
					following = false;
					throw error;
				})) followOn();
				else following = false;
			}
			if (status.runtimeStatus !== "Failed" || !overview.mayChange) plan = null;
			else if (plan?.of !== details.updated) {
				plan = await planned().catch(({ message }) => ({ error: message }));
				plan.of = details.updated;
			}
		},
		leave: () => left.abort(page.left = true),
		isLive: () => page.ready && !ENDED.has(status.runtimeStatus),
		escape: () => picked && pick(null),
		up: () => visit("#/instances"),
		zoom: line.zoomBy,
		painted() {
			if (!page.ready) return;
			const isOver = ENDED.has(status.runtimeStatus);
			line.show(history, isOver, isOver ? Date.parse(status.details.updated) : Date.now());
			list.show(filtered(), history.start);
		},
		render() {
			const { name, runtimeStatus, details } = status;
			const isOver = ENDED.has(runtimeStatus);
			const [from, to] = [Date.parse(details.created), isOver ? Date.parse(details.updated) : Date.now()];
			return [
				h(".headline",
					h("p.crumb", a("#/instances", "Instances"), "/", a(listHref({ name }), told(name)),
						details.version && h("span.tag", "version ", told(details.version)),
						tagsOf(details).map((tag) => a(listHref({ tag }), { class: "tag" }, told(tag)))),
					h("h1", mono(id), tool("Copy the id", icon("copy"), () => copy(id))),
					h("p.facts", pill(runtimeStatus, status.parked), h("span", "created ", both(details.created)),
						h("span", isOver ? "ended " : "changed ", both(details.updated)),
						h("span", isOver ? "took " : "for ", h("b", duration(to - from))),
						generation > 0 && h("span", { title: "It has continued as new that often" }, "generation ", h("b", number(generation))))),
				parkedBox(status.parked),
				details.failure && (runtimeStatus === "Failed" ? failureBox(details.failure) : callout("", runtimeStatus, h("b", "Terminated"), told(details.failure.message.replace(/^terminated/, "")))),
				!isOver && runtimeStatus !== "Suspended" && details.waitingFor?.length > 0 && callout("waits", "Pending", h("b", "Waits for "),
					details.waitingFor.length === 1 ? words(cut(details.waitingFor[0], 400)) : some(details.waitingFor, 8, (what) => words(cut(what, 400)))),
				runtimeStatus === "Suspended" && callout("", "Suspended", h("b", "Suspended: "), told(history.sleep?.events[0].reason || DOES.suspend)),
				actions(),
				h("section.card", h("h2", "Timeline", history.rows.length > 0 && h("span.tools",
					history.events.length < history.total && small(`${number(history.events.length)} of ${number(history.total)} events`),
					[["Zoom out", "−", 1 / 1.5], ["Show all", "Fit", 0], ["Zoom in", "+", 1.5]].map(([title, sign, by]) => tool(title, sign, () => line.zoomBy(by))))),
				history.rows.length ? h("div", { mount: line }) : h("p.calm", history.total ? "It has asked for nothing yet." : "Its first turn has not been taken yet.")),
				h(".columns", [[data("Input", "input"), data("Output", "output")], [data("Custom status", "customStatus"), relations()]]
					.map((cards) => cards.some(Boolean) && h(".stack", cards))),
				h("section.card", h("h2", "History", h("span.tools",
					h("input", { type: "search", label: "Filter by text", placeholder: "filter", value: seen.text, oninput: see("text") }),
					h("select", { label: "Kind", value: seen.kind, onchange: see("kind") },
						[["", "all kinds"], ["Task", "activities"], ["Timer", "timers"], ["SubOrchestration", "children"], ["Event", "events"], ["Entity", "entities"], ["Execution", "execution"]]
							.map(([value, label]) => h("option", { value }, label))),
					h("label.line", tick({ checked: seen.failed, onchange: see("failed", "checked") }), "failed"),
					tool("Download the whole history", icon("save"), save))),
				h("p.note", filtered().length < history.total && `${number(filtered().length)} of `, many(history.total, "event")), h("div", { mount: list })),
				picked && drawer(),
			];
		},
	};

	/** Finds the first children. Only the first page of them is waited for. */
	const findChildren = () => new Promise((found, failed) => {
		left.abort();
		left = new AbortController();
		let isFirst = true;
		pages("instances", listed({ parent: id }), 20, { signal: left.signal, each: (list, looking) => {
			if (!looking || list.length >= children.list.length) children = { list, looking };
			if (isFirst) found((isFirst = false));
			else paint();
		} }).then(([, more]) => (children.more = more)).catch(failed);
	});

	/** Reads on from the last known event; the rest of a long history comes after the page has been shown. */
	async function follow() {
		const own = history;
		const after = own.events.at(-1)?.sequence;
		const part = await eventsOf({ after, payloadLimit: SNIPPET, generation });
		if (own !== history) return true;
		// It began anew meanwhile, or was rewound: what is known is not its history any more.
		if (after !== undefined && (part.generation !== generation || part.total < own.events.length)) {
			[history, generation] = [new History(), part.generation];
			return true;
		}
		own.total = part.total;
		for (const event of part.events) own.add(event);
		return part.next !== null && part.events.length > 0 && !page.left;
	}

	async function followOn() {
		let painted = performance.now();
		try {
			while (await follow()) if (performance.now() - painted > 400) paint((painted = performance.now()));
		} catch (error) {
			toast(`The rest of the history could not be read: ${error.message}`, false);
		}
		following = false;
		paint();
	}

	let filterState = [];
	function filtered() {
		const state = `${history.version} ${seen.text} ${seen.kind} ${seen.failed}`;
		if (filterState[0] === state && filterState[2] === history) return filterState[1];
		const text = seen.text.toLowerCase();
		const found = !text && !seen.kind && !seen.failed ? history.events : history.events.filter((event) =>
			(!seen.kind || event.type.startsWith(seen.kind)) && (!seen.failed || isFailure(event))
			&& (!text || `${event.type} ${describe(event)}`.toLowerCase().includes(text)));
		filterState = [state, found, history];
		return found;
	}

	async function save() {
		const events = [];
		for (let after; ;) {
			const part = await eventsOf({ after });
			events.push(...part.events);
			after = part.next;
			if (after === null || part.events.length === 0) break;
		}
		download(`${id}.history.json`, print(events, 1));
	}

	function data(title, name) {
		const value = status[name];
		const omitted = status.details.omitted?.[name];
		if (value == null && !omitted && name !== "input") return null;
		if (name === "output" && status.details.failure) return null;
		return h(".card", payload(title, value, { path: `${id} ${name} ${created}`, omitted, file: `${id}.${name}`,
			load: async () => (await get(at(id)))[name] }));
	}

	const failureBox = (failure) => h("section.failure",
		h("h2", icon("Failed"), told(failure.type || failure.kind), failure.type && failure.kind !== "Application" && small(failure.kind)),
		h("p.message", told(failure.message)),
		failure.causes?.length > 0 && h("ol.chain", failure.causes.map((cause) => h("li", told(cause)))),
		failure.location && h("p.where", "at ", mono(failure.location)),
		failedStep(),
		failure.details != null && h(".json", tree(failure.details, `${id} failure`)),
		plan && h(".plan", h("h3", "What a rewind would do"), plan.error ? h("p", told(plan.error)) : rewindPlan(plan)));

	/** The step with which it failed: the last one that did, once the whole history is known. */
	function failedStep() {
		const last = history.events.length === history.total && history.rows.findLast(({ parts, kind }) => kind !== "life" && parts.at(-1).state === "failed");
		if (!last) return null;
		const child = last.events[0].instanceId;
		return h("p.where", `in the ${last.kind} `, button(told(last.label), () => pick(last.events), { class: "link" }),
			last.parts.length > 1 && `, attempt ${last.parts.length}`, child && [": ", idLink(child)]);
	}

	const some = (items, most, show) => h("ul", items.slice(0, most).map((item) => h("li", show(item))),
		items.length > most && h("li", `and ${number(items.length - most)} more`));

	const rewindPlan = (plan) => [
		h("p", `${many(plan.kept, "event")} stay, ${many(plan.dropped, "event")} ${plan.dropped === 1 ? "goes" : "go"}. `,
			plan.repeated.length ? "Done once more:" : plan.children.length ? "" : "The code runs on from there."),
		plan.repeated.length > 0 && some(plan.repeated, 8, words),
		plan.children.map((child) => h(".branch", h("p", "the child ", idLink(child.instanceId)), rewindPlan(child)))];

	function relations() {
		const { parent } = status.details;
		const { list, more, looking } = children;
		const entities = [...history.entities];
		if (!parent && !looking && list.length === 0 && entities.length === 0) return null;
		return h("section.card.relations", h("h2", "Related"),
			parent && h("p", small(parent.task_id == null ? "started by" : "child of"), " ", idLink(parent.instance_id)),
			(looking || list.length > 0) && [small("children"), h("ul", list.map((child) => h("li", { key: child.instanceId },
				pill(child.runtimeStatus, child.parked), " ", idLink(child.instanceId), " ", small(told(child.name)))),
			looking && h("li.looking", small("looking further back …")), more && h("li", a(listHref({ parent: id }), "all of them")))],
			entities.length > 0 && [small("entities"), some(entities, 30, (entity) => [icon("entity"), " ", idLink(entity)])]);
	}

	const drawer = () => h("aside.drawer", { key: "drawer", label: "Details of a step" },
		h("header", h("h2", told(picked.length > 1 ? history.rows.find((row) => row.events === picked)?.label ?? "Step" : picked[0].type)),
			tool("Close", icon("Failed"), () => pick(null))),
		picked.slice(0, 50).map((event) => h("article", { key: event.sequence, class: isFailure(event) && "bad" },
			payload(event.type, (({ time, omitted, ...event }) => event)(event), { path: `${id} ${created} ${generation} ${event.sequence}`,
				file: `${id}.${event.sequence}`, omitted: Object.values(event.omitted ?? {})[0], load: () => get(`${at(id)}/history/${event.sequence}`) }),
			event.instanceId && idLink(event.instanceId), event.entity && idLink(event.entity))));

	function actions() {
		const { runtimeStatus, details } = status;
		const isOver = ENDED.has(runtimeStatus);
		const over = { why: isOver && `It has ended as ${runtimeStatus}` };
		return toolbar("actions", "Actions",
			change("Raise event", raise, over),
			runtimeStatus === "Suspended" ? change("Resume", simple("resume")) : change("Suspend", simple("suspend"), over),
			change("Rewind", rewind, { why: runtimeStatus !== "Failed" && "It has not failed" }),
			change("Restart", restart),
			change("Start like this", () => visit(`#/start${query({ name: status.name, version: details.version, like: id })}`)),
			h("span.space"),
			change("Terminate", simple("terminate"), { ...over, danger: true }),
			change("Purge", simple("purge"), { why: !isOver && "It has not ended", danger: true }));
	}

	const done = (text) => {
		toast(text);
		reload();
	};

	const simple = (action) => async () => {
		const isDone = await dialog({ ...actionAsks(action), title: `${capital(action)} ${cut(id, 60)}`,
			do: (form) => ask(...urlOf(id, action, actionQuery(form))) });
		if (!isDone) return;
		if (action === "purge") {
			toast("Purged");
			visit("#/instances");
		} else done(`${capital(action)}: done`);
	};

	async function raise() {
		const names = status.details.awaitedEvents ?? [];
		const known = h("datalist", { id: "awaited" }, options(names));
		const name = input({ name: "event", required: true, list: "awaited", value: names[0] ?? "" });
		const isDone = await dialog({ title: "Raise an event", text: names.length ? null : "It waits for no event now; the event is kept until it does.",
			fields: [field("Name", name, names.length > 0 && ["awaited: ", told(names.join(", "))]), known, jsonField("What it carries (JSON)", "payload", "")], action: "Raise",
			do: (form) => ask("POST", `${at(id)}/raiseEvent/${segment(form.get("event"))}`, { body: jsonOf(form, "payload") }) });
		if (isDone) done("Raised");
	}

	async function rewind() {
		const fresh = await planned().catch((error) => toast(error.message, false));
		if (!fresh) return;
		const isDone = await dialog({ ...actionAsks("rewind"), title: "Rewind", body: h(".plan", rewindPlan(fresh)),
			do: (form) => ask(...urlOf(id, "rewind", actionQuery(form))) });
		if (isDone) done("Rewound");
	}

	async function restart() {
		const isOver = ENDED.has(status.runtimeStatus);
		const same = h("label.line", tick({ name: "same", disabled: !isOver }), isOver ? "under the same id: this one is removed" : "under the same id: only after its end");
		const answer = await dialog({ title: "Restart", text: "It is started once more with the same input.", action: "Restart", fields: [same],
			do: (form) => post(`${at(id)}/restart?restartWithNewInstanceId=${!form.has("same")}`) });
		if (!answer) return;
		toast("Restarted");
		if (answer.id === id) reload();
		else visit(instanceHref(answer.id));
	}
	return page;
}

// ── Starting one

function startPage(parameters) {
	const like = parameters.get("like");
	let form = null;
	return {
		name: "start",
		title: "Start",
		async load() {
			if (form) return;
			await know(Infinity);
			const source = like && (await get(`${at(like)}?showDetails=true`));
			const tags = source ? tagsOf(source.details).join("\n") : "";
			form = { element: h("form.start", { onsubmit: submit },
				field("Orchestrator", overview.orchestrators.length
					? h("select", { name: "name", value: parameters.get("name") ?? overview.orchestrators[0] }, options(overview.orchestrators))
					: input({ name: "name", required: true, value: parameters.get("name") ?? "" })),
				field("Id", input({ name: "id", maxlength: 256, spellcheck: "false" }), "Made if empty. One that has ended is replaced."),
				jsonField("Input (JSON)", "input", source ? print(source.input, 2) : "", "The value for one parameter, an array for several"),
				h(".two", field("Version", input({ name: "version", value: parameters.get("version") ?? "" })),
					field("Tags", h("textarea", { name: "tags", rows: 2, placeholder: "name=value", value: tags }), "One on each line")),
				h("p.problem", { role: "alert", hidden: true }),
				h(".buttons", h("button.button.primary", { type: "submit", disabled: !overview.mayChange }, "Start"))) };
		},
		render() {
			return h("section.card.narrow", h("h1", "Start an orchestration"),
				like && h("p.note", "With the input of ", idLink(like)), h("div", { mount: form }));
		},
	};
	async function submit(event) {
		event.preventDefault();
		const [values, wrong] = [new FormData(event.target), event.target.querySelector(".problem")];
		try {
			const id = values.get("id") && `/${segment(values.get("id"))}`;
			const tag = values.get("tags").split("\n").map((line) => line.trim()).filter(Boolean);
			const started = await post(`orchestrators/${segment(values.get("name"))}${id}${query({ version: values.get("version"), tag })}`, values.get("input").trim());
			toast("Started");
			visit(instanceHref(started.id));
		} catch (error) {
			[wrong.textContent, wrong.hidden] = [error.message, false];
		}
	}
}

// ── Entities

const lockedPill = (...more) => h("span.pill.parked", icon("lock"), h("span", "locked", more.map((text) => told(text))));
const holder = ({ instance_id: id, section, generation }) => [idLink(id), small(` section #${section}${generation ? `, generation ${generation}` : ""}`)];

function entitiesPage(parameters) {
	const [name, prefix, locked, parked] = ["name", "key", "locked", "parked"].map((field) => parameters.get(field) ?? "");
	const to = (change) => entitiesHref({ name, key: prefix, locked, parked, ...change });
	const page = {
		name: "entities",
		title: "Entities",
		entities: [],
		wanted: PAGE,
		wants: (kind) => kind !== "instance",
		adopt: (next) => next.name === "entities" && { entities: page.entities, ready: page.ready },
		async load() {
			const counted = know(1000);
			await lookThrough(page, "entities", `entities${name && `/${segment(name)}`}`, { keyPrefix: prefix, locked, parked, fetchState: true });
			await counted;
		},
		render() {
			return [
				h("h1.unseen", "Entities"),
				searchBox(prefix ? [["key", prefix, to({ key: "" })]] : [], "beginning of a key", (input) => visit(to({ key: input.value }))),
				h(".facets", facet(to({ name: "" }), !name, "All"),
					overview.entityCounts.map(({ name: known, count }) => facet(to({ name: known }), name === known, told(known), small(number(count)))),
					h("span.space"), facet(to({ locked: locked ? "" : "true" }), locked, icon("lock"), "Locked"),
					facet(to({ parked: parked ? "" : "true" }), parked, icon("parked"), "Parked")),
				page.entities.length === 0 ? stillLooking(page) ?? empty("No entities here", "An entity shows as soon as an operation has changed it.")
					: h(".card.list", h("table",
						h("thead", h("tr", h("th", "Entity"), h("th", "State"), h("th.when", "Changed"))),
						h("tbody", page.entities.map(({ entityId: id, state, lockedBy, parked, lastOperationTime }, index) => h("tr", { key: `${id.name} ${id.key}`, class: index === page.cursor && "at", "data-row": index },
							h("td.main", a(entityHref(id.name, id.key), mono(id.key || "(empty key)")), h("span.sub", told(id.name),
								lockedBy && lockedPill(" by ", cut(lockedBy.instance_id, 40)), parked && h("span.pill.parked", icon("parked"), "parked"))),
							h("td.custom", told(state == null ? "" : short(print(state)), "mono")),
							h("td.when", since(lastOperationTime)))))),
					foot(page, "More")),
			];
		},
	};
	return cursor(page, () => page.entities, ({ entityId: { name, key } }) => entityHref(name, key));
}

function entityPage(name, entityKey) {
	let entity = null;
	const path = () => entityAt(name, entityKey);
	const page = {
		name: "entity",
		title: `@${name}@${entityKey}`,
		wants: (kind, data) => kind === "missed" || (data.entityId?.name === name && data.entityId.key === entityKey) || kind === "instance",
		async load() {
			[entity] = await Promise.all([get(`${path()}?showDetails=true`), know(Infinity)]);
		},
		up: () => visit("#/entities"),
		render() {
			const { state, lockedBy, waiting: queue = [], backlog = 0, parked, lastOperationTime } = entity;
			return [
				h(".headline", h("p.crumb", a("#/entities", "Entities"), " / ", a(entitiesHref({ name }), told(name))),
					h("h1", mono(entityKey || "(empty key)"), tool("Copy the id", icon("copy"), () => copy(page.title))),
					h("p.facts", h("span", "changed ", both(lastOperationTime)), lockedBy && lockedPill(),
						backlog > 0 && h("span", h("b", many(backlog, "message")), " in the queue"))),
				toolbar("actions", "Actions", change("Signal", operate(false)), change("Call", operate(true)), h("span.space"), change("Delete", remove, { danger: true })),
				parkedBox(parked),
				lockedBy && callout("waits", "lock", h("b", "Locked by "), holder(lockedBy), ". What others ask for waits until that section ends."),
				h(".columns", h(".card", state == null ? h("p.calm", "It has no state.") : payload("State", state, { path: page.title, file: page.title })),
					card("Queue", queue.length === 0 ? h("p.calm", backlog ? `${many(backlog, "message")}, and no section that waits for the lock.` : "Nothing waits.")
						: h("ol.queue", queue.map((section) => h("li", { key: `${section.key} ${section.section}` }, holder(section)))))),
			];
		},
	};
	const operate = (isCall) => async () => {
		const answer = await dialog({ title: isCall ? "Call an operation" : "Signal an operation", text: "It is performed when its turn comes.",
			fields: [field("Operation", input({ name: "op", required: true })), jsonField("Argument (JSON)", "input", "")], action: isCall ? "Call" : "Signal",
			do: (form) => ask("POST", `${path()}${isCall ? "/call" : ""}${query({ op: form.get("op") })}`, { body: jsonOf(form, "input") }) });
		if (!answer) return;
		if (isCall) dialog({ title: "Result", body: h("pre.mono", print(answer.value, 2)) });
		else toast("Sent");
		reload();
	};
	async function remove() {
		const isDone = await dialog({ title: "Delete this entity", text: "Its state is removed.", action: "Delete", danger: true, confirm: "delete", do: () => ask("DELETE", path()) });
		if (isDone) {
			toast("Deleted");
			visit("#/entities");
		}
	}
	return page;
}

// ── Keys, and the beginning

let prefixed = 0;

document.addEventListener("keydown", (event) => {
	if (event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) return;
	const { target, key: pressed } = event;
	if (target.matches?.("input:not([type=checkbox]), textarea, select")) {
		if (pressed === "Escape") target.blur();
		return;
	}
	if (Date.now() - prefixed < 1200) {
		const place = { o: "#/", i: "#/instances", e: "#/entities", s: "#/start" }[pressed];
		prefixed = 0;
		if (place) return visit(place);
	}
	const zoom = (by) => () => view.zoom?.(by);
	const isButton = target.matches?.("a, button, input");
	const does = {
		"/": () => (find("input[type=search]") ? find("input[type=search]").focus() : visit("#/instances")),
		"?": help, t: turnTheme, g: () => (prefixed = Date.now()), j: () => view.move?.(1), k: () => view.move?.(-1), x: () => view.mark?.(), u: () => view.up?.(),
		Enter: isButton ? null : () => view.enter?.(), Escape: () => view.escape?.(), "+": zoom(1.5), "=": zoom(1.5), "-": zoom(1 / 1.5), 0: zoom(0),
	}[pressed];
	if (!does) return;
	event.preventDefault();
	does();
});

setInterval(() => view.isLive?.() && paint(), 1000);
document.documentElement.dataset.theme = theme();
window.addEventListener("hashchange", open);
window.addEventListener("resize", paint);
// A first look that takes long does not keep it from following.
Promise.race([open(), new Promise((wake) => setTimeout(wake, 2000))]).finally(follow);
