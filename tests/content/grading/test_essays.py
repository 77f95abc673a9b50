"""Advice on essays and proposed misconceptions, on texts whose answer is known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from content.grading.essays.examples import read_examples
from content.grading.essays.model import EssayError, Judged, agreement, chance_of, fit_essays
from content.grading.essays.reading import MEASURES, read_essays, sentences_of
from content.grading.misconceptions import WrongAnswer, propose
from content.grading.sentences.encoder import Embedded
from content.grading.short_answers.lexical import words_of

TOPICS = {"fish": 0, "sea": 0, "boat": 0, "goat": 1, "hill": 1, "grass": 1, "volt": 2, "amp": 2, "used": 3}


def encode(texts: Sequence[str]) -> list[Embedded]:
    """A stand-in for the encoder: a direction for each topic, and one for all other words."""
    found = []
    for text in texts:
        vector = np.full(8, 0.01, np.float32)
        for word in words_of(text):
            vector[TOPICS.get(word, 7)] += 1.0 if word in TOPICS else 0.1
        found.append(Embedded(vector / np.linalg.norm(vector), np.zeros((0, 8), np.float32), np.zeros(0, np.int32)))
    return found


def essay(level: int, rng: np.random.Generator) -> str:
    """The higher the level, the more of its sentences are on fish and the sea, and not on goats."""
    words = [
        ("fish", "sea", "boat") if rng.random() < (level + 0.5) / 4 else ("goat", "hill", "grass") for _ in range(12)
    ]
    return " ".join(f"The {rng.choice(one)} is what we see here." for one in words)


def judged(n: int, seed: int = 0) -> list[Judged]:
    rng = np.random.default_rng(seed)
    levels = [int(k % 4) for k in range(n)]
    readings = read_essays([essay(level, rng) for level in levels], "Write of fish in the sea.", encode)
    return [Judged(reading, (level,)) for reading, level in zip(readings, levels, strict=True)]


def test_sentences_end_at_their_signs_and_at_lines() -> None:
    assert sentences_of('One. "Two!" Three?\nFour\n\n... five 2.5') == (
        "One.",
        '"Two!"',
        "Three?",
        "Four",
        "five 2.",
        "5",
    )
    assert sentences_of(" ...\n!? ") == ()


def test_an_empty_essay_is_measured_too() -> None:
    (reading,) = read_essays([""], "Write.", encode)

    assert reading.measures().shape == (len(MEASURES),)
    assert np.isfinite(reading.measures()).all()


def test_a_model_of_sixty_essays_agrees_with_who_judged_them() -> None:
    found = agreement(judged(60), ["topic"], [4], np.random.default_rng(0))["topic"]

    assert found.value > 0.6
    assert found.low < found.value < found.high
    assert found.n == 60


def test_levels_are_the_surer_the_nearer_they_are_and_the_less_people_miss_the_estimate() -> None:
    assert chance_of(1, 1.0, 0.5, 3) == pytest.approx(0.6826895)  # a normal within one standard deviation
    assert chance_of(2, 2.0, 0.5, 3) == pytest.approx(0.8413447)
    assert chance_of(1, 1.4, 0.5, 3) < chance_of(1, 1.0, 0.5, 3) < chance_of(1, 1.0, 0.3, 3)
    for estimate in (-0.4, 0.7, 2.2):
        assert sum(chance_of(level, estimate, 0.6, 3) for level in range(3)) == pytest.approx(1.0)


def test_advice_is_about_the_sentence_that_lowers_the_level() -> None:
    model = fit_essays(judged(60), ["topic"], [4])
    text = "The fish is here. The sea is here. The goat is on the hill. The grass is here. The hill is here."

    (advice,) = model.advise(read_essays([text], "Write of fish in the sea.", encode)[0])

    assert advice.trait == "topic"
    assert 0 <= advice.level < 3
    assert advice.place in (2, 3, 4)


def test_an_essay_of_one_sentence_gets_a_level_and_no_sentence() -> None:
    model = fit_essays(judged(60), ["topic"], [4])

    (advice,) = model.advise(read_essays(["Fish"], "Write.", encode)[0])

    assert (advice.place, advice.sentence) == (-1, "")


def test_too_few_essays_or_levels_that_tell_nothing_are_refused() -> None:
    with pytest.raises(EssayError, match="29 judged essays are too few"):
        fit_essays(judged(29), ["topic"], [4])
    with pytest.raises(EssayError, match="levels 0 to 2"):
        fit_essays(judged(40), ["topic"], [3])
    same = [Judged(one.reading, (1,)) for one in judged(40)]
    with pytest.raises(EssayError, match="nothing can be learned"):
        fit_essays(same, ["topic"], [4])


def test_examples_are_read_from_a_table_and_faults_are_named(tmp_path: Path) -> None:
    path = tmp_path / "judged.csv"
    path.write_text('text,thesis,style\n"A fish. A sea.",2,1\n', "utf-8")
    (one,), traits = read_examples(path, "Write.", encode)
    assert (one.levels, traits) == ((2, 1), ["thesis", "style"])

    for table, why in (("text\nA\n", "column for each trait"), ("text,a\nA,x\n", "line 2")):
        path.write_text(table, "utf-8")
        with pytest.raises(EssayError, match=why):
            read_examples(path, "Write.", encode)


def wrong(*texts: str) -> list[WrongAnswer]:
    return [WrongAnswer(text=text, learner=f"learner-{k}") for k, text in enumerate(texts)]


def test_answers_that_mean_the_same_are_proposed_together_the_largest_first() -> None:
    found = propose(
        wrong(*["fish in the sea"] * 2, "a boat at sea", "sea fish", *["goat hill", "grass hill", "goat"], "volt"),
        (),
        encode,
    )

    assert [one.n_learners for one in found] == [4, 3]
    assert found[0].share == 0.5
    assert {found[0].answer, *found[0].examples} == {"fish in the sea", "a boat at sea", "sea fish"}


def test_numbers_are_one_only_if_they_read_the_same_and_known_ones_are_left_out() -> None:
    answers = wrong("12", "12", "12 ", "13", "13", "13", "14")

    assert [one.answer for one in propose(answers)] == ["12", "13"]
    assert [one.answer for one in propose(answers, known=["12"])] == ["13"]
    assert propose([]) == []


def test_one_learner_who_repeats_an_answer_is_one_learner() -> None:
    assert propose([WrongAnswer(text="x", learner="same")] * 10) == []
