// Taking part in leagues, playing against one's own past, or neither: changed at any time.
import { freshId, h } from "../dom.js";
import { newEvent } from "../events.js";
import { say } from "../notices.js";
import { send } from "../outbox.js";
import { once } from "./frame.js";

const MODES = [
  ["on", "In a group of learners at my pace"],
  ["pastSelf", "With my own past weeks only"],
  ["off", "Not at all"],
];

/** `mode` is what holds now; `changed` is called after another was chosen. */
export function leagueChoice(mode, changed) {
  const group = freshId("league");
  const options = MODES.map(([value, words]) => option(group, value, words, value === mode));
  const element = h("fieldset", { class: "options plain" }, h("legend", { class: "unseen" }, "Leagues"), options);
  element.addEventListener("change", ({ target }) =>
    once(element, async () => {
      await send("/me/game/settings", newEvent({ league: target.value }));
      await changed();
      say("Leagues: changed.");
    }),
  );
  return element;
}

function option(name, value, words, checked) {
  const id = `${name}-${value}`;
  return h("div", { class: "option" }, h("input", { type: "radio", id, name, value, checked }), h("label", { for: id }, h("span", { class: "number", "aria-hidden": "true" }), words));
}
