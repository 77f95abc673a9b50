// Numbers and short texts: one field, with the letters that a phone's keyboard may lack.
import { freshId, h } from "../dom.js";
import { letterKeys } from "./letters.js";

const CODE = "zxx";

export function numeric(presented) {
  const field = typedField("Your number", { inputmode: "text", help: numberHelp(presented) });
  return { ...field, read: () => ({ kind: "numeric", text: field.input.value.trim() }) };
}

export function shortText(presented) {
  const code = presented.language === CODE;
  const field = typedField("Your answer", { lang: code ? null : presented.language, code });
  return { ...field, read: () => ({ kind: "shortText", text: field.input.value.trim() }) };
}

const FORM_HELP = { any: "", expanded: "Multiply it out.", factored: "Write it as a product." };

export function expression(presented) {
  const help = `In ${presented.variables.join(", ")}. ${FORM_HELP[presented.form]}`.trim();
  const field = typedField("Your expression", { inputmode: "text", help, code: true });
  return { ...field, read: () => ({ kind: "expression", text: field.input.value.trim() }) };
}

const DATE_HELP = { day: "For example 18 June 1815.", month: "For example June 1815.", year: "For example 1815." };

export function date(presented) {
  const field = typedField("Your date", { help: DATE_HELP[presented.asksFor] });
  return { ...field, read: () => ({ kind: "date", text: field.input.value.trim() }) };
}

function numberHelp({ unit, unitRequired, significantFigures }) {
  const parts = [];
  if (unit) parts.push(`In ${unit}.`);
  if (unitRequired) parts.push("Give the unit too.");
  if (significantFigures) parts.push(`Give ${significantFigures} significant figures.`);
  return parts.join(" ");
}

function typedField(label, { inputmode, lang, help, code }) {
  const helpId = freshId("help");
  const input = plainInput({
    id: freshId("answer"),
    class: code ? "typed code" : "typed",
    lang,
    inputmode,
    "aria-describedby": help ? helpId : null,
  });
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: input.id }, label),
    input,
    help ? h("p", { class: "help", id: helpId }, help) : null,
    letterKeys(lang, () => input),
  );
  return {
    element,
    input,
    missing: () => (input.value.trim() ? "" : "Type your answer first."),
    mark: (grade) => {
      input.readOnly = true;
      if (!grade.pending) input.classList.add(grade.correct ? "is-right" : "is-wrong");
    },
  };
}

/** A field in which the browser changes, completes and corrects nothing. */
export function plainInput(attributes) {
  return h("input", {
    type: "text",
    autocomplete: "off",
    autocapitalize: "none",
    autocorrect: "off",
    spellcheck: "false",
    enterkeyhint: "done",
    ...attributes,
  });
}
