// The dashboard: one module, read from top to bottom. What comes from the API becomes text nodes and nothing else.

// ── Elements

const find = (selector) => document.querySelector(selector);

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element: `h("a.button", { href, onclick }, "text", child)`. `key` names it among its siblings. */
function h(tag, ...children) {
	const [name, ...classes] = tag.split(".");
	return fill(document.createElement(name), classes, children);
}

/** The same for drawings. */
function s(tag, ...children) {
	const [name, ...classes] = tag.split(".");
	return fill(document.createElementNS(SVG, name), classes, children);
}

function fill(node, classes, children) {
	const props = children[0]?.constructor === Object ? children.shift() : {};
	for (const [name, value] of Object.entries(props)) {
		if (name.startsWith("on")) listen(node, name.slice(2), value);
		else if (name === "class") classes.push(value);
		else if (["key", "mount", "checked"].includes(name)) node[name] = value;
		else if (name === "value") continue;
		else if (value === true) node.setAttribute(name, "");
		else if (value !== false && value != null) node.setAttribute(name, value);
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
	if (old.nodeType === Node.TEXT_NODE) {
		if (old.data !== fresh.data) old.data = fresh.data;
		return;
	}
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
	timer: "M8 4v4l2.5 1.5M8 2.5a6 6 0 1 0 0 12a6 6 0 1 0 0-12",
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
const tool = (label, content, onclick) => button(content, onclick, { class: "quiet", title: label, "aria-label": label });
/** A button that changes something; disabled where that is not allowed, or for the reason that is given. */
const change = (label, onclick, { why, danger } = {}) => {
	const reason = overview.mayChange ? why : "With this key nothing can be changed";
	return button(label, onclick, { disabled: Boolean(reason), title: reason, class: danger ? "danger quiet" : "" });
};
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

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** A time as it is said, with the exact one on hover. */
const since = (time) => h("time", { datetime: time, title: `${new Date(time).toLocaleString()}\n${time}` }, ago(time));

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
const DOTS = new Set([".", ".."]);

/** A segment of a path. Browsers take dots for something else, however they are written. */
function segment(text) {
	if (DOTS.has(text)) throw new Error(`a browser can't ask for “${text}”`);
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
		const error = new Error(value?.Message || value?.message || text || `status ${response.status}`);
		throw Object.assign(error, { status: response.status });
	}
	return { value, text, next: response.headers.get("x-ms-continuation-token") };
}

const get = async (path, options) => (await ask("GET", path, options)).value;
/** The first so many of a list, and where the rest begins. */
async function pages(path, parameters, wanted) {
	let [found, token] = [[], null];
	do {
		const headers = token ? { "x-ms-continuation-token": token } : {};
		const answer = await ask("GET", path + query({ ...parameters, top: Math.min(200, wanted - found.length) }), { headers });
		[found, token] = [found.concat(answer.value), answer.next];
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

/** Asks for a key, once for all requests that need one. */
function askForKey(wasWrong) {
	asking ??= dialog({
		title: "A key is needed",
		text: wasWrong ? "This key is not known here." : "This API answers only those who have a key.",
		fields: [field("Key", h("input", { type: "password", name: "key", required: true, autocomplete: "off" }))],
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

function toast(text, kind = "good") {
	const shown = h("div.toast", { class: kind }, icon(kind === "good" ? "Completed" : "parked"), told(text));
	find("#toasts").append(shown);
	setTimeout(() => shown.remove(), kind === "good" ? 4000 : 9000);
}

let fields = 0;

function field(label, input, hint) {
	input.id ||= `field-${fields++}`;
	return h("div.field", h("label", { for: input.id }, label), input, hint && small(hint));
}

/** A field for JSON, which says whether it is. */
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
	const input = h("textarea.mono", { name, rows: 5, spellcheck: "false", placeholder: "null", value, oninput: check });
	check();
	return h("div", field(label, input, hint), checked);
}

/** Shows a dialog; completes with what `do` gives, or with `undefined` when it is left. */
function dialog({ title, text, body, fields = [], note, action, danger, confirm, must, do: act }) {
	return new Promise((resolve) => {
		const problem = h("p.problem", { role: "alert", hidden: true });
		const go = h("button.button", { type: "submit", class: danger ? "danger" : "primary" }, action ?? "Close");
		const cancel = act && !must && button("Cancel", () => shown.close());
		const typed = confirm && h("input", { name: "confirm", autocomplete: "off", autocapitalize: "off" });
		if (typed) {
			go.disabled = true;
			typed.addEventListener("input", () => (go.disabled = typed.value.trim() !== confirm));
			fields = [...fields, field(`Type ${confirm} to confirm`, typed)];
		}
		const form = h("form", { method: "dialog" },
			h("h2", title),
			text && h("p", text), body, fields, note && h("p.note", note), problem,
			h("div.buttons", cancel, go));
		const shown = h("dialog", { "aria-label": title }, form);
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
		toast("The browser does not allow it", "bad");
	}
}

function download(name, text) {
	const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
	const link = h("a", { href: url, download: name.replace(/[^\w.@-]+/g, "_") });
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 1000);
}

// ── JSON

/** Which nodes are open, and how much of long ones is shown, by the path to them. */
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
		type: "button", "aria-expanded": String(isOpen), onclick: () => (opened.set(path, !isOpen), paint()),
	}, label, isOpen ? left : `${left}… ${right} `, small(many(entries.length, isArray ? "item" : "field")));
	if (!isOpen) return h("div", summary);
	const most = opened.get(`${path}…`) ?? SHOWN;
	const more = entries.length > most && button(`show ${many(Math.min(1000, entries.length - most), "more", "more")}`,
		() => (opened.set(`${path}…`, most + 1000), paint()), { class: "link" });
	const shown = entries.slice(0, most).map(([name, item]) => tree(item, `${path}/${name}`, name, depth + 1));
	return h("div", summary, h("div.branch", shown, more), right);
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
			: h("div.json", tree(value, path)));
}

/** Large values that were asked for. */
const loaded = new Map();

// ── What is on screen

/** What holds for all pages: names, counts, what may be done. */
let overview = { orchestrators: [], entities: [], instances: [], entityCounts: [], failures: [], parked: 0, mayChange: true };

let [overviewAt, overviewSoon] = [-Infinity, 0];

/** Asks for it if what is known is older than that; it costs more than the rest. */
async function know(age) {
	const now = performance.now();
	if (now - overviewAt < age) {
		if (age < Infinity) overviewSoon ||= setTimeout(() => soon((overviewSoon = 0)), age);
		return;
	}
	[overview, overviewAt] = [await get("overview"), now];
}

let view = null;
let problem = null;
let painting = 0;

function paint() {
	painting ||= requestAnimationFrame(() => {
		painting = 0;
		const top = find("#top");
		morph(top, h("header", { id: "top" }, header()));
		const main = find("#main");
		const shown = problem && !view.ready ? failed(problem) : view.render();
		morph(main, h("main", { id: "main", tabindex: "-1", "data-page": view.name, "aria-busy": String(!view.ready && !problem) },
			problem && view.ready && h("p.problem", { role: "alert" }, `This may be out of date: ${problem.message}`), shown));
		view.painted?.();
	});
}

const empty = (title, text, ...more) => h("div.empty", icon("life"), h("h2", title), h("p", told(text)), h("p", more));
const failed = (error) => empty(error.status === 404 ? "There is nothing here" : "That did not work", error.message,
	button("Try again", () => reload()), " ", h("a.button", { href: "#/" }, "Overview"));
const nothingYet = () => empty("Nothing has run yet", "What is started shows here.",
	overview.mayChange && h("a.button.primary", { href: "#/start" }, "Start one"));
const waiting = () => h("p.waiting", "Loading …");

/** Loads what the view needs. One at a time: what is asked for meanwhile comes after it. */
let loading = null;
let again = false;
let took = 0;

async function reload() {
	if (loading === view) {
		again = true;
		return;
	}
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
			if (again) soon();
		}
		again = false;
	}
}

