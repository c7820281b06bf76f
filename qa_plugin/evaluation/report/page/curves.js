// Latency, and what a threshold on the confidence would do: curves as inline SVG.

const MARGIN = { left: 46, right: 16, top: 14, bottom: 38 };
const HEIGHT = 280;
const DASHES = ["", "7 4", "2 4", "10 3 2 3"];

/** Axes with ticks; gives back the drawing and the two functions that place a value. */
function axes(width, label, { x, y }) {
  const right = width - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const across = (share) => MARGIN.left + share * (right - MARGIN.left);
  const up = (share) => bottom - share * (bottom - MARGIN.top);
  const drawing = svg("svg", { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": label });
  for (const [share, text] of y.ticks) {
    drawing.append(
      svg("line", { x1: MARGIN.left, x2: right, y1: up(share), y2: up(share), class: "grid" }),
      svg("text", { x: MARGIN.left - 6, y: up(share) + 4, "text-anchor": "end" }, text),
    );
  }
  for (const [share, text] of x.ticks) {
    drawing.append(
      svg("line", { x1: across(share), x2: across(share), y1: bottom, y2: bottom + 5, class: "axis" }),
      svg("text", { x: across(share), y: bottom + 18, "text-anchor": "middle" }, text),
    );
  }
  drawing.append(
    svg("line", { x1: MARGIN.left, x2: right, y1: bottom, y2: bottom, class: "axis" }),
    svg("text", { x: right, y: HEIGHT - 4, "text-anchor": "end", class: "axis-name" }, x.name),
  );
  return { drawing, across, up };
}

const SHARE_TICKS = [0, 0.25, 0.5, 0.75, 1].map((share) => [share, `${100 * share} %`]);

function path(points) {
  return points.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

/** The value that a share of the sorted values stays within, between two values in proportion: as the figures have it. */
function quantile(sorted, share) {
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (at - low);
}

function times(cases) {
  return cases.map((one) => one?.ms).filter((ms) => typeof ms === "number" && ms > 0).sort((one, two) => one - two);
}

function showLatency() {
  const now = times(data.cases);
  if (!now.length) return section("latency", "Time to an answer", el("p", {}, "No answer says how long it took."));
  const before = other ? times(other.cases) : [];
  const [half, most] = [quantile(now, 0.5), quantile(now, 0.95)];
  const label = `Share of ${now.length} answers given within a time: half within ${written(half, "ms")}, 95 of 100 within ${written(most, "ms")}`;
  const place = el("div", { class: "chart" });
  section("latency", "Time to an answer", el("p", { class: "quiet" }, `${label}.`), place, before.length ? lineKey(["this run", "earlier run"]) : null);
  return drawn(place, (width) => latencyChart(width, label, now, before));
}

function latencyChart(width, label, now, before) {
  const all = [...now, ...before];
  const least = Math.log10(Math.min(...all));
  const span = Math.log10(Math.max(...all)) - least || 1;
  const share = (ms) => (Math.log10(ms) - least) / span;
  const ticks = roundTimes(10 ** least, 10 ** (least + span), width < 480 ? 4 : 8).map((ms) => [share(ms), ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`]);
  const { drawing, across, up } = axes(width, label, { x: { ticks, name: "time, logarithmic" }, y: { ticks: SHARE_TICKS } });
  [now, before].forEach((sorted, index) => {
    const points = sorted.map((ms, place) => [across(share(ms)), up((place + 1) / sorted.length)]);
    if (points.length) drawing.append(svg("path", { d: path(points), class: `line line-${index}`, "stroke-dasharray": DASHES[index] }));
  });
  for (const [part, name] of [[0.5, "p50"], [0.95, "p95"]]) {
    const ms = quantile(now, part);
    const x = across(share(ms));
    const left = x > width / 2;
    drawing.append(
      svg("line", { x1: x, x2: x, y1: up(0), y2: up(part), class: "marker" }),
      svg("circle", { cx: x, cy: up(part), r: 4.5, class: "dot" }),
      svg("text", { x: left ? x - 8 : x + 8, y: up(part) + (left ? -7 : 18), "text-anchor": left ? "end" : "start", class: "mark-name" }, `${name} ${written(ms, "ms")}`),
    );
  }
  return drawing;
}

/** 1, 2 and 5 times the powers of ten between two times, thinned out to so many. */
function roundTimes(low, high, many) {
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const step of [1, 2, 5]) found.push(Number((step * 10 ** power).toPrecision(1)));
  }
  const inside = found.filter((ms) => low <= ms && ms <= high);
  const every = Math.ceil(inside.length / many);
  return inside.filter((_, index) => index % every === 0);
}

const CURVES = [
  ["right, of all that is answered", (at) => part(at.given.filter((one) => !isFailed(one)), at.given)],
  ["answerable, left unanswered", (at) => part(at.held.filter(isAnswerable), at.all.filter(isAnswerable))],
  ["unanswerable, left unanswered", (at) => part(at.held.filter((one) => !isAnswerable(one)), at.all.filter((one) => !isAnswerable(one)))],
  ["answerable, answered correctly", (at) => part(at.given.filter((one) => isAnswerable(one) && !isFailed(one)), at.all.filter(isAnswerable))],
];

function isAnswerable(one) {
  return one.type !== "unanswerable";
}

function part(some, all) {
  return all.length ? some.length / all.length : null;
}

function showConfidence() {
  const all = data.cases.filter((one) => one.outcome !== "error" && typeof one.confidence === "number");
  const title = "If only the confident answers were given";
  if (!all.length) return section("confidence", title, el("p", {}, "No answer gives its confidence."));
  const place = el("div", { class: "chart" });
  const label = "Answers below a threshold on the confidence are taken as not given; what is right and what is left unanswered, by threshold";
  section("confidence", title, el("p", { class: "quiet" }, `${label}.`), place, lineKey(CURVES.map(([name]) => name)));
  return drawn(place, (width) => confidenceChart(width, label, all));
}

function confidenceChart(width, label, all) {
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => [share, share.toFixed(1)]);
  const { drawing, across, up } = axes(width, label, { x: { ticks, name: "threshold on the confidence" }, y: { ticks: SHARE_TICKS } });
  const lines = CURVES.map(() => []);
  for (let step = 0; step <= 100; step += 1) {
    const given = all.filter((one) => one.status !== "not_in_sources" && one.confidence >= step / 100);
    const kept = new Set(given);
    const at = { all, given, held: all.filter((one) => !kept.has(one)) };
    CURVES.forEach(([, value], index) => {
      const share = value(at);
      if (share !== null) lines[index].push([across(step / 100), up(share)]);
    });
  }
  lines.forEach((points, index) => {
    if (points.length) drawing.append(svg("path", { d: path(points), class: `line line-${index}`, "stroke-dasharray": DASHES[index] }));
  });
  return drawing;
}

function lineKey(names) {
  return el(
    "ul",
    { class: "line-key" },
    names.map((name, index) =>
      el(
        "li",
        {},
        svg("svg", { width: 34, height: 10, "aria-hidden": "true" }, svg("path", { d: "M1 5H33", class: `line line-${index}`, "stroke-dasharray": DASHES[index] })),
        ` ${name}`,
      ),
    ),
  );
}
