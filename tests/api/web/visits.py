"""A page in a browser, and what it does that nobody sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
CONTROLS = {
    "button",
    "link",
    "textbox",
    "combobox",
    "radio",
    "checkbox",
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
        """Whether the focus is on such an element."""
        return bool(self.page.evaluate("s => document.activeElement.matches(s)", selector))

    def forgive(self, part: str) -> None:
        """Forget complaints that hold this text; the test made them happen."""
        self.complaints[:] = [complaint for complaint in self.complaints if part not in complaint]


Visiting = Callable[..., Visit]


def watched(visit: Visit) -> Visit:
    """Take down what the page complains about and where it goes."""
    page = visit.page
    page.on("console", lambda m: visit.complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(visit.url + "/") else visit.elsewhere.append(r.url))
    return visit
