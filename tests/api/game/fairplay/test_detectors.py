"""The detectors, each on a few answers whose verdict can be worked out, and on cheats among honest learners."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from api.game.evaluation.fairplay import CHECKED_ON
from api.game.evaluation.honest import play
from api.game.evaluation.mixing import SHOWN_BY, Mixed, mixed
from api.game.fairplay import clocks, copying, rapid, rates, replays
from api.game.fairplay.attempts import Attempts
from api.game.fairplay.detectors import DETECTORS, findings, flagged

HOUR, DAY = 3_600_000, 86_400_000


def attempts(n: int, learner: int = 0, seed: int = 1, **changes: object) -> Attempts:
    """n honest answers of one learner, one a minute, to one item each."""
    rng = np.random.default_rng(seed)
    at = np.arange(n) * 60_000 + DAY
    made = Attempts(
        learner=np.full(n, learner),
        item=np.arange(n),
        response=np.where(rng.random(n) < 0.7, 0, rng.integers(1, 5, n)),
        score=np.ones(n),
        chance=np.full(n, 0.25),
        seconds=12.0 * np.exp(0.4 * rng.standard_normal(n)),
        expected_seconds=np.full(n, 15.0),
        xp=np.full(n, 1.0),
        at=at,
        accepted_at=at + 300,
        client_at=at,
        device=np.zeros(n, dtype=np.int64),
    )
    made = replace(made, score=(made.response == 0).astype(np.float64))
    return replace(made, **changes)  # type: ignore[arg-type]


def together(*parts: Attempts) -> Attempts:
    names = Attempts.__dataclass_fields__
    return Attempts(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


@pytest.fixture(scope="module")
def crowd() -> Mixed:
    honest = play(CHECKED_ON, 600, 77)
    return mixed(honest, play(CHECKED_ON, 120, 78), 5, 79)


def test_attempts_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="sorted by learner"):
        attempts(3, at=np.array([3, 2, 1]))
    with pytest.raises(ValueError, match="one length"):
        attempts(3, at=np.array([1, 2]))


def test_fast_and_right_is_not_guessing_and_fast_at_chance_is() -> None:
    usual = [attempts(60, learner, seed=learner) for learner in range(20)]
    rng = np.random.default_rng(5)
    fast = 2.0 * np.exp(0.3 * rng.standard_normal(60))
    knows = attempts(60, 20, seconds=fast, score=np.ones(60), response=np.zeros(60, dtype=np.int64))
    by_chance = (rng.random(60) < 0.25).astype(np.float64)
    guesses = attempts(60, 21, seconds=fast, score=by_chance, response=np.where(by_chance > 0, 0, 1))
    found = rapid.suspect(together(*usual, knows, guesses))
    assert found.score[21] > DETECTORS["rapid"].threshold > found.score[:20].max()
    assert found.score[20] < found.score[21] / 2
    assert "faster than" in rapid.words(found.evidence[21])


def test_the_mixture_finds_the_parameters_it_was_drawn_from() -> None:
    rng = np.random.default_rng(3)
    n_learners, n = 200, 60
    learner, item = np.repeat(np.arange(n_learners), n), np.tile(np.arange(n), n_learners)
    hasty = rng.random(len(learner)) < 0.2
    speed = 0.3 * rng.standard_normal(n_learners)
    log = np.where(
        hasty,
        np.log(1.8) + 0.3 * rng.standard_normal(len(learner)),
        2.6 - speed[learner] + 0.4 * rng.standard_normal(len(learner)),
    )
    right = (rng.random(len(learner)) < np.where(hasty, 0.25, 0.8)).astype(np.float64)
    base = attempts(len(learner))
    drawn = replace(
        base,
        learner=learner,
        item=item,
        seconds=np.exp(log),
        score=right,
        at=np.tile(np.arange(n) * 60_000, n_learners),
    )
    mixture = rapid.fit(drawn)
    assert mixture.share.mean() == pytest.approx(0.2, abs=0.01)
    assert np.exp(mixture.guess) == pytest.approx(1.8, rel=0.05)
    assert (mixture.guess_spread, mixture.spread) == pytest.approx((0.3, 0.4), abs=0.05)
    assert mixture.success.mean() == pytest.approx(0.8, abs=0.02)
    assert np.corrcoef(mixture.speed, speed)[0, 1] > 0.95


def test_without_times_nobody_guesses_rapidly() -> None:
    unknown = attempts(30, seconds=np.full(30, np.nan))
    assert not rapid.suspect(unknown).score.any()
    with pytest.raises(ValueError, match="time is known"):
        rapid.fit(unknown)


def test_rates_by_hand() -> None:
    assert rates.suspect(attempts(60)).score[0] < 0.5  # an hour of one answer a minute
    burst = attempts(60, at=np.arange(60) * 1000 + DAY)  # sixty answers in a minute, of thirty that are possible
    found = rates.suspect(burst)
    assert found.score[0] == pytest.approx(60 / 30)
    assert "one minute there were 60 answers" in rates.words(found.evidence[0])


def test_a_window_holds_what_is_less_than_its_length_apart() -> None:
    at = np.array([0, 59_999, 60_000]) + DAY
    assert rates._first_within(attempts(3, at=at), 60_000).tolist() == [0, 0, 1]


def test_replayed_work_is_found_whoever_sends_it_and_repeated_practice_is_not() -> None:
    own = attempts(60)
    again = attempts(60, 1, seed=9, item=own.item, response=own.response, seconds=own.seconds, score=own.score)
    anew = attempts(60, 2, seed=104)  # the same items, done by somebody else
    others = [attempts(60, learner, seed=learner) for learner in range(3, 40)]
    found = replays.suspect(together(own, replace(again, at=again.at + DAY), anew, *others))
    assert found.score[1] > DETECTORS["replays"].threshold
    assert not found.score[[0, *range(2, 40)]].any()
    assert "60 answers in a row" in replays.words(found.evidence[1])


def test_equal_times_of_coarse_clocks_say_nothing() -> None:
    whole = [
        attempts(60, learner, seed=learner, seconds=np.full(60, 12.0), response=np.zeros(60, np.int64))
        for learner in range(40)
    ]
    assert not replays.suspect(together(*whole)).score.any()


def test_clocks_by_hand() -> None:
    usual = attempts(30)
    assert clocks.suspect(usual).score[0] == 0.0
    days = np.repeat([0, -3, 0, -3, 0, -3], 5) * DAY
    turned = clocks.suspect(replace(usual, client_at=usual.client_at + days))
    assert turned.evidence[0].tolist() == [3.0, 0.0, 0.0]  # three falls; coming back is no more than right
    assert turned.score[0] == 1.0
    ahead = clocks.suspect(replace(usual, client_at=usual.client_at + np.repeat(np.arange(6), 5) * DAY))
    assert ahead.evidence[0, :2].tolist() == [5.0, 4.0]  # one day ahead may be a zone
    assert "dated to 4 more days" in clocks.words(ahead.evidence[0])


def test_one_repair_of_a_clock_is_no_game() -> None:
    usual = attempts(30)
    for shift in (5 * HOUR, -200 * DAY):
        mended = replace(usual, client_at=usual.client_at + np.repeat([shift, 0], 15))
        assert clocks.suspect(mended).score[0] < 0.5


def test_answers_that_claim_more_time_than_there_was_are_squeezed() -> None:
    at = np.arange(30) * 2000 + DAY
    found = clocks.suspect(attempts(30, at=at, client_at=at))
    assert found.evidence[0, 2] > 20
    assert found.score[0] > 1.0


def test_agreement_by_hand() -> None:
    """Two learners alike agree on everything; the chance of that is a product over the items."""
    chance = np.array([0.5, 0.25, 0.5])
    tail = copying._poisson_binomial_tail(np.zeros(3, np.int64), chance, np.array([3]))
    assert tail[0] == pytest.approx(-np.log10(0.5 * 0.25 * 0.5))
    two = copying._poisson_binomial_tail(np.zeros(3, np.int64), chance, np.array([2]))
    assert two[0] == pytest.approx(-np.log10(3 * 0.5 * 0.25 * 0.5 + 0.5 * 0.75 * 0.5))  # all, or all but one


def test_who_was_later_is_suspected_of_copying_and_the_other_is_not() -> None:
    rng = np.random.default_rng(2)
    others = []
    for learner in range(60):
        response = np.where(rng.random(60) < 0.6, 0, rng.integers(1, 7, 60))
        others.append(attempts(60, learner, seed=learner, response=response, score=(response == 0).astype(np.float64)))
    source = others[7]
    copy = replace(source, learner=np.full(60, 60), at=source.at + DAY, seconds=others[3].seconds)
    found = copying.suspect(together(*others, copy))
    assert found.score[60] > DETECTORS["copying"].threshold
    assert not (found.score[:60] >= DETECTORS["copying"].threshold).any()
    assert "60 answers are the same" in copying.words(found.evidence[60])


def test_answers_right_after_another_accounts_are_followed() -> None:
    n = 40
    others = [attempts(n, learner, seed=learner, at=np.arange(n) * 60_000 + learner * 7 * DAY) for learner in range(30)]
    shadow = attempts(
        n,
        30,
        seed=8,
        at=others[4].at + 40_000,
        seconds=np.full(n, 3.0) + np.arange(n) / 100,
        score=np.ones(n),
        response=np.zeros(n, np.int64),
    )
    found = copying.suspect(together(*others, shadow))
    assert flagged(found, DETECTORS["copying"].threshold).tolist() == [False] * 30 + [True]
    assert "within ten minutes" in copying.words(found.evidence[30])


def test_detectors_flag_strong_cheats_and_hardly_anybody_honest(crowd: Mixed) -> None:
    kinds = np.asarray(crowd.kind)
    for name, detector in DETECTORS.items():
        hit = flagged(detector.suspect(crowd.attempts), detector.threshold)
        assert hit[crowd.honest].sum() <= 1, name
        for kind in (kind for kind, by in SHOWN_BY.items() if by == name and kind not in ("following", "clocks")):
            assert hit[(kinds == kind) & (crowd.strength == 1.0)].mean() >= 0.4, kind


def test_findings_tell_who_why_and_how_sure(crowd: Mixed) -> None:
    told = findings(crowd.attempts)
    assert {finding.kind for finding in told} == set(DETECTORS)
    assert all(finding.words.endswith(".") and finding.score > 0 for finding in told)
    assert all(crowd.kind[finding.learner] for finding in told if finding.kind != "rapid")
