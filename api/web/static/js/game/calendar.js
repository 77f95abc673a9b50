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
const LEGEND = [
  ["learned", "counted"],
  ["started", "practised"],
  ["frozen", "freeze"],
  ["free", "day off: holiday, outage or nothing due"],
  ["none", "not counted"],
];

/** `days` are whole weeks from a Monday on, up to today; `holidays` are planned ones. */
export function calendar(days, holidays) {
  const weeks = Array.from({ length: Math.ceil(days.length / 7) }, (_, k) => days.slice(7 * k, 7 * k + 7));
  const heads = WEEKDAYS.map((name) => h("th", { scope: "col", abbr: name }, h("span", { "aria-hidden": "true" }, name.slice(0, 1)), unseen(name)));
  const rows = weeks.map((week) => h("tr", {}, h("th", { scope: "row" }, unseen(`Week of ${dayWords(week[0].date)}`)), cells(week, holidays, days.at(-1))));
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

function cells(week, holidays, today) {
  const shown = week.map((day) => cell(day, holidays, day === today));
  return [...shown, ...Array.from({ length: 7 - week.length }, () => h("td", {}))];
}

function cell({ date, state }, holidays, isToday) {
  const kind = state === "free" && holidays.some(({ first, last }) => first <= date && date <= last) ? "holiday" : state;
  const words = `${dayWords(date)}: ${STATES[kind][1]}`;
  return h(
    "td",
    { class: `day ${kind}${isToday ? " is-today" : ""}`, data: { date, state } },
    mark(kind),
    h("span", { class: "day-of-month", "aria-hidden": "true" }, String(Number(date.slice(8)))),
    unseen(isToday ? `Today, ${words}` : words),
  );
}

function mark(state) {
  return h("span", { class: `sign ${state}`, "aria-hidden": "true" }, icon(STATES[state][0]));
}
