// Reward moments: what an answer or a lesson brought beside XP. Each is {key, kind, ...}; whoever has told a key does
// not tell it again. Several of a kind are told as one, so that it stays short.
import { plural } from "../dom.js";
import { badgeWords } from "./words.js";

/** The moments in the reward of an answer. `questText(id)` says what a quest asked for. */
export function momentsOf(reward, questText) {
  return [
    ...(reward.streakExtended ? [streakMoment(reward.streak)] : []),
    ...(reward.levelUp ? [levelMoment(reward.level)] : []),
    ...reward.questsDone.map(({ id, gems }) => questMoment({ id, gems, text: questText(id) ?? "" })),
    ...reward.badges.map(badgeMoment),
  ];
}

/** The moments that lie between two states of the game; none where one is not known. */
export function momentsBetween(before, after) {
  if (!before || !after) return [];
  const done = new Set(allQuests(before).filter((quest) => quest.done).map((quest) => quest.id));
  const held = new Map(before.badges.map((badge) => [badge.id, badge.tier]));
  return [
    ...(after.streak.countsToday && !before.streak.countsToday ? [streakMoment(after.streak.days)] : []),
    ...(after.level.level > before.level.level ? [levelMoment(after.level.level)] : []),
    ...allQuests(after).filter((quest) => quest.done && !done.has(quest.id)).map(questMoment),
    ...after.badges.filter((badge) => badge.tier > (held.get(badge.id) ?? 0)).map(badgeMoment),
  ];
}

export function allQuests(game) {
  return [...game.quests.day.quests, ...game.quests.week.quests];
}

function streakMoment(days) {
  return { key: "streak", kind: "streak", days };
}

function levelMoment(level) {
  return { key: `level:${level}`, kind: "level", level };
}

function questMoment({ id, gems, text }) {
  return { key: `quest:${id}`, kind: "quest", gems, text };
}

function badgeMoment({ id, tier, rarity }) {
  return { key: `badge:${id}:${tier}`, kind: "badge", id, tier, rarity };
}

/** What is shown of moments: [{picture, title, text}], one of each kind. */
export function rowsOf(moments) {
  const of = (kind) => moments.filter((moment) => moment.kind === kind);
  const rows = [
    [of("streak"), streakRow],
    [of("level"), levelRow],
    [of("quest"), questRow],
    [highest(of("badge")), badgeRow],
  ];
  return rows.filter(([some]) => some.length).map(([some, row]) => row(some));
}

/** Of each badge its highest step alone. */
function highest(badges) {
  return [...new Map([...badges].sort((a, b) => a.tier - b.tier).map((badge) => [badge.id, badge])).values()];
}

function streakRow([{ days }]) {
  const text = days > 1 ? `${plural(days, "day")} of learning in a row.` : "A streak begins with a day like this.";
  return { picture: "flame", title: "Today counts", text };
}

function levelRow(levels) {
  const { level } = levels.at(-1);
  return { picture: "bolt", title: level ? `Level ${level}` : "A new level", text: "What you learned added up." };
}

function questRow(quests) {
  const gems = plural(quests.reduce((sum, quest) => sum + quest.gems, 0), "gem");
  const title = quests.length > 1 ? `${plural(quests.length, "quest")} done: +${gems}` : `Quest done: +${gems}`;
  return { picture: "target", title, text: [...new Set(quests.map((quest) => quest.text))].join(" ") };
}

function badgeRow(badges) {
  const words = badges.map((badge) => badgeWords(badge.id, badge.tier));
  if (badges.length > 1) return { picture: "medal", title: `${plural(badges.length, "badge")} earned`, text: `${words.map(({ name }) => name).join(", ")}.` };
  const [{ rarity }] = badges;
  const rare = rarity && rarity !== "common" ? ` (${rarity})` : "";
  return { picture: "medal", title: `Badge earned: ${words[0].name}${rare}`, text: words[0].text };
}

/** The moments in a sentence or two, for screen readers. */
export function momentsInWords(moments) {
  return rowsOf(moments).map(({ title, text }) => `${title}. ${text}`.trim()).join(" ");
}
