"""Fits the recurrent learner by gradient, and asks it about learners it was not fitted to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from rl.fit.logs import Log, earlier
from rl.fit.network import Reached, RecurrentNetwork
from rl.fit.progress import Progress
from rl.fit.sequences import Sequences, sequences
from simulators.neural.weights import EMBEDDED, HIDDEN, Weights
from simulators.noise import Reals

LONG = 5_000  # answers: no learner of the logs has more, so that nothing is cut
SMALL = 1_000
EVALUATED = 256  # sequences side by side where nothing is trained
FINAL_RATE = 0.05  # of the first
PACE_OF_LAWS = 4.0  # few parameters, moved by the one log with times alone
FEWEST_ANSWERS = 20  # of a learner whose end counts for the spread of abilities


@dataclass(frozen=True)
class RecurrentSettings:
    """How the network is fitted.

    Attributes:
        epochs: passes over all sets.
        rate: of Adam at the start; it falls to a twentieth along a cosine.
        batch, small_batch: sequences side by side, of a log with at least SMALL learners and of a smaller one.
        longest: answers of a sequence; longer ones are cut, and each piece begins anew.
        item_variance: prior variance of an item's difficulty around its skill's, in squared logits.
        embedding_variance: prior variance of the entries of a skill's embedding.
    """

    epochs: int = 16
    rate: float = 0.015
    batch: int = 256
    small_batch: int = 64
    longest: int = 150
    item_variance: float = 0.7
    embedding_variance: float = 0.25

    def batch_of(self, log: Log) -> int:
        """Sequences side by side of a log."""
        return self.small_batch if int(log.learner.max()) < SMALL else self.batch


class FittedRecurrent:
    """A network and the logs it knows.

    Attributes:
        network: the fitted one.
        skills, items: by the name of a log, the number of its first skill and of its first item.
    """

    def __init__(self, logs: list[Log], seed: int) -> None:
        torch.manual_seed(seed)
        n_skills, n_items = [log.n_skills for log in logs], [log.n_items for log in logs]
        self.skills = dict(zip([log.name for log in logs], np.cumsum([0, *n_skills]).tolist(), strict=False))
        self.items = dict(zip([log.name for log in logs], np.cumsum([0, *n_items]).tolist(), strict=False))
        told_apart = [torch.full((log.n_items,), float(log.n_items > log.n_skills)) for log in logs]
        self.network = RecurrentNetwork(sum(n_skills), sum(n_items), torch.cat(told_apart))
        with torch.no_grad():
            self.network.bias.copy_(torch.as_tensor(np.concatenate([_first_logits(log) for log in logs])))

    def batches(self, log: Log, longest: int, batch: int) -> list[Sequences]:
        """A log's sequences in batches."""
        return list(sequences(log, self.skills[log.name], self.items[log.name], longest, batch))

    @torch.no_grad()
    def predicted(self, log: Log) -> Reals:
        """(N,) chance of each answer of a log, given the answers before it."""
        chance = np.zeros(len(log.skill))
        for given in self.batches(log, LONG, EVALUATED):
            real = given.row >= 0
            chance[given.row[real]] = torch.sigmoid(self.network(given).logits).numpy()[real]
        return chance

    @torch.no_grad()
    def sampled(self, log: Log, seed: int) -> Reals:
        """(N,) answers that the network itself would give to the questions of a log."""
        rng, answers = torch.Generator().manual_seed(seed), np.zeros(len(log.skill))
        for given in self.batches(log, LONG, EVALUATED):
            real = given.row >= 0
            answers[given.row[real]] = self.network(given, rng).answers.numpy()[real]
        return answers

    @torch.no_grad()
    def reached(self, log: Log) -> Reached:
        """Where the learners of a log with enough answers stand at its end."""
        ability, context, answers = [np.zeros((0, EMBEDDED))], [np.zeros((0, HIDDEN))], [np.zeros(0)]
        for given in self.batches(log, LONG, EVALUATED):
            run, count = self.network(given), (given.row >= 0).sum(axis=1)
            enough = count >= FEWEST_ANSWERS
            ability.append(run.ability.numpy()[enough])
            context.append(run.context.numpy()[enough])
            answers.append(count[enough].astype(np.float64))
        skills = self.skills[log.name], log.n_skills
        return Reached(
            skills, self.hardness(log), np.concatenate(ability), np.concatenate(context), np.concatenate(answers)
        )

    @torch.no_grad()
    def hardness(self, log: Log) -> Reals:
        """(skills,) mean difficulty of a log's items around their skill, over the answers; 0 where there are none."""
        each = self.network.hardness(torch.as_tensor(log.item + self.items[log.name])).numpy()
        total = np.bincount(log.skill, weights=each, minlength=log.n_skills)
        return total / np.maximum(np.bincount(log.skill, minlength=log.n_skills), 1)

    def weights(self, logs: list[Log]) -> Weights:
        """For `simulators`."""
        return self.network.weights([self.reached(log) for log in logs])


def fit_recurrent(logs: list[Log], settings: RecurrentSettings, seed: int, progress: Progress) -> FittedRecurrent:
    """Fit one network to the answers of several logs by maximum a posteriori, with Adam."""
    fitted, rng = FittedRecurrent(logs, seed), np.random.default_rng(seed)
    batches = [given for log in logs for given in fitted.batches(log, settings.longest, settings.batch_of(log))]
    n_answers = sum(float((given.real * given.asked).sum()) for given in batches)
    network, total, done = fitted.network, settings.epochs * len(batches), 0
    laws = list(network.scalars.parameters())
    others = [parameter for name, parameter in network.named_parameters() if not name.startswith("scalars.")]
    groups = [{"params": others, "pace": 1.0}, {"params": laws, "pace": PACE_OF_LAWS}]
    optimiser = torch.optim.Adam(groups, settings.rate)
    for _ in range(settings.epochs):
        loss = 0.0
        for index in rng.permutation(len(batches)):
            share = FINAL_RATE + (1.0 - FINAL_RATE) * 0.5 * (1.0 + np.cos(np.pi * done / total))
            for group in optimiser.param_groups:
                group["lr"] = settings.rate * share * group["pace"]
            loss += _step(network, batches[index], optimiser, settings, n_answers)
            done += 1
            progress("recurrent learner", done, total, f"log-likelihood {-loss / n_answers:.4f}")
    return fitted


def _first_logits(log: Log) -> Reals:
    """(skills,) logits of the first answers to each skill, a little towards a half."""
    first = log.asked & (earlier(log, log.asked) == 0)
    right = np.bincount(log.skill[first], log.correct[first], log.n_skills)
    wrong = np.bincount(log.skill[first], 1.0 - log.correct[first], log.n_skills)
    return np.log((right + 2.0) / (wrong + 2.0))


def _step(
    network: RecurrentNetwork,
    given: Sequences,
    optimiser: torch.optim.Optimizer,
    settings: RecurrentSettings,
    n_answers: float,
) -> float:
    """One step of the optimiser; the summed negative log-likelihood before it."""
    counted = given.real * given.asked
    each = functional.binary_cross_entropy_with_logits(network(given).logits, given.y, reduction="none")
    likelihood = (each * counted).sum()
    prior = (network.difficulty**2).sum() / (2 * settings.item_variance)
    prior = prior + (network.embedding**2).sum() / (2 * settings.embedding_variance)
    optimiser.zero_grad()
    loss = likelihood / counted.sum() + prior / n_answers
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    return float(likelihood.detach())
