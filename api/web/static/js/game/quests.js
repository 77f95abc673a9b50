// Quests of the day and the week: how far they are, and getting another in place of one.
import { h, icon, plural, unseen } from "../dom.js";
import { newEvent } from "../events.js";
import { say } from "../notices.js";
import { send } from "../outbox.js";
import { bar, once, panel } from "./frame.js";
import { dayWords } from "./words.js";

/** Both sheets; `changed(quests)` is called with what a replacement brings. */
export function questPanels(quests, changed) {
  const { day, week, replacementsLeft } = quests;
  const open = replacementsLeft > 0;
  return [
    panel(
      "Today’s quests",
      list(day, open ? (quest, button) => replace(quest, button, day, changed) : null),
      open && day.quests.some((quest) => !quest.done) ? h("p", { class: "help" }, "One of today’s can be replaced by another.") : null,
    ),
    week.quests.length ? panel("This week", list(week, null), h("p", { class: "help" }, `Until ${dayWords(week.ends)}.`)) : null,
  ];
}

function list(sheet, replaceIt) {
  if (sheet.quests.length === 0) return h("p", {}, "Your quests come with the first exercise of the day.");
  return h("ul", { class: "quests", role: "list" }, sheet.quests.map((quest) => row(quest, replaceIt)));
}

function row(quest, replaceIt) {
  const words = quest.done ? "Done" : `${quest.progress} of ${quest.target}`;
  const other = replaceIt && !quest.done
    ? h("button", { type: "button", class: "round", id: `replace-${quest.id}`, "aria-label": `Replace: ${quest.text}` }, icon("swap"))
    : null;
  other?.addEventListener("click", () => replaceIt(quest, other));
  return h(
    "li",
    { class: quest.done ? "quest is-done" : "quest", data: { quest: quest.id } },
    h("span", { class: "sign", "aria-hidden": "true" }, icon(quest.done ? "check" : "target")),
    h("div", { class: "quest-words" }, h("strong", {}, quest.text), quest.done ? null : bar(quest.progress, quest.target, `${quest.text} ${words}`), h("span", { class: "help meta" }, words, gems(quest))),
    other,
  );
}

function gems(quest) {
  const words = `${quest.done ? "brought" : "brings"} ${plural(quest.gems, "gem")}`;
  return h("span", { class: "price" }, icon("gem"), h("span", { "aria-hidden": "true" }, `+${quest.gems}`), unseen(words));
}

function replace(quest, button, sheet, changed) {
  const known = new Set(sheet.quests.map((one) => one.id));
  return once(button, async () => {
    const told = await send(`/me/quests/${encodeURIComponent(quest.id)}/replacement`, newEvent());
    changed(told);
    const fresh = told.day.quests.find((one) => !known.has(one.id));
    if (fresh) say(`New quest: ${fresh.text}`);
  });
}
