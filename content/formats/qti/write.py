"""Items as a package of QTI 3.0: one document each, with media, response processing, hints and feedback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from content.formats.archive import make_zip
from content.formats.exchange import Exported, FormatError
from content.formats.markup.render import to_nodes
from content.formats.names import slug
from content.formats.qti.body import Body, body_of
from content.formats.qti.rules import add_to, feedback, outcome, response, say, score, variable, when
from content.formats.writing import Report, all_media, held_media, kept_tags, media_name, own_fields, simpler
from content.formats.xmltree import Node, element, write_xml
from content.items import Item

_ITEM = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
_MANIFEST = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
_LOM = "http://ltsc.ieee.org/xsd/LOM"
_TITLE = "QTI"


def write_qti(items: Sequence[Item], blobs: Mapping[str, bytes], title: str) -> Exported:
    """A zip file with imsmanifest.xml, items/ and media/.

    Raises:
        FormatError: there is nothing to write.
    """
    if not items:
        raise FormatError("there are no items to write")
    report = Report()
    members: list[tuple[str, bytes]] = []
    resources: list[Node] = []
    for item in items:
        shown = simpler(item, report, _TITLE)
        body = body_of(shown, report)
        if shown is not item:
            body.unheld = own_fields(item)
        path = f"items/{item.id}.xml"
        media = [media_name(one) for one in held_media(item, blobs, report)]
        members.append((path, write_xml(_item(item, body, media))))
        resources.append(_resource(item, path, media, _keywords(item, body, report)))
    members += [(f"media/{name}", data) for name, data in all_media(items, blobs).items()]
    manifest = ("imsmanifest.xml", write_xml(_manifest(title, resources)))
    name = f"{slug(title, 'items')}.zip"
    return Exported("qti", name, "application/zip", make_zip([manifest, *members]), report.losses)


def _keywords(item: Item, body: Body, report: Report) -> list[str]:
    fields = [*body.unheld, "translations"]
    return kept_tags(item, report, fields, longest=200_000, title=_TITLE)


def _item(item: Item, body: Body, media: list[str]) -> Node:
    attrs = {
        "xmlns": _ITEM,
        "identifier": item.id if item.id[0].isalpha() else f"_{item.id}",
        "title": item.id,
        "adaptive": "false",
        "time-dependent": "false",
        "xml:lang": item.locale,
    }
    hints = [f"HINT{k}" for k in range(1, len(item.hints) + 1)]
    parts: list[Node] = [*body.responses, *(response(name, "single", "boolean", []) for name in hints)]
    parts += [
        outcome("SCORE", "float", "0"),
        outcome("FEEDBACK", "identifier", many=True),
        outcome("SOLUTION", "identifier"),
    ]
    parts += [outcome(f"{name}TEXT", "identifier") for name in hints]
    parts.append(_body(item, body, media, hints))
    parts.append(_processing(item, body, hints))
    parts += [feedback("FEEDBACK", mistake.id, to_nodes(mistake.feedback)) for mistake in body.mistakes]
    if item.explanation.strip():
        parts.append(feedback("SOLUTION", "explanation", to_nodes(item.explanation)))
    for name, hint in zip(hints, item.hints, strict=True):
        parts.append(feedback(f"{name}TEXT", "hint", to_nodes(hint)))
    return element("qti-assessment-item", attrs, *parts)


def _body(item: Item, body: Body, media: list[str], hints: list[str]) -> Node:
    pictures = [
        element("div", None, Node("img", {"src": f"../media/{name}", "alt": one.alt}))
        for name, one in zip(media, [one for one in item.media if media_name(one) in media], strict=True)
    ]
    asked = [
        element("qti-end-attempt-interaction", {"response-identifier": name, "title": f"Hint {k}"})
        for k, name in enumerate(hints, 1)
    ]
    prompt = element("div", None, *to_nodes(item.prompt))
    ends = [element("div", None, *asked)] if asked else []
    return element("qti-item-body", None, prompt, *pictures, *body.nodes, *ends)


def _processing(item: Item, body: Body, hints: list[str]) -> Node:
    rules = [when(body.right, score("1"), otherwise=[score("0")])] if body.right else []
    rules += [when(mistake.condition, add_to("FEEDBACK", mistake.id)) for mistake in body.mistakes]
    rules += [when(variable(name), say(f"{name}TEXT", "hint")) for name in hints]
    if item.explanation.strip():
        rules.append(say("SOLUTION", "explanation"))
    return element("qti-response-processing", None, *rules)


def _resource(item: Item, path: str, media: list[str], keywords: list[str]) -> Node:
    words = [element("keyword", None, element("string", {"language": "en"}, word)) for word in keywords]
    lom = element("lom", {"xmlns": _LOM}, element("general", None, *words))
    files = [element("file", {"href": href}) for href in (path, *(f"media/{name}" for name in media))]
    attrs = {"identifier": f"R-{item.id}", "type": "imsqti_item_xmlv3p0", "href": path}
    return element("resource", attrs, element("metadata", None, lom), *files)


def _manifest(title: str, resources: list[Node]) -> Node:
    told = element("general", None, element("title", None, element("string", {"language": "en"}, title or "Items")))
    metadata = element(
        "metadata",
        None,
        element("schema", None, "QTI Package"),
        element("schemaversion", None, "3.0.0"),
        element("lom", {"xmlns": _LOM}, told),
    )
    attrs = {"xmlns": _MANIFEST, "identifier": f"package-{slug(title, 'items')}"}
    return element("manifest", attrs, metadata, element("organizations"), element("resources", None, *resources))
