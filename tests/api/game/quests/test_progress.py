"""What deeds add to quests, in whatever order they arrive."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from api.game.deeds import Deed
from api.game.facts import QuestSwapped
from api.game.quests import book as quests
from api.game.quests.drawing import QuestRules
from api.game.quests.needs import NamedSkill, Needs
from api.game.quests.progress import HELD_DAYS, MAX_EARLY, held_sheet, needs_draw, sheet_of, take
from api.game.quests.quest import Quest, QuestBook, QuestKind

RULES = QuestRules()
MONDAY = 739_313
KINDS: tuple[QuestKind, ...] = (
    *("reviewDue", "strengthenSkill", "startSkill", "hardAlone", "perfectLesson"),
    *("finishLesson", "answerRight", "visitSkills", "comeBack", "learnOnDays"),
)
deeds = st.builds(
    Deed,
    at=st.integers(1, 10**6),
    day=st.just(MONDAY),
    hour=st.just(9),
    answered=st.booleans(),
    skills=st.sampled_from([("a",), ("b",), ("c", "a"), ()]),
    correct=st.booleans(),
    rapid=st.booleans(),
    hard=st.booleans(),
    due=st.booleans(),
    new=st.booleans(),
    hints=st.integers(0, 2),
    lesson_finished=st.booleans(),
    lesson_perfect=st.booleans(),
)


def quest(kind: QuestKind, target: int = 2) -> Quest:
    return Quest(id=kind, kind=kind, target=target, gems=5, skill="a")


def answer(day: int = MONDAY, at: int = 1, **fields: Any) -> Deed:
    return Deed(**{"at": at, "day": day, "hour": 9, "skills": ("a",), "correct": True, **fields})


def book_with(*drawn: Quest, day: int = MONDAY) -> QuestBook:
    book = QuestBook()
    take(book, held_sheet("day", day, drawn))
    take(book, held_sheet("week", MONDAY, ()))
    return book


def done(book: QuestBook) -> set[str]:
    return {held.quest.id for sheet in (*book.days, *book.weeks) for held in sheet.quests if held.done}


def play(book: QuestBook, played: list[Deed]) -> QuestBook:
    for deed in played:
        quests.enter(book, deed, deed.at)
        for fact in quests.advance(book, deed):
            quests.finish(book, fact.quest_id)
    return book


@settings(max_examples=30)
@given(st.lists(deeds, max_size=30), st.randoms(use_true_random=False))
def test_any_order_of_deeds_inside_a_day_does_the_same_quests(played: list[Deed], rng: random.Random) -> None:
    drawn = [quest(kind) for kind in KINDS]
    shuffled = list(played)
    rng.shuffle(shuffled)
    assert done(play(book_with(*drawn), played)) == done(play(book_with(*drawn), shuffled))


@settings(max_examples=30)
@given(st.lists(deeds, max_size=20), st.integers(0, 20))
def test_it_is_all_one_whether_the_draw_comes_before_or_after_what_was_done(played: list[Deed], cut: int) -> None:
    drawn = [quest(kind) for kind in KINDS]
    late = QuestBook()
    for deed in played[:cut]:
        quests.enter(late, deed, deed.at)
    take(late, held_sheet("day", MONDAY, drawn))
    take(late, held_sheet("week", MONDAY, ()))
    for deed in played[cut:]:
        quests.enter(late, deed, deed.at)
    counted = [held.progress for held in play(book_with(*drawn), played).days[0].quests]
    assert [held.progress for held in late.days[0].quests] == counted
    assert late.early == []


def test_each_kind_counts_what_it_is_about() -> None:
    counting = {
        "reviewDue": answer(correct=False, due=True),
        "strengthenSkill": answer(),
        "startSkill": answer(correct=False),
        "hardAlone": answer(hard=True),
        "perfectLesson": answer(lesson_finished=True, lesson_perfect=True),
        "finishLesson": answer(lesson_finished=True),
        "answerRight": answer(),
        "visitSkills": answer(correct=False),
        "comeBack": answer(lesson_finished=True),
        "learnOnDays": answer(),
    }
    passing = {
        "reviewDue": answer(),
        "strengthenSkill": answer(skills=("b",)),
        "startSkill": answer(skills=("b",)),
        "hardAlone": answer(hard=True, hints=1),
        "perfectLesson": answer(lesson_finished=True),
        "finishLesson": answer(),
        "answerRight": answer(rapid=True),
        "visitSkills": answer(rapid=True),
        "comeBack": answer(),
        "learnOnDays": answer(rapid=True),
    }
    for kind in KINDS:
        assert done(play(book_with(quest(kind, 1)), [counting[kind]])) == {kind}
        assert done(play(book_with(quest(kind, 1)), [passing[kind]])) == set()


def test_different_skills_count_once_each() -> None:
    book = book_with(quest("visitSkills", 3))
    play(book, [answer(at=1), answer(at=2), answer(at=3, skills=("b",))])
    assert book.days[0].quests[0].progress == 2


def test_a_late_event_counts_for_its_own_day_while_that_is_held() -> None:
    book = book_with(quest("answerRight"))
    for day in range(1, 4):
        take(book, held_sheet("day", MONDAY + day, [quest("finishLesson")]))
    assert [one.quest_id for deed in (answer(), answer()) for one in _played(book, deed)] == ["answerRight"]
    for day in range(4, 4 + HELD_DAYS):
        take(book, held_sheet("day", MONDAY + day, ()))
    assert sheet_of(book, "day", MONDAY) is None
    assert _played(book, answer()) == []


def _played(book: QuestBook, deed: Deed) -> list[Any]:
    quests.enter(book, deed, deed.at)
    return list(quests.advance(book, deed))


def test_a_quest_is_done_once_and_never_undone() -> None:
    book = play(book_with(quest("answerRight")), [answer(), answer()])
    assert quests.finish(book, "answerRight") is None
    assert _played(book, answer()) == []
    assert done(book) == {"answerRight"}


def test_quests_are_drawn_once_a_day_and_never_for_the_past() -> None:
    needs = Needs(learner_id="a", day=MONDAY + 2, n_due=3, next_new=(NamedSkill(id="a", title="A"),))
    book = QuestBook()
    facts = quests.draw(book, needs, RULES)
    assert [(fact.period, fact.starts) for fact in facts] == [("day", "2025-03-05"), ("week", "2025-03-03")]
    for fact in facts:
        quests.enter(book, fact, 1)
    assert quests.draw(book, needs, RULES) == ()
    assert needs_draw(book, MONDAY) == ()
    assert needs_draw(book, MONDAY + 3) == ("day",)
    assert needs_draw(book, MONDAY + 7) == ("day", "week")


def test_of_two_draws_for_a_day_the_first_in_time_holds() -> None:
    book = book_with(quest("answerRight"))
    take(book, held_sheet("day", MONDAY, [quest("finishLesson")]))
    assert [held.quest.kind for held in book.days[0].quests] == ["answerRight"]


def test_a_replaced_quest_counts_from_then_on() -> None:
    book = play(book_with(quest("answerRight")), [answer(at=10)])
    quests.enter(book, QuestSwapped(quest_id="answerRight", quest=quest("finishLesson", 1)), 20)
    play(book, [answer(at=15, lesson_finished=True)])
    assert done(book) == set()
    play(book, [answer(at=25, lesson_finished=True)])
    assert done(book) == {"finishLesson"}
    assert book.days[0].replaced == 1


def test_what_waits_for_a_draw_is_bounded() -> None:
    book = play(QuestBook(), [answer(at=at) for at in range(MAX_EARLY + 50)])
    assert len(book.early) == MAX_EARLY


def test_all_quests_of_a_week_boost_one_day_of_quests() -> None:
    book = QuestBook()
    take(book, held_sheet("week", MONDAY, [quest("answerRight", 1), quest("finishLesson", 1)]))
    play(book, [answer()])
    assert book.boost is False
    play(book, [answer(lesson_finished=True)])
    assert book.boost is True
    take(book, held_sheet("day", MONDAY + 1, ()))
    assert book.boost is False
