// The heat map of languages, and the bars by type.

// Cividis: the same for all kinds of colour vision, and even in lightness.
const SCALE = [[0, 34, 78], [53, 69, 108], [102, 105, 112], [148, 142, 119], [200, 184, 102], [254, 232, 56]];

function colourAt(share) {
  const place = Math.min(Math.max(share, 0), 1) * (SCALE.length - 1);
  const low = Math.min(Math.floor(place), SCALE.length - 2);
  return SCALE[low].map((part, index) => Math.round(part + (place - low) * (SCALE[low + 1][index] - part)));
}

/** Black or white, whichever stands out more: at least 4.5 to 1 on every colour. */
function inkOn(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}

function showLanguages(state) {
  const names = data.figures.map((figure) => figure.name).filter((name) => groupsOf(name, " ").length);
  if (!names.length) return;
  const chosen = names.includes(state.heat) ? state.heat : names.includes("hit@1") ? "hit@1" : names[0];
  section(
    "languages",
    "From language to language",
    el("p", { class: "quiet" }, "A question in the language of the row, answered by an article in the language of the column. Choose a cell to see its cases."),
    choice("Figure", names, chosen, (heat) => change({ heat })),
    heatMap(chosen),
  );
}

function heatMap(name) {
  const pairs = groupsOf(name, " ").map((pair) => pair.split(">"));
  const inOrder = [...new Set([...data.cases.map((one) => one.language), ...pairs.flat()])];
  const rows = inOrder.filter((language) => pairs.some(([asked]) => asked === language));
  const columns = inOrder.filter((language) => pairs.some(([, held]) => held === language));
  const { unit, lower } = figures.get(name);
  const values = pairs.map((pair) => data.run.values[`${name} ${pair.join(">")}`]);
  const [low, high] = unit === "share" || unit === "ratio" ? [Math.min(0.5, ...values), 1] : [Math.min(...values), Math.max(...values)];
  const goodness = (value) => (lower ? high - value : value - low) / (high - low || 1);
  const table = el("table", { class: "heat" }, el("caption", {}, `${name}, question language (down) × article language (across)`));
  table.append(el("thead", {}, el("tr", {}, el("td", {}), columns.map((code) => languageHead(code, "col")))));
  const body = el("tbody");
  for (const asked of rows) {
    const cells = columns.map((held) => heatCell(name, asked, held, goodness));
    body.append(el("tr", {}, languageHead(asked, "row"), cells));
  }
  table.append(body);
  const ends = lower ? [high, low] : [low, high];
  return el(
    "div",
    {},
    el("div", { class: "scrolling", tabindex: "0", role: "region", "aria-label": "Heat map" }, table),
    scaleKey(ends.map((end) => written(end, unit))),
  );
}

function languageHead(code, scope) {
  return el("th", { scope }, el("span", { class: "long" }, languageName(code)), el("span", { class: "short" }, plain(code)));
}

function heatCell(name, asked, held, goodness) {
  const key = `${name} ${asked}>${held}`;
  const value = data.run.values[key];
  if (value === undefined) return el("td", { class: "empty" }, "–");
  const { unit } = figures.get(name);
  const colour = colourAt(goodness(value));
  const label = `${written(value, unit)}: ${data.run.counts[key]} of ${languageName(asked)} questions, ${languageName(held)} articles`;
  const button = el(
    "button",
    { type: "button", "aria-label": label, title: label, onclick: () => showCases({ language: asked, article: held }) },
    el("strong", {}, unit === "share" ? (100 * value).toFixed(0) : written(value, unit)),
    el("small", {}, data.run.counts[key]),
  );
  button.style.backgroundColor = `rgb(${colour.join(" ")})`;
  button.style.color = inkOn(colour);
  return el("td", {}, button);
}

function scaleKey([low, high]) {
  const bar = el("span", { class: "scale", "aria-hidden": "true" });
  bar.style.background = `linear-gradient(to right, ${SCALE.map((colour) => `rgb(${colour.join(" ")})`).join(", ")})`;
  return el("p", { class: "scale-key quiet" }, `${low} `, bar, ` ${high}; the small number counts.`);
}

const GROUPINGS = { type: [":", "type"], language: ["/", "question language"] };

function showTypes(state) {
  const names = data.figures.map((figure) => figure.name).filter((name) => groupsOf(name, ":").length);
  if (!names.length) return;
  const chosen = names.includes(state.bars) ? state.bars : names.includes("correct") ? "correct" : names[0];
  const by = state.by === "language" ? "language" : "type";
  section(
    "types",
    by === "type" ? "By type of question" : "By question language",
    el(
      "div",
      { class: "choices" },
      choice("Figure", names, chosen, (bars) => change({ bars })),
      choice("Groups", [["type", "types"], ["language", "question languages"]], by, (chosenBy) => change({ by: chosenBy })),
    ),
    barTable(chosen, by),
  );
}

function barTable(name, by) {
  const [mark, word] = GROUPINGS[by];
  const groups = groupsOf(name, mark);
  const { unit, lower } = figures.get(name);
  const held = reference();
  const value = (group) => data.run.values[name + mark + group];
  const most = unit === "share" || unit === "ratio" ? 1 : Math.max(...groups.map(value), ...groups.map((group) => held?.values[name + mark + group] ?? 0)) || 1;
  groups.sort((one, two) => (value(two) - value(one)) * (lower ? -1 : 1));
  const table = el("table", { class: "bars" }, el("caption", {}, `${name} by ${word}${lower ? ", lower is better" : ""}`));
  table.append(el("thead", { class: "unseen" }, el("tr", {}, [word, "bar", "value", "of"].map((head) => el("th", { scope: "col" }, head)))));
  const rows = groups.map((group) => {
    const key = name + mark + group;
    const show = () => showCases(by === "type" ? { type: group } : { language: group });
    const label = by === "type" ? plain(group) : languageName(group);
    const before = held?.values[key];
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, el("button", { type: "button", class: "plain", onclick: show, title: "see its cases" }, label)),
      el("td", { class: "bar" }, bar(value(group) / most, data.run.intervals[key]?.map((end) => end / most), before === undefined ? null : before / most)),
      el("td", { class: "number" }, written(value(group), unit)),
      el("td", { class: "number quiet" }, `n = ${data.run.counts[key] ?? "–"}`),
    );
  });
  table.append(el("tbody", {}, rows));
  const key = held && el("p", { class: "quiet" }, el("span", { class: "tick-sample", "aria-hidden": "true" }), ` marks the ${held.name}.`);
  return el("div", {}, table, key);
}

/** A bar with its interval as a whisker and the reference as a tick; the number stands beside it. */
function bar(share, interval, before) {
  const track = el("div", { class: "track", "aria-hidden": "true" });
  const place = (name, from, to) => {
    const part = el("span", { class: name });
    part.style.left = `${100 * from}%`;
    if (to !== undefined) part.style.width = `${100 * Math.max(to - from, 0)}%`;
    track.append(part);
  };
  place("fill", 0, share);
  if (interval) place("whisker", interval[0], interval[1]);
  if (before !== null) place("tick", before);
  return track;
}
