// A modal sheet. Escape and the close button close it; the browser keeps the focus inside and gives it back.
import { freshId, h, icon } from "./dom.js";

/** Show a sheet with a title; `fill(close)` gives its content. */
export function openSheet(title, fill) {
  const id = freshId("sheet");
  const close = () => dialog.close();
  const dialog = h(
    "dialog",
    { class: "sheet", "aria-labelledby": id },
    h(
      "div",
      { class: "sheet-top" },
      h("h2", { id, tabindex: "-1", autofocus: true }, title),
      h("button", { type: "button", class: "round", "aria-label": "Close", onclick: close }, icon("cross")),
    ),
    fill(close),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) close();
  });
  document.body.append(dialog);
  dialog.showModal();
}
