# SPDX-License-Identifier: Apache-2.0
"""Reading what a person types or pastes, also when it has several lines."""

import contextlib
import importlib
import select
import sys

_CONTINUED = "... "


def read_question(prompt: str) -> str:
    """Return one question: a line, the lines after a trailing backslash, or all pasted lines.

    Raises:
        EOFError: there is no more input.
        KeyboardInterrupt: the person pressed Ctrl-C.
    """
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\n")
    _offer_line_editing()
    # Lines typed while the last answer was being written are questions of their own.
    was_typed_ahead = _more_is_waiting()
    lines = [input(prompt)]
    while True:
        if lines[-1].endswith("\\"):
            lines[-1] = lines[-1][:-1]
            lines.append(input(_CONTINUED))
        elif _more_is_waiting() and not was_typed_ahead:
            lines.append(input(""))
        else:
            return "\n".join(lines)


def _offer_line_editing() -> None:
    """Give input() a history and editing, where the system has them."""
    # Its import is its effect.
    with contextlib.suppress(ImportError):
        importlib.import_module("readline")


def _more_is_waiting() -> bool:
    """Whether lines are waiting to be read; on Windows the console cannot tell."""
    if sys.platform == "win32":
        return False
    return bool(select.select([sys.stdin], [], [], 0)[0])
