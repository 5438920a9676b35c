# SPDX-License-Identifier: Apache-2.0
"""`recommend` and `fit`: fields of the contract, described computers, and nonsense."""

import json

import pytest

from nemodesk.cli.quantities import read_memory, read_rate
from nemodesk.errors import UsageError
from tests.cli.conftest import Nemodesk

_4B = "unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF"


def test_a_described_computer_gets_the_same_answer_everywhere(nemodesk: Nemodesk) -> None:
    """All fields of the contract are there, and nothing of this computer is in them."""
    command = ("recommend", "--ram", "16GiB", "--bandwidth", "60GB/s", "--json")
    first, second = (nemodesk(*command) for _ in range(2))
    assert first.stdout == second.stdout
    document = json.loads(first.stdout)
    assert document["repo_id"] == _4B
    assert document["filename"] == "NVIDIA-Nemotron-3-Nano-4B-Q8_0.gguf"
    assert (document["family"], document["quant"]) == ("4B", "Q8_0")
    assert document["size_bytes"] > 4e9
    assert document["context"] >= 8192
    assert document["gpu_layers"] == 0
    predicted = document["predicted"]
    assert predicted["memory_bytes"] > document["size_bytes"]
    assert predicted["vram_bytes"] == 0
    assert predicted["prompt_tokens_per_s"] > predicted["tokens_per_s"] > 5
    assert "16 GB" in document["reason"]
    assert {choice["quant"] for choice in document["alternatives"]} >= {"Q4_K_M"}


def test_a_described_mac_and_a_card(nemodesk: Nemodesk) -> None:
    """Unified memory and a card of its own lead to the 30B on the card."""
    mac = ("recommend", "--ram", "64GiB", "--unified", "--os", "macos", "--json")
    card = ("recommend", "--ram", "32 GB", "--vram", "24g", "--json")
    for command in (mac, card):
        document = json.loads(nemodesk(*command).stdout)
        assert document["family"] == "30B"
        assert document["gpu_layers"] == 53
        assert document["predicted"]["vram_bytes"] > 15e9


def test_too_little_memory_ends_with_4(nemodesk: Nemodesk) -> None:
    """One sentence says so."""
    done = nemodesk("recommend", "--ram", "4GiB")
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "flags",
    [
        ("--ram", "much"),
        ("--ram", "0"),
        ("--ram", "16GiB", "--bandwidth", "0"),
        ("--ram", "16GiB", "--bandwidth", "60"),
        ("--ram", "-3GiB"),
        ("--vram", "8GiB"),
        ("--ram", "16GiB", "--vram", "8 apples"),
    ],
)
def test_nonsense_ends_with_2(nemodesk: Nemodesk, flags: tuple[str, ...]) -> None:
    """A sentence says how to write it."""
    done = nemodesk("recommend", *flags)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_fit_of_the_catalog_needs_no_download(nemodesk: Nemodesk) -> None:
    """All fields of the contract are there, for a model that is not on this computer."""
    document = json.loads(nemodesk("fit", f"{_4B}:q8_0", "--context", "8192", "--json").stdout)
    assert document["fits"] in {"yes", "partly", "no"}
    assert document["kv_bytes"] == 128 * 2**20
    assert round(document["state_bytes"] / 2**20, 2) == 81.09
    assert document["memory_bytes"] + document["vram_bytes"] > 4.2e9
    assert document["compute_bytes"] > 0
    assert 0 <= document["max_context"] <= 262_144
    packed = nemodesk("fit", f"{_4B}:Q8_0", "--context", "8192", "--kv", "q8_0", "--json")
    assert json.loads(packed.stdout)["kv_bytes"] == 68 * 2**20


def test_fit_says_no_to_what_cannot_be(nemodesk: Nemodesk) -> None:
    """A context beyond all memory or beyond the training does not fit; that is an answer."""
    for context in ("100000000", "8448"):
        done = nemodesk("fit", "starter", "--context", context, "--json")
        assert done.returncode == 0
        assert json.loads(done.stdout)["fits"] == "no"


def test_fit_of_an_unknown_model_ends_with_3(nemodesk: Nemodesk) -> None:
    """And one of an unknown type of cache with 2."""
    assert nemodesk("fit", "no-such-model").returncode == 3
    assert nemodesk("fit", "starter", "--kv", "q3").returncode == 2


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [
        ("16GiB", 16 * 2**30),
        ("16GB", 16 * 2**30),
        ("16 gb", 16 * 2**30),
        ("8g", 8 * 2**30),
        ("1.5T", 1.5 * 2**40),
        ("512MiB", 512 * 2**20),
        ("17179869184", 16 * 2**30),
    ],
)
def test_sizes_of_memory_are_read_as_they_are_sold(text: str, size_bytes: float) -> None:
    """A GB of memory has 1,024 MB, however it is written."""
    assert read_memory(text, option="--ram") == size_bytes


@pytest.mark.parametrize(
    ("text", "rate"), [("60GB/s", 60e9), ("60 gb/s", 60e9), ("1.2TB/s", 1.2e12), ("60g", 60e9)]
)
def test_speeds_count_thousands(text: str, rate: float) -> None:
    """Makers of memory count so."""
    assert read_rate(text, option="--bandwidth") == rate


@pytest.mark.parametrize(
    "text", ["", "GB", "16XB", "1e9", "16GB/s", "iB", "9999999TB", "nan", "16"]
)
def test_nonsense_is_no_size(text: str) -> None:
    """The sentence names the option and an example."""
    with pytest.raises(UsageError, match=r"--ram .*16GiB"):
        read_memory(text, option="--ram")
