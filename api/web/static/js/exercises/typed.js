// What is typed on one line: numbers, short texts, expressions and dates, with the keys that a phone's keyboard may lack.
import { freshId, h, plural } from "../dom.js";
import { letterKeys, signKeys } from "./letters.js";

const CODE = "zxx";

export function numeric(presented) {
  const { unitRequired, significantFigures } = presented;
  const keys = unitRequired ? ["²", "³", "·", "/", "°"] : ["−", "/", ...(significantFigures ? ["×10^"] : [])];
  const field = typedField("Your number", { inputmode: unitRequired ? "text" : "decimal", help: numberHelp(presented), keys });
  return { ...field, read: () => ({ kind: "numeric", text: field.input.value.trim() }) };
}

export function shortText(presented) {
  const code = presented.language === CODE;
  const field = typedField("Your answer", { lang: code ? null : presented.language, code });
  return { ...field, read: () => ({ kind: "shortText", text: field.input.value.trim() }) };
}

const FORM_HELP = { any: "", expanded: "Multiply it out.", factored: "Write it as a product." };

export function expression(presented) {
  const { variables, form } = presented;
  const help = `${FORM_HELP[form]} In ${variables.join(", ")}; a power is typed as ${variables[0]}^2.`.trim();
  const field = typedField("Your expression", { inputmode: "text", help, code: true, keys: ["^", "(", ")", "/", "√", "="] });
  return { ...field, read: () => ({ kind: "expression", text: field.input.value.trim() }) };
}

const DATE_HELP = { day: "Day, month and year, for example 18 June 1815.", month: "Month and year, for example June 1815.", year: "A year, for example 1815." };

export function date({ asksFor }) {
  const field = typedField("Your date", { inputmode: asksFor === "year" ? "numeric" : "text", help: DATE_HELP[asksFor] });
  return { ...field, read: () => ({ kind: "date", text: field.input.value.trim() }) };
}

function numberHelp({ unit, unitRequired, significantFigures }) {
  const parts = [];
  if (unit) parts.push(`In ${unit}.`);
  if (unitRequired) parts.push("Give the unit too.");
  if (significantFigures) parts.push(`Give it to ${plural(significantFigures, "significant figure")}.`);
  return parts.join(" ");
}

function typedField(label, { inputmode, lang, help, code, keys }) {
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
    keys ? signKeys(keys, () => input) : letterKeys(lang, () => input),
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
    dir: "auto",
    autocomplete: "off",
    autocapitalize: "none",
    autocorrect: "off",
    spellcheck: "false",
    enterkeyhint: "done",
    ...attributes,
  });
}
