// What the views of the game have in common: a heading, the way between them, and a form that sends once at a time.
import { freshId, h, icon } from "../dom.js";
import { lastGame } from "../header.js";
import { alarm, clearAlarms } from "../notices.js";

const PLACES = [
  ["#/game", "Today", "flame"],
  ["#/badges", "Badges", "medal"],
  ["#/league", "League", "trophy"],
  ["#/friends", "Friends", "people"],
  ["#/goals", "Goals", "target"],
  ["#/shop", "Shop", "gem"],
  ["#/settings", "Settings", "gear"],
];

/** Heading and way; `here` is the address of the view. */
export function frame(root, here, title) {
  document.title = `${title} · Pacer`;
  const places = PLACES.filter(([address]) => address !== "#/league" || showsLeague()).map(([address, name, picture]) =>
    h("li", {}, h("a", { href: address, "aria-current": address === here ? "page" : null }, icon(picture), name)),
  );
  root.append(h("h1", {}, title), h("nav", { class: "places", "aria-label": "Your game" }, h("ul", { role: "list" }, places)));
}

/** Whoever is under 18 meets leagues only after switching them on. */
function showsLeague() {
  const settings = lastGame()?.game.settings;
  return !settings?.softened || settings.leagueNow !== "off";
}

/** A part of a view under a heading of its own. */
export function panel(title, ...children) {
  const id = freshId("part");
  return h("section", { class: "panel", "aria-labelledby": id }, h("h2", { id }, title), children);
}

/** Do it once at a time on this element; what goes wrong is said, and changes nothing. Returns whether it was done. */
export async function once(element, task) {
  if (element.hasAttribute("aria-busy")) return false;
  element.setAttribute("aria-busy", "true");
  clearAlarms();
  try {
    await task();
    return true;
  } catch (error) {
    alarm(error);
    return false;
  } finally {
    element.removeAttribute("aria-busy");
  }
}

/** A form that sends once at a time. */
export function form(attributes, task, ...children) {
  const submit = (event) => {
    event.preventDefault();
    once(element, task);
  };
  const element = h("form", { ...attributes, onsubmit: submit }, children);
  return element;
}

/** A label with its control below it. */
export function field(label, control) {
  const id = control.id || freshId("field");
  control.id = id;
  return h("div", { class: "field" }, h("label", { for: id }, label), control);
}

/** A drop-down: `choices` are [value, words]. */
export function select(choices, value, attributes = {}) {
  const options = choices.map(([one, words]) => h("option", { value: one, selected: one === value }, words));
  return h("select", attributes, options);
}

/** Something to switch on and off, with its words beside it. */
export function toggle(label, on, attributes = {}) {
  const box = h("input", { type: "checkbox", role: "switch", class: "switch", checked: on, ...attributes });
  return { box, element: h("label", { class: "switch-row" }, h("span", {}, label), box) };
}

/** A bar with its words; `words` say the same for those who do not see it. */
export function bar(value, max, words) {
  const element = h("progress", { max, "aria-label": words });
  element.value = Math.min(value, max);
  return element;
}
