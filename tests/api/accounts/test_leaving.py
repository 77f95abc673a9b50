"""An account is deleted: nothing is left of the learner but a line on the list of those who left."""

from __future__ import annotations

import asyncio
import shutil
import stat
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from click.testing import CliRunner, Result

from api.accounts.callers import ACCOUNTS
from api.accounts.leaving.erased import add_erased
from api.accounts.leaving.routes import LEAVING
from api.accounts.leaving.service import LearnerToErase
from api.accounts.oidc.tokens import Person
from api.accounts.organisations.organisation import HOME, INVITATION
from api.accounts.organisations.roles import ORGANISATIONS
from api.accounts.signin.routes import SIGN_IN
from api.cli import main
from api.composition import DATABASE_FILE
from api.jobs.ports import Run
from api.settings import ERASED_FILE
from api.store import open_store
from api.store.backup import read_erased
from tests.api.accounts.conftest import EMAIL, Desk, kind, workers
from tests.api.accounts.players import Player, event_ids, failing_at, kinds, states_of
from tests.api.conftest import START, MovableClock, running

ANA = "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d"
BEN = "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5e"


async def leave(player: Player, desk: Desk | None = None, confirm: str | None = None) -> httpx.Response:
    client = (desk or player.desk).service.client
    return await client.delete(f"/v1/me?confirm={confirm or player.id}", headers=player.phone.headers)


async def finish(desk: Desk, learner_id: str) -> None:
    """What the job does later."""
    await LEAVING.fetch(desk.service.app)._finish(LearnerToErase(learner_id=learner_id), Run("job", 1))


async def test_a_learner_who_left_is_unknown_to_every_server_also_to_one_that_still_held_them(
    desks: list[Desk],
) -> None:
    player, other = [Player(desks[0], await desks[0].service.guest()) for _ in range(2)]
    await other.lesson(1)
    await player.lesson(1)
    exercise = await player.begin()
    answered = await player.answer(exercise, desks[-1])
    assert answered.status_code == 200
    assert (await leave(player)).status_code == 204
    for desk in desks:
        client, headers = desk.service.client, player.phone.headers
        assert kind(await player.answer(answered.json()["next"], desk)) == (410, "account-gone")
        assert kind(await client.get("/v1/me/progress", headers=headers)) == (401, "unauthenticated")
        assert kind(await client.get("/v1/me", headers=headers)) == (401, "unauthenticated")
        assert kind(await desk.refresh(player.tokens)) == (401, "bad-refresh-token")
        known = {name: player.tokens[name] for name in ("learnerId", "deviceSecret")}
        assert kind(await desk.post("/auth/guest", {"zone": "UTC", **known})) == (401, "bad-credentials")
        assert kind(await leave(player, desk)) == (401, "unauthenticated")
    assert await kinds(desks[0], player.id) == ["JournalClosed"]
    for desk in desks:
        await finish(desk, player.id)
    assert await event_ids(desks[0], player.id) == []
    assert len(await event_ids(desks[0], other.id)) == 3
    assert read_erased(desks[0].service.settings.erased_path) == {player.id}


async def test_nothing_of_a_learner_is_left_in_the_file_but_the_line_on_the_list(
    trackless: Any, clock: MovableClock
) -> None:
    data = Path(trackless.data)
    async with workers("", trackless, clock) as desks:
        player = Player(desks[0], (await desks[0].register(deviceName="ana-s-phone")).json()["tokens"])
        await player.phone.served.client.patch("/v1/me", headers=player.phone.headers, json={"displayName": "Ana Sea"})
        await ORGANISATIONS.fetch(desks[0].service.app).admit(HOME, player.id, ("author",))
        await player.lesson(2)
    traces = [EMAIL.encode(), b"ana-s-phone", b"Ana Sea", b"$argon2id", b"exerciseAnswered"]
    stored = (data / DATABASE_FILE).read_bytes()
    assert [trace for trace in traces if trace not in stored] == []
    async with workers("", trackless, clock) as desks:
        player = Player(desks[0], (await desks[0].login()).json())
        assert (await leave(player)).status_code == 204
        await finish(desks[0], player.id)
    stored = (data / DATABASE_FILE).read_bytes()
    assert [trace for trace in traces if trace in stored] == []
    assert read_erased(data / ERASED_FILE) == {player.id}


