# SPDX-License-Identifier: Apache-2.0
"""The limits on size. The lists of exceptions may only get shorter."""

import ast
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_SOURCES = {
    str(source.relative_to(_ROOT)): source
    for folder in ("nemodesk", "tests", "tools", "benchmarks")
    for source in sorted((_ROOT / folder).rglob("*.py"))
}

_MODULE_LINES = 400
_FUNCTION_LINES = 40

_LONG_MODULES: set[str] = set()
_LONG_FUNCTIONS: set[str] = set()
"""Written as path:function."""


def _long_modules() -> set[str]:
    return {
        path
        for path, source in _SOURCES.items()
        if len(source.read_text(encoding="utf-8").splitlines()) > _MODULE_LINES
    }


def _long_functions(path: str) -> set[str]:
    tree = ast.parse(_SOURCES[path].read_text(encoding="utf-8"))
    return {
        f"{path}:{node.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _body_lines(node) > _FUNCTION_LINES
    }


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines below the signature and the docstring."""
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    before = (first.end_lineno if is_docstring else first.lineno - 1) or 0
    return (function.end_lineno or 0) - before


def test_modules_are_short() -> None:
    """A module has 400 lines at most."""
    assert _long_modules() == _LONG_MODULES


def test_functions_are_short() -> None:
    """A function has 40 lines at most; what is short again leaves the list."""
    assert {name for path in _SOURCES for name in _long_functions(path)} == _LONG_FUNCTIONS
