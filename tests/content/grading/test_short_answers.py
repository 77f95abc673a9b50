"""The model of short answers: features, fitting, agreement by hand, folds that leak nothing, sets that are refused."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from content.grading.sentences.encoder import Embedded
from content.grading.short_answers.agreement import macro_f1, measured, pearson, quadratic_kappa, rmse
from content.grading.short_answers.features import FEATURE_NAMES, Passage, compare_answer
from content.grading.short_answers.fitting import Examples, fit_adapter, fit_model, read_examples
from content.grading.short_answers.lexical import common_subsequence, content_stems, n_negations, words_of
from content.grading.short_answers.model import MODEL_PATH, ModelError, ShortAnswerModel, question_key
from content.grading.short_answers.network import (
    Network,
    Targets,
    Training,
    _gradients,
    sigmoid,
    softmax,
)
from content.grading.short_answers.sets import GradedAnswer, SetError, read_set
from content.grading.short_answers.trials import calibration_error, coverage_curve, folds, said_by, temperature_of

DATA = Path(os.environ.get("PACER_DATA", Path(__file__).parents[3].parent / "shared" / "data")) / "grading"
XML = """<?xml version="1.0"?><question id="Q" module="M"><questionText>Why?</questionText><referenceAnswers>
<referenceAnswer id="r">Because of the gap.</referenceAnswer></referenceAnswers><studentAnswers>
<studentAnswer id="1" accuracy="correct">a gap</studentAnswer>
<studentAnswer id="2" accuracy="incorrect">no</studentAnswer>
</studentAnswers></question>"""
WORDS = ["gap", "circuit", "closed", "open", "bulb", "battery", "terminal", "path", "current"]


def encode(texts: Sequence[str]) -> list[Embedded]:
    """A stand-in for the encoder: each word has a direction of its own, drawn once."""
    directions = np.random.default_rng(5).normal(size=(4_000, 16)).astype(np.float32)
    found = []
    for text in texts:
        numbers = np.array([2_000 + sum(map(ord, word)) % 1_900 for word in words_of(text)], np.int32)
        tokens = directions[numbers % 4_000].reshape(-1, 16)
        tokens = tokens / np.maximum(np.linalg.norm(tokens, axis=1, keepdims=True), 1e-9)
        whole = tokens.sum(axis=0) if len(tokens) else np.zeros(16, np.float32)
        found.append(Embedded(whole / max(float(np.linalg.norm(whole)), 1e-9), tokens, numbers))
    return found


def passage(text: str) -> Passage:
    return Passage.of(text, encode([text])[0])


@pytest.fixture(scope="module")
def examples() -> Examples:
    """Answers to twenty questions: right ones repeat the reference in part, contradictory ones negate it."""
    rng = np.random.default_rng(1)
    answers = []
    for k in range(20):
        reference = " ".join(rng.choice(WORDS, 4, replace=False))
        for j in range(15):
            kept = " ".join(rng.permutation(reference.split())[: 3 + j % 2])
            label = ("correct", "contradictory", "incorrect")[j % 3]
            text = {"correct": kept, "contradictory": f"not {kept}", "incorrect": "salt river rock"}[label]
            one = GradedAnswer(set="toy", question=f"why {k}", references=(reference,), answer=text, label=label)
            answers.append(one)
    return read_examples(answers, encode)


def test_words_stems_negations_and_order_are_counted_as_said() -> None:
    assert words_of("Isn't it 2.5 cm? Cannot!") == ["is", "not", "it", "2.5", "cm", "can", "not"]
    assert content_stems(words_of("The terminals are separated")) == ["terminal", "separat"]
    assert n_negations(words_of("It doesn't and never will")) == 2
    assert common_subsequence("abcbdab", "bdcaba") == 4


def test_an_answer_that_is_the_reference_is_as_near_as_can_be() -> None:
    features = compare_answer(passage("why"), [passage("salt river"), passage("gap in path")], passage("gap in path"))
    value = dict(zip(FEATURE_NAMES, features.measures.tolist(), strict=True))

    assert value["nearest: likeness"] == pytest.approx(1.0, abs=1e-5)
    assert value["nearest: recall"] == pytest.approx(1.0, abs=1e-5)
    assert value["nearest: stem recall"] == value["nearest: order recall"] == 1.0
    assert value["references"] == 2
    with pytest.raises(ValueError, match="no reference"):
        compare_answer(passage("why"), [], passage("gap"))


def test_negation_on_one_side_shows() -> None:
    features = compare_answer(passage("why"), [passage("the path is closed")], passage("the path is not closed"))

    assert features.measures[FEATURE_NAMES.index("nearest: negation differs")] == 1.0


def test_an_empty_answer_has_features_too() -> None:
    features = compare_answer(passage("why"), [passage("gap")], passage(""))

    assert np.isfinite(features.measures).all()
    assert features.measures[FEATURE_NAMES.index("no stems")] == 1.0


def test_gradients_are_those_of_the_loss() -> None:
    rng = np.random.default_rng(0)
    plain = Training(n_hidden=4, drop_inputs=0.0, drop_hidden=0.0, decay=0.0)
    weights = [rng.normal(size=shape).astype(np.float32) for shape in ((5, 4), (4,), (4, 4), (4,))]
    inputs = rng.normal(size=(6, 5)).astype(np.float32)
    labels = np.eye(3, dtype=np.float32)[[0, 1, 2, 0, 1, 2]]
    labels[4:] = 0.0
    scores = np.array([np.nan] * 4 + [0.3, 0.9], np.float32)
    targets = Targets(labels, scores, np.array([1, 2, 1, 1, 1, 1], np.float32))

    def loss() -> float:
        logits = Network((weights[0], weights[1], weights[2], weights[3])).run(inputs)
        cross = -(labels * np.log(softmax(logits[:, :3]))).sum(axis=1)
        square = np.where(np.isnan(scores), 0.0, (sigmoid(logits[:, 3]) - scores) ** 2)
        return float((targets.weights * (cross + plain.score_weight * square)).mean())

    found = _gradients(weights, inputs, targets, rng, plain)
    for weight, gradient in zip(weights, found, strict=True):
        place = tuple(0 for _ in weight.shape)
        middle, step = weight[place], np.float32(2e-2)
        weight[place] = middle + step
        above = loss()
        weight[place] = middle - step
        below = loss()
        weight[place] = middle
        assert gradient[place] == pytest.approx((above - below) / (2 * float(step)), rel=0.05, abs=2e-3)


def test_a_model_learns_equal_seeds_give_equal_models_and_it_survives_a_file(
    examples: Examples, tmp_path: Path
) -> None:
    quick = Training(n_epochs=8)
    model = fit_model(examples, 3, n_networks=1, training=quick)
    again = fit_model(examples, 3, n_networks=1, training=quick)
    model.save(tmp_path / "model.npz")
    read = ShortAnswerModel.load(tmp_path / "model.npz")
    said = model.estimate(examples.features, examples.keys)

    assert macro_f1(examples.labels, said.probabilities.argmax(axis=1)) > 0.8
    assert np.allclose(said.probabilities, again.estimate(examples.features, examples.keys).probabilities, atol=1e-4)
    assert np.allclose(said.probabilities, read.estimate(examples.features, examples.keys).probabilities, atol=0.03)
    assert set(read.adapters) == set(examples.keys)


def test_calibration_does_not_worsen_and_surer_answers_agree_more(examples: Examples) -> None:
    model = fit_model(examples, 3, n_networks=1, training=Training(n_epochs=4), with_adapters=False)
    said = said_by(model, examples)
    temperature = temperature_of(examples, said)
    curve = coverage_curve(examples, said, temperature)

    assert 0.0 <= calibration_error(examples, said, temperature) <= 1.0
    assert [point.coverage for point in curve] == sorted(point.coverage for point in curve)
    assert curve[0].agreement >= curve[-1].agreement
    assert all(one.threshold >= two.threshold for one, two in pairwise(curve))


def test_no_question_is_in_two_folds_of_unseen_questions(examples: Examples) -> None:
    fold = folds(examples, "questions", 0)
    of: dict[str, set[int]] = {}
    for one, number in zip(examples.answers, fold.tolist(), strict=True):
        of.setdefault(one.question, set()).add(number)

    assert all(len(numbers) == 1 for numbers in of.values())
    assert len(set(fold.tolist())) == 8
    assert len(set(folds(examples, "answers", 0).tolist())) == 5


def test_a_correction_moves_answers_of_its_question_to_what_people_said() -> None:
    vectors = np.eye(6, 16, dtype=np.float32)
    labels = np.array([0, 0, 1, 1, 2, 2])
    adapter = fit_adapter(vectors, np.zeros((6, 3), np.float32), labels).astype(np.float32)

    assert np.array_equal((vectors @ adapter[:-1] + adapter[-1]).argmax(axis=1), labels)


def test_agreement_by_hand() -> None:
    """Kappa of Cohen (1968) worked out: O = 2/4 weighted, E from the margins."""
    assert macro_f1([0, 0, 1, 1], [0, 1, 1, 1]) == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert pearson([1, 2, 3], [2, 4, 6]) == pytest.approx(1.0)
    assert pearson([1, 2, 3], [1, 1, 1]) == 0.0
    assert rmse([0, 0], [3, 4]) == pytest.approx(12.5**0.5)
    assert quadratic_kappa([0, 1, 2, 3], [0, 1, 2, 3]) == 1.0
    assert quadratic_kappa([0, 1, 2, 3], [3, 2, 1, 0]) == pytest.approx(1 - 5.0 / 2.5)
    assert quadratic_kappa([1, 1], [1, 1]) == 1.0


def test_an_interval_holds_the_value_and_draws_whole_groups() -> None:
    truth = np.tile([0.0, 1.0, 2.0], 40)
    found = measured(rmse, truth, truth + 1, [str(k // 3) for k in range(120)], np.random.default_rng(0))

    assert (found.value, found.low, found.high, found.n) == (1.0, 1.0, 1.0, 120)


def test_sets_are_read_from_folders_and_zips_and_scores_from_csv(tmp_path: Path) -> None:
    folder = tmp_path / "3way" / "beetle"
    folder.mkdir(parents=True)
    (folder / "q.xml").write_text(XML, "utf-8")
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("training/3way/beetle/q.xml", XML)
        archive.writestr("training/2way/beetle/q.xml", XML)
    scores = tmp_path / "scores.csv"
    scores.write_text("id,question,desired_answer,student_answer,score_avg\n1.2,Why?,gap,a gap,2.5\n", "utf-8")

    assert [one.label for one in read_set(folder, "beetle")] == ["correct", "incorrect"]
    assert read_set(tmp_path / "set.zip", "beetle") == read_set(folder, "beetle")
    (one,) = read_set(scores, "texas")
    assert (one.score, one.group, one.label) == (0.5, "1", "")


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("q.xml", b"<!DOCTYPE x [<!ENTITY a 'aaa'>]><question/>", "entity"),
        ("q.xml", b"<question>", "well-formed"),
        ("q.xml", b"<question/>", "no XML file of answers"),
    ],
)
def test_files_that_are_no_set_are_refused(tmp_path: Path, name: str, data: bytes, why: str) -> None:
    folder = tmp_path / "beetle"
    folder.mkdir()
    (folder / name).write_bytes(data)
    with pytest.raises(SetError, match=why):
        read_set(folder, "beetle")


def test_other_files_are_no_sets_and_no_models(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"nothing")
    with pytest.raises(SetError, match="zip"):
        read_set(path, "beetle")
    with pytest.raises(ModelError):
        ShortAnswerModel.load(path)
    bad = tmp_path / "x.csv"
    bad.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(SetError, match="graded answers"):
        read_set(bad, "texas")


def test_the_shipped_model_is_small_holds_no_text_and_knows_the_questions_it_was_fitted_on() -> None:
    model = ShortAnswerModel.load()

    assert MODEL_PATH.stat().st_size < 1_000_000
    with np.load(MODEL_PATH, allow_pickle=False) as file:
        texts = [name for name in file.files if file[name].dtype.kind in "US"]
    assert sorted(texts) == ["adapter_keys", "names"]
    assert 0.5 <= model.calibration.threshold <= 0.95
    if not DATA.is_dir():
        pytest.skip(f"the shared data is not in {DATA}")
    answers = read_set(DATA / "semeval2013" / "semeval_train_3way.zip", "beetle")
    keys = {question_key(one.question, one.references) for one in answers}
    assert len(keys & set(model.adapters)) == len(keys)