/** Loads again a moment later; sooner where that is fast. */
let timer = 0;
function soon() {
	timer ||= setTimeout(() => {
		timer = 0;
		reload();
	}, Math.min(2000, Math.max(120, 3 * took)));
}

// ── Changes

/** How this page learns of changes: `live`, by asking every few seconds (`polling`), or not at all (`offline`). */
let link = "polling";

function connected(is) {
	if (!is) link = "offline";
	else if (link === "offline") link = "polling";
}

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
					if (view?.wants(event.event, event.data)) soon();
				});
			} catch { /* it is tried again below */ }
			document.removeEventListener("visibilitychange", hide);
			if (stop.signal.aborted) continue;
			link = link === "live" ? "polling" : link;
			paint();
		}
		soon();
		await new Promise((wake) => setTimeout(wake, link === "offline" ? 2000 : 5000));
	}
}

/** Reads server-sent events. */
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

const instanceHref = (id) => `#/instances/${encodeURIComponent(id)}`;
const entityHref = (name, key) => `#/entities/${encodeURIComponent(name)}/${encodeURIComponent(key)}`;
const listHref = (filter) => `#/instances${query(filter)}`;
const entitiesHref = (filter) => `#/entities${query(filter)}`;

/** The link to `@name@key`, or to an instance. */
function idLink(id) {
	const entity = /^@([^@]+)@(.*)$/s.exec(id);
	return h("a", { href: entity ? entityHref(entity[1], entity[2]) : instanceHref(id) }, mono(id));
}

function route() {
	const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
	let parts;
	try {
		parts = path.split("/").map(decodeURIComponent);
	} catch {
		parts = ["nowhere"];
	}
	const parameters = new URLSearchParams(search);
	const [page, first, second] = parts;
	if (page === "") return overviewPage();
	if (page === "instances" && first) return instancePage(first);
	if (page === "instances") return listPage(parameters);
	if (page === "start") return startPage(parameters);
	if (page === "entities" && second !== undefined) return entityPage(first, parts.slice(2).join("/"));
	if (page === "entities") return entitiesPage(parameters);
	return { name: "lost", title: "Nothing here", load: async () => {}, wants: () => false,
		render: () => empty("There is no such page", "The address may be mistyped.", h("a.button", { href: "#/" }, "Overview")) };
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
	const page = (href, label, ...names) => h("a", { href, "aria-current": names.includes(view.name) && "page" }, label);
	return [
		h("a.mark", { href: "#/", "aria-label": "durable: overview" },
			s("svg", { viewBox: "0 0 32 32", "aria-hidden": "true" }, s("rect", { width: 32, height: 32, rx: 8 }),
				s("path", { d: "M8 11h11M8 16h16M13 21h11" })),
			h("b", "durable")),
		h("nav", { "aria-label": "Pages" },
			page("#/", "Overview", "overview"),
			page("#/instances", "Instances", "list", "instance"),
			page("#/entities", "Entities", "entities", "entity")),
		h("span.space"),
		overview.environment && h("span.badge", { title: "Environment" }, told(overview.environment)),
		!overview.mayChange && h("span.badge.quiet", { title: "Nothing can be changed from here" }, "read only"),
		h("span.link-state", { class: link, title: LINKS[link], role: "img", "aria-label": LINKS[link] }, h("i"),
			h("span", link)),
		key && tool("Forget the key", icon("key"), () => {
			[key, overviewAt] = ["", -Infinity];
			sessionStorage.removeItem("durable-key");
			reload();
		}),
		tool(`Theme: ${theme()}`, icon("theme"), turnTheme),
		tool("Keys", "?", help),
		overview.mayChange && h("a.button.primary", { href: "#/start", "aria-label": "Start" }, icon("plus"), h("span", "Start")),
	];
}

const THEMES = ["auto", "light", "dark"];
const theme = () => localStorage.getItem("durable-theme") ?? "auto";

