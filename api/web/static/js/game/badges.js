// All badges: what each is for, how rare it is, and how far the learner is. None is hidden.
import { api } from "../api.js";
import { h, icon, percent, plural } from "../dom.js";
import { bar, frame, panel } from "./frame.js";
import { badgeFor, badgeName, dayOf } from "./words.js";

export async function badgesView(root) {
  const told = await api.get("/me/badges");
  frame(root, "#/badges", "Badges");
  const held = told.items.filter((badge) => badge.tier > 0);
  const open = told.items.filter((badge) => badge.tier === 0);
  root.append(
    held.length
      ? panel(`Yours: ${plural(told.nEarned, "badge")}`, h("ul", { class: "badges", role: "list" }, held.map(heldRow)))
      : h("p", { class: "panel" }, "The first badge comes with your first exercise."),
    panel("More to find", h("ul", { class: "badges", role: "list" }, open.map(openRow))),
    h("p", { class: "help" }, "Badges that were earned stay. Rarity tells how many learners have one."),
  );
}

function heldRow(badge) {
  const tier = badge.tiers[badge.tier - 1];
  const following = badge.tiers[badge.tier];
  return row(badge, tier, true, [
    h("span", { class: "help" }, `${earnedWords(badge, tier)} · ${rarityWords(tier)}`),
    following ? progress(badge.count, following) : null,
  ]);
}

/** "Step 2 of 5, earned on 3 May" */
function earnedWords({ tier: step, tiers }, { earnedAt }) {
  const earned = earnedAt ? `earned on ${dayOf(earnedAt)}` : "earned";
  return tiers.length > 1 ? `Step ${step} of ${tiers.length}, ${earned}` : `${earned.charAt(0).toUpperCase()}${earned.slice(1)}`;
}

function openRow(badge) {
  const [first] = badge.tiers;
  return row(badge, first, false, [badge.count ? progress(badge.count, first) : null, h("span", { class: "help" }, rarityWords(first))]);
}

function row(badge, tier, earned, rest) {
  return h(
    "li",
    { class: `badge-row ${tier.rarity}${earned ? " is-earned" : ""}`, data: { badge: badge.id } },
    h("span", { class: "disc", "aria-hidden": "true" }, icon("medal")),
    h("div", { class: "quest-words" }, h("strong", {}, badgeName(tier.text)), badgeFor(tier.text) ? h("span", {}, badgeFor(tier.text)) : null, rest),
  );
}

function progress(count, tier) {
  const words = `${count} of ${tier.threshold}`;
  return [bar(count, tier.threshold, `${badgeName(tier.text)}: ${words}`), h("span", { class: "help" }, `${words} to the next step`)];
}

function rarityWords({ rarity, share }) {
  return share === null ? rarity : `${rarity}, ${percent(share)}`;
}
