"""A digest of what code means, so that what it made can be kept until the meaning changes."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from simulators.families import FAMILIES, families_of

ROOT = Path(__file__).parents[1]
ROOMS = ("rl", "envs", "simulators")
REGISTRY = "simulators.families"  # names every family there is; only those in question count


@cache
def code_digest(modules: tuple[str, ...], family: str, without: tuple[str, ...] = ()) -> bytes:
    """Digest of modules, of all that they import in the numeric rooms, and of the student models named by `family`.

    Comments, docstrings and layout don't count. Models of other families don't count either, nor do modules `without`.
    Beside a model, its folder's data files count.
    """
    digest = hashlib.sha256()
    chosen = families_of(family)
    models = [FAMILIES[name].model.__module__ for name in chosen]
    for name in chosen:
        digest.update(f"{name} {FAMILIES[name].model.__qualname__}\n".encode())
    for module in sorted(_reached((*modules, *models), frozenset((REGISTRY, *without)))):
        digest.update(module.encode() + _meaning(module))
    for folder in sorted({_path(model).parent for model in models}):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                digest.update(path.name.encode() + path.read_bytes())
    return digest.digest()


def _reached(modules: tuple[str, ...], without: frozenset[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in found and module not in without:
            found.add(module)
            waiting.extend(_imports(module))
    return found


def _path(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def _imports(module: str) -> tuple[str, ...]:
    """Modules of the numeric rooms that a module names in its imports, wherever these stand."""
    return tuple(name for name in _named(_parsed(module)) if name.partition(".")[0] in ROOMS and _path(name).exists())


def _parsed(module: str) -> ast.Module:
    return ast.parse(_path(module).read_text(encoding="utf-8"))


def _named(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def _meaning(module: str) -> bytes:
    tree = _parsed(module)
    for node in ast.walk(tree):
        _drop_docstring(node)
    return hashlib.sha256(ast.dump(tree).encode()).digest()


def _drop_docstring(node: ast.AST) -> None:
    body = getattr(node, "body", None)
    if isinstance(body, list) and body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body[:1] = [] if len(body) > 1 else [ast.Pass()]
