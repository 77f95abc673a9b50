// A text with gaps: typed ones are fields, those with options are drop-downs, also within blocks of code.
import { h, unseen } from "../dom.js";
import { codeBlock, isBlock, rich } from "../text.js";
import { letterKeys } from "./letters.js";
import { plainInput } from "./typed.js";

const CODE = "zxx";

export function cloze(presented) {
  const gaps = presented.parts.filter((part) => part.kind === "gap");
  const controls = gaps.map((gap, k) => gapControl(gap, gaps.length === 1 ? "Gap" : `Gap ${k + 1} of ${gaps.length}`));
  const typed = controls.filter((control) => control.tagName === "INPUT");
  let last = typed[0];
  for (const input of typed) input.addEventListener("focus", () => { last = input; });
  const spoken = gaps.find((gap) => gap.options === undefined || gap.options.length === 0);
  const element = h(
    "div",
    { class: "cloze-form" },
    h("div", { class: "cloze flow", dir: "auto" }, pieces(presented.parts, controls)),
    typed.length ? letterKeys(spoken?.language, () => last) : null,
  );
  return {
    element,
    read: () => ({ kind: "cloze", gaps: Object.fromEntries(gaps.map((gap, k) => [gap.id, controls[k].value.trim()])) }),
    missing: () => (controls.every((control) => control.value.trim()) ? "" : "Fill in every gap first."),
    mark: (grade) => gaps.forEach((gap, k) => markGap(controls[k], grade.parts.find((part) => part.id === gap.id))),
  };
}

/** Runs of code that belong to one block are shown as one, with their gaps inside. */
function pieces(parts, controls) {
  const shown = [];
  let next = 0;
  for (const run of runs(parts)) {
    const block = run.code && run.parts.some((part) => part.kind === "text" && part.span.text.includes("\n"));
    const content = run.parts.map((part) => {
      if (part.kind === "gap") return controls[next++];
      return run.code ? document.createTextNode(part.span.text) : rich([part.span])[0];
    });
    if (block) shown.push(codeBlock(...trimmedEnd(content)));
    else if (run.code) shown.push(h("code", { translate: "no" }, content));
    else shown.push(...content);
  }
  return shown;
}

function runs(parts) {
  const found = [];
  for (const part of parts) {
    const code = Boolean(part.kind === "gap" ? part.code : part.span.code);
    const before = found.at(-1);
    const ended = before?.parts.at(-1);
    const closed = ended?.kind === "text" && isBlock(ended.span) && code && part.kind === "text";
    if (before && before.code === code && !closed) before.parts.push(part);
    else found.push({ code, parts: [part] });
  }
  return found;
}

function trimmedEnd(content) {
  const end = content.at(-1);
  if (end instanceof Text) end.data = end.data.replace(/\n$/, "");
  return content;
}

function gapControl(gap, label) {
  const data = { gap: gap.id };
  const lang = gap.language === CODE ? null : gap.language;
  if (gap.options?.length) {
    const choices = gap.options.map((text) => h("option", { value: text, lang }, text));
    return h("select", { "aria-label": label, data, class: "gap", dir: "auto" }, h("option", { value: "" }, "Choose"), choices);
  }
  return plainInput({ "aria-label": label, class: "gap", size: "9", lang, data });
}

function markGap(control, part) {
  const right = part?.score === 1;
  if (control.tagName === "SELECT") control.disabled = true;
  else control.readOnly = true;
  control.classList.add(right ? "is-right" : "is-wrong");
  control.after(unseen(right ? " (right) " : " (wrong) "));
}
