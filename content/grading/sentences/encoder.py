"""Texts to vectors of their tokens and of the whole; this runs in a worker process, never in one that serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from content.grading.sentences.graph import GRAPH_PATH, N_FEATURES, weight_shapes
from content.grading.sentences.weights import ModelMissingError, model_directory, read_weights
from content.grading.sentences.wordpiece import WordPiece

MAX_TOKENS = 256  # what the model was trained on; the rest of a longer text is not seen
N_BATCH = 32

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Embedded:
    """One text.

    Attributes:
        sentence: mean of its tokens' vectors, of length 1 [feature].
        tokens: a vector of length 1 for each token between begin and end [token, feature].
        numbers: the tokens' numbers in the vocabulary [token].
    """

    sentence: Vectors
    tokens: Vectors
    numbers: NDArray[np.int32]


class Encoder:
    """all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019), on one thread unless told otherwise."""

    def __init__(self, directory: Path | None = None, n_threads: int = 1) -> None:
        """Map the weights and set up the session: 0.3 s, about 200 MB.

        Raises:
            ModelMissingError: the weights' package is not there, or is another model's.
        """
        import onnxruntime

        directory = directory or model_directory()
        self.wordpiece = WordPiece.read(directory / "vocab.txt")
        weights = read_weights(directory / "model.safetensors")
        self._values = []
        names = []
        for name, shape in weight_shapes().items():
            if name not in weights or weights[name].shape != shape:
                raise ModelMissingError(f"{directory} has no weight {name!r} of shape {shape}: it is another model's")
            names.append(name)
            self._values.append(onnxruntime.OrtValue.ortvalue_from_numpy(weights[name]))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = n_threads, 1
        options.enable_cpu_mem_arena = False
        options.add_session_config_entry("session.disable_prepacking", "1")
        options.add_external_initializers(names, self._values)
        self._session = onnxruntime.InferenceSession(
            GRAPH_PATH.read_bytes(), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str]) -> list[Embedded]:
        """Vectors of texts, in their order. Texts of like length share a batch, so that little is padded."""
        numbers = [self.wordpiece.encode(text, MAX_TOKENS) for text in texts]
        order = sorted(range(len(texts)), key=lambda k: len(numbers[k]))
        found: dict[int, Embedded] = {}
        for start in range(0, len(order), N_BATCH):
            rows = order[start : start + N_BATCH]
            for row, embedded in zip(rows, self._batch([numbers[k] for k in rows]), strict=True):
                found[row] = embedded
        return [found[k] for k in range(len(texts))]

    def _batch(self, numbers: list[list[int]]) -> list[Embedded]:
        ids = np.full((len(numbers), max(map(len, numbers))), self.wordpiece.pad, np.int64)
        mask = np.zeros_like(ids)
        for k, row in enumerate(numbers):
            ids[k, : len(row)], mask[k, : len(row)] = row, 1
        hidden: Vectors = self._session.run(None, {"ids": ids, "mask": mask})[0]
        return [_embedded(hidden[k, : len(row)], row) for k, row in enumerate(numbers)]


def _embedded(hidden: Vectors, numbers: list[int]) -> Embedded:
    inner = hidden[1:-1] if len(hidden) > 2 else np.zeros((0, N_FEATURES), np.float32)
    return Embedded(
        sentence=_unit(hidden.mean(axis=0)),
        tokens=_unit(inner),
        numbers=np.array(numbers[1:-1], np.int32),
    )


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
