"""QTI files, packages and Common Cartridges as items."""

from __future__ import annotations

import re
from collections.abc import Callable

from content.formats.archive import Archive, is_zip
from content.formats.collector import Collector, QuestionError
from content.formats.exchange import DamagedError, FormatError, Imported, Placement
from content.formats.markup.reading import Resolve, nothing
from content.formats.qti.classic import ClassicReader
from content.formats.qti.inline import INLINE, ClozeReader
from content.formats.qti.interactions import InteractionReader
from content.formats.qti.item import ItemReader
from content.formats.qti.manifest import Resource, read_manifest
from content.formats.qti.names import to_version_2
from content.formats.xmltree import Node, parse_xml

_ROOTS = frozenset(
    ("assessmentItem", "assessmentTest", "questestinterop", "assessment", "section", "item", "objectbank")
)
_CLASSIC = _ROOTS - {"assessmentItem", "assessmentTest"}
_BASE = re.compile(r"(?:\$|%24)IMS[-_]CC[-_]FILE[-_]?BASE(?:\$|%24)/?")
_QUESTIONS = ("imsqti_item_", "imsqti_test_", "imsqti_xmlv1p")
_SUFFIXES = (".xml", ".qti", ".dat")


def read_qti(data: bytes, filename: str, placement: Placement) -> Imported:
    """Read a QTI document or package of any version, or a Common Cartridge.

    Raises:
        FormatError: damaged, malformed, unsafe, without questions, or with a manifest that names what is not there.
    """
    out = Collector("qti", placement)
    if is_zip(data):
        _Package(out, Archive(data)).read()
    else:
        root = to_version_2(parse_xml(data))
        if root.tag not in _ROOTS:
            raise FormatError(f"its element <{root.tag}> is none of QTI's: {', '.join(sorted(_ROOTS))}")
        read_document(out, root, filename.rpartition("/")[2] or "file", nothing)
    return out.result()


def read_document(out: Collector, root: Node, where: str, resolve: Resolve, tags: list[str] | None = None) -> None:
    """Read one document: an item, or a tree of QTI 1.2."""
    if root.tag == "assessmentItem":
        name = root.get("title") or root.get("identifier")
        out.attempt(where, name, lambda: read_item(out, root, where, resolve, tags or []))
        return
    if root.tag == "assessmentTest":
        refs = [node.get("href") or node.get("identifier") for node in root.find_all("assessmentItemRef")]
        for ref in refs or [root.get("title") or "a test"]:
            out.refuse(where, ref, "the test refers to it; open the package that holds both")
        return
    read_classic(out, root, where, resolve)


def read_classic(out: Collector, root: Node, where: str, resolve: Resolve) -> None:
    """Read all items of a QTI 1.2 document."""
    assessment = root if root.tag == "assessment" else root.find("assessment", "objectbank")
    title = assessment.get("title") if assessment else ""
    out.title = out.title or title
    items = [node for node in root.walk() if node.tag == "item"]
    for number, item in enumerate(items, 1):
        place = f"{where}: item {item.get('ident') or number}"
        reader = _maker(out, place, item, resolve)
        out.attempt(place, item.get("title") or item.get("ident"), reader)
    for node in root.find_all("bankentry_item", "itemref", "sourcebank_ref", "sectionref"):
        name = node.get("item_ref") or node.get("linkrefid") or node.text.strip() or node.get("sourcebank_ref")
        out.refuse(where, name or node.tag, "it is only referred to here; its text is in a question bank of its own")


def _maker(out: Collector, place: str, item: Node, resolve: Resolve) -> Callable[[], None]:
    return lambda: ClassicReader(out, place, item, resolve).add()


def read_item(
    out: Collector, root: Node, where: str, resolve: Resolve, tags: list[str], stimulus: list[Node | str] | None = None
) -> None:
    """Read one item of QTI 2 or 3.

    Raises:
        QuestionError: nothing comes of it.
    """
    if root.first("templateProcessing") is not None or root.find("templateDeclaration") is not None:
        raise QuestionError("its values are drawn anew by the test player (template processing)")
    item = ItemReader(out, where, root, resolve)
    item.tags, item.stimulus = tags, stimulus or []
    _leave_hidden(out, where, item)
    nodes = item.interactions
    if not nodes:
        raise QuestionError("it has no interaction: it is a text without a question")
    if root.get("adaptive") == "true":
        out.lose("changed", where, "an adaptive item", "it is asked once, and graded by the first answer")
    inline = [node for node in nodes if node.tag in INLINE]
    if inline and (len(inline) > 1 or inline[0].tag == "inlineChoiceInteraction" or _in_sentence(item, inline[0])):
        if len(inline) < len(nodes):
            item.interactions = inline
            out.lose("changed", where, "several kinds of interaction in one item", "each became a question of its own")
        ClozeReader(item).add_inline()
        item.interactions = nodes
        nodes = [node for node in nodes if node.tag not in INLINE]
    elif len(nodes) > 1:
        out.lose("changed", where, "several interactions in one item", "each became a question of its own")
    for number, node in enumerate(nodes, 1):
        suffix = f"-{number}" if len(nodes) > 1 else ""
        if node.tag == "gapMatchInteraction":
            _attempt_part(item, node, lambda n=node, s=suffix: ClozeReader(item).add_gap_match(n, s))  # type: ignore[misc]
        else:
            _attempt_part(item, node, lambda n=node, s=suffix: InteractionReader(item).add(n, s))  # type: ignore[misc]


