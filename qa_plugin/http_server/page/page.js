"use strict";

// The page: asks, shows what came, opens articles at their quotes. Texts of others reach it as text only.

const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\p{Cs}\u{e0000}-\u{e007f}]/gu;
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"]);
const STATUS = { answered: "Answered", conflicting: "The sources disagree", not_in_sources: "Not in the sources" };
const FILTERS = ["language", "source", "date_from", "date_to"];
const MOST_PAST = 6;
const get = (id) => document.getElementById(id);
const form = get("form");
const names = new Intl.DisplayNames(["en"], { type: "language" });

let answer = null; // what is shown
let past = []; // the questions that the one in the form may lean on
let opened = null; // { source, at: [start, end] }
let asking = null; // aborts the question under way
let opener = null; // where the focus goes back to when the article is closed
const articles = new Map();

// ---------------------------------------------------------------- elements

function make(name, attributes, ...parts) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...parts.flat().filter((part) => part !== null && part !== undefined && part !== ""));
  return node;
}

/** A text without characters that cannot be seen, some of which turn the text around them. */
function clean(text) {
  return String(text).replace(/\r\n?/g, "\n").replace(UNSEEN, "");
}

/** What an element that holds text of this language says of it. */
function inLanguage(code) {
  if (!/^[a-z]{2,3}$/.test(code || "") || code === "und") return { dir: "auto" };
  return { lang: code, dir: RIGHT_TO_LEFT.has(code) ? "rtl" : "ltr" };
}

function languageName(code) {
  try {
    return code && code !== "und" ? names.of(code) : null;
  } catch {
    return code;
  }
}

function about(file, name) {
  return [languageName(file.language), file.published, clean(name)].filter(Boolean).join(" · ");
}

function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

// ---------------------------------------------------------------- the server

async function fetched(path, options = {}) {
  const token = sessionStorage.getItem("token");
  const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const reply = await fetch(path, { ...options, headers });
  const body = await reply.json();
  if (reply.ok) return body;
  const fault = new Error(clean(body.error?.message || `The server said ${reply.status}.`));
  fault.status = reply.status;
  throw fault;
}

function say(text, isFault = false) {
  get("doing").textContent = text;
  get("doing").classList.toggle("fault", isFault);
}

/** Tell what failed; where a token is wanted, ask for it. */
function tell(error) {
  if (error.name === "AbortError") return say("Stopped.");
  if (error.status === 401) {
    get("token-form").hidden = false;
    get("token").focus();
    return say(sessionStorage.getItem("token") ? "That token is not this server's." : "");
  }
  return say(error.status ? error.message : "The server cannot be reached. Is it still running?", true);
}

// ---------------------------------------------------------------- asking

async function ask() {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  const request = { question: form.elements.q.value.trim(), previous: past };
  for (const name of FILTERS) if (form.elements[name].value.trim()) request[name] = form.elements[name].value.trim();
  answer = null;
  show();
  get("stop").hidden = false;
  say("Looking in the sources …");
  try {
    const path = "/ask";
    const headers = { "Content-Type": "application/json" };
    const found = await fetched(path, { method: "POST", headers, body: JSON.stringify(request), signal: mine.signal });
    if (asking !== mine) return;
    answer = found;
    say("");
    show();
  } catch (error) {
    if (asking === mine) tell(error);
  } finally {
    if (asking === mine) {
      asking = null;
      get("stop").hidden = true;
    }
  }
}

// ---------------------------------------------------------------- the answer

/** A text whose marks are buttons. */
function marked(text) {
  return clean(text)
    .split(/(\[\d+\])/)
    .map((piece) => {
      const citation = /^\[\d+\]$/.test(piece) && answer.citations.find((one) => `[${one.id}]` === piece);
      return citation ? markButton(citation) : piece;
    });
}

