"""The sentence encoder: cutting into pieces, the graph, and vectors equal to published ones."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from content.grading.sentences.encoder import Encoder
from content.grading.sentences.graph import GRAPH_PATH, build_graph
from content.grading.sentences.weights import ModelMissingError, model_directory, read_weights
from content.grading.sentences.wordpiece import WordPiece, split_words


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    try:
        return Encoder()
    except ModelMissingError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


def test_the_shipped_graph_is_the_one_that_its_module_builds() -> None:
    assert GRAPH_PATH.read_bytes() == build_graph()


def test_words_are_cut_at_spaces_and_signs_and_lose_case_and_accents() -> None:
    assert list(split_words("Don't  Über-drive,\u00a0é\u200b!")) == [
        "don",
        "'",
        "t",
        "uber",
        "-",
        "drive",
        ",",
        "e",
        "!",
    ]


def test_unknown_words_are_cut_into_their_longest_known_pieces() -> None:
    pieces = WordPiece(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "##a"])

    assert pieces.encode("unaffable xyz", 16) == [2, 4, 5, 6, 1, 3]
    assert pieces.encode("unaffable " * 50, 6) == [2, 4, 5, 6, 4, 3]


def test_sentences_are_as_alike_as_the_model_card_says(encoder: Encoder) -> None:
    """Published for all-MiniLM-L6-v2 in the documentation of sentence-transformers."""
    eats, bread, baby = encoder.encode(
        ["A man is eating food.", "A man is eating a piece of bread.", "The girl is carrying a baby."]
    )

    assert float(eats.sentence @ bread.sentence) == pytest.approx(0.7553, abs=2e-4)
    assert float(eats.sentence @ baby.sentence) == pytest.approx(-0.1050, abs=2e-4)


def test_a_text_has_the_same_vectors_alone_and_among_others(encoder: Encoder) -> None:
    texts = ["", "Salt dissolves.", "The terminals are separated by a gap in the circuit. " * 40]
    together = encoder.encode(texts)

    for text, one in zip(texts, together, strict=True):
        alone = encoder.encode([text])[0]
        assert np.allclose(alone.sentence, one.sentence, atol=1e-5)
        assert alone.tokens.shape == one.tokens.shape == (len(one.numbers), 384)


def test_a_file_that_is_no_safetensors_or_ends_early_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"\xff" * 64)
    with pytest.raises(ModelMissingError, match="no safetensors file"):
        read_weights(path)

    header = b'{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}'
    path.write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 8)
    with pytest.raises(ModelMissingError, match="ends too early"):
        read_weights(path)


def test_the_weights_are_found_without_importing_their_package(encoder: Encoder) -> None:
    assert encoder.wordpiece.tokens[2] != ""
    assert (model_directory() / "vocab.txt").is_file()
