// Texts of articles, questions and answers: in their own direction, with what cannot be seen made visible.

const HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\p{Cs}\u{e0000}-\u{e007f}]/gu;
const WORDS = { answered: "answered", conflicting: "conflicting", not_in_sources: "not in sources", error: "error" };
const OUTCOMES = {
  right: ["✓", "right"],
  faulty: ["◐", "flawed"],
  wrong: ["✗", "wrong"],
  error: ["!", "error"],
};

const languageNames = (() => {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" });
  } catch {
    return { of: (code) => code };
  }
})();

function languageName(code) {
  try {
    return plain(languageNames.of(code) || code);
  } catch {
    return plain(code);
  }
}

/** One line without characters that cannot be seen: for attributes and options. */
function plain(text) {
  return String(text).replace(HIDDEN, "").replace(/\s+/g, " ").trim();
}

/** Nodes for a text: hidden characters stand there by their number. */
function said(text) {
  const nodes = [];
  const whole = String(text).replace(/\r\n?/g, "\n");
  let last = 0;
  for (const found of whole.matchAll(HIDDEN)) {
    if (found.index > last) nodes.push(whole.slice(last, found.index));
    const code = `U+${found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    nodes.push(el("span", { class: "hidden-character", dir: "ltr", title: "a character that cannot be seen" }, code));
    last = found.index + found[0].length;
  }
  if (last < whole.length) nodes.push(whole.slice(last));
  return nodes;
}

/** An element that holds a text of somebody else. */
function quoted(name, language, text, attributes = {}) {
  const known = /^[a-z]{2,3}$/.test(language || "") && language !== "und" ? language : null;
  return el(name, { dir: "auto", lang: known, ...attributes }, typeof text === "string" ? said(text) : text);
}

function outcomeMark(outcome) {
  const [sign, word] = OUTCOMES[outcome];
  return el("span", { class: `outcome ${outcome}` }, el("span", { "aria-hidden": "true" }, sign), ` ${word}`);
}

/** The pieces of a text that marks cut it into: [{ text, names }]; spans are [start, end, name] within the text. */
function pieces(text, spans) {
  const letters = astral.test(text) ? Array.from(text) : text;
  const edges = new Set([0, letters.length]);
  const held = spans
    .map(([start, end, name]) => [Math.max(0, start), Math.min(letters.length, end), name])
    .filter(([start, end]) => start < end);
  for (const [start, end] of held) edges.add(start).add(end);
  const order = [...edges].sort((one, two) => one - two);
  return order.slice(1).map((end, place) => {
    const start = order[place];
    const part = letters.slice(start, end);
    const names = held.filter((span) => span[0] <= start && end <= span[1]).map((span) => span[2]);
    return { text: typeof part === "string" ? part : part.join(""), names: [...new Set(names)] };
  });
}
