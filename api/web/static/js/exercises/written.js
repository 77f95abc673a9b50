// Texts of more than a line: lists, translations, open responses, essays.
import { freshId, h } from "../dom.js";
import { letterKeys } from "./letters.js";

export function list(presented) {
  const help = `${presented.nWanted} in all${presented.ordered ? ", in order" : ""}.`;
  const field = area("Your list", { rows: Math.min(presented.nWanted + 1, 8), lang: presented.language, help });
  const lines = () => field.area.value.split("\n").map((line) => line.trim()).filter(Boolean);
  return { ...field, read: () => ({ kind: "list", entries: lines() }) };
}

export function translate(presented) {
  const field = area("Your translation", { rows: 2, lang: presented.language });
  return { ...field, read: () => ({ kind: "translate", text: field.area.value.trim() }) };
}

export function openResponse(presented) {
  const help = presented.stakes === "high" ? "A person reads this." : "";
  const field = area("Your answer", { rows: 4, lang: presented.locale, help, spelling: true });
  return { ...field, read: () => ({ kind: "openResponse", text: field.area.value.trim() }) };
}

export function essay(presented) {
  const field = area("Your essay", { rows: 16, lang: presented.locale, help: essayHelp(presented), spelling: true });
  const nWords = () => field.area.value.split(/\s+/u).filter(Boolean).length;
  const missing = () => {
    if (!field.area.value.trim()) return "Write your essay first.";
    if (nWords() < presented.leastWords) return `Write at least ${presented.leastWords} words; you have ${nWords()}.`;
    if (presented.mostWords && nWords() > presented.mostWords) {
      return `Write at most ${presented.mostWords} words; you have ${nWords()}.`;
    }
    return "";
  };
  return { ...field, missing, read: () => ({ kind: "essay", text: field.area.value.trim() }) };
}

function essayHelp({ traits, leastWords, mostWords }) {
  const length = mostWords ? `${leastWords} to ${mostWords} words.` : leastWords ? `${leastWords} words or more.` : "";
  return `${length} A person judges: ${traits.map((trait) => trait.title).join(", ")}.`.trim();
}

function area(label, { rows, lang, help, spelling }) {
  const helpId = freshId("help");
  const typed = h("textarea", {
    id: freshId("answer"),
    class: "typed",
    rows: String(rows),
    lang,
    autocapitalize: spelling ? "sentences" : "none",
    autocorrect: "off",
    spellcheck: spelling ? "true" : "false",
    "aria-describedby": help ? helpId : null,
  });
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: typed.id }, label),
    typed,
    help ? h("p", { class: "help", id: helpId }, help) : null,
    letterKeys(lang, () => typed),
  );
  return {
    element,
    area: typed,
    missing: () => (typed.value.trim() ? "" : "Type your answer first."),
    mark: (grade) => {
      typed.readOnly = true;
      if (!grade.pending) typed.classList.add(grade.correct ? "is-right" : "is-wrong");
    },
  };
}
