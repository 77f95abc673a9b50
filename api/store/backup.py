"""A store in a file: written beside a running server, and read back only if nothing of it is missing or changed.

The file is a gzip stream of frames: four bytes of length (big-endian), then a MessagePack struct. First a `Header`,
then everything in the order of `parts_of`, last an `End` with counts and hash.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import struct
import zlib
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from api.store.bodies import top_level_texts
from api.store.contents import Adder, DocumentsPart, LearnerPart, Part, Sum, Whole, lines_of, parts_of, sum_of
from api.store.ports import CorruptStoreError, Document, StoreError
from api.store.shapes import reshaped

FORMAT = "pacer-backup"
VERSION = 1
OWNER_ONLY = 0o600
# Of gzip: faster than the usual 6, and little larger.
LEVEL = 3
_LENGTH = struct.Struct(">I")
_DAMAGE = (EOFError, OSError, UnicodeDecodeError, zlib.error, msgspec.MsgspecError)


class Header(msgspec.Struct, frozen=True, tag="header"):
    """The first frame. `created_at` is in milliseconds since the epoch."""

    format: str
    version: int
    created_at: int


class End(msgspec.Struct, frozen=True, tag="end"):
    """The last frame."""

    sum: Sum


Frame = Header | LearnerPart | DocumentsPart | End
_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Frame)


async def write_backup(store: Whole, path: Path, now: int, progress: Callable[[int], None] = lambda _: None) -> Sum:
    """Write all of a store to a new file, readable by its owner alone; it appears when it is whole and on the disk.

    Raises:
        StoreError: the file exists or cannot be written, or the store cannot be read.
    """
    if path.exists():
        raise StoreError(f"{path} exists; a backup is never written over another, name a new file")
    with _new_file(path) as file:
        _write(file, Header(FORMAT, VERSION, now))
        adder = Adder()
        async for line in lines_of(_written(parts_of(store), file, progress)):
            adder.add(line)
        found = adder.sum()
        _write(file, End(found))
    return found


async def _written(
    parts: AsyncIterator[Part], file: gzip.GzipFile, progress: Callable[[int], None]
) -> AsyncIterator[Part]:
    async for part in parts:
        _write(file, part)
        if isinstance(part, LearnerPart):
            progress(len(part.commits))
        yield part


def _write(file: gzip.GzipFile, frame: Frame) -> None:
    data = _encoder.encode(frame)
    file.write(_LENGTH.pack(len(data)) + data)


@contextmanager
def _new_file(path: Path) -> Iterator[gzip.GzipFile]:
    draft = path.with_name(f"{path.name}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as raw:
            with gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=raw, mtime=0) as packed:
                yield packed
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(draft, path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)


class Backup:
    """A backup that was read to its end once and found whole. `erased` learners are left out of what it gives.

    Raises (on opening):
        CorruptStoreError: it is damaged, cut off, or no backup.
    """

    def __init__(self, path: Path, erased: Collection[str] = ()) -> None:
        self._path = path
        self._erased = frozenset(erased)
        self.sum = Sum(0, 0, 0, 0, 0, "")

    @classmethod
    async def open(cls, path: Path, erased: Collection[str] = ()) -> Backup:
        """Read it once from beginning to end."""
        backup = cls(path, erased)
        found = await sum_of(backup._everything())
        if found != backup.sum:
            raise CorruptStoreError(f"{path} is damaged: it says it holds {backup.sum}, but holds {found}")
        return backup

    @property
    def name(self) -> str:
        """What tells this backup, restored without those who are erased, from others."""
        erased = hashlib.sha256("\n".join(sorted(self._erased)).encode()).hexdigest()
        without = f" without {len(self._erased)} erased learners {erased[:16]}" if self._erased else ""
        return f"backup {self.sum.sha256[:16]}{without}"

    async def parts(self, after_learner: str = "") -> AsyncIterator[Part]:
        """Everything that is not of an erased learner, documents in the shape they have today."""
        async for part in self._everything():
            if isinstance(part, LearnerPart):
                if part.learner_id > after_learner and part.learner_id not in self._erased:
                    yield part
                continue
            kept = tuple(reshaped(document) for document in part.documents if not self._is_erased(document))
            if kept:
                yield DocumentsPart(kept)

    def _is_erased(self, document: Document) -> bool:
        """Whether it is an erased learner's: it then has their id, or a field with their id."""
        if not self._erased or document.id in self._erased:
            return document.id in self._erased
        try:
            texts = top_level_texts(document.body)
        except msgspec.MsgspecError:
            return False
        return not self._erased.isdisjoint(texts.values())

    async def _everything(self) -> AsyncIterator[Part]:
        try:
            with gzip.open(self._path, "rb") as file:
                header = _read(file)
                if not isinstance(header, Header) or header.format != FORMAT:
                    raise CorruptStoreError(f"{self._path} is no backup of Pacer")
                if header.version != VERSION:
                    raise CorruptStoreError(
                        f"{self._path} has format version {header.version}, this Pacer knows {VERSION}"
                    )
                while not isinstance(frame := _read(file), End):
                    if isinstance(frame, Header):
                        raise CorruptStoreError(f"{self._path} is damaged: it begins twice")
                    yield frame
                if file.read(1):
                    raise CorruptStoreError(f"{self._path} is damaged: something follows its end")
                self.sum = frame.sum
        except FileNotFoundError:
            raise StoreError(f"there is no file {self._path}") from None
        except _DAMAGE as error:
            raise CorruptStoreError(f"{self._path} is damaged, cut off or no backup ({error})") from error


def _read(file: gzip.GzipFile) -> Frame:
    head = file.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError("it ends too soon")
    length = _LENGTH.unpack(head)[0]
    data = file.read(length)
    if len(data) < length:
        raise EOFError("it ends too soon")
    return _decoder.decode(data)


def read_erased(path: Path) -> frozenset[str]:
    """The learner ids of an erasure list: a line each, the id first; empty lines and those with # are passed over.

    Raises:
        StoreError: the file cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"the erasure list {path} cannot be read: {error}") from error
    return frozenset(line.split()[0] for line in lines if line.strip() and not line.startswith("#"))
