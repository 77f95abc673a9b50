"""`pacer game flags` and `pacer game settle`: flags on the work of learners, also of those who belong nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import click
import msgspec

from api.accounts.organisations.organisation import Organisations
from api.composition import system_clock
from api.game.errors import FlagNotFoundError
from api.game.fairplay.cases import Cases
from api.game.fairplay.desk import FlagDesk
from api.game.fairplay.schemas import MOST_NOTE, FlagCase, FlagSettlement
from api.game.operating import DATA, OPERATOR, STORE, Place, finished, live
from api.lines import visible


def bounded(context: click.Context, option: click.Parameter, note: str) -> str:  # noqa: ARG001 - click's signature
    """The note, or an error where it is longer than over HTTP."""
    if len(note) > MOST_NOTE:
        raise click.BadParameter(f"{len(note)} characters; at most {MOST_NOTE} are kept")
    return note


WHY = click.option(
    "--why",
    required=True,
    callback=bounded,
    help="What you found; it stays with the verdict, and only staff see it.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
ALONE = click.option(
    "--alone", is_flag=True, help="Only on learners who belong to no organisation: nobody else sees them."
)


@click.command()
@ALONE
@JSON
@DATA
@STORE
def flags(alone: bool, as_json: bool, data: str | None, store: str | None) -> None:
    """List flags on learners' work that nobody has settled: those that still hold, and those with an appeal.

    A verdict that never reached its learner, since a server died, is among them.

    Each with the learner's id, since when it is, what was found in plain words, and what the learner says.

    \b
    Those that nobody but you can settle:
        pacer game flags --alone
    Then take one back, or let it stand:
        pacer game settle 0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d --clear --why "they had practised on paper"
    """

    async def read() -> list[FlagCase]:
        async with desk(Place(data, store)) as (opened, _, organisations):
            return [case async for case in opened.waiting() if not alone or not await organisations.of(case.learner_id)]

    found = finished(read)
    for case in found:
        click.echo(msgspec.json.encode(case).decode() if as_json else paragraph(case))
    if not as_json:
        click.echo(f"Flags that wait for somebody to look at them: {len(found)}")


@click.command()
@click.argument("flag")
@click.option("--uphold", "outcome", flag_value="upheld", help="The flag is right; it ends when it would have.")
@click.option("--clear", "outcome", flag_value="cleared", help="The flag is wrong; it ends at once.")
@WHY
@DATA
@STORE
def settle(
    flag: str, outcome: Literal["cleared", "upheld"] | None, why: str, data: str | None, store: str | None
) -> None:
    """Settle a flag by its id. Its learner is told the outcome. Said again, the last word holds.

    \b
    It was wrong:
        pacer game settle 0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d --clear --why "they had practised on paper"
    It was right:
        pacer game settle 0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d --uphold --why "600 answers in ten minutes"
    """
    if outcome is None:
        raise click.UsageError("say what you found: --uphold or --clear")
    settlement = FlagSettlement(outcome=outcome, note=why)

    async def write() -> FlagCase:
        async with desk(Place(data, store)) as (opened, cases, _):
            found = await cases.get(flag)
            if found is None:
                raise FlagNotFoundError(f"there is no flag {flag!r}; 'pacer game flags' lists those that are there")
            return await opened.settle(flag, found, OPERATOR, settlement)

    case = finished(write, FlagNotFoundError)
    click.echo(f"{case.outcome}: {case.kind} of learner {case.learner_id}; they see it when they next look")


@asynccontextmanager
async def desk(place: Place) -> AsyncIterator[tuple[FlagDesk, Cases, Organisations]]:
    """The desk on the store of the server. Raises SettingsError, StoreError."""
    async with live(place) as (store, states):
        cases, organisations = Cases(store.documents), Organisations(store.documents, system_clock)
        await cases.declare()
        await organisations.declare()
        yield FlagDesk(states, cases, system_clock), cases, organisations


def paragraph(case: FlagCase) -> str:
    """A flag for people."""
    lines = [
        f"{case.id}  {case.kind}  since {case.raised_at}, until {case.until}",
        f"  learner {case.learner_id}",
        f"  {case.evidence}",
        *([f"  Said to be {case.outcome}, which never reached them: say it again"] if case.outcome else []),
        *([f"  They say: {visible(case.appeal)}"] if case.appeal else []),
    ]
    return "\n".join(lines)
