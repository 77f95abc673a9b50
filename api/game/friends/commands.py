"""`pacer game reports` and `pacer game close`: reports by friends, also on learners who belong to no organisation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import click
import msgspec

from api.accounts.account import Accounts
from api.accounts.organisations.organisation import Organisations
from api.composition import system_clock
from api.game.fairplay.commands import ALONE, JSON, WHY
from api.game.friends.errors import FriendReportNotFoundError
from api.game.friends.friendship import Friendships
from api.game.friends.reports import ReportCase, ReportSettlement, case_of, settled
from api.game.operating import DATA, OPERATOR, STORE, Place, finished, opened
from api.lines import visible
from api.wire import Wire


class NamedReport(Wire, frozen=True, kw_only=True):
    """An open report with the name that the reported learner has now, "" without any."""

    name: str
    report: ReportCase


@click.command()
@ALONE
@JSON
@DATA
@STORE
def reports(alone: bool, as_json: bool, data: str | None, store: str | None) -> None:
    """List reports on learners by their friends that nobody has settled, with the name that the learner has now.

    Who made a report is told to nobody; the two have no contact since.

    \b
    Those that nobody but you can close:
        pacer game reports --alone
    Close one:
        pacer game close REPORT --dismiss --why "the name is a common one"
    """

    async def read() -> list[NamedReport]:
        async with desk(Place(data, store)) as (friendships, accounts, organisations):
            found = []
            async for report in friendships.open_reports():
                if alone and await organisations.of(report.reported):
                    continue
                account = await accounts.find(report.reported)
                found.append(NamedReport(name="" if account is None else account.display_name, report=case_of(report)))
            return sorted(found, key=lambda one: (one.report.at, one.report.id))

    found = finished(read)
    for one in found:
        click.echo(msgspec.json.encode(one).decode() if as_json else line(one))
    if not as_json:
        click.echo(f"Reports that wait for somebody to look at them: {len(found)}")


@click.command()
@click.argument("report")
@click.option("--uphold", "outcome", flag_value="upheld", help="The report is right.")
@click.option("--dismiss", "outcome", flag_value="dismissed", help="There is nothing to it.")
@WHY
@DATA
@STORE
def close(
    report: str, outcome: Literal["upheld", "dismissed"] | None, why: str, data: str | None, store: str | None
) -> None:
    """Close a report by its id. It changes nothing by itself, and nobody is told. Said again, the last word holds.

    \b
    There is nothing to it:
        pacer game close REPORT --dismiss --why "the name is a common one"
    """
    if outcome is None:
        raise click.UsageError("say what you found: --uphold or --dismiss")
    settlement = ReportSettlement(outcome=outcome, note=why)

    async def write() -> ReportCase:
        async with desk(Place(data, store)) as (friendships, _, _):
            found = await friendships.report_of(report)
            if found is None:
                raise FriendReportNotFoundError(
                    f"there is no report {report!r}; 'pacer game reports' lists those that are open"
                )
            kept = settled(found[0], OPERATOR, system_clock(), settlement)
            await friendships.settle(kept, found[1])
            return case_of(kept)

    case = finished(write, FriendReportNotFoundError)
    click.echo(f"{case.outcome}: a report on learner {case.reported}")


@asynccontextmanager
async def desk(place: Place) -> AsyncIterator[tuple[Friendships, Accounts, Organisations]]:
    """What is looked up of the store of the server. Raises SettingsError, StoreError."""
    async with opened(place) as store:
        friendships = Friendships(store.documents, system_clock)
        accounts, organisations = Accounts(store.documents), Organisations(store.documents, system_clock)
        for each in (friendships, accounts, organisations):
            await each.declare()
        yield friendships, accounts, organisations


def line(one: NamedReport) -> str:
    """A report for people."""
    report = one.report
    head = f"{report.id}  {report.reason}  since {report.at}"
    return f"{head}\n  learner {report.reported}, called {visible(one.name) or '(nothing)'}"
