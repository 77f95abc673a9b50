"""What the operator does by commands: flags and reports of learners who belong to no organisation, on either store."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from api.accounts.organisations.organisation import HOME
from api.accounts.organisations.roles import ORGANISATIONS
from api.cli import main
from api.composition import system_clock
from api.game.choice_routes import CHOICES
from api.game.facts import FlagRaised
from api.game.fairplay.cases import Case, Cases
from api.settings import Settings
from tests.api.conftest import MovableClock, Served, running
from tests.api.game.friends.test_friends import block, friends
from tests.api.game.friends.test_friends import learner as named
from tests.api.sessions.conftest import Phone

WEEK_MS = 7 * 86_400_000
EVIDENCE = "40 answers in a minute were more than anybody can read."
FLAG = "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d"


def pacer(settings: Settings, *arguments: str) -> Result:
    places = ["--data", settings.data, *(["--store", settings.store] if settings.store else [])]
    return CliRunner().invoke(main, ["game", *arguments, *places])


async def flagged(served: Served, learner_id: str, flag_id: str = FLAG) -> None:
    """A learner's work is flagged, as the watch does it."""
    now = served.clock()
    fact = FlagRaised(flag_id=flag_id, kind_of_work="rates", evidence=EVIDENCE, until=now + WEEK_MS)
    case = Case(learner_id=learner_id, kind="rates", evidence=EVIDENCE, at=now, until=now + WEEK_MS)
    await CHOICES.fetch(served.app).settle(learner_id, flag_id, "fairplay", lambda _: [fact])
    await Cases(ORGANISATIONS.fetch(served.app)._documents).open(flag_id, case)


async def test_an_operator_sees_flags_of_learners_who_belong_nowhere_and_settles_them(
    trackless: Settings, clock: MovableClock
) -> None:
    async with running(trackless, clock) as served:
        clock.now = system_clock()  # which the command goes by
        alone, member = Phone(served, await served.guest()), Phone(served, await served.guest())
        await ORGANISATIONS.fetch(served.app).admit(HOME, member.tokens["learnerId"], ("learner",))
        await flagged(served, alone.tokens["learnerId"])
        await flagged(served, member.tokens["learnerId"], FLAG[:-1] + "e")
        await alone.post(f"/me/flags/{FLAG}/appeal", alone.envelope(text="My class did these aloud."))
    listed = await asyncio.to_thread(pacer, trackless, "flags")
    assert listed.exit_code == 0, listed.output
    assert f"{FLAG}  rates  since 20" in listed.output
    assert f"  learner {alone.tokens['learnerId']}\n  {EVIDENCE}\n" in listed.output
    assert "  They say: My class did these aloud.\n" in listed.output
    assert listed.output.endswith("Flags that wait for somebody to look at them: 2\n")
    (line,) = (await asyncio.to_thread(pacer, trackless, "flags", "--alone", "--json")).output.splitlines()
    told = json.loads(line)
    assert (told["id"], told["learnerId"], told["evidence"]) == (FLAG, alone.tokens["learnerId"], EVIDENCE)
    settled = await asyncio.to_thread(pacer, trackless, "settle", FLAG, "--clear", "--why", "they said so")
    assert settled.output == f"cleared: rates of learner {told['learnerId']}; they see it when they next look\n"
    assert (await asyncio.to_thread(pacer, trackless, "flags", "--alone", "--json")).output == ""
    async with running(trackless, clock) as served:
        alone.served = served
        (flag,) = (await alone.get("/me/flags"))["items"]
        assert (flag["outcome"], flag["appealed"]) == ("cleared", True)
        found = await Cases(ORGANISATIONS.fetch(served.app)._documents).get(FLAG)
    assert found is not None
    assert (found[0].outcome, found[0].settled_by, found[0].note) == ("cleared", "operator", "they said so")


async def test_a_running_server_takes_notice_of_what_an_operator_settles(
    trackless: Settings, clock: MovableClock, mongo_url: str
) -> None:
    settings = msgspec.structs.replace(trackless, store=mongo_url)
    clock.now = system_clock()  # which the command goes by
    async with running(settings, clock) as served:
        phone = Phone(served, await served.guest())
        await flagged(served, phone.tokens["learnerId"])
        assert (await phone.get("/me/game"))["flags"]
        told = await asyncio.to_thread(pacer, settings, "settle", FLAG, "--uphold", "--why", "no person does that")
        assert told.exit_code == 0, told.output
        (flag,) = (await phone.get("/me/flags"))["items"]
        assert flag["outcome"] == "upheld"
        assert (await phone.get("/me/game"))["flags"]
        told = await asyncio.to_thread(pacer, settings, "settle", FLAG, "--clear", "--why", "it was another")
        assert told.exit_code == 0, told.output
        (flag,) = (await phone.get("/me/game"))["flags"]
        assert flag["outcome"] == "cleared"


