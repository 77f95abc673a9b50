// Multiple choice, multiple response, true or false: a list of options, each a real radio button or checkbox.
import { freshId, h, icon, unseen } from "../dom.js";
import { plain, rich, speaker } from "../text.js";

export function multipleChoice(presented) {
  const list = optionList("radio", presented.options);
  return {
    ...list,
    read: () => ({ kind: "multipleChoice", choice: list.chosen()[0] }),
    missing: () => (list.chosen().length ? "" : "Choose an option first."),
    mark: (grade) => list.mark(rightByText(presented.options, grade)),
  };
}

export function multipleResponse(presented) {
  const list = optionList("checkbox", presented.options);
  const isRight = (grade) => (id) => {
    const part = grade.parts.find((one) => one.id === id);
    return part ? (part.score === 1) === list.chosen().includes(id) : false;
  };
  return {
    ...list,
    read: () => ({ kind: "multipleResponse", choices: list.chosen() }),
    missing: () => (list.chosen().length ? "" : "Choose at least one option first."),
    mark: (grade) => list.mark(isRight(grade)),
  };
}

export function trueFalse() {
  const options = ["True", "False"].map((text) => ({ id: text.toLowerCase(), content: [{ text }] }));
  const list = optionList("radio", options, "pair");
  return {
    ...list,
    read: () => ({ kind: "trueFalse", value: list.chosen()[0] === "true" }),
    missing: () => (list.chosen().length ? "" : "Choose true or false first."),
    mark: (grade) => list.mark((id) => (list.chosen()[0] === id) === grade.correct),
  };
}

/** The right option is the one that was chosen, or else the one that reads like what was expected. */
function rightByText(options, grade) {
  const expected = plain(grade.expected);
  return (id) => plain(options.find((option) => option.id === id).content) === expected;
}

function optionList(type, options, className = "") {
  const name = freshId("options");
  const inputs = options.map((option) => h("input", { type, name, id: freshId("option"), value: option.id }));
  const rows = options.map((option, k) => row(option, inputs[k], k));
  const chosen = () => inputs.filter((input) => input.checked).map((input) => input.value);
  return {
    element: h("div", { class: `options ${className}` }, rows),
    chosen,
    mark: (isRight) => inputs.forEach((input, k) => markRow(rows[k], input, isRight(input.value))),
    onKey: (event) => pick(event, inputs),
  };
}

function row(option, input, k) {
  const number = h("span", { class: "number", "aria-hidden": "true" }, k < 9 ? String(k + 1) : "");
  const label = h("label", { for: input.id }, number, h("span", { class: "flow", dir: "auto" }, rich(option.content)));
  return h("div", { class: "option", data: { option: option.id } }, input, label, speaker(option.content));
}

function pick(event, inputs) {
  const input = inputs[Number(event.key) - 1];
  if (!input || input.disabled || event.ctrlKey || event.altKey || event.metaKey) return false;
  input.click();
  input.focus();
  return true;
}

function markRow(row, input, right) {
  input.disabled = true;
  if (!right && !input.checked) return;
  row.classList.add(right ? "is-right" : "is-wrong", input.checked ? "is-chosen" : "is-missed");
  const verdict = right ? "right answer" : "wrong";
  row.append(icon(right ? "check" : "cross", "icon verdict"), unseen(input.checked ? `${verdict}, chosen` : verdict));
}
