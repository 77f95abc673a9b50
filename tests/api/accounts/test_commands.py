"""`pacer admin create` makes the first admin."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from api.accounts.callers import ACCOUNTS
from api.cli import main
from api.settings import Settings
from tests.api.accounts.conftest import EMAIL, PASSWORD, Desk, bearer
from tests.api.conftest import MovableClock, running


def create(data: Path, *options: str, typed: str = "") -> Result:
    arguments = ["admin", "create", "--email", EMAIL, "--data", str(data), *options]
    return CliRunner().invoke(main, arguments, input=typed)


async def roles(settings: Settings, clock: MovableClock, password: str) -> Any:
    """What signing in with that password opens."""
    async with running(settings, clock) as served:
        desk = Desk(served)
        tokens = (await desk.login(password=password)).json()
        answer = await served.client.get("/v1/me/organisations", headers=bearer(tokens))
        return answer.json()["items"]


async def test_the_first_admin_has_the_password_that_was_typed(trackless: Settings, clock: MovableClock) -> None:
    made = await asyncio.to_thread(create, Path(trackless.data), typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert "ana@example.org is admin of Pacer" in made.output
    assert PASSWORD not in made.output
    assert await roles(trackless, clock, PASSWORD) == [{"id": "home", "name": "Pacer", "roles": ["admin"]}]


async def test_a_password_is_made_and_shown_once_and_is_never_the_same(
    trackless: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    made = await asyncio.to_thread(create, Path(trackless.data), "--generate")
    password = made.output.strip().rpartition(" ")[2]
    assert len(password) == 20
    another = await asyncio.to_thread(create, tmp_path / "other", "--generate")
    assert another.exit_code == 0
    assert password not in another.output
    assert await roles(trackless, clock, password) == [{"id": "home", "name": "Pacer", "roles": ["admin"]}]


async def test_an_account_whose_address_nobody_confirmed_becomes_admin_only_by_force_and_keeps_its_password(
    trackless: Settings, clock: MovableClock
) -> None:
    async with running(trackless, clock) as served:
        await Desk(served).register()
    refused = await asyncio.to_thread(create, Path(trackless.data), "--generate")
    assert refused.exit_code == 1
    assert "may be somebody else's account" in refused.output
    assert await roles(trackless, clock, PASSWORD) == []
    made = await asyncio.to_thread(create, Path(trackless.data), "--generate", "--force")
    assert made.exit_code == 0
    assert "Warning: an account has ana@example.org" in made.output
    assert "Password" not in made.output
    assert await roles(trackless, clock, PASSWORD) == [{"id": "home", "name": "Pacer", "roles": ["admin"]}]


async def test_an_account_whose_address_was_confirmed_becomes_admin(trackless: Settings, clock: MovableClock) -> None:
    async with running(trackless, clock) as served:
        tokens = (await Desk(served).register()).json()["tokens"]
        accounts = ACCOUNTS.fetch(served.app).accounts
        await accounts.change(tokens["learnerId"], lambda stored: msgspec.structs.replace(stored, email_verified=True))
    made = await asyncio.to_thread(create, Path(trackless.data), "--generate")
    assert made.exit_code == 0, made.output
    assert "Warning" not in made.output
    assert await roles(trackless, clock, PASSWORD) == [{"id": "home", "name": "Pacer", "roles": ["admin"]}]


@pytest.mark.parametrize(
    ("options", "typed", "told"),
    [
        ((), "short\nshort\n", "10 characters"),
        ((), f"{EMAIL}\n{EMAIL}\n", "must not be the e-mail address"),
        (("--organisation", "elsewhere"), "", "no organisation elsewhere"),
        (("--email", "ana"), "", "not an e-mail address"),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_reason(
    tmp_path: Path, options: tuple[str, ...], typed: str, told: str
) -> None:
    made = create(tmp_path / "data", *options, typed=typed)
    assert made.exit_code == 1
    assert told in made.output


async def test_beside_a_running_server_it_says_what_to_do(trackless: Settings, clock: MovableClock) -> None:
    async with running(trackless, clock):
        made = await asyncio.to_thread(create, Path(trackless.data), "--generate")
    assert made.exit_code == 1
    assert "another server" in made.output or "in use" in made.output, made.output
