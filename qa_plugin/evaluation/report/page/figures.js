// Numbers in words: values, differences, intervals; the cards and the table of all figures.

function written(value, unit) {
  if (value === undefined || value === null) return "–";
  if (unit === "share") return `${(100 * value).toFixed(1)} %`;
  if (unit === "ms") return value >= 10000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(value < 100 ? 1 : 0)} ms`;
  if (unit === "usd") return `$${value.toPrecision(3)}`;
  if (unit === "tokens") return Math.round(value).toLocaleString("en");
  return value.toFixed(3);
}

function writtenDifference(difference, unit) {
  const sign = difference > 0 ? "+" : difference < 0 ? "−" : "±";
  const size = Math.abs(difference);
  if (unit === "share") return `${sign}${(100 * size).toFixed(1)} points`;
  return sign + written(size, unit);
}

function writtenInterval(interval, unit) {
  if (!interval) return "";
  const [low, high] = interval;
  return unit === "share"
    ? `${(100 * low).toFixed(1)} – ${(100 * high).toFixed(1)} %`
    : `${written(low, unit)} – ${written(high, unit)}`;
}

/**
 * Better, worse or the same, as arrow and words; the colour only repeats it. What chance alone may have made is said:
 * where an interval of the difference holds zero, or, where only the figure's own is known, that one holds the other.
 */
function verdict(name, from, range) {
  const now = data.run.values[name];
  if (from === undefined || now === undefined) return null;
  const { unit, lower } = figures.get(baseOf(name));
  const difference = now - from;
  const visible = /[1-9]/.test(writtenDifference(difference, unit));
  const kind = !visible ? "same" : difference > 0 === !lower ? "better" : "worse";
  const arrow = !visible ? "=" : difference > 0 ? "▲" : "▼";
  const own = data.run.intervals[name];
  const within = range ? range[0] <= 0 && 0 <= range[1] : own && own[0] <= from && from <= own[1];
  const unclear = kind !== "same" && within;
  return el(
    "span",
    { class: `verdict ${unclear ? "same" : kind}` },
    el("span", { "aria-hidden": "true" }, `${arrow} `),
    kind === "same" ? "same" : `${writtenDifference(difference, unit)} ${kind}`,
    unclear ? el("span", { class: "quiet" }, ", may be chance") : null,
  );
}

function baseOf(name) {
  return name.split(/[/: ]/, 1)[0];
}

/** What the figures are held against: the baseline, else the other run. */
function reference() {
  if (data.baseline) return { name: "baseline", values: data.baseline, differences: {} };
  return other ? { name: "earlier run", values: other.values, differences: other.differences } : null;
}

function showHeadline() {
  section(
    "headline",
    `${data.cases.length} questions`,
    outcomeBar(),
    el("div", { class: "cards" }, data.headline.map(card)),
    el("details", { class: "all" }, el("summary", {}, "All figures"), figureTable()),
  );
}

const MEANINGS = { right: "", faulty: " right, with something wrong beside", wrong: "", error: "" };

/** How many cases came out how, as a bar of parts with their numbers beneath. */
function outcomeBar() {
  const counts = Object.keys(OUTCOMES).map((outcome) => [outcome, data.cases.filter((one) => one.outcome === outcome).length]);
  const bar = el("div", { class: "outcomes", "aria-hidden": "true" });
  const list = el("ul", { class: "outcome-counts" });
  for (const [outcome, count] of counts.filter(([, count]) => count)) {
    const part = el("span", { class: outcome });
    part.style.flexGrow = count;
    bar.append(part);
    list.append(el("li", {}, outcomeMark(outcome), " ", el("strong", {}, count), el("span", { class: "quiet" }, MEANINGS[outcome])));
  }
  return el("div", {}, bar, list);
}

function card([name, text]) {
  const figure = figures.get(name);
  const held = reference();
  const from = held?.values[figure.name];
  const interval = data.run.intervals[figure.name];
  return el(
    "article",
    { class: "card" },
    el("h3", {}, figure.name),
    el("p", { class: "value" }, written(data.run.values[figure.name], figure.unit)),
    interval && el("p", { class: "quiet" }, writtenInterval(interval, figure.unit)),
    el("p", { class: "meaning" }, text, figure.lower ? el("span", { class: "quiet" }, " (lower is better)") : null),
    from !== undefined && el("p", {}, verdict(name, from, held.differences[name])),
    from !== undefined && el("p", { class: "quiet" }, `${held.name} ${written(from, figure.unit)}`),
  );
}

function figureTable() {
  const held = reference();
  const columns = ["figure", "value", "95 % interval", "of", ...(held ? [held.name, "difference"] : [])];
  const table = el("table", { class: "figures" }, el("caption", {}, "All figures of the run"));
  table.append(el("thead", {}, el("tr", {}, columns.map((column) => el("th", { scope: "col" }, column)))));
  for (const group of new Set(data.figures.map((figure) => figure.group))) {
    const rows = data.figures.filter((figure) => figure.group === group && figure.name in data.run.values);
    if (!rows.length) continue;
    table.append(
      el(
        "tbody",
        {},
        el("tr", {}, el("th", { scope: "rowgroup", colspan: columns.length, class: "group" }, group)),
        rows.map((figure) => figureRow(figure, held)),
      ),
    );
  }
  return el("div", { class: "scrolling", tabindex: "0", role: "region", "aria-label": "All figures" }, table);
}

function figureRow(figure, held) {
  const { values, counts, intervals } = data.run;
  const from = held?.values[figure.name];
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, el("code", {}, figure.name), el("span", { class: "definition" }, `${figure.text.replaceAll("`", "")}${figure.lower ? " (lower is better)" : ""}: ${figure.formula.replaceAll("`", "")}`)),
    el("td", {}, written(values[figure.name], figure.unit)),
    el("td", {}, writtenInterval(intervals[figure.name], figure.unit) || "–"),
    el("td", {}, counts[figure.name] ?? "–"),
    held && el("td", {}, written(from, figure.unit)),
    held && el("td", {}, verdict(figure.name, from, held.differences[figure.name]) || "–"),
  );
}
