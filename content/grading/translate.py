"""Grading of translations: near to one of several references, word by word, slips told apart from other real words."""

from __future__ import annotations

from random import Random

from content.answers import TranslateAnswer
from content.grading.grades import AnswerShapeError, Grade, Kind
from content.grading.text import (
    ACCENT,
    DIFFERENT,
    SAME,
    TYPO,
    Comparison,
    check_text,
    compare,
    is_right,
    note_on,
    plain_form,
    shown,
    without_accents,
    wrong_texts,
)
from content.grading.words import is_word
from content.items import TextPolicy, Translate

N_TOLD = 3  # words that differ, at most, for the learner to be told which


def grade_translate(item: Translate, answer: TranslateAnswer) -> Grade:
    """1 for a reference, also with slips that are no other word; else 0, told what differs if it is little.

    Raises:
        AnswerShapeError: nothing was typed, or more than 500 characters.
    """
    check_text(answer.text)
    if not answer.text.strip():
        raise AnswerShapeError("the translation is empty; expected a text")
    given = plain_form(answer.text, item.policy)
    if all(given != plain_form(reference, item.policy) for reference in item.references):
        for misconception in item.misconceptions:
            if plain_form(misconception.answer, item.policy) == given:
                return Grade(score=0.0, correct=False, misconception=misconception.id, feedback=misconception.feedback)
    best: tuple[Comparison, str] = (DIFFERENT, item.references[0])
    for reference in item.references:
        found = _near(item, answer.text, reference)
        if found is SAME:
            return Grade(score=1.0, correct=True)
        if found is not DIFFERENT and best[0] is not ACCENT:
            best = (found, reference)
    comparison, reference = best
    if is_right(comparison, item.policy) and comparison is not DIFFERENT:
        return Grade(score=1.0, correct=True, feedback=note_on(comparison, reference, item.policy, item.locale))
    if item.free_order and (turned := _in_another_order(item, answer.text)):
        return Grade(score=1.0, correct=True, feedback=f"Usually: {shown(turned, item.policy, item.locale)}.")
    note = note_on(comparison, reference, item.policy, item.locale) or _difference(item, answer.text)
    return Grade(score=0.0, correct=False, feedback=note)


def _near(item: Translate, given: str, reference: str) -> Comparison:
    """How near the text is, where a slip that gives another word of the language is none."""
    found = compare(given, reference, item.policy)
    if found is TYPO and any(_is_other_word(item, word) for word in _slips(item.policy, given, reference)):
        return DIFFERENT
    return found


def _slips(policy: TextPolicy, given: str, reference: str) -> list[str]:
    words, wanted = (plain_form(text, policy).split() for text in (given, reference))
    return [word for word, other in zip(words, wanted, strict=False) if word != other]


def _is_other_word(item: Translate, word: str) -> bool:
    """Whether a typed word is one of the language: of the item's own vocabulary, or of the usual words."""
    known = {plain_form(text, item.policy) for text in item.vocabulary}
    known |= {part for text in item.references for part in plain_form(text, item.policy).split()}
    return word in known or is_word(word, item.policy.language)


def _in_another_order(item: Translate, given: str) -> str:
    """The reference that has the same words, if there is one; accents are compared as the policy says."""
    words = _bag(given, item.policy)
    return next((text for text in item.references if _bag(text, item.policy) == words), "")


def _bag(text: str, policy: TextPolicy) -> list[str]:
    plain = plain_form(text, policy)
    return sorted((plain if policy.accents == "required" else without_accents(plain, policy.language)).split())


def _difference(item: Translate, given: str) -> str:
    """Which words of the nearest reference were missed, if they are few."""
    words = set(_bag(given, item.policy))
    missed = {text: [word for word in _bag(text, item.policy) if word not in words] for text in item.references}
    nearest = min(item.references, key=lambda text: len(missed[text]))
    n_kept = len(_bag(nearest, item.policy)) - len(missed[nearest])
    if not missed[nearest] or len(missed[nearest]) > N_TOLD or n_kept < len(missed[nearest]):
        return ""
    listed = [word for word in plain_form(nearest, item.policy).split() if word in missed[nearest]]
    return f"Look again at: {', '.join(shown(word, item.policy, item.locale) for word in listed or missed[nearest])}."


def _wrong_translations(item: Translate, rng: Random) -> list[TranslateAnswer]:
    return [TranslateAnswer(text=text) for text in wrong_texts(item.references[0], rng)]


TRANSLATE = Kind(
    answer_type=TranslateAnswer,
    grade=grade_translate,
    model_answer=lambda item: TranslateAnswer(text=item.references[0]),
    misconception_answers=lambda item: [(m.id, TranslateAnswer(text=m.answer)) for m in item.misconceptions],
    expected_text=lambda item: shown(item.references[0], item.policy, item.locale),
    wrong_answers=_wrong_translations,
)
