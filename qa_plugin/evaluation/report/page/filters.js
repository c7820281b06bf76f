// What is shown, in the address: a link to the page with it shows the same cases.

const DEFAULTS = { outcome: "", language: "", article: "", type: "", status: "", lost: "", changed: "", find: "", sort: "", heat: "", bars: "", by: "", share: "" };
const FILTERS = ["outcome", "language", "article", "type", "status", "lost", "changed", "find"];
let state = { ...DEFAULTS, open: [] };

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  const found = { open: given.getAll("open") };
  for (const name of Object.keys(DEFAULTS)) found[name] = given.get(name) ?? "";
  return found;
}

let writing = 0;

/** Soon: browsers refuse addresses that change with every key. */
function writeAddress() {
  clearTimeout(writing);
  writing = setTimeout(putAddress, 150);
}

function putAddress() {
  const given = new URLSearchParams();
  for (const name of Object.keys(DEFAULTS)) if (state[name]) given.set(name, state[name]);
  for (const id of state.open) given.append("open", id);
  const address = `${location.pathname}${location.search}${String(given) ? `#${given}` : ""}`;
  try {
    history.replaceState(null, "", address);
  } catch {
    // A page shown within another may have no address of its own: the filters work without.
  }
}

const searched = new Map();

/** All words of a case, folded: case, accents and kinds of space do not count. */
function wordsOf(one) {
  if (!searched.has(one.index)) {
    const sources = [...one.gold.sources, ...one.citations.map((citation) => citation.source)].map((source) => data.sources[source]);
    const texts = [one.id, one.question, one.text, one.gold.answer, ...one.gold.accept, ...one.why, ...sources];
    searched.set(one.index, folded(texts.join(" ")));
  }
  return searched.get(one.index);
}

function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}

const TESTS = {
  outcome: (one, value) => (value === "failed" ? isFailed(one) : value === "passed" ? !isFailed(one) : one.outcome === value),
  language: (one, value) => one.language === value,
  article: (one, value) => one.pairs.some((pair) => pair.split(">")[1] === value),
  type: (one, value) => one.type === value,
  status: (one, value) => one.status === value,
  lost: (one, value) => passes(one, value) === false,
  changed: (one, value) => direction(one, "") === value,
  find: (one, value) => folded(value).split(" ").every((word) => wordsOf(one).includes(word)),
};

function chosenCases() {
  const active = FILTERS.filter((name) => state[name]);
  const found = data.cases.filter((one) => active.every((name) => TESTS[name](one, state[name])));
  const [key, order] = state.sort.split("-");
  const value = SORTS[key];
  if (!value) return found;
  const sign = order === "down" ? -1 : 1;
  return found.sort((one, two) => compared(value(one), value(two), sign) || one.index - two.index);
}

/** Numbers by size, words by alphabet; what is not there is last, whichever way. */
function compared(one, two, sign) {
  const [noOne, noTwo] = [one ?? null, two ?? null].map((value) => value === null);
  if (noOne || noTwo) return noOne - noTwo;
  return sign * (typeof one === "number" ? one - two : String(one).localeCompare(String(two)));
}

const SORTS = {
  id: (one) => one.id,
  question: (one) => one.question,
  language: (one) => one.language,
  type: (one) => one.type,
  status: (one) => one.status,
  outcome: (one) => Object.keys(OUTCOMES).indexOf(one.outcome),
  rank: (one) => one.rank,
  confidence: (one) => one.confidence,
  ms: (one) => one.ms,
};

/** Whether a case fell or rose by a share against the other run; empty where neither. */
function direction(one, share) {
  if (!one.before) return "";
  const [now, before] = [passes(one, share), passes(one.before, share)];
  if (now === before || now === undefined || before === undefined) return "";
  return now ? "rose" : "fell";
}