def _leave_hidden(out: Collector, where: str, item: ItemReader) -> None:
    """Refuse what is asked only after an answer. Raises QuestionError if nothing else is asked."""
    hidden = [node for node in item.interactions if item.hidden(node)]
    if hidden and len(hidden) == len(item.interactions):
        raise QuestionError("its questions appear only after an answer (adaptive item)")
    for node in hidden:
        out.refuse(where, _part(item, node), "it appears only after an answer (adaptive item)")
        item.interactions.remove(node)


def _part(item: ItemReader, node: Node) -> str:
    """An interaction, by its item and the name of its response."""
    name = item.item.get("title") or item.item.get("identifier")
    return ": ".join(part for part in (name, node.get("responseIdentifier") or node.tag) if part)


def _in_sentence(item: ItemReader, node: Node) -> bool:
    numeric = item.scoring.processing.responses.get(node.get("responseIdentifier"))
    is_number = numeric is not None and numeric.base_type in ("float", "integer")
    return len(item.interactions) == 1 and not is_number and not item.stands_alone(node)


def _attempt_part(item: ItemReader, node: Node, make: Callable[[], None]) -> None:
    item.out.attempt(item.where, _part(item, node), make)


class _Package:
    """Reads the documents of one package."""

    def __init__(self, out: Collector, archive: Archive) -> None:
        self._out = out
        self._archive = archive
        self._kinds: dict[str, Resource] = {}

    def read(self) -> None:
        manifest = read_manifest(self._archive)
        self._out.title = manifest.title
        resources = manifest.resources or self._unlisted()
        self._kinds = {resource.path: resource for resource in resources}
        done: set[str] = set()
        missing: list[tuple[str, str]] = []
        for resource in self._preferred(resources):
            self._document(resource, done, missing)
        for where, href in missing:
            self._out.refuse(where, href, "the test refers to it, and it is not in the package")

    def _unlisted(self) -> list[Resource]:
        """Without a manifest that lists questions: all files that look like them."""
        names = [name for name in self._archive.names if name.lower().endswith(_SUFFIXES)]
        return [Resource(name, "") for name in names if not name.lower().endswith("imsmanifest.xml")]

    def _preferred(self, resources: list[Resource]) -> list[Resource]:
        """Canvas writes each test twice; its own form says more than that of the cartridge."""
        extra = [name for name in self._archive.names if "non_cc_assessments/" in name and name.endswith(".qti")]
        own = {name.rpartition("/")[2].split(".")[0] for name in extra}
        kept = [
            resource
            for resource in resources
            if not ("assessment_qti.xml" in resource.path and resource.path.split("/")[-2:-1] and
                    resource.path.split("/")[-2] in own)
        ]  # fmt: skip
        known = {resource.path for resource in kept}
        return kept + [Resource(name, "") for name in extra if name not in known]

    def _document(self, resource: Resource, done: set[str], missing: list[tuple[str, str]]) -> None:
        path = resource.path
        if path in done or not path.lower().endswith(_SUFFIXES):
            return
        done.add(path)
        root = self._parsed(path)
        if root is None:
            return
        _check_kind(resource, root)
        if root.tag == "assessmentTest":
            self._test(path, root, done, missing)
        elif root.tag == "assessmentItem":
            name = root.get("title") or root.get("identifier")
            self._out.attempt(path, name, lambda: self._item(path, root, resource.tags))
        elif root.tag in _CLASSIC:
            read_classic(self._out, root, path, self._resolver(path))
        elif any(kind in resource.kind for kind in _QUESTIONS):
            self._out.refuse(path, f"<{root.tag}>", "the manifest calls it QTI, but its element is none of QTI's")

    def _parsed(self, path: str) -> Node | None:
        """A document of the package; None if it cannot be read, which is told. Raises FormatError if it is unsafe."""
        try:
            return to_version_2(parse_xml(self._archive.read(path)))
        except DamagedError as error:
            self._out.refuse(path, "the document", str(error))
            return None
        except FormatError as error:
            raise FormatError(f"{path}: {error}") from error

    def _item(self, path: str, root: Node, tags: list[str]) -> None:
        read_item(self._out, root, path, self._resolver(path), tags, self._stimulus(path, root))

    def _test(self, path: str, root: Node, done: set[str], missing: list[tuple[str, str]]) -> None:
        self._out.title = self._out.title or root.get("title")
        for node in root.find_all("assessmentItemRef"):
            found = self._archive.find(node.get("href"), path)
            if found:
                self._document(self._kinds.get(found, Resource(found, "")), done, missing)
            else:
                missing.append((path, node.get("href")))

    def _stimulus(self, path: str, root: Node) -> list[Node | str]:
        found: list[Node | str] = []
        for ref in root.named("assessmentStimulusRef"):
            target = self._archive.find(ref.get("href"), path)
            stimulus = self._parsed(target) if target else None
            if stimulus is not None:
                body = stimulus.first("stimulusBody")
                found += body.children if body else []
            elif not target:
                self._out.lose("dropped", path, f"the stimulus {ref.get('href')!r}", "the file is not there")
        return found

    def _resolver(self, base: str) -> Resolve:
        def resolve(source: str) -> tuple[bytes, str] | None:
            if "://" in source:
                return None
            plain = _BASE.sub("", source).split("?")[0]
            find = self._archive.find
            found = find(plain, base) or find(f"web_resources/{plain}") or self._archive.find_end(plain)
            return (self._archive.read(found), found) if found else None

        return resolve


def _check_kind(resource: Resource, root: Node) -> None:
    called = "test" if "_test_" in resource.kind else "item" if "_item_" in resource.kind else ""
    actual = {"assessmentTest": "test", "assessmentItem": "item"}.get(root.tag, "")
    if called and actual and called != actual:
        raise FormatError(f"the manifest calls {resource.path!r} a {called}, but it is a {actual}")
