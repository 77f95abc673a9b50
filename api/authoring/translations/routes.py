"""HTTP of translations."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get, put
from litestar.params import JSONBody, PathParameter

from api.authoring.element_routes import ITEM
from api.authoring.errors import PartNotFoundError
from api.authoring.roles import CourseId, ItemId, OrganisationId, reading, writing
from api.authoring.routes import COURSE, course_of
from api.authoring.schemas import ItemDraft
from api.authoring.translations.schemas import TranslationRequest, TranslationState, Untranslated
from api.authoring.translations.service import Texts, TranslationService
from api.authoring.views import item_draft, matching
from api.http.rules import MATCHED
from api.store.ports import VersionClashError
from api.wire import LearnerRequest, Slot

TRANSLATIONS: Slot[TranslationService] = Slot("translations")
MAX_ITEMS = 1000
Tag = Annotated[
    str,
    PathParameter(
        description="The language (BCP 47).", pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", max_length=35
    ),
]


@get(
    COURSE + "/translations/{language:str}",
    operation_id="getTranslationState",
    summary="How far a course is translated",
    opt=reading(),
)
async def get_translation_state(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, language: Tag
) -> TranslationState:
    """Which fields of which items are missing in a language, and which were translated from other words."""
    course = await course_of(request, organisation_id, course_id)
    work, n_items = await TRANSLATIONS.of(request).state(course, language)
    return TranslationState(
        locale=language,
        n_items=n_items,
        n_complete=n_items - len(work),
        n_missing=sum(len(one.missing) for one in work),
        n_stale=sum(len(one.stale) for one in work),
        items=tuple(Untranslated(id=one.name, missing=one.missing, stale=one.stale) for one in work[:MAX_ITEMS]),
    )


@put(
    ITEM + "/translations/{language:str}",
    operation_id="translateItem",
    summary="Translate an item",
    opt=MATCHED | writing(PartNotFoundError, VersionClashError),
)
async def translate_item(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    item_id: ItemId,
    language: Tag,
    data: JSONBody[TranslationRequest],
) -> ItemDraft:
    """For authors. What is given is fresh, and stays so while its source reads the same or only numbers change in it,
    which then change in the translation too. The key is the same in all languages."""
    course = await course_of(request, organisation_id, course_id)
    texts = Texts(data.prompt, data.hints, data.explanation, data.options)
    check = matching(request, item_draft)
    return item_draft(await TRANSLATIONS.of(request).translate(course, request.user, item_id, language, texts, check))


router = Router("/v1", route_handlers=[get_translation_state, translate_item], tags=["Translations"])
