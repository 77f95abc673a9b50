// The league of the week: the learner's group and place, where places lead, and how to play or leave it.
import { api } from "../api.js";
import { h, icon, plural, refill, unseen } from "../dom.js";
import { say } from "../notices.js";
import { frame, panel } from "./frame.js";
import { leagueChoice } from "./league-choice.js";
import { watch } from "./live.js";
import { leagueName, momentWords } from "./words.js";

const TIERS = ["spring", "brook", "stream", "river", "lake", "delta", "bay", "gulf", "sea", "ocean"];
const MESSAGES = {
  closing: "Last week is over. Practice from offline hours still counts for it until it closes.",
  ranked: "Your group this week goes at about your pace.",
  waiting: "Your points count already. Your group is made as soon as last week has closed.",
  notYet: "Earn your first XP of the week to join a group.",
  past: "You and your own past weeks: nobody else is in this league.",
  off: "Leagues are off. Your XP counts as ever.",
  underReview: "Some of your work is being looked at. You see your place; others see it once that is done.",
};

export async function leagueView(root) {
  let league = await api.get("/me/leagues/current");
  frame(root, "#/league", "League");
  const body = h("div", { class: "stack" });
  root.append(body);
  const again = async () => {
    league = await api.get("/me/leagues/current");
    refill(body, parts(league, again));
  };
  refill(body, parts(league, again));
  watch({
    league: async ({ place }) => {
      if (place === league.place) return;
      await again().catch(() => {}); // What is shown stays until it can be had anew.
      say(`Your place in the league: ${place}.`);
    },
  });
}

function parts(league, again) {
  return [
    heading(league),
    league.members.length ? standing(league) : null,
    league.phase === "past" ? ownWeeks(league.ownWeeks) : null,
    league.lastWeek ? lastWeek(league.lastWeek) : null,
    panel("How you play", leagueChoice(league.mode, again)),
  ];
}

function heading(league) {
  const words = MESSAGES[league.message.split(".").at(-1)] ?? MESSAGES[league.phase];
  const showsTier = league.phase === "ranked" || league.phase === "closing";
  return h(
    "div",
    { class: "panel" },
    showsTier ? h("p", { class: "tier" }, icon("trophy"), h("strong", {}, leagueName(league.tier.code)), unseen(`, ${league.tier.place} of 10`)) : null,
    league.place ? h("p", { class: "own-place" }, `You are in place ${league.place} of ${league.members.length} with ${league.xp} XP.`) : null,
    h("p", {}, words),
    showsTier || league.phase === "notYet" ? h("p", { class: "with-icon help" }, icon("clock"), h("span", {}, `The week goes until ${momentWords(league.week.endsAt)}.`)) : null,
  );
}

function standing(league) {
  const { tier, members } = league;
  const zones = [
    ["is-up", "promoted", `On to the ${leagueName(TIERS[tier.place] ?? tier.code)}`],
    ["is-same", "stays", `Stay in the ${leagueName(tier.code)}`],
    ["is-next", null, `Next week in the ${leagueName(TIERS[tier.place - 2] ?? tier.code)}`],
  ];
  const groups = zones.map(([name, zone, words]) => {
    const inside = members.filter((one) => (zone ? one.zone === zone : one.zone !== "promoted" && one.zone !== "stays"));
    return inside.length ? [h("h3", { class: `zone ${name}` }, words), h("ol", { class: "members", role: "list" }, inside.map(member))] : null;
  });
  return panel("Your group", groups.flat().filter(Boolean));
}

function member({ place, name, xp, you }) {
  return h(
    "li",
    { class: you ? "member is-you" : "member" },
    h("span", { class: "number" }, unseen("Place "), String(place)),
    h("span", { class: "name" }, h("bdi", {}, name), you ? h("strong", {}, " (you)") : null),
    h("span", { class: "figure" }, `${xp} XP`),
  );
}

function ownWeeks(weeks) {
  const rows = weeks.map(({ place, week, xp, current }) => member({ place, name: current ? "This week" : `Week ${week}`, xp, you: false }));
  return panel("Your weeks", h("ol", { class: "members", role: "list" }, rows));
}

function lastWeek({ week, place, size, tier, xp }) {
  const where = place && tier ? `Place ${place} of ${plural(size, "learner")} in the ${leagueName(tier.code)}, with ${xp} XP.` : `${xp} XP.`;
  return panel(`The week before (${week})`, h("p", {}, where));
}
