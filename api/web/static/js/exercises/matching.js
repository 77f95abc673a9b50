// Matching: beside each thing on the left, a drop-down of those on the right.
import { freshId, h, unseen } from "../dom.js";
import { plain, rich, speaker } from "../text.js";

export function matching(presented) {
  const selects = presented.left.map((left) => choices(left, presented.right));
  const rows = presented.left.map((left, k) => row(left, selects[k]));
  return {
    element: h("div", { class: "pairs" }, rows),
    read: () => ({
      kind: "matching",
      pairs: Object.fromEntries(selects.filter((one) => one.value).map((one) => [one.dataset.left, one.value])),
    }),
    missing: () => (selects.every((one) => one.value) ? "" : "Match every one first."),
    mark: (grade) => selects.forEach((one) => markPair(one, grade.parts.find((part) => part.id === one.dataset.left))),
  };
}

function choices(left, right) {
  const options = right.map((one) => {
    const lang = one.content.find((span) => span.lang)?.lang;
    return h("option", { value: one.id, lang }, plain(one.content));
  });
  const first = h("option", { value: "" }, "Choose…");
  return h("select", { id: freshId("match"), data: { left: left.id }, dir: "auto" }, first, options);
}

function row(left, select) {
  const label = h("label", { for: select.id, class: "flow", dir: "auto" }, rich(left.content));
  return h("div", { class: "card-row pair-row" }, label, speaker(left.content), select);
}

function markPair(select, part) {
  const right = part?.score === 1;
  select.disabled = true;
  select.classList.add(right ? "is-right" : "is-wrong");
  select.after(unseen(right ? " (right) " : " (wrong) "));
}
