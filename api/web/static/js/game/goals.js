// Goals: so much a day, a date with its honest forecast, and how to come back after a while.
import { api } from "../api.js";
import { h, noun, percent, plural, refill } from "../dom.js";
import { newEvent } from "../events.js";
import { notify } from "../notices.js";
import { send } from "../outbox.js";
import { bar, field, form, frame, panel, select } from "./frame.js";
import { amount, dayWords, shortDay, UNIT_NAMES } from "./words.js";

const MOST = { minutes: 600, items: 500, xp: 2000 };

export async function goalsView(root) {
  const [goals, plan] = await Promise.all([api.get("/me/goals"), api.get("/me/return-plan").catch(() => null)]);
  frame(root, "#/goals", "Goals");
  const body = h("div", { class: "stack" });
  root.append(body);
  const show = (told) => refill(body, parts(told, plan, show));
  show(goals);
}

function parts(goals, plan, show) {
  return [
    goals.rest ? h("p", { class: "panel rest" }, goals.rest.text) : null,
    plan?.active ? panel("Coming back", h("p", {}, plan.text)) : null,
    dailyPanel(goals, show),
    goals.dates.map(datePanel),
    goals.days.length ? panel("Your last days", h("ul", { class: "days", role: "list" }, goals.days.slice(0, 7).map(dayRow))) : null,
    goals.dates.length ? null : h("p", { class: "help" }, "A date to be ready by is set when you begin a track; its forecast stands here then."),
  ];
}

function dailyPanel({ daily, today, budgetMinutes }, show) {
  const unit = select([["", "No goal"], ...UNIT_NAMES], daily?.unit ?? "");
  const target = h("input", { type: "number", inputmode: "numeric", min: "1", step: "1", value: daily?.target ?? 15, required: true });
  const budget = select([["", "Never"], ...[15, 30, 45, 60, 90].map((n) => [String(n), plural(n, "minute")])], String(budgetMinutes ?? ""));
  const fit = () => {
    target.disabled = unit.value === "";
    target.max = MOST[unit.value] ?? 600;
  };
  unit.addEventListener("change", fit);
  fit();
  const save = async () => {
    const wanted = unit.value ? { unit: unit.value, target: Number(target.value) } : null;
    const told = await send("/me/goals", newEvent({ daily: wanted, budgetMinutes: budget.value ? Number(budget.value) : null }), "PUT");
    show(told);
    notify(wanted ? `Your goal from today on: ${amount(wanted.target, wanted.unit)} a day.` : "No goal from today on.");
  };
  return panel(
    "So much a day",
    daily ? todayBar(daily, today) : null,
    form({ class: "stack" }, save,
      h("div", { class: "goal-fields" }, field("Counted in", unit), field("A day", target)),
      field("Tell me that it is enough after", budget),
      h("button", { type: "submit", class: "primary wide" }, "Save")),
  );
}

function todayBar({ unit, target }, today) {
  const words = `${today[unit]} of ${amount(target, unit)} today`;
  return h("div", { class: "level-bar" }, h("p", {}, h("strong", {}, today.reached ? "Reached today" : "Today"), h("span", {}, words)), bar(today[unit], target, words));
}

function datePanel({ date, daysLeft, text, load }) {
  const figure = (name, value) => h("div", { class: "figure-card" }, h("dd", {}, value), h("dt", {}, name));
  const figures = load
    ? h("dl", { class: "figures" }, figure(noun(daysLeft, "day"), String(daysLeft)), figure(`${noun(load.minutesPerDay, "minute")} a day`, String(load.minutesPerDay)), figure("expected by then", percent(load.forecast.expected)))
    : null;
  return panel(`Ready by ${dayWords(date)}`, h("p", {}, text), figures, load ? range(load.forecast) : null, load?.instead ? insteadList(load.instead) : null);
}

function range({ low, high, unpractised }) {
  return h("p", { class: "help" }, `Likely between ${percent(low)} and ${percent(high)}; without practice ${percent(unpractised)}.`);
}

function insteadList({ minutesPerDay, days, nSkills }) {
  const ways = [
    minutesPerDay ? `${plural(minutesPerDay, "minute")} a day` : null,
    days ? `${plural(days, "day")} from today instead` : null,
    nSkills ? `the first ${plural(nSkills, "skill")} by that date` : null,
  ].filter(Boolean);
  return [h("p", {}, "What would fit:"), h("ul", { class: "reasons" }, ways.map((way) => h("li", {}, way)))];
}

function dayRow({ date, minutes, items, xp, reached }) {
  const done = `${plural(minutes, "minute")}, ${plural(items, "exercise")}, ${xp} XP`;
  return h("li", {}, h("strong", {}, shortDay(date)), h("span", {}, done), reached ? h("span", { class: "due" }, "goal reached") : null);
}
