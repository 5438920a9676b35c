# SPDX-License-Identifier: Apache-2.0
"""Names from the network: none of them leads out of a folder, on any system."""

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nemodesk.catalog.safe_paths import is_repo_id, safe_relative_path

_BAD_PARTS = ["..", ".", "", "C:", "\\", "nul.gguf", "\0", "~", "x.gguf ", "a:b", "\u202e"]
_paths = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(st.text(max_size=12), st.sampled_from(_BAD_PARTS)), max_size=10).map(
        "/".join
    ),
)


@pytest.mark.parametrize(
    "path",
    [
        "../../x.gguf",
        "a/../../x.gguf",
        "/etc/x.gguf",
        "//server/share/x.gguf",
        "C:\\x.gguf",
        "C:/x.gguf",
        "..\\x.gguf",
        "a\\b.gguf",
        "x.gguf:stream",
        "x" * 300 + ".gguf",
        "/".join(["folder"] * 9) + "/x.gguf",
        "f" * 200 + "/" + "g" * 200 + "/" + "h" * 200 + "/x.gguf",
        "a\0b.gguf",
        "a\nb.gguf",
        "NUL.gguf",
        "com1.Q4_0.gguf",
        "aux /x.gguf",
        "LPT¹/x.gguf",
        "x.gguf.",
        "x.gguf ",
        " x.gguf",
        ".hidden/x.gguf",
        ".gguf",
        "a//x.gguf",
        "a/",
        "",
        "fugg\u202efugg.exe",
        "\udc80.gguf",
        "😀" * 80 + ".gguf",
    ],
)
def test_bad_names_are_refused(path: str) -> None:
    """Whatever leaves a folder, or means something else on another system, is no path."""
    assert safe_relative_path(path) is None


@pytest.mark.parametrize(
    "path",
    [
        "Nemotron-3-Nano-30B-A3B-UD-Q4_K_XL.gguf",
        "BF16/x-00001-of-00002.gguf",
        "😀🎉/模型-Q4_0.gguf",
        "contents/console.gguf",
        "a b (1).gguf",
        "x" * 230 + ".gguf",
    ],
)
def test_ordinary_names_stay_as_they_are(path: str) -> None:
    """A name that means the same everywhere is used unchanged."""
    assert str(safe_relative_path(path)) == path


@given(_paths)
@example("a/..")
@example("\x7f/x")
def test_nothing_leaves_the_folder(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    """What is accepted lies below the folder, can be written there and is no Windows device."""
    safe = safe_relative_path(path)
    if safe is None:
        return
    folder = tmp_path_factory.getbasetemp().resolve()
    target = Path(folder, *safe.parts).resolve()
    assert target.is_relative_to(folder)
    assert target != folder
    windows = PureWindowsPath("C:\\models") / PureWindowsPath(path)
    assert windows.is_relative_to("C:\\models")
    assert ".." not in windows.parts
    assert not windows.is_reserved()
    assert safe == PurePosixPath(path)


@pytest.mark.parametrize(
    "text",
    [
        "unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF",
        "a/b",
        "_x/y.z",
    ],
)
def test_repositories_have_owner_and_name(text: str) -> None:
    """OWNER/REPO of letters, digits, dots, dashes and underscores names a repository."""
    assert is_repo_id(text)


@pytest.mark.parametrize(
    "text",
    ["a", "a/b/c", "../b", "a/..", ".trash/b", "a/nul", "a/b.", "ä/b", "a/b\n", "a b/c", "a/b:Q4"],
)
def test_other_texts_name_no_repository(text: str) -> None:
    """Texts whose folder could lie elsewhere, or that the hub does not allow, name none."""
    assert not is_repo_id(text)
