"""What an older Pacer stored is read by this one: `stored.json` has documents of every kind as it was at version 1.

Whoever gives a stored struct a field without a default sees these fail, and adds a change to `api.store.shapes`.
Whoever stores a new kind, or files a new kind of job, adds one to the file. What is in the file never changes.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pymongo import MongoClient

from api.accounts.account import ACCOUNT, Account
from api.accounts.families import FAMILY
from api.accounts.leaving.service import ERASURE, Erasure
from api.accounts.oidc.identities import IDENTITY, Identity
from api.accounts.organisations.organisation import (
    INVITATION,
    MEMBERSHIP,
    ORGANISATION,
    Invitation,
    Membership,
    Organisation,
)
from api.accounts.organisations.roles import ORGANISATIONS
from api.accounts.signin.links import CLAIM, Claim
from api.accounts.signin.routes import SIGN_IN
from api.accounts.tokens import TokenFamily
from api.authoring.advice.measured import MEASURED, Measured
from api.authoring.audit import CHANGE, Change
from api.authoring.course import COURSE, ELEMENT, Course, Element
from api.authoring.imports.review import IMPORT, ITEMS, Import, ImportItems
from api.authoring.inbox.report import REPORT, Report
from api.authoring.judging.waiting import WAITING, WaitingAnswer
from api.authoring.media.library import MEDIA, Kept
from api.authoring.media.uploads import PART, UPLOAD, Upload, UploadPart
from api.authoring.publishing.version import VERSION, Version
from api.authoring.reviews.review import REVIEW, Review
from api.authoring.rubrics.rubric import RUBRIC, Rubric
from api.game.badges.census import CENSUS, Published
from api.game.fairplay.busy import BUSY, Lists
from api.game.fairplay.cases import CASE, SEEN, Case, Seen, Walked
from api.game.fairplay.cases import WALK as FAIRPLAY_WALK
from api.game.friends.friendship import (
    FRIEND_CHOICES,
    FRIEND_CODE,
    FRIEND_REPORT,
    FRIENDSHIP,
    FriendChoices,
    FriendCode,
    FriendReport,
    Friendship,
)
from api.game.leagues.books import LEAGUE
from api.game.leagues.closing import CLOSING, Progress
from api.game.leagues.cohorts import COHORT, RESULT, Cohort, Result
from api.game.leagues.plans import PLAN, Plan
from api.game.leagues.record import Record as LeagueRecord
from api.game.leagues.reminding import REMINDED
from api.game.outages import OUTAGE, Outage
from api.http.idempotency import KIND as RESPONSE
from api.http.idempotency import Record
from api.jobs.expiry import SWEPT, Swept, sweep
from api.jobs.job import KIND as JOB
from api.jobs.job import Job
from api.notifications.agenda import AGENDA, WALK, Agenda, Walk
from api.notifications.bandit import Posterior
from api.notifications.books import MODEL
from api.notifications.devices import DEVICE, Device
from api.notifications.message import MESSAGE, Message
from api.notifications.preferences import PREFERENCES, Preferences
from api.settings import Settings
from api.store.backup import Backup, write_backup
from api.store.mongo.store import MongoStore
from api.store.opening import Store, open_existing, open_store
from api.store.ports import CorruptStoreError, Document
from api.store.shapes import reshaped
from api.store.transfer import transfer
from api.tracks.heads import HEAD, STAMP, Head, Stamp
from api.tracks.versions import TRACK_PART, TRACK_VERSION, TrackPart
from content.tracks import Track
from tests.api.accounts.conftest import Desk, kind
from tests.api.conftest import START, MovableClock, running

STORED = tuple(
    Document(kind=one["kind"], id=one["id"], version=one["version"], body=msgspec.json.encode(one["body"]))
    for one in json.loads((Path(__file__).parent / "stored.json").read_text())
)
SHAPES: dict[str, Any] = {
    ACCOUNT: Account,
    CHANGE: Change,
    COURSE: Course,
    ELEMENT: Element,
    HEAD: Head,
    IMPORT: Import,
    ITEMS: ImportItems,
    MEASURED: Measured,
    MEDIA: Kept,
    PART: UploadPart,
    UPLOAD: Upload,
    REVIEW: Review,
    RUBRIC: Rubric,
    SEEN: Seen,
    BUSY: Lists,
    FAIRPLAY_WALK: Walked,
    STAMP: Stamp,
    VERSION: Version,
    WAITING: WaitingAnswer,
    CASE: Case,
    CENSUS: Published,
    CLAIM: Claim,
    CLOSING: Progress,
    COHORT: Cohort,
    LEAGUE: LeagueRecord,
    PLAN: Plan,
    REMINDED: Progress,
    RESULT: Result,
    ERASURE: Erasure,
    FRIENDSHIP: Friendship,
    FRIEND_CODE: FriendCode,
    FRIEND_CHOICES: FriendChoices,
    FRIEND_REPORT: FriendReport,
    FAMILY: TokenFamily,
    IDENTITY: Identity,
    INVITATION: Invitation,
    JOB: Job,
    MEMBERSHIP: Membership,
    PREFERENCES: Preferences,
    DEVICE: Device,
    AGENDA: Agenda,
    WALK: Walk,
    MESSAGE: Message,
    MODEL: Posterior,
    ORGANISATION: Organisation,
    OUTAGE: Outage,
    REPORT: Report,
    RESPONSE: Record,
    SWEPT: Swept,
    TRACK_PART: TrackPart,
    TRACK_VERSION: Track,
}
CODE = "a code of before"


def older(version: int, url: str) -> None:
    """Let a store that is closed be of an older schema version."""
    if not url.startswith("mongodb"):
        with closing(sqlite3.connect(url)) as connection:
            connection.execute(f"PRAGMA user_version = {version}")
        return
    with MongoClient[Any](url) as client:
        client.get_default_database()["about"].update_one({"_id": "schema"}, {"$set": {"version": version}})


@pytest.fixture(params=["sqlite", "mongodb"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store is as schema version 1 left it."""
    place: str = request.getfixturevalue("mongo_url") if request.param == "mongodb" else str(tmp_path / "pacer.db")
    store = await open_store(place)
    await store.contents.add_documents(STORED)
    await store.close()
    older(1, place)
    return place


