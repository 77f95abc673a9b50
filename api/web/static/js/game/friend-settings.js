// What friends see of a learner: the name, and whether there is a streak if the learner wants that seen.
import { api } from "../api.js";
import { h } from "../dom.js";
import { notify } from "../notices.js";
import { field, form, once, panel, toggle } from "./frame.js";

export function seenPanel(me, settings) {
  return panel("What friends see", naming(me.displayName), streakSwitch(settings.showsStreak));
}

function naming(known) {
  const name = h("input", { type: "text", value: known, maxlength: "60", autocomplete: "nickname", dir: "auto" });
  const save = async () => {
    const { displayName } = await api.patch("/me", { displayName: name.value });
    name.value = displayName;
    notify(displayName ? `Friends see you as ${displayName}.` : "Friends see no name of you.");
  };
  return form({ class: "stack" }, save, field("Your name", name), h("button", { type: "submit", class: "secondary wide" }, "Save my name"));
}

function streakSwitch(on) {
  const { box, element } = toggle("Friends see whether I am on a streak", on);
  box.addEventListener("change", () =>
    once(box, () => api.put("/me/friends/settings", { showsStreak: box.checked })).then((done) => {
      if (!done) box.checked = !box.checked;
    }),
  );
  return element;
}
