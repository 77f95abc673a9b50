"""HTTP of previews."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody, QueryParameter

from api.authoring.element_routes import ITEM
from api.authoring.errors import FaultyCourseError, PartNotFoundError
from api.authoring.preview.schemas import (
    ItemPreview,
    PlayExercise,
    PlayRequest,
    PlayResult,
    SkillBelief,
    TryRequest,
    TryResult,
)
from api.authoring.preview.service import Attempt, Next, PreviewService
from api.authoring.roles import CourseId, ItemId, OrganisationId, discussing, reading
from api.authoring.routes import COURSE, course_of
from api.sessions.schemas import GradedPart, GradeView, ReasonView
from api.wire import LearnerRequest, Slot
from content.grading import Grade, expected_text
from content.items import Cloze, Item, Matching
from content.option_ids import public_id
from content.presentation import present
from content.text import parse
from content.tracks import item_hash
from content.translation import translation_locale

PREVIEWS: Slot[PreviewService] = Slot("previews")
SeedQuery = Annotated[int, QueryParameter(description="Decides the order of options.", ge=0, le=2**53 - 1)]
LanguageQuery = Annotated[str, QueryParameter(description="The reader's language (BCP 47).", max_length=35)]


@get(
    ITEM + "/preview",
    operation_id="previewItem",
    summary="See an item as a learner",
    opt=reading(PartNotFoundError, FaultyCourseError),
)
async def preview_item(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    item_id: ItemId,
    seed: SeedQuery = 0,
    language: LanguageQuery = "en",
) -> ItemPreview:
    """What would be shown, and nothing of the key. `template~7` is the item that a template makes of seed 7."""
    course = await course_of(request, organisation_id, course_id)
    item, tag = await PREVIEWS.of(request).item(course, item_id, language)
    return ItemPreview(
        item_id=item.id, item_version=item_hash(item), locale=tag or item.locale, presented=present(item, seed)
    )


@post(
    ITEM + "/preview/answers",
    operation_id="tryItem",
    summary="Answer an item as a learner",
    status_code=200,
    opt=discussing(FaultyCourseError),
)
async def try_item(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    item_id: ItemId,
    data: JSONBody[TryRequest],
) -> TryResult:
    """The grade and the words that a learner would get. Nothing is kept of it."""
    course = await course_of(request, organisation_id, course_id)
    item, given = await PREVIEWS.of(request).grade(course, item_id, data.locale, data.answer)
    view = grade_view(item, given.grade)
    return TryResult(grade=view, judged_by=given.judged_by, advised=given.score, confidence=given.confidence)


@post(
    COURSE + "/preview",
    operation_id="playDraft",
    summary="Play a draft as a learner",
    status_code=200,
    opt=discussing(FaultyCourseError),
)
async def play_draft(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, data: JSONBody[PlayRequest]
) -> PlayResult:
    """What the tutor would show a new learner after what was played. The caller sends all that was played each time:
    nothing of it is kept, and no statistics know of it."""
    course = await course_of(request, organisation_id, course_id)
    played = [Attempt(one.item_id, one.score, one.seconds, one.hints) for one in data.played]
    return play_result(await PREVIEWS.of(request).next(course, played), data.locale, len(played))


def play_result(found: Next, locale: str, seed: int) -> PlayResult:
    """What would come next, on the wire."""
    published, exercise = found.published, None
    if found.choice is not None and found.item is not None:
        skill = published.course.skill_ids[found.choice.skill]
        item = found.item
        shown = published.shown(item.id, translation_locale(item, locale))
        exercise = PlayExercise(
            item_id=item.id,
            item_version=item_hash(item),
            skill=published.named_skills[skill],
            band=published.named_bands[published.index.band_ids[found.choice.band]],
            chosen_by=found.choice.source,
            reasons=tuple(ReasonView(code=r.code, text=r.text, value=r.value) for r in found.choice.reasons),
            presented=present(shown, seed),
        )
    means = found.pupil.mastery().mean
    believed = tuple(
        SkillBelief(skill=published.named_skills[skill], mastery=float(means[place]))
        for place, skill in enumerate(published.course.skill_ids)
    )
    return PlayResult(exercise=exercise, believed=believed)


def grade_view(item: Item, given: Grade) -> GradeView:
    """A grade with what a learner is told."""
    side = "left" if isinstance(item, Matching) else "gap" if isinstance(item, Cloze) else ""
    return GradeView(
        score=given.score,
        correct=given.correct,
        misconception=given.misconception,
        feedback=parse(given.feedback),
        explanation=parse(item.explanation),
        expected=parse(expected_text(item)),
        parts=tuple(
            GradedPart(id=public_id(item.id, part.id, side), score=part.score, note=parse(part.note))
            for part in given.parts
        ),
        pending=given.pending,
    )


router = Router("/v1", route_handlers=[preview_item, try_item, play_draft], tags=["Previews"])
