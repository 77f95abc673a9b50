// A longer text as far as it was written, kept on this device until it is answered: a phone may drop the page meanwhile.
import { forget, names, read, write } from "./storage.js";

const PREFIX = "draft.";

/** Keep what is typed into the area of an exercise, and give back what was typed there before. */
export function keepDraft(area, decisionId) {
  const name = PREFIX + decisionId;
  area.value = read(name, "");
  area.dispatchEvent(new Event("input"));
  area.addEventListener("input", () => write(name, area.value));
}

export function forgetDrafts() {
  for (const name of names(PREFIX)) forget(name);
}
