# SPDX-License-Identifier: Apache-2.0
"""Opening the window, or the same chat in the terminal where there is no display."""

import sys

from nemodesk.cli.display import why_no_window
from nemodesk.cli.theme_name import ThemeName


def open_window(*, theme: ThemeName | None, debug: bool) -> int:
    """Open the window; without a display, chat in the terminal. Returns the exit code."""
    reason = why_no_window()
    if reason is None:
        from nemodesk import app  # noqa: PLC0415 - loads Qt

        return app.run(theme=theme or ThemeName.SYSTEM)
    return _chat_in_terminal(reason, debug=debug)


def _chat_in_terminal(reason: str, *, debug: bool) -> int:
    from nemodesk.cli.program import run  # noqa: PLC0415 - only needed here

    if sys.stdin is not None and sys.stdin.isatty():
        sys.stderr.write(f"{reason} NemoDesk chats in this terminal instead.\n")
        arguments = ["chat"]
    else:
        sys.stderr.write(
            f"{reason} There is no terminal to type in either, so the starter model answers"
            f" one question: {FIRST_QUESTION}\n"
        )
        arguments = ["chat", "starter", "-p", FIRST_QUESTION, "--max-tokens", "200"]
    return run(["--debug", *arguments] if debug else arguments)


FIRST_QUESTION = "Why is the sky blue?"
