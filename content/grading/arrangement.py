"""Grading of ordering and matching. Options that read the same are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from random import Random

from content.answers import MatchingAnswer, OrderingAnswer
from content.grading.grades import AnswerShapeError, Grade, Kind, PartGrade, clip, listed
from content.items import Matching, Option, Ordering
from content.option_ids import own_ids, public_ids


def _texts(options: Sequence[Option]) -> dict[str, str]:
    return {option.id: option.text for option in options}


def grade_ordering(item: Ordering, answer: OrderingAnswer) -> Grade:
    """Share of neighbours that are neighbours in the key, in the same order.

    score = (pairs of the key that stand together in the answer) / (n - 1). A random order of n options has 1 / n of
    them on average, so guessing earns little.
    """
    own = own_ids(item.id, [option.id for option in item.options])
    order = _permutation(answer.order, own, item)
    texts = _texts(item.options)
    given, key = [texts[name] for name in order], [texts[name] for name in item.key]
    if given == key:
        return Grade(score=1.0, correct=True)
    missing = list(pairwise(key))
    n_pairs = len(missing)
    for pair in pairwise(given):
        if pair in missing:
            missing.remove(pair)
    score = min((n_pairs - len(missing)) / n_pairs, 1.0 - 1.0 / n_pairs) if n_pairs else 0.0
    for misconception in item.misconceptions:
        if [texts.get(name) for name in misconception.answer] == given:
            return Grade(score=score, correct=False, misconception=misconception.id, feedback=misconception.feedback)
    return Grade(score=score, correct=False)


def _permutation(given: Sequence[str], own: Mapping[str, str], item: Ordering) -> list[str]:
    expected = f"expected each of {listed(public_ids(item.id, [option.id for option in item.options]))} once"
    unknown = [name for name in given if name not in own]
    if unknown:
        raise AnswerShapeError(f"no option has the id {clip(unknown[0])}; {expected}")
    order = [own[name] for name in given]
    if len(set(order)) < len(order):
        repeated = next(name for name in given if order.count(own[name]) > 1)
        raise AnswerShapeError(f"option {clip(repeated)} is given twice; {expected}")
    missing = [option.id for option in item.options if option.id not in order]
    if missing:
        raise AnswerShapeError(f"the order lacks {listed(public_ids(item.id, missing))}; {expected}")
    return order


def grade_matching(item: Matching, answer: MatchingAnswer) -> Grade:
    """Share of left options matched with their right one; a pair that was not made is wrong."""
    pairs = _own_pairs(item, answer)
    texts = _texts(item.right)
    parts = tuple(
        PartGrade(id=left, score=float(left in pairs and texts[pairs[left]] == texts.get(right)))
        for left, right in item.key.items()
    )
    n_right = sum(part.score for part in parts)
    if n_right == len(parts):
        return Grade(score=1.0, correct=True, parts=parts)
    score = n_right / len(parts)
    for misconception in item.misconceptions:
        if all(pairs.get(left) == right for left, right in misconception.answer.items()):
            return Grade(
                score=score,
                correct=False,
                misconception=misconception.id,
                feedback=misconception.feedback,
                parts=parts,
            )
    return Grade(score=score, correct=False, parts=parts)


def _own_pairs(item: Matching, answer: MatchingAnswer) -> dict[str, str]:
    lefts = own_ids(item.id, [option.id for option in item.left], "left")
    rights = own_ids(item.id, [option.id for option in item.right], "right")
    pairs: dict[str, str] = {}
    for left, right in answer.pairs.items():
        if left not in lefts:
            allowed = listed(public_ids(item.id, [option.id for option in item.left], "left"))
            raise AnswerShapeError(f"no left option has the id {clip(left)}; expected ids out of {allowed}")
        if right not in rights:
            allowed = listed(public_ids(item.id, [option.id for option in item.right], "right"))
            raise AnswerShapeError(f"no right option has the id {clip(right)}; expected ids out of {allowed}")
        if lefts[left] in pairs:
            raise AnswerShapeError(f"left option {clip(left)} is matched twice; expected each at most once")
        pairs[lefts[left]] = rights[right]
    return pairs


def _expected_order(item: Ordering) -> str:
    texts = _texts(item.options)
    return "\n".join(texts[name] for name in item.key)


def _expected_pairs(item: Matching) -> str:
    left, right = _texts(item.left), _texts(item.right)
    return "\n".join(f"{left[one]} → {right[other]}" for one, other in item.key.items())


def _wrong_orders(item: Ordering, rng: Random) -> list[OrderingAnswer]:
    """Two neighbours swapped, then whole shuffles."""
    answers = []
    for k in rng.sample(range(len(item.key) - 1), len(item.key) - 1):
        order = list(item.key)
        order[k], order[k + 1] = order[k + 1], order[k]
        answers.append(OrderingAnswer(order=tuple(order)))
    return answers


def _wrong_pairs(item: Matching, rng: Random) -> list[MatchingAnswer]:
    """One left option with each wrong right option, the pair that owned it left with the first one's."""
    left = rng.choice(list(item.key))
    answers = []
    for option in rng.sample(item.right, len(item.right)):
        pairs = {
            other: item.key[left] if right == option.id else right for other, right in item.key.items() if other != left
        }
        answers.append(MatchingAnswer(pairs={left: option.id, **pairs}))
    return answers


ORDERING = Kind(
    answer_type=OrderingAnswer,
    grade=grade_ordering,
    model_answer=lambda item: OrderingAnswer(order=item.key),
    misconception_answers=lambda item: [(m.id, OrderingAnswer(order=m.answer)) for m in item.misconceptions],
    expected_text=_expected_order,
    wrong_answers=_wrong_orders,
)
MATCHING = Kind(
    answer_type=MatchingAnswer,
    grade=grade_matching,
    model_answer=lambda item: MatchingAnswer(pairs=dict(item.key)),
    misconception_answers=lambda item: [
        (m.id, MatchingAnswer(pairs={**item.key, **m.answer})) for m in item.misconceptions
    ],
    expected_text=_expected_pairs,
    wrong_answers=_wrong_pairs,
)
