"""`pacer doctor`: looks at everything serving needs, and says what to do about what is wrong."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import click
from rich.console import Console

from api.composition import store_place
from api.live.opening import open_live
from api.live.ports import LiveError
from api.serve import ServeError, listen
from api.settings import GROUP_AND_OTHERS, SECRET_FILE, Settings, SettingsError, load_settings
from api.store import check_store
from api.store.ports import StoreError

MIN_PYTHON = (3, 11)
TRAINING = ("torch", "stable_baselines3", "sb3_contrib", "gymnasium", "onnx", "fsrs")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do if it is not ok. `optional` things never fail the whole."""

    name: str
    ok: bool
    detail: str
    advice: str = ""
    optional: bool = False


Check = Callable[[Settings], Iterator[Finding]]


@click.command()
@click.option("--data", help="Directory of the server [PACER_DATA, ./data]")
@click.option("--port", type=int, help="Port of the server [PACER_PORT, 8000]")
@click.option("--store", help="URL of the MongoDB database [PACER_STORE, a file in the data directory]")
def doctor(data: str | None, port: int | None, store: str | None) -> None:
    """Look for what keeps Pacer from working, and say what to do.

    Looks at Python, the data directory, the whole database, Redis, every track file, the policy, the port, and the
    optional packages for training. Changes nothing. Exits with 1 if something serving needs is wrong.

    \b
    The server that 'pacer serve' would start here:
        pacer doctor
    One with its data elsewhere:
        pacer doctor --data /var/lib/pacer
    """
    try:
        settings = load_settings(os.environ, data=data, port=port, store=store)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    console = Console(highlight=False, soft_wrap=True)
    failed = 0
    for finding in examine(settings):
        mark = (
            "[green]ok  [/green]" if finding.ok else "[yellow]none[/yellow]" if finding.optional else "[red]FAIL[/red]"
        )
        console.print(f"{mark} {finding.name}: ", end="")
        console.print(finding.detail, markup=False)
        if not finding.ok and finding.advice:
            console.print(f"       -> {finding.advice}", markup=False)
        failed += not finding.ok and not finding.optional
    if failed:
        raise click.ClickException(f"{failed} thing{'s' if failed > 1 else ''} to put right")
    console.print("Nothing keeps Pacer from serving.")


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything the doctor looks at, in order."""
    checks: tuple[Check, ...] = (
        *(python, data_directory, database, live, game_rules, tracks),
        *(policy, notifications, port, training),
    )
    for check in checks:
        yield from check(settings)


def python(_: Settings) -> Iterator[Finding]:
    """The interpreter's version."""
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, MIN_PYTHON))
    yield Finding("Python", sys.version_info >= MIN_PYTHON, version, f"install Python {wanted} or newer")


def data_directory(settings: Settings) -> Iterator[Finding]:
    """Whether the data directory can be used, and the secret is kept from others."""
    path = settings.data_path
    name = "data directory"
    if not path.exists():
        parent = next(parent for parent in path.absolute().parents if parent.exists())
        usable = parent.is_dir() and os.access(parent, os.W_OK | os.X_OK)
        yield Finding(name, usable, f"{path} will be made at the first start", f"make {path}, or set PACER_DATA")
        return
    usable = path.is_dir() and os.access(path, os.R_OK | os.W_OK | os.X_OK)
    yield Finding(name, usable, str(path), f"it must be a directory this user can write: chown or chmod {path}")
    secret = path / SECRET_FILE
    if usable and os.name == "posix" and secret.exists():
        mode = stat.S_IMODE(secret.stat().st_mode)
        yield Finding("secret", not mode & GROUP_AND_OTHERS, f"{secret} has mode {mode:o}", f"chmod 600 {secret}")


