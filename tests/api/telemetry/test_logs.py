"""What the service logs: JSON that a machine reads, the trace id of the request, and nothing of a person."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from api.settings import Settings
from api.telemetry.logs import JsonFormatter, TextFormatter, masked
from api.telemetry.trace_ids import CURRENT
from tests.api.sessions.conftest import Phone

PERSONAL = (
    "ana.b+c@example.org",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "correct horse battery",
    "elephants",
)


def record(message: str, *arguments: object, error: BaseException | None = None) -> logging.LogRecord:
    info = None if error is None else (type(error), error, error.__traceback__)
    return logging.LogRecord("pacer", logging.ERROR, __file__, 1, message, arguments, info)


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Everything logged at every level, as it would be written."""
    written: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler, root = Keep(), logging.getLogger()
    handler.setFormatter(JsonFormatter())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_line_is_json_with_the_trace_id_of_its_request() -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    scope = {"headers": [(b"traceparent", f"00-{trace_id}-00f067aa0ba902b7-01".encode())]}
    token = CURRENT.set(scope)
    try:
        line = json.loads(JsonFormatter().format(record("%d jobs wait", 3)))
    finally:
        CURRENT.reset(token)
    assert (line["message"], line["level"], line["logger"]) == ("3 jobs wait", "error", "pacer")
    assert line["traceId"] == trace_id
    assert line["time"].endswith("Z")


def test_an_error_is_in_the_same_line() -> None:
    try:
        raise ValueError("no such thing\nas this")
    except ValueError as error:
        text = JsonFormatter().format(record("failed", error=error))
    assert "\n" not in text
    assert "ValueError: no such thing\nas this" in json.loads(text)["error"]


@pytest.mark.parametrize(
    "text",
    [
        "E11000 duplicate key: { fields.email: 'ana.b+c@example.org' }",
        "refused eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "Authorization: Bearer abcdefgh12345678",
        "mongodb://ann:s3cret@db.internal/pacer failed",
        "secret Xk3dV9QmPz1LwRt8YbNc5HsJf0GaUeIoT2KqWx7B",
    ],
)
def test_what_looks_personal_or_secret_is_masked_wherever_it_stands(text: str) -> None:
    for formatter in (JsonFormatter(), TextFormatter("%(message)s")):
        shown = formatter.format(record("%s", text, error=ValueError(text)))
        for secret in ("ana", "eyJ", "abcdefgh", "s3cret", "Xk3d"):
            assert secret not in shown
        assert shown.count("(masked)") == 2


def test_what_an_operator_needs_is_not_masked() -> None:
    text = (
        "worker 1 is started again: process 27504 ended with signal SIGKILL; learner "
        "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d, trace 4bf92f3577b34da6a3ce929d0e0e4736, the store "
        "mongodb://127.0.0.1:27017/pacer, track python-from-zero, sha256 "
        "5f1c2a90d3b64e7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f60718293a4b5"
    )
    assert masked(text) == text


def test_letters_that_are_to_be_read_in_the_log_are_whole() -> None:
    letter = logging.LogRecord("pacer.mail", logging.WARNING, __file__, 1, "to %s", (PERSONAL[0],), None)
    for formatter in (JsonFormatter(), TextFormatter("%(message)s")):
        assert PERSONAL[0] in formatter.format(letter)


async def test_a_whole_lesson_and_its_accidents_log_nothing_of_the_learner(served: Any, lines: list[str]) -> None:
    tokens = await served.guest()
    phone = Phone(served, tokens)
    upgrade = {"email": PERSONAL[0], "password": PERSONAL[2]}
    await served.client.post("/v1/auth/register", json={**upgrade, "zone": "UTC"})
    await served.client.post("/v1/auth/login", json={**upgrade, "password": "another long password"})
    await served.client.get("/v1/me", headers={"authorization": f"Bearer {PERSONAL[1]}"})
    session = await phone.start("python-from-zero")
    results = await phone.play(session)
    assert len(results) == 10
    await phone.get("/me/game")
    await phone.post("/sessions/nowhere/answers", phone.answering(session["exercise"]), 404)
    odd = phone.answering(session["exercise"]) | {"answer": {"kind": "odd", "text": PERSONAL[3]}}
    await phone.post(f"/sessions/{session['id']}/answers", odd, 400)
    await served.client.post("/v1/auth/guest", content=b'{"zone": "ana.b+c@example.org"')
    written = "\n".join(lines)
    requests = [json.loads(line) for line in lines if '"pacer.requests"' in line]
    assert sum(line.get("operation") == "answerExercise" for line in requests) >= 10
    assert all(len(line["traceId"]) == 32 for line in requests)
    secrets = [*PERSONAL, *tokens.values(), "127.0.0.1", phone.device]
    secrets.remove(tokens["learnerId"])
    assert [secret for secret in secrets if secret in written] == []


def test_the_format_is_a_setting(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from api.telemetry.logs import write_logs

    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setattr(sys, "stderr", sys.stdout)
    write_logs(Settings(log_format="json", log_level="info"))
    logging.getLogger("pacer").info("up")
    assert json.loads(capsys.readouterr().out)["message"] == "up"
