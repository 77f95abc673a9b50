// Texts of more than a line: lists, translations, open responses, essays.
import { freshId, h, icon, plural } from "../dom.js";
import { letterKeys } from "./letters.js";

export function list(presented) {
  const help = `${presented.nWanted} in all${presented.ordered ? ", in order" : ""}, each on a line of its own.`;
  const field = area("Your list", { rows: Math.min(presented.nWanted + 1, 8), lang: presented.language, help });
  const lines = () => field.area.value.split("\n").map((line) => line.trim()).filter(Boolean);
  return { ...field, read: () => ({ kind: "list", entries: lines() }) };
}

export function translate(presented) {
  const field = area("Your translation", { rows: 2, lang: presented.language, help: `In ${languageName(presented.language)}.` });
  return { ...field, read: () => ({ kind: "translate", text: field.area.value.trim() }) };
}

function languageName(tag) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(tag);
  } catch {
    return tag; // A tag that the browser cannot read is shown as it is.
  }
}

export function openResponse(presented) {
  const help = presented.stakes === "high" ? "A person reads this." : "";
  const field = area("Your answer", { rows: 4, lang: presented.locale, help, spelling: true });
  return { ...field, read: () => ({ kind: "openResponse", text: field.area.value.trim() }) };
}

export function essay(presented) {
  const { leastWords, mostWords } = presented;
  const field = area("Your essay", { rows: 12, lang: presented.locale, help: lengthHelp(presented), spelling: true });
  const nWords = () => field.area.value.split(/\s+/u).filter(Boolean).length;
  const count = h("p", { class: "help word-count" });
  const tell = () => {
    count.textContent = `${plural(nWords(), "word")} so far`;
  };
  tell();
  field.area.addEventListener("input", tell);
  field.area.after(count);
  field.element.prepend(rubric(presented.traits));
  const missing = () => {
    if (nWords() === 0) return "Write your essay first.";
    if (nWords() < leastWords) return `Write at least ${plural(leastWords, "word")}; you have ${nWords()}.`;
    if (mostWords && nWords() > mostWords) return `Write at most ${plural(mostWords, "word")}; you have ${nWords()}.`;
    return "";
  };
  return { ...field, missing, read: () => ({ kind: "essay", text: field.area.value.trim() }) };
}

function lengthHelp({ leastWords, mostWords }) {
  const length = mostWords ? `${leastWords || 1} to ${plural(mostWords, "word")}.` : leastWords ? `${plural(leastWords, "word")} or more.` : "";
  return `${length} A person reads it.`.trim();
}

/** What the essay is judged by, to be opened before or while it is written. */
function rubric(traits) {
  const levels = (trait) => h("ol", { class: "levels", start: "0" }, trait.levels.map((words) => h("li", {}, words)));
  return h("details", { class: "panel" }, h("summary", {}, "What it is judged by", icon("down")), traits.map((trait) => [h("h2", {}, trait.title), levels(trait)]));
}

function area(label, { rows, lang, help, spelling }) {
  const helpId = freshId("help");
  const typed = h("textarea", {
    id: freshId("answer"),
    class: "typed",
    rows: String(rows),
    lang,
    dir: "auto",
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
