// The page put together, and one way for everything on it to change.

const SECTIONS = [
  ["headline", "Figures"], ["comparison", "Comparison"], ["languages", "Languages"], ["types", "Types"],
  ["latency", "Time"], ["confidence", "Confidence"], ["cases", "Cases"],
];
const PARTS = {
  languages: [showLanguages, ["heat"]],
  types: [showTypes, ["bars", "by"]],
  comparison: [showComparison, ["share"]],
  cases: [refreshCases, [...FILTERS, "sort", "open"]],
};

/** Take over what changed, draw again what depends on it, and keep it in the address. */
function change(changes) {
  const before = state;
  state = { ...state, ...changes };
  for (const [name, [show, depends]] of Object.entries(PARTS)) {
    if (depends.every((key) => String(before[key]) === String(state[key]))) continue;
    const focused = document.activeElement?.closest(`#${name}`) ? focusPath(document.activeElement, name) : null;
    show(state);
    if (focused !== null) document.querySelectorAll(`#${name} select`)[focused]?.focus();
  }
  writeAddress();
}

/** Which select of a section has the focus: the section is made anew, the focus stays. */
function focusPath(element, name) {
  const place = [...document.querySelectorAll(`#${name} select`)].indexOf(element);
  return place < 0 ? null : place;
}

function goTo(id) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const place = document.getElementById(id);
  place.setAttribute("tabindex", "-1");
  place.scrollIntoView({ behavior: still ? "auto" : "smooth" });
  place.focus({ preventScroll: true });
}

function systemLine(system) {
  const made = new Date(system.made);
  const when = Number.isNaN(made.getTime()) ? system.made : made.toISOString().slice(0, 16).replace("T", " ") + " UTC";
  const parts = [`qa-plugin ${system.version}`, system.mode, system.model, `embedder ${system.embedder}`, `${system.questions} over ${system.articles}`, when];
  return plain(parts.filter(Boolean).join(" · "));
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("qa-plugin-report-theme", theme);
  } catch {
    // A page opened from a file may keep nothing: the choice holds until it is closed.
  }
}

function startTheme() {
  const select = document.getElementById("theme");
  try {
    select.value = localStorage.getItem("qa-plugin-report-theme") || "auto";
  } catch {
    select.value = "auto";
  }
  document.documentElement.dataset.theme = select.value || "auto";
  select.addEventListener("change", () => setTheme(select.value));
}

startTheme();
state = readAddress();
document.getElementById("system").textContent = systemLine(data.system);
showHeadline();
showComparison();
showLanguages(state);
showTypes(state);
showLatency();
showConfidence();
showTable();
refreshCases();
for (const [id, name] of SECTIONS) {
  if (document.getElementById(id).childNodes.length) document.querySelector("nav").append(el("a", { href: `#${id}`, "data-goto": id }, name));
}
// The address holds the filters, so that links within the page must not replace it.
for (const link of document.querySelectorAll("[data-goto]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    goTo(link.dataset.goto);
  });
}
addEventListener("hashchange", () => change(readAddress()));
document.documentElement.dataset.ready = "true";
