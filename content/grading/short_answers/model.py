"""The fitted model: from features of an answer to probabilities of labels, a score, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from content.grading.short_answers.features import FEATURE_NAMES, Features
from content.grading.short_answers.network import N_LABELS, Matrix, Network, sigmoid, softmax

MODEL_PATH = Path(__file__).with_name("model.npz")
VERSION = 1
CONTRAST_SCALE = 0.5  # how much the contrast of the vectors counts beside the measures
TOPIC_SCALE = 1.0
CLIP = 4.0
SHARPNESS = 20.0  # how much more a set counts whose questions are more like the one asked


class ModelError(ValueError):
    """A file that is no model of this version."""


def question_key(question: str, references: Sequence[str]) -> str:
    """By which a question that the model was fitted on is known again: a hash, since texts are not kept."""
    return sha256("\n".join([question, *sorted(references)]).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Inputs:
    """How features are brought to one scale.

    Attributes:
        mean, scale: of the measures [measure].
        contrast_mean, contrast_scale: of the contrast [contrast].
        axes: principal axes of the standardised contrast, each divided by its spread [contrast, axis].
        topics: mean topic of each set the model was fitted on, by which it tells what kind of question it sees [set,
            feature].
        topic_mean, topic_scale: of the likeness with these [set].
    """

    mean: Matrix
    scale: Matrix
    contrast_mean: Matrix
    contrast_scale: Matrix
    axes: Matrix
    topics: Matrix
    topic_mean: Matrix
    topic_scale: Matrix

    def of(self, features: Sequence[Features]) -> Matrix:
        """Inputs of the networks [answer, measure + axis + set]."""
        measures = (np.array([one.measures for one in features]) - self.mean) / self.scale
        contrast = (np.array([one.contrast for one in features]) - self.contrast_mean) / self.contrast_scale
        topics = (np.array([one.topic for one in features]) @ self.topics.T - self.topic_mean) / self.topic_scale
        parts = [measures, contrast @ self.axes, topics]
        scales = (1.0, CONTRAST_SCALE, TOPIC_SCALE)
        clipped = [scale * np.clip(part, -CLIP, CLIP) for scale, part in zip(scales, parts, strict=True)]
        return np.concatenate(clipped, axis=1).astype(np.float32)


@dataclass(frozen=True)
class Calibration:
    """How sure the model may be.

    Attributes:
        temperature: what logits are divided by, for questions it was not fitted on.
        temperature_known: the same for questions it was.
        threshold: least probability of the label with which an answer is not sent to a person.
    """

    temperature: float = 1.0
    temperature_known: float = 1.0
    threshold: float = 0.75


@dataclass(frozen=True)
class Estimate:
    """What the model says of answers.

    Attributes:
        probabilities: of correct, contradictory, incorrect [answer, label].
        scores: in [0, 1], as a person would give points [answer].
    """

    probabilities: Matrix
    scores: Matrix


@dataclass(frozen=True)
class ShortAnswerModel:
    """Networks that are averaged, and for questions of the fitted sets what is particular to them.

    Half of the logits is that of networks fitted on all sets; the other half is that of networks fitted on single sets,
    by how like the question is to those of the set: weights are softmax(20 * cosine to the set's mean topic).

    Attributes:
        networks: fitted on all sets.
        experts: for each set (as in `inputs.topics`) networks fitted on it alone; empty with a single set.
        has_labels, has_scores: which sets have what [set].
        adapters: by `question_key` the weights of a linear correction of the logits [answer's vector + 1, label].
    """

    inputs: Inputs
    networks: tuple[Network, ...]
    experts: tuple[tuple[Network, ...], ...]
    has_labels: NDArray[np.bool_]
    has_scores: NDArray[np.bool_]
    adapters: Mapping[str, NDArray[np.float16]]
    calibration: Calibration

    def logits(self, features: Sequence[Features], keys: Sequence[str]) -> tuple[Matrix, Matrix]:
        """Logits of labels [answer, label] and of the score [answer], before calibration."""
        outputs = self._outputs(features)
        labels = outputs[:, :N_LABELS]
        for k, key in enumerate(keys):
            adapter = self.adapters.get(key)
            if adapter is not None:
                labels[k] += correction(adapter.astype(np.float32), features[k].answer[None])[0]
        return labels, outputs[:, N_LABELS]

    def _outputs(self, features: Sequence[Features]) -> Matrix:
        """Logits of labels and of the score, of all networks together [answer, label + 1]."""
        x = self.inputs.of(features)
        general = _mean_run(self.networks, x)
        if not self.experts:
            return general
        special = np.array([_mean_run(expert, x) for expert in self.experts])
        directions = self.inputs.topics / np.linalg.norm(self.inputs.topics, axis=1, keepdims=True)
        likeness = SHARPNESS * (np.array([one.topic for one in features]) @ directions.T)
        mixed = general.copy()
        for columns, able in ((slice(0, N_LABELS), self.has_labels), (slice(N_LABELS, None), self.has_scores)):
            if able.any():
                weights = softmax(np.where(able, likeness, -np.inf).astype(np.float32))
                mixed[:, columns] = np.einsum("ns,snk->nk", weights, special[:, :, columns])
        return np.asarray((general + mixed) / 2, np.float32)

    def estimate(self, features: Sequence[Features], keys: Sequence[str]) -> Estimate:
        """Calibrated probabilities and scores of answers to questions with these keys."""
        labels, score = self.logits(features, keys)
        known = np.array([key in self.adapters for key in keys])
        warmth = np.where(known, self.calibration.temperature_known, self.calibration.temperature)
        divided = np.asarray(labels / warmth[:, None], np.float32)
        return Estimate(softmax(divided), sigmoid(score))

    def save(self, path: Path) -> None:
        """Write weights and nothing else; of the answers no text is kept."""
        arrays: dict[str, NDArray[np.generic]] = {
            "version": np.array(VERSION),
            "names": np.array(FEATURE_NAMES),
            "calibration": np.array(
                [self.calibration.temperature, self.calibration.temperature_known, self.calibration.threshold]
            ),
            "adapter_keys": np.array(sorted(self.adapters)),
            "adapters": np.array([self.adapters[key] for key in sorted(self.adapters)], np.float16),
        }
        for name in _INPUTS:
            arrays[name] = getattr(self.inputs, name).astype(np.float16 if name == "axes" else np.float32)
        arrays["has_labels"], arrays["has_scores"] = self.has_labels, self.has_scores
        groups = {"general": self.networks, **{f"expert_{k}": expert for k, expert in enumerate(self.experts)}}
        for name, networks in groups.items():
            for k in range(4):
                arrays[f"{name}_{k}"] = np.array([network.weights[k] for network in networks], np.float16)
        with path.open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path = MODEL_PATH) -> ShortAnswerModel:
        """Read a model. Raises ModelError if it is not one of this version with these features."""
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = dict(file)
            if int(arrays["version"]) != VERSION or tuple(arrays["names"]) != FEATURE_NAMES:
                raise ModelError(f"{path} was made with other features; make it anew: pacer content grader train")
            n_experts = sum(name.startswith("expert_") for name in arrays) // 4
            return cls(
                inputs=Inputs(**{name: arrays[name].astype(np.float32) for name in _INPUTS}),
                networks=_read_networks(arrays, "general"),
                experts=tuple(_read_networks(arrays, f"expert_{k}") for k in range(n_experts)),
                has_labels=arrays["has_labels"],
                has_scores=arrays["has_scores"],
                adapters=dict(zip(arrays["adapter_keys"].tolist(), arrays["adapters"], strict=True)),
                calibration=Calibration(*arrays["calibration"].tolist()),
            )
        except ModelError:
            raise
        except (OSError, BadZipFile, KeyError, ValueError) as error:
            raise ModelError(f"{path} cannot be read as a model of short answers: {error}") from error


_INPUTS = ("mean", "scale", "contrast_mean", "contrast_scale", "axes", "topics", "topic_mean", "topic_scale")


def _read_networks(arrays: Mapping[str, NDArray[np.float16]], name: str) -> tuple[Network, ...]:
    parts = [arrays[f"{name}_{k}"].astype(np.float32) for k in range(4)]
    return tuple(Network((into, bias, out, out_bias)) for into, bias, out, out_bias in zip(*parts, strict=True))


def _mean_run(networks: Sequence[Network], x: Matrix) -> Matrix:
    return np.asarray(np.mean([network.run(x) for network in networks], axis=0), np.float32)


def correction(adapter: Matrix, vectors: Matrix) -> Matrix:
    """What an adapter adds to the logits [answer, label]."""
    return np.asarray(vectors @ adapter[:-1] + adapter[-1], np.float32)
