"""`pacer jobs`: the outbox, looked at and put right by hand."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
import msgspec

from api.composition import open_default_store, system_clock
from api.jobs.job import STATES, Filed, State, encoder
from api.jobs.outbox import Outbox
from api.settings import SettingsError, load_settings
from api.store.ports import StoreError

T = TypeVar("T")
SHOWN_ERROR = 100


@click.group()
def jobs() -> None:
    """Look at the work that is to be done, and send again what failed for good.

    While 'pacer serve' runs on a SQLite file, nobody else can use it: stop the server first. MongoDB can be looked at
    any time. How many jobs failed for good is also told by /metrics, as pacer_dead_jobs.

    \b
    What failed for good:
        pacer jobs list
    Everything that waits:
        pacer jobs list --state waiting
    Try one of them again:
        pacer jobs retry mail:0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d
    """


@jobs.command("list")
@click.option("--state", type=click.Choice(STATES), default="dead", show_default=True, help="Which jobs.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with the payload.")
@click.option("--data", help="Directory of the server [PACER_DATA, ./data]")
def show(state: State, as_json: bool, data: str | None) -> None:
    """List jobs, those that failed for good if nothing else is said.

    \b
    What failed for good, and why:
        pacer jobs list
    For a program:
        pacer jobs list --state waiting --json
    """

    async def read() -> list[Filed]:
        async with outbox(data) as opened:
            return [found async for found in opened.in_state(state)]

    found = finished(read())
    for each in found:
        click.echo(line(each) if not as_json else json_line(each))
    if not as_json:
        click.echo(f"{len(found)} {state}")


@jobs.command()
@click.argument("ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Everything that failed for good.")
@click.option("--data", help="Directory of the server [PACER_DATA, ./data]")
def retry(ids: tuple[str, ...], every: bool, data: str | None) -> None:
    """Take jobs out of the dead letters, with all attempts ahead of them. A running server takes them up by itself.

    \b
    One, by the id that 'pacer jobs list' shows:
        pacer jobs retry 0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d
    All, for example when the mail server is back:
        pacer jobs retry --all
    """
    if bool(ids) == every:
        raise click.UsageError("say which: one or more ids, or --all")

    async def send() -> tuple[int, list[str]]:
        async with outbox(data) as opened:
            wanted = [found.id async for found in opened.in_state("dead")] if every else list(ids)
            left = [id for id in wanted if not await revived(opened, id)]
            return len(wanted) - len(left), left

    n_sent, left = finished(send())
    click.echo(f"{n_sent} to be tried again")
    if left:
        raise click.ClickException(f"not among those that failed for good: {', '.join(left)}; see 'pacer jobs list'")


async def revived(opened: Outbox, id: str) -> bool:
    """Whether the job was dead, and waits now. Raises StoreError."""
    found = await opened.get(id)
    return found is not None and found.job.state == "dead" and await opened.retry(found) is not None


@asynccontextmanager
async def outbox(data: str | None) -> AsyncIterator[Outbox]:
    """The outbox of the server here. Raises SettingsError, StoreError."""
    store = await open_default_store(load_settings(os.environ, data=data))
    try:
        opened = Outbox(store.documents, system_clock)
        await opened.declare()
        yield opened
    finally:
        await store.close()


def finished(work: Coroutine[Any, Any, T]) -> T:
    """The result of some work; its errors told as a command tells them."""
    try:
        return asyncio.run(work)
    except (SettingsError, StoreError) as error:
        raise click.ClickException(str(error)) from error


def line(found: Filed) -> str:
    """A job for people."""
    job = found.job
    due = datetime.fromtimestamp(job.due_at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    error = f": {job.error[:SHOWN_ERROR]}" if job.error else ""
    return f"{found.id}  {job.kind}  {due} UTC  attempts {job.attempts}{error}"


def json_line(found: Filed) -> str:
    """A job for programs."""
    return msgspec.json.encode({"id": found.id, **msgspec.json.decode(encoder.encode(found.job))}).decode()
