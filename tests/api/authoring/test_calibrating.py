"""Calibration of a course: from learners' journals, in a worker, kept with its items."""

from __future__ import annotations

import asyncio
import json

import numpy as np
import pytest
from click.testing import CliRunner

from api.authoring.advice.measured import Measured
from api.authoring.advice.routes import ADVICE
from api.cli import main
from api.composition import open_default_store
from api.learners.entries import Happening, commit_of
from api.learners.events import SessionFinished
from api.learners.facts import AnswerGraded, EnrolmentStarted
from api.settings import Settings
from api.store.ports import Journal
from api.tracks.goals import Feasibility
from api.wire import new_id
from content.calibration.simulation import Design, Truth, simulate
from tests.api.authoring.author import Author, Json, numeric, publish, team
from tests.api.conftest import START, MovableClock, Served, running

N_ITEMS = 12
FEASIBLE = Feasibility(feasible=True, minutes_needed=1, minutes_available=None, minutes_per_day_needed=None, advice="")


class Crowd:
    """Simulated learners, and what they answered so far."""

    def __init__(self, track: str, seed: int = 5) -> None:
        self.track = track
        self.rng = np.random.default_rng(seed)
        self.truth = Truth.drawn(1000, N_ITEMS, self.rng)
        self.n_used = 0

    async def answer(self, journal: Journal, n_learners: int, at: int) -> None:
        """So many further learners answer two thirds of the items, a second apart."""
        part = Truth(
            self.truth.ability[self.n_used : self.n_used + n_learners],
            *(getattr(self.truth, name) for name in ("discrimination", "difficulty", "lure", "lure_slope", "seconds")),
        )
        self.n_used += n_learners
        answers = simulate(part, self.rng, Design(n_asked=8))
        for person in range(n_learners):
            rows = np.flatnonzero(answers.learner == person)
            graded = [self._graded(f"item-{answers.item[row]}", float(answers.score[row])) for row in rows]
            learner_id = new_id()
            event = SessionFinished(client_time=at, zone="UTC", device_id="d", sequence=1, session_id="s")
            made = Happening(
                id=new_id(), effective_at=at + person, accepted_at=at, event=event, facts=(self._enrolled(), *graded)
            )
            await journal.append(commit_of(learner_id, 1, [made]))

    def _enrolled(self) -> EnrolmentStarted:
        return EnrolmentStarted(enrolment_id="e", track_id="measured", track_version=self.track, feasibility=FEASIBLE)

    def _graded(self, item_id: str, score: float) -> AnswerGraded:
        return AnswerGraded(
            decision_id=new_id(), session_id="s", enrolment_id="e", item_id=item_id, skills=("counting-seas",),
            band="easy", score=score, correct=score > 0, feedback="", expected="", seconds=9.0, usual_seconds=20.0,
            day_starts_at=0, track_version=self.track,
        )  # fmt: skip


async def published(service: Served) -> tuple[list[Author], Crowd]:
    """A published course of twelve items, and learners who may answer them."""
    people = await team(service)
    await people[0].begin("measured")
    await people[0].fill(*(numeric(f"item-{k}") for k in range(N_ITEMS)))
    version = await publish(*people)
    return list(people), Crowd(version["track"])


async def measured(service: Served, author: Author) -> Measured:
    """Have it measured, and wait for it."""
    kept = ADVICE.fetch(service.app).measuring.measured
    before = await kept.get(author.course)
    service.clock.forward(61)
    await author.post("~/health", {}, 202)
    async with asyncio.timeout(60):
        while (found := await kept.get(author.course)) is None or (before and found.at == before.at):
            await asyncio.sleep(0.02)
    return found


def journal_of(service: Served) -> Journal:
    return ADVICE.fetch(service.app)._journal


def difficulties(found: Measured) -> np.ndarray:
    by_name = {one.item: one.difficulty for one in found.items}
    return np.array([by_name[f"item-{k}"] for k in range(N_ITEMS)], np.float64)


