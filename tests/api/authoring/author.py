"""People who write courses, over HTTP."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

import httpx

from api.accounts.organisations.organisation import Role
from api.accounts.organisations.roles import ORGANISATIONS
from tests.api.authoring.player import Player
from tests.api.conftest import Served

Json = dict[str, Any]


def numeric(name: str = "oceans", **fields: Any) -> Json:
    """An item without a fault."""
    return {
        "kind": "numeric",
        "id": name,
        "skills": ["counting-seas"],
        "band": "easy",
        "prompt": f"How many oceans are there? ({name})",
        "key": "5",
        "hints": ["Two of them share a name."],
        "explanation": "Pacific, Atlantic, Indian, Southern, Arctic.",
        **fields,
    }


def short_text(name: str = "french-name", **fields: Any) -> Json:
    """A typed item without a fault."""
    return {
        "kind": "shortText",
        "id": name,
        "skills": ["counting-seas"],
        "band": "hard",
        "prompt": "What do the French call the English Channel?",
        "accepted": ["la Manche"],
        "hints": ["It is the word for a sleeve."],
        "explanation": "The sleeve, after its shape.",
        **fields,
    }


def essay() -> Json:
    """An essay without a fault; a person judges what is written."""
    return {
        "kind": "essay",
        "id": "fishing",
        "skills": ["counting-seas"],
        "band": "easy",
        "prompt": "Should fishing be forbidden in a third of the oceans?",
        "traits": [{"id": "thesis", "title": "Thesis", "levels": ["There is none.", "It is clear."]}],
        "leastWords": 5,
        "hints": ["Who gains?"],
        "explanation": "Take a side.",
    }


def picture(*extra: tuple[bytes, bytes]) -> bytes:
    """A PNG of one grey pixel, with further chunks before its end."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    parts = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0\x80"))]
    chunks = b"".join(chunk(*part) for part in [*parts, *extra, (b"IEND", b"")])
    return b"\x89PNG\r\n\x1a\n" + chunks


class Author:
    """Somebody in an organisation, and one course of theirs at a time."""

    def __init__(self, served: Served, tokens: dict[str, str], organisation: str = "home") -> None:
        self.served, self.tokens, self.organisation = served, tokens, organisation
        self.headers = {"authorization": f"Bearer {tokens['accessToken']}"}
        self.course = ""

    async def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Ask for something below the organisation; `~` stands for the course."""
        path = path.replace("~", f"/courses/{self.course}", 1)
        url = f"/v1/organisations/{self.organisation}{path}"
        return await self.served.client.request(method, url, json=body, headers=self.headers | (headers or {}))

    async def call(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """Ask and expect a status; the body of the answer."""
        answer = await self.ask(method, path, body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def get(self, path: str, status: int = 200) -> Any:
        return await self.call("GET", path, status=status)

    async def post(self, path: str, body: Any = None, status: int = 201) -> Any:
        return await self.call("POST", path, body, status)

    async def patch(self, path: str, body: Any, status: int = 200) -> Any:
        return await self.call("PATCH", path, body, status)

    async def get_formats(self) -> Any:
        """The formats of others."""
        return (await self.served.client.get("/v1/authoring/formats", headers=self.headers)).json()

    async def begin(self, track_id: str = "seas", **fields: Any) -> Json:
        """A new course, and the one that is worked on from now."""
        units = [{"id": "numbers", "title": "Numbers", "skills": ["counting-seas"]}]
        asked = {
            "trackId": track_id,
            "title": "Seas",
            "description": "Oceans and seas.",
            "licence": "CC-BY-4.0",
            "source": "Written for a test.",
            "units": units,
            **fields,
        }
        course: Json = await self.post("/courses", asked)
        self.course = course["id"]
        return course

    async def fill(self, *items: Json) -> None:
        """The skill that all items need, and items."""
        await self.post("~/skills", {"skill": {"id": "counting-seas", "title": "Counting seas"}})
        for item in items or (numeric(), short_text()):
            await self.post("~/items", {"item": item})


async def member(served: Served, *roles: Role, organisation: str = "home") -> Author:
    """A new member of an organisation."""
    tokens = await served.guest()
    await ORGANISATIONS.fetch(served.app).admit(organisation, tokens["learnerId"], roles)
    return Author(served, tokens, organisation)


async def team(served: Served, organisation: str = "home") -> tuple[Author, Author, Author]:
    """An author, a reviewer and a publisher of one organisation."""
    author, reviewer, publisher = [
        await member(served, role, organisation=organisation) for role in ("author", "reviewer", "publisher")
    ]
    return author, reviewer, publisher


async def publish(author: Author, reviewer: Author, publisher: Author, **asked: Any) -> Json:
    """Submit, approve and publish the author's course; the version."""
    reviewer.course = publisher.course = author.course
    review = await author.post("~/reviews", {})
    await reviewer.post(f"~/reviews/{review['id']}/approve", {}, 200)
    version: Json = await publisher.post("~/versions", asked)
    return version


async def course_objects(author: Author) -> dict[str, str]:
    """The ids of a course that has one of everything."""
    course = await author.begin("seas-elsewhere")
    await author.fill(numeric(), essay())
    await publish(author, author, author)
    await author.patch("~", {"title": "Seas and oceans"})
    review = await author.post("~/reviews", {})
    upload = await author.post("/uploads", {"filename": "questions.gift"})
    await author.call("PUT", f"/uploads/{upload['id']}/parts/1", {"data": "aGVsbG8="}, 204)
    await author.post("/media", {"data": base64.b64encode(picture()).decode()})
    file = {"filename": "a.gift", "data": base64.b64encode(b"::one::2+2? {#4}").decode()}
    imported = await author.post("~/imports", {**file, "skill": "counting-seas", "band": "easy"})
    player = Player(author.served, await author.served.guest())
    session = await player.start("seas-elsewhere", 10)
    said = player.envelope(decisionId=session["exercise"]["decisionId"], about="somethingWrong")
    await player.post(f"/sessions/{session['id']}/reports", said)
    exercise = session["exercise"]
    while exercise["itemId"] != "fishing":
        exercise = (await player.answer(session["id"], exercise))["next"]
    written = {"kind": "essay", "text": "Yes, for fish need places to breed."}
    player.served.clock.forward(60)
    answered = player.envelope(decisionId=exercise["decisionId"], answer=written, secondsTaken=50.0)
    await player.post(f"/sessions/{session['id']}/answers", answered)
    return {
        "answerId": answered["eventId"],
        "format": "csv",
        "importId": imported["id"],
        "band": "easy",
        "courseId": course["id"],
        "itemId": "oceans",
        "language": "es",
        "number": "1",
        "partNumber": "1",
        "reportId": said["eventId"],
        "reviewId": review["id"],
        "skillId": "counting-seas",
        "uploadId": upload["id"],
    }
