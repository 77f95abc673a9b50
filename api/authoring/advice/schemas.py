"""Advice on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.wire import Instant, Wire
from content.linting import Rule


class LintFindingView(Wire, frozen=True, kw_only=True):
    """Something that could be better: where, why, and how to mend it. `also` is the other place of two."""

    rule: Rule
    where: str
    why: str
    how: str
    also: str | None


class RuleCount(Wire, frozen=True, kw_only=True):
    """How often a rule found something, and what it looks for."""

    rule: Rule
    about: str
    findings: int


class LintReport(Wire, frozen=True, kw_only=True):
    """What could be better in a course: at most 1,000 findings, and how many each rule has. `note` tells if near copies
    were not looked for by meaning, and why."""

    n_findings: int
    note: str
    rules: tuple[RuleCount, ...]
    findings: tuple[LintFindingView, ...]


class CellView(Wire, frozen=True, kw_only=True):
    """How many items and templates a skill has in a band."""

    skill: str
    band: str
    n_items: int
    n_templates: int


class GapView(Wire, frozen=True, kw_only=True):
    """Items to write: how many, for which skill and band, and why they are wanted."""

    skill: str
    band: str
    n_wanted: int
    why: str


class CoverageView(Wire, frozen=True, kw_only=True):
    """Which skills have items of which difficulty, and what to write next, most wanted first."""

    cells: tuple[CellView, ...]
    gaps: tuple[GapView, ...]


class TagRequest(Wire, frozen=True, kw_only=True):
    """The words of an item to find skills for."""

    text: Annotated[str, msgspec.Meta(min_length=3, max_length=8000, examples=["How many oceans are there?"])]


class TagView(Wire, frozen=True, kw_only=True):
    """A skill that an item may exercise, its share of all that speaks for any, and items that are like it."""

    skill: str
    weight: float
    items: tuple[str, ...]


class TagList(Wire, frozen=True, kw_only=True):
    """Suggestions, the best first; a person decides."""

    items: tuple[TagView, ...]


class PrerequisiteView(Wire, frozen=True, kw_only=True):
    """A skill that may have to be known before another.

    Attributes:
        right_known, right_unknown: share of right first answers to the skill, of learners whose last answer to the
            other was right, and of those whose was wrong; n_known, n_unknown how many learners these are.
        evidence: of the difference, in standard errors.
        lift: the difference, less what it is the other way round.
    """

    before: str
    skill: str
    right_known: float
    right_unknown: float
    n_known: int
    n_unknown: int
    evidence: float
    lift: float


class PrerequisiteList(Wire, frozen=True, kw_only=True):
    """Prerequisites that answers speak for, the clearest first; a person decides."""

    n_learners: int
    items: tuple[PrerequisiteView, ...]


class HealthFinding(Wire, frozen=True, kw_only=True):
    """Something that answers say of an item, and what to do."""

    kind: str
    severity: str
    says: str
    do: str


class CalibrationView(Wire, frozen=True, kw_only=True):
    """What difficulties and slopes rest on.

    Attributes:
        model: 2pl if five items had 200 answers or more, else rasch.
        at: when the last answer was given that it knows of; difficulties have moved with those given since.
        ability_sd: of the learners, in the unit of difficulties: logits by rasch, 1 by 2pl.
        converged: whether fitting ended by itself.
    """

    model: str
    at: Instant
    n_answers: int
    n_learners: int
    ability_sd: float
    converged: bool


class HealthView(Wire, frozen=True, kw_only=True):
    """How an item does; null where answers do not tell.

    Attributes:
        status: broken, doubtful, fine, or untold with too few answers.
        p_value: share of right first answers.
        discrimination: correlation with the other items.
        seconds: median time.
        difficulty: ability at which half are right, and its standard error; in logits by rasch, in standard deviations
            of ability by 2pl. What was answered after the calibration has moved it.
        slope: how fast the chance of a right answer rises with ability there, and its standard error.
    """

    id: str
    status: str
    n_answers: int
    p_value: float | None
    discrimination: float | None
    seconds: float | None
    difficulty: float | None
    difficulty_error: float | None
    slope: float | None
    slope_error: float | None
    findings: tuple[HealthFinding, ...]


class MistakeView(Wire, frozen=True, kw_only=True):
    """A wrong answer that learners share, as most of them wrote it.

    Attributes:
        examples: others that mean much the same.
        n_learners: who gave one of them; `share` of all who were wrong.
        likeness: mean cosine of them, 1 where all read the same.
    """

    answer: str
    examples: tuple[str, ...]
    n_learners: int
    share: float
    likeness: float


class MistakeList(Wire, frozen=True, kw_only=True):
    """Suggestions, the most frequent first; an author words the feedback and adds it to the item's misconceptions.
    `note` tells if answers were not compared by meaning, and why."""

    note: str
    items: tuple[MistakeView, ...]


class MeasuredView(Wire, frozen=True, kw_only=True):
    """How an item did when it was last measured; null where answers do not tell. `findings` are their kinds."""

    id: str
    at: Instant | None
    status: str
    n_answers: int
    p_value: float | None
    discrimination: float | None
    seconds: float | None
    difficulty: float | None
    difficulty_error: float | None
    slope: float | None
    slope_error: float | None
    calibration: CalibrationView | None
    findings: tuple[str, ...]


class MeasureReceipt(Wire, frozen=True, kw_only=True):
    """The items will be measured; `lastAt` is when they last were, null before the first time."""

    last_at: Instant | None


class HealthReport(Wire, frozen=True, kw_only=True):
    """Every item that was answered, the worst first. `calibration` is null before one was made."""

    calibration: CalibrationView | None
    items: tuple[HealthView, ...]
