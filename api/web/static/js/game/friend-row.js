// A friend, the quest of the week with them, and the way to take its gems.
import { api } from "../api.js";
import { h, icon, plural, unseen } from "../dom.js";
import { showGame } from "../header.js";
import { notify } from "../notices.js";
import { bar, once } from "./frame.js";
import { partingSheet } from "./parting.js";
import { nameOf, person } from "./words.js";

export function friendRow(friend, group) {
  const { id, quest } = friend;
  const more = h("button", { type: "button", class: "round", id: `more-${id}`, "aria-label": `End, block or report: ${nameOf(friend)}` }, icon("more"));
  more.addEventListener("click", () => partingSheet(friend, more, group));
  return h(
    "li",
    { class: quest?.done ? "quest is-done" : "quest", data: { friend: id } },
    h("span", { class: "sign", "aria-hidden": "true" }, icon(quest?.done ? "check" : "people")),
    h("div", { class: "quest-words" }, h("strong", {}, person(friend), friend.onStreak ? onStreak() : null), quest ? together(friend, quest, group) : null),
    more,
  );
}

function onStreak() {
  return h("span", { class: "due with-flame" }, icon("flame"), "on a streak");
}

function together(friend, quest, group) {
  const { target, yours, theirs, done } = quest;
  const words = `${Math.min(yours + theirs, target)} of ${target}`;
  return [
    h("span", {}, quest.text),
    done ? null : bar(yours + theirs, target, `${quest.text} ${words}`),
    h("span", { class: "help meta" }, h("span", {}, `${done ? "Done" : words}: you ${yours}, they ${theirs}`), quest.rewarded || done ? null : gems(quest)),
    quest.rewarded ? h("span", { class: "help" }, "This week’s gems of a shared quest are yours.") : null,
    done && !quest.rewarded ? taking(friend, quest, group) : null,
  ];
}

function gems({ gems: n }) {
  return h("span", { class: "price" }, icon("gem"), h("span", { "aria-hidden": "true" }, `+${n}`), unseen(`brings ${plural(n, "gem")}`));
}

function taking(friend, quest, group) {
  const words = `Take ${plural(quest.gems, "gem")}`;
  const take = () =>
    once(button, async () => {
      group.show(await api.post(`/me/friends/${encodeURIComponent(friend.id)}/quest/reward`, {}));
      notify(`${plural(quest.gems, "gem")} for what you did together.`);
      showGame();
    });
  const button = h("button", { type: "button", class: "secondary", id: `take-${friend.id}`, "aria-label": `${words} of the quest with ${nameOf(friend)}`, onclick: take }, icon("gem"), words);
  return button;
}
