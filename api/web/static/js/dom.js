// Elements from data. Text always becomes text: nothing here reads markup.
const SVG = "http://www.w3.org/2000/svg";

/** h("button", {class: "go", type: "button", onclick: f}, "Go"); null and false children and attributes are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "data") Object.assign(element.dataset, value);
  else element.setAttribute(name, value === true ? "" : value);
}

/** A picture from the page's own set; it says nothing, so words must stand beside it. */
export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("viewBox", name === "pacer" ? "0 0 32 32" : "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Words for those who do not see. */
export function unseen(text) {
  return h("span", { class: "unseen" }, text);
}

let count = 0;

/** An id that no other element has. */
export function freshId(stem) {
  count += 1;
  return `${stem}-${count}`;
}

const CATEGORIES = new Intl.PluralRules("en");
const NUMBERS = new Intl.NumberFormat("en");

/** A number with its noun, by the plural categories of English. */
export function plural(n, one, many) {
  return `${NUMBERS.format(n)} ${noun(n, one, many)}`;
}

/** The noun alone, for a number that stands elsewhere. */
export function noun(n, one, many = `${one}s`) {
  return CATEGORIES.select(n) === "one" ? one : many;
}

export function percent(share) {
  return `${Math.round(share * 100)} %`;
}

/** Move the reading position to an element that is no control. */
export function focusOn(element) {
  element.setAttribute("tabindex", "-1");
  element.focus();
}

/** Put new content in place of the old without moving the reader: who stood on an element with an id stands there again. */
export function refill(place, ...children) {
  const held = place.contains(document.activeElement) ? document.activeElement.id : null;
  place.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (held === null) return;
  const again = held && document.getElementById(held);
  if (again) again.focus();
  else focusOn(place);
}
