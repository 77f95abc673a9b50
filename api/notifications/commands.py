"""`pacer notifications`: the log of decisions, for whoever wants to judge them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
from collections.abc import AsyncIterator
from typing import Any

import click
import msgspec

from api.composition import open_default_store
from api.notifications.message import Message, MessageBook
from api.settings import Settings, SettingsError, load_settings, server_secret
from api.store.ports import StoreError

PAGE = 200
PSEUDONYM_LENGTH = 16


@click.group()
def notifications() -> None:
    """Look at what learners were sent.

    While 'pacer serve' runs on a SQLite file, nobody else can use it: stop the server first.

    \b
    Every decision on a time and on words, with its probabilities:
        pacer notifications decisions > decisions.jsonl
    What another policy would have brought:
        pacer evaluate notifications --log decisions.jsonl
    """


@notifications.command()
@click.option("--data", help="Directory of the server [PACER_DATA, ./data]")
@click.option("--store", help="URL of the MongoDB database [PACER_STORE, a file in the data directory]")
def decisions(data: str | None, store: str | None) -> None:
    """Write every decision whose outcome is known, one JSON object a line; learners go by pseudonyms."""
    try:
        settings = load_settings(os.environ, data=data, store=store)
        for line in asyncio.run(read(settings, server_secret(settings))):
            click.echo(msgspec.json.encode(line).decode())
    except (SettingsError, StoreError) as error:
        raise click.ClickException(str(error)) from error


async def read(settings: Settings, secret: str) -> list[dict[str, Any]]:
    """All decisions whose outcome is known. Raises StoreError."""
    key = hmac.digest(secret.encode(), b"pacer pseudonyms", "sha256")
    opened = await open_default_store(settings)
    try:
        book = MessageBook(opened.documents)
        await book.declare()
        return [line_of(message, key) async for message in known(book)]
    finally:
        await opened.close()


async def known(book: MessageBook) -> AsyncIterator[Message]:
    """Messages with a decision and an outcome, in order of id."""
    after = ""
    while page := await book.all(after, PAGE):
        after = page[-1].id
        for message in page:
            if message.decision is not None and message.outcome >= 0:
                yield message


def line_of(message: Message, key: bytes) -> dict[str, Any]:
    """A decision as it is exported; `key` makes the pseudonym."""
    decision = message.decision
    return {
        "learner": hmac.new(key, message.learner_id.encode(), hashlib.sha256).hexdigest()[:PSEUDONYM_LENGTH],
        "decidedAt": message.decided_at,
        "kind": message.kind,
        "sent": message.sent_at > 0,
        "returned": message.outcome,
        "decision": msgspec.to_builtins(decision),
    }
