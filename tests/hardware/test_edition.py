# SPDX-License-Identifier: Apache-2.0
"""What an edition can use is told by the files beside the engine's library."""

import pytest

from nemodesk.hardware.edition import Edition, edition_from, this_edition


@pytest.mark.parametrize(
    ("files", "edition"),
    [
        (["libggml-base.so", "libggml-cpu-haswell.so", "libllama.so"], Edition()),
        (
            ["libggml-cuda.so", "libggml-vulkan.so.0", "libcudart.so.13"],
            Edition(backends=frozenset({"cuda", "vulkan"}), cuda_major=13),
        ),
        (
            ["ggml-cuda.dll", "cudart64_12.dll"],
            Edition(backends=frozenset({"cuda"}), cuda_major=12),
        ),
        (["libggml-metal.dylib"], Edition(backends=frozenset({"metal"}))),
        (["libggml-hip.so"], Edition(backends=frozenset({"rocm"}))),
        (["libcudart-8774224f.so.12.4.127"], Edition(cuda_major=12)),
    ],
)
def test_back_ends_are_files(files: list[str], edition: Edition) -> None:
    """Their names are alike on all systems; CUDA's own library says which CUDA it is."""
    assert edition_from(files) == edition


def test_the_edition_under_test_uses_the_processor() -> None:
    """The tests run with the package's usual build."""
    assert this_edition() == Edition()
