"""How a bundle moves with the facts about its exercises: the part of the fold that concerns one bundle.

A bundle's id ends in 000, and the decisions of its exercises have the same id with their number, from 001, in place of
that: each side can name them without the other.
"""

from __future__ import annotations

from api.learners.facts import AnswerGraded, BundleIssued, ExercisePassed, HintGiven
from api.learners.learner import Bundle, Posed

DIGITS = 3
FIRST = "0" * DIGITS


def decision_of(bundle_id: str, place: int) -> str:
    """The decision of the exercise at a place, counted from 0."""
    return f"{bundle_id[:-DIGITS]}{place + 1:0{DIGITS}x}"


def bundle_of(decision_id: str) -> str:
    """The id of the bundle that a decision would belong to, if it belongs to one."""
    return decision_id[:-DIGITS] + FIRST


def place_of(bundle_id: str, decision_id: str) -> int | None:
    """The place of a decision in a bundle, counted from 0; None if it is not of this bundle."""
    if bundle_of(decision_id) != bundle_id or len(decision_id) != len(bundle_id):
        return None
    try:
        place = int(decision_id[-DIGITS:], 16) - 1
    except ValueError:
        return None
    return place if place >= 0 else None


def posed_in(bundle: Bundle, decision_id: str) -> Posed | None:
    """The exercise of a decision, or None if the bundle has no such."""
    place = place_of(bundle.id, decision_id)
    return bundle.posed[place] if place is not None and place < len(bundle.posed) else None


def issued(fact: BundleIssued, device_id: str, at: int) -> Bundle:
    """The bundle as it was handed out to a device, at `at` (ms)."""
    return Bundle(
        id=fact.bundle_id,
        enrolment_id=fact.enrolment_id,
        track_version=fact.track_version,
        device_id=device_id,
        issued_at=fact.issued_at,
        expires_at=fact.expires_at,
        at=at,
        manifest_hash=fact.manifest_hash,
        posed=[Posed(chosen.item_id, at, locale=chosen.locale) for chosen in fact.exercises],
    )


def enter(bundle: Bundle, fact: AnswerGraded | ExercisePassed | HintGiven) -> None:
    """Take one fact into its bundle."""
    posed = posed_in(bundle, fact.decision_id)
    if posed is None:
        return
    match fact:
        case AnswerGraded(practice=False):
            posed.answered = True
        case ExercisePassed(counted=True):
            posed.skipped = True
        case HintGiven():
            posed.hints = max(posed.hints, fact.number)
        case _:
            pass
