"""`pacer migrate`, `pacer backup`, `pacer restore`."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.composition import store_place, system_clock
from api.settings import PREFIX, SECRET_FILE, Settings, SettingsError, load_settings, prepare_data
from api.store.backup import Backup, read_erased, write_backup
from api.store.contents import Sum
from api.store.opening import MongoDriver, Store, open_existing, open_store
from api.store.ports import StoreError
from api.store.transfer import StoreSource, transfer

SECRET_VARIABLE = f"{PREFIX}SECRET"


class Report(msgspec.Struct, frozen=True, rename="camel"):
    """What a command did, as its last line says it."""

    source: str
    target: str
    sum: Sum
    resumed: bool
    seconds: float


DRIVER = click.option(
    "--mongo-driver",
    type=click.Choice(["motor", "pymongo"]),
    default="motor",
    show_default=True,
    help="Client library for MongoDB",
)
JSON = click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Also write the last line to this file"
)
DATA = click.option("--data", help="Directory of the server [PACER_DATA, ./data]")
STORE = click.option("--store", help="URL of the MongoDB database [PACER_STORE, a file in the data directory]")


@click.command()
@click.argument("source")
@click.argument("target")
@DRIVER
@JSON
def migrate(source: str, target: str, mongo_driver: MongoDriver, json_file: Path | None) -> None:
    """Copy everything from one store into another, empty one.

    SOURCE and TARGET are a file (or sqlite:///FILE) or mongodb://HOST/DATABASE, either way round. No server may run on
    either meanwhile. Everything is compared by counts and hashes in the end. If it is stopped, the same command goes on
    where it was. The last line is JSON. Exits with 1 if anything differs, or the target has data of its own.

    \b
    From a file to MongoDB:
        pacer migrate data/pacer.db mongodb://localhost/pacer
    And back:
        pacer migrate mongodb://localhost/pacer data/pacer.db
    """
    run(lambda: _migrate(source, target, mongo_driver), json_file)


async def _migrate(source: str, target: str, mongo_driver: MongoDriver) -> Report:
    begun = time.monotonic()
    if source == target:
        raise StoreError("source and target are the same")
    async with (
        opened(open_existing(source, mongo_driver)) as one,
        opened(open_store(target, mongo_driver)) as other,
    ):
        with progress("Copying commits", await one.contents.n_commits()) as advance:
            found, resumed = await transfer(StoreSource(one, _name(one)), other, advance)
        return Report(str(one), str(other), found, resumed, time.monotonic() - begun)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@DATA
@STORE
@JSON
def backup(file: Path, data: str | None, store: str | None, json_file: Path | None) -> None:
    """Write everything of the store to FILE, also while servers run on it.

    Of each learner it has everything up to some moment while the command ran. FILE must not exist; it appears when it
    is whole, readable by its owner alone: it holds what learners did. The secret of the server is not in it: keep that
    too, apart from it. The last line is JSON.

    \b
    The store of the server here:
        pacer backup pacer-2026-03-01.backup
    """
    run(lambda: _backup(file, _settings(data, store)), json_file)


async def _backup(file: Path, settings: Settings) -> Report:
    begun = time.monotonic()
    async with opened(open_existing(store_place(settings), settings.mongo_driver, beside=True)) as store:
        with progress("Writing commits", await store.contents.n_commits()) as advance:
            found = await write_backup(store, file, system_clock(), advance)
        place = SECRET_VARIABLE if settings.secret else settings.data_path / SECRET_FILE
        click.echo(f"The secret of the server is not in it: keep {place} too, apart from the backup.", err=True)
        return Report(str(store), str(file), found, False, time.monotonic() - begun)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@DATA
@STORE
@click.option("--erased", type=click.Path(path_type=Path), help="Learners to leave out, a line each [PACER_ERASED]")
@JSON
def restore(file: Path, data: str | None, store: str | None, erased: Path | None, json_file: Path | None) -> None:
    """Read a backup into the store, which must be empty. No server may run on it meanwhile.

    FILE is read to its end first: if anything of it is missing or changed, nothing is written. Learners who were erased
    since, as the erasure list says, are left out. If it is stopped, the same command goes on where it was. The secret
    of the server is in no backup: put it back before the start, or everybody has to sign in again. The last line is
    JSON.

    \b
    Into the store of the server here:
        pacer restore pacer-2026-03-01.backup
    Into an empty MongoDB database:
        pacer restore pacer-2026-03-01.backup --store mongodb://localhost/pacer
    """
    run(lambda: _restore(file, erased, _settings(data, store)), json_file)


async def _restore(file: Path, erased: Path | None, settings: Settings) -> Report:
    begun = time.monotonic()
    listed = erased or (settings.erased_path if settings.erased_path.exists() else None)
    source = await Backup.open(file, read_erased(listed) if listed else ())
    prepare_data(settings)
    async with opened(open_store(store_place(settings), settings.mongo_driver)) as store:
        with progress("Restoring commits", source.sum.commits) as advance:
            found, resumed = await transfer(source, store, advance)
        secret = settings.data_path / SECRET_FILE
        if not settings.secret and not secret.exists():
            click.echo(
                f"The secret of the server was not in it: put it back as {secret} or {SECRET_VARIABLE} before the"
                " start, or everybody has to sign in again.",
                err=True,
            )
        return Report(str(file), str(store), found, resumed, time.monotonic() - begun)


def _name(store: Store) -> str:
    place = str(store)
    return place if "://" in place else str(Path(place).resolve())


def _settings(data: str | None, store: str | None) -> Settings:
    return load_settings(os.environ, data=data, store=store)


@asynccontextmanager
async def opened(opening: Awaitable[Store]) -> AsyncIterator[Store]:
    """A store, closed whatever happens."""
    store = await opening
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, if that is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda n: bar.advance(task, n)


def run(command: Callable[[], Awaitable[Report]], json_file: Path | None) -> None:
    """Run it, and tell what it did in one line of JSON."""

    async def main() -> Report:
        return await command()

    try:
        report = asyncio.run(main())
    except (SettingsError, StoreError, OSError) as error:
        raise click.ClickException(str(error)) from error
    line = msgspec.json.encode(report).decode()
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)
