"""A real server, a real browser of the size of a phone, and someone who knows every answer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from content.catalogue import CourseIndex, index_course
from content.formats.yaml_track import load_track
from content.starter import starter_tracks
from tests.api.servers import running_server
from tests.api.web.visits import PHONE, Visit, Visiting, watched

GALLERY = Path(__file__).parent / "gallery.yaml"
TIMEOUT_MS = 30_000
BROWSER_OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running server with the starter tracks and the gallery."""
    with running_server(tmp_path_factory.mktemp("site"), PACER_TRACKS=str(GALLERY)) as server:
        yield server.url


@pytest.fixture(scope="session")
def courses() -> dict[str, CourseIndex]:
    """Every track of the site by id, with its keys."""
    tracks = [load_track(path) for path in (*starter_tracks(), GALLERY)]
    return {track.id: index_course(track) for track in tracks}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window. Not the whole session's: its loop must not outlive the module."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        reason = "chromium is not installed; 'make services' installs it"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=False, args=BROWSER_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def visiting(browser: Browser, site: str) -> Iterator[Visiting]:
    """`visiting(scheme="dark", width=320)` opens the page as a new guest; at the end nothing may have gone wrong."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def visit(scheme: str = "light", width: int = PHONE["width"], path: str = "/", **options: object) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": PHONE["height"]},
            color_scheme=scheme,
            has_touch=True,
            is_mobile=True,
            timezone_id="Europe/Madrid",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        visits.append(watched(Visit(context.new_page(), site)))
        visits[-1].page.clock.install()
        visits[-1].page.goto(site + path)
        return visits[-1]

    yield visit
    for context in contexts:
        context.close()
    for seen in visits:
        assert seen.complaints == []
        assert seen.elsewhere == []
