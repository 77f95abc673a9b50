// Planned holidays: dates that the streak does not ask for.
import { h, plural, refill } from "../dom.js";
import { newEvent } from "../events.js";
import { send } from "../outbox.js";
import { field, form, once, panel } from "./frame.js";
import { dayWords } from "./words.js";

export function holidayPanel(holidays) {
  const body = h("div", { class: "stack" });
  const show = (told) => refill(body, parts(told, show));
  show(holidays);
  return panel("Holidays", body);
}

function parts({ items, daysLeft }, show) {
  return [
    items.length ? h("ul", { class: "days", role: "list" }, items.map((holiday) => row(holiday, show))) : h("p", {}, "No holidays planned. Your streak rests on them."),
    planning(show),
    h("p", { class: "help" }, `${plural(daysLeft, "day")} of this year can still be holidays.`),
  ];
}

function row({ id, first, last }, show) {
  const words = first === last ? dayWords(first) : `${dayWords(first)} to ${dayWords(last)}`;
  const cancel = () =>
    once(button, async () => show(await send(`/me/game/holidays/${encodeURIComponent(id)}/cancellation`, newEvent())));
  const button = h("button", { type: "button", class: "quiet", "aria-label": `Take back: ${words}`, onclick: cancel }, "Take back");
  return h("li", { class: "spread" }, h("strong", {}, words), button);
}

function planning(show) {
  const today = localDate();
  const first = h("input", { type: "date", min: today, required: true });
  const last = h("input", { type: "date", min: today, required: true });
  const plan = async () => show(await send("/me/game/holidays", newEvent({ first: first.value, last: last.value })));
  return form(
    { class: "stack" },
    plan,
    h("div", { class: "goal-fields" }, field("First day", first), field("Last day", last)),
    h("button", { type: "submit", class: "secondary wide" }, "Plan a holiday"),
  );
}

/** Today by this device's own calendar. */
function localDate() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
