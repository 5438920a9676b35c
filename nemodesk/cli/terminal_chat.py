# SPDX-License-Identifier: Apache-2.0
"""The conversation in the terminal: questions in, answers out, a few words with a slash.

Without a terminal on stdin every line is a question, and nothing is printed but the answers.
"""

import contextlib
import sys

from rich.markup import escape

from nemodesk.catalog.library import Library
from nemodesk.cli.answer import Outcome
from nemodesk.cli.manner import Wishes
from nemodesk.cli.model_choice import choose_model
from nemodesk.cli.session import ChatSession
from nemodesk.cli.terminal import AnswerStream, console, say
from nemodesk.cli.typed_text import read_question
from nemodesk.engine.preparation import prepare
from nemodesk.errors import NemodeskError
from nemodesk.speeds import words_a_second

_HELP = """\
/new          start a new conversation
/model NAME   go on with another model; without a name, list what there is
/help         show this
/quit         leave (Ctrl-D does too)
Ctrl-C stops an answer. End a line with \\ to go on in the next one."""


class TerminalChat:
    """One conversation with a person at a terminal."""

    def __init__(
        self, session: ChatSession, library: Library, wishes: Wishes, *, beginning: str = ""
    ) -> None:
        self._session = session
        self._library = library
        self._wishes = wishes
        self._beginning = beginning
        self._is_terminal = sys.stdin.isatty()
        self._console = console()

    def run(self) -> None:
        """Talk until the person leaves."""
        if self._is_terminal:
            name = escape(self._session.model.name)
            greeting = f"[bold]NemoDesk[/bold] with {name}. /help shows what you can do."
            self._console.print(greeting, markup=True)
        while (line := self._read()) is not None:
            if line.startswith("/"):
                if not self._obey(line):
                    return
            elif line.strip():
                self._ask(line)

    def _read(self) -> str | None:
        """Return the next question, or None when the person leaves."""
        while True:
            try:
                return read_question("> " if self._is_terminal else "")
            except EOFError:
                if self._is_terminal:
                    self._console.print()
                return None
            except KeyboardInterrupt:
                self._console.print()
                if not self._is_terminal:
                    raise

    def _obey(self, line: str) -> bool:
        """Do what a slash word says. Returns whether the conversation goes on."""
        word, _, rest = line.strip().partition(" ")
        match word:
            case "/quit" | "/exit" | "/bye":
                return False
            case "/new":
                self._session.forget()
                self._note("A new conversation.")
            case "/model":
                self._change_model(rest.strip())
            case "/help":
                self._note(_HELP)
            case _:
                say(f"There is no {word}. /help shows what you can do.")
        return True

    def _change_model(self, name: str) -> None:
        if not name:
            self._note("\n".join(model.id for model in self._library.list()))
            return
        try:
            model = choose_model(self._library, name)
            settings, manner = self._wishes.for_model(model)
            prepare(model.path, settings)
        except NemodeskError as error:
            say(error.sentence)
            return
        self._session.go_on_with(model, settings, manner)
        self._note(f"Now with {model.name}.")

    def _ask(self, line: str) -> None:
        question = f"{self._beginning}\n\n{line}" if self._beginning else line
        try:
            outcome = self._session.ask(question, AnswerStream(out=sys.stdout, aside=sys.stderr))
        except NemodeskError as error:
            if not self._is_terminal:
                raise
            say(error.sentence)
            return
        except KeyboardInterrupt:
            if not self._is_terminal:
                raise
            say("Stopped.")
            return
        self._beginning = ""
        if self._is_terminal:
            self._note(f"({_how_it_went(outcome)})\n")

    def _note(self, text: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            if self._is_terminal:
                self._console.print(text, style="dim")
            else:
                say(text)


def _how_it_went(outcome: Outcome) -> str:
    tokens_per_s = outcome.timings.predicted_per_s
    parts = ["stopped"] if outcome.finish_reason == "cancelled" else []
    if tokens_per_s > 0:
        parts.append(words_a_second(tokens_per_s))
    return ", ".join(parts) or "done"
