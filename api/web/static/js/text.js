// Spans of the server's markup as elements: language marks, code within a line, blocks of code. Each text runs in the
// direction of its own letters.
import { h } from "./dom.js";
import { speakButton } from "./speech.js";

/** Whether a span is a block of code: its text ends with a line break. */
export function isBlock(span) {
  return Boolean(span.code) && span.text.endsWith("\n");
}

export function plain(spans) {
  return spans.map((span) => span.text).join("");
}

/** Elements for spans. Text around a block of code loses the line breaks that the block makes anyway. */
export function rich(spans) {
  return spans.map((span, k) => {
    if (isBlock(span)) return codeBlock(span.text.replace(/\n$/, ""));
    if (span.code) return h("code", { translate: "no", dir: "ltr" }, span.text);
    let text = span.text;
    if (k > 0 && isBlock(spans[k - 1])) text = text.replace(/^\s+/, "");
    if (k + 1 < spans.length && isBlock(spans[k + 1])) text = text.replace(/\s+$/, "");
    return span.lang ? h("span", { lang: span.lang, dir: "auto", class: "foreign" }, text) : document.createTextNode(text);
  });
}

export function codeBlock(...content) {
  return h("pre", { tabindex: "0", role: "group", "aria-label": "Code", translate: "no" }, h("code", {}, ...content));
}

function marked(spans) {
  return [...new Map(spans.filter((span) => span.lang && span.text.trim()).map((span) => [span.text, span.lang]))];
}

/** A button that speaks what is marked with a language, to stand beside a choice; null if nothing is. */
export function speaker(spans) {
  const texts = marked(spans);
  return texts.length ? speakButton(texts.map(([text]) => text).join(", "), texts[0][1]) : null;
}

/** A row of buttons that speak what is marked with a language, one for each different text; null if nothing is. */
export function voices(spans) {
  const buttons = marked(spans).map(([text, lang]) => speakButton(text, lang, true)).filter(Boolean);
  return buttons.length ? h("div", { class: "voices" }, buttons) : null;
}

/** A paragraph of spans with its speak buttons; null if there are none. */
export function paragraph(spans, className) {
  if (spans.length === 0) return null;
  return h("div", { class: `said ${className}` }, h("div", { class: "flow", dir: "auto" }, rich(spans)), voices(spans));
}
