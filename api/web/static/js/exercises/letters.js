// Keys for letters and signs that a learner's keyboard may lack, by the language or the kind of what is typed.
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
const SIGNS = {
  "−": "minus",
  "/": "over",
  "×10^": "times ten to the power of",
  "^": "to the power of",
  "(": "open bracket",
  ")": "close bracket",
  "=": "equals",
  "√": "square root",
  "²": "squared",
  "³": "cubed",
  "°": "degrees",
  "·": "times",
};

/** A row of keys that type into the field that `target()` names; null where the language needs none. */
export function letterKeys(lang, target) {
  const letters = LETTERS[(lang ?? "").split("-")[0].toLowerCase()];
  if (!letters) return null;
  return row("Letters to insert", [...letters].map((letter) => key(letter, target, { lang })));
}

/** A row of keys for signs; each is named for those who do not see it. */
export function signKeys(signs, target) {
  return row("Signs to insert", signs.map((sign) => key(sign, target, { "aria-label": SIGNS[sign] })));
}

function row(label, keys) {
  return h("div", { class: "letters", role: "group", "aria-label": label }, keys);
}

function key(text, target, attributes) {
  return h("button", { type: "button", class: "letter", ...attributes, onclick: () => type(text, target()) }, text);
}

function type(text, input) {
  if (input.readOnly) return;
  input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.focus();
}
