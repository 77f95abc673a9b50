// The first thing a person sees: what was begun, and what can be begun.
import { api } from "./api.js";
import { h, icon, percent, plural } from "./dom.js";
import { allQuests } from "./game/moments.js";
import { beginLesson } from "./lesson.js";
import { alarm } from "./notices.js";
import { read } from "./storage.js";
import { levelBar } from "./summary.js";

const GLYPHS = { "arithmetic-to-algebra": "x²", "first-spanish": "ñ", "python-from-zero": "{ }" };

export async function homeView(root) {
  document.title = "Pacer";
  const [tracks, progress, game] = await Promise.all([api.get("/tracks"), api.get("/me/progress"), api.get("/me/game")]);
  const begun = latestByTrack(progress.items);
  const known = new Map(tracks.items.map((track, k) => [track.id, { ...track, hue: k % 4 }]));
  const fresh = [...known.values()].filter((track) => !begun.has(track.id));
  root.append(
    h("div", { class: "hello" }, h("h1", {}, begun.size ? "Welcome back" : "What would you like to learn?"), h("p", { class: "lead" }, lead(begun.size))),
    begun.size ? levelBar(game.level) : "",
    begun.size ? gameCard(game) : "",
    ...[...begun.values()].filter((one) => known.has(one.trackId)).map((one) => begunCard(one, known.get(one.trackId))),
    begun.size && fresh.length ? h("h2", { class: "between" }, "Learn something new") : "",
    ...fresh.map(freshCard),
  );
}

function gameCard(game) {
  const quests = allQuests(game);
  const done = quests.filter((quest) => quest.done).length;
  const words = quests.length ? `${done} of ${plural(quests.length, "quest")} done, ${plural(game.streak.days, "day")} of learning` : "Quests, streak, badges";
  return h(
    "a",
    { class: "game-card", href: "#/game" },
    icon("target"),
    h("span", { class: "quest-words" }, h("strong", {}, "Your game"), h("span", { class: "help" }, words)),
    icon("next"),
  );
}

function lead(begun) {
  return begun
    ? "Ten exercises make a lesson. Each is chosen for what you need now."
    : "Every exercise is chosen for you, by a tutor that learned to teach. No sign-up: you start as a guest on this device.";
}

function latestByTrack(items) {
  const found = new Map();
  for (const item of items) if (!found.has(item.trackId)) found.set(item.trackId, item);
  return found;
}

export function cover(track) {
  return h("div", { class: `cover hue-${track.hue ?? 0}`, "aria-hidden": "true" }, GLYPHS[track.id] ?? track.title.slice(0, 1));
}

function freshCard(track) {
  return h(
    "article",
    { class: "track-card", data: { track: track.id } },
    cover(track),
    h(
      "div",
      { class: "track-words" },
      h("h2", {}, h("a", { class: "stretched", href: `#/track/${track.id}` }, track.title)),
      h("p", {}, track.description.trim()),
      h("p", { class: "facts" }, plural(track.nSkills, "skill"), icon("next")),
    ),
  );
}

function begunCard(progress, track) {
  const open = read("lesson");
  const resume = open?.enrolmentId === progress.enrolmentId ? open.id : null;
  const begin = () => (resume ? location.assign(`#/lesson/${resume}`) : beginLesson(progress.enrolmentId).catch(alarm));
  const bar = h("progress", { max: "1", "aria-label": `Known of ${track.title}` });
  bar.value = progress.mean;
  const due = progress.nDue ? `, ${plural(progress.nDue, "skill")} to review` : "";
  return h(
    "article",
    { class: "begun-card", data: { track: track.id } },
    h("div", { class: "begun-top" }, cover(track), h("div", {}, h("h2", {}, track.title), h("p", { class: "facts" }, `${percent(progress.mean)} known${due}`))),
    bar,
    h("div", { class: "pair-buttons" },
      h("button", { type: "button", class: "primary", onclick: begin }, resume ? "Resume lesson" : "Start lesson"),
      h("a", { class: "secondary", href: `#/progress/${progress.enrolmentId}`, "aria-label": `Progress in ${track.title}` }, icon("chart"), "Progress")),
  );
}