async def everything(store: Store) -> list[Document]:
    return [document for kind in await store.contents.kinds() for document in await store.documents.all(kind)]


def days(documents: list[Document]) -> dict[str, str]:
    """The day of each link and invitation."""
    return {one.kind: json.loads(one.body)["day"] for one in documents if one.kind in (CLAIM, INVITATION)}


DAYS = {CLAIM: "20513", INVITATION: "20520"}  # of 2026-03-01 and 2026-03-08


async def test_every_kind_of_document_of_an_older_store_is_read(url: str) -> None:
    store = await open_store(url)
    found = await everything(store)
    await store.close()
    assert {document.kind for document in found} == SHAPES.keys()
    for document in found:
        msgspec.json.decode(document.body, type=SHAPES[document.kind])
    assert days(found) == DAYS
    changed = {document.id for document in found if document.version > versions()[document.id]}
    assert changed == {document.id for document in STORED if document.kind in DAYS}


def versions() -> dict[str, int]:
    return {document.id: document.version for document in STORED}


async def test_a_migration_is_made_once_and_meets_what_is_done_without_harm(url: str) -> None:
    found = []
    for version in (None, None, 1):
        if version is not None:
            older(version, url)
        store = await open_store(url)
        found.append(await everything(store))
        await store.close()
    assert found[0] == found[1] == found[2]


async def test_the_documents_that_are_kept_are_all_of_those_there_are(clock: MovableClock, settings: Settings) -> None:
    async with running(msgspec.structs.replace(settings, starter=False), clock) as served:
        documents: Any = ORGANISATIONS.fetch(served.app)._documents
        job_service: Any = SIGN_IN.fetch(served.app)._post._jobs
        runner = job_service._runner
        await sweep(documents, INVITATION, clock.now)
        assert {*documents._declared} == SHAPES.keys()
        jobs = [msgspec.json.decode(document.body, type=Job) for document in STORED if document.kind == JOB]
        repeated = {kind for kind in runner.kinds if kind.startswith("expire.")}
        assert runner.kinds.keys() - repeated == {job.kind for job in jobs} - repeated
        for job in jobs:
            msgspec.json.decode(job.payload, type=runner.kinds[job.kind].payload)


async def test_links_and_invitations_of_before_work_and_expire(
    url: str, trackless: Settings, clock: MovableClock
) -> None:
    async def open_it(_: Settings) -> Store:
        return await (MongoStore.open(url) if url.startswith("mongodb") else open_store(url))

    (claim,) = [document.id for document in STORED if document.kind == CLAIM]
    async with running(trackless, clock, open_it) as served:
        desk = Desk(served)
        joined = await desk.post("/me/organisations", {"code": CODE}, await served.guest())
        assert (joined.status_code, joined.json()["roles"]) == (201, ["author"])
        sign_in, organisations = SIGN_IN.fetch(served.app), ORGANISATIONS.fetch(served.app)
        new = {"token": sign_in._tokens.seal(claim), "password": "another correct battery"}
        assert (await desk.post("/auth/reset-password", new)).status_code == 204
        assert kind(await desk.post("/auth/reset-password", new)) == (400, "bad-link")
        clock.forward(8 * 86_400)
        await sweep(organisations._documents, INVITATION, clock.now)
        assert await organisations._documents.all(INVITATION) == []


async def test_a_backup_of_an_older_store_is_restored_as_today(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "older.db")
    await store.contents.add_documents(STORED)
    await store.close()
    older(1, str(tmp_path / "older.db"))
    reading = await open_existing(tmp_path / "older.db", beside=True)
    await write_backup(reading, tmp_path / "backup", START)
    await reading.close()
    restored = await open_store(tmp_path / "restored.db")
    await transfer(await Backup.open(tmp_path / "backup"), restored)
    found = await everything(restored)
    await restored.close()
    assert days(found) == DAYS
    assert {document.id: document.version for document in found} == versions()


@pytest.mark.parametrize("body", [b"{}", b"[]", b"\xff", b'{"expires_at": "soon"}'])
def test_a_document_that_no_pacer_wrote_is_named(body: bytes) -> None:
    with pytest.raises(CorruptStoreError, match="invitation 'i' is damaged"):
        reshaped(Document(kind=INVITATION, id="i", version=1, body=body))


async def test_a_file_whose_migration_fails_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "pacer.db"
    store = await open_store(path)
    damaged = Document(kind=INVITATION, id="z", version=1, body=b"{}")
    await store.contents.add_documents((*STORED, damaged))
    await store.close()
    older(1, str(path))
    for _ in range(2):
        with pytest.raises(CorruptStoreError, match="invitation 'z' is damaged"):
            await open_store(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
