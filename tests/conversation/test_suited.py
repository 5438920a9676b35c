# SPDX-License-Identifier: Apache-2.0
"""What suits a model by itself."""

from dataclasses import replace
from pathlib import Path

import pytest

from nemodesk.answer_settings import AnswerSettings
from nemodesk.catalog.model_file import ModelFile
from nemodesk.catalog.offers.offered import shipped_catalog
from nemodesk.catalog.starter import find_starter
from nemodesk.conversation.suited import by_catalog, by_file, suited_to

NEMOTRON = AnswerSettings(temperature=1.0, top_p=1.0, min_p=0.0, top_k=0)
ELSEWHERE = ModelFile(id="x", path=Path("/m/x.gguf"), size_bytes=1, name="X")


def test_the_repository_decides() -> None:
    """A Nemotron of our catalog gets what NVIDIA recommends for chats."""
    source = "hub:unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF@0123"
    assert by_catalog(replace(ELSEWHERE, source=source), shipped_catalog()) == NEMOTRON


@pytest.mark.parametrize(
    "name",
    [
        "NVIDIA-Nemotron3-Nano-4B-Q4_K_M.gguf",
        "Nemotron-3-Nano-30B-A3B-Q8_0.gguf",
        "nemotron_3_super.gguf",
    ],
)
def test_a_file_from_elsewhere_is_known_by_its_name(name: str) -> None:
    """Other programs' Nemotrons get the same."""
    assert by_catalog(replace(ELSEWHERE, path=Path("/m") / name), shipped_catalog()) == NEMOTRON


@pytest.mark.parametrize("name", ["Llama-3.1-Nemotron-70B.gguf", "nemotron.gguf", "x.gguf"])
def test_other_models_get_nothing(name: str) -> None:
    """The catalog says nothing of models that it does not know."""
    model = replace(ELSEWHERE, path=Path("/m") / name, source="hub:someone/else@1")
    assert by_catalog(model, shipped_catalog()) == AnswerSettings()


def test_the_maker_recommends_in_the_file() -> None:
    """Numbers of the metadata count, as they were written; anything else does not."""
    metadata = {
        "general.sampling.temp": 0.6000000238418579,
        "general.sampling.top_k": 20,
        "general.sampling.top_p": "much",
        "general.sampling.min_p": True,
    }
    assert by_file(metadata) == AnswerSettings(temperature=0.6, top_k=20)


def test_the_file_tells_template_and_context() -> None:
    """The starter's header says what its chats look like and how long they may be."""
    starter = find_starter()
    assert starter is not None
    suited = suited_to(starter, shipped_catalog())
    assert "<|im_start|>" in suited.chat_template
    assert suited.longest_context_tokens == 8192
    assert suited.shape is not None
    assert not suited.can_think


def test_a_missing_file_says_nothing() -> None:
    """What is known without the file stays."""
    suited = suited_to(replace(ELSEWHERE, context_length=4096), shipped_catalog())
    assert (suited.shape, suited.longest_context_tokens) == (None, 4096)
