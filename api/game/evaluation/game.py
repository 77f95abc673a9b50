"""`pacer evaluate game`: what strategies earn, then what sets of rules do to simulated people in ninety days."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from api.game.evaluation import farming, living
from api.game.evaluation.farming import Strategy, best_farming
from api.game.evaluation.living import Outcome
from api.game.evaluation.sheets import Sheet, number, percent
from api.game.rules import RULES

SEEDS = (5001, 5002, 5003)


class GameReport(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Everything that was measured; all learners are simulated.

    Attributes:
        strategies: by version of the rules of XP, what each strategy brings.
        farming: by what XP is paid for, by how many times the best farming pays more than honest learning.
        rule_sets: what each does to the people.
    """

    simulated: bool
    seeds: tuple[int, ...]
    n_people: int
    n_farmers: int
    days: int
    farming_days: int
    strategies: dict[str, dict[str, Strategy]]
    farming: dict[str, float]
    rule_sets: dict[str, Outcome]


def evaluate(
    n_people: int,
    n_farmers: int,
    seeds: tuple[int, ...],
    days: int,
    progress: Callable[[str, int], None],
    *,
    farming_days: int = farming.DAYS,
    farming_alone: bool = False,
) -> GameReport:
    """The first and the latest rules of XP by strategies; then every set of rules, unless farming is wanted alone."""
    versions = {f"{rules.version}": rules.xp for rules in (RULES[0], RULES[-1])}
    told = {
        version: farming.evaluate(n_farmers, seeds[:1], rules, progress, farming_days)
        for version, rules in versions.items()
    }
    latest = told[f"{RULES[-1].version}"]
    rates = {
        "information": best_farming(latest, "xp"),
        "clicks": best_farming(latest, "clicks"),
        "minutes": best_farming(latest, "minutes"),
    }
    return GameReport(
        simulated=True,
        seeds=seeds,
        n_people=n_people,
        n_farmers=n_farmers,
        days=days,
        farming_days=farming_days,
        strategies=told,
        farming=rates,
        rule_sets={} if farming_alone else living.evaluate(n_people, seeds, RULES[-1].xp, rates, progress, days),
    )


def sheets(report: GameReport) -> list[Sheet]:
    """Strategies by version of the rules, and sets of rules."""
    heads = ["strategy", "XP a minute", "by honest learning", "learning a minute, thousandths", "answers a minute"]
    told = [
        Sheet(
            f"XP rules, version {version}: {report.n_farmers} simulated people, ten minutes a day, "
            f"{report.farming_days} days",
            heads,
            [
                [
                    name,
                    number(found.xp, 2),
                    number(found.of_honest, 2),
                    number(found.learning, 2),
                    f"{found.clicks:.1f}",
                ]
                for name, found in strategies.items()
            ],
        )
        for version, strategies in report.strategies.items()
    ]
    title = f"{report.n_people} simulated people of each of {len(report.seeds)} seeds, {report.days} days"
    heads = ["rules", "gain", "beyond no game", "returned", "beyond no game", "days active", "minutes", "farmed"]
    if not report.rule_sets:
        return told
    return [*told, Sheet(title, heads, [_row(name, found) for name, found in report.rule_sets.items()])]


def _row(name: str, found: Outcome) -> list[str]:
    return [
        name,
        number(found.gain),
        number(found.gain_beyond),
        percent(found.returned),
        "{:+.1f} [{:+.1f}, {:+.1f}]".format(*(100.0 * value for value in found.returned_beyond)),
        number(found.active_days, 1),
        number(found.minutes, 0),
        percent(found.farmed),
    ]
