"""Why this exercise: the decision as a learner may read it, and who chose."""

from __future__ import annotations

from time import sleep
from typing import Any

import numpy as np
import pytest

from api.sessions.tutoring import SLOW_RUN, SLOW_SECONDS
from rl.runtime import Tutor


class BrokenPolicy:
    """A policy whose network fails, or answers with what is no number."""

    def __init__(self, card: Any, fault: str) -> None:
        self.card, self.fault = card, fault

    def logits(self, _features: Any, mask: Any, _context: Any) -> Any:
        if self.fault == "slow":
            sleep(2 * SLOW_SECONDS)
            return np.zeros(mask.shape, dtype=np.float32)
        if self.fault == "raises":
            raise RuntimeError("the network broke")
        return np.full(mask.shape, np.nan, dtype=np.float32)


async def test_a_decision_says_who_chose_why_and_how_likely_it_was(phone: Any) -> None:
    session = await phone.start()
    exercise = session["exercise"]
    decision = await phone.get(f"/decisions/{exercise['decisionId']}")
    assert decision["chosenBy"] == exercise["chosenBy"]
    assert (decision["itemId"], decision["skill"], decision["band"]) == (
        exercise["itemId"],
        exercise["skill"],
        exercise["band"],
    )
    assert decision["reasons"]
    assert all(reason["text"] for reason in decision["reasons"])
    assert 0 < decision["probability"] <= decision["candidateProbability"] <= 1
    assert decision["policyVersion"]
    assert len(decision["top"]) <= 5
    assert sum(ranked["probability"] for ranked in decision["top"]) + decision["rest"] == pytest.approx(1)
    assert decision["sessionId"] == session["id"]
    assert decision["fallback"] == (None if decision["chosenBy"] == "policy" else "noPolicy")


async def test_the_choice_is_counted_by_who_made_it(phone: Any) -> None:
    session = await phone.start()
    await phone.play(session, 2)
    metrics = (await phone.served.client.get("/metrics")).text
    assert f'pacer_decisions_total{{source="{session["exercise"]["chosenBy"]}"}} 3.0' in metrics
    assert 'pacer_answers_total{outcome="correct"} 2.0' in metrics


@pytest.mark.parametrize("fault", ["raises", "answers with nonsense"])
async def test_when_the_policy_fails_the_rule_chooses_and_says_so(phone: Any, fault: str) -> None:
    service = phone.served.app.state["sessions"]
    tutor = Tutor.rule()
    tutor.policy = BrokenPolicy(type("Card", (), {"version": "broken-1"}), fault)
    service.registry.tutor = tutor
    session = await phone.start()
    results = await phone.play(session)
    assert len(results) == 10
    assert {result["next"]["chosenBy"] for result in results[:-1]} == {"rule"}
    decision = await phone.get(f"/decisions/{session['exercise']['decisionId']}")
    assert decision["fallback"] == "policyFailed"
    metrics = (await phone.served.client.get("/metrics")).text
    assert 'pacer_fallbacks_total{reason="policyFailed"} 10.0' in metrics


async def test_a_policy_that_is_slow_time_and_again_is_given_a_rest(phone: Any) -> None:
    tutor = Tutor.rule()
    tutor.policy = BrokenPolicy(type("Card", (), {"version": "slow-1"}), "slow")
    phone.served.app.state["sessions"].registry.tutor = tutor
    session = await phone.start()
    results = await phone.play(session)
    chosen = [session["exercise"], *(result["next"] for result in results[:-1])]
    assert [exercise["chosenBy"] for exercise in chosen] == ["policy"] * SLOW_RUN + ["rule"] * (10 - SLOW_RUN)
    decision = await phone.get(f"/decisions/{chosen[-1]['decisionId']}")
    assert decision["fallback"] == "policySlow"


async def test_who_wants_no_tutor_gets_the_authors_order(phone: Any) -> None:
    await phone.served.client.patch("/v1/me", json={"personalised": False}, headers=phone.headers)
    session = await phone.start("python-from-zero", 9)
    results = await phone.play(session)
    skills = [session["exercise"]["skill"]["id"], *(result["next"]["skill"]["id"] for result in results[:-1])]
    order = [skill for unit in (await phone.get("/tracks/python-from-zero"))["units"] for skill in unit["skills"]]
    assert skills == [skill for skill in order[:3] for _ in range(3)]
    decision = await phone.get(f"/decisions/{session['exercise']['decisionId']}")
    assert (decision["policyVersion"], decision["probability"] <= 1) == ("author-order-1", True)
    assert decision["reasons"][0]["code"] == "authorOrder"


async def test_a_goal_draws_the_choice_to_its_skills(phone: Any) -> None:
    enrolment = await phone.enrol("every-kind", skills=["order"])
    session = await phone.open(enrolment["id"], 12)
    results = await phone.play(session)
    skills = [session["exercise"]["skill"]["id"], *(result["next"]["skill"]["id"] for result in results[:-1])]
    assert skills[0] == "order"


async def test_reasons_are_of_the_moment_of_the_choice_however_late_they_are_asked_for(phone: Any) -> None:
    session = await phone.start()
    at_once = []
    exercise = session["exercise"]
    for _ in range(6):
        at_once.append(await phone.get(f"/decisions/{exercise['decisionId']}"))
        exercise = (await phone.answer(session["id"], exercise))["next"]
    await phone.sleep(40 * 86_400)
    await phone.play(await phone.open(session["enrolmentId"], 5))
    assert [await phone.get(f"/decisions/{told['id']}") for told in at_once] == at_once
    codes = {reason["code"] for told in at_once for reason in told["reasons"]}
    assert "untried" not in codes
    assert codes & {"new", "weak", "strengthen", "unlocks", "difficulty"}


async def test_of_a_tutor_that_is_gone_no_reason_is_made_up(phone: Any) -> None:
    session = await phone.start()
    service = phone.served.app.state["sessions"]
    tutor = Tutor.rule()
    tutor.policy = BrokenPolicy(type("Card", (), {"version": "later-1"}), "raises")
    service.registry.tutor = tutor
    told = await phone.get(f"/decisions/{session['exercise']['decisionId']}")
    assert (told["chosenBy"], [reason["code"] for reason in told["reasons"]]) == ("policy", ["untried"])
