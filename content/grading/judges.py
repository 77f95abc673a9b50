"""The judges that Pacer ships: sympy for expressions, a fitted model for open responses, each in a worker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import msgspec

from content.answers import Answer, ExpressionAnswer, OpenResponseAnswer
from content.grading.algebra.task import Compared, Comparison
from content.grading.expression import read_given, read_key, settle_expression
from content.grading.grades import PENDING, Grade
from content.grading.ports import UNDECIDED, Judgement, Label
from content.grading.short_answers.messages import Judged, Response
from content.grading.worker.process import Limits, Worker, WorkerError
from content.items import Expression, Item, OpenResponse
from content.text import plain_text

ALGEBRA_LIMITS = Limits(memory_mb=700, seconds=2.0)
TEXT_LIMITS = Limits(memory_mb=1_200, seconds=4.0)
WAIT_SECONDS = 2.0
MODEL_NAME = "short-answers/1"
logger = logging.getLogger("pacer.grading")
T = TypeVar("T", Expression, OpenResponse)


class Workers:
    """Judges answers in worker processes, which start with the first answer that needs them."""

    def __init__(self, algebra: Limits = ALGEBRA_LIMITS, texts: Limits = TEXT_LIMITS) -> None:
        self._algebra, self._texts = Worker("algebra", algebra), Worker("texts", texts)
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="judging")
        self._starting: list[Future[None]] = []

    async def judge(self, item: Item, answer: Answer) -> Judgement:
        """See `content.grading.ports.FreeTextGrader`."""
        match item, answer:
            case Expression(), ExpressionAnswer(text=text):
                return await self._run(self._expression, item, text)
            case OpenResponse(), OpenResponseAnswer(text=text):
                return await self._run(self._response, item, text)
            case _:
                return UNDECIDED

    def prepare(self, items: Iterable[Item]) -> None:
        """Start the processes that these items need, in the background, so that no learner waits for it."""
        kinds = {type(item) for item in items}
        for kind, worker in ((Expression, self._algebra), (OpenResponse, self._texts)):
            if kind in kinds:
                self._starting.append(self._threads.submit(_warm, worker))

    async def ready(self) -> None:
        """Wait until what `prepare` started is there, or has failed."""
        for start in self._starting:
            await asyncio.wrap_future(start)

    async def close(self) -> None:
        """End the processes."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._end)
        self._threads.shutdown(wait=False)

    def _end(self) -> None:
        for worker in (self._algebra, self._texts):
            worker.close()

    async def _run(self, judge: Callable[[T, str], Judgement], item: T, text: str) -> Judgement:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, judge, item, text)
        except WorkerError as error:
            logger.warning("an answer to %s goes to a person: %s", item.id, error)
            return UNDECIDED

    def _expression(self, item: Expression, text: str) -> Judgement:
        others = [read_key(one, item.variables) for one in (item.key, *(m.answer for m in item.misconceptions))]
        form = "" if item.form == "any" else item.form
        request = Comparison(given=read_given(item, text), others=tuple(others), form=form)
        reply = self._algebra.ask(msgspec.json.encode(request), WAIT_SECONDS)
        compared = msgspec.json.decode(reply, type=Compared)
        grade = settle_expression(item, compared.verdicts, compared.in_form)
        label: Label = "" if grade.pending else "correct" if compared.verdicts[0] == "equal" else "incorrect"
        return Judgement(
            grade=grade, label=label, score=grade.score, confidence=float(not grade.pending), judged_by="sympy"
        )

    def _response(self, item: OpenResponse, text: str) -> Judgement:
        request = Response(question=plain_text(item.prompt), references=item.references, answer=text)
        judged = msgspec.json.decode(self._texts.ask(msgspec.json.encode(request), WAIT_SECONDS), type=Judged)
        right = judged.label == "correct"
        sure = judged.sure and item.stakes == "low"
        return Judgement(
            grade=Grade(score=float(right), correct=right) if sure else PENDING,
            label=judged.label,
            score=judged.score,
            confidence=judged.confidence,
            judged_by=MODEL_NAME,
        )


def _warm(worker: Worker) -> None:
    try:
        worker.warm()
    except WorkerError as error:
        logger.warning("answers that need %r will go to a person: %s", worker.task, error)
