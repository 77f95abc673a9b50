"""Whether an address has an account is told by no status, no body, no header, and no work that one costs more."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import msgspec
import pytest

from api.accounts.account import Account
from api.accounts.signin.routes import SIGN_IN
from api.composition import open_default_store
from api.settings import Settings
from api.store import Store
from api.store.ports import Documents
from tests.api.accounts.conftest import EMAIL, PASSWORD, Desk
from tests.api.conftest import MovableClock, running

NOBODY = "nobody@example.org"
WRONG = "wrong horse battery"


class CountedDocuments:
    """Documents that count what the task of a test asks for; the jobs in the background count for nobody."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.asked: Counter[tuple[str, str]] = Counter()
        self.task: asyncio.Task[Any] | None = None

    def __getattr__(self, verb: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._documents, verb)

        async def counted(kind: str, *args: Any, **named: Any) -> Any:
            if asyncio.current_task() is self.task:
                self.asked[verb, kind] += 1
            return await method(kind, *args, **named)

        return counted


class CountedStore:
    """A store whose documents count."""

    def __init__(self, store: Store) -> None:
        self._store, self.documents = store, CountedDocuments(store.documents)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class Scales:
    """Weighs a request: what it was answered, and what it cost."""

    def __init__(self, desk: Desk, documents: CountedDocuments) -> None:
        self.desk, self.documents = desk, documents
        self.passwords = SIGN_IN.fetch(desk.service.app)._passwords

    async def weigh(self, path: str, body: dict[str, Any]) -> tuple[Any, ...]:
        """Everything about an answer that could differ, and the work behind it."""
        self.documents.asked.clear()
        self.documents.task, before = asyncio.current_task(), self.passwords.computed
        answer = await self.desk.post(path, body)
        self.documents.task = None
        work = sorted(self.documents.asked.items()), self.passwords.computed - before
        return answer.status_code, shape(answer), lasting(answer), work


def shape(answer: httpx.Response) -> Any:
    """A problem but for its trace; of anything else the names of its fields, at every depth, and its texts' lengths."""
    body = answer.json()
    if answer.status_code >= 400:
        return {name: value for name, value in body.items() if name != "traceId"}
    return outline(body)


def outline(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: outline(part) for name, part in value.items()}
    return len(value) if isinstance(value, str) else value


def lasting(answer: httpx.Response) -> dict[str, str]:
    """Headers but for those that count down."""
    return {name: value for name, value in answer.headers.items() if name != "ratelimit"}


async def weighing(settings: Settings, clock: MovableClock) -> AsyncIterator[Scales]:
    stores: list[CountedStore] = []

    async def open_counted(chosen: Settings) -> Store:
        stores.append(CountedStore(await open_default_store(chosen)))
        return stores[0]

    async with running(settings, clock, open_counted) as served:
        yield Scales(Desk(served), stores[0].documents)


@pytest.fixture
async def scales(trackless: Settings, clock: MovableClock) -> AsyncIterator[Scales]:
    """A service without mail, where Ana has an account."""
    async for found in weighing(trackless, clock):
        await found.desk.register()
        yield found


@pytest.fixture
async def mailing(trackless: Settings, clock: MovableClock) -> AsyncIterator[Scales]:
    """A service that sends mail (to its log), where Ana's address is confirmed."""
    settings = msgspec.structs.replace(trackless, mail="log:", mail_from="Pacer <no-reply@pacer.test>")
    async for found in weighing(settings, clock):
        await confirm(found)
        yield found


async def confirm(scales: Scales) -> None:
    """Register Ana, and let her address count."""
    learner_id = (await scales.desk.register()).json()["learnerId"]
    hashed = await scales.passwords.hash(PASSWORD)

    def edit(account: Account) -> Account:
        return msgspec.structs.replace(account, email=EMAIL, email_verified=True, password=hashed)

    await SIGN_IN.fetch(scales.desk.service.app)._accounts.change(learner_id, edit)


async def test_signing_in_tells_nobody_who_is_known(scales: Scales) -> None:
    known = await scales.weigh("/auth/login", {"email": EMAIL, "password": WRONG})
    unknown = await scales.weigh("/auth/login", {"email": NOBODY, "password": WRONG})
    assert known == unknown
    assert known[0] == 401
    assert known[-1][1] == 1, "one hash each"


async def test_an_account_without_a_password_is_refused_with_the_same_work(mailing: Scales) -> None:
    accounts = SIGN_IN.fetch(mailing.desk.service.app)._accounts
    guest = await mailing.desk.service.guest()
    without = "ben@example.org"
    await accounts.change(guest["learnerId"], lambda account: msgspec.structs.replace(account, email=without))
    known = await mailing.weigh("/auth/login", {"email": without, "password": WRONG})
    assert known == await mailing.weigh("/auth/login", {"email": NOBODY, "password": WRONG})


async def test_registering_tells_nobody_whose_address_is_taken(mailing: Scales) -> None:
    new = {"password": PASSWORD, "zone": "UTC"}
    taken = await mailing.weigh("/auth/register", {**new, "email": EMAIL})
    free = await mailing.weigh("/auth/register", {**new, "email": NOBODY})
    assert taken == free
    assert taken[0] == 201


async def test_asking_for_a_new_password_tells_nobody_who_is_known(mailing: Scales) -> None:
    known = await mailing.weigh("/auth/forgot-password", {"email": EMAIL})
    unknown = await mailing.weigh("/auth/forgot-password", {"email": NOBODY})
    assert known == unknown
    assert known[0] == 202


@pytest.mark.parametrize("path", ["/auth/reset-password", "/auth/confirm-email"])
async def test_a_link_that_was_made_up_is_refused_like_one_that_was_cut(mailing: Scales, path: str) -> None:
    fields = {"password": "another horse battery"} if "password" in path else {}
    weighed = [await mailing.weigh(path, {**fields, "token": token}) for token in ("A" * 43, "A", "not one")]
    assert weighed[0] == weighed[1] == weighed[2]
    assert weighed[0][0] == 400
    assert weighed[0][-1] == ([], 0), "no look at the store"


async def test_a_recovery_code_that_was_made_up_is_refused_whoever_has_one(scales: Scales) -> None:
    before = await scales.weigh("/auth/recover", {"code": "7K2MD-XQ4AB-9TZ0C-H3WVE-5RNPJ"})
    assert before[0] == 401
    assert before == await scales.weigh("/auth/recover", {"code": "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA"})


async def test_a_guest_id_that_there_is_not_is_refused_like_a_wrong_secret(scales: Scales) -> None:
    guest, secret = await scales.desk.service.guest(), "x" * 43
    known = await scales.weigh("/auth/guest", {"zone": "UTC", "learnerId": guest["learnerId"], "deviceSecret": secret})
    other = "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d"
    unknown = await scales.weigh("/auth/guest", {"zone": "UTC", "learnerId": other, "deviceSecret": secret})
    assert known == unknown
    assert known[0] == 401


async def test_being_slowed_down_tells_nobody_who_is_known(scales: Scales) -> None:
    for email in (EMAIL, NOBODY):
        for _ in range(12):
            last = await scales.desk.login(email, WRONG)
        assert (last.status_code, last.json()["type"]) == (429, "urn:pacer:problem:too-many-requests")
