// Reward moments on the page. Nothing waits for them: they may be closed, and go with what comes next.
import { h, icon } from "../dom.js";
import { rowsOf } from "./moments.js";

/** The moments of a lesson, under a heading; null if there are none. */
export function lessonMoments(moments) {
  return moments.length ? h("section", { class: "moments" }, h("h2", {}, "This lesson brought"), list(moments)) : null;
}

/** The moments of an answer, which may be closed; `goOn` gets the reader to what comes next. */
export function answerMoments(moments, goOn) {
  if (moments.length === 0) return null;
  const close = () => {
    section.remove();
    goOn();
  };
  const section = h(
    "section",
    { class: "moments closing", "aria-label": "What this brought", onkeydown: (event) => event.key === "Escape" && close() },
    list(moments),
    h("button", { type: "button", class: "round", "aria-label": "Close what this brought", onclick: close }, icon("cross")),
  );
  return section;
}

function list(moments) {
  return h("ul", { role: "list" }, rowsOf(moments).map(row));
}

function row({ picture, title, text }) {
  return h("li", { class: `moment ${picture}` }, icon(picture), h("div", {}, h("strong", {}, title), text ? h("span", {}, text) : null));
}
