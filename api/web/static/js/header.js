// Streak and level in the top bar.
import { api } from "./api.js";
import { h, icon, plural, unseen } from "./dom.js";

/** Fetch the game and show it; returns it, or null where it cannot be had now. */
export async function showGame() {
  try {
    const game = await api.get("/me/game");
    document.getElementById("game").replaceChildren(streakChip(game.streak), levelChip(game));
    return game;
  } catch {
    return null; // The page is usable without; whatever needs it says so itself.
  }
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
