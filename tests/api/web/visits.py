"""A page in a browser, and what it does that nobody sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

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
        self.page.wait_for_timeout(400)
        self.page.screenshot(path=SCREENS / f"{name}.png", full_page=True)


Visiting = Callable[..., Visit]


def watched(visit: Visit) -> Visit:
    """Take down what the page complains about and where it goes."""
    page = visit.page
    page.on("console", lambda m: visit.complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(visit.url + "/") else visit.elsewhere.append(r.url))
    return visit