function markButton(citation) {
  const chosen = isOpen(citation);
  const label = `Citation ${citation.id}: ${clean(citation.title || citation.source)}`;
  const button = make("button", { type: "button", class: "mark", "aria-pressed": String(chosen), "aria-label": label, title: clean(citation.title || citation.source) }, `${citation.id}`);
  button.dataset.place = placeOf(citation);
  button.addEventListener("click", () => openQuote(citation, button));
  return button;
}

function placeOf(citation) {
  return `${citation.start}-${citation.end} ${citation.source}`;
}

function isOpen(citation) {
  return opened !== null && placeOf(citation) === `${opened.at.join("-")} ${opened.source}`;
}

function marksOf(ids) {
  return ids.map((id) => answer.citations.find((one) => one.id === id)).filter(Boolean).map(markButton);
}

function position(one, language) {
  const by = one.attributed_to && !one.statement.toLowerCase().includes(one.attributed_to.toLowerCase()) ? one.attributed_to : null;
  const more = [by && clean(by), one.published, one.independent_sources > 1 && counted(one.independent_sources, "independent source")];
  const words = clean(one.statement).replace(/(\s*\[\d+\])+\s*$/, "");
  return make("li", inLanguage(language), words, " ", marksOf(one.citations), ...more.filter(Boolean).map((text) => make("span", { class: "quiet" }, make("bdi", {}, ` · ${text}`))));
}

function sourceCard(citation, numbered) {
  const title = citation.title || citation.source;
  const open = make("button", { type: "button", class: "open", "aria-label": `Open ${clean(title)}` }, "Open");
  open.addEventListener("click", () => openQuote(citation, open));
  const copies = citation.copies.length ? make("p", { class: "about" }, `Also in: ${citation.copies.map(clean).join(", ")}`) : null;
  const card = make(
    "li",
    { class: isOpen(citation) ? "source chosen" : "source" },
    make("div", { class: "head" }, numbered ? markButton(citation) : null, make("span", { class: "title", ...inLanguage(citation.language) }, clean(title)), open),
    make("p", { class: "about", dir: "ltr" }, about(citation, citation.source)),
    make("blockquote", inLanguage(citation.language), clean(citation.quote)),
    copies,
  );
  card.dataset.place = placeOf(citation);
  return card;
}

function list(title, kind, items) {
  return items.length ? [make("h3", {}, title), make("ul", { class: kind, role: "list" }, items)] : [];
}

function byWhom() {
  const who = answer.mode === "llm" ? `Answered by ${clean(answer.model || "a language model")}` : "Answered by extraction";
  const checked = answer.citations.length ? "every quote checked" : null;
  return [who, checked, `${Math.round(answer.timings_ms.total)} ms`].filter(Boolean).join(" · ");
}

/** What a question may lean on, and the way out of it. */
function showThread() {
  get("thread").hidden = answer === null && past.length === 0;
  const quoted = past.map((question) => make("bdi", {}, `“${clean(question)}”`));
  const before = quoted.flatMap((node, index) => (index ? [" · ", node] : [node]));
  get("before").replaceChildren(...(before.length ? ["After ", ...before] : ["The next question may go on from this one."]));
}

