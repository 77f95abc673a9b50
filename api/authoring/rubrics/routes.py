"""HTTP of models that advise on essays."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from litestar import Router, get, post, put
from litestar.params import JSONBody

from api.authoring.errors import PartNotFoundError
from api.authoring.roles import CourseId, ItemId, OrganisationId, discussing, reading, writing
from api.authoring.routes import COURSE, course_of
from api.authoring.rubrics.rubric import Rubric, TraitSaid
from api.authoring.rubrics.schemas import (
    EssayAdvice,
    EssayRequest,
    RubricRequest,
    RubricView,
    TraitAdvice,
    TraitAgreement,
)
from api.authoring.rubrics.service import RubricService
from api.wire import LearnerRequest, Slot, instant
from content.grading.worker.process import WorkerError

RUBRICS: Slot[RubricService] = Slot("rubrics")
ONE = COURSE + "/items/{item_id:str}/rubric"


@put(ONE, operation_id="trainRubric", summary="Make a model of judged essays", opt=writing(PartNotFoundError))
async def train_rubric(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    item_id: ItemId,
    data: JSONBody[RubricRequest],
) -> RubricView:
    """For authors. A job makes it soon; what it comes to, and how far it agrees with people, getRubric tells."""
    course = await course_of(request, organisation_id, course_id)
    examples = [(one.text, one.levels) for one in data.examples]
    return rubric_view(await RUBRICS.of(request).train(course, item_id, examples))


@get(ONE, operation_id="getRubric", summary="How a model agrees with people", opt=reading())
async def get_rubric(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, item_id: ItemId
) -> RubricView:
    """Whether it is ready, and its agreement trait by trait."""
    course = await course_of(request, organisation_id, course_id)
    return rubric_view(await RUBRICS.of(request).get(course, item_id))


@post(
    ONE + "/advice",
    operation_id="adviseOnEssay",
    summary="Ask a model about an essay",
    status_code=200,
    opt=discussing(WorkerError),
)
async def advise_on_essay(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    item_id: ItemId,
    data: JSONBody[EssayRequest],
) -> EssayAdvice:
    """A level for each trait, with the sentence it is about. Advice for whoever judges; learners are not told."""
    course = await course_of(request, organisation_id, course_id)
    found = await RUBRICS.of(request).advise(course, item_id, data.text)
    return advice_view(found)


def advice_view(found: Iterable[TraitSaid]) -> EssayAdvice:
    """Advice on the wire."""
    return EssayAdvice(traits=tuple(TraitAdvice(**msgspec.structs.asdict(one)) for one in found))


def rubric_view(found: Rubric | None) -> RubricView:
    """A model on the wire."""
    if found is None:
        return RubricView(state="none", at=None, n_examples=0, agreement=(), failure="")
    return RubricView(
        state=found.state,
        at=instant(found.at),
        n_examples=found.n_examples,
        agreement=tuple(
            TraitAgreement(trait=one.trait, kappa=one.kappa, low=one.low, high=one.high) for one in found.agreement
        ),
        failure=found.failure,
    )


router = Router("/v1", route_handlers=[train_rubric, get_rubric, advise_on_essay], tags=["Advice"])
