"""A trained scorer as a policy file: an ONNX graph with its card inside."""

from __future__ import annotations

import warnings
from pathlib import Path

import msgspec
import onnx
import torch
from torch import Tensor, nn

from rl.features import N_CONTEXT, N_FEATURES
from rl.network import Scorer
from rl.policy import METADATA_KEY, PolicyCard

INPUTS = ("features", "mask", "context")


class _Logits(nn.Module):
    """Logits (batch, n) of features (batch, n, F), mask (batch, n) bool, context (batch, C)."""

    def __init__(self, scorer: Scorer) -> None:
        super().__init__()
        self.scorer = scorer

    def forward(self, features: Tensor, mask: Tensor, context: Tensor) -> Tensor:
        worth: Tensor = self.scorer(features, mask, context)[0]
        return self.scorer.temperature * worth


def export_policy(scorer: Scorer, card: PolicyCard, path: Path) -> None:
    """Write the scorer as a single ONNX file for `rl.policy.Policy`, for any number of choices and candidates.

    Raises:
        OSError: the file cannot be written.
    """
    example = (torch.zeros(2, 3, N_FEATURES), torch.ones(2, 3, dtype=torch.bool), torch.zeros(2, N_CONTEXT))
    batch, n = torch.export.Dim("batch"), torch.export.Dim("n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own use of what torch and Python deprecate
        program = torch.onnx.export(
            _Logits(scorer).eval(),
            example,
            dynamo=True,
            verbose=False,
            input_names=list(INPUTS),
            output_names=["logits"],
            dynamic_shapes=({0: batch, 1: n}, {0: batch, 1: n}, {0: batch}),
        )
    if program is None:
        raise RuntimeError("torch exported nothing")
    model = program.model_proto
    _forget_source(model.graph)
    model.metadata_props.add(key=METADATA_KEY, value=msgspec.json.encode(card).decode())
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def _forget_source(graph: onnx.GraphProto) -> None:
    """Drop what the exporter notes of the code it came from: paths do not belong into a released file."""
    for part in (graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        part.doc_string = ""
        del part.metadata_props[:]
