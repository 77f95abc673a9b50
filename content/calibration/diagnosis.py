"""From the statistics of an item to what to say of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from content.calibration import findings
from content.calibration.evidence import Evidence
from content.calibration.expectations import Expected
from content.calibration.findings import ItemFinding
from content.calibration.keys import LEAST_ANSWERS
from content.calibration.responses import Reals
from content.calibration.significance import correlation_interval, share_interval

FLATTEST = 0.3  # slope below which a difficulty means little
LEAST_PLACED = 5  # items with a difficulty of the author's, to compare one of them with the others


@dataclass(frozen=True)
class Rules:
    """From where on something is said. "Surely" is beyond the 95 % interval.

    Attributes:
        least_answers: to an item; with fewer, nothing is.
        easy, hard: shares of right answers that are surely above, surely below.
        discrimination: correlation that is surely not reached (Ebel 1965 asks for .2), of items neither hard nor easy.
        guess_margin: above the chance to guess, that the share of right answers surely does not reach.
        tempting: correlation of a wrong answer with ability, that is also surely above 0.
        unused: share of the wrong answers that an option surely does not reach. (Haladyna and Downing 1993 ask for 5 %
            of all answers, which no option of an easy item has.)
        rushed: share of answers without thought.
        time_factor: by which the median time is off what the author says.
        difficulty_shift: logits by which the difficulty is off, and surely off 0.
        false_discoveries: share of what is said of groups that may be chance.
    """

    least_answers: int = 30
    easy: float = 0.95
    hard: float = 0.1
    discrimination: float = 0.2
    guess_margin: float = 0.05
    tempting: float = 0.1
    unused: float = 0.05
    rushed: float = 0.1
    time_factor: float = 2.0
    difficulty_shift: float = 1.0
    false_discoveries: float = 0.05


def diagnose(evidence: Evidence, k: int, expected: Expected, shift: float, rules: Rules) -> list[ItemFinding]:
    """Everything there is to say of item k, the worst first.

    Args:
        shift: logits by which it is harder than its author says, relative to the others; NaN if unknown.
    """
    if evidence.classical.n_answers[k] < rules.least_answers:
        return []
    found = [
        *_key_and_discrimination(evidence, k, rules),
        *_share_right(evidence, k, expected, rules),
        *_options(evidence, k, expected, rules),
        *_groups(evidence, k),
        *_times(evidence, k, expected, rules),
        *_difficulty(evidence, k, shift, rules),
    ]
    return sorted(found, key=lambda finding: ("broken", "doubtful", "note").index(finding.severity))


def difficulty_shifts(evidence: Evidence, difficulty: Reals) -> Reals:
    """(J,) calibrated less expected difficulty (J,), less its median over the items; NaN where either is unknown.

    The unit is that of the calibration; the origin of the author's scale is unknown, so only differences count.
    """
    shift = np.full(len(difficulty), np.nan)
    if evidence.calibration is not None:
        there = evidence.place >= 0
        shift[there] = evidence.calibration.difficulty[evidence.place[there]] - difficulty[there]
    known = np.isfinite(shift)
    return shift - np.median(shift[known]) if known.sum() >= LEAST_PLACED else np.full_like(shift, np.nan)


def _key_and_discrimination(evidence: Evidence, k: int, rules: Rules) -> Iterator[ItemFinding]:
    doubt = evidence.doubts.get(evidence.responses.item_ids[k])
    if doubt is not None:
        yield findings.wrong_key(doubt.answer, doubt.share, doubt.evidence)
    told = evidence.classical
    if told.discrimination_high[k] < 0.0:
        yield findings.able_do_worse(float(told.discrimination[k]))
    elif told.discrimination_high[k] < rules.discrimination and rules.hard < told.p_value[k] < rules.easy:
        yield findings.tells_nothing(float(told.discrimination[k]))


def _share_right(evidence: Evidence, k: int, expected: Expected, rules: Rules) -> Iterator[ItemFinding]:
    share, low, high = (float(values[k]) for values in _shares(evidence))
    if low > rules.easy:
        yield findings.too_easy(share)
    if expected.guess > 0.0 and high < expected.guess + rules.guess_margin:
        yield findings.no_better_than_guessing(share, expected.guess)
    elif high < rules.hard:
        yield findings.too_hard(share)


def _shares(evidence: Evidence) -> tuple[Reals, Reals, Reals]:
    return evidence.classical.p_value, evidence.classical.p_low, evidence.classical.p_high


def _options(evidence: Evidence, k: int, expected: Expected, rules: Rules) -> Iterator[ItemFinding]:
    use, choice = evidence.use, evidence.responses.choice
    if choice is None:
        return
    rows = {choice.names[use.option[row]]: row for row in range(*evidence.option_rows[k : k + 2])}
    doubt = evidence.doubts.get(evidence.responses.item_ids[k])
    for answer, row in rows.items():
        if _tempting(evidence, row, rules) and (doubt is None or doubt.answer != answer):
            yield findings.tempting_option(answer, float(use.share[row]), float(use.correlation[row]))
    n_wrong = sum(float(use.n[row]) for row in rows.values() if not use.keyed[row])
    for option in expected.options:
        n = float(use.n[rows[option]]) if option in rows else 0.0
        keyed = option in rows and use.keyed[rows[option]]
        if not keyed and share_interval(np.asarray(n), np.asarray(n_wrong))[1] < rules.unused:
            yield findings.unused_option(option, int(n), int(n_wrong))


def _tempting(evidence: Evidence, row: int, rules: Rules) -> bool:
    """Whether an answer that is graded as wrong goes with ability."""
    use = evidence.use
    n_answers = use.n[row] / use.share[row]
    low, _ = correlation_interval(use.correlation[row], n_answers)
    return bool(
        not use.keyed[row] and use.n[row] >= LEAST_ANSWERS and use.correlation[row] > rules.tempting and low > 0.0
    )


def _groups(evidence: Evidence, k: int) -> Iterator[ItemFinding]:
    for unfair in evidence.unfairness:
        dif = unfair.dif
        ets = str(dif.mantel_haenszel.ets[k])
        if unfair.uniform[k] and ets in ("B", "C"):
            delta = float(dif.mantel_haenszel.delta[k])
            yield findings.unfair_to_group(dif.facet, dif.focal, dif.reference, delta, ets)
        if unfair.non_uniform[k] and dif.logistic.size[k] in ("B", "C"):
            yield findings.unfair_to_part(dif.facet, dif.focal, dif.reference, float(dif.logistic.gain[k]))


def _times(evidence: Evidence, k: int, expected: Expected, rules: Rules) -> Iterator[ItemFinding]:
    times = evidence.times
    if times is None or times.n[k] < rules.least_answers:
        return
    if times.rushed_share[k] > rules.rushed:
        yield findings.often_rushed(float(times.rushed_share[k]), float(times.rushed_right[k]))
    median, said = float(times.median[k]), expected.seconds
    if said and not 1.0 / rules.time_factor <= median / said <= rules.time_factor:
        yield findings.takes_otherwise(median, said)


def _difficulty(evidence: Evidence, k: int, shift: float, rules: Rules) -> Iterator[ItemFinding]:
    if evidence.calibration is None or not abs(shift) > rules.difficulty_shift:
        return
    place = evidence.place[k]
    error, slope = float(evidence.calibration.difficulty_error[place]), evidence.calibration.discrimination[place]
    if abs(shift) > 2.0 * error and slope > FLATTEST:
        yield findings.otherwise_difficult(shift, error)
