"""Findings on items: what is wrong is named with what to do, what is right is left in peace."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from content.calibration.conditional import fit_conditional_rasch
from content.calibration.diagnosis import Rules
from content.calibration.expectations import Expected, expected_of
from content.calibration.health import ItemHealth, item_health
from content.calibration.responses import CalibrationError, Responses
from content.calibration.simulation import Design, Truth, simulate
from content.calibration.two_pl import fit_two_pl
from content.items import Item

OPTIONS = ("a", "b", "c", "d")


def sound(n_learners: int = 1500, n_items: int = 20, seed: int = 0) -> tuple[Truth, np.random.Generator]:
    """Items of middling difficulty that take 20 seconds."""
    rng = np.random.default_rng(seed)
    truth = Truth.drawn(n_learners, n_items, rng)
    return replace(
        truth,
        difficulty=np.linspace(-1.0, 0.5, n_items),
        discrimination=np.full(n_items, 1.2),
        lure=np.zeros((n_items, 3)),
        lure_slope=np.zeros((n_items, 3)),
        seconds=np.full(n_items, 20.0),
    ), rng


def kinds(health: ItemHealth) -> set[str]:
    """Codes of its findings."""
    return {finding.kind for finding in health.findings}


def healths(responses: Responses, **said: Expected) -> dict[str, ItemHealth]:
    """By item id, with a calibration."""
    found = item_health(responses, calibration=fit_two_pl(responses), expected=said)
    return {health.item_id: health for health in found}


def test_sound_items_are_fine() -> None:
    truth, rng = sound()
    said = {f"i{k + 1}": Expected(OPTIONS, 0.25, 20.0, float(truth.difficulty[k])) for k in range(20)}
    found = healths(simulate(truth, rng), **said)
    assert [(name, health.findings) for name, health in found.items() if health.status != "fine"] == []
    assert found["i10"].options[0].answer == "a"
    assert found["i10"].options[0].right
    assert found["i10"].seconds == pytest.approx(20.0, abs=2.0)
    assert found["i10"].difficulty == pytest.approx(truth.difficulty[9], abs=0.3)


def test_each_fault_is_found_in_the_item_that_has_it() -> None:
    truth, rng = sound(3000)
    truth.discrimination[1] = 0.02
    truth.difficulty[2], truth.difficulty[3] = -6.0, 6.0
    truth.lure[4] = [3.0, 3.0, -6.0]
    truth.seconds[5] = 90.0
    truth.seconds[6] = 5.0
    truth.difficulty[8] = 2.0
    said = {f"i{k + 1}": Expected(OPTIONS, 0.25, 20.0, 0.0) for k in range(20)}
    said["i8"] = Expected(difficulty=2.5)
    found = healths(simulate(truth, rng, Design(wrong_keys=(0,), biased={9: 1.2})), **said)
    assert {"key-may-be-wrong", "able-do-worse"} <= kinds(found["i1"])
    assert found["i1"].status == "broken"
    assert "'a'" in found["i1"].findings[0].do
    assert "tells-nothing" in kinds(found["i2"])
    assert "too-easy" in kinds(found["i3"])
    assert found["i3"].status == "fine"
    assert "no-better-than-guessing" in kinds(found["i4"])
    assert "unused-option" in kinds(found["i5"])
    assert "takes-longer" in kinds(found["i6"])
    assert "takes-less" in kinds(found["i7"])
    assert "easier-than-said" in kinds(found["i8"])
    assert "harder-than-said" in kinds(found["i9"])
    assert "unfair-to-group" in kinds(found["i10"])
    assert found["i10"].status == "doubtful"


def test_a_typed_item_that_nobody_can_do_is_too_hard() -> None:
    truth, rng = sound()
    truth.difficulty[3] = 6.0
    assert "too-hard" in kinds(healths(simulate(truth, rng))["i4"])


def test_a_wrong_key_that_next_to_nobody_gives_is_told_as_too_hard_at_least() -> None:
    truth, rng = sound(200)
    truth.difficulty[3] = -3.0
    responses = simulate(truth, rng, Design(wrong_keys=(3,)))
    assert "too-hard" in kinds(healths(responses)["i4"])
    assert "no-better-than-guessing" in kinds(healths(responses, i4=Expected(OPTIONS, 0.25))["i4"])


def test_answers_without_thought_are_told() -> None:
    truth, rng = sound()
    truth.seconds[:] = 40.0
    assert all("often-rushed" in kinds(health) for health in healths(simulate(truth, rng, Design(rushed=0.2))).values())


def test_a_wrong_answer_of_the_able_that_is_not_better_than_the_key_is_tempting() -> None:
    truth, rng = sound(3000)
    truth.lure_slope[3] = [3.0, 0.0, 0.0]
    truth.difficulty[3] = 1.5
    truth.discrimination[3] = 2.0
    assert "tempting-option" in kinds(healths(simulate(truth, rng))["i4"])


def test_a_difference_that_changes_with_ability_is_told() -> None:
    truth, rng = sound(4000)
    responses = simulate(truth, rng)
    able = truth.ability[responses.learner] > 0.0
    odd = (responses.item == 3) & (responses.facets["group"].code == 1)
    turned = replace(responses, score=np.where(odd, (~able).astype(float), responses.score))
    assert "unfair-to-part-of-group" in kinds(healths(turned)["i4"])


def test_too_few_answers_tell_nothing() -> None:
    truth, rng = sound(20)
    assert {health.status for health in item_health(simulate(truth, rng))} == {"untold"}
    assert all(not health.findings for health in item_health(simulate(truth, rng)))


def test_without_a_calibration_or_with_a_conditional_one_rest_scores_do() -> None:
    truth, rng = sound(600)
    responses = simulate(truth, rng, Design(wrong_keys=(7,)))
    for calibration in (None, fit_conditional_rasch(responses)):
        found = item_health(responses, calibration=calibration)
        assert [health.item_id for health in found if health.status == "broken"] == ["i8"]


def test_items_that_could_not_be_calibrated_are_described_all_the_same() -> None:
    truth, rng = sound(200)
    responses = simulate(truth, rng)
    easy = replace(responses, score=np.where(responses.item == 0, 1.0, responses.score))
    found = item_health(easy, calibration=fit_two_pl(easy))[0]
    assert (found.difficulty, found.slope, found.discrimination, found.p_value) == (None, None, None, 1.0)
    assert "too-easy" in kinds(found)


def test_rules_say_from_where_on() -> None:
    truth, rng = sound(100)
    assert item_health(simulate(truth, rng), rules=Rules(least_answers=101))[0].status == "untold"


def test_a_health_is_json_without_holes() -> None:
    truth, rng = sound(100)
    found = item_health(simulate(truth, rng))
    assert msgspec.json.decode(msgspec.json.encode(found), type=list[ItemHealth]) == found
    assert b"NaN" not in msgspec.json.encode(found)


def test_what_cannot_be_judged_is_refused_by_name() -> None:
    truth, rng = sound(50)
    responses = simulate(truth, rng)
    with pytest.raises(CalibrationError, match="there are no answers"):
        item_health(Responses.of([], [], []))
    with pytest.raises(CalibrationError, match="tell nothing of 'planet'"):
        item_health(responses, facets=["planet"])
    with pytest.raises(CalibrationError, match="neither 0 nor 1"):
        item_health(replace(responses, score=responses.score * 0.5))


def test_what_the_author_says_is_read_from_any_item(any_item: Item) -> None:
    said = expected_of(any_item)
    assert said.seconds == any_item.seconds
    assert 0.0 <= said.guess <= 1.0
    assert bool(said.options) == (any_item.id == "item-choice")
