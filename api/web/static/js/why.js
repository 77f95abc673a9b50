// "Why this exercise?": what chose it, why, and what else was likely, from the decision log.
import { api } from "./api.js";
import { openSheet } from "./dialog.js";
import { h, icon, percent } from "./dom.js";
import { alarm } from "./notices.js";

const CHOOSERS = {
  policy: "The trained tutor chose it.",
  rule: "A fixed rule chose it.",
};

export function whyButton(decisionId) {
  return h("button", { type: "button", class: "quiet", onclick: () => show(decisionId) }, icon("why"), "Why this exercise?");
}

async function show(decisionId) {
  try {
    const decision = await api.get(`/decisions/${encodeURIComponent(decisionId)}`);
    openSheet("Why this exercise?", () => content(decision));
  } catch (error) {
    alarm(error);
  }
}

function content(decision) {
  const reasons = decision.reasons.map((reason) => h("li", {}, reason.text));
  return h(
    "div",
    { class: "why" },
    h("p", {}, `${CHOOSERS[decision.chosenBy]} It practises `, h("strong", {}, decision.skill.title), ` (${decision.band.title}).`),
    reasons.length ? h("ul", { class: "reasons" }, reasons) : null,
    decision.top.length > 1 ? ranking(decision) : null,
    h("p", { class: "help" }, `Chosen with probability ${percent(decision.candidateProbability)} by ${decision.policyVersion}.`),
  );
}

function ranking(decision) {
  const rows = decision.top.map((one) => {
    const chosen = one.skill.id === decision.skill.id && one.band.id === decision.band.id;
    const bar = h("span", { class: "bar", "aria-hidden": "true" }, h("span", { class: "bar-fill" }));
    bar.style.setProperty("--share", String(one.probability));
    return h(
      "li",
      { class: chosen ? "chosen" : null },
      h("span", {}, `${one.skill.title} (${one.band.title})${chosen ? ", this one" : ""}`),
      h("span", { class: "figure" }, percent(one.probability)),
      bar,
    );
  });
  return h("div", {}, h("h3", {}, "What was likely"), h("ol", { class: "ranking", role: "list" }, rows));
}
