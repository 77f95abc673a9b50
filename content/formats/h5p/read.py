"""H5P packages as items: every library with parameters is looked at, however deep a container holds it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from content.formats.archive import Archive
from content.formats.collector import Collector, QuestionError
from content.formats.exchange import FormatError, Imported, Placement
from content.formats.h5p.kinds import CONTAINERS, KINDS, NO_KIND, NO_QUESTION, H5pQuestion
from content.formats.limits import MAX_DEPTH, MAX_TEXT

Found = tuple[str, dict[str, Any], str]


def read_h5p(data: bytes, filename: str, placement: Placement) -> Imported:  # noqa: ARG001
    """Read an H5P package.

    Raises:
        FormatError: damaged, unsafe, or without h5p.json and content/content.json.
    """
    archive = Archive(data)
    about, content = _json(archive, "h5p.json"), _json(archive, "content/content.json")
    out = Collector("h5p", placement)
    out.title = str(about.get("title") or "")
    language = str(about.get("defaultLanguage") or about.get("language") or "")
    library = str(about.get("mainLibrary") or "")
    for number, found in enumerate(_walk(library, content, out.title, 0), 1):
        _attempt(out, archive, number, found, language)
    return out.result()


def _json(archive: Archive, name: str) -> dict[str, Any]:
    if name not in archive.names:
        raise FormatError(f"the package holds no {name}")
    try:
        value = json.loads(archive.read(name, MAX_TEXT))
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{name} is no JSON: {str(error)[:100]}") from error
    if not isinstance(value, dict):
        raise FormatError(f"{name} holds no object")
    return value


def _walk(library: str, params: dict[str, Any], title: str, depth: int) -> Iterator[Found]:
    """The library itself, or what it contains."""
    name = library.split(" ")[0]
    if name in KINDS or name in NO_KIND:
        yield name, params, title
        return
    inner = list(_inside(params, depth)) if name not in NO_QUESTION else []
    if not inner and name not in NO_QUESTION and name not in CONTAINERS:
        yield name, params, title
    for found in inner:
        yield from _walk(*found, depth + 1)


def _inside(value: Any, depth: int) -> Iterator[Found]:
    if depth > MAX_DEPTH:
        raise FormatError(f"the content is nested more than {MAX_DEPTH} deep")
    if isinstance(value, dict):
        if isinstance(value.get("library"), str) and isinstance(value.get("params"), dict):
            metadata = value.get("metadata")
            title = str(metadata.get("title") or "") if isinstance(metadata, dict) else ""
            yield value["library"], value["params"], title
            return
        for inner in value.values():
            yield from _inside(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _inside(inner, depth + 1)


def _attempt(out: Collector, archive: Archive, number: int, found: Found, language: str) -> None:
    name, params, title = found
    where = f"{name} {number}"

    def resolve(source: str) -> tuple[bytes, str] | None:
        path = archive.find(source, "content/content.json")
        return (archive.read(path), path) if path else None

    def make() -> None:
        if name in NO_KIND:
            raise QuestionError(NO_KIND[name])
        if name not in KINDS:
            raise QuestionError(f"{name or 'its library'} has no kind here")
        question = H5pQuestion(out, where, title, params, resolve, language)
        maker: Callable[[H5pQuestion], None] = KINDS[name]
        maker(question)

    out.attempt(where, title, make)
