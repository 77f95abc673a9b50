// Streak, level and gems in the top bar: the way to the game.
import { api } from "./api.js";
import { h, icon, plural, unseen } from "./dom.js";
import { read, write } from "./storage.js";

/** Fetch the game and show it; returns it, or null where it cannot be had now. */
export async function showGame() {
  try {
    return await loadGame();
  } catch {
    return null; // The page is usable without; whatever needs it says so itself.
  }
}

/** Fetch the game, show it in the bar and keep it on this device. Throws Problem or Unreachable. */
export async function loadGame() {
  const game = await api.get("/me/game");
  write("game", { game, at: Date.now() });
  showChips(game);
  return game;
}

/** The game as this device last had it: {game, at}, or null. */
export function lastGame() {
  return read("game");
}

/** Show streak, level and gems of a game in the bar. */
export function showChips(game) {
  const chips = [streakChip(game.streak), levelChip(game), gemChip(game.gems)];
  document.getElementById("game").replaceChildren(h("a", { class: "chips", href: "#/game" }, chips, unseen("Open your game.")));
}

function streakChip(streak) {
  const state = streak.countsToday ? "today counts" : "today does not count yet";
  return h(
    "span",
    { class: `chip flame${streak.countsToday ? " lit" : ""}` },
    icon("flame"),
    h("span", { "aria-hidden": "true" }, String(streak.days)),
    unseen(`Streak: ${plural(streak.days, "day")}, ${state}.`),
  );
}

function levelChip({ level, xp }) {
  return h(
    "span",
    { class: "chip level" },
    icon("bolt"),
    h("span", { "aria-hidden": "true" }, `Level ${level.level}`),
    unseen(`Level ${level.level}, ${level.xpToNext} XP to the next; ${xp.total} XP in all, ${xp.today} today.`),
  );
}

function gemChip(gems) {
  return h("span", { class: "chip gems" }, icon("gem"), h("span", { "aria-hidden": "true" }, String(gems)), unseen(`${plural(gems, "gem")}.`));
}
