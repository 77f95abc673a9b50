// One exercise: its question, its form, hints, and the way to answer it or pass it by.
import { focusOn, freshId, h, icon, unseen } from "./dom.js";
import { keepDraft } from "./draft.js";
import { FORMS, INSTRUCTIONS } from "./exercises/index.js";
import { alarm, clearAlarms, say } from "./notices.js";
import { isBlock, paragraph, plain, rich, voices } from "./text.js";
import { whyButton } from "./why.js";

const MOST_SECONDS = 86_400;

/** An exercise on the page. `act` holds answer(answer, seconds), hint() and skip(); each returns a promise. */
export class Exercise {
  constructor(given, act) {
    this.given = given;
    this.act = act;
    this.shownAt = performance.now();
    this.form = FORMS[given.presented.kind](given.presented);
    if (this.form.area) keepDraft(this.form.area, given.decisionId);
    this.question = question(given.presented);
    this.missing = h("p", { class: "missing", role: "alert" });
    this.hints = h("ol", { class: "hints", role: "list", "aria-label": "Hints" });
    this.buttons = this.makeButtons();
    this.element = this.makeElement();
  }

  makeElement() {
    const { given } = this;
    const data = { kind: given.presented.kind, item: given.itemId, track: given.trackId, decision: given.decisionId };
    return h(
      "form",
      { class: "exercise", novalidate: true, data, onsubmit: (event) => this.submit(event), onkeydown: (event) => this.key(event) },
      h("p", { class: "eyebrow" }, h("span", { class: "skill" }, given.skill.title), h("span", { class: "band" }, given.band.title)),
      h("p", { class: "instruction" }, INSTRUCTIONS[given.presented.kind]),
      this.question,
      belowQuestion(given.presented),
      this.form.element,
      this.hints,
      this.missing,
      h("div", { class: "aside" }, this.buttons.hint, this.buttons.skip, whyButton(given.decisionId)),
      h("div", { class: "bar-bottom" }, this.buttons.check),
    );
  }

  makeButtons() {
    const hint = h("button", { type: "button", class: "quiet", onclick: () => this.hint() }, icon("bulb"), h("span", {}));
    const skip = h("button", { type: "button", class: "quiet", onclick: () => this.pass() }, icon("next"), "Skip");
    const check = h("button", { type: "submit", class: "primary wide check" }, "Check");
    labelHint(hint, this.given.hintsAvailable);
    return { hint, skip, check };
  }

  async submit(event) {
    event?.preventDefault();
    this.ask(this.form.missing());
    if (this.missing.textContent) return;
    const seconds = Math.min((performance.now() - this.shownAt) / 1000, MOST_SECONDS);
    await this.whileBusy(() => this.act.answer(this.form.read(), seconds).catch((error) => this.refused(error)));
  }

  /** What an answer lacks, in words below the form; "" for nothing. */
  ask(words) {
    this.missing.textContent = words;
    const field = this.form.input ?? this.form.area;
    if (words) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
    if (words) field?.focus();
  }

  /** An answer that cannot be read (a number that is none) is mended where it was typed. */
  refused(error) {
    const detail = error.errors?.find(({ pointer }) => pointer === "/answer")?.detail;
    if (!detail) throw error;
    this.ask(`${detail.charAt(0).toUpperCase()}${detail.slice(1)}.`);
  }

  pass() {
    return this.whileBusy(() => this.act.skip());
  }

  hint() {
    return this.whileBusy(async () => {
      const { hint, number, remaining } = await this.act.hint();
      const line = h("li", {}, h("strong", {}, `Hint ${number}. `), paragraph(hint, "hint"));
      this.hints.append(line);
      labelHint(this.buttons.hint, remaining);
      if (remaining === 0) focusOn(line);
      say(`Hint ${number}: ${plain(hint)}`);
    });
  }

  /** One thing at a time; what goes wrong is said, and can be tried again. */
  async whileBusy(task) {
    if (this.element.hasAttribute("aria-busy")) return;
    this.element.setAttribute("aria-busy", "true");
    clearAlarms();
    try {
      await task();
    } catch (error) {
      alarm(error);
    } finally {
      this.element.removeAttribute("aria-busy");
    }
  }

  key(event) {
    const typing = event.target.matches("input[type=text], select, textarea");
    if (!typing && this.form.onKey?.(event)) event.preventDefault();
    else if (event.key === "Enter" && event.target === this.question) this.submit(event);
  }

  /** End answering, and show in the form what was right. */
  close(grade) {
    this.form.mark(grade);
    this.element.querySelector(".bar-bottom").remove();
    this.element.querySelector(".aside").remove();
    for (const letters of this.element.querySelectorAll(".letters")) letters.remove();
  }
}

function labelHint(button, remaining) {
  button.hidden = remaining === 0;
  button.lastChild.textContent = remaining > 1 ? `Hint (${remaining})` : "Hint";
}

/** The heading: the prompt up to the first block of code, or as it should be read aloud. */
function question({ prompt, locale, accessibility }) {
  const end = prompt.findIndex(isBlock);
  const first = end < 0 ? prompt : prompt.slice(0, end);
  const seen = plain(first).trim() ? rich(trimmed(first)) : ["Read the code."];
  const speech = accessibility.speech;
  const content = speech ? [h("span", { "aria-hidden": "true" }, seen), unseen(speech)] : seen;
  return h("h1", { class: "question flow", id: freshId("question"), tabindex: "-1", lang: locale || null, dir: "auto" }, content);
}

function trimmed(spans) {
  const last = spans.at(-1);
  return last.code ? spans : [...spans.slice(0, -1), { ...last, text: last.text.trimEnd() }];
}

/** What belongs to the question but not into a heading: code, how to hear it, descriptions. */
function belowQuestion({ prompt, accessibility }) {
  const start = prompt.findIndex(isBlock);
  return [
    start < 0 ? null : h("div", { class: "flow prompt-rest", dir: "auto" }, rich(prompt.slice(start))),
    voices(prompt),
    accessibility.description ? h("p", { class: "unseen" }, accessibility.description) : null,
    accessibility.keyboard ? h("p", { class: "help" }, accessibility.keyboard) : null,
  ];
}
