"""What an operator has: channels that are named when they are set by half, and decisions that can be judged."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from api.cli import main
from api.doctor import notifications
from api.notifications.bandit import Arm
from api.notifications.channels.vapid import vapid_key
from api.notifications.examining import channels
from api.notifications.message import Decision, Message, MessageBook, message_id
from api.notifications.opening import open_push
from api.settings import Settings, SettingsError
from api.store.opening import open_store
from api.wire import new_id
from tests.api.conftest import START, MovableClock

CONTACT = "mailto:operator@example.org"


@pytest.mark.parametrize(
    ("given", "name", "says"),
    [
        ({"vapid": "/nowhere.pem"}, "Web Push", "PACER_PUSH_CONTACT is not set"),
        ({"fcm": "/nowhere.json"}, "Firebase Cloud Messaging", "cannot be read"),
        ({"apns": "/nowhere.json"}, "Apple's push service", "cannot be read"),
        ({"mail": "log:"}, "notifications by mail", "PACER_PUBLIC_URL is not"),
        ({"public_url": "https://a.example.org"}, "notifications by mail", "PACER_MAIL is not"),
        ({"push_loopback": True}, "push to this machine", "PACER_PUSH_LOOPBACK"),
    ],
)
def test_a_channel_that_is_set_by_half_is_named(tmp_path: Path, given: dict[str, str], name: str, says: str) -> None:
    settings = Settings(data=str(tmp_path / "data"), **given)  # type: ignore[arg-type]
    (bad,) = (channel for channel in channels(settings) if not channel.ok)
    assert bad.name == name
    assert says in bad.detail
    assert bad.advice
    assert [finding.name for finding in notifications(settings)] == [name]
    assert not (tmp_path / "data").exists()


def test_nothing_is_said_of_channels_that_are_not_set_and_those_that_work_are_fine(tmp_path: Path) -> None:
    assert list(notifications(Settings(data=str(tmp_path)))) == []
    settings = Settings(data=str(tmp_path), push_contact=CONTACT)
    vapid_key(settings)
    assert [(found.name, found.ok) for found in notifications(settings)] == [("Web Push", True)]
    (tmp_path / "vapid.pem").chmod(0o644)
    assert [(found.ok, found.advice) for found in notifications(settings)] == [
        (False, f"chmod 600 {tmp_path / 'vapid.pem'}")
    ]


@pytest.mark.parametrize("given", [{"fcm": "/nowhere"}, {"apns": "/nowhere"}])
def test_a_server_with_a_channel_that_cannot_be_opened_does_not_start(tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="/nowhere"):
        open_push(Settings(data=str(tmp_path), **given), MovableClock(), None)  # type: ignore[arg-type]


async def keep(file: Path) -> None:
    """Decisions of two learners: one known, one not."""
    store = await open_store(file)
    book = MessageBook(store.documents)
    await book.declare()
    arms = (Arm(slot="usual", variant="ready", hour=9.0, at=START), Arm(slot="h12", variant="ready", hour=12.0))
    decision = Decision(policy="bandit", because="", arms=arms, index=0, probabilities=(0.25, 0.75), features=(1.0,))
    for outcome in (1, -1):
        learner = new_id()
        message = Message(
            id=message_id(learner, "reminder", "2026-03-02"),
            learner_id=learner,
            kind="reminder",
            code="reminder.ready",
            why="return",
            decided_at=START,
            send_at=START,
            expires_at=START + 1000,
        )
        await book.add(msgspec.structs.replace(message, decision=decision, outcome=outcome))
    await store.close()


async def test_decisions_are_written_out_without_names_and_judged_by_their_probabilities(tmp_path: Path) -> None:
    await keep(tmp_path / "pacer.db")
    found = await written_out(tmp_path)
    (line,) = found
    assert line["returned"] == 1
    assert line["decision"]["probabilities"] == [0.25, 0.75]
    assert len(line["learner"]) == 16
    log = tmp_path / "decisions.jsonl"
    log.write_text("\n".join(map(json.dumps, found)) + "\n")
    judged = CliRunner().invoke(main, ["evaluate", "notifications", "--log", str(log)])
    assert judged.exit_code == 0, judged.output
    report = json.loads(judged.output.splitlines()[-1])
    assert (report["simulated"], report["decisions"]) == (False, 1)
    assert report["estimates"]["usual"]["value"] == 4.0
    assert report["estimates"]["uniform"]["value"] == 2.0
    log.write_text("nonsense\n")
    assert "cannot be judged" in CliRunner().invoke(main, ["evaluate", "notifications", "--log", str(log)]).output


async def written_out(folder: Path) -> list[dict[str, Any]]:
    """What `pacer notifications decisions` writes; the command has a loop of its own, so it runs in a thread."""
    answer = await asyncio.to_thread(CliRunner().invoke, main, ["notifications", "decisions", "--data", str(folder)])
    assert answer.exit_code == 0, answer.output
    return [json.loads(text) for text in answer.output.splitlines()]
