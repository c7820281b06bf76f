// The table of cases: filters above, a row for each case, opened beneath its row.

const CHUNK = 100;
const COLUMNS = [
  ["outcome", "Outcome"], ["question", "Question"], ["id", "Id"], ["language", "Asked in"], ["type", "Type"],
  ["status", "Status"], ["rank", "Gold at"], ["confidence", "Confidence"], ["ms", "Time"],
];
let shown = [];
let rows = null;
let counter = null;

function distinct(value) {
  return [...new Set(data.cases.flatMap(value))].filter(Boolean).sort();
}

function showTable() {
  rows = el("tbody");
  counter = el("p", { class: "counter", role: "status" });
  const heads = COLUMNS.map(([key, name]) => el("th", { scope: "col", class: `col-${key}`, "data-key": key }, el("button", { type: "button", onclick: () => sortBy(key) }, name, el("span", { class: "order", "aria-hidden": "true" }))));
  const more = el("button", { type: "button", class: "more", hidden: true, onclick: addRows }, "Show more");
  new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && addRows(), { rootMargin: "600px" }).observe(more);
  section(
    "cases",
    "Cases",
    filterForm(),
    counter,
    el("table", { class: "cases" }, el("caption", { class: "unseen" }, "Cases; a row opens"), el("thead", {}, el("tr", {}, heads)), rows),
    more,
  );
}

function filterForm() {
  const all = [["", "all"]];
  const languages = (codes) => [...all, ...codes.map((code) => [code, `${languageName(code)} (${code})`])];
  const named = (name, label, options) => {
    const field = choice(label, options, state[name], (value) => change({ [name]: value }));
    field.querySelector("select").name = name;
    return field;
  };
  const outcomes = [...all, ["failed", "✗ wrong or error"], ["passed", "✓ right or flawed"], ...Object.entries(OUTCOMES).map(([key, [sign, word]]) => [key, `only ${sign} ${word}`])];
  const find = el("input", { type: "search", name: "find", dir: "auto", placeholder: "question, answer, file, id", value: state.find, oninput: (event) => change({ find: event.target.value }) });
  return el(
    "form",
    { class: "filters", role: "search", "aria-label": "Cases", onsubmit: (event) => event.preventDefault() },
    labelled("Search", find, "grow"),
    named("outcome", "Outcome", outcomes),
    named("language", "Question in", languages(distinct((one) => one.language))),
    named("article", "Article in", languages(distinct((one) => one.pairs.map((pair) => pair.split(">")[1])))),
    named("type", "Type", [...all, ...distinct((one) => one.type)]),
    named("status", "Status", [...all, ...distinct((one) => one.status).map((status) => [status, WORDS[status] || status])]),
    named("lost", "Lost", [["", "any figure"], ...data.shares]),
    ordering(named),
    other ? named("changed", "Changed", [...all, ["fell", "▼ fell"], ["rose", "▲ rose"]]) : null,
    el("button", { type: "button", onclick: () => change({ ...DEFAULTS, heat: state.heat, bars: state.bars, by: state.by, share: state.share, open: [] }) }, "Clear"),
  );
}

/** The order as a choice: where columns are left out for want of room, their heads are too. */
function ordering(named) {
  const ways = COLUMNS.flatMap(([key, name]) => [[key, `${name} ↑`], [`${key}-down`, `${name} ↓`]]);
  const field = named("sort", "Order", [["", "as asked"], ...ways]);
  field.classList.add("narrow");
  return field;
}

function sortBy(key) {
  const next = state.sort === key ? `${key}-down` : state.sort === `${key}-down` ? "" : key;
  change({ sort: next });
}

/** Bring fields, heads and rows in line with the state. */
function refreshCases() {
  for (const field of document.querySelectorAll(".filters [name]")) if (field.value !== state[field.name]) field.value = state[field.name];
  const [key, order] = state.sort.split("-");
  for (const head of document.querySelectorAll(".cases thead th")) {
    const sorted = head.dataset.key === key ? (order ? "descending" : "ascending") : "none";
    head.setAttribute("aria-sort", sorted);
    head.querySelector(".order").textContent = { none: "", ascending: " ↑", descending: " ↓" }[sorted];
  }
  shown = chosenCases();
  const errors = shown.filter((one) => one.outcome === "error").length;
  const wrong = shown.filter((one) => one.outcome === "wrong").length;
  counter.textContent = `${shown.length} of ${data.cases.length} cases, ${wrong} of them wrong${errors ? `, ${errors} without an answer` : ""}`;
  rows.replaceChildren();
  addRows();
}

/** The next rows; rows that are not near are not made. */
function addRows() {
  const made = rows.querySelectorAll("tr.case").length;
  rows.append(...shown.slice(made, made + CHUNK).flatMap(caseRows));
  document.querySelector(".more").hidden = made + CHUNK >= shown.length;
}

function caseRows(one) {
  const open = state.open.includes(one.id);
  const name = `case-${one.index}`;
  const changedHow = direction(one, "");
  const button = el("button", { type: "button", class: "opener", "aria-expanded": String(open), "aria-controls": name }, quoted("span", one.language, one.question));
  const meta = [one.id, one.language, one.type, WORDS[one.status] || one.status].filter(Boolean).map(plain).join(" · ");
  const row = el(
    "tr",
    { class: "case", "data-id": one.id },
    el("td", { class: "col-outcome" }, outcomeMark(one.outcome), changedHow ? el("span", { class: `change ${changedHow}` }, changedHow === "fell" ? "▼ fell" : "▲ rose") : null),
    el("td", { class: "col-question" }, button, el("span", { class: "meta quiet" }, meta)),
    el("td", { class: "col-id" }, plain(one.id)),
    el("td", { class: "col-language", title: languageName(one.language) }, plain(one.language)),
    el("td", { class: "col-type" }, plain(one.type)),
    el("td", { class: "col-status" }, WORDS[one.status] || plain(one.status ?? "–")),
    el("td", { class: "col-rank number" }, one.rank ?? "–"),
    el("td", { class: "col-confidence number" }, typeof one.confidence === "number" ? one.confidence.toFixed(2) : "–"),
    el("td", { class: "col-ms number" }, written(one.ms, "ms")),
  );
  const place = el("td", { colspan: COLUMNS.length });
  const detail = el("tr", { class: "opened", id: name, hidden: !open }, place);
  if (open) place.append(caseDetail(one));
  row.addEventListener("click", () => {
    if (String(getSelection())) return;
    toggleCase(one, button, detail, place);
  });
  return [row, detail];
}

function toggleCase(one, button, detail, place) {
  const open = detail.hidden;
  if (open && !place.childNodes.length) place.append(caseDetail(one));
  detail.hidden = !open;
  button.setAttribute("aria-expanded", String(open));
  state.open = open ? [...state.open, one.id] : state.open.filter((id) => id !== one.id);
  writeAddress();
}

/** Show the cases of a group, and go there. */
function showCases(filters) {
  const none = Object.fromEntries(FILTERS.map((name) => [name, ""]));
  change({ ...none, ...filters });
  goTo("cases");
}
