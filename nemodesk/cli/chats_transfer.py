# SPDX-License-Identifier: Apache-2.0
"""`nemodesk chats export` and `import`: chats out of NemoDesk, and in from other programs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from nemodesk.cli.chat_file import open_chats
from nemodesk.cli.long_work import long_work
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import print_json, say
from nemodesk.errors import CancelledError
from nemodesk.exchange.chat_source import all_chats
from nemodesk.exchange.exporting import ExportFormat, export_to, exported
from nemodesk.exchange.importing import ImportReport, import_chats
from nemodesk.exchange.progress import Progress

_SHOWN_PROBLEMS = 10


def export(
    chat_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="Left out: all.", show_default=False)
    ] = None,
    *,
    export_format: Annotated[
        ExportFormat,
        typer.Option("--format", help="md or html to read, json to keep, jsonl to train."),
    ] = ExportFormat.MARKDOWN,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file instead of stdout.")
    ] = None,
) -> None:
    """Write one chat, or all of them, to stdout or a file."""
    with open_chats() as store:
        chats = all_chats(store) if chat_id is None else [store.chat(chat_id)]
        if output is None:
            for piece in exported(store, chats, export_format, Progress()):
                sys.stdout.write(piece)
            sys.stdout.flush()
            return
        with long_work("Exporting") as work:
            progress = Progress(work.on_count, work.stop)
            export_to(output, store, chats, export_format, progress)


def import_(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="A file, a zip archive, or a folder of them.", show_default=False
        ),
    ],
    *,
    as_json: JsonOption = False,
) -> None:
    """Take in chats of ChatGPT, Open WebUI, LM Studio, or NemoDesk itself.

    It reads the files and archives that these programs export, as they are. What is here already
    is not taken in twice.
    """
    with open_chats() as store, long_work("Importing") as work:
        report = import_chats(path, store, Progress(work.on_progress, work.stop))
    if as_json:
        print_json(_fields(report))
    else:
        _show(report)
    if report.is_stopped:
        raise CancelledError("Stopped. The chats that were imported before stay.")


def _fields(report: ImportReport) -> dict[str, object]:
    return {
        "added": report.added,
        "known": report.known_count,
        "left_out": report.problem_count,
        "problems": [
            {"place": problem.place, "error": problem.sentence} for problem in report.problems
        ],
    }


def _show(report: ImportReport) -> None:
    for problem in report.problems[:_SHOWN_PROBLEMS]:
        say(f"{problem.place}: {problem.sentence}")
    if report.problem_count > _SHOWN_PROBLEMS:
        say(f"… and {report.problem_count - _SHOWN_PROBLEMS:,} more.")
    say(report.sentence)
