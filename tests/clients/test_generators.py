"""Clients for phones come out of the document without an error or a warning."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import openapi_generator_cli
import pytest

from tests.clients.conftest import need

JAVA = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""A program that runs for seconds is not worth optimising."""
JAR = Path(openapi_generator_cli.__file__).parent / "openapi-generator.jar"
TROUBLE = re.compile(r"\b(?:WARN|ERROR|Exception)\b")
OF_EVERY_DOCUMENT = "OpenAPI 3.1 support is still in beta"
"""What the generator says of any document of this version."""
SUFFIXES = {"kotlin": ".kt", "swift6": ".swift", "dart": ".dart"}


@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(SUFFIXES))
def test_a_client_is_generated_without_a_warning(
    language: str, document: Path, run: Callable[..., str], tmp_path: Path
) -> None:
    java = shutil.which("java")
    need(java, "java")
    command = (java, *JAVA, "-jar", JAR, "generate", "-g", language, "-i", document)
    told = run(*command, "-o", tmp_path / "client", folder=tmp_path)
    assert [line for line in told.splitlines() if TROUBLE.search(line) and OF_EVERY_DOCUMENT not in line] == []
    texts = [file.read_text() for file in tmp_path.rglob(f"*{SUFFIXES[language]}")]
    for name in ("answerExercise", "watchEvents", "AnswerResult"):
        assert any(name in text for text in texts), name
