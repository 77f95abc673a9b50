"""Items as Moodle XML."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence

from content.formats.exchange import Exported, FormatError
from content.formats.markup.render import html_of, to_html
from content.formats.moodle.parts import TITLE, Parts, parts_of
from content.formats.names import slug
from content.formats.writing import Report, held_media, kept_tags, media_name, own_fields, simpler
from content.formats.xmltree import Node, element, write_xml
from content.items import Item, Media
from content.text import plain_text

_TAG_LENGTH = 255
"""Characters that Moodle keeps of a tag."""


def write_moodle(items: Sequence[Item], blobs: Mapping[str, bytes], title: str) -> Exported:
    """A Moodle XML file, media within it.

    Raises:
        FormatError: there is nothing to write.
    """
    if not items:
        raise FormatError("there are no items to write")
    report = Report()
    category = element("question", {"type": "category"}, element("category", None, _text(f"$course$/top/{title}")))
    questions = [_question(item, blobs, report) for item in items]
    data = write_xml(element("quiz", None, category, *questions))
    return Exported("moodle", f"{slug(title, 'items')}.xml", "application/xml", data, report.losses)


def _text(text: str) -> Node:
    return element("text", None, text)


def _html(tag: str, html: str, *files: Node) -> Node:
    return element(tag, {"format": "html"}, _text(html), *files)


def _question(item: Item, blobs: Mapping[str, bytes], report: Report) -> Node:
    shown = simpler(item, report, TITLE)
    parts = parts_of(shown, report)
    if shown is not item:
        parts.unheld = own_fields(item)
    media = held_media(item, blobs, report)
    pictures = "".join(_picture(one) for one in media)
    files = [_file(one, blobs[one.sha256]) for one in media]
    nodes = [
        element("name", None, _text(plain_text(item.prompt)[:100].replace("\n", " ") or item.id)),
        _html("questiontext", (parts.text or to_html(item.prompt)) + pictures, *files),
        _html("generalfeedback", to_html(item.explanation)),
        element("defaultgrade", None, "1"),
        element("hidden", None, "0"),
        element("idnumber", None, item.id),
        *parts.nodes,
        *(_html("hint", to_html(hint)) for hint in item.hints),
        element("tags", None, *(element("tag", None, _text(tag)) for tag in _tags(item, parts, report))),
    ]
    return element("question", {"type": parts.type}, *nodes)


def _tags(item: Item, parts: Parts, report: Report) -> list[str]:
    tags = kept_tags(item, report, parts.unheld, longest=_TAG_LENGTH, title=TITLE)
    tags += [f"field:{name}={cell}" for name, cell in parts.cells.items()]
    if item.translations:
        report.lose("dropped", item, "translations", "translations", "Moodle XML has no place for it")
    for tag in tags:
        if len(tag) > _TAG_LENGTH:
            report.lose("changed", item, tag.partition(":")[0], "a long text", f"Moodle cuts tags at {_TAG_LENGTH}")
    return tags


def _picture(media: Media) -> str:
    source = f"@@PLUGINFILE@@/{media_name(media)}"
    tag = {"audio": "audio", "video": "video"}.get(media.type.partition("/")[0], "img")
    return "<p>" + html_of(element(tag, {"src": source, "alt": media.alt, "title": media.alt})) + "</p>"


def _file(media: Media, data: bytes) -> Node:
    attrs = {"name": media_name(media), "path": "/", "encoding": "base64"}
    return element("file", attrs, b64encode(data).decode())
