"""`pacer play` against real servers, and the parts it is made of."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from click.testing import CliRunner

from api.cli import main
from api.composition import DATABASE_FILE
from api.play.answering import answer_to
from api.play.cohort import Cohort, Plan
from api.play.outcome import Outcome, bootstrap
from api.store import open_store
from content.answers import (
    Answer,
    ClozeAnswer,
    MatchingAnswer,
    MultipleChoiceAnswer,
    MultipleResponseAnswer,
    OrderingAnswer,
)
from content.catalogue import index_course
from content.formats.yaml_track import load_track
from content.grading import as_presented, grade, model_answer
from content.items import Template
from content.presentation import present
from content.starter import starter_tracks

DAY_MS = 86_400_000
EVERY_KIND = Path(__file__).parents[1] / "sessions" / "every-kind.yaml"


def play(*options: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["play", *options])
    return result.exit_code, result.output


@pytest.mark.slow
def test_a_few_learners_play_every_starter_track_on_a_server_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    code, output = play("--learners", "3", "--sessions", "3", "--exercises", "6", "--json", str(file))
    assert code == 0, output
    assert "simulated" in output
    figures = json.loads(output.splitlines()[-1])
    assert json.loads(file.read_text()) == figures
    assert set(figures["tracks"]) == {"arithmetic-to-algebra", "first-spanish", "python-from-zero"}
    for track in figures["tracks"].values():
        for arm in ("tutor", "author"):
            assert track[arm]["n_learners"] == 3
            assert track[arm]["n_answers"] >= 3 * 6
            assert track[arm]["n_misgraded"] == 0
        assert track["author"]["by_policy"] == 0
        assert 0 < track["score_before"] < min(1, track["score_tutor"] + 0.1)
        assert track["difference"] == pytest.approx(track["gain_tutor"] - track["gain_author"], abs=2e-4)


@pytest.mark.slow
async def test_simulated_days_stand_in_the_journal_of_a_running_server(serving: Any, tmp_path: Path) -> None:
    with serving(PACER_BACKDATING="30") as server:
        options = ("--track", "first-spanish", "--learners", "2", "--sessions", "6", "--exercises", "3", "--days", "28")
        code, output = await asyncio.to_thread(play, "--url", server.url, *options)
        assert code == 0, output
        assert httpx.get(server.url + "/ready").status_code == 200
        server.stop()
    store = await open_store(tmp_path / "data" / DATABASE_FILE)
    now = time.time() * 1000
    spans = []
    for learner in await store.journal.learners():
        times = [event.effective_at for commit in await store.journal.read(learner) for event in commit.events]
        assert times == sorted(times)
        assert now - 29 * DAY_MS < times[0]
        assert times[-1] <= now
        spans.append(times[-1] - times[0])
    await store.close()
    assert len(spans) == 4
    assert max(spans) > 15 * DAY_MS


@pytest.mark.slow
async def test_a_server_where_people_learn_is_not_played_against_with_what_to_do(serving: Any) -> None:
    with serving() as server:
        options = ("--track", "first-spanish", "--learners", "1", "--sessions", "1", "--exercises", "1")
        code, output = await asyncio.to_thread(play, "--url", server.url, *options)
    assert code == 1
    assert "start it with PACER_BACKDATING=30, or leave out --url" in " ".join(output.split())


def test_a_server_that_does_not_answer_is_told_with_what_to_do() -> None:
    code, output = play("--url", "http://127.0.0.1:9", "--track", "first-spanish")
    assert code == 1
    assert "is 'pacer serve' running there?" in output
    assert "Traceback" not in output


def test_an_unknown_track_is_told_with_the_known_ones() -> None:
    code, output = play("--track", "latin")
    assert code == 1
    assert "there is no track latin; there are: arithmetic-to-algebra" in output


def test_a_policy_is_only_for_a_server_that_is_started_here() -> None:
    code, output = play("--url", "http://127.0.0.1:9", "--policy", "tutor.onnx")
    assert code == 2
    assert "leave out --url" in output


def named_in(answer: Answer) -> list[str]:
    """Ids of options and gaps in an answer."""
    match answer:
        case MultipleChoiceAnswer():
            return [answer.choice]
        case MultipleResponseAnswer():
            return [*answer.choices]
        case OrderingAnswer():
            return [*answer.order]
        case ClozeAnswer():
            return [*answer.gaps]
        case MatchingAnswer():
            return [*answer.pairs, *answer.pairs.values()]
        case _:
            return []


@pytest.mark.parametrize("path", [EVERY_KIND, *starter_tracks()], ids=lambda path: path.stem)
def test_answers_name_options_as_presented_and_are_graded_as_meant(path: Path) -> None:
    index = index_course(load_track(path))
    sources = (
        (*index.track.items[::7], *index.track.templates[::3]) if len(index.track.items) > 20 else index.track.items
    )
    for source in sources:
        item = index.item(f"{source.id}~5") if isinstance(source, Template) else source
        shown = str(present(item, 0))
        answer = as_presented(item, model_answer(item))
        assert grade(item, answer).correct
        assert all(name in shown for name in named_in(answer)), item.id
        assert answer_to(item, right=False, seed=3) != answer_to(item, right=True, seed=3)


def test_equal_plans_give_equal_learners_with_equal_luck() -> None:
    course = index_course(load_track(EVERY_KIND)).course
    plan = Plan(n_learners=6, n_sessions=3, n_exercises=4, seed=5)
    first, second, third = Cohort("t", course, plan), Cohort("t", course, plan), Cohort("u", course, plan)
    assert np.array_equal(first.scores(), second.scores())
    assert not np.array_equal(first.scores(), third.scores())
    for step in range(12):
        played = [cohort.attempt(2, step % course.n_skills, 0, step / 10) for cohort in (first, second)]
        assert played[0] == played[1]
        assert first.leaves(2, lesson_ends=True) == second.leaves(2, lesson_ends=True)
    assert np.array_equal(first.scores(), second.scores())
    assert first.scores()[2] != third.scores()[2]
    assert (np.diff(first.starts, axis=1) > 0).all()
    assert first.starts.max() < plan.days


def test_one_learner_plays_the_same_alone_as_in_a_class() -> None:
    course = index_course(load_track(EVERY_KIND)).course
    alone, together = (Cohort("t", course, Plan(n_learners=n, seed=5)) for n in (1, 6))
    assert alone.attempt(0, 0, 0, 0.0) == together.attempt(0, 0, 0, 0.0)
    assert alone.scores()[0] == together.scores()[0]


def test_gains_and_their_difference_by_hand() -> None:
    before, tutor, author = np.array([0.1, 0.3]), np.array([0.5, 0.5]), np.array([0.3, 0.5])
    outcome = Outcome("t", before, tutor, author)
    assert outcome.gains == pytest.approx((0.3, 0.2))
    assert outcome.better == 0.5
    assert outcome.figures(0)["difference"] == pytest.approx(0.1)
    low, high = outcome.interval(0)
    assert [low, high] == pytest.approx([0.0, 0.2])
    assert bootstrap(np.full(5, 0.25), 1) == (0.25, 0.25)
