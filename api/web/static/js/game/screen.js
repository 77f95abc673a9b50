// The game for one screen: from the server, or as this device last had it where the server cannot be reached.
import { h, icon } from "../dom.js";
import { newEvent } from "../events.js";
import { lastGame, loadGame } from "../header.js";
import { send } from "../outbox.js";
import { read, write } from "../storage.js";
import { clockWords } from "./words.js";

/** {game, since}: `since` is null, or when (ms) what is shown was true. Throws where there is nothing to show. */
export async function gameScreen() {
  try {
    return { game: await loadGame(), since: null };
  } catch (error) {
    const kept = lastGame();
    if (!error.passing || !kept) throw error;
    return { game: kept.game, since: kept.at };
  }
}

/** Words for what is not of now. */
export function staleNote(since) {
  if (since === null) return null;
  return h("p", { class: "notice waiting", role: "status" }, icon("clock"), h("span", {}, `No connection: this is how it was on ${clockWords(since)}. Nothing is lost.`));
}

/** Once on a day without practice: ask whether anything is due, so that a day with nothing to do rests. Returns words or "". */
export async function lookIn(game) {
  const today = game.calendar.at(-1)?.date;
  if (!today || game.streak.days === 0 || game.streak.countsToday || read("lookedIn") === today) return "";
  try {
    const { nothingDue } = await send("/me/game/visits", newEvent());
    write("lookedIn", today);
    return nothingDue ? "Nothing is due today. Your streak rests with you." : "";
  } catch {
    return ""; // Asked again at the next look.
  }
}
