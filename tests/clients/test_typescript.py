"""A TypeScript client generated from the document compiles strictly and plays a lesson on a real server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.api.servers import running_server
from tests.clients.conftest import TYPESCRIPT

Run = Callable[..., str]
SOURCES = ("package.json", "tsconfig.json", "play.ts")


@pytest.mark.slow
def test_a_generated_client_compiles_and_plays_a_lesson(node: str, document: Path, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "client"
    folder.mkdir()
    for name in SOURCES:
        shutil.copy(TYPESCRIPT / name, folder)
    (folder / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    tools = TYPESCRIPT / "node_modules"
    generate = tools / "openapi-typescript" / "bin" / "cli.js"
    run(node, generate, document, "--default-non-nullable=false", "-o", folder / "schema.d.ts", folder=folder)
    run(node, tools / "typescript" / "bin" / "tsc", "-p", folder, folder=folder)
    with running_server(tmp_path) as server:
        told = json.loads(run(node, folder / "built" / "play.js", server.url, folder=folder))
    assert told["answered"] == told["summary"] == 3
    assert told["total"] == told["xp"]
    assert told["problem"] == "urn:pacer:problem:not-found"


@pytest.mark.slow
def test_the_compiler_refuses_a_field_that_the_document_lacks(
    node: str, document: Path, run: Run, tmp_path: Path
) -> None:
    for name in SOURCES:
        shutil.copy(TYPESCRIPT / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    generate = TYPESCRIPT / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    run(node, generate, document, "--default-non-nullable=false", "-o", tmp_path / "schema.d.ts", folder=tmp_path)
    played = (tmp_path / "play.ts").read_text()
    (tmp_path / "play.ts").write_text(played.replace("result.reward.xp", "result.reward.coins"))
    with pytest.raises(AssertionError, match="coins"):
        run(node, TYPESCRIPT / "node_modules" / "typescript" / "bin" / "tsc", "-p", tmp_path, folder=tmp_path)
