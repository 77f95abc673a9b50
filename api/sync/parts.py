"""A bundle on its way to a device: only what the device does not have, in parts that can be asked for again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from api.http.cursors import Cursors
from api.learners.facts import BundleIssued
from api.sessions.errors import BundleExpiredError
from api.sync.bundles import BundleMaker, manifest
from api.sync.schemas import BundlePackage, BundlePart
from api.sync.signing import Signer
from api.tracks.registry import Published

PART = 50
"""Packages that a part brings unless another limit is asked for."""


class PartPlace(msgspec.Struct, frozen=True, array_like=True):
    """Where a bundle goes on: after the first `start` of its missing packages, `missing` by bits, lowest first."""

    start: int
    missing: bytes


class Holdings(NamedTuple):
    """Hashes of packages: those a device has, and those that its bundles still need."""

    have: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()


class Parts:
    """Cuts bundles into parts."""

    def __init__(self, maker: BundleMaker, signer: Signer, secret: str) -> None:
        self._maker = maker
        self._signer = signer
        self._cursors = Cursors(secret)

    def first(
        self, learner_id: str, fact: BundleIssued, published: Published, holdings: Holdings, limit: int = PART
    ) -> BundlePart:
        """The beginning of a bundle, for a device that holds some packages. Raises BundleExpiredError."""
        missing = [name not in holdings.have for name in dict.fromkeys(fact.packages)]
        part = self._part(learner_id, fact, published, (0, missing), limit)
        return msgspec.structs.replace(part, removals=tuple(sorted(holdings.have - holdings.needed)))

    def following(
        self, learner_id: str, fact: BundleIssued, published: Published, cursor: str, limit: int = PART
    ) -> BundlePart:
        """The part at a cursor. Raises CursorError, BundleExpiredError."""
        place = msgspec.json.decode(self._cursors.read(cursor, _scope(learner_id, fact)), type=PartPlace)
        n_hashes = len(dict.fromkeys(fact.packages))
        bits = int.from_bytes(place.missing, "little")
        missing = [bool(bits >> n & 1) for n in range(n_hashes)]
        return self._part(learner_id, fact, published, (place.start, missing), limit)

    def _part(
        self, learner_id: str, fact: BundleIssued, published: Published, rest: tuple[int, Sequence[bool]], limit: int
    ) -> BundlePart:
        start, missing = rest
        chosen = dict(zip(reversed(fact.packages), reversed(fact.exercises), strict=True))
        hashes = list(dict.fromkeys(fact.packages))
        wanted = [name for name, absent in zip(hashes, missing, strict=True) if absent]
        packages = []
        for name in wanted[start : start + limit]:
            packed = self._maker.package(published, chosen[name])
            if packed.hash != name:
                raise BundleExpiredError(
                    f"package {name} of bundle {fact.bundle_id} can no longer be made as it was; ask for another bundle"
                )
            packages.append(BundlePackage(hash=name, content=packed.content))
        end = start + len(packages)
        return BundlePart(
            bundle_id=fact.bundle_id,
            manifest=self._signer.sign(manifest(fact, published)),
            packages=tuple(packages),
            removals=(),
            next_cursor=self._cursor(learner_id, fact, end, missing) if end < len(wanted) else None,
        )

    def _cursor(self, learner_id: str, fact: BundleIssued, start: int, missing: Sequence[bool]) -> str:
        bits = sum(1 << n for n, absent in enumerate(missing) if absent)
        place = PartPlace(start, bits.to_bytes((len(missing) + 7) // 8, "little"))
        return self._cursors.after(msgspec.json.encode(place).decode(), _scope(learner_id, fact))


def _scope(learner_id: str, fact: BundleIssued) -> str:
    return f"bundle {fact.bundle_id} of {learner_id}"
