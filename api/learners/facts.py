"""What the server decided on accepting an event: one struct per kind of fact, joined in the tagged union `Fact`.

Facts are written in the same commit as their event and never recomputed: a grade, a grant of XP and a decision with its
probability stay what they were when the learner saw them. Everything else is folded from events and facts.

`track_version` of a fact about exercises is the version of the track that they are of; "" is the one that the enrolment
began on.
"""

from __future__ import annotations

import msgspec

from api.game.deeds import Deed
from api.game.facts import (
    BadgeEarned,
    Bought,
    DayKept,
    FlagAppealTaken,
    FlagRaised,
    FlagSettled,
    GameSettingsTaken,
    GemsMoved,
    GoalTaken,
    HolidayDropped,
    HolidayTaken,
    ProfileTaken,
    QuestDone,
    QuestsDrawn,
    QuestSwapped,
    RestAdvised,
)
from api.tracks.goals import Feasibility
from rl.wishes import Kind


class FactBase(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag_field="kind", omit_defaults=True, gc=False
):
    """What every fact carries: the version of its meaning."""

    v: int = 1


class EnrolmentStarted(FactBase, frozen=True, kw_only=True, tag="enrolmentStarted"):
    """The enrolment was accepted, on this published version of the track, with this word on its feasibility."""

    enrolment_id: str
    track_id: str
    track_version: str
    feasibility: Feasibility
    skills: tuple[str, ...] = ()
    date: str | None = None
    minutes_per_day: float | None = None


class EnrolmentMoved(FactBase, frozen=True, kw_only=True, tag="enrolmentMoved"):
    """The enrolment goes on in another version of its track, and what is believed with it.

    `skills` names what takes up those skills of the version before that do not stay under their id, and are not retired
    because their id is gone; see `content.skill_map`.
    """

    enrolment_id: str
    from_version: str
    to_version: str
    skills: dict[str, tuple[str, ...]] = {}


class SessionStarted(FactBase, frozen=True, kw_only=True, tag="sessionStarted"):
    """The lesson began, with `planned` exercises, under the learner's settings of that moment.

    `day_starts_at` is the hour at which the learner's day starts; `personalised` is False where the author's order is
    wished for instead of the tutor's choice; `locale` is the language they read (BCP 47). `bundle_id` names the bundle
    that the exercises come from, "" where the server chooses them one by one.
    """

    session_id: str
    enrolment_id: str
    planned: int
    day_starts_at: int
    personalised: bool = True
    locale: str = ""
    bundle_id: str = ""
    track_version: str = ""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason for a choice: a stable code, words for a person, and the number behind them."""

    code: str
    text: str
    value: float


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate and the probability the policy gave it."""

    skill: str
    band: str
    probability: float


