// Reading aloud, where the browser can.
import { h, icon } from "./dom.js";

/** A button that speaks a text in its language, and shows it if asked; null where there is nothing to speak with. */
export function speakButton(text, lang, shown = false) {
  if (!("speechSynthesis" in window)) return null;
  const speak = () => {
    const words = new SpeechSynthesisUtterance(text);
    words.lang = lang;
    speechSynthesis.cancel();
    speechSynthesis.speak(words);
  };
  return h(
    "button",
    { type: "button", class: shown ? "speak" : "round speak", "aria-label": `Hear “${text.trim()}”`, lang: "en", onclick: speak },
    icon("speak"),
    shown ? h("span", { lang }, text.trim()) : null,
  );
}
