"""Which format a file is in, from its bytes first and its name where those leave it open."""

from __future__ import annotations

import re

from content.formats.archive import Archive, is_zip
from content.formats.decoding import decode_text
from content.formats.exchange import FormatError
from content.formats.limits import check_size

_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([\w.-]+)[\s/>]")
_SKIPPED = re.compile(rb"<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ROOTS = {"quiz": "moodle"}
_MEMBERS = (
    ("anki", re.compile(r"collection\.anki2(?:1b?)?")),
    ("h5p", re.compile(r"h5p\.json")),
    ("xlsx", re.compile(r"xl/workbook\.xml")),
    ("qti", re.compile(r"(?:.*/)?imsmanifest\.xml")),
    ("yaml", re.compile(r"(?:[^/]+/)?[^/]+\.ya?ml")),
    ("qti", re.compile(r".*\.xml")),
)
_SUFFIXES = {
    ".gift": "gift", ".csv": "csv", ".tsv": "csv", ".yaml": "yaml", ".yml": "yaml", ".aiken": "aiken",
    ".apkg": "anki", ".colpkg": "anki", ".anki2": "anki", ".h5p": "h5p", ".xlsx": "xlsx", ".imscc": "qti",
}  # fmt: skip
_AIKEN = re.compile(r"^[ \t]*ANSWERS?[ \t]*:[ \t]*[A-Za-z]", re.MULTILINE | re.IGNORECASE)
_GIFT = re.compile(r"(?<!\\)\{[^{}]*(?<!\\)\}|^::.*?::|^[ \t]*\$CATEGORY:", re.MULTILINE)
_YAML = re.compile(r"^(?:items|skills|bands|id|title|templates|vocabulary):", re.MULTILINE)


def detect(data: bytes, filename: str) -> str:
    """Name of the format.

    Raises:
        FormatError: the bytes look like none that is read.
    """
    check_size(data)
    suffix = "." + filename.lower().rpartition(".")[2] if "." in filename else ""
    if is_zip(data):
        return _of_members(Archive(data).names, filename)
    if data.startswith(b"SQLite format 3\0"):
        return "anki"
    if suffix in (".zip", ".apkg", ".colpkg", ".h5p", ".xlsx", ".imscc"):
        raise FormatError(f"{filename!r} is no zip file, as a {suffix} file should be: it is damaged or cut off")
    head = data[:20_000]
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or head.startswith((b"\xff\xfe<\0", b"\xfe\xff\0<")):
        return _of_markup(head)
    return _of_text(data, suffix, filename)


def _of_members(names: list[str], filename: str) -> str:
    for format_, pattern in _MEMBERS:
        if any(pattern.fullmatch(name) for name in names):
            return format_
    shown = ", ".join(names[:5]) or "nothing"
    raise FormatError(f"the zip file {filename!r} holds {shown}: none of the packages that are read")


def _of_markup(head: bytes) -> str:
    plain = head.replace(b"\0", b"") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head
    root = _ROOT.search(_SKIPPED.sub(b"", plain))
    return _ROOTS.get(root[1].decode("ascii", "replace"), "qti") if root else "qti"


def _of_text(data: bytes, suffix: str, filename: str) -> str:
    if re.match(rb"(?:\xef\xbb\xbf)?\s*#Q ", data):
        return "trivia"
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    text = decode_text(data)
    if _AIKEN.search(text):
        return "aiken"
    if _GIFT.search(text):
        return "gift"
    if _YAML.search(text):
        return "yaml"
    first = text.lstrip().split("\n", 1)[0]
    if any(mark in first for mark in ("\t", ";", ",")):
        return "csv"
    raise FormatError(f"the format of {filename!r} is not recognised; name it with --format")
