"""HTTP of advice."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import JSONBody, QueryParameter

from api.authoring.advice.measured import Measured, MeasuredItem
from api.authoring.advice.schemas import (
    CalibrationView,
    CellView,
    CoverageView,
    GapView,
    HealthFinding,
    HealthReport,
    HealthView,
    LintFindingView,
    LintReport,
    MeasuredView,
    MeasureReceipt,
    MistakeList,
    MistakeView,
    PrerequisiteList,
    PrerequisiteView,
    RuleCount,
    TagList,
    TagRequest,
    TagView,
)
from api.authoring.advice.service import AdviceService
from api.authoring.roles import CourseId, ItemId, OrganisationId, discussing, reading
from api.authoring.routes import COURSE, MAX_FINDINGS, course_of
from api.wire import LearnerRequest, Slot, instant
from content.linting import RULES, Limits
from content.linting.linter import by_rule

ADVICE: Slot[AdviceService] = Slot("advice")
WORST_FIRST = ("broken", "doubtful", "fine", "untold")
Grade = Annotated[float, QueryParameter(description="Highest school grade of English prompts.", ge=1, le=20)]
Lix = Annotated[float, QueryParameter(description="Highest LIX of prompts in other languages.", ge=10, le=100)]


@get(COURSE + "/lint", operation_id="lintCourse", summary="What could be better", opt=reading())
async def lint_course(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    grade: Grade = 10.0,
    lix: Lix = 50.0,
) -> LintReport:
    """Advice on the draft: missing feedback, guessable options, copies, hard words, what some cannot see, hear or
    reach, holes in difficulty. Nothing of it keeps the course from being submitted."""
    course = await course_of(request, organisation_id, course_id)
    linted = await ADVICE.of(request).lint(course, Limits(grade=grade, lix=lix))
    found = linted.findings
    counts = by_rule(found)
    return LintReport(
        note=linted.note,
        n_findings=len(found),
        rules=tuple(
            RuleCount(rule=rule, about=about, findings=counts[rule]) for rule, about in RULES.items() if rule in counts
        ),
        findings=tuple(
            LintFindingView(rule=one.rule, where=one.where, why=one.why, how=one.how, also=one.also or None)
            for one in found[:MAX_FINDINGS]
        ),
    )


@get(COURSE + "/coverage", operation_id="getCoverage", summary="Map a course", opt=reading())
async def get_coverage(request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId) -> CoverageView:
    """Which skills have items of which difficulty, and what to write next."""
    course = await course_of(request, organisation_id, course_id)
    found = await ADVICE.of(request).coverage(course)
    return CoverageView(
        cells=tuple(
            CellView(skill=one.skill, band=one.band, n_items=one.n_items, n_templates=one.n_templates)
            for one in found.cells
        ),
        gaps=tuple(
            GapView(skill=one.skill, band=one.band, n_wanted=one.n_wanted, why=one.why)
            for one in found.gaps[:MAX_FINDINGS]
        ),
    )


@post(
    COURSE + "/suggestions/skills",
    operation_id="suggestSkills",
    summary="Find skills for an item",
    status_code=200,
    opt=discussing(),
)
async def suggest_skills(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, data: JSONBody[TagRequest]
) -> TagList:
    """By the items that are most like it. A suggestion: whoever adds the item decides."""
    course = await course_of(request, organisation_id, course_id)
    found = await ADVICE.of(request).skills_for(course, data.text)
    return TagList(items=tuple(TagView(skill=one.skill, weight=one.weight, items=one.items) for one in found))


@get(
    COURSE + "/suggestions/prerequisites",
    operation_id="suggestPrerequisites",
    summary="Find prerequisites in answers",
    opt=reading(),
)
async def suggest_prerequisites(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId
) -> PrerequisiteList:
    """Learned from the answers to published versions, each with its evidence. A suggestion: an author decides."""
    course = await course_of(request, organisation_id, course_id)
    found, n_learners = await ADVICE.of(request).prerequisites(course)
    return PrerequisiteList(
        n_learners=n_learners, items=tuple(PrerequisiteView(**one._asdict()) for one in found[:MAX_FINDINGS])
    )


@get(COURSE + "/health", operation_id="getItemHealth", summary="How items do", opt=reading())
async def get_item_health(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId
) -> HealthReport:
    """By the first answer of each learner to each item, since its words and key are what they are: share right,
    discrimination, time, and what is wrong. Difficulty and slope are those of the last measurement."""
    course = await course_of(request, organisation_id, course_id)
    advice = ADVICE.of(request)
    found, measured = await advice.measuring.health(course), await advice.measuring.measured.get(course.id)
    errors = {one.item: one.slope_error for one in measured.items} if measured else {}
    views = [
        HealthView(
            id=one.item_id,
            status=one.status,
            n_answers=one.n_answers,
            p_value=one.p_value,
            discrimination=one.discrimination,
            seconds=one.seconds,
            difficulty=one.difficulty,
            difficulty_error=one.difficulty_error,
            slope=one.slope,
            slope_error=errors.get(one.item_id),
            findings=tuple(
                HealthFinding(kind=each.kind, severity=each.severity, says=each.says, do=each.do)
                for each in one.findings
            ),
        )
        for one in found
    ]
    return HealthReport(
        calibration=calibration_view(measured),
        items=tuple(sorted(views, key=lambda view: WORST_FIRST.index(view.status))),
    )


@get(
    COURSE + "/items/{item_id:str}/suggestions/misconceptions",
    operation_id="suggestMisconceptions",
    summary="Find misconceptions in answers",
    opt=discussing(),
)
async def suggest_misconceptions(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, item_id: ItemId
) -> MistakeList:
    """Wrong answers to a typed item that three learners or more share, those that mean much the same taken together.
    None is told that the item has feedback for. A suggestion: an author decides."""
    course = await course_of(request, organisation_id, course_id)
    found, note = await ADVICE.of(request).misconceptions(course, item_id)
    return MistakeList(note=note, items=tuple(MistakeView(**msgspec.structs.asdict(one)) for one in found))


@post(
    COURSE + "/health",
    operation_id="measureItemHealth",
    summary="Measure how items do",
    status_code=202,
    opt=discussing(),
)
async def measure_item_health(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId
) -> MeasureReceipt:
    """Soon, by a job, in a process of its own. What comes of it is kept until the next time: it shows with each item,
    and searches are narrowed by it. Items are calibrated where answers are enough, and anew once there are a fifth more
    of them; in between, what was calibrated moves with each answer."""
    course = await course_of(request, organisation_id, course_id)
    advice = ADVICE.of(request)
    last = await advice.measuring.measured.get(course.id)
    await advice.measure(course)
    return MeasureReceipt(last_at=None if last is None else instant(last.at))


@get(
    COURSE + "/items/{item_id:str}/health",
    operation_id="getMeasuredHealth",
    summary="How an item did",
    opt=reading(),
)
async def get_measured_health(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, item_id: ItemId
) -> MeasuredView:
    """When it was last measured; untold before that, and while nobody has answered it."""
    course = await course_of(request, organisation_id, course_id)
    found = await ADVICE.of(request).measuring.measured.get(course.id)
    one = next((one for one in found.items if one.item == item_id), None) if found else None
    one = one or MeasuredItem(item=item_id, status="untold", n_answers=0)
    return MeasuredView(
        id=one.item,
        at=instant(found.at) if found else None,
        status=one.status,
        n_answers=one.n_answers,
        p_value=one.p_value,
        discrimination=one.discrimination,
        seconds=one.seconds,
        difficulty=one.difficulty,
        difficulty_error=one.difficulty_error,
        slope=one.slope,
        slope_error=one.slope_error,
        calibration=calibration_view(found),
        findings=one.findings,
    )


def calibration_view(measured: Measured | None) -> CalibrationView | None:
    """What difficulties and slopes rest on."""
    calibration = measured.calibration if measured else None
    if calibration is None:
        return None
    return CalibrationView(
        model=calibration.fitted.model,
        at=instant(calibration.at),
        n_answers=calibration.n_answers,
        n_learners=calibration.fitted.n_learners,
        ability_sd=calibration.fitted.ability_sd,
        converged=calibration.fitted.converged,
    )


router = Router(
    "/v1",
    route_handlers=[
        lint_course,
        get_coverage,
        suggest_skills,
        suggest_prerequisites,
        suggest_misconceptions,
        get_item_health,
        measure_item_health,
        get_measured_health,
    ],
    tags=["Advice"],
)
