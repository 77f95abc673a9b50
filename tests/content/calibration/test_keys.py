"""Wrong keys are found, and right ones are left alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from content.calibration.abilities import rest_abilities, rest_scores
from content.calibration.classical import option_use
from content.calibration.keys import doubtful_keys
from content.calibration.responses import Labels, Responses
from content.calibration.simulation import Design, Truth, simulate
from content.calibration.two_pl import fit_two_pl


def found_in(responses: Responses, *, by_model: bool) -> set[str]:
    """Ids of items whose key is doubted."""
    rest = rest_abilities(responses, fit_two_pl(responses, errors=False)) if by_model else rest_scores(responses)
    doubts = doubtful_keys(responses, option_use(responses, rest))
    assert [doubt.evidence for doubt in doubts] == sorted((doubt.evidence for doubt in doubts), reverse=True)
    return {doubt.item_id for doubt in doubts if doubt.answer == "a"}


def test_with_many_answers_nearly_all_wrong_keys_are_found_and_no_right_one_is_doubted() -> None:
    rng = np.random.default_rng(0)
    wrong = tuple(range(0, 100, 10))
    responses = simulate(Truth.drawn(600, 100, rng), rng, Design(wrong_keys=wrong))
    for by_model in (False, True):
        found = found_in(responses, by_model=by_model)
        assert found <= {f"i{k + 1}" for k in wrong}
        assert len(found) >= 8


def test_where_items_are_chosen_to_fit_the_learner_the_model_finds_what_rest_scores_miss() -> None:
    rng = np.random.default_rng(1)
    wrong = tuple(range(0, 100, 10))
    responses = simulate(Truth.drawn(2500, 100, rng), rng, Design(n_asked=15, adaptive=1.0, wrong_keys=wrong))
    by_model, by_rest = found_in(responses, by_model=True), found_in(responses, by_model=False)
    assert by_model <= {f"i{k + 1}" for k in wrong}
    assert len(by_model) >= max(5, len(by_rest))


def test_an_item_that_nobody_is_graded_right_on_may_have_a_wrong_key() -> None:
    rng = np.random.default_rng(2)
    responses = simulate(Truth.drawn(300, 20, rng), rng)
    nobody = replace(responses, score=np.where(responses.item == 4, 0.0, responses.score))
    doubts = doubtful_keys(nobody, option_use(nobody, rest_scores(nobody)))
    assert [(doubt.item_id, doubt.answer) for doubt in doubts] == [("i5", "a")]


def test_without_choices_no_key_is_doubted() -> None:
    rng = np.random.default_rng(3)
    responses = replace(simulate(Truth.drawn(50, 5, rng), rng), choice=None)
    assert doubtful_keys(responses, option_use(responses, rest_scores(responses))) == []
    unknown = replace(responses, choice=Labels(np.full(250, -1, np.int32), ()))
    assert doubtful_keys(unknown, option_use(unknown, rest_scores(unknown))) == []