async def test_a_flag_that_ended_waits_only_with_an_appeal(trackless: Settings, clock: MovableClock) -> None:
    async with running(trackless, clock) as served:
        quiet, loud = Phone(served, await served.guest()), Phone(served, await served.guest())
        await flagged(served, quiet.tokens["learnerId"], FLAG[:-1] + "e")
        await flagged(served, loud.tokens["learnerId"])
        await loud.post(f"/me/flags/{FLAG}/appeal", loud.envelope(text="It was me."))
    listed = await asyncio.to_thread(pacer, trackless, "flags")
    assert FLAG in listed.output
    assert listed.output.endswith("Flags that wait for somebody to look at them: 1\n")


async def test_a_verdict_that_was_cut_off_before_the_learner_heard_it_waits_to_be_said_again(
    trackless: Settings, clock: MovableClock
) -> None:
    async with running(trackless, clock) as served:
        clock.now = system_clock()  # which the command goes by
        phone = Phone(served, await served.guest())
        await flagged(served, phone.tokens["learnerId"])
        cases = Cases(ORGANISATIONS.fetch(served.app)._documents)
        found = await cases.get(FLAG)
        assert found is not None
        await cases.settle(FLAG, msgspec.structs.replace(found[0], outcome="cleared"), found[1])
    (line,) = (await asyncio.to_thread(pacer, trackless, "flags", "--json")).output.splitlines()
    assert json.loads(line)["outcome"] == "cleared"
    again = await asyncio.to_thread(pacer, trackless, "settle", FLAG, "--clear", "--why", "as it was")
    assert again.exit_code == 0, again.output
    assert (await asyncio.to_thread(pacer, trackless, "flags", "--json")).output == ""


async def test_an_operator_sees_reports_and_closes_them_and_not_who_made_them(
    trackless: Settings, clock: MovableClock
) -> None:
    async with running(trackless, clock) as served:
        ana, bo = await named(served, "Ana"), await named(served, "Bo")
        await block(ana, await friends(ana, bo), "reports", reason="name")
    listed = await asyncio.to_thread(pacer, trackless, "reports", "--alone")
    assert listed.exit_code == 0, listed.output
    assert f"learner {bo.tokens['learnerId']}, called Bo\n" in listed.output
    assert ana.tokens["learnerId"] not in listed.output
    (line,) = (await asyncio.to_thread(pacer, trackless, "reports", "--json")).output.splitlines()
    told: dict[str, Any] = json.loads(line)
    assert ana.tokens["learnerId"] not in line
    closed = await asyncio.to_thread(pacer, trackless, "close", told["report"]["id"], "--dismiss", "--why", "a name")
    assert closed.output == f"dismissed: a report on learner {bo.tokens['learnerId']}\n"
    again = await asyncio.to_thread(pacer, trackless, "reports")
    assert again.output == "Reports that wait for somebody to look at them: 0\n"


async def test_flags_and_reports_follow_a_guest_into_an_account(trackless: Settings, clock: MovableClock) -> None:
    async with running(trackless, clock) as served:
        documents = ORGANISATIONS.fetch(served.app)._documents
        guest = await served.guest()
        await flagged(served, guest["learnerId"])
        cases = Cases(documents)
        await cases.pass_on(guest["learnerId"], "account")
        await cases.pass_on(guest["learnerId"], "account")
        assert [flag_id for flag_id, _ in await cases.of("account")] == [FLAG]
        assert await cases.of(guest["learnerId"]) == []


@pytest.mark.parametrize(
    ("arguments", "detail"),
    [
        (("settle", FLAG, "--why", "x"), "say what you found: --uphold or --clear"),
        (("settle", FLAG, "--clear"), "Missing option '--why'"),
        (("settle", FLAG, "--clear", "--why", "x"), f"there is no flag '{FLAG}'; 'pacer game flags' lists"),
        (("settle", FLAG, "--clear", "--why", 2001 * "x"), "2001 characters; at most 2000 are kept"),
        (("close", "none", "--why", "x"), "say what you found: --uphold or --dismiss"),
        (("close", "none", "--uphold", "--why", "x"), "there is no report 'none'; 'pacer game reports' lists"),
    ],
)
def test_what_is_not_there_or_not_said_is_refused(tmp_path: Path, arguments: tuple[str, ...], detail: str) -> None:
    told = pacer(Settings(data=str(tmp_path / "data")), *arguments)
    assert told.exit_code != 0
    assert detail in " ".join(told.output.split())
