// What a learner knows, skill by skill: a bar for what is most likely, a lighter one for how sure that is.
import { api } from "./api.js";
import { h, icon, percent, plural } from "./dom.js";
import { beginLesson } from "./lesson.js";
import { alarm } from "./notices.js";

export async function progressView(root, enrolmentId) {
  const page = await api.get(`/me/progress?enrolmentId=${encodeURIComponent(enrolmentId)}`);
  const [progress] = page.items;
  const track = await api.get(`/tracks/${encodeURIComponent(progress.trackId)}`);
  document.title = `Progress in ${track.title} · Pacer`;
  const practised = progress.skills.filter((skill) => skill.practised > 0);
  const others = progress.skills.filter((skill) => skill.practised === 0);
  const begin = () => beginLesson(enrolmentId).catch(alarm);
  root.append(
    h("h1", {}, track.title),
    overall(progress),
    practised.length ? chart("Practised", practised) : h("p", { class: "panel" }, "Nothing practised yet. Play a lesson, and what you know shows up here."),
    others.length ? later(others) : "",
    h("button", { type: "button", class: "primary wide", onclick: begin }, "Start lesson"),
  );
}

function overall(progress) {
  const days = Math.round(progress.horizonDays);
  const figure = (name, value) => h("div", { class: "figure-card" }, h("dd", {}, value), h("dt", {}, name));
  return h(
    "dl",
    { class: "figures" },
    figure("known now", percent(progress.mean)),
    figure(`in ${plural(days, "day")} without practice`, percent(progress.forecast)),
    figure("to review", plural(progress.nDue, "skill")),
  );
}

function chart(title, skills) {
  return h(
    "section",
    { class: "panel" },
    h("h2", {}, title),
    h("p", { class: "help legend", "aria-hidden": "true" }, h("span", { class: "key mean" }), "most likely", h("span", { class: "key range" }), "likely range"),
    h("ul", { class: "chart", role: "list" }, skills.map(bar)),
  );
}

function bar(skill) {
  const graphic = h("span", { class: "interval", "aria-hidden": "true" }, h("span", { class: "range" }), h("span", { class: "mean" }));
  for (const name of ["mean", "low", "high"]) graphic.style.setProperty(`--${name}`, String(skill[name]));
  const range = `${Math.round(skill.low * 100)} to ${percent(skill.high)}`;
  return h(
    "li",
    {},
    h("span", { class: "skill-name" }, skill.title, skill.due ? h("span", { class: "due" }, "review") : null),
    h("span", { class: "figure" }, percent(skill.mean)),
    graphic,
    h("span", { class: "help" }, `${plural(skill.practised, "exercise")}, likely range ${range}`),
  );
}

function later(skills) {
  return h(
    "details",
    { class: "panel" },
    h("summary", {}, `Not practised yet: ${plural(skills.length, "skill")}`, icon("down")),
    h("ul", { class: "tags", role: "list" }, skills.map((skill) => h("li", {}, skill.title))),
  );
}
