"""A page in a browser, and what it does that nobody sees."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
CONTROLS = {
    "button",
    "link",
    "textbox",
    "combobox",
    "radio",
    "checkbox",
    "switch",
    "spinbutton",
    "progressbar",
    "dialog",
    "listbox",
    "DisclosureTriangle",
}
SCREENS = Path(__file__).parents[3] / "out" / "screens"
PHONE = {"width": 390, "height": 844}


@dataclass
class Visit:
    """A page in a fresh browser profile, and what it did that nobody sees.

    Attributes:
        complaints: errors and warnings of the console, and uncaught exceptions.
        elsewhere: addresses asked for outside the server.
    """

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def shot(self, name: str) -> None:
        """A screenshot of the whole page, for people to look at."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(100)
        self.page.screenshot(path=SCREENS / f"{name}.png", full_page=True)

    def check(self) -> None:
        """Contrast, touch targets, width and headings are right, and every control has an accessible name."""
        self.page.wait_for_timeout(50)
        faults = self.page.evaluate(AUDIT)
        assert not faults, faults
        browser = self.page.context.new_cdp_session(self.page)
        nodes = browser.send("Accessibility.getFullAXTree")["nodes"]
        browser.detach()
        controls = [node for node in nodes if not node["ignored"] and node["role"]["value"] in CONTROLS]
        nameless = [node for node in controls if not node.get("name", {}).get("value", "").strip()]
        assert controls
        assert not nameless, f"controls without a name: {nameless}"

    def focused(self, selector: str) -> bool:
        """Whether the focus is on such an element now."""
        return bool(self.page.evaluate("s => document.activeElement.matches(s)", selector))

    def expect_focus(self, selector: str) -> None:
        """Wait until the focus is on such an element."""
        self.page.wait_for_function("s => document.activeElement.matches(s)", arg=selector)

    def hear(self, words: str) -> None:
        """Wait until screen readers were told something with these words, even if other words came after."""
        self.page.wait_for_function("words => window.said.some(said => said.includes(words))", arg=words)

    def forgive(self, part: str) -> None:
        """Forget complaints that hold this text; the test made them happen."""
        self.complaints[:] = [complaint for complaint in self.complaints if part not in complaint]


@dataclass(frozen=True)
class PlayedLesson:
    """A lesson that was played to its end, every answer right, by a learner whom other visits can go on as.

    Attributes:
        shown: the moments that were shown with each answer, "" for none.
        said: what screen readers were told, in order.
        summary: the text of the end.
        state: the storage of the browser.
        token: the learner's access token.
    """

    shown: tuple[str, ...]
    said: tuple[str, ...]
    summary: str
    state: dict[str, Any]
    token: str


Visiting = Callable[..., Visit]


LISTEN = """
window.said = [];
addEventListener("DOMContentLoaded", () => {
  const live = document.getElementById("live");
  new MutationObserver(() => live.textContent && window.said.push(live.textContent)).observe(live, { childList: true });
});
"""
"""Takes down what the live region of the page says."""


def watched(visit: Visit) -> Visit:
    """Take down what the page says and complains about, and where it goes."""
    page = visit.page
    page.add_init_script(LISTEN)
    page.on("console", lambda m: visit.complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(visit.url + "/") else visit.elsewhere.append(r.url))
    return visit


def go(visit: Visit, view: str) -> None:
    """To a view of the game."""
    visit.page.goto(f"{visit.url}/#/{view}")
    visit.page.locator(f'nav.places [href="#/{view}"][aria-current]').wait_for()


def grow_young(visit: Visit) -> None:
    """Say in the settings that one is 13 to 17."""
    visit.page.get_by_label("Age group").select_option("under18")
    visit.page.get_by_role("button", name="Yes, that is my age").click()
    visit.page.get_by_text("Your age group is changed").wait_for()


def changed(change: Callable[[dict[str, Any]], None]) -> Callable[[Route], None]:
    """The server's answer with something in it changed, for states that take weeks to come about."""

    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        change(body)
        route.fulfill(response=response, body=json.dumps(body))

    return answer
