"""The manifest of a content package: which files are questions, in what order, and what is said about them."""

from __future__ import annotations

from dataclasses import dataclass, field

from content.formats.archive import Archive
from content.formats.exchange import FormatError
from content.formats.xmltree import Node, parse_xml


@dataclass
class Resource:
    """A file that the manifest calls a test, an item or something else of QTI."""

    path: str
    kind: str
    tags: list[str] = field(default_factory=list)


@dataclass
class Manifest:
    """What a manifest says; without one, all of it is empty."""

    title: str = ""
    resources: list[Resource] = field(default_factory=list)


def read_manifest(archive: Archive) -> Manifest:
    """The manifest of a package.

    Raises:
        FormatError: it is damaged, or names files that are not there.
    """
    paths = sorted((name for name in archive.names if _is_manifest(name)), key=lambda name: name.count("/"))
    if not paths:
        return Manifest()
    root = parse_xml(archive.read(paths[0]))
    if root.tag != "manifest":
        raise FormatError(f"{paths[0]!r} is no manifest: its element is <{root.tag}>")
    manifest = Manifest(_title(root))
    for node in root.find_all("resource"):
        kind = node.get("type").lower()
        if "qti" in kind:
            manifest.resources += _resource(archive, paths[0], node, kind)
    return manifest


def _is_manifest(name: str) -> bool:
    return name.rpartition("/")[2].lower() == "imsmanifest.xml"


def _resource(archive: Archive, base: str, node: Node, kind: str) -> list[Resource]:
    hrefs = [node.get("href")] if node.get("href") else [file.get("href") for file in node.named("file")][:1]
    found = []
    for href in filter(None, hrefs):
        if ".." in href.replace("\\", "/").split("/") and not archive.find(href, base):
            raise FormatError(f"the manifest names {href[:100]!r}, a path outside of the package")
        path = archive.find(href, base)
        if not path:
            raise FormatError(f"the manifest names {href[:100]!r}, which is not in the package")
        found.append(Resource(path, kind, _tags(node)))
    return found


def _title(root: Node) -> str:
    metadata = root.first("metadata")
    title = metadata.find("title") if metadata else None
    return " ".join(title.text.split()) if title else ""


def _tags(node: Node) -> list[str]:
    words = [word.text.strip("\n\t ") for word in node.find_all("keyword")]
    return [word for word in words if word]
