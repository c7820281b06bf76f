// The data of the page, read once. Offsets in it count code points, as everywhere in the run.

const data = JSON.parse(document.getElementById("data").textContent);
const figures = new Map(data.figures.map((figure) => [figure.name, figure]));
const other = data.against;
const astral = /[\ud800-\udfff]/;

data.cases.forEach((one, index) => {
  one.index = index;
  one.before = other ? other.cases[index] : null;
});

/** The text of a source between two offsets, where the page holds it; else null. */
function cut(source, start, end) {
  const part = data.texts[source].find(([first, text]) => first <= start && end <= first + length(text));
  if (!part) return null;
  const [first, text] = part;
  return astral.test(text)
    ? Array.from(text).slice(start - first, end - first).join("")
    : text.slice(start - first, end - first);
}

/** As much of the text before (or after) an offset as the page holds, up to so many characters. */
function around(source, offset, many) {
  const part = data.texts[source].find(([first, text]) => first <= offset && offset <= first + length(text));
  if (!part) return "";
  const last = part[0] + length(part[1]);
  return many < 0
    ? cut(source, Math.max(part[0], offset + many), offset)
    : cut(source, offset, Math.min(last, offset + many));
}

function length(text) {
  return astral.test(text) ? Array.from(text).length : text.length;
}

/** The language in a name such as `flood.pt.txt`; empty where the name has none. */
function languageOf(source) {
  const found = /\.([a-z]{2})\.[^./]+$/.exec(data.sources[source]);
  return found ? found[1] : "";
}

/** The names of the groups for which a figure is there: all that stands behind `mark` in `correct/fr`. */
function groupsOf(name, mark) {
  const start = name + mark;
  return Object.keys(data.run.values).filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
}

/** What the case says of a share: true, false, or undefined where it does not apply. */
function passes(graded, share) {
  if (share === "") return !isFailed(graded);
  const index = data.shares.indexOf(share);
  return graded.held.includes(index) ? true : graded.lost.includes(index) ? false : undefined;
}

/** Wrong, or no answer at all; the figure `failed` counts the latter alone. */
function isFailed(graded) {
  return graded.outcome === "wrong" || graded.outcome === "error";
}