function showAnswer() {
  showThread();
  const reply = get("reply");
  reply.hidden = answer === null;
  if (answer === null) return reply.replaceChildren();
  const language = answer.question_language;
  const behind = answer.independent_sources ? ` ${counted(answer.independent_sources, "independent source")}` : "";
  const positions = answer.conflicts.flatMap((conflict) => conflict.positions);
  const said = new Set(positions.map((one) => one.statement));
  // What answers another part of the question stands behind the positions of the part that is disputed.
  const others = positions.length ? answer.claims.filter((claim) => !said.has(claim.text)) : [];
  const disputed = [
    ...positions.map((one) => position(one, language)),
    ...others.map((one) => make("li", { class: "settled", ...inLanguage(language) }, clean(one.text), " ", marksOf(one.citations))),
  ];
  const dropped = answer.dropped.map((one) => make("li", { dir: "auto" }, clean(one.text), make("span", { class: "quiet", dir: "ltr" }, ` (${clean(one.reason)})`)));
  reply.replaceChildren(
    make("div", {}, make("span", { class: `status ${answer.status}` }, STATUS[answer.status] || answer.status), make("span", { class: "quiet" }, behind)),
    make("p", { class: "asked", ...inLanguage(language) }, clean(answer.question)),
    answer.understood === answer.question ? "" : make("p", { class: "quiet understood" }, "Understood as: ", make("bdi", {}, clean(answer.understood))),
    disputed.length ? "" : make("p", { class: "answer", ...inLanguage(language) }, marked(answer.answer)),
    ...(disputed.length ? [make("ul", { class: "positions disputed answer", role: "list" }, disputed)] : []),
    ...list("Earlier", "positions", answer.history.map((one) => position(one, language))),
    ...list("Sources", "sources", answer.citations.map((one) => sourceCard(one, true))),
    ...list("Nearest passages, which do not answer", "sources", answer.near.map((one) => sourceCard(one, false))),
    ...(answer.warnings.length ? [make("h3", {}, "Notes"), make("ul", { class: "notes" }, answer.warnings.map((text) => make("li", { dir: "auto" }, clean(text))))] : []),
    ...(dropped.length ? [make("details", {}, make("summary", {}, `${counted(dropped.length, "statement")} left out, which did not pass the checks`), make("ul", { class: "notes" }, dropped))] : []),
    make("p", { class: "quiet by" }, byWhom()),
  );
}

// ---------------------------------------------------------------- an article

async function openQuote(citation, from) {
  opener = from ? { place: placeOf(citation), kind: from.className } : null;
  opened = { source: citation.source, at: [citation.start, citation.end] };
  remember();
  await showArticle(true);
}

async function articleOf(source) {
  if (!articles.has(source)) {
    if (articles.size > 20) articles.clear();
    articles.set(source, await fetched(`/articles/${encodeURIComponent(source)}`));
  }
  return articles.get(source);
}

async function showArticle(focus) {
  const panel = get("article");
  for (const node of document.querySelectorAll("[data-place]")) {
    const chosen = opened !== null && node.dataset.place === `${opened.at.join("-")} ${opened.source}`;
    if (node.matches(".mark")) node.setAttribute("aria-pressed", String(chosen));
    else node.classList.toggle("chosen", chosen);
  }
  get("hint").hidden = opened !== null || answer !== null;
  document.querySelector("main").classList.toggle("beside", opened !== null && answer !== null);
  if (opened === null) {
    panel.hidden = true;
    return panel.replaceChildren();
  }
  const wanted = opened;
  let article;
  try {
    article = await articleOf(wanted.source);
  } catch (error) {
    return tell(error);
  }
  if (opened !== wanted) return undefined;
  const close = make("button", { type: "button", id: "close" }, "Close");
  close.addEventListener("click", closeArticle);
  const language = inLanguage(article.language);
  panel.replaceChildren(
    make("div", { class: "bar" }, make("div", {}, make("h2", language, clean(article.title || article.id)), make("p", { class: "about", dir: "ltr" }, about(article, article.id))), close),
    make("div", { class: "text", ...language }, pieces(article.text, wanted)),
  );
  panel.hidden = false;
  const mark = panel.querySelector("mark.chosen");
  if (focus) panel.focus({ preventScroll: true });
  if (getComputedStyle(panel).overflowY === "auto") panel.scrollTop = mark ? mark.offsetTop - panel.clientHeight / 3 : 0;
  else (mark || panel).scrollIntoView({ block: mark ? "center" : "start", inline: "nearest" });
  return undefined;
}

