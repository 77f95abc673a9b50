// Becoming friends: one's own code to show to one person, and the code that somebody showed.
import { api } from "../api.js";
import { h, refill } from "../dom.js";
import { notify } from "../notices.js";
import { plainInput } from "../exercises/typed.js";
import { field, form, once, panel } from "./frame.js";
import { dayWords } from "./words.js";

const GROUP = 4;

/** `added(friends)` is called with what a code brought. */
export function invitePanel(young, added) {
  return panel("Add a friend", entering(added), showing(), young ? h("p", { class: "help" }, "You are under 18, so each of you shows the other’s code.") : null);
}

/** A field for a code: browsers complete and correct nothing in it. */
export function codeInput() {
  return plainInput({ class: "code", autocapitalize: "characters", maxlength: "40", required: true });
}

function entering(added) {
  const code = codeInput();
  const send = async () => {
    const told = await api.post("/me/friends", { code: code.value });
    code.value = "";
    added(told);
  };
  return form({ class: "stack" }, send, field("The code of a friend", code), h("button", { type: "submit", class: "secondary wide" }, "Add"));
}

function showing() {
  const place = h("div", { class: "stack", role: "status" });
  const make = () => once(button, async () => refill(place, shown(await api.post("/me/friends/codes", {}))));
  const button = h("button", { type: "button", class: "secondary wide", onclick: make }, "Show my code");
  return h("div", { class: "stack" }, button, place);
}

function shown({ code, expiresAt }) {
  const parts = code.match(new RegExp(`.{1,${GROUP}}`, "g")).join("-");
  return [
    h("p", { class: "friend-code" }, h("span", { class: "unseen" }, "Your code: "), h("strong", { translate: "no" }, parts)),
    h("p", { class: "help" }, `It works once, until ${dayWords(expiresAt.slice(0, 10))}. A new code takes its place.`),
    h("div", { class: "pair-buttons" }, copying(parts), sharing(parts)),
  ];
}

function copying(code) {
  if (!navigator.clipboard) return null;
  const copy = () =>
    once(button, async () => {
      await navigator.clipboard.writeText(code).catch(() => {
        throw new Error("The browser did not let the code be copied. It can be selected and copied by hand.");
      });
      notify("Your code is copied.");
    });
  const button = h("button", { type: "button", class: "quiet", onclick: copy }, "Copy");
  return button;
}

function sharing(code) {
  if (!navigator.share) return null;
  const share = () => navigator.share({ text: `My code in Pacer: ${code}` }).catch(() => {}); // Nothing was chosen: nothing to do.
  return h("button", { type: "button", class: "quiet", onclick: share }, "Share");
}
