"""HTTP of search and bulk edits."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Literal

from litestar import Router, get, post
from litestar.params import JSONBody, QueryParameter

from api.authoring.advice.measured import FLAGS
from api.authoring.advice.routes import ADVICE
from api.authoring.course import Course, Element
from api.authoring.errors import PartNotFoundError
from api.authoring.roles import CourseId, OrganisationId, reading, writing
from api.authoring.routes import AUTHORING, COURSE, course_of
from api.authoring.sanitising import sanitised_form
from api.authoring.search.schemas import BulkRequest, BulkResult, Found, Refusal
from api.authoring.views import item_row
from api.authoring.words import mark, split
from api.http.cursors import Limit
from api.wire import LearnerRequest, WireError

MAX_WORDS = 12
CANDIDATES = 300
"""So many are looked at; the best of them are told."""
MEASURED_CANDIDATES = 5_000
"""So many where they are narrowed by what was measured, which no index knows."""
State = Literal["any", "faulty", "flagged", "tooEasy", "lowDiscrimination", "keySuspect"]
Words = Annotated[str, QueryParameter(description="Words that all have to be there.", max_length=200)]
Skill = Annotated[str, QueryParameter(description="Id of a skill.", max_length=100)]
Band = Annotated[str, QueryParameter(description="Id of a band of difficulty.", max_length=100)]
Kind = Annotated[str, QueryParameter(description="Kind of item, or template.", max_length=40)]
Health = Annotated[State, QueryParameter(description="Only those with faults, or those that answers say this of.")]


@get(COURSE + "/search", operation_id="searchItems", summary="Find items", opt=reading())
async def search_items(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    words: Words = "",
    skill: Skill = "",
    band: Band = "",
    kind: Kind = "",
    health: Health = "any",
    limit: Limit = 50,
) -> Found:
    """By words of all texts in any language, without regard to case and accents; narrowed by skill, band, kind, faults,
    and how items did when measureItemHealth last looked. Something has to be asked for."""
    course = await course_of(request, organisation_id, course_id)
    typed = split(words)[:MAX_WORDS]
    marks = [mark(sort, name) for sort, name in (("skill", skill), ("band", band), ("kind", kind)) if name]
    marks += [mark("state", health)] if health == "faulty" else []
    measured = health not in ("any", "faulty")
    if measured and not typed and not marks:
        return Found(items=tuple(map(item_row, (await _flagged(request, course, health))[:limit])))
    if not typed and not marks:
        raise WireError(("", "name words, a skill, a band, a kind, or a health to search for"))
    most = MEASURED_CANDIDATES if measured else max(limit, CANDIDATES)
    found = await AUTHORING.of(request).courses.search(course.id, [*typed, *marks], most)
    if measured:
        names = await _names(request, course, health)
        found = [element for element in found if element.name in names]
    ranked = sorted(found, key=lambda element: (-_closeness(element, typed), element.name))
    return Found(items=tuple(map(item_row, ranked[:limit])))


async def _names(request: LearnerRequest, course: Course, health: State) -> set[str]:
    """Items that answers said this of."""
    found = await ADVICE.of(request).measuring.measured.get(course.id)
    holds = next(holds for flag, holds in FLAGS.items() if flag == health)
    return {one.item for one in found.items if holds(one)} if found else set()


async def _flagged(request: LearnerRequest, course: Course, health: State) -> list[Element]:
    """The same, as they are in the draft, in order of name."""
    courses, found = AUTHORING.of(request).courses, list[Element]()
    for name in sorted(await _names(request, course, health))[:CANDIDATES]:
        with suppress(PartNotFoundError):
            found.append((await courses.element(course.id, "item", name))[0])
    return found


def _closeness(element: Element, typed: list[str]) -> int:
    """How many of the words stand in the prompt or the id, and one more if they stand there side by side."""
    prompt = "" if element.item is None else element.item.prompt
    there = split(f"{element.name} {prompt}")
    return sum(word in there for word in typed) + (" ".join(typed) in " ".join(there))


@post(COURSE + "/bulk", operation_id="editItems", summary="Change many items", status_code=200, opt=writing())
async def edit_items(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, data: JSONBody[BulkRequest]
) -> BulkResult:
    """For authors. Each item is changed by itself, with its own row in the log."""
    course = await course_of(request, organisation_id, course_id)
    service, changed, refused = AUTHORING.of(request), list[str](), list[Refusal]()
    fields, _ = sanitised_form(data.item)
    for name in dict.fromkeys(data.items):
        try:
            await service.patch(course, request.user, "item", name, fields, lambda _: None)
        except (WireError, PartNotFoundError) as error:
            refused.append(Refusal(id=name, why=str(error)))
        else:
            changed.append(name)
    return BulkResult(changed=tuple(changed), refused=tuple(refused))


router = Router("/v1", route_handlers=[search_items, edit_items], tags=["Courses"])
