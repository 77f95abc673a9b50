// A track before it is begun: what it holds, and a goal for those who want one.
import { api } from "./api.js";
import { h, plural } from "./dom.js";
import { newEvent } from "./events.js";
import { beginLesson } from "./lesson.js";
import { alarm, clearAlarms, notify } from "./notices.js";
import { send } from "./outbox.js";

export async function trackView(root, id) {
  const track = await api.get(`/tracks/${encodeURIComponent(id)}`);
  document.title = `${track.title} · Pacer`;
  const minutes = h("select", { id: "minutes" }, ["", 5, 10, 15, 20, 30].map((n) => h("option", { value: n }, n === "" ? "No goal" : plural(n, "minute"))));
  const date = h("input", { id: "date", type: "date", min: today() });
  const form = h(
    "form",
    { class: "panel goal", onsubmit: (event) => start(event, form, track, goal(minutes, date)) },
    h("h2", {}, "Your goal ", h("span", { class: "optional" }, "(optional)")),
    h("div", { class: "goal-fields" },
      h("div", { class: "field" }, h("label", { for: "minutes" }, "Minutes a day"), minutes),
      h("div", { class: "field" }, h("label", { for: "date" }, "Ready by"), date)),
    h("div", { class: "bar-bottom" }, h("button", { type: "submit", class: "primary wide" }, "Start learning")),
  );
  root.append(
    h("h1", {}, track.title),
    h("p", { class: "lead" }, track.description.trim()),
    form,
    outline(track),
  );
}

function today() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

function goal(minutes, date) {
  return {
    ...(minutes.value ? { minutesPerDay: Number(minutes.value) } : {}),
    ...(date.value ? { date: date.value } : {}),
  };
}

async function start(event, form, track, wanted) {
  event.preventDefault();
  if (form.hasAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  clearAlarms();
  try {
    const fields = Object.keys(wanted).length ? { goal: wanted } : {};
    const enrolment = await send(`/tracks/${encodeURIComponent(track.id)}/enrolments`, newEvent(fields));
    await beginLesson(enrolment.id);
    if (fields.goal) addEventListener("hashchange", () => notify(enrolment.feasibility.advice), { once: true });
  } catch (error) {
    alarm(error);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function outline(track) {
  const titles = new Map(track.skills.map((skill) => [skill.id, skill.title]));
  const units = track.units.map((unit) =>
    h("li", {}, h("strong", {}, unit.title), h("span", {}, preview(unit.skills.map((skill) => titles.get(skill))))),
  );
  return h("section", { class: "panel" }, h("h2", {}, `${plural(track.nSkills, "skill")} in ${plural(track.units.length, "unit")}`), h("ol", { class: "outline", role: "list" }, units));
}

const SHOWN = 6;

function preview(titles) {
  const rest = titles.length - SHOWN;
  return rest > 1 ? `${titles.slice(0, SHOWN).join(", ")} and ${rest} more` : titles.join(", ");
}
