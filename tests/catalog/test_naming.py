# SPDX-License-Identifier: Apache-2.0
"""Plain names out of what people call their model files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.catalog import naming

_METADATA = {"general.basename": "smollm2", "general.size_label": "135M", "general.name": "x y"}


@pytest.mark.parametrize(
    ("stem", "name", "quant"),
    [
        ("NVIDIA-Nemotron-3-Nano-4B-Q4_K_M", "Nemotron 3 Nano 4B", "Q4_K_M"),
        ("NVIDIA-Nemotron3-Nano-4B-Q4_K_M", "Nemotron3 Nano 4B", "Q4_K_M"),
        ("Nemotron-3-Nano-30B-A3B-UD-Q4_K_XL", "Nemotron 3 Nano 30B", "UD-Q4_K_XL"),
        ("Nemotron-3-Nano-30B-A3B-BF16-00001-of-00002", "Nemotron 3 Nano 30B", "BF16"),
        ("SmolLM2-135M-Instruct.Q4_1", "SmolLM2 135M", "Q4_1"),
        ("Meta-Llama-3.1-8B-Instruct-IQ4_XS", "Llama 3.1 8B", "IQ4_XS"),
        ("gemma-3-4b-it-q8_0", "Gemma 3 4B", "Q8_0"),
        ("Mixtral-8x7B-Instruct-v0.1.Q5_K_S", "Mixtral 8X7B v0.1", "Q5_K_S"),
        ("gpt-oss-20b-mxfp4", "GPT oss 20B", "MXFP4"),
        ("qwen2.5-0.5b-instruct-fp16", "Qwen2.5 0.5B", "FP16"),
        ("Phi-4-mini-3.8B-TQ1_0", "Phi 4 mini 3.8B", "TQ1_0"),
        ("nvidia", "Nvidia", ""),
        ("Q4_K_M", "Q4_K_M", "Q4_K_M"),
    ],
)
def test_file_names_become_plain(stem: str, name: str, quant: str) -> None:
    """Makers, packing and noise go; the model, its version and its size stay."""
    assert naming.plain_name(stem, {}) == name
    assert naming.quant_of(stem) == quant


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        (_METADATA, "Smollm2 135M"),
        ({"general.name": "Meta Llama-3 8b"}, "Llama 3 8B"),
        ({"general.name": "x" * 9000}, "X" + "x" * 79),
        ({"general.name": 3, "general.basename": "x"}, "Model"),
        ({}, "Model"),
    ],
)
def test_a_file_name_that_says_nothing_gives_way(metadata: dict[str, object], name: str) -> None:
    """Without a size in the file's name the header speaks, if it has something to say."""
    assert naming.plain_name("ggml-model-Q4_0", metadata).casefold() in {
        name.casefold(),
        "ggml-model-q4_0",
    }
    assert naming.plain_name("SmolLM3-3B", metadata) == "SmolLM3 3B"


@pytest.mark.parametrize(
    ("quant", "words"),
    [
        ("Q4_K_M", "4-bit"),
        ("UD-IQ2_XXS", "2-bit"),
        ("BF16", "16-bit"),
        ("MXFP4_MOE", "4-bit"),
        ("", ""),
    ],
)
def test_bits_are_said_in_words(quant: str, words: str) -> None:
    """How finely a model is packed is said in bits."""
    assert naming.bits_in_words(quant) == words


def test_the_header_tells_the_packing() -> None:
    """The number in the header stands for the same words as in file names."""
    assert naming.quant_from_header({"general.file_type": 15}) == "Q4_K_M"
    assert naming.quant_from_header({"general.file_type": 999}) == ""
    assert naming.quant_from_header({"general.file_type": "x"}) == ""


@given(stem=st.text(min_size=1), basename=st.text(), size=st.text())
def test_every_file_has_a_name(stem: str, basename: str, size: str) -> None:
    """Whatever a file is called, a person sees a name on one line."""
    metadata = {"general.basename": basename, "general.size_label": size}
    name = naming.plain_name(stem, metadata)
    assert name
    assert naming.plain_name(stem, metadata) == name
