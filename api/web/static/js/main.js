// Which view the address names, and moving between them.
import { tellZone } from "./account.js";
import { api } from "./api.js";
import { watchConnection, whenSlow } from "./connection.js";
import { focusOn, h } from "./dom.js";
import { badgesView } from "./game/badges.js";
import { friendsView } from "./game/friends.js";
import { goalsView } from "./game/goals.js";
import { leagueView } from "./game/league.js";
import { settingsView } from "./game/settings.js";
import { shopView } from "./game/shop.js";
import { todayView } from "./game/today.js";
import { showGame } from "./header.js";
import { homeView } from "./home.js";
import { lessonView } from "./lesson.js";
import { showLooks } from "./looks.js";
import { alarm, clearAlarms, clearNews, notify } from "./notices.js";
import { sendLeftovers } from "./outbox.js";
import { progressView } from "./progress.js";
import { trackView } from "./track.js";

const ROUTES = [
  [/^#\/track\/([^/]+)$/, trackView],
  [/^#\/lesson\/([^/]+)$/, lessonView],
  [/^#\/progress\/([^/]+)$/, progressView],
  [/^#\/game$/, todayView],
  [/^#\/badges$/, badgesView],
  [/^#\/league$/, leagueView],
  [/^#\/friends$/, friendsView],
  [/^#\/goals$/, goalsView],
  [/^#\/shop$/, shopView],
  [/^#\/settings$/, settingsView],
];
const main = document.getElementById("main");
let current = 0;

async function show() {
  current += 1;
  const turn = current;
  const [view, argument] = find(location.hash);
  clearAlarms();
  clearNews();
  const root = h("div", { class: "view" });
  main.setAttribute("aria-busy", "true");
  try {
    await whenSlow(leftovers.then(() => view(root, argument)));
    if (turn !== current) return;
    main.replaceChildren(root);
    scrollTo(0, 0);
    focusOn(root.querySelector("h1, h2") ?? main);
  } catch (error) {
    if (turn === current) fail(error);
  } finally {
    if (turn === current) main.removeAttribute("aria-busy");
  }
}

function find(hash) {
  for (const [pattern, view] of ROUTES) {
    const match = pattern.exec(hash);
    if (match) return [view, decodeURIComponent(match[1] ?? "")];
  }
  return [homeView, ""];
}

function fail(error) {
  if (!error.passing && error.status === undefined) console.error(error);
  alarm(error);
  const again = h("button", { type: "button", class: "primary", onclick: show }, "Try again");
  main.replaceChildren(h("div", { class: "view centred" }, h("h1", {}, "This could not be loaded"), again, h("a", { href: "#/", class: "quiet" }, "Home")));
  again.focus();
}

/** Answers of an earlier visit that were never acknowledged go first. */
async function sendEarlier() {
  const answers = await sendLeftovers();
  const graded = answers.filter(({ answer }) => answer.grade);
  if (graded.length > 0) notify(`Sent what was waiting on this device: ${graded.map(told).join(", ")}.`);
}

function told({ answer }) {
  return `${answer.grade.correct ? "a right answer" : "an answer"} (+${answer.reward.xp} XP)`;
}

const leftovers = sendEarlier();
addEventListener("hashchange", show);
watchConnection();
showLooks();
show();
showGame();
tellZone(api).catch(() => {
  // It is told at the next visit.
});
