// Ways to part from a friend: end it, block them, report them. They are told of none.
import { api } from "../api.js";
import { openSheet } from "../dialog.js";
import { freshId, h } from "../dom.js";
import { notify } from "../notices.js";
import { form, once } from "./frame.js";
import { nameOf } from "./words.js";

const REASONS = [
  ["unwelcome", "I want nothing from them"],
  ["name", "Their name"],
  ["other", "Something else"],
];

/** `opener` is the button that opened it; `group` shows the friends anew. */
export function partingSheet(friend, opener, group) {
  const path = `/me/friends/${encodeURIComponent(friend.id)}`;
  const name = nameOf(friend);
  openSheet(name, (close) => {
    const act = (task, words) => () => {
      close();
      return once(opener, async () => {
        await task();
        await group.again();
        notify(words);
      });
    };
    const reasons = reasonChoice();
    const report = act(() => api.post(`${path}/reports`, { reason: reasons.read() }), "Thank you. It was reported, and they are blocked.");
    return h(
      "div",
      { class: "why" },
      h("p", {}, "They are not told which of these you choose."),
      h("button", { type: "button", class: "secondary wide", onclick: act(() => api.remove(path), `You and ${name} are no longer friends.`) }, "End this friendship"),
      h("button", { type: "button", class: "secondary wide", onclick: act(() => api.post(`${path}/block`, {}), `${name} is blocked.`) }, "Block"),
      h("p", { class: "help" }, "After a block neither of you sees the other, and no code changes that until you unblock them."),
      form({ class: "stack" }, report, reasons.element, h("button", { type: "submit", class: "secondary wide" }, "Report and block")),
    );
  });
}

function reasonChoice() {
  const name = freshId("reason");
  const inputs = REASONS.map(([value], k) => h("input", { type: "radio", id: `${name}-${value}`, name, value, checked: k === 0 }));
  const options = REASONS.map(([value, words], k) =>
    h("div", { class: "option" }, inputs[k], h("label", { for: `${name}-${value}` }, h("span", { class: "number", "aria-hidden": "true" }), words)),
  );
  return {
    element: h("fieldset", { class: "options plain" }, h("legend", {}, "What is it about?"), options),
    read: () => inputs.find((input) => input.checked).value,
  };
}
