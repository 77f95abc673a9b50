"""`pacer game`: what an operator does to the game by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import TypeVar

import click

from api.composition import system_clock
from api.game.fairplay.commands import flags, settle
from api.game.friends.commands import close, reports
from api.game.operating import Place, finished, opened
from api.game.outages import MAX_DAYS, OUTAGE, Outage, note, noted, strike
from api.store.ports import Documents

T = TypeVar("T")
DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def game() -> None:
    """Put the game right by hand.

    While 'pacer serve' runs on a SQLite file, nobody else can use it: stop the server first. On MongoDB a running
    server takes notice within half a minute.

    \b
    The service was down on a day; no streak shall mind it:
        pacer game outage 2026-03-05 --reason "the data centre burned"
    Which days were noted:
        pacer game outages
    \b
    Whose work was flagged, and what they say to it:
        pacer game flags
    Whom friends reported:
        pacer game reports
    """


@game.command()
@click.argument("first", type=DAY)
@click.option("--last", type=DAY, help="The last day, for several in a row.")
@click.option("--reason", default="", help="Why, for the record.")
@click.option("--remove", is_flag=True, help="Take the days back instead.")
@click.option("--data", help="Directory of the server [PACER_DATA, ./data]")
def outage(first: datetime, last: datetime | None, reason: str, remove: bool, data: str | None) -> None:
    """Note days on which the service was down: neutral for everybody's streak, wherever they are.

    Days are local dates. An outage around midnight touches two of them; note both.

    \b
    Two days in a row:
        pacer game outage 2026-03-05 --last 2026-03-06
    It was none after all:
        pacer game outage 2026-03-05 --remove
    """
    days = _days(first.date(), (last or first).date())
    if remove:
        n_changed = _done(data, lambda documents: strike(documents, days))
        click.echo(f"{n_changed} of {len(days)} days taken back")
    else:
        n_changed = _done(data, lambda documents: note(documents, days, reason, system_clock()))
        click.echo(f"{n_changed} of {len(days)} days noted, the others were before")


@game.command()
@click.option("--data", help="Directory of the server [PACER_DATA, ./data]")
def outages(data: str | None) -> None:
    """List the days on which the service was down."""
    found: list[Outage] = _done(data, noted)
    for each in found:
        click.echo(f"{each.id}  {each.reason}".rstrip())
    click.echo(f"{len(found)} days")


def _days(first: date, last: date) -> list[date]:
    n_days = (last - first).days + 1
    if not 1 <= n_days <= MAX_DAYS:
        raise click.ClickException(f"{first} to {last} is {n_days} days; allowed are 1 to {MAX_DAYS} at once")
    return [first + timedelta(days=number) for number in range(n_days)]


def _done(data: str | None, work: Callable[[Documents], Awaitable[T]]) -> T:
    async def run() -> T:
        async with opened(Place(data)) as store:
            await store.documents.declare(OUTAGE)
            return await work(store.documents)

    return finished(run)


for command in (flags, settle, reports, close):
    game.add_command(command)
