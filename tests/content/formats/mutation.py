"""Files broken at random: no reader may crash, hang or grow beyond bounds on them.

`python -m tests.content.formats.mutation --files 20000` prints the figures as JSON and fails if a bound is broken.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from content.formats.archive import Archive, make_zip
from content.formats.exchange import FormatError
from content.formats.registry import FORMATS, read
from tests.content.formats.builders import seeds
from tests.content.formats.samples import PLACEMENT, SAMPLES, sample_files

MAX_SECONDS = 5.0
MAX_BYTES = 2_000_000_000
"""Address space that a run may take, all imports included."""
_WORD = re.compile(rb"(?<=[\"'>= :])[\w.-]+(?=[\"'<\s])")
_TOKENS = (
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<![CDATA[",
    b"{",
    b"}",
    b"\\",
    b"\0",
    b"\xff",
    b"=",
    b"~",
    b"#",
    b"%",
    b"[",
    b'"',
)


@dataclass
class Outcome:
    """What a run saw.

    Attributes:
        counts: files by "items", "none" (all refused one by one) and "refused".
        crashes: the last line of each unexpected error.
        slowest: seconds of the slowest file.
    """

    counts: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    slowest: float = 0.0


def corpus(largest: int = 60_000) -> list[tuple[str, bytes]]:
    """Files to start from: our own of every format, and the shared samples where they are."""
    found = list(seeds())
    if SAMPLES.is_dir():
        paths = sample_files("qtiworks", "instructure", "gift", suffixes=(".xml", ".qti", ".zip", ".gift"))
        found += [(path.name, path.read_bytes()) for path in paths if path.stat().st_size <= largest]
    return found


def mutate(data: bytes, rng: random.Random, others: Sequence[tuple[str, bytes]]) -> bytes:
    """The file with one to eight changes; half of the zip files are changed within a member."""
    if data[:2] == b"PK" and rng.random() < 0.6:
        try:
            archive = Archive(data)
            members = [(name, archive.read(name)) for name in archive.names]
        except FormatError:
            return _change(data, rng, others)
        if members:
            chosen = rng.randrange(len(members))
            members[chosen] = (members[chosen][0], _change(members[chosen][1], rng, others))
            return make_zip(members)
    return _change(data, rng, others)


def _change(data: bytes, rng: random.Random, others: Sequence[tuple[str, bytes]]) -> bytes:
    changed = bytearray(data)
    if rng.random() < 0.6:
        return _swap_words(changed, rng)
    for _ in range(rng.randint(1, 4)):
        start = rng.randrange(len(changed) + 1)
        end = min(len(changed), start + rng.choice((1, 2, 8, 64, 512)))
        way = rng.randrange(6)
        if way == 0:
            del changed[start:end]
        elif way == 1 and changed:
            changed[min(start, len(changed) - 1)] = rng.randrange(256)
        elif way == 2:
            changed[start:start] = rng.choice(_TOKENS) * rng.choice((1, 1, 3, 200))
        elif way == 3:
            changed[start:start] = changed[start:end] * rng.choice((1, 2, 40))
        elif way == 4 and rng.random() < 0.3:
            del changed[start:]
        else:
            other = rng.choice(others)[1]
            place = rng.randrange(len(other) + 1)
            changed[start:end] = other[place : place + rng.choice((4, 40, 400))]
    return bytes(changed[:2_000_000])


def _swap_words(changed: bytearray, rng: random.Random) -> bytes:
    """Words and numbers in the place of others: what stays well-formed, and means something else."""
    for _ in range(rng.randint(1, 12)):
        words = [_WORD.search(changed, rng.randrange(len(changed) + 1)) for _ in range(2)]
        if words[0] and words[1]:
            changed[words[0].start() : words[0].end()] = rng.choice((words[1][0], words[1][0], b"", b"-1", b"9" * 30))
    return bytes(changed)


def run(n_files: int, seed: int) -> Outcome:
    """Read that many broken files."""
    rng, files, outcome = random.Random(seed), corpus(), Outcome()
    for _ in range(n_files):
        name, data = rng.choice(files)
        broken = mutate(data, rng, files)
        started = time.perf_counter()
        try:
            imported = read(broken, name, PLACEMENT)
            outcome.counts["items" if imported.items else "none"] += 1
        except FormatError:
            outcome.counts["refused"] += 1
        except Exception:
            outcome.crashes.append(f"{name}: {traceback.format_exc(limit=-3)}")
        outcome.slowest = max(outcome.slowest, time.perf_counter() - started)
    return outcome


def main() -> int:
    """Run and print; 1 if a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
    outcome = run(options.files, options.seed)
    figures = {
        "files": options.files,
        "seed": options.seed,
        "from": len(corpus()),
        **{name: outcome.counts[name] for name in ("items", "none", "refused")},
        "crashes": len(outcome.crashes),
        "slowest_seconds": round(outcome.slowest, 3),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000,
        "formats": sorted(FORMATS),
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stderr.write("\n".join(outcome.crashes[:10]))
    return int(bool(outcome.crashes) or outcome.slowest > MAX_SECONDS)


if __name__ == "__main__":
    raise SystemExit(main())
