// What is said beside the lesson: problems (role=alert), news (role=status), and words only for screen readers.
import { freshId, h, icon } from "./dom.js";

const region = (id) => document.getElementById(id);

/** Say something to screen readers only. */
export function say(text) {
  region("live").textContent = "";
  requestAnimationFrame(() => {
    region("live").textContent = text;
  });
}

/** A problem, in words, until it is closed or solved. */
export function alarm(error) {
  const trace = error.status >= 500 && error.traceId ? ` (trace ${error.traceId})` : "";
  put("alerts", "alarm", h("p", {}, `${error.message}${trace}`), closer());
}

export function clearAlarms() {
  region("alerts").replaceChildren();
}

/** News, until it is closed. */
export function notify(text) {
  put("notices", "news", h("p", {}, text), closer());
}

export function clearNews() {
  for (const news of region("notices").querySelectorAll(".news")) news.remove();
}

/** No connection: says that it will be tried again. */
export function showWaiting(seconds) {
  const button = h("button", { type: "button", class: "quiet" }, "Try now");
  const words = h("p", {}, `No connection. What you did is kept on this device; will retry in ${seconds} s.`);
  const notice = put("notices", "waiting", icon("clock"), words, button);
  return {
    onNow: (act) => button.addEventListener("click", act, { once: true }),
    remove: () => notice.remove(),
  };
}

/** A state of the connection, in words, until it is over. Returns what takes it away. */
export function showState(text) {
  const notice = put("notices", "waiting", icon("clock"), h("p", {}, text));
  return () => notice.remove();
}

function put(where, kind, ...children) {
  const notice = h("div", { class: `notice ${kind}`, id: freshId("notice") }, ...children);
  region(where).append(notice);
  return notice;
}

function closer() {
  const close = (event) => event.currentTarget.closest(".notice").remove();
  return h("button", { type: "button", class: "round", "aria-label": "Close this message", onclick: close }, icon("cross"));
}
