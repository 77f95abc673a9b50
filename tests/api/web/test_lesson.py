"""A person plays lessons on the page, in a real browser, against a real server."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from content.catalogue import CourseIndex
from tests.api.web.player import Player
from tests.api.web.visits import Visiting

KINDS = {
    "multipleChoice",
    "multipleResponse",
    "trueFalse",
    "numeric",
    "shortText",
    "cloze",
    "ordering",
    "matching",
}


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_is_shown_answered_and_graded(
    visiting: Visiting, courses: Mapping[str, CourseIndex], scheme: str
) -> None:
    visit = visiting(scheme)
    player = Player(visit.page, courses)
    player.begin("gallery")
    kinds = set()
    for number in range(10):
        kinds.add(player.kind())
        name = f"{scheme}-{player.item().id}"
        visit.shot(name)
        player.answer(right=number % 2 == 0)
        assert visit.page.locator(".grade").get_attribute("data-score") == "1" if number % 2 == 0 else True
        visit.shot(f"{name}-graded")
        player.go_on()
    assert kinds == KINDS
    assert visit.page.get_by_role("heading", level=1).inner_text() == "Lesson done: that was hard work"
    visit.shot(f"{scheme}-summary")
