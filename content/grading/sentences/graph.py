"""The encoder as an ONNX graph without weights: these stay in the package that carries them, and are mapped from there.

The graph is that of BERT (Devlin et al. 2019) in the size of MiniLM-L6-H384: six layers, 384 features, twelve heads of
32, and no pooling, since grading wants the vectors of single tokens as well. `minilm.onnx` beside this module is what
`build_graph` gives; ``python -m content.grading.sentences.graph`` makes it anew and needs the package `onnx`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

N_LAYERS = 6
N_FEATURES = 384
N_HEADS = 12
N_PER_HEAD = N_FEATURES // N_HEADS
N_INNER = 1536
N_VOCABULARY = 30_522
N_POSITIONS = 512
LAYER_NORM_EPSILON = 1e-12
OPSET = 20  # the first with Gelu
MASKED = -1e9
GRAPH_PATH = Path(__file__).with_name("minilm.onnx")


def weight_shapes() -> dict[str, tuple[int, ...]]:
    """Names of the weights the graph asks for, as BERT checkpoints name them, and their shapes."""
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (N_VOCABULARY, N_FEATURES),
        "embeddings.position_embeddings.weight": (N_POSITIONS, N_FEATURES),
        "embeddings.token_type_embeddings.weight": (2, N_FEATURES),
        **_norm("embeddings.LayerNorm"),
    }
    for k in range(N_LAYERS):
        layer = f"encoder.layer.{k}"
        for name in ("query", "key", "value"):
            shapes |= _linear(f"{layer}.attention.self.{name}", N_FEATURES, N_FEATURES)
        shapes |= _linear(f"{layer}.attention.output.dense", N_FEATURES, N_FEATURES)
        shapes |= _norm(f"{layer}.attention.output.LayerNorm")
        shapes |= _linear(f"{layer}.intermediate.dense", N_INNER, N_FEATURES)
        shapes |= _linear(f"{layer}.output.dense", N_FEATURES, N_INNER)
        shapes |= _norm(f"{layer}.output.LayerNorm")
    return shapes


def _linear(name: str, n_out: int, n_in: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (n_out, n_in), f"{name}.bias": (n_out,)}


def _norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (N_FEATURES,), f"{name}.bias": (N_FEATURES,)}


class _Builder:
    """Nodes of the graph, each with the name of its one output."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        from onnx import helper

        output = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output

    def constant(self, values: list[int] | float) -> str:
        from onnx import TensorProto, helper

        name = f"constant_{len(self.constants)}"
        whole = isinstance(values, list)
        kind = TensorProto.INT64 if whole else TensorProto.FLOAT
        listed = values if isinstance(values, list) else [values]
        self.constants.append(helper.make_tensor(name, kind, [len(listed)] if whole else [], listed))
        return name

    def linear(self, x: str, name: str) -> str:
        return self.add("Gemm", x, f"{name}.weight", f"{name}.bias", transB=1)

    def norm(self, x: str, name: str) -> str:
        return self.add("LayerNormalization", x, f"{name}.weight", f"{name}.bias", axis=-1, epsilon=LAYER_NORM_EPSILON)

    def heads(self, x: str, size: str) -> str:
        """[batch * token, feature] to [batch, head, token, feature of the head]."""
        return self.add("Transpose", self.add("Reshape", x, size), perm=[0, 2, 1, 3])


def build_graph() -> bytes:
    """The serialised graph: `ids` and `mask` [batch, token] of int64 to `tokens` [batch, token, feature]."""
    from onnx import TensorProto, helper

    builder = _Builder()
    flat, whole, bias = _embedding(builder)
    x = flat
    for k in range(N_LAYERS):
        x = _layer(builder, x, whole, bias, f"encoder.layer.{k}")
    shape = builder.add("Concat", whole, builder.constant([N_FEATURES]), axis=0)
    builder.nodes.append(helper.make_node("Reshape", [x, shape], ["tokens"]))
    axes = ["batch", "token"]
    graph = helper.make_graph(
        builder.nodes,
        "minilm",
        [helper.make_tensor_value_info(name, TensorProto.INT64, axes) for name in ("ids", "mask")],
        [helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [*axes, N_FEATURES])],
        [*builder.constants, *(_elsewhere(name, shape) for name, shape in weight_shapes().items())],
    )
    opsets = [helper.make_opsetid("", OPSET)]
    model: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString(deterministic=True)
    return model


def _elsewhere(name: str, shape: tuple[int, ...]) -> Any:
    """A weight that the graph names and does not hold."""
    from onnx import TensorProto

    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, data_location=TensorProto.EXTERNAL)
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "model.safetensors"
    return tensor


def _embedding(builder: _Builder) -> tuple[str, str, str]:
    """Embedded tokens [batch * token, feature], the shape [batch, token], and what attention adds to its scores."""
    whole = builder.add("Shape", "ids")
    n_tokens = builder.add("Slice", whole, builder.constant([1]), builder.constant([2]))
    positions = builder.add(
        "Slice", "embeddings.position_embeddings.weight", builder.constant([0]), n_tokens, builder.constant([0])
    )
    first = builder.constant([0])
    kind = builder.add("Gather", "embeddings.token_type_embeddings.weight", first, axis=0)
    words = builder.add("Gather", "embeddings.word_embeddings.weight", "ids", axis=0)
    summed = builder.add("Add", builder.add("Add", words, positions), kind)
    flat = builder.add("Reshape", summed, builder.constant([-1, N_FEATURES]))
    absent = builder.add("Sub", builder.constant(1.0), builder.add("Cast", "mask", to=1))
    bias = builder.add("Unsqueeze", builder.add("Mul", absent, builder.constant(MASKED)), builder.constant([1, 2]))
    return builder.norm(flat, "embeddings.LayerNorm"), whole, bias


def _layer(builder: _Builder, x: str, whole: str, bias: str, name: str) -> str:
    size = builder.add("Concat", whole, builder.constant([N_HEADS, N_PER_HEAD]), axis=0)
    query, key, value = (
        builder.heads(builder.linear(x, f"{name}.attention.self.{part}"), size) for part in ("query", "key", "value")
    )
    scores = builder.add("MatMul", query, builder.add("Transpose", key, perm=[0, 1, 3, 2]))
    scaled = builder.add("Add", builder.add("Mul", scores, builder.constant(N_PER_HEAD**-0.5)), bias)
    mixed = builder.add("MatMul", builder.add("Softmax", scaled, axis=-1), value)
    joined = builder.add("Transpose", mixed, perm=[0, 2, 1, 3])
    attended = builder.add("Reshape", joined, builder.constant([-1, N_FEATURES]))
    output = builder.linear(attended, f"{name}.attention.output.dense")
    x = builder.norm(builder.add("Add", x, output), f"{name}.attention.output.LayerNorm")
    inner = builder.add("Gelu", builder.linear(x, f"{name}.intermediate.dense"))
    return builder.norm(
        builder.add("Add", x, builder.linear(inner, f"{name}.output.dense")), f"{name}.output.LayerNorm"
    )


if __name__ == "__main__":
    GRAPH_PATH.write_bytes(build_graph())
