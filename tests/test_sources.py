# SPDX-License-Identifier: Apache-2.0
"""Habits that hold in every source file and that no other tool checks."""

import ast
import re
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_SOURCES = {
    str(source.relative_to(_ROOT)): source
    for folder in ("nemodesk", "tests", "tools", "benchmarks")
    for source in sorted((_ROOT / folder).rglob("*.py"))
}
_PROGRAM = {path: source for path, source in _SOURCES.items() if path.startswith("nemodesk")}

_BROAD_EXCEPTS = {
    "nemodesk/engine/worker/process.py": 1,
    "nemodesk/documents/worker/process.py": 1,
    "nemodesk/settings/patience.py": 1,
    "nemodesk/ui/bridge.py": 1,
}
"""The edges at which any bug must become a message instead of silence; one is a keyring's."""

_HEX_COLOUR = re.compile(r"""["']#[0-9a-fA-F]{3,8}\b""")


def _tree(path: str) -> ast.Module:
    return ast.parse(_SOURCES[path].read_text(encoding="utf-8"))


def _broad_excepts(path: str) -> int:
    """Count the handlers of every exception, without those that clean up and raise it again."""
    return sum(
        (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and ast.unparse(node.body[-1]) != "raise"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ExceptHandler)
    )


def test_every_file_names_its_licence() -> None:
    """The first line says under which licence the file is."""
    line = "# SPDX-License-Identifier: Apache-2.0\n"
    assert not [
        path
        for path, source in _SOURCES.items()
        if not source.read_text(encoding="utf-8").startswith(line)
    ]


def test_every_module_says_what_it_does() -> None:
    """Each module of the program begins with a docstring."""
    assert not [path for path in _PROGRAM if not ast.get_docstring(_tree(path))]


def test_nothing_sleeps() -> None:
    """Program and tests wait for something, never for a while."""
    sleeps = {"time.sleep", "sleep", "QTest.qWait"}
    assert not [
        f"{path}:{node.lineno}"
        for path in _SOURCES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in sleeps
    ]


def test_structs_are_read_in_one_place() -> None:
    """Only `structs.py` knows how threads read them without ending the process."""
    reads = {"msgspec.json.decode", "msgspec.json.Decoder", "msgspec.convert"}
    readers = {
        path
        for path in _PROGRAM
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in reads
        # Without a kind, plain values are read.
        if len(node.args) + len(node.keywords) > 1 or "Decoder" in ast.unparse(node.func)
    }
    assert readers == {"nemodesk/structs.py"}


def test_broad_excepts_stand_at_the_edges_only() -> None:
    """Only the edges named above turn every exception into a message."""
    counts = {path: _broad_excepts(path) for path in _PROGRAM}
    assert {path: count for path, count in counts.items() if count} == _BROAD_EXCEPTS


def test_colours_come_from_the_theme() -> None:
    """No colour is written into the program's code."""
    assert not [
        path
        for path, source in _PROGRAM.items()
        if _HEX_COLOUR.search(source.read_text(encoding="utf-8"))
    ]