async def test_a_guest_that_was_merged_leaves_with_the_account(one: Desk) -> None:
    ana, guest = Player(one, (await one.register()).json()["tokens"]), Player(one, await one.service.guest(), "tablet")
    await guest.lesson(1)
    body = {"guestAccessToken": guest.tokens["accessToken"]}
    assert (await one.post("/me/merge", body, ana.tokens)).status_code == 200
    assert (await leave(ana)).status_code == 204
    documents = LEAVING.fetch(one.service.app)._documents
    for player in (ana, guest):
        assert await documents.get("account", player.id) is None
        assert await documents.find("tokenFamily", "learner_id", player.id) == []
    assert await event_ids(one, guest.id) == []
    assert read_erased(one.service.settings.erased_path) == {ana.id, guest.id}


async def test_a_slip_deletes_nothing(one: Desk) -> None:
    player = Player(one, await one.service.guest())
    client = one.service.client
    assert kind(await leave(player, confirm=BEN)) == (400, "invalid-request")
    assert kind(await client.delete("/v1/me", headers=player.phone.headers)) == (400, "invalid-request")
    assert (await one.me(player.tokens))["learnerId"] == player.id
    assert not one.service.settings.erased_path.exists()


async def test_an_account_that_is_no_guest_needs_a_recent_sign_in(one: Desk) -> None:
    ana = Player(one, (await one.register()).json()["tokens"])
    linked = Player(one, await one.service.guest())
    identities = LEAVING.fetch(one.service.app)._identities
    await identities.link(Person(issuer="https://school.example", subject="1"), "school", linked.id)
    one.service.clock.forward(601)
    for player in (ana, linked):
        assert kind(await leave(player)) == (403, "sign-in-again")
    again = Player(one, (await one.login()).json())
    assert (await leave(again)).status_code == 204
    assert (await one.login()).status_code == 401
    assert (await one.register()).status_code == 201


async def test_leaving_that_fails_at_any_write_is_finished_by_the_job_that_was_filed_first(one: Desk) -> None:
    leaving, states = LEAVING.fetch(one.service.app), states_of(one)
    for number in count():
        player = Player(one, await one.service.guest())
        await player.lesson(1)
        holders = ((leaving, "_documents"), (states, "journal"), (leaving._jobs._outbox, "_documents"))
        with failing_at(number, *holders) as writes:
            answer = await leave(player)
        if writes[0] <= number:
            assert answer.status_code == 204
            break
        assert kind(answer) == (503, "unavailable")
        if number > 0:
            waiting = [found.job.payload async for found in leaving._jobs._outbox.in_state("waiting")]
            assert any(player.id.encode() in bytes(payload) for payload in waiting)
            await finish(one, player.id)
            assert await event_ids(one, player.id) == []
            assert (await one.refresh(player.tokens)).status_code == 401
            assert player.id in read_erased(one.service.settings.erased_path)
    assert number >= 4


async def test_a_restored_backup_does_not_bring_back_who_left(
    trackless: Any, clock: MovableClock, tmp_path: Path
) -> None:
    async with workers("", trackless, clock) as desks:
        player, other = [Player(desks[0], await desks[0].service.guest()) for _ in range(2)]
        for each in (player, other):
            await each.lesson(1)
    backup, old, restored = (tmp_path / name for name in ("backup", "old", "restored"))
    place = ["--data", trackless.data]
    assert (await pacer("backup", str(backup), *place)).exit_code == 0
    async with workers("", trackless, clock) as desks:
        assert (await leave(Player(desks[0], player.tokens))).status_code == 204
    for directory, left in ((old, [player.id, other.id]), (restored, [other.id])):
        directory.mkdir()
        if directory is restored:
            shutil.copy(Path(trackless.data) / ERASED_FILE, restored)
        done = await pacer("restore", str(backup), "--data", str(directory))
        assert done.exit_code == 0, done.output
        store = await open_store(directory / DATABASE_FILE)
        assert await store.journal.learners() == sorted(left)
        assert (await store.documents.get("account", player.id) is None) == (directory is restored)
        await store.documents.declare("tokenFamily", indexes=("learner_id",))
        assert bool(await store.documents.find("tokenFamily", "learner_id", player.id)) == (directory is old)
        await store.close()


