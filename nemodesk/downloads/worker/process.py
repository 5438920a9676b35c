# SPDX-License-Identifier: Apache-2.0
"""The life of a download process: one Fetch in on stdin, events out on what was stdout.

The end of stdin ends it, whatever it is waiting for: the download is paused or cancelled, or its
owner is gone. What has come is written down first.
"""

import contextlib
import os
import sys
import threading

import msgspec

from nemodesk.children.outbox import Outbox
from nemodesk.downloads.protocol import (
    PROTOCOL_VERSION,
    AnyEvent,
    Failed,
    Fetch,
    Hello,
    LimitRate,
    Progress,
    decode_request,
    encode,
)
from nemodesk.downloads.worker.job import Job
from nemodesk.downloads.worker.origin import Origin, UnreachableError
from nemodesk.errors import NemodeskError
from nemodesk.hub.hub import Hub
from nemodesk.paths import find_paths

_NICENESS = 5
_BEAT_S = 0.1
"""Between two reports; what has come is written down at the same time."""


class _Heart:
    """Reports and writes down what has come, ten times a second; ends with the owner."""

    def __init__(self, job: Job, outbox: Outbox[AnyEvent], parent_process_id: int) -> None:
        self._job = job
        self._outbox = outbox
        self._parent_process_id = parent_process_id
        self._last: Progress | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="progress", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Report once more, and stop."""
        self._stopped.set()
        self._thread.join()
        self._report()

    def _beat(self) -> None:
        while not self._stopped.wait(_BEAT_S):
            _flush(self._job)
            if os.name == "posix" and os.getppid() != self._parent_process_id:
                os._exit(0)
            self._report()

    def _report(self) -> None:
        progress = self._job.progress()
        if progress != self._last:
            self._last = progress
            self._outbox.emit(progress)


def main(parent_process_id: int) -> None:
    """Serve the parent until the files are there, it fails, or the parent wants no more.

    Args:
        parent_process_id: without this process there is nobody to serve.
    """
    # Whatever prints to file descriptor 1 must not come between; the protocol gets its own.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if sys.platform != "win32":
        # The window goes first where both want the processor, as with a very fast network.
        os.nice(_NICENESS)
    outbox = Outbox[AnyEvent](output, encode)
    outbox.emit(Hello(protocol=PROTOCOL_VERSION))
    line = sys.stdin.buffer.readline()
    if not line:
        return  # the owner is gone already
    wish = decode_request(line)
    if not isinstance(wish, Fetch):
        raise SystemExit(2)
    hub = Hub(find_paths().cache, lambda: wish.choices)
    job = Job(wish, outbox.emit, Origin(hub, wish.repo_id, wish.revision))
    threading.Thread(target=_listen, args=(job,), name="requests", daemon=True).start()
    heart = _Heart(job, outbox, parent_process_id)
    last = _run(job)
    heart.stop()
    outbox.emit(last)
    # Not by the interpreter's own way, which stumbles over the thread that reads stdin.
    os._exit(0)


def _run(job: Job) -> AnyEvent:
    try:
        return job.run()
    except NemodeskError as error:
        return Failed(
            code=error.code,
            sentence=error.sentence,
            detail=error.detail,
            is_passing=isinstance(error, UnreachableError),
        )


def _listen(job: Job) -> None:
    """Take requests until the parent wants no more, then end the process. Thread: its own."""
    try:
        for line in sys.stdin.buffer:
            request = decode_request(line)
            if isinstance(request, LimitRate):
                job.limit_rate(request.bytes_per_s)
    except (OSError, ValueError, msgspec.DecodeError) as error:
        sys.stderr.write(f"Unreadable request: {error!r}\n")
    _flush(job)
    os._exit(0)


def _flush(job: Job) -> None:
    # A disk that refuses is reported by the thread that fetches.
    with contextlib.suppress(OSError, ValueError):
        job.flush()
