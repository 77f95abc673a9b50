// The streak's calendar: a table of weeks. What a day was is told by a shape and by words, not by colour alone.
import { h, icon, unseen } from "../dom.js";
import { dayWords, shortDay } from "./words.js";

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const STATES = {
  learned: ["check", "counted"],
  started: ["half", "practised, not counted"],
  frozen: ["snow", "covered by a freeze"],
  free: ["sun", "day off"],
  holiday: ["sun", "holiday"],
  none: ["dot", "not counted"],
};
const FREE = {
  freeze: "covered by a freeze",
  outage: "day off: Pacer could not be reached",
  holiday: "holiday",
  nothingDue: "day off: nothing was due",
  weekly: "day off of your week",
  softened: "day off",
};
const LEGEND = [
  ["learned", "counted"],
  ["started", "practised"],
  ["frozen", "freeze"],
  ["free", "day off"],
  ["none", "not counted"],
];

/** `days` are whole weeks from a Monday on, up to today. */
export function calendar(days) {
  const weeks = Array.from({ length: Math.ceil(days.length / 7) }, (_, k) => days.slice(7 * k, 7 * k + 7));
  const heads = WEEKDAYS.map((name) => h("th", { scope: "col", abbr: name }, h("span", { "aria-hidden": "true" }, name.slice(0, 1)), unseen(name)));
  const rows = weeks.map((week) => h("tr", {}, h("th", { scope: "row" }, unseen(`Week of ${dayWords(week[0].date)}`)), cells(week, days.at(-1))));
  return [
    h(
      "table",
      { class: "calendar" },
      h("caption", {}, `${shortDay(days[0].date)} to ${shortDay(days.at(-1).date)}`),
      h("thead", {}, h("tr", {}, h("td", {}), heads)),
      h("tbody", {}, rows),
    ),
    h("ul", { class: "key-list", role: "list", "aria-label": "Signs of the calendar" }, LEGEND.map(([state, words]) => h("li", {}, mark(state), words))),
  ];
}

function cells(week, today) {
  const shown = week.map((day) => cell(day, day === today));
  return [...shown, ...Array.from({ length: 7 - week.length }, () => h("td", {}))];
}

function cell({ date, state, free }, isToday) {
  const kind = kindOf(state, free);
  const was = state === "started" ? [STATES.started[1], FREE[free]].filter(Boolean).join("; ") : (FREE[free] ?? STATES[kind][1]);
  const words = `${dayWords(date)}: ${was}`;
  return h(
    "td",
    { class: `day ${kind}${isToday ? " is-today" : ""}`, data: { date, state } },
    mark(kind),
    h("span", { class: "day-of-month", "aria-hidden": "true" }, String(Number(date.slice(8)))),
    unseen(isToday ? `Today, ${words}` : words),
  );
}

/** What a day is shown as: one that asked for nothing is a day off, whatever the reason. */
function kindOf(state, free) {
  if (state === "free" && free === "holiday") return "holiday";
  return state === "none" && free ? "free" : state;
}

function mark(state) {
  return h("span", { class: `sign ${state}`, "aria-hidden": "true" }, icon(STATES[state][0]));
}
