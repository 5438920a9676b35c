# SPDX-License-Identifier: Apache-2.0
"""The life of an engine process: requests in on stdin, events out on what was stdout.

One thread reads, so that a stop is seen while the main thread computes. The end of stdin ends the
process: its parent is gone.
"""

import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from nemodesk import __version__
from nemodesk.children.outbox import Outbox
from nemodesk.engine.protocol import (
    LOAD_REQUEST_ID,
    PROTOCOL_VERSION,
    AnyEvent,
    AnyRequest,
    Cancel,
    Count,
    CountTexts,
    EndThinking,
    Failed,
    Finished,
    Generate,
    Hello,
    Load,
    Loaded,
    LoadProgress,
    Render,
    decode_request,
    encode,
)
from nemodesk.engine.values import Timings
from nemodesk.engine.worker.generation import Generator
from nemodesk.engine.worker.llama import AbortFlag, LlamaLibrary
from nemodesk.engine.worker.loading import load_model
from nemodesk.engine.worker.parent import die_with_parent
from nemodesk.errors import EngineError, ErrorCode, NemodeskError

_PROGRESS_STEP = 0.01


class Inbox:
    """The requests that have come, and which of them the person no longer wants."""

    def __init__(
        self, stream: BinaryIO, abort: AbortFlag, on_unwanted: Callable[[int], None]
    ) -> None:
        self._stream = stream
        self._on_unwanted = on_unwanted
        self._abort = abort
        self._waiting: queue.SimpleQueue[tuple[AnyRequest, float]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._current = -1
        self._cancelled: set[int] = set()

    def read_forever(self) -> None:
        """Take requests until the parent is gone, then end the process. Thread: its own."""
        for line in self._stream:
            request = decode_request(line)
            if isinstance(request, Cancel):
                self._cancel(request.request_id)
            else:
                self._waiting.put((request, time.perf_counter()))
        os._exit(0)

    def next(self) -> tuple[AnyRequest, float]:
        """Wait for a request; return it and when it came, by `time.perf_counter`."""
        while True:
            request, received_s = self._waiting.get()
            with self._lock:
                self._current = request_id(request)
                self._abort.clear()
                if self._current not in self._cancelled:
                    return request, received_s
                self._cancelled.remove(self._current)

    def _cancel(self, unwanted: int) -> None:
        with self._lock:
            if unwanted == self._current:
                self._abort.set()
            elif unwanted > self._current and unwanted not in self._cancelled:
                # It waits behind another request, and nobody has to wait for that one.
                self._cancelled.add(unwanted)
                self._on_unwanted(unwanted)


class EngineOutbox(Outbox[AnyEvent]):
    """Where the engine's events go out. Thread: any."""

    def tell_unwanted(self, unwanted: int) -> None:
        """End a request that has not begun."""
        self.emit(Finished(request_id=unwanted, reason="cancelled", timings=Timings()))


class Worker:
    """Does what the requests ask for, one after the other."""

    def __init__(self, inbox: Inbox, outbox: EngineOutbox, abort: AbortFlag) -> None:
        self._inbox = inbox
        self.emit = outbox.emit
        self._abort = abort
        self._library = LlamaLibrary()
        self._generator: Generator | None = None
        self._told_fraction = -1.0

    def run_forever(self) -> None:
        """Say hello, then serve. Every request ends with an event of its own or with Failed."""
        self.emit(
            Hello(
                protocol=PROTOCOL_VERSION,
                build=__version__,
                process_id=os.getpid(),
                devices=self._library.devices(),
            )
        )
        while True:
            request, received_s = self._inbox.next()
            try:
                self._serve(request, received_s)
            except NemodeskError as error:
                self._fail(request, error.code, error.sentence, error.detail)
            except MemoryError as error:
                sentence = "There is not enough memory. Close other programs and try again."
                self._fail(request, ErrorCode.DOES_NOT_FIT, sentence, repr(error))
            except Exception as error:  # noqa: BLE001
                # The parent shows and logs it; the worker must live on for the next request.
                sentence = "The engine made a mistake. Try it again."
                self._fail(request, ErrorCode.ENGINE, sentence, repr(error))

    def _serve(self, request: AnyRequest, received_s: float) -> None:
        match request:
            case Load():
                self._load(request)
            case Generate():
                self._loaded().generate(request, received_s)
            case Count():
                self._loaded().count(request)
            case CountTexts():
                self.emit(self._loaded().prompts.count_texts(request))
            case Render():
                self.emit(self._loaded().prompts.render(request))
            case Cancel() | EndThinking():  # taken by the inbox
                pass

    def _load(self, request: Load) -> None:
        self._generator, model = load_model(
            self._library,
            request,
            abort=self._abort,
            on_progress=self._on_load_progress,
            emit=self.emit,
        )
        self.emit(Loaded(model=model))

    def _on_load_progress(self, fraction: float) -> bool:
        if fraction - self._told_fraction >= _PROGRESS_STEP:
            self._told_fraction = fraction
            self.emit(LoadProgress(fraction=fraction))
        return not self._abort.is_set

    def _loaded(self) -> Generator:
        if self._generator is None:
            raise EngineError("No model is loaded. Choose a model first.")
        return self._generator

    def _fail(self, request: AnyRequest, code: ErrorCode, sentence: str, detail: str) -> None:
        self.emit(
            Failed(
                request_id=request_id(request),
                code=code,
                sentence=sentence,
                detail=detail or self._library.recent_log,
            )
        )


def request_id(request: AnyRequest) -> int:
    """Return the id under which a request is cancelled and answered."""
    return LOAD_REQUEST_ID if isinstance(request, Load) else request.request_id


def main(parent_process_id: int) -> None:
    """Run until the parent is gone.

    Args:
        parent_process_id: who started this process.
    """
    die_with_parent(parent_process_id)
    # C code prints to file descriptor 1 as it likes; the protocol gets one of its own.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    abort = AbortFlag()
    outbox = EngineOutbox(output, encode)
    inbox = Inbox(sys.stdin.buffer, abort, outbox.tell_unwanted)
    worker = Worker(inbox, outbox, abort)
    threading.Thread(target=_read, args=(inbox,), name="requests", daemon=True).start()
    worker.run_forever()


def _read(inbox: Inbox) -> None:
    try:
        inbox.read_forever()
    except (OSError, ValueError, msgspec.DecodeError) as error:
        # A parent that speaks another language cannot be served, and must not be left waiting.
        sys.stderr.write(f"Unreadable request: {error!r}\n")
        os._exit(2)
