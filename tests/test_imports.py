# SPDX-License-Identifier: Apache-2.0
"""The import rule: a package imports only from lower levels or from inside itself."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent
_SOURCES = sorted((_ROOT / "nemodesk").rglob("*.py"))

_LEVELS = {
    "nemodesk.errors": 0,
    "nemodesk.whole_file": 0,
    "nemodesk.structs": 0,
    "nemodesk.paths": 1,
    "nemodesk.log": 1,
    "nemodesk.file_lock": 1,
    "nemodesk.sizes": 1,
    "nemodesk.speeds": 1,
    "nemodesk.text": 1,
    "nemodesk.answer_settings": 1,
    "nemodesk.children": 1,
    "nemodesk.engine.values": 1,
    "nemodesk.hardware": 2,
    "nemodesk.chats": 2,
    "nemodesk.catalog": 2,
    "nemodesk.settings": 2,
    "nemodesk.single_instance": 2,
    "nemodesk.documents": 2,
    "nemodesk.engine.protocol": 2,
    "nemodesk.engine": 3,
    "nemodesk.hub": 3,
    "nemodesk.exchange": 3,
    "nemodesk.vault": 3,
    "nemodesk.conversation": 4,
    "nemodesk.downloads": 4,
    "nemodesk.advice": 4,
    "nemodesk.cli": 5,
    "nemodesk.ui": 5,
    "nemodesk.app": 6,
    "nemodesk.__main__": 7,
}
"""The longest entry that begins a module's name counts. Each entry is a unit of its own."""

_LATE = {
    # The command line opens the window only when it is asked to.
    ("nemodesk.cli", "nemodesk.app"),
}
"""Upward imports that are allowed inside a function, and only there."""

_ENGINE_WORKER = "nemodesk.engine.worker"
_WORKERS = (_ENGINE_WORKER, "nemodesk.downloads.worker", "nemodesk.documents.worker")
_QT = {"PySide6", "qasync", "shiboken6"}
_NETWORK = {"httpx2", "huggingface_hub", "hf_xet"}


def _module_name(source: Path) -> str:
    parts = source.relative_to(_ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


_MODULES = {_module_name(source): source for source in _SOURCES}


def _is_worker(module: str, *workers: str) -> bool:
    return any(f"{module}.".startswith(f"{worker}.") for worker in workers or _WORKERS)


def _unit(module: str) -> str:
    """Return the entry of _LEVELS that a module belongs to; empty for the bare package."""
    entries = [entry for entry in _LEVELS if f"{module}.".startswith(f"{entry}.")]
    return max(entries, key=len, default="")


def _imports(source: Path, *, late: bool = True) -> Iterator[str]:
    """Yield the full name of everything that a file imports."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    inside_functions = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if node in inside_functions and not late:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}:{node.lineno}: write the full name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _our_imports(source: Path, *, late: bool = True) -> Iterator[str]:
    """Yield the modules of ours that a file imports."""
    for name in _imports(source, late=late):
        if name in _MODULES:
            yield name
        elif name.rpartition(".")[0] in _MODULES:
            yield name.rpartition(".")[0]


def _upward_imports(module: str) -> Iterator[str]:
    source, unit = _MODULES[module], _unit(module)
    early = set(_our_imports(source, late=False))
    for imported in set(_our_imports(source)):
        other = _unit(imported)
        late_is_fine = (unit, other) in _LATE and imported not in early
        if not other or not unit or other == unit or late_is_fine:
            continue
        if _LEVELS[other] >= _LEVELS[unit]:
            yield f"{module} imports {imported}"


def test_every_module_has_a_level() -> None:
    """A new package is given its level here before it imports anything."""
    assert [module for module in _MODULES if not _unit(module)] == ["nemodesk"]


def test_imports_point_downwards() -> None:
    """A module imports only from a lower level, or inside its own package."""
    assert not [found for module in _MODULES for found in _upward_imports(module)]


def test_the_entrance_imports_nothing_early() -> None:
    """The entrance imports a part of the program only once it is known to be wanted."""
    assert not list(_our_imports(_MODULES["nemodesk.__main__"], late=False))


def test_only_the_window_imports_qt() -> None:
    """Qt is imported in ui/ and app.py only, so that the command line works without it."""
    assert not [
        module
        for module, source in _MODULES.items()
        if _unit(module) not in {"nemodesk.ui", "nemodesk.app"}
        and {name.partition(".")[0] for name in _imports(source)} & _QT
    ]


def test_only_the_worker_imports_llama_cpp() -> None:
    """A crash in C++ must never take the window along, so only the worker loads it."""
    assert not [
        module
        for module, source in _MODULES.items()
        if not _is_worker(module, _ENGINE_WORKER)
        and "llama_cpp" in {name.partition(".")[0] for name in _imports(source)}
    ]


def test_only_hub_and_downloads_use_the_network() -> None:
    """Everything else cannot connect to the hub even by mistake."""
    assert not [
        module
        for module, source in _MODULES.items()
        if _unit(module) not in {"nemodesk.hub", "nemodesk.downloads"}
        and {name.partition(".")[0] for name in _imports(source)} & _NETWORK
    ]


def test_nothing_imports_the_workers() -> None:
    """A worker is reached over its pipes only; the entrance starts it."""
    assert not [
        f"{module} imports {imported}"
        for module, source in _MODULES.items()
        if not _is_worker(module) and module != "nemodesk.__main__"
        for imported in _our_imports(source)
        if _is_worker(imported)
    ]


def test_there_are_no_import_cycles() -> None:
    """No module imports itself through others."""
    graph = {
        module: set(_our_imports(source, late=False)) - {module}
        for module, source in _MODULES.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))
