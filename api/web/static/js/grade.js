// What an answer was worth: verdict, feedback, the right answer, why, and the reward.
import { freshId, h, icon, plural } from "./dom.js";
import { answerMoments } from "./game/moment-list.js";
import { momentsInWords } from "./game/moments.js";
import { paragraph, plain } from "./text.js";
import { whyButton } from "./why.js";

const WAITS = "A person will look at this.";
const PRAISE = ["Right!", "Yes, right!", "Exactly right!", "Well done!"];

/** The panel under an answered exercise, with the moments it brought. `goOn` shows what comes next. */
export function gradePanel(result, moments, decisionId, goOn) {
  const { grade, reward } = result;
  const kind = kindOf(grade);
  const title = h("h2", { id: freshId("verdict"), tabindex: "-1" }, verdict(kind, result));
  const next = h("button", { type: "button", class: "primary wide go-on", onclick: goOn }, result.next ? "Next" : "Finish");
  const element = h(
    "section",
    { class: `grade ${kind}`, "aria-labelledby": title.id, data: { score: grade.score } },
    h("div", { class: "verdict-line" }, icon({ right: "check", partly: "half", wrong: "cross", pending: "clock" }[kind], "icon badge"), title, rewardPill(reward)),
    paragraph(grade.feedback, "feedback"),
    grade.parts.map((part) => paragraph(part.note, "note")),
    kind === "right" ? null : expected(grade, kind),
    paragraph(grade.explanation, "explanation"),
    answerMoments(moments, () => next.focus()),
    whyButton(decisionId),
    h("div", { class: "bar-bottom" }, next),
  );
  return { element, title };
}

/** The same in a few words, for screen readers. */
export function gradeInWords({ grade, reward }, moments) {
  const parts = [{ right: "Right.", partly: "Partly right.", wrong: "Not right.", pending: WAITS }[kindOf(grade)]];
  if (!grade.correct) parts.push(`${grade.pending ? "One right answer" : "The answer"}: ${plain(grade.expected)}.`);
  parts.push(`${plural(reward.xp, "experience point")}.`);
  parts.push(momentsInWords(moments));
  return parts.join(" ").trim();
}

function kindOf(grade) {
  if (grade.pending) return "pending";
  return grade.correct ? "right" : grade.score > 0 ? "partly" : "wrong";
}

function verdict(kind, result) {
  if (kind === "pending") return WAITS;
  if (kind === "right") return PRAISE[result.session.correct % PRAISE.length];
  return kind === "partly" ? "Partly right" : "Not quite";
}

function expected(grade, kind) {
  if (grade.expected.length === 0) return null;
  return h("div", { class: "expected" }, h("h3", {}, kind === "pending" ? "What counts" : "The answer"), paragraph(grade.expected, "answer"));
}

function rewardPill({ xp }) {
  if (xp === 0) return null;
  return h("span", { class: "xp" }, icon("bolt"), `+${xp} XP`);
}
