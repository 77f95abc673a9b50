"""Use cases of translating: what is to be done in a language, and one item's texts in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from api.authoring.course import Course, Element
from api.authoring.courses import ATTEMPTS
from api.authoring.errors import PartNotFoundError
from api.authoring.sanitising import cleaned
from api.authoring.service import AuthoringService, CheckElement, touched_by
from api.authoring.translations.following import missing, tag_of
from api.store.ports import VersionClashError
from api.wire import WireError
from content.item_rules import find_item_faults
from content.items import Item, Translation


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in another language; None leaves a field as it is."""

    prompt: str | None = None
    hints: Sequence[str] | None = None
    explanation: str | None = None
    options: Mapping[str, str] | None = None

    @property
    def fields(self) -> set[str]:
        """The fields that are given."""
        found = {name for name in ("prompt", "explanation") if getattr(self, name) is not None}
        found |= {f"hints/{place}" for place in range(len(self.hints or ()))}
        return found | {f"options/{name}" for name in self.options or ()}


@dataclass(frozen=True, slots=True)
class Work:
    """An item that is not wholly translated."""

    name: str
    missing: tuple[str, ...]
    stale: tuple[str, ...]


class TranslationService:
    """Translations of courses."""

    def __init__(self, authoring: AuthoringService) -> None:
        self.authoring = authoring

    async def state(self, course: Course, locale: str) -> tuple[list[Work], int]:
        """Items that need work in a language, and how many there are at all."""
        elements = await self.authoring.courses.elements(course.id)
        items = [
            element
            for element in elements
            if element.item is not None and element.item.locale.lower() != locale.lower()
        ]
        return [work for element in items if (work := _work(element, locale)) is not None], len(items)

    async def translate(
        self, course: Course, by: str, name: str, locale: str, texts: Texts, check: CheckElement
    ) -> Element:
        """Put texts of an item in a language; those given are fresh from then on.

        Raises:
            PartNotFoundError: there is no such item.
            WireError: the translation does not fit the item.
        """
        for _ in range(ATTEMPTS):
            with suppress(VersionClashError):
                found, version = await self.authoring.courses.element(course.id, "item", name)
                check(found)
                if found.item is None:
                    raise PartNotFoundError(f"{name!r} is a template; its items are not translated one by one")
                new = self._translated(course, found, found.item, locale, texts)
                async with self.authoring.audit.noting(course, by, "itemTranslated", (touched_by(found, new),), locale):
                    await self.authoring.courses.put(new, version)
                return new
        raise VersionClashError(f"the item {name} is being changed by too many requests; try again")

    def _translated(self, course: Course, found: Element, item: Item, locale: str, texts: Texts) -> Element:
        if locale.lower() == item.locale.lower():
            raise WireError(("", f"the item is written in {item.locale!r}; change the item itself"))
        locale = tag_of(item, locale)
        old = item.translations.get(locale, Translation())
        options = {name: cleaned(text, f"/options/{name}") for name, text in (texts.options or {}).items()}
        new = Translation(
            prompt=old.prompt if texts.prompt is None else cleaned(texts.prompt, "/prompt"),
            hints=old.hints if texts.hints is None else tuple(cleaned(hint, "/hints") for hint in texts.hints),
            explanation=old.explanation if texts.explanation is None else cleaned(texts.explanation, "/explanation"),
            options={**old.options, **options},
        )
        changed = msgspec.structs.replace(item, translations={**item.translations, locale: new})
        prefix = f"/translations/{locale}"
        faults = [fault for fault in find_item_faults(changed) if fault.pointer.startswith(prefix)]
        if faults:
            raise WireError(*((fault.pointer.removeprefix(prefix), f"{fault.message} {fault.fix}") for fault in faults))
        left = tuple(field for field in found.stale.get(locale, ()) if field not in texts.fields)
        stale = {tag: fields for tag, fields in {**found.stale, locale: left}.items() if fields}
        return msgspec.structs.replace(self.authoring.made(course, changed, found.order), stale=stale)


def _work(element: Element, locale: str) -> Work | None:
    if element.item is None:
        return None
    locale = tag_of(element.item, locale)
    lacking, stale = tuple(missing(element.item, locale)), element.stale.get(locale, ())
    return Work(element.name, lacking, stale) if lacking or stale else None
