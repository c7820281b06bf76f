// Elements. Whatever becomes text goes through text nodes; nothing here parses markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (`on…` are listeners, false and null are left out) and children. */
function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function section(id, title, ...children) {
  const place = document.getElementById(id);
  place.hidden = false;
  place.replaceChildren(el("h2", { id: `${id}-title` }, title), ...children.filter(Boolean));
  return place;
}

let fields = 0;

/** A field with its label above it. */
function labelled(label, field, kind = "") {
  field.id = `field-${(fields += 1)}`;
  return el("div", { class: `choice ${kind}` }, el("label", { for: field.id }, label), field);
}

/** A labelled choice; options are values or pairs of value and label. */
function choice(label, options, chosen, onChoice) {
  const select = el("select", { onchange: () => onChoice(select.value) });
  for (const option of options) {
    const [value, text] = Array.isArray(option) ? option : [option, option];
    select.append(el("option", { value, selected: value === chosen }, plain(text)));
  }
  return labelled(label, select);
}

/** Draw now, and again when the width of the place changes: letters keep their size that way. */
function drawn(place, draw) {
  let width = 0;
  const redraw = () => {
    const now = Math.round(place.clientWidth);
    if (now && now !== width) place.replaceChildren(draw((width = now)));
  };
  new ResizeObserver(redraw).observe(place);
  redraw();
  return place;
}
