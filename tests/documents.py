"""Documents as tests read them: their fenced blocks, their links, and a desk to run their commands at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
INLINE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block: the language after the fence, its text, and where it stands."""

    document: str
    line: int
    language: str
    text: str

    @property
    def name(self) -> str:
        """File and line, for messages."""
        return f"{self.document}:{self.line}"


def documents() -> list[Path]:
    """The README, the changelog and every page of docs/."""
    return [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(document: Path, *languages: str) -> list[Block]:
    """The fenced blocks of these languages, of all if none is given."""
    text = document.read_text(encoding="utf-8")
    name = document.relative_to(ROOT).as_posix()
    found = [Block(name, text.count("\n", 0, at.start()) + 1, at[1], at[2]) for at in FENCE.finditer(text)]
    return [block for block in found if not languages or block.language in languages]


def prose(document: Path) -> str:
    """The text without its fenced blocks."""
    return FENCE.sub("", document.read_text(encoding="utf-8"))
