"""What deeds add to quests. A quest adds up what single deeds bring, so the order of deeds within its time is all one.

A quest that is done stays done, whatever is found out later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from api.game.deeds import Deed
from api.game.quests.quest import HeldQuest, Period, Quest, QuestBook, QuestKind, Sheet, Trace, week_of

MAX_EARLY = 200
"""Traces kept of a time for which no quests were drawn yet."""

HELD_DAYS, HELD_WEEKS = 7, 2
"""So many sheets are held, and late events count for them. The same for all rules, so that the fold needs none."""

_COUNTS: dict[QuestKind, Callable[[Quest, Trace], bool]] = {
    "reviewDue": lambda _, one: one.answered and one.due,
    "strengthenSkill": lambda quest, one: one.right and one.skill == quest.skill,
    "startSkill": lambda quest, one: one.answered and one.skill == quest.skill,
    "hardAlone": lambda _, one: one.right and one.hard and one.hints == 0,
    "perfectLesson": lambda _, one: one.lesson_perfect,
    "finishLesson": lambda _, one: one.lesson_finished,
    "answerRight": lambda _, one: one.right,
    "visitSkills": lambda _, one: one.answered and bool(one.skill),
    "comeBack": lambda _, one: one.lesson_finished,
    "learnOnDays": lambda _, one: one.answered or one.lesson_finished,
}
_MARKS: dict[QuestKind, Callable[[Trace], str]] = {
    "visitSkills": lambda one: one.skill,
    "learnOnDays": lambda one: str(one.day),
}
"""Kinds that count each of these once."""


def trace_of(deed: Deed) -> Trace:
    """What quests look at in a deed. A rapid guess is no answer to them."""
    answered = deed.answered and not deed.rapid
    return Trace(
        at=deed.at,
        day=deed.day,
        answered=answered,
        right=answered and deed.correct,
        due=deed.due,
        new=deed.new,
        hard=deed.hard,
        hints=deed.hints,
        skill=deed.skills[0] if deed.answered and deed.skills else "",
        lesson_finished=deed.lesson_finished,
        lesson_perfect=deed.lesson_perfect,
    )


def note(book: QuestBook, trace: Trace) -> None:
    """Take in something that was done; it counts for the quests of its own day and week, as far as they are held."""
    for sheet in _sheets(book, trace.day):
        _count(sheet, trace)
    if _is_ahead(book, trace):
        book.early.append(trace)
        del book.early[:-MAX_EARLY]


def newly_done(book: QuestBook, day: int) -> list[Quest]:
    """Quests of a day (ordinal) and its week of which enough is done, and that were not called done yet."""
    return [
        held.quest
        for sheet in _sheets(book, day)
        for held in sheet.quests
        if not held.done and held.progress >= held.quest.target
    ]


def needs_draw(book: QuestBook, day: int) -> tuple[Period, ...]:
    """The periods for which quests are to be drawn at an event of a day (ordinal): none twice, none for the past."""
    wanted: list[Period] = []
    if not book.days or book.days[-1].starts < day:
        wanted.append("day")
    if not book.weeks or book.weeks[-1].starts < week_of(day):
        wanted.append("week")
    return tuple(wanted)


def take(book: QuestBook, sheet: Sheet) -> None:
    """Hold quests that were drawn, the earliest draw of a day or week; what was done before the draw counts."""
    held = book.days if sheet.period == "day" else book.weeks
    first = next((other for other in held if other.starts == sheet.starts), None)
    if first is not None:
        first.others = [*first.others, *(one.quest.id for one in sheet.quests)]
        return
    if sheet.period == "day":
        book.boost = False
    held.append(sheet)
    held.sort(key=lambda one: one.starts)
    del book.days[:-HELD_DAYS], book.weeks[:-HELD_WEEKS]
    for trace in book.early:
        if _starts(sheet.period, trace.day) == sheet.starts:
            _count(sheet, trace)
    book.early = [trace for trace in book.early if _is_ahead(book, trace)]


def finish(book: QuestBook, quest_id: str) -> Sheet | None:
    """Call a quest done; the day or week it is of, None if it is not held, or was called so before.

    The last of a week earns a boost: the quests of the next day bring more gems.
    """
    for sheet in (*book.days, *book.weeks):
        for held in sheet.quests:
            if held.quest.id == quest_id and not held.done:
                held.done = True
                if sheet.period == "week" and all(other.done for other in sheet.quests):
                    book.boost = True
                return sheet
    return None


def swap(book: QuestBook, quest_id: str, quest: Quest, at: int) -> None:
    """Put a quest in place of one that is not done; only deeds from `at` (ms) on count for it."""
    for sheet in book.days:
        if quest_id in sheet.others:
            sheet.others = [*sheet.others, quest.id]
        for place, held in enumerate(sheet.quests):
            if held.quest.id == quest_id and not held.done:
                sheet.quests[place] = HeldQuest(quest, since=at)
                sheet.replaced += 1


def sheet_of(book: QuestBook, period: Period, day: int) -> Sheet | None:
    """The quests of a day, or of its week, if they are held."""
    wanted = _starts(period, day)
    sheets = book.days if period == "day" else book.weeks
    return next((sheet for sheet in reversed(sheets) if sheet.starts == wanted), None)


def held_sheet(period: Period, starts: int, quests: Iterable[Quest]) -> Sheet:
    """Quests that were drawn, of which nothing is done."""
    return Sheet(period, starts, [HeldQuest(quest) for quest in quests])


def _sheets(book: QuestBook, day: int) -> Iterator[Sheet]:
    for period in ("day", "week"):
        sheet = sheet_of(book, period, day)
        if sheet is not None:
            yield sheet


def _starts(period: Period, day: int) -> int:
    return day if period == "day" else week_of(day)


def _is_ahead(book: QuestBook, trace: Trace) -> bool:
    """Whether the trace waits for quests of its day or week."""
    return bool(needs_draw(book, trace.day))


def _count(sheet: Sheet, trace: Trace) -> None:
    for held in sheet.quests:
        if trace.at < held.since or not _COUNTS[held.quest.kind](held.quest, trace):
            continue
        mark = _MARKS.get(held.quest.kind)
        if mark is None:
            held.progress += 1
        elif mark(trace) not in held.marks and len(held.marks) < held.quest.target:
            held.marks = [*held.marks, mark(trace)]
            held.progress = len(held.marks)
