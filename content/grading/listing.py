"""Grading of lists: several typed things, in any order or in one, each in any of its wordings."""

from __future__ import annotations

from random import Random

from content.answers import ListingAnswer
from content.grading.grades import AnswerShapeError, Grade, Kind, PartGrade
from content.grading.text import check_text, is_right, note_on, plain_form, settle, shown, wrong_texts
from content.items import Listing

MAX_ENTRIES = 50


def n_wanted(item: Listing) -> int:
    """How many entries are asked for."""
    return len(item.entries) if item.ordered or item.n_wanted is None else item.n_wanted


def grade_listing(item: Listing, answer: ListingAnswer) -> Grade:
    """Share of what was asked for, each wrong entry taking one away; naming a thing twice counts once.

    In order, the share of places that are right. A misconception is one wrong entry.

    Raises:
        AnswerShapeError: no entry, more than 50, or one that is empty or too long.
    """
    given = _checked(answer)
    named = [_place(item, text) for text in given]
    places = {place for place, _ in named if place is not None}
    wanted = n_wanted(item)
    if item.ordered:
        hits = [k < len(named) and named[k][0] == k for k in range(wanted)]
        score = sum(hits) / max(wanted, len(given))
    else:
        n_wrong = sum(place is None for place, _ in named)
        hits = [place in places for place in range(len(item.entries))]
        score = max(0, min(len(places), wanted) - n_wrong) / wanted
    parts = tuple(PartGrade(id=str(k), score=float(hit)) for k, hit in enumerate(hits))
    right = score >= 1.0
    wrong = [text for text, (place, _) in zip(given, named, strict=True) if place is None]
    for misconception in item.misconceptions:
        if any(plain_form(text, item.policy) == plain_form(misconception.answer, item.policy) for text in wrong):
            return Grade(
                score=score, correct=False, misconception=misconception.id, feedback=misconception.feedback, parts=parts
            )
    return Grade(score=score, correct=right, feedback=" ".join(note for _, note in named if note), parts=parts)


def _checked(answer: ListingAnswer) -> list[str]:
    given = [text.strip() for text in answer.entries]
    if not given or not all(given):
        raise AnswerShapeError("an entry is empty, or there is none; expected one text for each thing named")
    if len(given) > MAX_ENTRIES:
        raise AnswerShapeError(f"{len(given)} entries are too many; expected at most {MAX_ENTRIES}")
    for text in given:
        check_text(text)
    return given


def _place(item: Listing, text: str) -> tuple[int | None, str]:
    """Which entry a text names, if any, and what to tell about its spelling. The same spelling goes before a slip."""
    nearest: tuple[int | None, str] = (None, "")
    for k, wordings in enumerate(item.entries):
        comparison, accepted = settle(text, wordings, item.policy)
        note = note_on(comparison, accepted, item.policy, item.locale)
        if is_right(comparison, item.policy) and (nearest[0] is None or not note):
            nearest = (k, note)
            if not note:
                break
    return nearest


def _model(item: Listing) -> ListingAnswer:
    return ListingAnswer(entries=tuple(wordings[0] for wordings in item.entries[: n_wanted(item)]))


def _with_misconception(item: Listing, wrong: str) -> ListingAnswer:
    return ListingAnswer(entries=(*_model(item).entries[:-1], wrong))


def _wrong_lists(item: Listing, rng: Random) -> list[ListingAnswer]:
    """All but one, and one replaced by a text that is never accepted."""
    entries = list(_model(item).entries)
    rng.shuffle(entries)
    last = wrong_texts(entries[-1], rng)[-1]
    fewer = [ListingAnswer(entries=tuple(entries[:-1]))] if len(entries) > 1 else []
    return [*fewer, ListingAnswer(entries=(*entries[:-1], last))]


def _expected(item: Listing) -> str:
    return ", ".join(shown(wordings[0], item.policy, item.locale) for wordings in item.entries)


LISTING = Kind(
    answer_type=ListingAnswer,
    grade=grade_listing,
    model_answer=_model,
    misconception_answers=lambda item: [(m.id, _with_misconception(item, m.answer)) for m in item.misconceptions],
    expected_text=_expected,
    wrong_answers=_wrong_lists,
)
