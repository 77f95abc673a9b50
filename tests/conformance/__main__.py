"""``python -m tests.conformance URL [JOURNEY ...]``: hold a server to the protocol. The last line printed is JSON.

It makes guests on the server and leaves them there. Exits with 1 if a journey failed, and says which and why. Journeys
begin in the server's past, so that it has to be started with PACER_BACKDATING=30; but for those that hold with
PACER_BACKDATING=0 alone, and are made only if they are named.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.conformance.journeys import JOURNEYS, STRICT
from tests.conformance.kit import Kit
from tests.conformance.phone import ConformanceError


def travel(url: str, name: str, folder: Path, seed: int, track: str = "") -> dict[str, Any]:
    """Make one journey; its counts. Raises ConformanceError."""
    kit = Kit(url, folder, seed, track)
    try:
        (JOURNEYS | STRICT)[name](kit)
    finally:
        kit.network.close()
    return {"skipped": kit.skipped} if kit.skipped else kit.report()


def main(arguments: list[str]) -> int:
    """Make the journeys that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("url", help="of a server that is up")
    parser.add_argument(
        "journeys", nargs="*", metavar="JOURNEY", help=f"one of {', '.join(JOURNEYS)} [all]; or of {', '.join(STRICT)}"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--track", default="", help="to learn [the first that the server lists]")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.journeys) - JOURNEYS.keys() - STRICT.keys()
    if unknown:
        parser.error(f"there is no journey {', '.join(sorted(unknown))}")
    total: Counter[str] = Counter()
    failed: dict[str, str] = {}
    skipped: dict[str, str] = {}
    for name in chosen.journeys or JOURNEYS:
        with tempfile.TemporaryDirectory() as folder:
            try:
                counts = travel(chosen.url, name, Path(folder), chosen.seed, chosen.track)
            except ConformanceError as error:
                failed[name] = str(error)
                counts = {}
        if "skipped" in counts:
            skipped[name] = counts["skipped"]
        else:
            total.update(counts)
        sys.stderr.write(f"{name}: {failed.get(name) or skipped.get(name) or 'held'}\n")
    line = {"conformance": not failed, "journeys": len(chosen.journeys or JOURNEYS), **total}
    sys.stdout.write(json.dumps(line | {"failed": failed, "skipped": skipped}) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
