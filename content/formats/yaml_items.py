"""Our own YAML as a format of exchange: a track file that holds the items, or a zip of such files with their media."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import yaml

from content.formats.archive import Archive, is_zip, make_zip
from content.formats.collector import Collector, QuestionError
from content.formats.exchange import Exported, FormatError, Imported, Loss, Placement
from content.formats.media_types import EXTENSIONS, media_type
from content.formats.names import slug
from content.formats.shape import find_shape_faults
from content.formats.yaml_source import MAX_BYTES, parse_source
from content.formats.yaml_track import LISTS
from content.items import Item
from content.vocabulary import Entry, VocabularyError, expand

_PER_FILE = 2_000
_WORDS = frozenset(("", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"))


def read_yaml(data: bytes, filename: str, placement: Placement) -> Imported:
    """Read the items of track files; what is made of vocabulary too. Templates are refused, since they are no items.

    Raises:
        FormatError: no YAML, or no track file.
    """
    out = Collector("yaml", placement)
    if is_zip(data):
        archive = Archive(data)
        for name in archive.names:
            if name.startswith("media/"):
                out.media(archive.read(name), name)
        for name in sorted(archive.names, key=lambda name: (not name.endswith("track.yaml"), name)):
            if name.endswith((".yaml", ".yml")):
                _read_file(out, archive.read(name, MAX_BYTES), name)
    else:
        _read_file(out, data, filename)
    result = out.result()
    held = {blob.sha256 for blob in result.blobs}
    losses = [_no_bytes(item, media) for item in result.items for media in item.media if media.sha256 not in held]
    return msgspec.structs.replace(result, losses=(*result.losses, *losses))


def _read_file(out: Collector, data: bytes, name: str) -> None:
    source = parse_source(data, name)
    if source.faults:
        raise FormatError("; ".join(str(fault) for fault in source.faults[:3])[:600])
    if not isinstance(source.value, dict):
        raise FormatError(f"{name!r} is no track file: it starts with no key such as items:")
    value: dict[str, Any] = source.value
    out.title = out.title or str(value.get("title") or "")
    if not set(value) & set(LISTS):
        raise FormatError(f"{name!r} is no track file: it has none of {', '.join(LISTS)}")
    for number, one in enumerate(_listed(value, "items")):
        _attempt(out, f"{name}: /items/{number}", one)
    for number, one in enumerate(_listed(value, "templates")):
        told = str(one.get("id", "")) if isinstance(one, dict) else ""
        out.refuse(f"{name}: /templates/{number}", told, "it is a template, which makes items but is none")
    _read_vocabulary(out, name, _listed(value, "vocabulary"))


def _listed(value: dict[str, Any], name: str) -> list[Any]:
    found = value.get(name, [])
    return found if isinstance(found, list) else []


def _attempt(out: Collector, where: str, value: Any) -> None:
    def make() -> None:
        try:
            item: Item = msgspec.convert(value, Item)
        except msgspec.ValidationError as error:
            faults = find_shape_faults(value, Item)
            told = "; ".join(f"{fault.pointer}: {fault.message}" for fault in faults[:3]) or str(error)
            raise QuestionError(told) from error
        _add(out, item)

    out.attempt(where, str(value.get("id", "")) if isinstance(value, dict) else "", make)


def _add(out: Collector, item: Item) -> None:
    if out.free_id(item.id) != item.id:
        raise QuestionError(f"its id {item.id!r} is taken or no id")
    out.add(item)


def _read_vocabulary(out: Collector, name: str, values: list[Any]) -> None:
    if not values:
        return
    try:
        _, items = expand(msgspec.convert(values, list[Entry]))
    except (msgspec.ValidationError, VocabularyError) as error:
        out.refuse(f"{name}: /vocabulary", "the vocabulary", str(error)[:400])
        return
    for item in items:
        out.attempt(f"{name}: /vocabulary", item.id, lambda item=item: _add(out, item))  # type: ignore[misc]


def _no_bytes(item: Item, media: Any) -> Loss:
    why = "the file names it and does not hold it"
    return Loss("dropped", f"{item.id}/media", f"the bytes of {media.name or media.sha256}", why)


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes no aliases, and quotes what a reader of YAML could take for something other than text."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _text(dumper: Any, text: str) -> Any:
    risky = text[:1] in "-+.0123456789" or text.lower() in _WORDS or not text.isprintable()
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if risky else None)


_Dumper.add_representer(str, _text)


def write_yaml(items: Sequence[Item], blobs: Mapping[str, bytes], title: str) -> Exported:
    """A track that can be checked and served; its bands, units and skills are named after their ids."""
    if not items:
        raise FormatError("there are no items to write")
    name = slug(title, "items")
    losses = [Loss("changed", "skills, bands and units", "titles", "items know only ids; titles were made of them")]
    media = {one.sha256: one for item in items for one in item.media}
    for item in items:
        losses += [_no_bytes(item, one) for one in item.media if one.sha256 not in blobs]
    files = [("track.yaml", _dump(_header(items, name, title)))]
    for start in range(0, len(items), _PER_FILE):
        part = [msgspec.to_builtins(item) for item in items[start : start + _PER_FILE]]
        files.append((f"items-{start // _PER_FILE + 1}.yaml", _dump({"items": part})))
    held = [one for one in media.values() if one.sha256 in blobs]
    if not held and len(files) == 2:
        data = files[0][1] + files[1][1]
        return Exported("yaml", f"{name}.yaml", "application/yaml", data, tuple(losses))
    files += [(f"media/{one.sha256}.{EXTENSIONS.get(one.type, 'bin')}", blobs[one.sha256]) for one in held]
    losses += [_odd_media(one.name) for one in held if not media_type(blobs[one.sha256])]
    return Exported("yaml", f"{name}.zip", "application/zip", make_zip(files), tuple(losses))


def _odd_media(name: str) -> Loss:
    return Loss(
        "changed", f"media/{name}", "its type", "its bytes are of no known type, so that it cannot be read back"
    )


def _dump(value: dict[str, Any]) -> bytes:
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return text.encode()


def _header(items: Sequence[Item], name: str, title: str) -> dict[str, Any]:
    bands = list(dict.fromkeys(item.band for item in items))
    skills = list(dict.fromkeys(skill for item in items for skill in item.skills))
    middle = (len(bands) - 1) / 2
    return {
        "id": name,
        "title": title or name,
        "description": f"{len(items)} items.",
        "locale": items[0].locale,
        "licence": "unknown",
        "source": "exported",
        "bands": [{"id": band, "title": band, "difficulty": k - middle} for k, band in enumerate(bands)],
        "units": [{"id": "all", "title": title or name, "skills": skills}],
        "skills": [{"id": skill, "title": skill} for skill in skills],
    }