/** The text with the chosen quote marked, and fainter the other quotes of the answer; offsets count code points. */
function pieces(text, wanted) {
  const letters = Array.from(text);
  const others = answer === null ? [] : answer.citations.filter((one) => one.source === wanted.source).map((one) => [one.start, one.end]);
  const edges = new Set([0, letters.length]);
  for (const span of [wanted.at, ...others]) for (const edge of span) edges.add(Math.min(Math.max(edge, 0), letters.length));
  const order = [...edges].sort((one, two) => one - two);
  return order.slice(1).map((end, index) => {
    const start = order[index];
    const within = (span) => span[0] <= start && end <= span[1];
    const shown = clean(letters.slice(start, end).join(""));
    if (within(wanted.at)) return make("mark", { class: "chosen" }, shown);
    return others.some(within) ? make("mark", {}, shown) : shown;
  });
}

function closeArticle() {
  opened = null;
  remember();
  showArticle(false);
  const back = opener && [...document.querySelectorAll("[data-place]")].find((node) => node.dataset.place === opener.place);
  const button = back && (back.matches("button") ? back : back.querySelector("button.open"));
  (button || form.elements.q).focus();
}

// ---------------------------------------------------------------- the address

function show() {
  showAnswer();
  showArticle(false);
}

/** The question and the open quote in the address, so that it can be shared and gone back to. */
function remember() {
  const address = new URLSearchParams();
  const question = form.elements.q.value.trim();
  for (const before of past) address.append("after", before);
  if (question) address.set("q", question);
  for (const name of FILTERS) if (form.elements[name].value.trim()) address.set(name, form.elements[name].value.trim());
  if (opened) {
    address.set("open", opened.source);
    address.set("at", opened.at.join("-"));
  }
  const path = `/${address.size ? `?${address}` : ""}`;
  if (path !== location.pathname + location.search) history.pushState(null, "", path);
  document.title = question ? `${clean(question)} – Ask the news` : "Ask the news";
}

/** What the address says, asked and opened. */
async function follow() {
  const address = new URLSearchParams(location.search);
  const asked = () => [...past, ...["q", ...FILTERS].map((name) => form.elements[name].value)].join("\n");
  const before = asked();
  past = address.getAll("after").slice(-MOST_PAST);
  form.elements.q.value = address.get("q") || "";
  for (const name of FILTERS) form.elements[name].value = address.get(name) || "";
  const now = asked();
  if (FILTERS.some((name) => address.get(name))) get("filters").open = true;
  const source = address.get("open");
  const at = /^(\d+)-(\d+)$/.exec(address.get("at") || "");
  opened = source ? { source, at: at ? [Number(at[1]), Number(at[2])] : [0, 0] } : null;
  document.title = form.elements.q.value ? `${clean(form.elements.q.value)} – Ask the news` : "Ask the news";
  if (!form.elements.q.value) {
    asking?.abort();
    answer = null;
    say("");
    show();
  } else if (now !== before || answer === null) {
    await ask();
  } else {
    await showArticle(false);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = form.elements.q.value.trim();
  if (!question) return;
  if (answer !== null && answer.question !== question) past = [...past, answer.question].slice(-MOST_PAST);
  opened = null;
  remember();
  ask();
});
get("fresh").addEventListener("click", () => {
  asking?.abort();
  asking = null;
  get("stop").hidden = true;
  [answer, past, opened] = [null, [], null];
  form.elements.q.value = "";
  remember();
  say("");
  show();
  form.elements.q.focus();
});
get("stop").addEventListener("click", () => asking?.abort());
get("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("token", get("token").value.trim());
  get("token-form").hidden = true;
  get("token").value = "";
  say("");
  follow();
});
addEventListener("popstate", follow);
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && opened !== null) closeArticle();
  else if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName || "")) {
    event.preventDefault();
    form.elements.q.focus();
    form.elements.q.select();
  }
});
fetched("/healthz").then((health) => { get("destination").textContent = clean(health.destination); }, () => {});
if (!new URLSearchParams(location.search).size) form.elements.q.focus();
follow().finally(() => { document.documentElement.dataset.ready = ""; });
