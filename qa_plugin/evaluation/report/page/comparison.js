// Two runs side by side: the figures, and the questions that fell or rose.

function showComparison() {
  if (!other) return;
  const shares = [["", "right or wrong"], ...data.shares];
  const lists = el("div", { class: "columns" }, changeList("fell", "▼ Fell"), changeList("rose", "▲ Rose"));
  section(
    "comparison",
    "Against the earlier run",
    el("p", { class: "quiet" }, systemLine(other.system)),
    el("details", { class: "all" }, el("summary", {}, "Figures side by side"), sideBySide()),
    choice("Questions by", shares, data.shares.includes(state.share) ? state.share : "", (share) => change({ share })),
    lists,
  );
}

function sideBySide() {
  const names = data.figures.filter((figure) => figure.name in data.run.values && figure.name in other.values);
  const table = el("table", { class: "figures" }, el("caption", {}, "Figures of both runs"));
  table.append(el("thead", {}, el("tr", {}, ["figure", "this run", "earlier run", "difference", "95 % interval of the difference"].map((head) => el("th", { scope: "col" }, head)))));
  const lines = names.map(({ name, unit }) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, el("code", {}, name)),
      el("td", {}, written(data.run.values[name], unit)),
      el("td", {}, written(other.values[name], unit)),
      el("td", {}, verdict(name, other.values[name], other.differences[name])),
      el("td", {}, other.differences[name]?.map((end) => writtenDifference(end, unit)).join(" … ") ?? "–"),
    ));
  table.append(el("tbody", {}, lines));
  return el("div", { class: "scrolling", tabindex: "0", role: "region", "aria-label": "Figures of both runs" }, table);
}

function changeList(way, title) {
  const share = data.shares.includes(state.share) ? state.share : "";
  const found = data.cases.filter((one) => direction(one, share) === way);
  return el(
    "section",
    { class: `changes ${way}` },
    el("h3", {}, `${title}: ${found.length}`),
    found.length ? el("ul", {}, found.map((one) => el("li", {}, changedCase(one)))) : el("p", { class: "quiet" }, "None."),
  );
}

/** A question whose two answers stand beside each other once it is opened. */
function changedCase(one) {
  const place = el("div");
  const fill = () => place.childNodes.length || place.append(bothAnswers(one));
  return el("details", { ontoggle: fill, "data-id": one.id }, el("summary", {}, el("code", {}, plain(one.id)), " ", quoted("span", one.language, one.question)), place);
}

function bothAnswers(one) {
  const side = (graded, title) =>
    el("div", {}, answerBlock({ ...graded, gold: one.gold, near: [] }, title), graded.why.length ? el("ul", { class: "why" }, graded.why.map((line) => el("li", { dir: "auto" }, said(line)))) : null);
  return el(
    "div",
    {},
    el("p", {}, el("span", { class: "quiet" }, "gold: "), quoted("span", "", one.gold.answer || "unanswerable")),
    el("div", { class: "columns" }, side(one, "This run"), side(one.before, "Earlier run")),
    el("button", { type: "button", onclick: () => showCases({ find: one.id }) }, "The whole case"),
  );
}
