// The end of a lesson: what was done, what it brought, and what comes next.
import { h, icon, percent, plural, unseen } from "./dom.js";
import { lessonMoments } from "./game/moment-list.js";

/** `told` is the lesson, `end` what it brought: {game, moments, rest}; `again` begins another lesson. */
export function summary(told, { game, moments, rest }, enrolmentId, again) {
  const share = told.answered ? told.correct / told.answered : 0;
  return [
    h("div", { class: "cheer", "aria-hidden": "true" }, icon("pacer", "cheer-mark"), sparks()),
    h("h1", { class: "centre" }, headline(told.answered, share)),
    h(
      "dl",
      { class: "figures" },
      figure("XP earned", `+${told.xp}`, "bolt"),
      figure("Right", told.answered ? `${told.correct} of ${told.answered}` : "0", "check"),
      game ? figure("Streak", plural(game.streak.days, "day"), "flame") : null,
    ),
    lessonMoments(moments),
    game ? levelBar(game.level) : null,
    rest ? h("p", { class: "panel rest" }, rest.text) : null,
    told.skills.length ? practised(told.skills) : null,
    h("button", { type: "button", class: `${rest ? "secondary" : "primary"} wide`, onclick: again }, "Another lesson"),
    h("a", { class: "secondary wide", href: `#/progress/${enrolmentId}` }, "See what I know"),
    h("a", { class: "quiet wide", href: "#/" }, "Home"),
  ].filter(Boolean);
}

function headline(answered, share) {
  if (answered === 0) return "Nothing answered this time";
  if (share === 1) return "Everything right!";
  return share >= 0.6 ? "Lesson done!" : "Lesson done: that was hard work";
}

function figure(name, value, picture) {
  return h("div", { class: `figure-card ${picture}` }, icon(picture), h("dd", {}, value), h("dt", {}, name));
}

/** The level as a bar, with words beside it. */
export function levelBar({ level, xpInLevel, xpToNext }) {
  const bar = h("progress", { max: xpInLevel + xpToNext, "aria-label": `Level ${level}` });
  bar.value = xpInLevel;
  const words = h("p", {}, h("strong", {}, `Level ${level}`), h("span", {}, `${xpToNext} XP to level ${level + 1}`));
  return h("div", { class: "level-bar" }, words, bar, unseen(percent(xpInLevel / (xpInLevel + xpToNext))));
}

function practised(skills) {
  const items = skills.map((skill) => h("li", {}, skill.title));
  return h("section", { class: "panel" }, h("h2", {}, "You practised"), h("ul", { class: "tags", role: "list" }, items));
}

function sparks() {
  return Array.from({ length: 14 }, (_, k) => {
    const spark = h("span", { class: `spark hue-${k % 4}` });
    spark.style.setProperty("--turn", `${(k * 360) / 14}deg`);
    spark.style.setProperty("--far", `${3.2 + (k % 3)}rem`);
    return spark;
  });
}
