// Reading aloud, where the browser can.
import { h, icon } from "./dom.js";

/** A button that speaks a text in its language; null where there is no voice to speak with. */
export function speakButton(text, lang) {
  if (!("speechSynthesis" in window)) return null;
  const speak = () => {
    const words = new SpeechSynthesisUtterance(text);
    words.lang = lang;
    speechSynthesis.cancel();
    speechSynthesis.speak(words);
  };
  return h(
    "button",
    { type: "button", class: "round speak", "aria-label": `Hear “${text.trim()}”`, lang: "en", onclick: speak },
    icon("speak"),
  );
}
