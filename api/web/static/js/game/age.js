// The learner's age group. Whoever is under 18 meets a softer game, and cannot take that back by themselves.
import { api } from "../api.js";
import { openSheet } from "../dialog.js";
import { h, refill } from "../dom.js";
import { notify } from "../notices.js";
import { field, once, panel, select } from "./frame.js";

const AGES = [["", "I’d rather not say"], ["under13", "Under 13"], ["under18", "13 to 17"], ["adult", "18 or older"]];
const PROTECTION = { "": 0, adult: 0, under18: 1, under13: 2 };

/** `changed` is called after another age group was chosen. */
export function agePanel(held, changed) {
  const body = h("div", { class: "stack" });
  const show = (group) => refill(body, parts(group, (told) => Promise.all([show(told), changed()])));
  show(held);
  return panel("Your age", body);
}

function parts(held, changed) {
  const control = select(AGES.filter(([group]) => PROTECTION[group] >= PROTECTION[held]), held, { id: "age-group" });
  const change = (group) =>
    once(control, async () => {
      const { ageGroup } = await api.patch("/me", { ageGroup: group });
      await changed(ageGroup);
      notify("Your age group is changed.");
    }).then((done) => {
      if (!done) control.value = held;
    });
  control.addEventListener("change", () => {
    const group = control.value;
    if (PROTECTION[group] === PROTECTION[held]) return change(group);
    control.value = held;
    return ask(group, () => change(group));
  });
  return [field("Age group", control), h("p", { class: "help" }, PROTECTION[held] ? KEPT : SOFTER)];
}

const SOFTER = "Under 18 the game is softer: leagues are off unless switched on, and nights are quiet.";
const KEPT = "The game is softer for you: leagues are off unless switched on, and nights are quiet. To change the age group, ask your school or whoever runs this service.";

function ask(group, change) {
  const [, words] = AGES.find(([one]) => one === group);
  openSheet(`Your age: ${words}?`, (close) => {
    const yes = () => {
      close();
      change();
    };
    return h(
      "div",
      { class: "why" },
      h("p", {}, "The game becomes softer, and stays so: only your school, or whoever runs this service, can change it back."),
      h("button", { type: "button", class: "primary wide", onclick: yes }, "Yes, that is my age"),
      h("button", { type: "button", class: "quiet wide", onclick: close }, "Not now"),
    );
  });
}