async def test_items_are_calibrated_by_what_learners_answered_and_follow_what_comes_after(service: Served) -> None:
    (author, *_), crowd = await published(service)
    await crowd.answer(journal_of(service), 20, START)
    few = await measured(service, author)
    assert few.calibration is None
    assert {one.difficulty for one in few.items} == {None}
    assert (await author.get("~/health"))["calibration"] is None

    await crowd.answer(journal_of(service), 60, START + 10_000)
    some = await measured(service, author)
    assert some.calibration is not None
    assert some.calibration.fitted.model == "rasch"

    await crowd.answer(journal_of(service), 520, START + 20_000)
    many = await measured(service, author)
    assert many.calibration is not None
    assert (many.calibration.fitted.model, many.calibration.n_answers) == ("2pl", 4800)
    off = difficulties(many) - crowd.truth.difficulty
    errors = np.array([one.difficulty_error for one in sorted(many.items, key=lambda one: int(one.item[5:]))])
    assert (np.abs(off) < 3.3 * errors + 0.15).all()
    slopes = {one.item: one.slope or 0.0 for one in many.items}
    found = np.array([slopes[f"item-{k}"] for k in range(N_ITEMS)])
    assert np.corrcoef(found, crowd.truth.discrimination)[0, 1] > 0.6

    await crowd.answer(journal_of(service), 60, START + 30_000)
    later = await measured(service, author)
    assert later.calibration == many.calibration
    assert not np.allclose(difficulties(later), difficulties(many))
    by_error = {one.item: one.difficulty_error or 9.0 for one in later.items}
    assert all(by_error[one.item] < (one.difficulty_error or 0.0) for one in many.items)

    report = await author.get("~/health")
    assert report["calibration"]["model"] == "2pl"
    shown: dict[str, Json] = {one["id"]: one for one in report["items"]}
    one = await author.get("~/items/item-3/health")
    for name in ("difficulty", "difficultyError", "slope", "slopeError"):
        assert one[name] == pytest.approx(shown["item-3"][name])
    assert one["calibration"] == report["calibration"]


async def test_answers_to_an_item_that_had_another_key_do_not_tell_of_it(service: Served) -> None:
    people, crowd = await published(service)
    author = people[0]
    await crowd.answer(journal_of(service), 250, START)
    before = await measured(service, author)
    assert before.calibration is not None
    assert "item-3" in before.calibration.fitted.items
    await author.patch("~/items/item-3", {"item": {"key": "6"}})
    await author.patch("~/items/item-4", {"item": {"explanation": "There are five."}})
    await publish(people[0], people[1], people[2])
    after = await measured(service, author)
    assert after.calibration is not None
    assert "item-3" not in {one.item for one in after.items}
    assert "item-3" not in after.calibration.fitted.items
    told = {one.item: one.n_answers for one in after.items}
    assert told["item-4"] == {one.item: one.n_answers for one in before.items}["item-4"]
    assert "item-3" not in {one["id"] for one in (await author.get("~/health"))["items"]}


async def test_an_operator_calibrates_a_course_of_a_server_that_is_stopped(
    trackless: Settings, clock: MovableClock
) -> None:
    async with running(trackless, clock) as service:
        (author, *_), crowd = await published(service)
        await crowd.answer(journal_of(service), 250, START)
    run = ["content", "calibrate", "--course", author.course, "--data", trackless.data]
    result = await asyncio.to_thread(CliRunner().invoke, main, run)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout.splitlines()[-1])
    assert (told["model"], told["answers"], told["items"], told["learners"]) == ("rasch", 2000, N_ITEMS, 250)
    store = await open_default_store(trackless)
    try:
        document = await store.documents.get("itemHealth", author.course)
        assert document is not None
        assert json.loads(document.body)["calibration"]["fitted"]["model"] == "rasch"
    finally:
        await store.close()
    for wrong in (["--course", "none", "--data", trackless.data], [], ["--course", "x", __file__]):
        result = await asyncio.to_thread(CliRunner().invoke, main, ["content", "calibrate", *wrong])
        assert result.exit_code != 0
        assert "there is no course none" in result.output or "give a file of answers or --course" in result.output
