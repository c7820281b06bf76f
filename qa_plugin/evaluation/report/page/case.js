// One case, opened: what was asked, answered and expected, what was retrieved, and what is wrong with it.

const CONTEXT = 140;
const MARKS = { gold: "gold quote", cited: "cited quote", best: "best sentence" };

function caseDetail(one) {
  return el(
    "div",
    { class: "detail" },
    one.why.length ? whyBox(one.why) : null,
    el("div", { class: "columns" }, answerBlock(one, one.before ? "This run" : "Answer"), one.before ? earlierBlock(one) : null, goldBlock(one)),
    retrievedBlock(one),
    marksBlock(one),
  );
}

function whyBox(why) {
  return el("div", { class: "why" }, el("h3", {}, "What is wrong"), el("ul", {}, why.map((line) => el("li", { dir: "auto" }, said(line)))));
}

function answerBlock(graded, title) {
  const facts = [WORDS[graded.status] || plain(graded.status || "no status")];
  if (typeof graded.confidence === "number") facts.push(`confidence ${graded.confidence.toFixed(2)}`);
  if (typeof graded.ms === "number") facts.push(written(graded.ms, "ms"));
  if (graded.usage?.cost_usd) facts.push(written(graded.usage.cost_usd, "usd"));
  return el(
    "section",
    { class: "block" },
    el("h3", {}, title, " ", outcomeMark(graded.outcome)),
    quoted("p", "", graded.text || "(nothing)", { class: "answer" }),
    el("p", { class: "quiet" }, facts.join(" · ")),
    graded.error ? quoted("p", "", `${graded.error.kind}: ${graded.error.message}`, { class: "fault" }) : null,
    quotes("Quotes", graded.citations, graded.gold),
    positions(graded.conflicts),
    lines("Former values", graded.history, (line) => [line.statement, line.published].filter(Boolean).join(", ")),
    lines("Dropped", graded.dropped, (line) => `${line.text}: ${line.reason}`),
    lines("Warnings", graded.warnings, String),
    graded.near?.length ? el("details", {}, el("summary", {}, `${graded.near.length} nearest passages`), quotes("", graded.near, graded.gold)) : null,
  );
}

/** The answer of the other run; where it is the same, only that. */
function earlierBlock(one) {
  const same = sameAnswer(one, one.before);
  const block = answerBlock({ ...one.before, gold: one.gold }, "Earlier run");
  if (same) block.replaceChildren(block.firstChild, el("p", {}, "The same answer with the same quotes."));
  return block;
}

function sameAnswer(one, two) {
  const quotesOf = (graded) => graded.citations.map((citation) => [citation.source, citation.start, citation.end]).join();
  return one.text === two.text && one.status === two.status && quotesOf(one) === quotesOf(two);
}

function lines(title, items, text) {
  if (!items?.length) return null;
  return [el("h4", {}, title), el("ul", {}, items.map((item) => quoted("li", "", text(item))))];
}

function positions(conflicts) {
  return lines("Positions", conflicts?.flatMap((conflict) => conflict.positions), (position) =>
    `${position.statement} ${position.citations.map((id) => `[${id}]`).join("")}`);
}

function quotes(title, citations, gold) {
  if (!citations.length) return null;
  return [title ? el("h4", {}, title) : null, citations.map((citation) => quote(citation, gold))];
}

/** A cited quote in its own script, with what stands around it in the file. */
function quote(citation, gold) {
  const { source, start, end } = citation;
  const tags = [gold.sources.includes(source) ? ["gold", "gold file"] : null, citation.exact ? null : ["bad", "✗ not what the file says there"]];
  const facts = [citation.published, citation.copies?.length ? `copies: ${citation.copies.length}` : null].filter(Boolean);
  return el(
    "figure",
    { class: "quote" },
    quoted("blockquote", citation.language, [
      el("span", { class: "around" }, said(citation.exact ? `… ${around(source, start, -CONTEXT)}` : "")),
      el("mark", { class: "cited", title: MARKS.cited }, said(citation.quote)),
      el("span", { class: "around" }, said(citation.exact ? `${around(source, end, CONTEXT)} …` : "")),
    ]),
    el("figcaption", {}, `[${citation.id ?? "–"}] `, sourceName(source), ` ${start}–${end} `, tagList(tags), facts.length ? el("span", { class: "quiet whole", dir: "auto" }, ` ${plain(facts.join(" · "))}`) : null),
  );
}

function sourceName(source) {
  return el("code", { dir: "auto", class: "source" }, said(data.sources[source]));
}

