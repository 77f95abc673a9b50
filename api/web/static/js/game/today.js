// The game at a glance: streak with its calendar, level, gems, quests, and what else is worth a look.
import { api } from "../api.js";
import { h, icon, noun, plural, refill } from "../dom.js";
import { levelBar } from "../summary.js";
import { calendar } from "./calendar.js";
import { flagPanels } from "./flags.js";
import { follow } from "./follow.js";
import { bar, frame, panel } from "./frame.js";
import { questPanels } from "./quests.js";
import { gameScreen, lookIn, staleNote } from "./screen.js";
import { amount, dayWords, leagueName } from "./words.js";

export async function todayView(root) {
  const [screen, plan] = await Promise.all([gameScreen(), api.get("/me/return-plan").catch(() => null)]);
  frame(root, "#/game", "Your game");
  const body = h("div", { class: "stack" });
  root.append(body);
  const show = ({ game, since }) => refill(body, staleNote(since), plan?.active ? planPanel(plan) : null, sections(game, again));
  const again = async () => show(await gameScreen());
  show(screen);
  if (screen.since !== null) return;
  lookIn(screen.game).then((words) => words && body.prepend(h("p", { class: "notice news", role: "status" }, h("span", {}, words))));
  follow(screen.game, again);
}

function sections(game, again) {
  const quests = h("div", { class: "stack" });
  const fill = (told) => refill(quests, questPanels(told, fill));
  fill(game.quests);
  return [
    streakPanel(game),
    quests,
    h("div", { class: "panel" }, levelBar(game.level)),
    figures(game),
    game.dailyGoal ? goalPanel(game) : null,
    game.league ? leaguePanel(game.league) : null,
    flagPanels(game.flags, again),
  ];
}

function streakPanel({ streak, calendar: days, settings }) {
  const learned = days.filter((day) => day.state === "learned").length;
  return panel(titleOf(streak, settings.softened ? learned : 0), h("p", {}, standing(streak)), calendar(days), freezes(streak), settings.softened ? null : earnBack(streak.earnBack));
}

/** `nLearned` days of the calendar are told in place of a streak, where they are not 0. */
function titleOf(streak, nLearned) {
  if (nLearned) return `You learned on ${plural(nLearned, "day")} of these weeks`;
  return streak.days ? `${plural(streak.days, "day")} of learning` : "Your days of learning";
}

function standing(streak) {
  if (streak.weekly) return `This week asks for three days, whichever suit you; ${plural(streak.daysThisWeek, "day")} so far.`;
  return streak.countsToday ? "Today counts." : "A lesson, or ten answers, make a day count.";
}

function freezes({ freezes: held, reserve, longest }) {
  const kept = held ? `${plural(held, "freeze")} in hand: a day off each, by itself, when you need one.` : "No freezes in hand. The shop has some for gems.";
  return h("p", { class: "with-icon" }, icon("snow"), h("span", {}, `${kept}${reserve ? ` ${reserve} more in reserve.` : ""}${longest > 1 ? ` Your longest streak: ${plural(longest, "day")}.` : ""}`));
}

function earnBack(back) {
  if (!back) return null;
  const words = `Welcome back. ${plural(back.lessons, "more lesson")} until the end of ${dayWords(back.until)} would bring your earlier streak of ${plural(back.days, "day")} along, if you like.`;
  return h("p", { class: "with-icon" }, icon("flame"), h("span", {}, words));
}

function figures({ gems, xp, badges }) {
  const figure = (name, value, picture) => h("div", { class: `figure-card ${picture}` }, icon(picture), h("dd", {}, value), h("dt", {}, name));
  return h("dl", { class: "figures" }, figure(noun(gems, "gem"), String(gems), "gem"), figure("XP today", String(xp.today), "bolt"), figure(noun(badges.length, "badge"), badges.length < 10 ? String(badges.length) : "10+", "medal"));
}

function goalPanel({ dailyGoal: { unit, target }, goalDone }) {
  const words = `${goalDone} of ${amount(target, unit)}`;
  return panel("Today’s goal", bar(goalDone, target, `Today’s goal: ${words}`), h("p", { class: "help" }, goalDone >= target ? `Reached: ${words}.` : `${words}.`));
}

function leaguePanel({ tier, place }) {
  return panel("League", h("p", { class: "with-icon" }, icon("trophy"), h("span", {}, `Place ${place} in the ${leagueName(tier.code)}.`)), h("a", { class: "secondary", href: "#/league" }, "See your group"));
}

function planPanel(plan) {
  return panel("Coming back", h("p", {}, plan.text));
}
