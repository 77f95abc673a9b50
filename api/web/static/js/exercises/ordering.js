// Putting things in order: buttons move an option up and down, and so do the arrow keys on them.
import { h, icon } from "../dom.js";
import { say } from "../notices.js";
import { plain, rich, speaker } from "../text.js";

export function ordering(presented) {
  const rows = presented.options.map((option) => row(option));
  const list = h("ol", { class: "order", role: "list" }, rows);
  const move = (row, step) => moved(list, row, step);
  for (const one of rows) wire(one, move);
  refresh(list);
  return {
    element: list,
    read: () => ({ kind: "ordering", order: [...list.children].map((one) => one.dataset.option) }),
    missing: () => "",
    mark: (grade) => {
      for (const button of list.querySelectorAll(".move")) button.disabled = true;
      list.classList.add(grade.correct ? "is-right" : "is-wrong");
    },
  };
}

function row(option) {
  const name = plain(option.content).trim();
  const button = (direction) =>
    h("button", { type: "button", class: `round move ${direction}`, "aria-label": `Move ${direction}: ${name}` }, icon(direction));
  return h(
    "li",
    { class: "card-row", data: { option: option.id, name } },
    h("span", { class: "number", "aria-hidden": "true" }),
    h("span", { class: "flow", dir: "auto" }, rich(option.content)),
    speaker(option.content),
    h("span", { class: "moves" }, button("up"), button("down")),
  );
}

function wire(row, move) {
  row.querySelector(".up").addEventListener("click", () => move(row, -1));
  row.querySelector(".down").addEventListener("click", () => move(row, 1));
  row.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.target.closest(".move")) return;
    event.preventDefault();
    move(row, step);
  });
}

function moved(list, row, step) {
  const focused = document.activeElement;
  const place = [...list.children].indexOf(row) + step;
  if (place < 0 || place >= list.children.length || row.querySelector(".move").disabled) return;
  if (step < 0) row.previousElementSibling.before(row);
  else row.nextElementSibling.after(row);
  refresh(list);
  focused?.focus();
  say(`${row.dataset.name}: place ${place + 1} of ${list.children.length}`);
}

function refresh(list) {
  [...list.children].forEach((row, k) => {
    row.querySelector(".number").textContent = String(k + 1);
    row.querySelector(".up").setAttribute("aria-disabled", String(k === 0));
    row.querySelector(".down").setAttribute("aria-disabled", String(k === list.children.length - 1));
  });
}
