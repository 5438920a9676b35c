# SPDX-License-Identifier: Apache-2.0
"""Opening the window, or the same chat in the terminal where there is no display.

Where the window is open already, it comes to the front instead.
"""

import sys

from nemodesk.cli.display import why_no_window
from nemodesk.cli.exit_codes import DONE
from nemodesk.cli.theme_name import ThemeName
from nemodesk.log import set_up_log
from nemodesk.paths import find_paths
from nemodesk.settings.settings import Settings
from nemodesk.single_instance import SingleInstance


def open_window(*, theme: ThemeName | None, debug: bool) -> int:
    """Open the window; without a display, chat in the terminal. Returns the exit code."""
    reason = why_no_window()
    if reason is None:
        return _show_window(theme)
    return _chat_in_terminal(reason, debug=debug)


def _show_window(theme: ThemeName | None) -> int:
    paths = find_paths()
    paths.create()
    set_up_log(paths.logs)
    instance = SingleInstance.claim(paths.data)
    if instance is None:
        return DONE
    try:
        # A keyring takes some 0.1 s to answer, and Qt as long to be loaded.
        settings = Settings(paths)
        settings.begin()
        from nemodesk import app  # noqa: PLC0415 - loads Qt

        return app.run(paths, settings, instance=instance, theme=theme)
    finally:
        instance.release()


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
