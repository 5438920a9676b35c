# SPDX-License-Identifier: Apache-2.0
"""A real child process that speaks the engine's protocol from a script instead of a model.

Run as `python scripted_worker.py BEHAVIOUR`. It imports nothing of the engine but the protocol.
"""

import os
import signal
import sys

from nemodesk.engine.protocol import (
    PROTOCOL_VERSION,
    Cancel,
    Delta,
    Finished,
    Generate,
    Hello,
    Load,
    Loaded,
    PromptProgress,
    decode_request,
    encode,
)
from nemodesk.engine.values import LoadedModel, Timings

MODEL = LoadedModel(
    name="Scripted",
    architecture="scripted",
    parameter_count=1,
    layer_count=1,
    context_tokens=8192,
    trained_context_tokens=8192,
    model_bytes=1,
    devices=("CPU",),
    gpu_layers=0,
    threads=1,
    chat_template="",
    load_s=0.0,
)


def command(behaviour: str) -> list[str]:
    """Return the command that starts a worker with this behaviour."""
    return [sys.executable, "-m", "tests.fakes.scripted_worker", behaviour]


class _Script:
    def __init__(self, behaviour: str) -> None:
        self._behaviour = behaviour
        self._out = os.fdopen(os.dup(1), "wb", buffering=0)

    def say(self, event: object) -> None:
        self._out.write(encode(event))  # type: ignore[arg-type]

    def run(self) -> None:
        if self._behaviour == "silent death":
            sys.stderr.write("no such device\n")
            sys.exit(3)
        version = 99 if self._behaviour == "foreign version" else PROTOCOL_VERSION
        self.say(Hello(protocol=version, build="test", process_id=os.getpid()))
        for line in sys.stdin.buffer:
            request = decode_request(line)
            match request:
                case Load():
                    self._load()
                case Generate():
                    self._generate(request)
                case Cancel():
                    self._cancel(request)

    def _load(self) -> None:
        if self._behaviour == "dies while loading":
            os.kill(os.getpid(), signal.SIGSEGV)
        self.say(Loaded(model=MODEL))

    def _generate(self, request: Generate) -> None:
        number = request.request_id
        so_far = request.answer_so_far.content if request.answer_so_far else ""
        self.say(
            PromptProgress(request_id=number, processed_tokens=5, total_tokens=5, cached_tokens=0)
        )
        if self._behaviour == "rubbish":
            self._out.write(b"\xff\xfe not a message\n")
            return
        if self._behaviour == "dies once" and not so_far:
            self.say(Delta(request_id=number, content="Half an "))
            os.kill(os.getpid(), signal.SIGKILL)
        if self._behaviour == "dies always":
            self.say(Delta(request_id=number, content="x"))
            os.kill(os.getpid(), signal.SIGKILL)
        if self._behaviour in {"waits for a stop", "deaf"}:
            self.say(Delta(request_id=number, content="Begun"))
            return
        self.say(Delta(request_id=number, content="answer." if so_far else "An answer."))
        self._finish(number, "stop")

    def _cancel(self, request: Cancel) -> None:
        if self._behaviour != "deaf":
            self._finish(request.request_id, "cancelled")

    def _finish(self, number: int, reason: str) -> None:
        timings = Timings(prompt_tokens=5, predicted_tokens=3, predicted_per_s=30.0)
        self.say(Finished(request_id=number, reason=reason, timings=timings))  # type: ignore[arg-type]


if __name__ == "__main__":
    _Script(sys.argv[1]).run()
