# SPDX-License-Identifier: Apache-2.0
"""The program's one entrance: an engine process, the window, or the command line.

It only looks at the arguments. Everything else is imported when it is needed, so that an
engine process starts fast and never loads Qt, and no command loads the window.
"""

import os
import signal
import sys

_CANCELLED = 130


def main() -> int:
    """Run what the arguments ask for and return the exit code."""
    try:
        code = _run(sys.argv[1:])
    except KeyboardInterrupt:
        # The command line knows what to do with it; this is for the time before it is there.
        code = _CANCELLED
    if code == _CANCELLED:
        # WORKAROUND: `python -m` remembers a Ctrl-C that came inside of an `exec`, as dataclasses
        # use it, until the next one, and would end by the signal instead of with this code.
        exec("")  # noqa: S102
    return code


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["--engine-worker"]:
        from nemodesk.engine.worker.process import main as run_worker  # noqa: PLC0415

        # Ctrl-C in a terminal goes to every process there; the parent decides what it stops.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        parent = int(arguments[1]) if len(arguments) > 1 else os.getppid()
        run_worker(parent)
        return 0
    if arguments[:1] == ["--download-worker"]:
        from nemodesk.downloads.worker.process import main as run_download  # noqa: PLC0415

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        run_download(int(arguments[1]) if len(arguments) > 1 else os.getppid())
        return 0
    if arguments == ["--document-worker"]:
        from nemodesk.documents.worker.process import main as read_document  # noqa: PLC0415

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        read_document()
        return 0
    if arguments == ["--check-window"]:
        from nemodesk.ui.self_check import main as check_window  # noqa: PLC0415

        return check_window()
    if not arguments:
        return _open_window()
    from nemodesk.cli.program import run  # noqa: PLC0415

    return run(arguments)


def _open_window() -> int:
    from nemodesk.cli.exit_codes import EXIT_CODES  # noqa: PLC0415
    from nemodesk.cli.window import open_window  # noqa: PLC0415
    from nemodesk.errors import NemodeskError  # noqa: PLC0415

    try:
        return open_window(theme=None, debug=False)
    except NemodeskError as error:
        sys.stderr.write(f"{error.sentence}\n")
        return EXIT_CODES[error.code]


if __name__ == "__main__":
    sys.exit(main())
