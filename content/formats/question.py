"""One question on its way to an item: what all kinds have, gathered while it is read."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from content.consistency import ID
from content.formats.collector import Collector, QuestionError
from content.formats.exchange import LossKind
from content.formats.limits import MAX_FIELD
from content.formats.names import slug
from content.formats.table.flat import columns, from_row, kinds, to_row
from content.item_rules import find_item_faults
from content.items import Accessibility, Item, Media
from content.text import plain_text

LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
INSTRUCTIONS = {
    "en": ("Fill in the gaps.", "Put these in order.", "Match the pairs.", "Look at this."),
    "de": ("Fülle die Lücken.", "Bringe in die richtige Reihenfolge.", "Ordne zu.", "Sieh dir das an."),
    "es": ("Completa los huecos.", "Pon en orden.", "Relaciona.", "Mira esto."),
    "fr": ("Complétez les trous.", "Mettez dans l'ordre.", "Associez.", "Regardez ceci."),
}
FILL, ORDER, MATCH, LOOK = range(4)


@dataclass
class Question:
    """A question of a file.

    Attributes:
        out: where its items, losses and refusals go.
        where: its place in the file, for the report.
        ident: the id it would like to have.
        title: its name in the file.
        prompt: in inline markup, as are hints and notes.
        hints: from gentle to strong.
        notes: paragraphs of the explanation.
        media: shown with the prompt.
        fields: further fields of the item, where the file gives them.
        cells: fields that our own exports keep in tags, written as `content.formats.table.flat` writes them.
    """

    out: Collector
    where: str
    ident: str = ""
    title: str = ""
    prompt: str = ""
    hints: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)

    @property
    def locale(self) -> str:
        """BCP 47 tag of the prompt."""
        return str(self.fields.get("locale") or self.out.placement.locale)

    def lose(self, kind: LossKind, what: str, why: str) -> None:
        """Note what was kept elsewhere, changed or dropped of this question."""
        self.out.lose(kind, self.where, what, why)

    def note(self, text: str, what: str = "") -> None:
        """Add a paragraph to the explanation; `what` names where it stood, if it was not one."""
        text = text.strip()
        if not text:
            return
        if what:
            self.lose("kept", what, "it stands in the explanation")
        if text not in self.notes:
            self.notes.append(text)

    def instruct(self, which: int) -> None:
        """Give a prompt to a question that has none."""
        if not self.prompt.strip():
            self.prompt = INSTRUCTIONS.get(self.locale[:2], INSTRUCTIONS["en"])[which]
            self.lose("changed", "the prompt", "the question had none; an instruction was added")

    def base(self) -> dict[str, Any]:
        """Fields of `ItemBase`.

        Raises:
            QuestionError: there is nothing to ask.
        """
        prompt = self.prompt.strip() and self.prompt
        if not prompt:
            self._prompt_from_title()
            prompt = self.prompt
        if len(prompt) > MAX_FIELD:
            raise QuestionError(f"its prompt has {len(prompt)} characters; {MAX_FIELD} are allowed")
        placement = self.out.placement
        return {
            "skills": (placement.skill,),
            "band": placement.band,
            "locale": self.locale,
            **self.fields,
            "id": self.out.free_id(self.ident or slug(plain_text(prompt)[:80])),
            "prompt": prompt,
            "hints": tuple(self.hints),
            "explanation": "\n\n".join(self.notes),
            "media": tuple({media.sha256: media for media in self.media}.values()),
        }

    def add(self, item: Item) -> None:
        """Add an item made of this question, with what the file keeps for Pacer alone.

        Raises:
            QuestionError: it could not be served.
        """
        self.out.add(self.kept(item) or item)

    def kept(self, item: Item) -> Item | None:
        """The item with the fields that tags keep; None if there are none, or if they fit no more."""
        cells = {name: cell for name, cell in self.cells.items() if name in columns()}
        if not cells:
            return None
        kind = kinds().get(cells.get("kind", ""), type(item))
        row = {name: cell for name, cell in to_row(item).items() if name in kind.__struct_fields__ or name == "kind"}
        try:
            found = from_row({**row, **cells})
        except QuestionError as error:
            self.lose("dropped", f"kept fields {', '.join(cells)}", f"they fit no more: {error}")
            return None
        return None if find_item_faults(found) else found

    def _prompt_from_title(self) -> None:
        if self.title.strip():
            self.prompt = self.title.strip()
            self.lose("changed", "the prompt", "the question has no text; its title stands there")
        elif self.media:
            self.instruct(LOOK)
        else:
            raise QuestionError("it has no text")

    def take_tags(self, tags: list[str]) -> None:
        """Read the tags that Pacer's own exports write, such as ``band:easy``; other tags have no place in an item."""
        skills: list[str] = []
        for tag in tags:
            if tag.startswith("field:"):
                column, _, cell = tag.removeprefix("field:").partition("=")
                self.cells[column] = cell
                continue
            name, _, value = (part.strip() for part in tag.partition(":"))
            if name == "skill" and ID.fullmatch(value):
                skills.append(value)
            elif not (value and self._take(name, value)) and tag.strip():
                self.lose("dropped", f"tag {tag.strip()!r}", "items are found by skill and band, not by tags")
        if skills:
            self.fields["skills"] = tuple(dict.fromkeys(skills))

    def _take(self, name: str, value: str) -> bool:
        if name == "band" and ID.fullmatch(value):
            self.fields["band"] = value
        elif name == "locale" and LOCALE.fullmatch(value):
            self.fields["locale"] = value
        elif name in ("source", "licence"):
            self.fields[name] = value
        elif name in ("difficulty", "seconds"):
            number = finite(value)
            if number is None or (name == "seconds" and not 0 < number <= 3600):
                return False
            self.fields[name] = number
        elif name in ("speech", "description", "keyboard"):
            told = self.fields.get("accessibility", Accessibility())
            parts = {part: getattr(told, part) for part in ("speech", "description", "keyboard")}
            self.fields["accessibility"] = Accessibility(**{**parts, name: value})
        else:
            return False
        return True


def finite(text: str) -> float | None:
    """The number that a text is, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def tags_of(item: Any) -> list[str]:
    """Tags that `Question.take_tags` reads back: skills, band and what differs from the defaults."""
    tags = [f"skill:{skill}" for skill in item.skills] + [f"band:{item.band}", f"locale:{item.locale}"]
    if item.difficulty is not None:
        tags.append(f"difficulty:{item.difficulty!r}")
    if item.seconds != 20.0:
        tags.append(f"seconds:{item.seconds!r}")
    tags += [f"{name}:{getattr(item, name)}" for name in ("source", "licence") if getattr(item, name).strip()]
    told = item.accessibility
    parts = ("speech", "description", "keyboard")
    return tags + [f"{name}:{getattr(told, name)}" for name in parts if getattr(told, name).strip()]
