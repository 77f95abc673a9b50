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
TSC = TYPESCRIPT / "node_modules" / "typescript" / "bin" / "tsc"
SOURCES = ("package.json", "tsconfig.json", "play.ts")


@pytest.fixture(scope="module")
def client(node: str, document: Path, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generated client and the program that plays with it, compiled."""
    folder = tmp_path_factory.mktemp("typescript")
    for name in SOURCES:
        shutil.copy(TYPESCRIPT / name, folder)
    (folder / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    generate = TYPESCRIPT / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    run(node, generate, document, "--default-non-nullable=false", "-o", folder / "schema.d.ts", folder=folder)
    run(node, TSC, "-p", folder, folder=folder)
    return folder


@pytest.mark.slow
def test_a_generated_client_compiles_and_plays_a_lesson(client: Path, node: str, run: Run, tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        told = json.loads(run(node, client / "built" / "play.js", server.url, folder=client))
    assert told["answered"] == told["summary"] == 3
    assert told["total"] == told["xp"]
    assert told["problem"] == "urn:pacer:problem:not-found"


@pytest.mark.slow
def test_the_compiler_refuses_a_field_that_the_document_lacks(
    client: Path, node: str, run: Run, tmp_path: Path
) -> None:
    folder = shutil.copytree(client, tmp_path / "client", symlinks=True)
    played = (folder / "play.ts").read_text()
    (folder / "play.ts").write_text(played.replace("result.reward.xp", "result.reward.coins"))
    with pytest.raises(AssertionError, match="coins"):
        run(node, TSC, "-p", folder, folder=folder)
