// How the game is played: the week, leagues, holidays, age, and what one is told.
import { api } from "../api.js";
import { h, refill } from "../dom.js";
import { newEvent } from "../events.js";
import { loadGame } from "../header.js";
import { notify } from "../notices.js";
import { send } from "../outbox.js";
import { agePanel } from "./age.js";
import { frame, once, panel, toggle } from "./frame.js";
import { holidayPanel } from "./holidays.js";
import { leagueChoice } from "./league-choice.js";
import { notificationPanel } from "./notifications.js";
import { dayWords } from "./words.js";

export async function settingsView(root) {
  const paths = ["/me/game/holidays", "/me/notifications", "/me"];
  const [game, holidays, told, me] = await Promise.all([loadGame(), ...paths.map((path) => api.get(path))]);
  frame(root, "#/settings", "Settings");
  const leagues = h("div", { class: "stack" });
  const fill = ({ settings }) => refill(leagues, leagueChoice(settings.leagueNow, refresh));
  const refresh = async () => fill(await loadGame());
  fill(game);
  root.append(
    panel("Your week", weekly(game.settings)),
    panel("Leagues", leagues),
    holidayPanel(holidays),
    notificationPanel(told),
    agePanel(me.ageGroup, refresh),
  );
}

function weekly(settings) {
  const { box, element } = toggle("Three days a week keep my streak, instead of each day", settings.weekly);
  box.addEventListener("change", () =>
    once(box, async () => {
      const { weeklyFrom } = await send("/me/game/settings", newEvent({ weekly: box.checked }));
      notify(`This holds from Monday, ${dayWords(weeklyFrom)}, on.`);
    }).then((done) => {
      if (!done) box.checked = !box.checked;
    }),
  );
  return [element, h("p", { class: "help" }, "A change holds from the coming Monday, so that no week changes its rules halfway.")];
}