def database(settings: Settings) -> Iterator[Finding]:
    """Every page of the database's file, or every commit of the database behind a URL."""
    place = store_place(settings)
    if isinstance(place, Path) and not place.exists():
        yield Finding("database", True, f"{place} will be made at the first start")
        return
    try:
        detail = asyncio.run(check_store(place, settings.mongo_driver))
    except StoreError as error:
        advice = "restore a backup, or move the file (with -wal and -shm) away to begin with an empty one"
        if not isinstance(place, Path):
            advice = "see that its servers run and PACER_STORE names them; if it is damaged, restore a backup"
        yield Finding("database", False, str(error), advice)
        return
    yield Finding("database", True, detail)


def live(settings: Settings) -> Iterator[Finding]:
    """Whether Redis answers, if one is set."""
    name = "live state"
    if not settings.redis:
        yield Finding(name, True, "in this process; PACER_REDIS is not set")
        return
    try:
        asyncio.run(ping(settings.redis))
    except LiveError as error:
        yield Finding(name, False, str(error), "start Redis, or correct or unset PACER_REDIS")
        return
    yield Finding(name, True, "Redis answers")


async def ping(url: str) -> None:
    """Ask a Redis whether it is there. Raises LiveError."""
    found = await open_live(url)
    try:
        await found.ping()
    finally:
        await found.close()


def game_rules(settings: Settings) -> Iterator[Finding]:
    """Whether the file of the game's rules can be used, if one is set."""
    from api.game.rules import RulesError, rule_book_of

    name = "rules of the game"
    try:
        latest = rule_book_of(settings).versions[-1]
    except RulesError as error:
        yield Finding(name, False, str(error), "correct the file, or unset PACER_GAME_RULES")
        return
    yield Finding(name, True, f"version {latest.version}{f' from {latest.begins}' if settings.game_rules else ''}")


def tracks(settings: Settings) -> Iterator[Finding]:
    """Every track that would be served."""
    from api.sessions.opening import track_paths
    from content.check import check_path

    for path in track_paths(settings):
        yield _track(path, [str(fault) for fault in check_path(path)] if path.exists() else ["there is no such path"])


def _track(path: Path, faults: list[str]) -> Finding:
    detail = f"{len(faults)} faults, the first: {faults[0]}" if faults else "no faults"
    return Finding(f"track {path.name}", not faults, detail, f"pacer content check {path}")


def policy(settings: Settings) -> Iterator[Finding]:
    """Whether the trained policy loads. Without it a rule chooses, so this never keeps the server from serving."""
    from api.tutor import policy_path
    from rl.policy import PolicyError
    from rl.runtime import Tutor

    path = policy_path(settings)
    advice = "the rule will choose exercises; put a policy there, set PACER_POLICY, or run 'pacer train'"
    try:
        tutor = Tutor.load(path)
    except (PolicyError, OSError) as error:
        yield Finding("policy", False, str(error), advice, optional=True)
        return
    yield Finding("policy", tutor.source == "policy", f"{path}, version {tutor.version}", advice, optional=True)


def notifications(settings: Settings) -> Iterator[Finding]:
    """Which channels of notifications are set, and which only by half; those that are not set are left out."""
    from api.notifications.examining import channels

    for channel in channels(settings):
        if channel.is_set or not channel.ok:
            yield Finding(channel.name, channel.ok, channel.detail, channel.advice, optional=not channel.is_set)


def port(settings: Settings) -> Iterator[Finding]:
    """Whether the port is free."""
    try:
        listen(settings).close()
    except ServeError as error:
        yield Finding("port", False, str(error), "stop what uses it, or set PACER_PORT")
        return
    yield Finding("port", True, f"{settings.port} on {settings.host} is free")


def training(_: Settings) -> Iterator[Finding]:
    """The packages that 'pacer train', 'tune' and 'benchmark' need."""
    missing = [name for name in TRAINING if find_spec(name) is None]
    detail = f"missing: {', '.join(missing)}" if missing else "installed"
    yield Finding("packages for training", not missing, detail, "pip install 'pacer[train]'", optional=True)
