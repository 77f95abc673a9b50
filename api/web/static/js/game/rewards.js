// What a lesson has brought so far, so that each moment is told once: with the answer that brought it, or at the end.
import { api } from "../api.js";
import { lastGame, showGame } from "../header.js";
import { allQuests, momentsBetween, momentsInWords, momentsOf } from "./moments.js";
import { learnBadges } from "./words.js";

export class Rewards {
  constructor() {
    this.told = new Map();
    this.quests = new Map();
    this.before = null;
    learnBadges();
    this.refresh().then((game) => {
      this.before = game ?? lastGame()?.game ?? null;
    });
  }

  /** Ask where the game stands; quests are known by their words from then on. */
  async refresh() {
    const game = await showGame();
    for (const quest of game ? allQuests(game) : []) this.quests.set(quest.id, quest.text);
    return game;
  }

  /** The moments of an answer's reward that were not told yet. */
  take(reward) {
    return this.tell(momentsOf(reward, (id) => this.quests.get(id)));
  }

  tell(moments) {
    const fresh = moments.filter((moment) => !this.told.has(moment.key));
    for (const moment of fresh) this.told.set(moment.key, moment);
    return fresh;
  }

  /** The end: {game, moments of the whole lesson, words for what was not told yet, rest: a suggestion to stop or null}. */
  async finish() {
    const [game, goals] = await Promise.all([this.refresh(), api.get("/me/goals").catch(() => null)]);
    const fresh = this.tell(momentsBetween(this.before, game));
    return { game, moments: [...this.told.values()], words: momentsInWords(fresh), rest: goals?.rest ?? null };
  }
}
