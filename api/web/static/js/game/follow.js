// What another device of the learner brings while the game is on the page: shown anew, and said in a sentence or two.
import { say } from "../notices.js";
import { watch } from "./live.js";
import { allQuests, momentsInWords, momentsOf } from "./moments.js";
import { learnBadges } from "./words.js";

/** `again` shows the game anew; `screen` is the game as it is shown. */
export function follow(screen, again) {
  const texts = new Map(allQuests(screen).map((quest) => [quest.id, quest.text]));
  let known = standingOf(screen);
  let brought = nothing();
  learnBadges();
  watch({
    levelUp: ({ level }) => Object.assign(brought, { levelUp: true, level }),
    questDone: (quest) => brought.questsDone.push(quest),
    friendQuest: ({ done }) => done && say("A quest that you share with a friend is done. Its gems wait for you among your friends."),
    badgeEarned: (badge) => brought.badges.push(badge),
    game: (game) => {
      const words = momentsInWords(momentsOf(brought, (id) => texts.get(id)));
      brought = nothing();
      if (words) say(words);
      if (standingOf(game) === known) return;
      known = standingOf(game);
      again().catch(() => {}); // What is shown stays until it can be had anew.
    },
  });
}

function nothing() {
  return { questsDone: [], badges: [], levelUp: false, streakExtended: false };
}

function standingOf({ xp, gems, streak }) {
  return JSON.stringify([xp, gems, streak]);
}
