"""Asks the tutor, for everybody who waits at the same moment at once; the rule steps in where the policy cannot serve.

A ranking costs hardly more for thirty learners than for one. Questions that arrive in one turn of the event loop are
gathered and answered in the next: nobody waits for company, and the busier the server, the cheaper each choice.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import NamedTuple

import msgspec
import numpy as np

from api.learners.facts import ExerciseChosen, Reason
from api.metrics import Metrics
from api.tracks.registry import Registry
from rl.reasons import Reason as TutorsReason
from rl.runtime import NothingToRecommendError, Question, Recommendation, Tutor

SLOW_SECONDS = 0.1
SLOW_RUN = 3
REST_SECONDS = 30
"""After so many rankings running that took longer than that, the policy rests so long."""

MAX_TOGETHER = 32
"""Learners ranked at once; the event loop is held no longer than that takes."""

SAME_PROBABILITY = 1e-3
"""Up to which two rankings of one question differ, alone and beside others."""

logger = logging.getLogger("pacer.choosing")

Answer = Recommendation | Exception


class PolicyAnswerError(Exception):
    """The policy answered with something that is no probability."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate as chosen, by number; `ability` is what is believed of the learner in the skill, in logits."""

    skill: int
    band: int
    probability: float
    ability: float
    chosen_by: str
    policy_version: str
    reasons: tuple[Reason, ...]
    guards: tuple[str, ...] = ()
    top: tuple[tuple[int, int, float], ...] = ()
    fallback: str = ""
    bent_by: tuple[str, ...] = ()
    yielded: tuple[str, ...] = ()
    cost: float = 0.0


class Asked(NamedTuple):
    """A question, and whether the reasons are wanted at once, which costs as much as some questions more."""

    question: Question
    explain: bool


class Tutoring:
    """The tutor of all lessons. `rng` samples from the policy's distribution."""

    def __init__(self, registry: Registry, metrics: Metrics, rng: np.random.Generator) -> None:
        self._registry = registry
        self._metrics = metrics
        self._rng = rng
        self._n_slow = 0
        self._resting_until = 0.0
        self._rule = Tutor(None, registry.tutor.parameters)
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []

    def reasons(self, question: Question, skill: int, band: int, made: ExerciseChosen) -> tuple[Reason, ...]:
        """Why this was chosen when the same question was asked before.

        Empty if whoever chose is not here any more, or does not give it the probability it had.
        """
        tutor = next((one for one in (self._registry.tutor, self._rule) if one.version == made.policy_version), None)
        if tutor is None:
            return ()
        (ranking,) = tutor.rank([question])
        place = None if isinstance(ranking, NothingToRecommendError) else ranking.place(skill, band)
        if isinstance(ranking, NothingToRecommendError) or place is None:
            return ()
        if not abs(ranking.probabilities[place] - made.candidate_probability) <= SAME_PROBABILITY:
            return ()
        return _reasons(ranking.reasons(place, by_chance=True))

    async def ask(self, question: Question, *, explain: bool = False) -> Choice:
        """The policy's choice; the rule's where there is none, it fails, or it has been slow.

        Raises NothingToRecommendError if the question allows nothing.
        """
        asked = Asked(question, explain)
        if self._registry.tutor.policy is None:
            return self._by_rule(asked, "noPolicy")
        if perf_counter() < self._resting_until:
            return self._by_rule(asked, "policySlow")
        answer = await self._together(asked)
        if isinstance(answer, NothingToRecommendError):
            raise answer
        if isinstance(answer, Recommendation) and math.isfinite(answer.probability):
            return _choice(answer, "")
        error = PolicyAnswerError("not a probability") if isinstance(answer, Recommendation) else answer
        logger.error("the policy failed, the rule chooses", exc_info=error)
        return self._by_rule(asked, "policyFailed")

    async def _together(self, asked: Asked) -> Answer:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((asked, future))
        if len(self._waiting) == 1:
            loop.call_soon(self._answer_waiting)
        return await future

    def _answer_waiting(self) -> None:
        """Answer the first who wait; the others in the next turn."""
        turn, self._waiting = self._waiting[:MAX_TOGETHER], self._waiting[MAX_TOGETHER:]
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._answer_waiting)
        answers = self._answers([asked for asked, _ in turn])
        for (_, future), answer in zip(turn, answers, strict=True):
            if not future.done():
                future.set_result(answer)

    def _answers(self, waiting: Sequence[Asked]) -> list[Answer]:
        """A recommendation, or what stands in its way, for each. One question that fails spoils no other."""
        started = perf_counter()
        try:
            ranked = self._registry.tutor.rank([asked.question for asked in waiting])
            answers: list[Answer] = [
                one if isinstance(one, NothingToRecommendError) else one.drawn(self._rng, explain=asked.explain)
                for asked, one in zip(waiting, ranked, strict=True)
            ]
        except Exception as error:  # whatever a policy does, the lesson goes on: the rule chooses, logged and counted
            if len(waiting) == 1:
                return [error]
            return [answer for asked in waiting for answer in self._answers([asked])]
        self._watch(perf_counter() - started)
        return answers

    def _by_rule(self, asked: Asked, why: str) -> Choice:
        (ranking,) = self._rule.rank([asked.question])
        if isinstance(ranking, NothingToRecommendError):
            raise ranking
        self._metrics.fallback(why)
        return _choice(ranking.drawn(self._rng, explain=asked.explain), why)

    def _watch(self, seconds: float) -> None:
        """Give a policy that was slow several times running a rest."""
        self._n_slow = self._n_slow + 1 if seconds > SLOW_SECONDS else 0
        if self._n_slow >= SLOW_RUN:
            logger.warning("the policy took %.3f s, the rule chooses for %d s", seconds, REST_SECONDS)
            self._resting_until = perf_counter() + REST_SECONDS
            self._n_slow = 0


def _choice(made: Recommendation, fallback: str) -> Choice:
    return Choice(
        skill=made.skill,
        band=made.band,
        probability=made.probability,
        ability=made.ability,
        chosen_by=made.source,
        policy_version=made.policy_version,
        reasons=_reasons(made.reasons),
        guards=made.guards,
        top=made.top,
        fallback=fallback,
        bent_by=made.bent_by,
        yielded=made.yielded,
        cost=made.cost,
    )


def _reasons(found: Iterable[TutorsReason]) -> tuple[Reason, ...]:
    return tuple(Reason(code=r.code, text=r.text, value=r.value) for r in found)
