"""`pacer rebuild`."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import click

from api.composition import store_place
from api.health import Readiness
from api.learners.rebuild import Verdict, rebuild_all
from api.learners.rebuild import rebuild as rebuild_one
from api.settings import Settings, SettingsError, load_settings
from api.store.opening import open_store
from api.store.ports import StoreError
from api.tracks.registry import Registry
from api.tutor import load_tutor


@click.command()
@click.option("--learner", help="Only this learner, by id.")
@click.option("--data", help="Directory of the server [PACER_DATA, ./data]")
def rebuild(learner: str | None, data: str | None) -> None:
    """Recompute learners from the journal and compare with what the server would load.

    Events, facts and all counts are compared by bytes, beliefs within 1e-9. Changes nothing. On SQLite the server
    must not run meanwhile. Exits with 1 if anything differs, and says what.

    \b
    Every learner of the server here:
        pacer rebuild
    One of them:
        pacer rebuild --learner 0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d
    """
    try:
        settings = load_settings(os.environ, data=data)
        verdicts = asyncio.run(compare(settings, learner))
    except (SettingsError, StoreError) as error:
        raise click.ClickException(str(error)) from error
    if learner is not None and verdicts[0].n_events == 0:
        raise click.ClickException(f"the journal has no learner {learner!r}")
    found = [mismatch for verdict in verdicts for mismatch in verdict.mismatches]
    for mismatch in found:
        click.echo(f"learner {mismatch.learner_id}: {mismatch.where}: {mismatch.detail}")
    n_events = sum(verdict.n_events for verdict in verdicts)
    click.echo(f"{len(verdicts)} learners, {n_events} events, {len(found)} mismatches")
    if found:
        raise click.ClickException("the state served is not the one the journal gives")


async def compare(settings: Settings, learner: str | None) -> list[Verdict]:
    """The verdict on one learner, or on all."""
    place = store_place(settings)
    if isinstance(place, Path) and not place.exists():
        raise StoreError(f"there is no database {place}; say with --data where the server keeps it")
    store = await open_store(place, settings.mongo_driver)
    try:
        registry = Registry(store.documents, load_tutor(settings, Readiness()))
        if learner is not None:
            return [await rebuild_one(store.journal, registry, learner)]
        return [verdict async for verdict in rebuild_all(store.journal, registry)]
    finally:
        await store.close()