async def test_letters_that_never_went_out_are_erased_with_the_learner_here_and_in_a_backup(
    trackless: Any, clock: MovableClock, tmp_path: Path
) -> None:
    settings = msgspec.structs.replace(trackless, mail="smtp+plain://127.0.0.1:1", mail_from="Pacer <no@pacer.test>")
    data, backup, restored = Path(trackless.data), tmp_path / "backup", tmp_path / "restored"
    async with running(settings, clock) as served:
        desk = Desk(served)
        tokens = (await desk.register()).json()["tokens"]
        accounts = ACCOUNTS.fetch(served.app).accounts
        account = await accounts.change(
            tokens["learnerId"], lambda stored: msgspec.structs.replace(stored, email=EMAIL, email_verified=True)
        )
        await SIGN_IN.fetch(served.app)._post.changed(account)
        assert (await desk.post("/auth/forgot-password", {"email": EMAIL})).status_code == 202
    assert EMAIL.encode() in await stored_jobs(data)
    assert (await pacer("backup", str(backup), "--data", trackless.data)).exit_code == 0
    async with running(settings, clock) as served:
        assert (await leave(Player(Desk(served), tokens))).status_code == 204
    assert EMAIL.encode() not in await stored_jobs(data)
    assert b"accounts.erase" in await stored_jobs(data)
    restored.mkdir()
    shutil.copy(data / ERASED_FILE, restored)
    assert (await pacer("restore", str(backup), "--data", str(restored))).exit_code == 0
    assert await stored_jobs(restored) == b""


async def test_the_last_admin_of_an_organisation_stays_until_another_is_made_one(one: Desk) -> None:
    ana, ben = [Player(one, await one.service.guest()) for _ in range(2)]
    organisations, leaving = ORGANISATIONS.fetch(one.service.app), LEAVING.fetch(one.service.app)
    await organisations.create("school", "School")
    for place in (HOME, "school"):
        await organisations.admit(place, ana.id, ("author", "admin"))
        await organisations.admit(place, ben.id, ("learner",))
    await organisations.admit(HOME, ben.id, ("admin",))
    before = await ana.phone.get("/me/organisations")
    refused = await leave(ana)
    assert kind(refused) == (409, "last-admin")
    assert "school keeps an admin; make another member admin first" in refused.json()["detail"]
    assert await ana.phone.get("/me/organisations") == before
    assert [found async for found in leaving._jobs._outbox.in_state("waiting")] == []
    assert not one.service.settings.erased_path.exists()
    await organisations.admit("school", ben.id, ("admin",))
    assert (await leave(ana)).status_code == 204
    assert [member.learner_id for member in await organisations.members(HOME)] == [ben.id]
    assert kind(await leave(ben)) == (409, "last-admin")


async def test_of_two_last_admins_who_leave_at_once_one_stays(desks: list[Desk]) -> None:
    organisations = ORGANISATIONS.fetch(desks[0].service.app)
    players = [Player(desk, await desk.service.guest()) for desk in (desks[0], desks[-1])]
    for player in players:
        await organisations.admit(HOME, player.id, ("admin",))
    answers = await asyncio.gather(*(leave(player) for player in players))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    (left,) = await organisations.members(HOME)
    assert left.roles == ("admin",)


