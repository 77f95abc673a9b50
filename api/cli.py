"""The command `pacer`. Commands are imported when they are called, so that `pacer --help` is quick and always works."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import click

ROOMS = ("api", "rl", "envs", "simulators", "content")


@dataclass(frozen=True, slots=True)
class Lazy:
    """Where a command lives, and what `pacer --help` says of it. `extra` is the optional dependency it needs."""

    module: str
    attribute: str
    help: str
    extra: str = ""


COMMANDS = {
    "serve": Lazy("api.serve", "serve", "Serve learners on this machine."),
    "play": Lazy(
        "api.play", "command", "Let simulated learners use a running server, and show what they learn.", "train"
    ),
    "train": Lazy("rl.commands", "train", "Train a tutor on simulated learners.", "train"),
    "benchmark": Lazy(
        "rl.benchmark.command", "benchmark", "Run tutors on every family of learners, calendar and course.", "train"
    ),
    "tune": Lazy("rl.commands", "tune", "Tune the rule-based rivals that a tutor is compared with.", "train"),
    "fit": Lazy("rl.fit.command", "fit", "Fit simulated learners to logs of real ones, and plot both.", "train"),
    "content": Lazy("api.content_commands", "content", "Check track files."),
    "rebuild": Lazy(
        "api.learners.commands", "rebuild", "Recompute every learner's state from the journal, and compare."
    ),
    "evaluate": Lazy("api.evaluate", "evaluate", "Measure parts of the service on simulated people."),
    "notifications": Lazy("api.notifications.commands", "notifications", "Write out what was decided for learners."),
    "jobs": Lazy("api.jobs.commands", "jobs", "List jobs that wait, run or failed for good, and send those again."),
    "game": Lazy("api.game.commands", "game", "Settle flags and reports, and note days on which the service was down."),
    "admin": Lazy("api.accounts.commands", "admin", "Make the first admin of an organisation, and set age groups."),
    "migrate": Lazy("api.store.commands", "migrate", "Copy everything from one store into another: a file, MongoDB."),
    "backup": Lazy("api.store.commands", "backup", "Write everything to a file, also while servers run."),
    "restore": Lazy("api.store.commands", "restore", "Read a backup into an empty store."),
    "doctor": Lazy("api.doctor", "doctor", "Look for what keeps Pacer from working, and say what to do."),
}


class LazyGroup(click.Group):
    """A group that imports a command when it is called, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command. An optional dependency that is missing is told with the way to install it."""
        lazy = COMMANDS.get(cmd_name)
        if lazy is None:
            return None
        try:
            command = getattr(import_module(lazy.module), lazy.attribute)
        except ModuleNotFoundError as error:
            if not lazy.extra or (error.name or "").partition(".")[0] in ROOMS:
                raise
            raise click.ClickException(
                f"'pacer {cmd_name}' needs the package {error.name!r}; run: pip install 'pacer[{lazy.extra}]'"
            ) from error
        if not isinstance(command, click.Command):
            raise TypeError(f"{lazy.module}.{lazy.attribute} is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.help) for name, lazy in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="pacer", prog_name="pacer")
def main() -> None:
    """Pacer: a learning service whose tutor is trained by reinforcement learning.

    \b
    Serve learners here, then open the address it prints:
        pacer serve
    \b
    Let a class of simulated learners use that server:
        pacer play
    \b
    Something does not work:
        pacer doctor

    'pacer COMMAND --help' teaches each command with examples.
    """
