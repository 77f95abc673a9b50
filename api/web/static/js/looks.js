// Colours and frames that a learner owns and uses on this device.
import { read, write } from "./storage.js";

/** The kind of an offer's id: "theme" of "theme.forest". */
function kindOf(id) {
  return id.split(".")[0];
}

/** What is in use of the kind of this offer; null for nothing. */
export function look(id) {
  return read("looks", {})[kindOf(id)] ?? null;
}

/** Use an offer, or no longer. */
export function wear(id, on) {
  write("looks", { ...read("looks", {}), [kindOf(id)]: on ? id : null });
  showLooks();
}

export function showLooks() {
  const { theme, frame } = read("looks", {});
  document.documentElement.dataset.theme = theme ?? "";
  document.documentElement.dataset.frame = frame ?? "";
}
