"""What can be found to be wrong with an item, in plain words, and what to do about it."""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["broken", "doubtful", "note"]
Kind = Literal[
    "key-may-be-wrong",
    "able-do-worse",
    "tells-nothing",
    "too-easy",
    "too-hard",
    "no-better-than-guessing",
    "unused-option",
    "tempting-option",
    "unfair-to-group",
    "unfair-to-part-of-group",
    "often-rushed",
    "takes-longer",
    "takes-less",
    "harder-than-said",
    "easier-than-said",
]


class ItemFinding(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One finding: a stable code, how bad it is, what was seen, what to do."""

    kind: Kind
    severity: Severity
    says: str
    do: str


def wrong_key(answer: str, share: float, evidence: float) -> ItemFinding:
    """`evidence` in standard errors."""
    return ItemFinding(
        kind="key-may-be-wrong",
        severity="broken",
        says=f"The key may be wrong: {_percent(share)} answer {answer!r}, and they do better on other items than those "
        f"who are graded right ({evidence:.1f} standard errors).",
        do=f"Check whether {answer!r} is right. If so, correct the key or accept it as well, and re-grade.",
    )


def able_do_worse(discrimination: float) -> ItemFinding:
    """Negative beyond chance."""
    return ItemFinding(
        kind="able-do-worse",
        severity="broken",
        says=f"Learners who do well elsewhere do worse here (correlation {discrimination:+.2f}).",
        do="Look for a wrong key, a trick in the wording, or a second right answer.",
    )


def tells_nothing(discrimination: float) -> ItemFinding:
    """Near 0, and surely not high."""
    return ItemFinding(
        kind="tells-nothing",
        severity="doubtful",
        says=f"Being right here says next to nothing of a learner (correlation {discrimination:+.2f}).",
        do="Make the question clearer, or ask for the skill itself rather than for a detail.",
    )


def too_easy(p_value: float) -> ItemFinding:
    """Nearly all are right."""
    return ItemFinding(
        kind="too-easy",
        severity="note",
        says=f"{_percent(p_value)} are right: hardly anyone learns from it.",
        do="Keep it as a warm-up, give it an easier band, or make it harder.",
    )


def too_hard(p_value: float) -> ItemFinding:
    """Nearly nobody is right."""
    return ItemFinding(
        kind="too-hard",
        severity="doubtful",
        says=f"Only {_percent(p_value)} are right.",
        do="Check the key, add a hint or a step before it, or give it a harder band.",
    )


def no_better_than_guessing(p_value: float, guess: float) -> ItemFinding:
    """As many right as by chance, or fewer."""
    return ItemFinding(
        kind="no-better-than-guessing",
        severity="doubtful",
        says=f"{_percent(p_value)} are right, where guessing gives {_percent(guess)}.",
        do="Check the key and the wording; or it asks for what nobody has been taught yet.",
    )


def unused_option(option: str, n: int, n_wrong: int) -> ItemFinding:
    """A wrong option that next to nobody takes."""
    return ItemFinding(
        kind="unused-option",
        severity="note",
        says=f"Option {option!r} was chosen {n} times in {n_wrong} wrong answers.",
        do="Replace it by a mistake that learners really make, or leave it out.",
    )


def tempting_option(option: str, share: float, correlation: float) -> ItemFinding:
    """A wrong answer that goes with ability, though not more than the key."""
    return ItemFinding(
        kind="tempting-option",
        severity="doubtful",
        says=f"{_percent(share)} answer {option!r}, rather the able ones (correlation {correlation:+.2f}).",
        do=f"See whether {option!r} can be read as right; make it plainly wrong, or accept it.",
    )


def unfair_to_group(facet: str, focal: str, reference: str, delta: float, ets: str) -> ItemFinding:
    """`delta` in ETS units, below 0 harder for the focal group."""
    way = "harder" if delta < 0 else "easier"
    return ItemFinding(
        kind="unfair-to-group",
        severity="doubtful" if ets == "C" else "note",
        says=f"For {facet} {focal!r} it is {way} than for equally able learners with {reference!r} "
        f"(Mantel-Haenszel {delta:+.1f}, ETS class {ets}).",
        do=f"Compare what both see and need to know: wording, translation, names, pictures, {facet}. Mend it.",
    )


def unfair_to_part(facet: str, focal: str, reference: str, gain: float) -> ItemFinding:
    """A difference that changes with ability; `gain` in R squared."""
    return ItemFinding(
        kind="unfair-to-part-of-group",
        severity="doubtful",
        says=f"For {facet} {focal!r} it separates able from less able learners otherwise than for {reference!r} "
        f"(logistic regression, R squared {gain:+.3f}).",
        do=f"Look for what only some with {focal!r} trip over: an idiom, an input method, a layout.",
    )


def often_rushed(share: float, right: float) -> ItemFinding:
    """Answers faster than one can read."""
    return ItemFinding(
        kind="often-rushed",
        severity="doubtful",
        says=f"{_percent(share)} answer faster than it can be read; of those {_percent(right)} are right.",
        do="Ask whether it comes too often, or can be told by the look of its options.",
    )


def takes_otherwise(median: float, seconds: float) -> ItemFinding:
    """Median time against the time said."""
    longer = median > seconds
    return ItemFinding(
        kind="takes-longer" if longer else "takes-less",
        severity="note",
        says=f"Half of the learners need {median:.0f} s {'or more' if longer else 'or less'}; it says {seconds:.0f} s.",
        do=f"Say {median:.0f} seconds" + (", or split it into steps." if longer else "."),
    )


def otherwise_difficult(shift: float, error: float) -> ItemFinding:
    """`shift` in logits above what the author said, relative to the other items."""
    harder = shift > 0
    return ItemFinding(
        kind="harder-than-said" if harder else "easier-than-said",
        severity="note",
        says=f"It is {abs(shift):.1f} logits {'harder' if harder else 'easier'} than it says, against the other items "
        f"(standard error {error:.1f}).",
        do="Give it the band or the difficulty that it has.",
    )


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f} %"
