// Work that is being looked at: what was seen, until when, and the learner's own word on it. Nothing is locked meanwhile.
import { h } from "../dom.js";
import { newEvent } from "../events.js";
import { notify } from "../notices.js";
import { send } from "../outbox.js";
import { field, form, panel } from "./frame.js";
import { momentWords } from "./words.js";

/** A panel for each open flag; `changed` is called after a word was sent. */
export function flagPanels(flags, changed) {
  return flags.map((flag) =>
    panel(
      "Some of your work is being looked at",
      h("p", {}, flag.evidence),
      h("p", {}, `Until ${momentWords(flag.until)} at the latest, such work brings less XP. Everything else is as ever.`),
      flag.appealed ? h("p", {}, "Your word was received. A person reads it.") : appeal(flag, changed),
    ),
  );
}

function appeal(flag, changed) {
  const words = h("textarea", { class: "typed", rows: "3", maxlength: "2000", required: true });
  const tell = async () => {
    await send(`/me/flags/${encodeURIComponent(flag.id)}/appeal`, newEvent({ text: words.value.trim() }));
    notify("Thank you. A person reads it.");
    await changed();
  };
  return form({ class: "stack" }, tell, field("Anything you would like to say about it?", words), h("button", { type: "submit", class: "secondary" }, "Send"));
}
