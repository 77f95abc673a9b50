"""Templates: a named generator with parameters and a seed makes an item; its key is computed, never typed.

`GENERATORS` is the registry, `instantiate` makes the item. The same template and seed give the same item on every
machine: the stream is Python's Mersenne Twister, seeded by a SHA-256 of both.
"""

from __future__ import annotations

from hashlib import sha256
from random import Random

from content.items import Item, Template
from content.templates import (
    decimals,
    equations,
    expressions,
    factors,
    fractions,
    inequalities,
    lines,
    negatives,
    percents,
    powers,
    quadratics,
    ratios,
    stories,
    whole_numbers,
)
from content.templates.assembly import assemble
from content.templates.draft import Generator
from content.templates.parameters import Settings, TemplateError, settle

__all__ = ["GENERATORS", "Generator", "TemplateError", "check_template", "instantiate"]

_ROOMS: tuple[tuple[Generator, ...], ...] = (
    whole_numbers.GENERATORS,
    factors.GENERATORS,
    negatives.GENERATORS,
    fractions.GENERATORS,
    decimals.GENERATORS,
    percents.GENERATORS,
    ratios.GENERATORS,
    powers.GENERATORS,
    expressions.GENERATORS,
    equations.GENERATORS,
    inequalities.GENERATORS,
    stories.GENERATORS,
    lines.GENERATORS,
    quadratics.GENERATORS,
)
GENERATORS: dict[str, Generator] = {generator.name: generator for room in _ROOMS for generator in room}

MAX_DRAWS = 400
"""How many unfit draws are borne before the parameters are called impossible; a fit template needs 1 to 5."""


def check_template(template: Template) -> Settings:
    """The template's settings, defaults filled in.

    Raises:
        TemplateError: naming the unknown generator, or every bad parameter with its value and what is allowed.
    """
    generator = GENERATORS.get(template.generator)
    if generator is None:
        raise TemplateError(
            f"template {template.id!r}: unknown generator {template.generator!r}; allowed: {', '.join(GENERATORS)}"
        )
    return settle(f"template {template.id!r}", generator.parameters, template.parameters)


def instantiate(template: Template, seed: int) -> Item:
    """The item of `template` for `seed`, with id ``{template.id}~{seed}``.

    Args:
        template: names the generator and its parameters.
        seed: any integer of at least 0.

    Raises:
        TemplateError: for an unknown generator, a bad parameter or seed, or parameters that admit no item.
    """
    if seed < 0:
        raise TemplateError(f"template {template.id!r}: seed is {seed}; allowed: a whole number from 0")
    settings = check_template(template)
    digest = sha256(f"{template.id}\0{seed}".encode()).digest()
    rng = Random(int.from_bytes(digest[:8], "big"))
    generator = GENERATORS[template.generator]
    for _ in range(MAX_DRAWS):
        draft = generator.draw(rng, settings)
        item = assemble(template, seed, draft, rng) if draft is not None else None
        if item is not None:
            return item
    raise TemplateError(f"template {template.id!r}: parameters {template.parameters!r} admit no item")
