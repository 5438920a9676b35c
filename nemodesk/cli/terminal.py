# SPDX-License-Identifier: Apache-2.0
"""What the command line writes: answers and JSON on stdout, everything else on stderr.

It is plain wherever the output is not a terminal.
"""

import io
import sys
from typing import Any, TextIO

import msgspec
from rich.console import Console
from rich.text import Text

from nemodesk.text import without_controls

_DIM = "\033[2m"
_RESET = "\033[0m"
_PIPED_WIDTH = 10_000
_CLEAR_LINE = "\r\033[K"


def speak_utf8() -> None:
    """Read and write UTF-8 on the standard streams, whatever the locale says."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def print_json(document: Any) -> None:  # noqa: ANN401 - any JSON value
    """Print one JSON document on stdout."""
    text = msgspec.json.format(msgspec.json.encode(document), indent=2)
    sys.stdout.write(text.decode() + "\n")
    sys.stdout.flush()


def say(sentence: str) -> None:
    """Write one sentence for the person to stderr."""
    sys.stderr.write(without_controls(sentence) + "\n")
    sys.stderr.flush()


def console() -> Console:
    """Return a rich console on stdout; plain, and with lines of any length, when piped."""
    width = None if sys.stdout.isatty() else _PIPED_WIDTH
    return _PlainConsole(file=sys.stdout, highlight=False, markup=False, emoji=False, width=width)


class _PlainConsole(Console):
    """Shows strings as they are: brackets and colons in the name of a model mean nothing."""

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401 - rich's own
        """Make what is shown of a string."""
        return super().render_str(without_controls(text), **options)

    def on_broken_pipe(self) -> None:
        """Let the program end as it does for all other output, with 0 and not with 1."""
        raise BrokenPipeError


class ProgressLine:
    """One line on a terminal's stderr that is written again and again; silent otherwise."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._is_shown = False

    def show(self, text: str) -> None:
        """Write the text in place of what was there."""
        if self._is_terminal:
            self._is_shown = True
            self._stream.write(_CLEAR_LINE + without_controls(text))
            self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            self._is_shown = False
            self._stream.write(_CLEAR_LINE)
            self._stream.flush()


class AnswerStream:
    """Shows an answer as it comes: the text on `out`, the reasoning dim on `aside`.

    Either may be None: then that part is not shown.
    """

    def __init__(self, *, out: TextIO | None, aside: TextIO | None) -> None:
        self._out = out
        self._aside = aside
        self._progress = ProgressLine(sys.stderr)
        self._reasons = False
        self._last_character = ""

    def loading(self, fraction: float) -> None:
        """Show the share of the model that is loaded, 0 to 1."""
        self._progress.show(f"Loading the model… {fraction:.0%}")

    def reading(self, processed_tokens: int, total_tokens: int) -> None:
        """Show how much of the question has been read."""
        self._progress.show(f"Reading {processed_tokens:,} of {total_tokens:,} tokens")

    def text(self, content: str, reasoning: str) -> None:
        """Show new text."""
        self._progress.clear()
        if reasoning and self._aside is not None:
            self._reason(reasoning, self._aside)
        if content and self._out is not None:
            self._end_reasoning()
            self._out.write(content)
            self._out.flush()
            self._last_character = content[-1]

    def end(self) -> None:
        """End the last line."""
        self._progress.clear()
        self._end_reasoning()
        if self._out is not None and self._last_character not in ("", "\n"):
            self._out.write("\n")
            self._out.flush()
        self._last_character = ""

    def _reason(self, reasoning: str, aside: TextIO) -> None:
        self._reasons = True
        aside.write(f"{_DIM}{reasoning}{_RESET}" if aside.isatty() else reasoning)
        aside.flush()

    def _end_reasoning(self) -> None:
        if self._reasons and self._aside is not None:
            self._aside.write("\n")
            self._aside.flush()
        self._reasons = False
