"""Tracks over HTTP: listed, looked at, enrolled in."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import uuid_utils

from api.tracks.registry import compile_track
from api.wire import instant


def envelope(served: Any, **fields: Any) -> dict[str, Any]:
    return {
        "eventId": str(uuid_utils.uuid7()),
        "clientTime": instant(served.clock()),
        "zone": "Europe/Madrid",
        "deviceId": "phone",
        "sequence": 1,
        **fields,
    }


@pytest.fixture
async def headers(served: Any) -> dict[str, str]:
    found: dict[str, str] = await served.headers()
    return found


async def test_the_starter_tracks_are_listed_in_pages(served: Any, headers: dict[str, str]) -> None:
    whole = (await served.client.get("/v1/tracks", headers=headers)).json()
    assert [track["id"] for track in whole["items"]] == ["arithmetic-to-algebra", "first-spanish", "python-from-zero"]
    assert whole["nextCursor"] is None
    found, cursor = [], ""
    while cursor is not None:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await served.client.get("/v1/tracks", headers=headers, params=query)).json()
        found += page["items"]
        cursor = page["nextCursor"]
    assert found == whole["items"]


async def test_a_track_shows_its_skills_but_no_item(served: Any, headers: dict[str, str]) -> None:
    track = (await served.client.get("/v1/tracks/python-from-zero", headers=headers)).json()
    assert track["nSkills"] == len(track["skills"]) >= 20
    assert track["nItems"] >= 150
    assert "items" not in track
    assert {skill for unit in track["units"] for skill in unit["skills"]} == {skill["id"] for skill in track["skills"]}
    assert len(track["version"]) == 64


async def test_a_track_that_is_not_there_is_404(served: Any, headers: dict[str, str]) -> None:
    for answer in (
        await served.client.get("/v1/tracks/nothing", headers=headers),
        await served.client.post("/v1/tracks/nothing/enrolments", json=envelope(served), headers=headers),
    ):
        assert answer.status_code == 404
        assert "there is no track 'nothing'" in answer.json()["detail"]


async def enrol(served: Any, headers: dict[str, str], goal: Any) -> Any:
    path = "/v1/tracks/python-from-zero/enrolments"
    return await served.client.post(path, json=envelope(served, goal=goal), headers=headers)


async def test_an_enrolment_tells_its_version_its_goal_and_whether_it_fits(
    served: Any, headers: dict[str, str]
) -> None:
    goal = {"skills": ["strings", "names"], "date": "2026-03-20", "minutesPerDay": 10}
    answer = await enrol(served, headers, goal)
    assert answer.status_code == 201
    enrolment = answer.json()
    track = (await served.client.get("/v1/tracks/python-from-zero", headers=headers)).json()
    assert enrolment["trackVersion"] == track["version"]
    assert enrolment["goal"] == {"skills": ["strings", "names"], "date": "2026-03-20", "minutesPerDay": 10.0}
    assert enrolment["startedAt"] == instant(served.clock())
    assert enrolment["feasibility"]["feasible"] is True
    assert enrolment["feasibility"]["minutesAvailable"] == 200


async def test_an_impossible_goal_is_accepted_and_told(served: Any, headers: dict[str, str]) -> None:
    enrolment = (await enrol(served, headers, {"date": "2026-03-02", "minutesPerDay": 5})).json()
    assert enrolment["feasibility"]["feasible"] is False
    assert "does not fit" in enrolment["feasibility"]["advice"]


@pytest.mark.parametrize(
    ("goal", "pointer"),
    [
        ({"skills": ["strings", "nonsense"]}, "/goal/skills/1"),
        ({"date": "2026-02-28"}, "/goal/date"),
        ({"date": "soon"}, "/goal/date"),
        ({"minutesPerDay": 0}, "/goal/minutesPerDay"),
    ],
)
async def test_a_goal_that_cannot_be_is_refused_where_it_is_wrong(
    served: Any, headers: dict[str, str], goal: dict[str, Any], pointer: str
) -> None:
    answer = await enrol(served, headers, goal)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_enrolling_again_keeps_what_is_known(served: Any, headers: dict[str, str]) -> None:
    first = (await enrol(served, headers, None)).json()
    body = envelope(served, goal={"skills": ["strings"]}) | {"sequence": 2}
    again = await served.client.post("/v1/tracks/python-from-zero/enrolments", json=body, headers=headers)
    assert again.json()["id"] != first["id"]
    progress = (await served.client.get("/v1/me/progress", headers=headers)).json()["items"]
    assert [item["enrolmentId"] for item in progress] == [again.json()["id"], first["id"]]
    assert progress[0]["skills"] == progress[1]["skills"]


async def test_a_version_that_is_no_longer_current_is_kept_and_served(served: Any, headers: dict[str, str]) -> None:
    registry = served.app.state["tracks"].registry
    old = registry.track("python-from-zero")
    enrolment = (await enrol(served, headers, None)).json()
    changed = msgspec.structs.replace(old.track, title="Python, second edition")
    await registry.publish([compile_track(changed)])
    registry._versions.pop(old.version)
    served.app.state["sessions"]._states._live.clear()
    body = envelope(served, enrolmentId=enrolment["id"]) | {"sequence": 2}
    opened = await served.client.post("/v1/sessions", json=body, headers=headers)
    assert opened.status_code == 201
    assert (await served.client.get("/v1/tracks/python-from-zero", headers=headers)).json()["title"] != old.track.title
    assert registry.version(old.version).track == old.track