async def test_nobody_relies_on_an_admin_who_is_about_to_be_erased(
    desks: list[Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben = [Player(desk, await desk.service.guest()) for desk in (desks[0], desks[-1])]
    organisations, leaving = ORGANISATIONS.fetch(desks[0].service.app), LEAVING.fetch(desks[0].service.app)
    await organisations.admit(HOME, ben.id, ("admin",))
    refused: list[httpx.Response] = []
    enqueue = leaving._jobs.enqueue

    async def enqueue_late(*what: Any, **how: Any) -> str:
        monkeypatch.undo()
        await organisations.admit(HOME, ana.id, ("admin",))
        refused.append(await leave(ben, desks[-1]))
        return await enqueue(*what, **how)

    monkeypatch.setattr(leaving._jobs, "enqueue", enqueue_late)
    assert (await leave(ana, desks[0])).status_code == 204
    assert kind(refused[0]) == (409, "last-admin")
    assert [member.learner_id for member in await organisations.members(HOME)] == [ben.id]
    assert (await organisations.get(HOME)).endings == ()


async def test_who_became_the_last_admin_while_they_left_stays(one: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, ben = [Player(one, await one.service.guest()) for _ in range(2)]
    organisations, leaving = ORGANISATIONS.fetch(one.service.app), LEAVING.fetch(one.service.app)
    await organisations.admit(HOME, ben.id, ("admin",))
    mark = leaving._mark

    async def mark_late(*what: Any) -> None:
        monkeypatch.undo()
        await organisations.admit(HOME, ana.id, ("admin",))
        assert (await leave(ben)).status_code == 204
        await mark(*what)

    monkeypatch.setattr(leaving, "_mark", mark_late)
    assert kind(await leave(ana)) == (409, "last-admin")
    assert [member.learner_id for member in await organisations.members(HOME)] == [ana.id]
    account = await ACCOUNTS.fetch(one.service.app).accounts.get(ana.id)
    assert account.leaving_at == 0


async def test_a_leaving_that_fails_at_any_write_before_it_is_certain_takes_nothing(one: Desk) -> None:
    organisations, leaving = ORGANISATIONS.fetch(one.service.app), LEAVING.fetch(one.service.app)
    accounts = ACCOUNTS.fetch(one.service.app).accounts
    keeper = await one.service.guest()
    await organisations.create("school", "School")
    for number in count():
        player = Player(one, await one.service.guest())
        for place in (HOME, "school"):
            await organisations.admit(place, keeper["learnerId"], ("admin",))
            await organisations.admit(place, player.id, ("author", "admin"))
        before = await organisations.of(player.id)
        holders = ((organisations, "_documents"), (accounts, "_documents"), (leaving._jobs._outbox, "_documents"))
        with failing_at(number, *holders) as writes:
            answer = await leave(player)
        if writes[0] <= number or answer.status_code == 204:
            break
        assert kind(answer) == (503, "unavailable")
        assert await organisations.of(player.id) == before
        one.service.clock.forward(60)
        assert (await leave(player)).status_code == 204
    assert number >= 6
    assert [member.learner_id for member in await organisations.members(HOME)] == [keeper["learnerId"]]


async def test_an_invitation_that_was_taken_does_not_name_a_learner_who_left(one: Desk) -> None:
    player, organisations = Player(one, await one.service.guest()), ORGANISATIONS.fetch(one.service.app)
    await organisations.invite(HOME, ("learner",), "a code")
    await organisations.accept("a code", player.id)
    assert (await leave(player)).status_code == 204
    left = await LEAVING.fetch(one.service.app)._documents.all(INVITATION)
    assert [document for document in left if player.id.encode() in document.body] == []


async def stored_jobs(data: Path) -> bytes:
    """The bodies of all jobs of a server that is stopped."""
    store = await open_store(data / DATABASE_FILE)
    found = b"".join(document.body for document in await store.documents.all("job"))
    await store.close()
    return found


async def pacer(*arguments: str) -> Result:
    """A command, in a thread of its own."""
    return await asyncio.to_thread(CliRunner().invoke, main, list(arguments))


def test_the_list_grows_is_for_its_owner_alone_and_survives_a_line_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "erased"
    add_erased(path, ANA, START)
    with path.open("a") as file:
        file.write("0195506e-8f00")
    add_erased(path, BEN, START + 1)
    add_erased(path, ANA, START + 2)
    assert read_erased(path) >= {ANA, BEN}
    assert f"{ANA} 2026-03-01T09:30:00.000Z\n" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_the_list_can_lie_elsewhere_and_one_that_cannot_be_written_is_no_erasure(
    trackless: Any, clock: MovableClock, tmp_path: Path
) -> None:
    settings = msgspec.structs.replace(trackless, erased=str(tmp_path / "missing" / "erased"))
    async with workers("", settings, clock) as desks:
        player = Player(desks[0], await desks[0].service.guest())
        await player.lesson(1)
        assert kind(await leave(player)) == (503, "unavailable")
        assert (await desks[0].me(player.tokens))["learnerId"] == player.id
        (tmp_path / "missing").mkdir()
        assert (await leave(player)).status_code == 204
        assert read_erased(tmp_path / "missing" / "erased") == {player.id}
