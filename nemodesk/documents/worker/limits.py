# SPDX-License-Identifier: Apache-2.0
"""Holds the process that reads a document to a share of the machine. It reads nothing.

Three belts: the operating system's limits where it has them, a thread that watches the memory
everywhere, and whoever started the process, who ends it when it says nothing for too long.
"""

import os
import sys
import threading

import psutil

from nemodesk.documents.document import MIB

TOO_MUCH_MEMORY = 86
"""The exit status of a process that has grown too large; any number that nothing else gives."""

_MOST_MEMORY_BYTES = 1024 * MIB
"""Measured: a PDF of 2,000 full pages needs 57 MiB. The rest is for files of 64 MB: a guess."""

_MOST_ADDRESS_BYTES = 4 * _MOST_MEMORY_BYTES
"""Python and lxml map more than they use."""

_MOST_PROCESSOR_S = 900
_LOOK_S = 0.05
_NICENESS = 10


def limit_this_process() -> None:
    """Take away what reading a document does not need. Thread: the main one, before reading."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - Windows has none

        os.nice(_NICENESS)
        # It writes no file: what a hostile document makes of it cannot either.
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_PROCESSOR_S, _MOST_PROCESSOR_S))
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_AS, (_MOST_ADDRESS_BYTES, _MOST_ADDRESS_BYTES))
    threading.Thread(target=_watch, name="memory", daemon=True).start()


def _watch() -> None:
    process, never = psutil.Process(), threading.Event()
    while not never.wait(_LOOK_S):
        if process.memory_info().rss > _MOST_MEMORY_BYTES:
            os._exit(TOO_MUCH_MEMORY)
