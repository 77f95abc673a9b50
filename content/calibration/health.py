"""How each item does: its figures in one place, and what they mean for its author."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec
import numpy as np

from content.calibration.calibration import Calibration
from content.calibration.diagnosis import Rules, diagnose, difficulty_shifts
from content.calibration.evidence import Evidence, gather
from content.calibration.expectations import Expected
from content.calibration.findings import ItemFinding
from content.calibration.responses import Responses

Status = Literal["broken", "doubtful", "fine", "untold"]

LEAST_SHOWN = 0.01  # share of answers that an option is shown from; typed answers have a long tail


class OptionHealth(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An answer that is given: how often, whether it is graded as right, how it goes with ability (a correlation)."""

    answer: str
    n: int
    share: float
    right: bool
    correlation: float | None


class ItemHealth(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is known of an item; None where answers do not tell.

    Attributes:
        status: the worst finding, where a note counts as "fine"; "untold" with too few answers.
        p_value: share of right answers; p_low, p_high its 95 % interval.
        discrimination: correlation with the other items; discrimination_low, discrimination_high its 95 % interval.
        difficulty, difficulty_error: of the calibration, in its unit. slope: its discrimination.
        seconds: median time.
        options: answers given by 1 % or more, most frequent first.
        findings: worst first.
    """

    item_id: str
    status: Status
    n_answers: int
    p_value: float | None
    p_low: float
    p_high: float
    discrimination: float | None
    discrimination_low: float | None
    discrimination_high: float | None
    difficulty: float | None
    difficulty_error: float | None
    slope: float | None
    seconds: float | None
    options: tuple[OptionHealth, ...]
    findings: tuple[ItemFinding, ...]


def item_health(
    responses: Responses,
    *,
    calibration: Calibration | None = None,
    expected: Mapping[str, Expected] | None = None,
    facets: Iterable[str] | None = None,
    rules: Rules | None = None,
) -> list[ItemHealth]:
    """Put all findings on every item together, in the order of the items.

    Args:
        responses: scores of 0 and 1, with whatever is known of choices, times and groups.
        calibration: by marginal likelihood. With it ability is judged by the model; needed where items are chosen to
            fit the learner, as rest scores tell little there.
        expected: by item id, what the author says; see `content.calibration.expectations.expected_of`.
        facets: by which groups are compared; None takes all there are.
        rules: from where on something is said.

    Raises:
        CalibrationError: no answers, a score that is neither 0 nor 1, an unknown facet, a calibration of other items.
    """
    rules, said = rules or Rules(), expected or {}
    authors = [said.get(name, Expected()) for name in responses.item_ids]
    evidence = gather(responses, calibration, responses.facets if facets is None else facets, rules.false_discoveries)
    known = [math.nan if author.difficulty is None else author.difficulty for author in authors]
    shifts = difficulty_shifts(evidence, np.asarray(known, np.float64))
    return [
        _health(evidence, k, diagnose(evidence, k, author, float(shifts[k]), rules), rules)
        for k, author in enumerate(authors)
    ]


def _health(evidence: Evidence, k: int, found: list[ItemFinding], rules: Rules) -> ItemHealth:
    told, fitted = evidence.classical, _fitted(evidence, k)
    return ItemHealth(
        item_id=evidence.responses.item_ids[k],
        status=_status(int(told.n_answers[k]), found, rules),
        n_answers=int(told.n_answers[k]),
        p_value=_known(told.p_value[k]),
        p_low=float(told.p_low[k]),
        p_high=float(told.p_high[k]),
        discrimination=_known(told.discrimination[k]),
        discrimination_low=_known(told.discrimination_low[k]),
        discrimination_high=_known(told.discrimination_high[k]),
        difficulty=fitted[0],
        difficulty_error=fitted[1],
        slope=fitted[2],
        seconds=None if evidence.times is None else _known(evidence.times.median[k]),
        options=_options(evidence, k),
        findings=tuple(found),
    )


def _fitted(evidence: Evidence, k: int) -> tuple[float | None, float | None, float | None]:
    """Difficulty, its error and the slope."""
    calibration, place = evidence.calibration, int(evidence.place[k])
    if calibration is None or place < 0:
        return None, None, None
    columns = calibration.difficulty, calibration.difficulty_error, calibration.discrimination
    difficulty, error, slope = (_known(column[place]) for column in columns)
    return difficulty, error, slope


def _status(n_answers: int, found: list[ItemFinding], rules: Rules) -> Status:
    if n_answers < rules.least_answers:
        return "untold"
    worst = found[0].severity if found else "note"
    return "fine" if worst == "note" else worst


def _options(evidence: Evidence, k: int) -> tuple[OptionHealth, ...]:
    use, choice = evidence.use, evidence.responses.choice
    if choice is None:
        return ()
    rows = np.arange(evidence.option_rows[k], evidence.option_rows[k + 1])
    return tuple(
        OptionHealth(
            answer=choice.names[use.option[row]],
            n=int(use.n[row]),
            share=float(use.share[row]),
            right=bool(use.keyed[row]),
            correlation=_known(use.correlation[row]),
        )
        for row in rows[np.argsort(-use.n[rows], kind="stable")]
        if use.share[row] >= LEAST_SHOWN
    )


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
