"""Courses and what they consist of, on the wire."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from api.tracks.schemas import BandView, UnitView
from api.wire import END, LINE_PATTERN, Identifier, Instant, Locale, Wire

NAME_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*" + END
MAX_BANDS, MAX_UNITS, MAX_SKILLS_OF_UNIT = 20, 500, 20_000
BANDS = (
    BandView(id="easy", title="Easy", difficulty=-1.0),
    BandView(id="middle", title="Middling", difficulty=0.0),
    BandView(id="hard", title="Hard", difficulty=1.0),
)
Name = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=100,
        pattern=NAME_PATTERN,
        description="Lower-case words joined by hyphens. It never changes: learners' histories refer to it.",
        examples=["seas"],
    ),
]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=LINE_PATTERN, examples=["Seas"])]
Text = Annotated[str, msgspec.Meta(max_length=4000, examples=["Oceans and seas."])]
Bands = Annotated[
    tuple[BandView, ...],
    msgspec.Meta(max_length=MAX_BANDS, description="Difficulty bands, easiest first; difficulty in logits."),
]
Units = Annotated[
    tuple[UnitView, ...],
    msgspec.Meta(max_length=MAX_UNITS, description="Chapters in order, each with its skills in order."),
]
SKILL_EXAMPLE = {"id": "counting-seas", "title": "Counting seas", "prerequisites": []}
ITEM_EXAMPLE = {
    "kind": "numeric",
    "id": "oceans",
    "skills": ["counting-seas"],
    "band": "easy",
    "prompt": "How many oceans are there?",
    "key": "5",
    "hints": ["Two of them share a name."],
    "explanation": "Pacific, Atlantic, Indian, Southern, Arctic.",
}
SkillForm = Annotated[
    dict[str, Any],
    msgspec.Meta(
        description="A skill: id, title, description, prerequisites, caseId.",
        examples=[SKILL_EXAMPLE],
    ),
]
ItemForm = Annotated[
    dict[str, Any],
    msgspec.Meta(
        description="An item with the fields of its kind as track files have them, in camelCase; or, with kind"
        " template, a generator of items.",
        examples=[ITEM_EXAMPLE],
    ),
]
Patch = Annotated[
    dict[str, Any],
    msgspec.Meta(
        description="Fields to put in place of those there; null takes one away. The id and the kind stay.",
        examples=[{"explanation": "There are five."}],
    ),
]
Changed = Annotated[
    tuple[str, ...],
    msgspec.Meta(description="JSON Pointers of texts from which elements of HTML were taken out."),
]


class Finding(Wire, frozen=True, kw_only=True):
    """A fault that keeps a course from being submitted. `pointer` names elements by their ids."""

    pointer: str
    message: str
    fix: str


class CourseRequest(Wire, frozen=True, kw_only=True):
    """A course to begin.

    Attributes:
        track_id: what learners will know it by; nobody else's course may have it.
        source, licence: hold for all items that name none of their own.
    """

    track_id: Name
    title: Line
    description: Text = ""
    locale: Locale = "en"
    licence: Annotated[str, msgspec.Meta(max_length=200)] = ""
    source: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    bands: Bands = BANDS
    units: Units = ()


class CoursePatch(Wire, frozen=True, kw_only=True):
    """What to change of a course; what is absent or null stays."""

    title: Line | None = None
    description: Text | None = None
    locale: Locale | None = None
    licence: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    source: Annotated[str, msgspec.Meta(max_length=1000)] | None = None
    bands: Bands | None = None
    units: Units | None = None


class CourseCopy(Wire, frozen=True, kw_only=True):
    """What the copy of a course is called."""

    track_id: Name
    title: Line


class CourseView(Wire, frozen=True, kw_only=True):
    """A course as its authors have it.

    Attributes:
        n_versions: how many versions were published.
        live: number of the version that learners enrol in; null for none.
    """

    id: Identifier
    organisation_id: Identifier
    track_id: str
    title: str
    description: str
    locale: str
    licence: str
    source: str
    bands: tuple[BandView, ...]
    units: tuple[UnitView, ...]
    created_at: Instant
    changed_at: Instant
    n_versions: int
    live: int | None


class CoursePage(Wire, frozen=True, kw_only=True):
    """Courses in order of creation. `nextCursor` asks for the following ones; null at the end."""

    items: tuple[CourseView, ...]
    next_cursor: str | None


class SkillRequest(Wire, frozen=True, kw_only=True):
    """A skill to add."""

    skill: SkillForm


class SkillPatch(Wire, frozen=True, kw_only=True):
    """What to change of a skill."""

    skill: Patch


class ItemRequest(Wire, frozen=True, kw_only=True):
    """An item or a template to add."""

    item: ItemForm


class ItemPatch(Wire, frozen=True, kw_only=True):
    """What to change of an item or a template."""

    item: Patch


class SkillDraft(Wire, frozen=True, kw_only=True):
    """A skill as its authors have it."""

    skill: SkillForm
    changed_at: Instant


class SkillDraftPage(Wire, frozen=True, kw_only=True):
    """Skills in order of id. `nextCursor` asks for the following ones; null at the end."""

    items: tuple[SkillDraft, ...]
    next_cursor: str | None


class StaleFields(Wire, frozen=True, kw_only=True):
    """Fields of a translation whose source has changed since they were translated."""

    locale: str
    fields: tuple[str, ...]


class ItemDraft(Wire, frozen=True, kw_only=True):
    """An item or a template as its authors have it.

    Attributes:
        sha256: of its content: the version that attempts are bound to once it is published.
        findings: faults that can be told of it alone.
        stale: translations to look at again.
    """

    item: ItemForm
    sha256: str
    changed_at: Instant
    findings: tuple[Finding, ...]
    stale: tuple[StaleFields, ...]


class ItemWritten(Wire, frozen=True, kw_only=True):
    """An item as it was written, and the texts of the request that were sanitised."""

    draft: ItemDraft
    sanitised: Changed


class ItemRow(Wire, frozen=True, kw_only=True):
    """An item in the list; `faults` counts those that can be told of it alone."""

    id: str
    kind: str
    skills: tuple[str, ...]
    band: str
    prompt: str
    faults: int
    changed_at: Instant


class ItemRows(Wire, frozen=True, kw_only=True):
    """Items in order of id. `nextCursor` asks for the following ones; null at the end."""

    items: tuple[ItemRow, ...]
    next_cursor: str | None


class CourseCheck(Wire, frozen=True, kw_only=True):
    """What keeps a course from being submitted: nothing, if there are no findings. At most 1,000 are told."""

    n_skills: int
    n_items: int
    n_findings: int
    findings: tuple[Finding, ...]


class TouchedView(Wire, frozen=True, kw_only=True):
    """What a change touched: the hashes before and after, empty where it was not there, and the fields that differ."""

    sort: str
    id: str
    before: str
    after: str
    fields: tuple[str, ...]


class ChangeView(Wire, frozen=True, kw_only=True):
    """A row of the log of changes. `by` is a learner id."""

    id: Identifier
    by: str
    at: Instant
    action: str
    touched: tuple[TouchedView, ...]
    note: str


class ChangePage(Wire, frozen=True, kw_only=True):
    """Changes, the oldest first. `nextCursor` asks for the following ones; null at the end."""

    items: tuple[ChangeView, ...]
    next_cursor: str | None
