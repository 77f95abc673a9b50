// What the learner is told, where and when. All of it is off until it is switched on.
import { api } from "../api.js";
import { h } from "../dom.js";
import { notify } from "../notices.js";
import { field, form, panel, select, toggle } from "./frame.js";
import { pushDevices } from "./push.js";

const KINDS = [
  ["reminder", "A reminder a day after the last practice"],
  ["reviewDue", "When much is worth a review"],
  ["leagueClosing", "Before the week’s league closes"],
  ["friendQuest", "News of quests shared with friends"],
  ["weeklySummary", "A summary of the week, on Mondays"],
];

export function notificationPanel(told) {
  const { choices, channels, forcedQuietHours } = told;
  const push = switches("On my devices", choices.push);
  const email = channels.email ? switches("By e-mail", choices.email) : null;
  const starts = h("input", { type: "time", value: choices.quietHours.starts, required: true });
  const ends = h("input", { type: "time", value: choices.quietHours.ends, required: true });
  const most = select([1, 2, 3].map((n) => [String(n), String(n)]), String(choices.maxPerDay));
  const save = async () => {
    await api.put("/me/notifications", {
      ...choices,
      push: push.read(),
      email: email ? email.read() : choices.email,
      quietHours: { starts: starts.value, ends: ends.value },
      maxPerDay: Number(most.value),
    });
    notify("Saved: what you are told, and when.");
  };
  return panel(
    "What you are told",
    form(
      { class: "stack" },
      save,
      push.element,
      email?.element,
      h("div", { class: "goal-fields" }, field("Quiet from", starts), field("Quiet until", ends)),
      forcedQuietHours ? h("p", { class: "help" }, `From ${forcedQuietHours.starts} to ${forcedQuietHours.ends} it is quiet in any case.`) : null,
      field("A day at most", most),
      h("button", { type: "submit", class: "secondary wide" }, "Save what I am told"),
    ),
    Object.values(channels).some(Boolean) ? pushDevices(channels.webPushKey) : h("p", { class: "help" }, "This service sends no messages at present. What you choose is kept."),
  );
}

function switches(title, chosen) {
  const found = KINDS.map(([kind, words]) => ({ kind, ...toggle(words, chosen[kind]) }));
  return {
    element: h("fieldset", { class: "plain" }, h("legend", {}, title), found.map((one) => one.element)),
    read: () => Object.fromEntries(found.map(({ kind, box }) => [kind, box.checked])),
  };
}