class Wished(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A learner's wish as it was understood: `than` is (skill, band) of the exercise that "easier" and "harder" mean,
    None where they mean whatever would come; `skills` are those of "notThis" and "topic"."""

    kind: Kind
    skills: tuple[str, ...] = ()
    than: tuple[str, str] | None = None


class ExerciseChosen(FactBase, frozen=True, kw_only=True, tag="exerciseChosen"):
    """The next exercise was decided. Its id is that of the event that called for it.

    Attributes:
        item_id: the item, or ``template~seed``.
        item_version: content hash of the item shown.
        seed: seed of the presentation (the order of options).
        locale: tag of the translation shown; "" for the item as it is written.
        chosen_by: "policy" or "rule".
        fallback: why the rule stood in for the policy, "" if it did not.
        probability: of the item shown, after masks, guard rails and item choice.
        candidate_probability: of the candidate (skill, band) alone.
        guards: codes of the guard rails that shaped the choice.
        reasons: only where they could not be found later, see `api.sessions.hindsight`.
        top: the five most probable candidates.
        rest: probability mass of all other candidates.
        offline: chosen ahead for a bundle, as if the exercises before it in the bundle had gone as expected: the
            probability is conditional on what was believed when the bundle was made.
        wish: the learner's wish that was in force; it goes on for the lesson.
        bent_by, yielded, cost: see `rl.recommending.Recommendation`.
    """

    decision_id: str
    session_id: str
    enrolment_id: str
    item_id: str
    item_version: str
    skill: str
    band: str
    seed: int
    chosen_by: str
    probability: float
    candidate_probability: float
    policy_version: str
    locale: str = ""
    fallback: str = ""
    reasons: tuple[Reason, ...] = ()
    guards: tuple[str, ...] = ()
    top: tuple[Ranked, ...] = ()
    rest: float = 0.0
    offline: bool = False
    wish: Wished | None = None
    bent_by: tuple[str, ...] = ()
    yielded: tuple[str, ...] = ()
    cost: float = 0.0
    track_version: str = ""


class BundleIssued(FactBase, frozen=True, kw_only=True, tag="bundleIssued"):
    """Exercises to work on without a connection were chosen and handed out.

    Attributes:
        bundle_id: that of the event which asked for it; the exercises' decisions have it with other last digits.
        learner_id: who asked, as the manifest names them for good.
        issued_at, expires_at: when it was made, and until when a lesson may be begun from it (ms).
        policy_version: of the tutor that chose.
        manifest_hash: SHA-256 of the manifest as it was signed.
        packages: for each exercise the SHA-256 of what is needed to show, grade and explain it.
        replaces: bundles that the device need not keep any more.
    """

    bundle_id: str
    learner_id: str
    enrolment_id: str
    issued_at: int
    expires_at: int
    policy_version: str
    manifest_hash: str
    exercises: tuple[ExerciseChosen, ...]
    packages: tuple[str, ...]
    replaces: tuple[str, ...] = ()
    track_version: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """The grade of one gap, pair or option, under the id the learner saw; `note` in inline markup."""

    id: str
    score: float
    note: str = ""


class AnswerGraded(FactBase, frozen=True, kw_only=True, tag="answerGraded"):
    """The answer was graded.

    Attributes:
        skills: ids of all skills the item exercises.
        score: in [0, 1].
        feedback: what the learner was told, in inline markup.
        expected: the right answer in inline markup, as shown afterwards.
        parts: grades of the parts of an item that has some.
        seconds: time taken.
        usual_seconds: time a learner is expected to need for the item.
        hints: hints seen before the answer.
        locale: tag of the translation shown, "" for the item as it is written.
        practice: a further answer to the same decision, or one to a skipped exercise: it informs and rewards nothing.
        day_starts_at: hour at which the learner's day starts, as set when the answer was accepted.
        bundle_id: the bundle that the exercise came from, "" for none.
        pending: whether a person has yet to judge: it counts as answered, and informs and rewards nothing.
        judged_by: what judged a freely typed answer, "" where comparing with the key was enough.
        confidence: how sure that was, 0 to 1.
    """

    decision_id: str
    session_id: str
    enrolment_id: str
    item_id: str
    skills: tuple[str, ...]
    band: str
    score: float
    correct: bool
    feedback: str
    expected: str
    seconds: float
    usual_seconds: float
    day_starts_at: int
    locale: str = ""
    misconception: str | None = None
    parts: tuple[Part, ...] = ()
    hints: int = 0
    practice: bool = False
    bundle_id: str = ""
    pending: bool = False
    judged_by: str = ""
    confidence: float = 0.0
    track_version: str = ""


class AnswerRegraded(FactBase, frozen=True, kw_only=True, tag="answerRegraded"):
    """The answer to a decision is worth more than it was graded: the fold takes this in place of that grade.

    It has the effective time of the answer, so that whatever folds the answer has it at hand. `report_id` is of the
    report that led to it.
    """

    decision_id: str
    session_id: str
    enrolment_id: str
    item_id: str
    score: float
    correct: bool
    report_id: str


class ReportTaken(FactBase, frozen=True, kw_only=True, tag="reportTaken"):
    """A learner's word on an exercise was taken down, for the item as it was shown."""

    decision_id: str
    session_id: str
    enrolment_id: str
    item_id: str
    item_version: str
    locale: str = ""
    track_version: str = ""


class ProgressTold(FactBase, frozen=True, kw_only=True, tag="progressTold"):
    """What the learner was told beside the grade, so that a repeated request is told the same.

    Attributes:
        planned, answered, right, xp: the lesson with this answer in it.
        finished: whether the lesson is over.
        level_up, streak_extended: what this answer brought.
        level, streak_days: with this answer in them; 0 where work of an earlier day tells nothing of now.
        waiting: the exercise that still waits, where this answer did not call for a new one.
    """

    session_id: str
    planned: int
    answered: int
    right: int
    xp: int
    finished: bool = False
    level_up: bool = False
    streak_extended: bool = False
    level: int = 0
    streak_days: int = 0
    waiting: ExerciseChosen | None = None


class XpGranted(FactBase, frozen=True, kw_only=True, tag="xpGranted"):
    """A row of the ledger: experience points, why, and under which rules."""

    amount: int
    reasons: tuple[str, ...]
    rules_version: int
    decision_id: str
    session_id: str


class HintGiven(FactBase, frozen=True, kw_only=True, tag="hintGiven"):
    """Hint `number` (from 1) was shown, in the translation `locale` ("" for none); `remaining` are left."""

    decision_id: str
    session_id: str
    enrolment_id: str
    item_id: str
    number: int
    remaining: int
    locale: str = ""
    bundle_id: str = ""
    track_version: str = ""


class ExercisePassed(FactBase, frozen=True, kw_only=True, tag="exercisePassed"):
    """The skip was accepted. `counted` is False where the exercise had been answered or skipped before.

    `waiting` is the exercise that still waits, where the skip did not call for a new one; `item_id` is told of
    exercises of a bundle.
    """

    decision_id: str
    session_id: str
    enrolment_id: str
    counted: bool
    waiting: ExerciseChosen | None = None
    bundle_id: str = ""
    item_id: str = ""
    track_version: str = ""


class SessionClosed(FactBase, frozen=True, kw_only=True, tag="sessionClosed"):
    """The lesson ended, by its last answer or by the learner; or was asked to end again (`first` is False)."""

    session_id: str
    enrolment_id: str
    answered: int
    right: int
    xp: int
    skills: tuple[str, ...]
    day_starts_at: int
    first: bool = True
    track_version: str = ""


class JournalEnded(FactBase, frozen=True, kw_only=True, tag="journalEnded"):
    """Nothing is added to the journal after the commit `seq`. `into` is who took it over, "" if it is to be erased."""

    seq: int
    into: str = ""


Fact = (
    EnrolmentStarted
    | EnrolmentMoved
    | SessionStarted
    | ExerciseChosen
    | AnswerGraded
    | AnswerRegraded
    | ReportTaken
    | XpGranted
    | ProgressTold
    | HintGiven
    | ExercisePassed
    | SessionClosed
    | BundleIssued
    | JournalEnded
    | Deed
    | GemsMoved
    | Bought
    | QuestsDrawn
    | QuestDone
    | QuestSwapped
    | BadgeEarned
    | GameSettingsTaken
    | ProfileTaken
    | HolidayTaken
    | HolidayDropped
    | DayKept
    | GoalTaken
    | RestAdvised
    | FlagRaised
    | FlagSettled
    | FlagAppealTaken
)