function tagList(tags) {
  return tags.filter(Boolean).map(([kind, text]) => el("span", { class: `tag ${kind}` }, text));
}

function goldBlock(one) {
  const { gold } = one;
  const forms = gold.accept.filter((form) => form !== gold.answer);
  return el(
    "section",
    { class: "block gold-block" },
    el("h3", {}, "Gold"),
    one.type === "unanswerable" ? el("p", { class: "answer" }, "unanswerable: the sources do not say it") : quoted("p", "", gold.answer || "–", { class: "answer" }),
    forms.length ? el("p", {}, el("span", { class: "quiet" }, "accepted too: "), forms.map((form) => [quoted("span", "", form, { class: "form" }), " "])) : null,
    gold.value === null ? null : el("p", { class: "quiet" }, `value ${gold.value}`),
    gold.conflict ? el("p", {}, "The sources disagree.") : null,
    gold.sources.length ? [el("h4", {}, "Gold files"), el("ul", {}, gold.sources.map((source) => el("li", {}, sourceName(source))))] : null,
    gold.quotes.length ? [el("h4", {}, "Gold quotes"), gold.quotes.map(goldQuote)] : null,
    gold.notes ? [el("h4", {}, "Notes"), quoted("p", "", gold.notes)] : null,
    lines("More", Object.entries(one.extra), ([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`),
  );
}

function goldQuote(held) {
  return el(
    "figure",
    { class: "quote" },
    quoted("blockquote", languageOf(held.source), [el("mark", { class: "gold", title: MARKS.gold }, said(held.quote))]),
    el("figcaption", {}, sourceName(held.source), held.start < 0 ? tagList([["bad", "✗ not in the file"]]) : null),
  );
}

function retrievedBlock(one) {
  if (!one.retrieved.length) return null;
  const legend = el("p", { class: "quiet legend" }, "Marked: ", Object.entries(MARKS).map(([name, text]) => [el("mark", { class: name }, text), " "]));
  return el(
    "section",
    { class: "retrieved" },
    el("h3", {}, `${one.retrieved.length} passages retrieved`, el("span", { class: "quiet" }, one.gold.sources.length ? one.rank ? `; of the different files, number ${one.rank} is the first gold one` : "; none is from a gold file" : "")),
    legend,
    el("ol", {}, one.retrieved.map((row) => passage(one, row))),
  );
}

function passage(one, row) {
  const [source, start, end, first, last, score, used] = row;
  const spans = [
    ...one.gold.quotes.filter((held) => held.source === source && held.start >= 0).map((held) => [held.start, held.end, "gold"]),
    ...one.citations.filter((held) => held.source === source && held.exact).map((held) => [held.start, held.end, "cited"]),
    [first, last, "best"],
  ].filter(([from, to]) => from < end && start < to);
  const has = (name) => spans.some((span) => span[2] === name);
  const gold = one.gold.sources.includes(source);
  const tags = [gold && ["gold", "gold file"], has("gold") && ["gold", "gold quote"], has("cited") && ["cited", "cited"], used && ["", "used"]];
  const body = el("div", { class: "passage-text" });
  const details = el(
    "details",
    { class: gold ? "passage hit" : "passage", ontoggle: () => body.childNodes.length || body.append(passageText(source, start, end, spans)) },
    el("summary", {}, sourceName(source), " ", tagList(tags), el("span", { class: "quiet score" }, ` ${score}`), preview(source, first, last)),
    body,
  );
  return el("li", {}, details);
}

function preview(source, first, last) {
  const text = cut(source, first, last);
  return text ? quoted("span", languageOf(source), plain(text), { class: "preview" }) : null;
}

function passageText(source, start, end, spans) {
  const text = cut(source, start, end);
  if (text === null) return el("p", { class: "fault" }, "The text of this file is not there.");
  const within = spans.map(([from, to, name]) => [from - start, to - start, name]);
  const nodes = pieces(text, within).map((piece) =>
    piece.names.length ? el("mark", { class: piece.names.join(" "), title: piece.names.map((name) => MARKS[name]).join(", ") }, said(piece.text)) : said(piece.text));
  return quoted("p", languageOf(source), nodes);
}

function marksBlock(one) {
  const part = (indices, kind, sign) => indices.map((index) => el("span", { class: `tag ${kind}` }, `${sign} ${data.shares[index]}`));
  return el("p", { class: "marks" }, el("span", { class: "quiet" }, "Figures: "), part(one.lost, "bad", "✗"), part(one.held, "good", "✓"));
}