function turnTheme() {
	localStorage.setItem("durable-theme", THEMES[(THEMES.indexOf(theme()) + 1) % 3]);
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

const pill = (status, parked) => h("span.pill", { class: parked ? "parked" : status.toLowerCase() },
	icon(parked ? "parked" : status), parked ? `${status}, parked` : status);

const tagsOf = ({ tags }) => Object.entries(tags ?? {}).map((tag) => tag.join("="));

/** One instance in a list. */
function row(instance, { index, cursor, selected, onselect } = {}) {
	const { instanceId: id, name, runtimeStatus: status, createdTime, lastUpdatedTime, customStatus, details = {} } = instance;
		return h("tr", { key: id, class: index !== undefined && index === cursor ? "at" : "", "data-row": index },
		onselect && h("td.tick", h("input", {
			type: "checkbox", checked: selected, "aria-label": `Select ${id}`, onchange: onselect,
		})),
		h("td", pill(status, instance.parked)),
		h("td.main", h("a", { href: instanceHref(id) }, mono(id)), h("span.sub", told(name),
			details.version && told(` v${details.version}`), tagsOf(details).map((tag) => h("span.tag", told(tag))))),
		h("td.custom", instance.parked ? told(instance.parked.message)
			: customStatus != null && told(cut(typeof customStatus === "string" ? customStatus : print(customStatus), 120))),
		h("td.when", since(details.created ?? createdTime)),
		h("td.when.changed", since(details.updated ?? lastUpdatedTime)));
}

const table = (rows, ticks) => h("div.scroll", h("table.instances",
	h("thead", h("tr", ticks && h("th.tick", ticks), h("th", "Status"), h("th", "Instance"),
		h("th.custom", "Says"), h("th.when", "Created"), h("th.when.changed", "Changed"))),
	h("tbody", rows)));

/** How many there are by status, as a bar. */
const bar = (counts) => h("span.bar", { "aria-hidden": "true" }, STATUSES.map((status) => {
	const part = h("i", { class: status.toLowerCase() });
	part.style.flexGrow = counts.get(status) ?? 0;
	return part;
}));

const FAST = { showInput: false, showOutput: false, showDetails: true };

/** Lets the keyboard go through the rows of a page. */
const cursor = (page, items, href) => Object.assign(page, {
	cursor: -1,
	move(by) {
		page.cursor = Math.max(0, Math.min(items().length - 1, page.cursor + by));
		paint();
		setTimeout(() => find("tr.at")?.scrollIntoView({ block: "nearest" }), 50);
	},
	enter: () => items()[page.cursor] && (location.hash = href(items()[page.cursor])),
});

const facet = (href, isOn, ...content) => h("a.facet", { href, role: "button", "aria-pressed": String(Boolean(isOn)) }, content);

/** Chips of what is asked for, and a field for more. */
const searchBox = (chips, placeholder, onsearch) => h("form.search", { role: "search", onsubmit: (event) => {
	event.preventDefault();
	onsearch(event.target.elements.search);
} }, icon("search"), chips.map(([name, value, without]) => h("span.chip", { key: `${name}:${value}` }, small(`${name}:`), told(value),
	h("a", { href: without, "aria-label": `Remove ${name}:${value}` }, icon("Failed")))),
h("input", { key: "search", name: "search", type: "search", autocomplete: "off", spellcheck: "false", "aria-label": "Search", placeholder }), h("kbd", "/"));

// ── Overview

function overviewPage() {
	let latest = [];
	return {
		name: "overview",
		title: "Overview",
		wants: () => true,
		async load() {
			[, latest] = await Promise.all([know(0), get(`instances${query({ ...FAST, top: 8 })}`)]);
		},
		render() {
			if (!this.ready) return waiting();
			const [byStatus, byName] = [new Map(), new Map()];
			for (const { name, runtimeStatus: status, count } of overview.instances) {
				byStatus.set(status, (byStatus.get(status) ?? 0) + count);
				if (!byName.has(name)) byName.set(name, new Map());
				byName.get(name).set(status, count);
			}
			if (byName.size === 0) {
				return nothingYet();
			}
			return [
				h("h1.unseen", "Overview"),
				h("div.tiles", STATUSES.map((status) => h("a.tile", {
					href: listHref({ status }), class: status.toLowerCase(),
				}, h("span", icon(status), status), h("b", number(byStatus.get(status) ?? 0))))),
				overview.parked > 0 && h("a.callout.parked", { href: listHref({ parked: true }) }, icon("parked"),
					h("span", h("b", many(overview.parked, "instance")), ` ${overview.parked === 1 ? "is" : "are"} parked: `,
						"the code of today can't go on. See why"), "→"),
				h("div.columns",
					h("section.card", h("h2", "Why it fails"),
						overview.failures.length === 0 ? h("p.calm", icon("Completed"), "Nothing has failed.")
							: h("ul.causes", overview.failures.slice(0, 12).map(cause)),
						overview.failures.length > 0 && h("p.note",
							`Of the newest ${number(overview.failuresExamined)}; alike messages count together.`)),
					h("section.card", h("h2", "Orchestrators"),
						h("ul.names", [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, counts]) => h("li", { key: name },
							h("a", { href: listHref({ name }) }, told(name)),
							h("span.counts", STATUSES.filter((status) => counts.get(status)).map((status) => h("a", {
								href: listHref({ name, status }), class: status.toLowerCase(), title: `${status}: ${number(counts.get(status))}`,
							}, icon(status), number(counts.get(status))))),
							bar(counts)))),
						overview.entityCounts.length > 0 && [h("h2", "Entities"), h("ul.names.plain",
							overview.entityCounts.map(({ name, count }) => h("li", { key: name },
								h("a", { href: entitiesHref({ name }) }, told(name)), h("span.counts", number(count)))))])),
				h("section.card", h("h2", "Newest", h("a.more", { href: "#/instances" }, "all instances →")),
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
const UNITS = new Map(Object.entries({ s: 1e3, m: 6e4, min: 6e4, h: 36e5, d: 864e5, w: 6048e5 }));

/** Reads `status:failed name:"my order" age:<1h abc` as filters; a word alone is the beginning of an id. */
function readSearch(text) {
	const found = [];
	for (const [, name, quoted, plain, word] of text.matchAll(/(\w+):(?:"([^"]*)"|(\S*))|(\S+)/g)) {
		let [filter, value] = name ? [name.toLowerCase(), quoted ?? plain] : ["id", word];
		if (name && !FILTERS.has(filter)) [filter, value] = ["id", `${name}:${value}`];
		if (filter === "status") value = STATUSES.find((status) => status.toLowerCase().startsWith(value.toLowerCase())) ?? value;
		if (filter === "age" && !/^[<>]?\d+(s|m|min|h|d|w)$/.test(value)) throw new Error("write age:<1h or age:>2d");
		if (filter === "parked") value = String(!/^(false|no)$/i.test(value));
		if (value) found.push([filter, value.replace(/\*$/, "")]);
	}
	return found;
}

/** The parameters of the API for the filters of an address. */
function filterOf(parameters) {
	const filter = {};
	for (const [name, called] of FILTERS) {
		const values = parameters.getAll(name);
		if (called && values.length) filter[called] = values;
	}
	const [, sign, amount, unit] = /^([<>]?)(\d+)(\w+)$/.exec(parameters.get("age") ?? "") ?? [];
	if (UNITS.has(unit)) {
		const time = new Date(Date.now() - amount * UNITS.get(unit)).toISOString();
		filter[sign === ">" ? "createdTimeTo" : "createdTimeFrom"] = time;
	}
	return filter;
}

const PAGE = 50;

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
		instances: [],
		next: null,
		wanted: PAGE,
		selected: new Set(),
		wants: () => true,
		adopt: (next) => next.name === "list" && { instances: page.instances, ready: page.ready, stale: true },
		async load() {
			const counted = know(1000);
			[page.instances, page.next] = await pages("instances", { ...filterOf(parameters), ...FAST, oldestFirst: oldest || null }, page.wanted);
			page.stale = false;
			await counted;
			const known = new Set(page.instances.map((instance) => instance.instanceId));
			for (const id of page.selected) if (!known.has(id)) page.selected.delete(id);
		},
		mark: () => page.instances[page.cursor] && select(page.instances[page.cursor].instanceId),
		render() {
			return [
				h("h1.unseen", "Instances"),
				search(),
				facets(),
				page.selected.size > 0 || filters.length > 0 ? bulkBar() : null,
				!page.ready ? waiting() : page.instances.length === 0 ? nothing() : h("div.card.list", { class: page.stale ? "stale" : "" },
					table(page.instances.map((instance, index) => row(instance, {
						index, cursor: page.cursor, selected: page.selected.has(instance.instanceId), onselect: () => select(instance.instanceId),
					})), h("input", {
						type: "checkbox", "aria-label": "Select all shown", checked: page.selected.size === page.instances.length,
						onchange: () => {
							const all = page.selected.size === page.instances.length;
							page.selected = new Set(all ? [] : page.instances.map((instance) => instance.instanceId));
							paint();
						},
					})),
					page.next && h("p.foot", button(oldest ? "Newer" : "Older", () => {
						page.wanted += PAGE;
						reload();
					}))),
			];
		},
	};
	const select = (id) => {
		if (!page.selected.delete(id)) page.selected.add(id);
		paint();
	};
	const nothing = () => filters.length
		? empty("Nothing matches", "No instance fits all of these filters.", h("a.button", { href: "#/instances" }, "Remove the filters"))
		: nothingYet();
	const search = () => searchBox(filters.map(([name, value]) => [name, value, toggled(name, value)]),
		filters.length ? "and …" : "id, or status:failed name:order error:Timeout tag:k=v age:<1h", (input) => {
			try {
				const found = readSearch(input.value);
				input.value = "";
				const kept = filters.filter(([known]) => known === "tag" || !found.some(([name]) => name === known));
				if (found.length) location.hash = to([...kept, ...found]);
			} catch (error) {
				toast(error.message, "bad");
			}
		});
	const facets = () => {
		const counts = new Map();
		for (const { name, runtimeStatus: status, count } of overview.instances) {
			const names = filters.filter(([known]) => known === "name");
			if (names.length === 0 || has("name", name)) counts.set(status, (counts.get(status) ?? 0) + count);
		}
		const names = [...new Set(overview.instances.map(({ name }) => name))].sort();
		return h("div.facets",
			STATUSES.map((status) => facet(toggled("status", status), has("status", status), h("span", { class: status.toLowerCase() }, icon(status)), status,
				small(number(counts.get(status) ?? 0)))),
			overview.parked > 0 && facet(toggled("parked", "true"), has("parked", "true"), h("span.parked", icon("parked")), "Parked", small(number(overview.parked))),
			h("span.space"),
			names.length > 1 && h("select", { "aria-label": "Orchestrator", value: filters.find(([name]) => name === "name")?.[1] ?? "",
				onchange: ({ target }) => {
					const others = filters.filter(([name]) => name !== "name");
					location.hash = to(target.value ? [...others, ["name", target.value]] : others);
				} }, h("option", { value: "" }, "All orchestrators"), names.map((name) => h("option", { value: name }, name))),
			h("a.button.quiet", { href: to(filters, !oldest) }, oldest ? "Oldest first" : "Newest first"));
	};
	const bulkBar = () => {
		const ids = [...page.selected];
		const what = ids.length ? `${many(ids.length, "instance")} selected` : "All that match:";
		const act = (action) => async () => (await doToMany(action, ids, filterOf(parameters))) && ids.length && page.selected.clear();
		return h("div.bulk", { role: "toolbar", "aria-label": "Actions on many" }, h("span", what),
			["suspend", "resume", "terminate", "rewind", "purge"].map((action) =>
				change(capital(action), act(action))),
			ids.length > 0 && button("none", () => (page.selected.clear(), paint()), { class: "link" }));
	};
	return cursor(page, () => page.instances, (instance) => instanceHref(instance.instanceId));
}

// ── The same for many

const DOES = {
	suspend: "No more turns are taken until it is resumed.", resume: "Turns are taken again.",
	terminate: "It ends now, without a result.", rewind: "What has failed goes on from before its failure.",
	purge: "What has ended is removed with its history, for good.",
};
const DANGEROUS = new Set(["terminate", "purge"]);
const urlOf = (id, action, more = {}) => (action === "purge" ? ["DELETE", `${at(id)}${query(more)}`] : ["POST", `${at(id)}/${action}${query(more)}`]);

const reasonField = () => field("Reason", h("input", { name: "reason", maxlength: 1000 }), "Recorded in the history");
const recursiveField = () => h("label.line", h("input", { type: "checkbox", name: "recursive" }), "with its children");

/** What a dialog of an action asks for, besides the confirmation. */
const actionFields = (action) => [action !== "purge" && reasonField(), DANGEROUS.has(action) && recursiveField()].filter(Boolean);
const actionQuery = (form) => ({ reason: form.get("reason"), recursive: form.has("recursive") || null });

/** Does it to those, or, if there are none, to all that match: a job of the server, which first tells what it would do. */
async function doToMany(action, ids, filter) {
	let [plan, examples] = [{ matched: ids.length, done: ids.length }, ids];
	try {
		if (ids.length === 0) {
			let found;
			[plan, found] = await Promise.all([job(action, filter, { dryRun: true }), get(`instances${query({ ...filter, ...FAST, top: 5 })}`)]);
			examples = found.map(({ instanceId }) => instanceId);
		}
	} catch (error) {
		return toast(error.message, "bad");
	}
	const { matched, done } = plan;
	const unfit = matched > done && `; ${number(matched - done)} ${matched - done === 1 ? "is" : "are"} not in a state for that`;
	if (done === 0) return dialog({ title: `Nothing to ${action}`, text: `Of ${many(matched, "instance")}, none is in a state for that.` });
	const progress = h("progress", { max: matched, value: 0, hidden: true });
	const result = await dialog({
		title: `${capital(action)} ${many(done, "instance")}`, text: DOES[action],
		body: h("div", ids.length === 0 && h("p", h("b.preview", number(done)), " of ", number(matched), " that match", unfit),
			h("ul.examples", examples.slice(0, 5).map((id) => h("li", mono(id))), matched > 5 && h("li", `and ${number(matched - 5)} more`)), progress),
		fields: actionFields(action), action: capital(action), danger: DANGEROUS.has(action), confirm: `${action} ${done}`,
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

/** Does it to one after the other. */
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

/** Runs a job until it ends, and gives its report. */
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

/** One event in a few words. */
function describe({ type, name, entity, operation, failure, instanceId, input, result, ...event }) {
	const value = input ?? result;
	const said = value == null ? "" : ` ${cut(print(value), 160)}`;
	if (failure) return `${failure.type ?? failure.kind}: ${failure.message}`;
	if (entity) return `${entity} ${operation}${said}`;
	if (instanceId) return `${name} ${type === "EventSent" ? "to" : "as"} ${instanceId}${said}`;
	if (event.fireAt) return `until ${new Date(event.fireAt).toLocaleString()}`;
	return event.lockSet?.join(", ") ?? event.reason ?? `${name ?? event.status ?? ""}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ""}${said}`;
}

const isFailure = (event) => event.failure != null || event.type === "ExecutionTerminated";

/** Puts what was asked for and its answer into one row. Each event is read once, so that a long history stays cheap. */
class History {
	constructor() {
		[this.events, this.rows, this.byTask, this.entities] = [[], [], new Map(), new Set()];
		[this.version, this.total, this.end, this.sleep] = [0, 0, null, null];
	}

	get start() {
		return this.events[0]?.time ?? Date.now();
	}

	add(event) {
		event.time = Date.parse(event.timestamp);
		this.events.push(event);
		this.version += 1;
		const { type, id, time } = event;
		if (event.entity) this.entities.add(event.entity);
		for (const entity of event.lockSet ?? []) this.entities.add(entity);
		const first = event.retryOf != null && this.byTask.get(event.retryOf);
		if (first) {
			first.parts.push({ from: time, to: null, state: "open" });
			first.events.push(event);
			this.byTask.set(id, first);
		} else if (ASKS[type] && !event.detached) {
			const label = type === "TimerCreated" ? "timer" : type === "EntityLockRequested" ? `lock ${event.lockSet.join(", ")}`
				: event.entity ? `${event.entity} ${event.operation}` : event.name;
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
			const label = event.detached ? `starts ${event.name}` : event.entity ? `${event.entity} ${event.operation}` : event.name ?? type;
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

const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 12, PageUp: -12, Home: -1e9, End: 1e9 };

/** Goes to a row of a box that scrolls, so that it can be seen below the head; gives its number. */
function reach(box, to, count, head = 0) {
	const row = Math.max(0, Math.min(count - 1, to));
	const top = row * ROW;
	if (top < box.scrollTop) box.scrollTop = top;
	if (top + ROW > box.scrollTop + box.clientHeight - head) box.scrollTop = top + ROW - box.clientHeight + head;
	return row;
}

const indexOf = (event) => event.target.closest("[data-index]")?.dataset.index;

/** Does what a key says, unless it is meant for the browser. */
function pressed(event, does) {
	if (!does || event.ctrlKey || event.metaKey || event.altKey) return;
	event.preventDefault();
	event.stopPropagation();
	does();
}

/** Draws only the rows that can be seen, so that it does not matter how many there are. */
function timeline(pick) {
	let [history, zoom, at, layout, now, ended] = [new History(), 1, -1, null, Date.now(), true];
	const svg = s("svg", { role: "presentation" });
	const space = h("div", svg);
	const box = h("div.timeline", { tabindex: 0, role: "listbox", "aria-label": "Timeline. Arrow keys move, Enter shows, plus and minus zoom.",
		onscroll: () => draw(), onkeydown: keys, onclick: clicked,
		onwheel: (event) => {
			if (!event.ctrlKey && !event.metaKey) return;
			event.preventDefault();
			zoomBy(event.deltaY < 0 ? 1.25 : 0.8, event.offsetX);
		} }, space);

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
		const { pieces } = layout;
		let [low, high] = [0, pieces.length - 1];
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if (pieces[middle].from <= time) low = middle;
			else high = middle - 1;
		}
		const { from, to, x, width } = pieces[low];
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
		const [marks, bars, labels] = [[], [], []];
		for (const piece of pieces) {
			const from = piece.x - box.scrollLeft;
			if (!piece.gap || from > width || from + GAP < left) continue;
			marks.push(s("rect.gap", { x: from + 4, y: AXIS, width: GAP - 8, height }),
				s("text.gap", { x: from + GAP / 2, y: AXIS - 9, "text-anchor": "middle" }, duration(piece.to - piece.from).replace(/ (min|h|d).*/, " $1")));
		}
		ticks(marks);
		for (const row of history.rows.slice(first, last)) {
			const top = y(row.index);
			const isAt = row.index === at;
			const said = rowSaid(row);
			const drawn = row.point ? [s("path", { class: `point ${row.point}`, d: `M${x(row.parts[0].from)} ${top + 7}l6 6l-6 6l-6 -6z` })]
				: row.parts.map((part) => segment_(row, part, top));
			bars.push(s("g.row", { id: `row-${row.index}`, class: `${row.kind}${isAt ? " at" : ""}`, "data-index": row.index, role: "option",
				"aria-selected": String(isAt), "aria-label": `${row.kind} ${row.label}, ${said}` },
			s("rect.lane", { x: 0, y: top, width, height: ROW }), drawn, s("title", `${row.label}\n${said}`)));
			labels.push(s("g", { class: `label ${row.kind}${isAt ? " at" : ""}${row.parts.at(-1).state === "failed" || row.point === "failed" ? " bad" : ""}`, "data-index": row.index },
				s("rect", { x: 0, y: top, width: left, height: ROW }),
				s("svg", { x: 8, y: top + 6, width: 14, height: 14, viewBox: "0 0 16 16" }, s("path", { d: ICONS[row.kind] })),
				s("svg", { x: 28, y: top, width: left - 34, height: ROW }, s("text", { y: 17 }, cut(row.label, 60)))));
		}
		if (history.end === null && !ended) marks.push(s("line.now", { x1: end - box.scrollLeft, x2: end - box.scrollLeft, y1: AXIS, y2: height }));
		svg.replaceChildren(...marks.filter((mark) => mark.tagName !== "text"), ...bars, s("rect.head", { x: 0, y: 0, width, height: AXIS }),
			...marks.filter((mark) => mark.tagName === "text"), ...labels, s("rect.head", { x: 0, y: 0, width: left, height: AXIS }),
			s("text.title", { x: 10, y: AXIS - 9 }, many(history.rows.length, "step")),
			s("line.edge", { x1: left, x2: left, y1: 0, y2: height }), s("line.edge", { x1: 0, x2: width, y1: AXIS, y2: AXIS }));
		if (at >= 0) box.setAttribute("aria-activedescendant", `row-${at}`);
	}

	/** Marks of time where there is room for them. */
	function ticks(marks) {
		const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 18e5, 36e5, 72e5, 216e5, 432e5, 864e5, 6048e5];
		const step = steps.find((step) => step * layout.perMs > 84) ?? 26298e5;
		let free = layout.left;
		for (const [n, piece] of layout.pieces.entries()) {
			const room = n + 1 < layout.pieces.length ? layout.pieces[n + 1].x - box.scrollLeft - 50 : Infinity;
			if (piece.gap) {
				free = piece.x + GAP + 20 - box.scrollLeft;
				continue;
			}
			const seen = history.start + Math.max(0, Math.floor((timeAt(piece, layout.left + box.scrollLeft) - history.start) / step)) * step;
			for (let time = Math.max(seen, history.start + Math.ceil((piece.from - history.start) / step) * step); time <= piece.to; time += step) {
				const here = x(time);
				if (here > layout.width) break;
				if (here < layout.left) continue;
				marks.push(s("line.grid", { x1: here, x2: here, y1: AXIS, y2: box.clientHeight }));
				if (here > free && here < room) {
					const label = time === history.start ? "0" : `+${duration(time - history.start).replace(/\.0+ s/, " s").replace(/ 0 (s|min|h)$/, "")}`;
					marks.push(s("text.tick", { x: here + 4, y: AXIS - 9 }, label));
					free = here + 70;
				}
			}
		}
	}

	const timeAt = (piece, x) => Math.min(piece.to, Math.max(piece.from, piece.from + ((x - piece.x) / Math.max(1e-9, piece.width)) * (piece.to - piece.from)));

	function segment_(row, part, top) {
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
		if (row.due && part.to === null) return `due ${new Date(row.due).toLocaleString()}`;
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

	function move(to) {
		at = reach(box, to, history.rows.length, AXIS);
		draw();
	}

	function keys(event) {
		const step = STEPS[event.key];
		pressed(event, step ? () => move(at + step) : { Enter: () => history.rows[at] && pick(history.rows[at].events), ArrowLeft: () => (box.scrollLeft -= 80), ArrowRight: () => (box.scrollLeft += 80) }[event.key]);
	}

	function clicked(event) {
		const index = indexOf(event);
		if (index === undefined) return;
		move(Number(index));
		pick(history.rows[at].events);
	}

	let seen = "";
	return {
		element: box,
		zoomBy,
		/** Shows what has changed. */
		show(next, isOver) {
			[history, ended, now] = [next, isOver, isOver ? now : Date.now()];
			const state = `${next.version} ${isOver} ${box.clientWidth}`;
			if (state === seen && isOver) return;
			seen = state;
			box.style.height = `${Math.min(AXIS + ROW * Math.max(3, history.rows.length) + 8, Math.max(240, window.innerHeight * 0.55))}px`;
			measure();
			draw();
		},
	};
}

/** The events of a history, one below the other; only those that can be seen are made. */
function eventList(pick) {
	let [events, start, at] = [[], 0, -1];
	const rows = h("div");
	const box = h("div.events", { tabindex: 0, role: "listbox", "aria-label": "History", onscroll: () => draw(), onclick: (event) => {
		const index = indexOf(event);
		if (index !== undefined) choose(Number(index), true);
	}, onkeydown: (event) => {
		const step = event.key === "Enter" ? 0 : STEPS[event.key];
		pressed(event, step !== undefined && (() => choose(at + step, step === 0)));
	} }, rows);

	function choose(to, isOpen) {
		at = reach(box, to, events.length);
		draw();
		if (isOpen && events[at]) pick([events[at]]);
	}

	function draw() {
		const first = Math.max(0, Math.floor(box.scrollTop / ROW) - 2);
		const shown = events.slice(first, first + Math.ceil(box.clientHeight / ROW) + 4);
		rows.style.height = `${events.length * ROW}px`;
		rows.replaceChildren(...shown.map((event, n) => {
			const line = h("div.event", { class: `${isFailure(event) ? "bad" : ""}${first + n === at ? " at" : ""}`, role: "option", id: `event-${first + n}`,
				"aria-selected": String(first + n === at), "data-index": first + n },
			h("span.number", event.sequence), h("span.time", { title: event.timestamp }, `+${duration(event.time - start)}`),
			h("span.type", event.type), told(describe(event), "what"));
			line.style.transform = `translateY(${(first + n) * ROW}px)`;
			return line;
		}));
		if (at >= 0) box.setAttribute("aria-activedescendant", `event-${at}`);
	}
	return {
		element: box,
		show(next, from) {
			[events, start] = [next, from];
			box.style.height = `${Math.min(ROW * Math.max(4, events.length), 420)}px`;
			draw();
		},
	};
}

// ── One instance

/** Payloads of more bytes are shown when they are asked for. */
const [LARGE, SNIPPET] = [64 * 1024, 1024];

function instancePage(id) {
	let [history, generation, created, status, children, plan] = [new History(), null, null, null, { list: [] }, null];
	let [following, picked] = [false, null];
	const seen = { text: "", kind: "", failed: false };
	const pick = (events) => {
		picked = events;
		paint();
	};
	const [line, list] = [timeline(pick), eventList(pick)];
	const page = {
		name: "instance",
		title: id,
		wants: (kind, data) => kind === "missed" || (kind !== "entity" && (data.instanceId === id || children.list.some((child) => child.instanceId === data.instanceId))),
		async load() {
			const [now, childList] = await Promise.all([
				get(`${at(id)}${query({ showDetails: true, payloadLimit: LARGE })}`),
				ask("GET", `instances${query({ ...FAST, parent: id, top: 20 })}`), know(Infinity)]);
			[status, children] = [now, { list: childList.value, more: childList.next }];
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
				plan = await post(`${at(id)}/rewind?dryRun=true`).catch(({ message }) => ({ error: message }));
				plan.of = details.updated;
			}
		},
		leave: () => (page.left = true),
		isLive: () => page.ready && !ENDED.has(status.runtimeStatus),
		escape: () => picked && pick(null),
		up: () => (location.hash = "#/instances"),
		zoom: line.zoomBy,
		painted() {
			const isOver = ENDED.has(status?.runtimeStatus);
			line.show(history, isOver);
			list.show(filtered(), history.start);
		},
		render() {
			if (!page.ready) return waiting();
			const { name, runtimeStatus, details } = status;
			const isOver = ENDED.has(runtimeStatus);
			const [from, to] = [Date.parse(details.created), isOver ? Date.parse(details.updated) : Date.now()];
			return [
				h("div.headline",
					h("p.crumb", h("a", { href: "#/instances" }, "Instances"), "/", h("a", { href: listHref({ name }) }, told(name)),
						details.version && h("span.tag", "version ", told(details.version)),
						tagsOf(details).map((tag) => h("a.tag", { href: listHref({ tag }) }, told(tag)))),
					h("h1", mono(id), tool("Copy the id", icon("copy"), () => copy(id))),
					h("p.facts", pill(runtimeStatus, status.parked), h("span", "created ", since(details.created)),
						h("span", isOver ? "ended " : "changed ", since(details.updated)),
						h("span", isOver ? "took " : "for ", h("b", duration(to - from))),
						generation > 0 && h("span", { title: "It has continued as new that often" }, "generation ", h("b", number(generation))))),
				actions(),
				status.parked && h("div.callout.parked", icon("parked"), h("div", h("b", "Parked. "), told(status.parked.message))),
				details.failure && failureBox(details.failure, runtimeStatus),
				!isOver && runtimeStatus !== "Suspended" && details.waitingFor?.length > 0 && h("div.callout.waits", icon("Pending"), h("div",
					h("b", "Waits for "), details.waitingFor.length === 1 ? words(cut(details.waitingFor[0], 400))
						: h("ul", details.waitingFor.slice(0, 8).map((what) => h("li", words(cut(what, 400)))),
							details.waitingFor.length > 8 && h("li", `and ${number(details.waitingFor.length - 8)} more`)))),
				runtimeStatus === "Suspended" && h("div.callout", icon("Suspended"), h("div", h("b", "Suspended"),
					": ", told(history.sleep?.events[0].reason || DOES.suspend))),
				h("section.card", h("h2", "Timeline", h("span.tools",
					history.events.length < history.total && small(`${number(history.events.length)} of ${number(history.total)} events`),
					tool("Zoom out", "−", () => line.zoomBy(1 / 1.5)),
					tool("Show all", "Fit", () => line.zoomBy(0)),
					tool("Zoom in", "+", () => line.zoomBy(1.5)))),
				history.rows.length ? h("div", { mount: line }) : h("p.calm", "Its first turn has not been taken yet.")),
				h("div.columns",
					h("div.stack", data("Input", "input"), data("Output", "output")),
					h("div.stack", data("Custom status", "customStatus"), relations())),
				h("section.card", h("h2", "History", h("span.tools",
					h("input", { type: "search", "aria-label": "Filter by text", placeholder: "filter", value: seen.text, oninput: ({ target }) => (seen.text = target.value, paint()) }),
					h("select", { "aria-label": "Kind", value: seen.kind, onchange: ({ target }) => (seen.kind = target.value, paint()) },
						[["", "all kinds"], ["Task", "activities"], ["Timer", "timers"], ["SubOrchestration", "children"], ["Event", "events"], ["Entity", "entities"], ["Execution", "execution"]]
							.map(([value, label]) => h("option", { value }, label))),
					h("label.line", h("input", { type: "checkbox", checked: seen.failed, onchange: ({ target }) => (seen.failed = target.checked, paint()) }), "failed"),
					tool("Download the whole history", icon("save"), save))),
				h("p.note", `${number(filtered().length)} of ${many(history.total, "event")}`), h("div", { mount: list })),
				picked && drawer(),
			];
		},
	};

	/** Reads on from the last known event; the rest of a long history comes after the page has been shown. */
	async function follow() {
		const own = history;
		const after = own.events.at(-1)?.sequence;
		const part = await get(`${at(id)}/history${query({ after, top: 1000, payloadLimit: SNIPPET, generation })}`);
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
			toast(`The rest of the history could not be read: ${error.message}`, "bad");
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
			const part = await get(`${at(id)}/history${query({ after, top: 1000 })}`);
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
		return h("div.card", payload(title, value, { path: `${id} ${name} ${created}`, omitted, file: `${id}.${name}`,
			load: async () => (await get(at(id)))[name] }));
	}

	const failureBox = (failure, runtimeStatus) => h("section.failure",
		h("h2", icon(runtimeStatus), runtimeStatus === "Terminated" ? "Terminated" : told(failure.type || failure.kind),
			failure.type && failure.kind !== "Application" && small(failure.kind)),
		h("p.message", told(failure.message)),
		failure.causes?.length > 0 && h("ol.chain", failure.causes.map((cause) => h("li", told(cause)))),
		failure.location && h("p.where", "at ", mono(failure.location)),
		failure.details != null && h("div.json", tree(failure.details, `${id} failure`)),
		plan && h("details.plan", { key: "plan" }, h("summary", "What a rewind would do"),
			plan.error ? h("p", told(plan.error)) : rewindPlan(plan)));

	const rewindPlan = (plan) => [
		h("p", `${many(plan.kept, "event")} stay, ${many(plan.dropped, "event")} ${plan.dropped === 1 ? "goes" : "go"}. `,
			plan.repeated.length ? "Done once more:" : plan.children.length ? "" : "The code runs on from there."),
		plan.repeated.length > 0 && h("ul", plan.repeated.map((what) => h("li", words(what)))),
		plan.children.map((child) => h("div.branch", h("p", "the child ", idLink(child.instanceId)), rewindPlan(child)))];

	function relations() {
		const { parent } = status.details;
		const entities = [...history.entities];
		if (!parent && children.list.length === 0 && entities.length === 0) return null;
		return h("section.card.relations", h("h3", "Related"),
			parent && h("p", small(parent.task_id == null ? "started by" : "child of"), " ", idLink(parent.instance_id)),
			children.list.length > 0 && [small("children"), h("ul", children.list.map((child) => h("li", { key: child.instanceId },
				pill(child.runtimeStatus, child.parked), " ", idLink(child.instanceId), " ", small(told(child.name)))),
			children.more && h("li", h("a", { href: listHref({ parent: id }) }, "all of them")))],
			entities.length > 0 && [small("entities"), h("ul", entities.slice(0, 30).map((entity) => h("li", { key: entity }, icon("entity"), " ", idLink(entity))),
				entities.length > 30 && h("li", `and ${number(entities.length - 30)} more`))]);
	}

	const drawer = () => h("aside.drawer", { key: "drawer", "aria-label": "Details of a step" },
		h("header", h("h2", told(picked.length > 1 ? history.rows.find((row) => row.events === picked)?.label ?? "Step" : picked[0].type)),
			tool("Close", icon("Failed"), () => pick(null))),
		picked.slice(0, 50).map((event) => h("article", { key: event.sequence, class: isFailure(event) ? "bad" : "" },
			payload(event.type, (({ time, omitted, ...event }) => event)(event), { path: `${id} ${created} ${generation} ${event.sequence}`,
				file: `${id}.${event.sequence}`, omitted: Object.values(event.omitted ?? {})[0], load: () => get(`${at(id)}/history/${event.sequence}`) }),
			event.instanceId && idLink(event.instanceId), event.entity && idLink(event.entity))));

	function actions() {
		const { runtimeStatus, details } = status;
		const isOver = ENDED.has(runtimeStatus);
		const over = { why: isOver && `It has ended as ${runtimeStatus}` };
		return h("div.actions", { role: "toolbar", "aria-label": "Actions" },
			change("Raise event", raise, over),
			runtimeStatus === "Suspended" ? change("Resume", simple("resume")) : change("Suspend", simple("suspend"), over),
			change("Rewind", rewind, { why: runtimeStatus !== "Failed" && "It has not failed" }),
			change("Restart", restart),
			change("Start like this", () => (location.hash = `#/start${query({ name: status.name, version: details.version, like: id })}`)),
			h("span.space"),
			change("Terminate", simple("terminate"), { ...over, danger: true }),
			change("Purge", simple("purge"), { why: !isOver && "It has not ended", danger: true }));
	}

	const done = (text) => {
		toast(text);
		reload();
	};

	const simple = (action) => async () => {
		const isDone = await dialog({ title: `${capital(action)} ${cut(id, 60)}`, text: DOES[action], fields: actionFields(action), action: capital(action), danger: DANGEROUS.has(action),
			do: async (form) => void (await ask(...urlOf(id, action, actionQuery(form)))) });
		if (!isDone) return;
		if (action === "purge") {
			toast("Purged");
			location.hash = "#/instances";
		} else done(`${capital(action)}: done`);
	};

	async function raise() {
		const names = status.details.awaitedEvents ?? [];
		const options = h("datalist", { id: "awaited" }, names.map((name) => h("option", { value: name })));
		const name = h("input", { name: "event", required: true, list: "awaited", autocomplete: "off", value: names[0] ?? "" });
		const isDone = await dialog({ title: "Raise an event", text: names.length ? null : "It waits for no event now; the event is kept until it does.",
			fields: [field("Name", name, names.length > 0 && ["awaited: ", names.map((name, n) => [n ? ", " : "", told(name)])]), options, jsonField("What it carries (JSON)", "payload", "")], action: "Raise",
			do: async (form) => void (await post(`${at(id)}/raiseEvent/${segment(form.get("event"))}`, form.get("payload").trim() || "null")) });
		if (isDone) done("Raised");
	}

	async function rewind() {
		const fresh = await post(`${at(id)}/rewind?dryRun=true`).catch((error) => toast(error.message, "bad"));
		if (!fresh) return;
		const isDone = await dialog({ title: "Rewind", text: "It goes on from before its failure.", body: h("div.plan", rewindPlan(fresh)), fields: [reasonField()], action: "Rewind",
			do: async (form) => void (await post(`${at(id)}/rewind${query({ reason: form.get("reason") })}`)) });
		if (isDone) done("Rewound");
	}

	async function restart() {
		const isOver = ENDED.has(status.runtimeStatus);
		const same = h("label.line", h("input", { type: "checkbox", name: "same", disabled: !isOver }), isOver ? "under the same id: this one is removed" : "under the same id: only after its end");
		const answer = await dialog({ title: "Restart", text: "It is started once more with the same input.", action: "Restart", fields: [same],
			do: (form) => post(`${at(id)}/restart?restartWithNewInstanceId=${!form.has("same")}`) });
		if (!answer) return;
		toast("Restarted");
		if (answer.id === id) reload();
		else location.hash = instanceHref(answer.id);
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
		wants: () => false,
		async load() {
			if (form) return;
			await know(Infinity);
			const source = like && (await get(`${at(like)}?showDetails=true`));
			const tags = source ? tagsOf(source.details).join("\n") : "";
			form = { element: h("form.start", { onsubmit: submit },
				field("Orchestrator", overview.orchestrators.length
					? h("select", { name: "name", value: parameters.get("name") ?? overview.orchestrators[0] }, overview.orchestrators.map((name) => h("option", { value: name }, name)))
					: h("input", { name: "name", required: true, value: parameters.get("name") ?? "" })),
				field("Id", h("input", { name: "id", maxlength: 256, autocomplete: "off", spellcheck: "false" }), "Made if empty. One that has ended is replaced."),
				jsonField("Input (JSON)", "input", source ? print(source.input, 2) : "", "The value for one parameter, an array for several"),
				h("div.two", field("Version", h("input", { name: "version", value: parameters.get("version") ?? "" })),
					field("Tags", h("textarea", { name: "tags", rows: 2, placeholder: "name=value", value: tags }), "One on each line")),
				h("p.problem", { role: "alert", hidden: true }),
				h("div.buttons", h("button.button.primary", { type: "submit", disabled: !overview.mayChange }, "Start"))) };
		},
		render() {
			if (!this.ready) return waiting();
			return h("section.card.narrow", h("h1", "Start an orchestration"),
				like && h("p.note", "With the input of ", idLink(like)), h("div", { mount: form }));
		},
	};
	async function submit(event) {
		event.preventDefault();
		const [values, wrong] = [new FormData(event.target), event.target.querySelector(".problem")];
		try {
			const id = values.get("id");
			const path = `orchestrators/${segment(values.get("name"))}${id ? `/${segment(id)}` : ""}`;
			const tag = values.get("tags").split("\n").map((line) => line.trim()).filter(Boolean);
			const started = await post(path + query({ version: values.get("version"), tag }), values.get("input").trim());
			toast("Started");
			location.hash = instanceHref(started.id);
		} catch (error) {
			[wrong.textContent, wrong.hidden] = [error.message, false];
		}
	}
}

// ── Entities

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
			[page.entities, page.next] = await pages(`entities${name && `/${segment(name)}`}`, { keyPrefix: prefix, locked, parked, fetchState: true }, page.wanted);
			await counted;
		},
		render() {
			if (!page.ready) return waiting();
			return [
				h("h1.unseen", "Entities"),
				searchBox(prefix ? [["key", prefix, to({ key: "" })]] : [], "beginning of a key", (input) => (location.hash = to({ key: input.value }))),
				h("div.facets", facet(to({ name: "" }), !name, "All"),
					overview.entityCounts.map(({ name: known, count }) => facet(to({ name: known }), name === known, told(known), small(number(count)))),
					h("span.space"), facet(to({ locked: locked ? "" : "true" }), locked, icon("lock"), "Locked"),
					facet(to({ parked: parked ? "" : "true" }), parked, icon("parked"), "Parked")),
				page.entities.length === 0 ? empty("No entities here", "An entity shows as soon as an operation has changed it.")
					: h("div.card.list", h("div.scroll", h("table.instances",
						h("thead", h("tr", h("th", "Entity"), h("th", "State"), h("th", "Lock"), h("th.when", "Changed"))),
						h("tbody", page.entities.map(({ entityId: id, state, lockedBy, parked, lastOperationTime }, index) => h("tr", { key: `${id.name} ${id.key}`, class: index === page.cursor ? "at" : "", "data-row": index },
							h("td.main", h("a", { href: entityHref(id.name, id.key) }, mono(id.key || "(empty key)")), h("span.sub", told(id.name))),
							h("td.custom.state", told(state == null ? "" : cut(print(state), 160), "mono")),
							h("td", lockedBy && h("span.pill.locked", icon("lock"), told(cut(lockedBy.instance_id, 40))), parked && h("span.pill.parked", icon("parked"), "parked")),
							h("td.when", since(lastOperationTime))))))),
					page.next && h("p.foot", button("More", () => {
						page.wanted += PAGE;
						reload();
					}))),
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
		up: () => (location.hash = "#/entities"),
		render() {
			if (!page.ready) return waiting();
			const { state, lockedBy, waiting: queue = [], backlog = 0, parked, lastOperationTime } = entity;
			return [
				h("div.headline", h("p.crumb", h("a", { href: "#/entities" }, "Entities"), " / ", h("a", { href: entitiesHref({ name }) }, told(name))),
					h("h1", mono(entityKey || "(empty key)"), tool("Copy the id", icon("copy"), () => copy(page.title))),
					h("p.facts", h("span", "changed ", since(lastOperationTime)), lockedBy && h("span.pill.locked", icon("lock"), "locked"),
						backlog > 0 && h("span", h("b", many(backlog, "message")), " in the queue"))),
				h("div.actions", { role: "toolbar", "aria-label": "Actions" }, change("Signal", operate(false)), change("Call", operate(true)), h("span.space"), change("Delete", remove, { danger: true })),
				parked && h("div.callout.parked", icon("parked"), h("div", h("b", "Parked. "), told(parked.message))),
				lockedBy && h("div.callout.waits", icon("lock"), h("div", h("b", "Locked by "), holder(lockedBy), ". What others ask for waits until that section ends.")),
				h("div.columns", h("div.card", state == null ? h("p.calm", "It has no state.") : payload("State", state, { path: page.title, file: page.title })),
					h("section.card", h("h2", "Queue"), queue.length === 0 ? h("p.calm", backlog ? `${many(backlog, "message")}, and no section that waits for the lock.` : "Nothing waits.")
						: h("ol.queue", queue.map((section) => h("li", { key: `${section.key} ${section.section}` }, holder(section)))))),
			];
		},
	};
	const operate = (isCall) => async () => {
		const answer = await dialog({ title: isCall ? "Call an operation" : "Signal an operation", text: isCall ? "The result is shown when the operation has been performed." : "It is performed as soon as its turn comes.",
			fields: [field("Operation", h("input", { name: "op", required: true, autocomplete: "off" })), jsonField("Argument (JSON)", "input", "")], action: isCall ? "Call" : "Signal",
			do: async (form) => ({ result: await post(`${path()}${isCall ? "/call" : ""}${query({ op: form.get("op") })}`, form.get("input").trim() || "null") }) });
		if (!answer) return;
		if (isCall) dialog({ title: "Result", body: h("pre.mono", print(answer.result, 2)) });
		else toast("Sent");
		reload();
	};
	async function remove() {
		const isDone = await dialog({ title: "Delete this entity", text: "Its state is removed.", action: "Delete", danger: true, confirm: "delete", do: async () => void (await ask("DELETE", path())) });
		if (isDone) {
			toast("Deleted");
			location.hash = "#/entities";
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
		if (place) return void (location.hash = place);
	}
	const isButton = target.matches?.("a, button, input");
	const does = {
		"/": () => (find("input[type=search]") ? find("input[type=search]").focus() : (location.hash = "#/instances")),
		"?": help, t: turnTheme, g: () => (prefixed = Date.now()), j: () => view.move?.(1), k: () => view.move?.(-1), x: () => view.mark?.(), u: () => view.up?.(),
		Enter: isButton ? null : () => view.enter?.(), Escape: () => view.escape?.(), "+": () => view.zoom?.(1.5), "=": () => view.zoom?.(1.5), "-": () => view.zoom?.(1 / 1.5), 0: () => view.zoom?.(0),
	}[pressed];
	if (!does) return;
	event.preventDefault();
	does();
});

setInterval(() => view.isLive?.() && paint(), 1000);
document.documentElement.dataset.theme = theme();
window.addEventListener("hashchange", open);
window.addEventListener("resize", paint);
open().finally(follow);
