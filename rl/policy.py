"""A trained policy as a file: an ONNX graph whose metadata says what belief and which features it was trained with."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from rl.belief import BeliefParameters
from rl.features import BAND_FEATURES, CONTEXT_FEATURES, SKILL_FEATURES

METADATA_KEY = "pacer"
BELIEFS, HIDDEN_STATE = "beliefs", "hidden state"  # what a policy was shown in training, as `trained_on` ends
OUTPUTS = ["logits"]
SHARPNESS = 3.0  # of the served policy over the trained one: nearly its likeliest choice, yet with a probability to log
Floats = NDArray[np.float32]


class PolicyError(Exception):
    """A policy file is missing, damaged or made for something else; the text says which and what to do."""


class PolicyCard(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy says of itself. `features` must equal the reader's own, or the file is refused."""

    version: str
    features: tuple[str, ...]
    context: tuple[str, ...]
    belief: BeliefParameters
    trained_on: str

    @property
    def is_privileged(self) -> bool:
        """Whether it was shown the hidden state, and so is of no use to people."""
        return self.trained_on.endswith(HIDDEN_STATE)


def expected_features() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The candidate and context features of this code, in order."""
    return SKILL_FEATURES + BAND_FEATURES, CONTEXT_FEATURES


class Policy:
    """Scores candidates: `logits(features (L, N, F), mask (L, N), context (L, C)) -> (L, N)` for L choices, float32."""

    def __init__(self, data: bytes, name: str) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises a class of its own for each fault, without a common base
            raise PolicyError(f"policy {name} is not a readable ONNX file ({error}); train or copy it again") from error
        self.card = _read_card(self._session.get_modelmeta().custom_metadata_map, name)

    @classmethod
    def load(cls, path: Path) -> Policy:
        """Read a policy file, or raise PolicyError."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise PolicyError(
                f"policy {path} cannot be read: {error.strerror}; run `pacer train` to make one"
            ) from error
        return cls(data, str(path))

    def logits(self, features: Floats, mask: NDArray[np.bool_], context: Floats) -> Floats:
        """Unnormalised log-probabilities (L, N) of L choices, sharpened; only those under the mask mean anything."""
        result: Floats = self._session.run(OUTPUTS, {"features": features, "mask": mask, "context": context})[0]
        result *= SHARPNESS
        return result


def _read_card(metadata: dict[str, str], name: str) -> PolicyCard:
    if METADATA_KEY not in metadata:
        raise PolicyError(f"policy {name} was not made by Pacer: it has no '{METADATA_KEY}' metadata")
    try:
        card = msgspec.json.decode(metadata[METADATA_KEY], type=PolicyCard)
    except msgspec.DecodeError as error:
        raise PolicyError(f"policy {name} has unreadable metadata: {error}") from error
    if (card.features, card.context) != expected_features():
        raise PolicyError(
            f"policy {name} ({card.version}) expects other features than this version computes; retrain it"
        )
    return card
