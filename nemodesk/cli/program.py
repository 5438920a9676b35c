# SPDX-License-Identifier: Apache-2.0
"""The command-line program: its commands joined, and the one place where its errors end."""

import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from nemodesk import __version__
from nemodesk.cli import (
    backup,
    bench,
    chat,
    chats,
    doctor,
    fit,
    hardware,
    models,
    recommend,
    self_test,
    settings,
    vault,
)
from nemodesk.cli.exit_codes import BUG, CANCELLED, DONE, EXIT_CODES, WRONG_USAGE
from nemodesk.cli.terminal import say, speak_utf8
from nemodesk.cli.theme_name import ThemeName
from nemodesk.errors import NemodeskError
from nemodesk.log import FILE_NAME, set_up_log
from nemodesk.paths import find_paths

_log = logging.getLogger(__name__)


class _Program(TyperGroup):
    """Ends every error of a command with its sentence and its exit code."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - typer does not export its context type
        debug = bool(ctx.params.get("debug"))
        try:
            return super().invoke(ctx)
        except NemodeskError as error:
            _report(error, debug=debug)
            raise typer.Exit(EXIT_CODES[error.code]) from error
        except KeyboardInterrupt:
            raise typer.Exit(CANCELLED) from None
        except BrokenPipeError:
            # The reader (such as `head`) has what it wanted. Nothing more can be written there,
            # not even when Python flushes at its end.
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
            raise typer.Exit(DONE) from None


app = typer.Typer(
    name="nemodesk",
    cls=_Program,
    help="Private, offline chat with language models on your own computer.",
    epilog="Without a command, the window opens.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("chat")(chat.chat)
app.command("bench")(bench.bench)
app.command("fit")(fit.fit)
app.command("recommend")(recommend.recommend_model)
app.command("hardware")(hardware.hardware)
app.command("doctor")(doctor.doctor)
app.command("self-test")(self_test.self_test)
app.add_typer(models.app, name="models")
app.add_typer(chats.app, name="chats")
app.add_typer(backup.app, name="backup")
app.add_typer(vault.app, name="vault")
app.add_typer(settings.app, name="settings")


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(f"nemodesk {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def program(
    context: typer.Context,
    *,
    theme: Annotated[
        ThemeName | None, typer.Option(help="How the window looks; kept for this start only.")
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the technical details of an error.")
    ] = False,
    version: Annotated[  # noqa: ARG001
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Private, offline chat with language models on your own computer."""
    if context.invoked_subcommand is None:
        from nemodesk.cli.window import open_window  # noqa: PLC0415 - loads Qt

        raise typer.Exit(open_window(theme=theme, debug=debug))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    prepare(debug="--debug" in arguments)
    try:
        # Calling the app itself would replace the hook for bugs.
        command = typer.main.get_command(app)
        code = command.main(args=list(arguments), prog_name="nemodesk", standalone_mode=False)
    except _usage_problem() as problem:
        # A group of commands without one of them has shown its help, and says no more.
        if sentence := _usage_sentence(problem):
            say(sentence)
        return WRONG_USAGE
    except typer.Abort:
        return CANCELLED
    return code if isinstance(code, int) else DONE


def prepare(*, debug: bool) -> None:
    """Set up the streams and the log, and what a bug ends in."""
    speak_utf8()
    set_up_log(find_paths().logs)
    sys.excepthook = _bug_hook(debug=debug)


def _report(error: NemodeskError, *, debug: bool) -> None:
    _log.error("%s %s", error.sentence, error.detail, exc_info=error)
    say(error.sentence)
    if debug:
        traceback.print_exception(error)


def _bug_hook(
    *, debug: bool
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _log.critical("bug", exc_info=(kind, error, trace))
        log_path = find_paths().logs / FILE_NAME
        say(f"NemoDesk has a bug here ({kind.__name__}). Please report it with {log_path}.")
        if debug:
            traceback.print_exception(kind, error, trace)

    return hook


def _usage_problem() -> type[Exception]:
    """Return the class of all wrong usage, of which typer exports only a descendant."""
    return next(
        ancestor
        for ancestor in typer.BadParameter.__mro__
        if ancestor.__name__ == "ClickException" and issubclass(ancestor, Exception)
    )


def _usage_sentence(problem: Any) -> str:  # noqa: ANN401 - see _usage_problem
    context = getattr(problem, "ctx", None)
    command = context.command_path if context is not None else "nemodesk"
    message: str = problem.format_message()
    return message.strip() and f"{message.rstrip('.')}. `{command} --help` shows what there is."


__all__ = ["BUG", "app", "prepare", "run"]
