# SPDX-License-Identifier: Apache-2.0
"""The choices of a model out of the file list of its repository."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.catalog.offers.grouping import group_quants
from nemodesk.catalog.offers.offer import RemoteFile
from nemodesk.catalog.safe_paths import safe_relative_path


def _files(*paths: str, size_bytes: int = 10) -> list[RemoteFile]:
    return [RemoteFile(path=path, size_bytes=size_bytes + n) for n, path in enumerate(paths)]


def _choices(*paths: str) -> dict[str, list[str]]:
    return {
        quant.name: [file.path for file in quant.files] for quant in group_quants(_files(*paths))
    }


def test_each_file_is_a_choice_and_parts_are_one() -> None:
    """Single files are one choice each; the parts of a split one are one, in order."""
    assert _choices(
        "README.md",
        "M-4B-Q8_0.gguf",
        "M-4B-UD-Q4_K_XL.gguf",
        "BF16/M-4B-BF16-00002-of-00002.gguf",
        "BF16/M-4B-BF16-00001-of-00002.gguf",
    ) == {
        "Q8_0": ["M-4B-Q8_0.gguf"],
        "UD-Q4_K_XL": ["M-4B-UD-Q4_K_XL.gguf"],
        "BF16": ["BF16/M-4B-BF16-00001-of-00002.gguf", "BF16/M-4B-BF16-00002-of-00002.gguf"],
    }


def test_sizes_add_up_and_order_the_choices() -> None:
    """The size of a choice is that of all its parts; the smallest choice comes first."""
    quants = group_quants(
        [
            RemoteFile(path="m-Q8_0-00001-of-00002.gguf", size_bytes=30),
            RemoteFile(path="m-Q8_0-00002-of-00002.gguf", size_bytes=40),
            RemoteFile(path="m-Q4_0.gguf", size_bytes=50),
        ]
    )
    assert [(quant.name, quant.size_bytes) for quant in quants] == [("Q4_0", 50), ("Q8_0", 70)]


def test_what_is_no_whole_model_is_left_out() -> None:
    """Projectors, importance matrices, vocabularies, adapters and models with a part missing."""
    assert not _choices(
        "mmproj-F16.gguf",
        "M.imatrix.gguf",
        "imatrix_unsloth.gguf",
        "ggml-vocab-x.gguf",
        "M-lora-F16.gguf",
        "M-Q4_0-00002-of-00003.gguf",
        "M-Q4_0-00001-of-00003.gguf",
        "weights.safetensors",
    )


def test_a_folder_names_the_packing_if_the_file_does_not() -> None:
    """Where the file does not say how its weights are packed, its folder does."""
    assert _choices("Q6_K/model.gguf", "plain.gguf", "-00001-of-00001.gguf") == {
        "Q6_K": ["Q6_K/model.gguf"],
        "plain": ["plain.gguf"],
    }


def test_equal_names_are_told_apart() -> None:
    """Of two models packed alike one has the short name, the other that of its file."""
    assert _choices("draft/small-Q8_0.gguf", "big-Q8_0.gguf", "other-Q8_0.gguf") == {
        "Q8_0": ["other-Q8_0.gguf"],
        "big-Q8_0": ["big-Q8_0.gguf"],
        "small-Q8_0": ["draft/small-Q8_0.gguf"],
    }


def test_names_that_some_disks_take_for_one_are_there_once() -> None:
    """Files that would overwrite each other on Windows or macOS are not both offered."""
    assert _choices("m-Q4_0.gguf", "M-q4_0.GGUF", "é-Q5_0.gguf", "e\u0301-Q5_0.gguf") == {
        "Q4_0": ["m-Q4_0.gguf"],
        "Q5_0": ["é-Q5_0.gguf"],
    }


def test_bad_names_are_left_out_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A name that leads out of the folder is no choice; the log says that it was there."""
    caplog.set_level("INFO")
    assert _choices("../../x-Q4_0.gguf", "C:\\x.gguf", "x" * 300 + ".gguf", "😀-Q4_0.gguf") == {
        "Q4_0": ["😀-Q4_0.gguf"]
    }
    assert caplog.text.count("bad name") == 3
    assert "../../x-Q4_0.gguf" in caplog.text


def test_quality_is_said_for_each_choice() -> None:
    """The words for the quality are asked for by the name of the packing."""
    quants = group_quants(_files("a-Q4_0.gguf", "a-Q8_0.gguf"), quality=str.lower)
    assert [quant.quality for quant in quants] == ["q4_0", "q8_0"]


_names = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(["..", "a", "A", "x-Q4_0", "x-Q4_0-00001-of-00002", "nul", "C:\\x"]),
    ),
    min_size=1,
    max_size=4,
).map(lambda parts: "/".join(parts) + ".gguf")


@given(st.lists(_names, max_size=12))
def test_any_list_gives_safe_choices(paths: list[str]) -> None:
    """Whatever a repository calls its files: paths are safe, names differ, no file is twice."""
    quants = group_quants(_files(*paths))
    files = [file.path for quant in quants for file in quant.files]
    assert all(safe_relative_path(path) for path in files)
    assert len(files) == len(set(files))
    assert len({quant.name.casefold() for quant in quants}) == len(quants)
    assert [quant.size_bytes for quant in quants] == sorted(q.size_bytes for q in quants)
