"""`pacer evaluate`: what parts of the service are worth, on simulated people. Each is imported when it is called."""

from __future__ import annotations

from importlib import import_module

import click

EVALUATIONS = {
    "game": (
        "api.game.evaluation.command",
        "game",
        "Compare rules of the game by what simulated people learn, and what farming pays.",
    ),
    "fairplay": (
        "api.game.evaluation.command",
        "fairplay",
        "Count how often unfair play is found, and how often honest learners are flagged.",
    ),
    "goals": (
        "api.game.evaluation.command",
        "goals",
        "Count how often the forecast of a goal with a date holds.",
    ),
    "notifications": (
        "api.notifications.evaluation.command",
        "notifications",
        "Compare ways to choose the time and the words of reminders.",
    ),
}
"""Names: the module, the command in it, and what `pacer evaluate --help` says."""


class EvaluationGroup(click.Group):
    """A group that imports an evaluation when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names."""
        return list(EVALUATIONS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command."""
        if cmd_name not in EVALUATIONS:
            return None
        module, attribute, _ = EVALUATIONS[cmd_name]
        found: click.Command = getattr(import_module(module), attribute)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The list of evaluations, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in EVALUATIONS.items()])


@click.group(cls=EvaluationGroup)
def evaluate() -> None:
    """Measure parts of the service on simulated people. The last line of each is JSON.

    \b
    What the game does to learning:
        pacer evaluate game
    \b
    How well unfair play is told from learning:
        pacer evaluate fairplay
    \b
    Whether forecasts hold:
        pacer evaluate goals
    \b
    When and how to remind:
        pacer evaluate notifications
    """
