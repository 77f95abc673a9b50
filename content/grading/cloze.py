"""Grading of texts with gaps. A gap is typed, or chosen from a list; each counts the same."""

from __future__ import annotations

import re
from random import Random

from content.answers import ClozeAnswer
from content.grading.grades import AnswerShapeError, Grade, Kind, PartGrade, clip, listed
from content.grading.text import check_text, is_right, note_on, plain_form, settle, wrong_texts
from content.items import Cloze, Gap
from content.option_ids import own_ids, public_id, public_ids
from content.text import Span, parse, render

GAP = re.compile(r"\{\{([^{}\s]+)\}\}")


def grade_cloze(item: Cloze, answer: ClozeAnswer) -> Grade:
    """Share of gaps filled right. A gap that is missing or blank is wrong."""
    gaps = _own_gaps(item, answer)
    parts = tuple(_grade_gap(item, gap, gaps.get(gap.id, "")) for gap in item.gaps)
    n_right = sum(part.score for part in parts)
    exact = all(gaps.get(gap.id, "") in gap.accepted for gap in item.gaps)
    if not exact:
        for misconception in item.misconceptions:
            if _shows(item, gaps, misconception.answer):
                return Grade(
                    score=min(n_right, len(parts) - 1) / len(parts),
                    correct=False,
                    misconception=misconception.id,
                    feedback=misconception.feedback,
                    parts=parts,
                )
    notes = " ".join(part.note for part in parts if part.note)
    return Grade(score=n_right / len(parts), correct=n_right == len(parts), feedback=notes, parts=parts)


def _own_gaps(item: Cloze, answer: ClozeAnswer) -> dict[str, str]:
    own = own_ids(item.id, [gap.id for gap in item.gaps], "gap")
    gaps: dict[str, str] = {}
    for name, text in answer.gaps.items():
        if name not in own:
            allowed = listed(public_ids(item.id, [gap.id for gap in item.gaps], "gap"))
            raise AnswerShapeError(f"no gap has the id {clip(name)}; expected ids out of {allowed}")
        if own[name] in gaps:
            raise AnswerShapeError(f"gap {clip(name)} is filled twice; expected each at most once")
        check_text(text)
        gaps[own[name]] = text
    return gaps


def _grade_gap(item: Cloze, gap: Gap, text: str) -> PartGrade:
    if not text.strip():
        return PartGrade(id=gap.id, score=0.0)
    if gap.options:
        if text not in gap.options:
            gap_id, allowed = public_id(item.id, gap.id, "gap"), listed(sorted(gap.options))
            raise AnswerShapeError(f"{clip(text)} is no option of gap {gap_id!r}; expected one of {allowed}")
        return PartGrade(id=gap.id, score=float(text in gap.accepted))
    comparison, accepted = settle(text, gap.accepted, gap.policy)
    note = note_on(comparison, accepted, gap.policy, item.locale)
    return PartGrade(id=gap.id, score=float(is_right(comparison, gap.policy)), note=note)


def _shows(item: Cloze, gaps: dict[str, str], wrong: dict[str, str]) -> bool:
    """Whether every gap that the misconception names was filled as it says."""
    policies = {gap.id: gap.policy for gap in item.gaps}
    return bool(wrong) and all(
        name in policies and plain_form(gaps.get(name, ""), policies[name]) == plain_form(text, policies[name])
        for name, text in wrong.items()
    )


def _model_gaps(item: Cloze) -> dict[str, str]:
    return {gap.id: gap.accepted[0] for gap in item.gaps}


def _expected_text(item: Cloze) -> str:
    """The text with every gap filled. Fillings are plain text of their surroundings, be those code or a language."""
    fillings = _model_gaps(item)
    return render(
        Span(GAP.sub(lambda match: fillings.get(match[1], match[0]), span.text), lang=span.lang, code=span.code)
        for span in parse(item.text)
    )


def _wrong_clozes(item: Cloze, rng: Random) -> list[ClozeAnswer]:
    """Right but for one gap."""
    gap = rng.choice(item.gaps)
    wrong = [text for text in gap.options if text not in gap.accepted]
    rng.shuffle(wrong)
    texts = wrong or wrong_texts(gap.accepted[0], rng)
    return [ClozeAnswer(gaps={**_model_gaps(item), gap.id: text}) for text in texts]


CLOZE = Kind(
    answer_type=ClozeAnswer,
    grade=grade_cloze,
    model_answer=lambda item: ClozeAnswer(gaps=_model_gaps(item)),
    misconception_answers=lambda item: [
        (m.id, ClozeAnswer(gaps={**_model_gaps(item), **m.answer})) for m in item.misconceptions
    ],
    expected_text=_expected_text,
    wrong_answers=_wrong_clozes,
)
