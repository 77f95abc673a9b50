// A lesson: one exercise after the other, with its progress, until the summary.
import { api } from "./api.js";
import { openSheet } from "./dialog.js";
import { focusOn, h, icon, unseen } from "./dom.js";
import { forgetDrafts } from "./draft.js";
import { newEvent } from "./events.js";
import { Exercise } from "./exercise.js";
import { Rewards } from "./game/rewards.js";
import { gradeInWords, gradePanel } from "./grade.js";
import { alarm, clearAlarms, clearNews, say } from "./notices.js";
import { send } from "./outbox.js";
import { forget, write } from "./storage.js";
import { summary } from "./summary.js";

/** Begin a lesson and go to it. */
export async function beginLesson(enrolmentId) {
  const session = await send("/sessions", newEvent({ enrolmentId }));
  location.hash = `#/lesson/${session.id}`;
}

export async function lessonView(root, id) {
  const session = await api.get(`/sessions/${encodeURIComponent(id)}`);
  const lesson = new Lesson(root, session);
  if (session.exercise) lesson.show(session.exercise);
  else await lesson.finish();
}

class Lesson {
  constructor(root, session) {
    this.root = root;
    this.path = `/sessions/${session.id}`;
    this.session = session;
    this.rewards = new Rewards();
    this.count = h("span", { class: "count" });
    this.progress = h("progress", { "aria-label": "Exercises answered in this lesson" });
    this.stage = h("div", { class: "stage" });
    const end = h("button", { type: "button", class: "round", "aria-label": "End this lesson", onclick: () => this.askToEnd() }, icon("cross"));
    root.append(h("div", { class: "lesson-top" }, end, this.progress, this.count), this.stage);
    write("lesson", { id: session.id, enrolmentId: session.enrolmentId });
    document.title = "Lesson · Pacer";
    this.showProgress();
  }

  showProgress() {
    const { answered, planned } = this.session;
    this.progress.max = planned;
    this.progress.value = answered;
    this.count.replaceChildren(h("span", { "aria-hidden": "true" }, `${answered}/${planned}`), unseen(`${answered} of ${planned} answered`));
  }

  show(given) {
    const { decisionId } = given;
    this.exercise = new Exercise(given, {
      answer: async (answer, secondsTaken) => this.graded(decisionId, await this.send("answers", { decisionId, answer, secondsTaken })),
      hint: () => this.send("hints", { decisionId }),
      skip: async () => this.skipped(await this.send("skips", { decisionId })),
    });
    this.stage.replaceChildren(this.exercise.element);
    if (!this.root.isConnected) return;
    scrollTo(0, 0);
    focusOn(this.exercise.question);
  }

  send(what, fields) {
    return send(`${this.path}/${what}`, newEvent(fields));
  }

  skipped({ next }) {
    forgetDrafts();
    return this.goOn(next);
  }

  graded(decisionId, result) {
    this.session = { ...this.session, ...result.session };
    forgetDrafts();
    this.showProgress();
    this.exercise.close(result.grade);
    const moments = this.rewards.take(result.reward);
    const panel = gradePanel(result, moments, decisionId, () => this.goOn(result.next));
    this.stage.append(panel.element);
    focusOn(panel.title);
    panel.element.scrollIntoView({ block: "nearest" });
    say(gradeInWords(result, moments));
    this.rewards.refresh();
  }

  goOn(next) {
    clearAlarms();
    clearNews();
    if (next) return this.show(next);
    return this.finish().catch(alarm);
  }

  async finish() {
    const { summary: told } = await this.send("finish", {});
    forget("lesson");
    forgetDrafts();
    const end = await this.rewards.finish();
    const again = () => beginLesson(this.session.enrolmentId).catch(alarm);
    this.root.replaceChildren(...summary(told, end, this.session.enrolmentId, again));
    document.title = "Lesson done · Pacer";
    if (!this.root.isConnected) return;
    scrollTo(0, 0);
    focusOn(this.root.querySelector("h1"));
    if (end.words) say(end.words);
  }

  askToEnd() {
    openSheet("End this lesson?", (close) => {
      const end = () => {
        close();
        this.finish().catch(alarm);
      };
      return h(
        "div",
        { class: "why" },
        h("p", {}, "What you answered counts. You can begin another lesson at any time."),
        h("button", { type: "button", class: "primary wide", onclick: close }, "Keep going"),
        h("button", { type: "button", class: "quiet wide", onclick: end }, "End the lesson"),
      );
    });
  }
}
