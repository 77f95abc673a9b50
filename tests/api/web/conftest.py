"""A real server, a real browser of the size of a phone, and someone who knows every answer."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from content.catalogue import CourseIndex, index_course
from content.formats.yaml_track import load_track
from content.starter import starter_tracks
from tests.api.servers import running_server
from tests.api.web.player import Player
from tests.api.web.visits import PHONE, PlayedLesson, Visit, Visiting, watched

GALLERIES = sorted(Path(__file__).parent.glob("gallery*.yaml"))
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
    """Address of a running server with the starter tracks and the galleries, which may push."""
    settings = {
        "PACER_TRACKS": os.pathsep.join(map(str, GALLERIES)),
        "PACER_PUSH_CONTACT": "mailto:someone@example.org",
    }
    with running_server(tmp_path_factory.mktemp("site"), **settings) as server:
        yield server.url


@pytest.fixture(scope="session")
def courses() -> dict[str, CourseIndex]:
    """Every track of the site by id, with its keys."""
    tracks = [load_track(path) for path in (*starter_tracks(), *GALLERIES)]
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
        context = phone(browser, width=width, color_scheme=scheme, **options)
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


@pytest.fixture(scope="module")
def played(browser: Browser, site: str, courses: dict[str, CourseIndex]) -> Iterator[PlayedLesson]:
    """A lesson of the gallery, played to its end with the pointer."""
    context = phone(browser)
    visit = watched(Visit(context.new_page(), site))
    page, player = visit.page, Player(visit.page, courses)
    page.clock.install()
    page.goto(site)
    player.begin("gallery")
    shown: list[str] = []
    for _ in range(10):
        player.think()
        player.answer()
        moments = page.locator(".moments")
        shown.append(moments.inner_text() if moments.count() else "")
        player.go_on()
    page.get_by_text("10 of 10").wait_for()
    visit.shot("light-rewards-of-a-lesson")
    visit.check()
    token = json.loads(page.evaluate("localStorage.getItem('pacer.account')"))["accessToken"]
    said = tuple(page.evaluate("window.said"))
    yield PlayedLesson(tuple(shown), said, page.locator("main").inner_text(), dict(context.storage_state()), token)
    context.close()
    assert visit.complaints == []


def phone(browser: Browser, width: int = PHONE["width"], **options: Any) -> BrowserContext:
    """A phone of this width (px) with a fresh profile."""
    context = browser.new_context(
        viewport={"width": width, "height": PHONE["height"]},
        has_touch=True,
        is_mobile=True,
        timezone_id="Europe/Madrid",
        reduced_motion="reduce",
        **options,
    )
    context.set_default_timeout(TIMEOUT_MS)
    return context
