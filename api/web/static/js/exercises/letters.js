// Keys for letters that a learner's keyboard may lack, by the language of what is typed.
import { h } from "../dom.js";

const LETTERS = {
  es: "áéíóúüñ¿¡",
  fr: "àâçéèêëîïôùûœ",
  de: "äöüß",
  pt: "áâãàçéêíóôõú",
  it: "àèéìòù",
  ca: "àçéèíïóòúü",
  pl: "ąćęłńóśźż",
  sv: "åäö",
};

/** A row of keys that type into the field that `target()` names; null where the language needs none. */
export function letterKeys(lang, target) {
  const letters = LETTERS[(lang ?? "").split("-")[0].toLowerCase()];
  if (!letters) return null;
  const keys = [...letters].map((letter) =>
    h("button", { type: "button", class: "letter", lang, onclick: () => type(letter, target()) }, letter),
  );
  return h("div", { class: "letters", role: "group", "aria-label": "Letters to insert" }, keys);
}

function type(letter, input) {
  if (input.readOnly) return;
  input.setRangeText(letter, input.selectionStart, input.selectionEnd, "end");
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.focus();
}
