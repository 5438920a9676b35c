# SPDX-License-Identifier: Apache-2.0
"""Measures how long the window's event loop is held up while an answer streams in.

A timer of 1 ms runs on the main thread; a stall is the time by which a tick comes late. Text
comes as from an engine: a task under qasync hands 300 tokens a second to the transcript, as
Markdown with code, tables, lists and LaTeX, first into an empty message, then into one of 40,000
characters. Painting counts, because it happens on the same thread. The idle window, measured in
the same run, is the yardstick. It starts no engine.

    python -m benchmarks.window_stalls [--seconds 20] [--json FILE]
"""

import argparse
import asyncio
import gc
import json
import os
import platform
import random
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import qasync
from PySide6 import __version__ as pyside_version
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from nemodesk.chats.message import Message, MessageStatus, Role
from nemodesk.ui.theme import apply_theme, load_theme
from nemodesk.ui.transcript import Transcript

_TOKENS_PER_S = 300
_LONG_CHARACTERS = 40_000
_CHARACTERS_PER_TOKEN = 4
_WINDOW_PX = (1024, 700)
_LIMIT_P99_MS = 8.0
_LIMIT_LONGEST_MS = 50.0

_TEXT = """\
## Step {n}

Here is a **bold** claim with `code`, a [link](https://example.org/{n}), and *some emphasis* in
a sentence that is long enough to need more than one line of the column. It goes on for a while,
as answers do.

@@@
```python
class Step{n}(Base):
    \"\"\"Does step {n}.\"\"\"

    def run(self, items: list[int]) -> int:
        total = 0
        for item in items:
            if item % {n} == 0:  # a comment
                total += item * 2.5
        return f"{{total}} of {{len(items)}}"
```

@@@
| Name | Value | Remark |
|:-----|------:|--------|
| alpha {n} | 1,000 | first |
| **beta** | `2` | second one |
| gamma | 3.5 | a longer remark in a cell |

@@@
Things to know:

- the first thing, with **stress**
- the second thing
  - a detail of it with `code`
  - another detail
- the third thing

1. do this
2. then that
3. and be done

@@@
The sum is \\( \\sum_{{i=1}}^{{n}} i = \\frac{{n(n+1)}}{{2}} \\), and for step {n}:

$$
E_{{{n}}} = m c^2 + \\int_0^1 x^{n}\\,dx
$$

> A quote that says something wise about it, in more than one line.

@@@
```javascript
function step{n}(items) {{
  const total = items.reduce((a, b) => a + b, 0);
  return `${{total}} of ${{items.length}}`;
}}
```

"""
_PARTS = _TEXT.split("@@@\n")


@dataclass(frozen=True)
class Stalls:
    """How late the ticks of one phase came, in milliseconds.

    Attributes:
        own_p99_ms, own_longest_ms: processor time that this thread itself used between two
            ticks. On a busy machine the rest of a stall is other programs' work.
    """

    phase: str
    seconds: float
    ticks: int
    p50_ms: float
    p99_ms: float
    p999_ms: float
    longest_ms: float
    own_p99_ms: float
    own_longest_ms: float
    characters: int


class StallClock:
    """A timer of 1 ms that notes how late each of its ticks comes."""

    def __init__(self) -> None:
        self._late_ms: list[float] = []
        self._own_ms: list[float] = []
        self._last_s = 0.0
        self._last_own_s = 0.0
        self._timer = QTimer(interval=1)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin a phase."""
        self._late_ms = []
        self._own_ms = []
        self._last_s = time.perf_counter()
        self._last_own_s = time.thread_time()
        self._timer.start()

    def stop(self, phase: str, seconds: float, characters: int) -> Stalls:
        """End a phase and return its figures."""
        self._timer.stop()
        late, own = sorted(self._late_ms), sorted(self._own_ms)
        return Stalls(
            phase=phase,
            seconds=round(seconds, 1),
            ticks=len(late),
            p50_ms=_share(late, 0.5),
            p99_ms=_share(late, 0.99),
            p999_ms=_share(late, 0.999),
            longest_ms=_share(late, 1.0),
            own_p99_ms=_share(own, 0.99),
            own_longest_ms=_share(own, 1.0),
            characters=characters,
        )

    def _tick(self) -> None:
        now_s = time.perf_counter()
        self._late_ms.append(max(0.0, (now_s - self._last_s) * 1000 - 1))
        self._last_s = now_s
        own_s = time.thread_time()
        self._own_ms.append((own_s - self._last_own_s) * 1000)
        self._last_own_s = own_s


def _share(ordered: list[float], part: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 2)


def make_text(characters: int, seed: int) -> str:
    """Return Markdown of at least that length; the same seed gives the same text."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    parts: list[str] = []
    length = 0
    while length < characters:
        part = chance.choice(_PARTS).format(n=len(parts) + 2)
        parts.append(part)
        length += len(part)
    return "".join(parts)


def _message(message_id: int, role: Role, content: str, status: MessageStatus) -> Message:
    return Message(
        id=message_id,
        chat_id=1,
        parent_id=message_id - 1 or None,
        role=role,
        content=content,
        status=status,
        created_at=0.0,
    )


async def _stream(transcript: Transcript, message_id: int, seconds: float, seed: int) -> int:
    """Hand text over at the pace of tokens, and return the number of characters."""
    text = make_text(round(seconds * _TOKENS_PER_S * _CHARACTERS_PER_TOKEN * 1.1), seed)
    began_s = time.perf_counter()
    sent = 0
    while (passed_s := time.perf_counter() - began_s) < seconds:
        due = int(passed_s * _TOKENS_PER_S) * _CHARACTERS_PER_TOKEN
        while sent < due:
            transcript.append_text(message_id, text[sent : sent + _CHARACTERS_PER_TOKEN], "")
            sent += _CHARACTERS_PER_TOKEN
        await asyncio.sleep(1 / _TOKENS_PER_S)
    return sent


async def _phase(transcript: Transcript, name: str, seconds: float, start_text: str) -> Stalls:
    """Stream into a message that begins with a text, and measure from then until its end."""
    question = _message(1, Role.USER, "Explain it step by step.", MessageStatus.COMPLETE)
    answer = _message(2, Role.ASSISTANT, start_text, MessageStatus.WRITING)
    transcript.show_messages([question, answer])
    await _settle(transcript, 2.0)
    clock = StallClock()
    clock.start()
    began_s = time.perf_counter()
    characters = await _stream(transcript, 2, seconds, seed=len(start_text))
    text = start_text + make_text(round(seconds * 1320), len(start_text))[:characters]
    transcript.end_answer(_message(2, Role.ASSISTANT, text, MessageStatus.COMPLETE))
    await _settle(transcript, 1.0)
    return clock.stop(name, time.perf_counter() - began_s, len(text))


async def _settle(transcript: Transcript, seconds: float) -> None:
    await asyncio.sleep(seconds)
    while transcript.is_busy:  # noqa: ASYNC110 - a benchmark, and the widget has no such signal
        await asyncio.sleep(0.05)


async def _measure(window: QMainWindow, transcript: Transcript, seconds: float) -> list[Stalls]:
    window.show()
    await asyncio.sleep(1)
    gc.collect()
    clock = StallClock()
    clock.start()
    await asyncio.sleep(min(seconds, 10))
    results = [clock.stop("idle window", min(seconds, 10), 0)]
    results.append(await _phase(transcript, "streaming, from message 1", seconds, ""))
    long_text = make_text(_LONG_CHARACTERS, seed=7)
    results.append(await _phase(transcript, "streaming, at 40,000 characters", seconds, long_text))
    return results


def print_table(results: list[Stalls]) -> None:
    """Print one line for each phase."""
    print(
        f"{'phase (ms)':34}{'p50':>7}{'p99':>7}{'p99.9':>7}{'longest':>9}"
        f"{'own p99':>9}{'own longest':>13}{'ticks':>7}{'chars':>7}"
    )
    for row in results:
        print(
            f"{row.phase:34}{row.p50_ms:7.2f}{row.p99_ms:7.2f}{row.p999_ms:7.2f}"
            f"{row.longest_ms:9.2f}{row.own_p99_ms:9.2f}{row.own_longest_ms:13.2f}"
            f"{row.ticks:7}{row.characters:7}"
        )


def is_within_limits(results: list[Stalls]) -> bool:
    """Return whether every phase of streaming keeps to the limits of the performance plan."""
    return all(
        row.p99_ms <= _LIMIT_P99_MS and row.longest_ms <= _LIMIT_LONGEST_MS for row in results[1:]
    )


def main() -> int:
    """Measure, print a table, and exit with 1 if a limit is not kept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each phase")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    theme = load_theme("light")
    apply_theme(app, theme)
    window = QMainWindow()
    window.resize(*_WINDOW_PX)
    transcript = Transcript(theme)
    window.setCentralWidget(transcript)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        results = loop.run_until_complete(_measure(window, transcript, arguments.seconds))
    print_table(results)
    is_good = is_within_limits(results)
    print(
        f"limits: p99 <= {_LIMIT_P99_MS:g} ms, longest <= {_LIMIT_LONGEST_MS:g} ms:"
        f" {'kept' if is_good else 'NOT kept'}"
    )
    if arguments.json:
        figures = {
            "benchmark": "window_stalls",
            "platform": app.platformName(),
            "python": platform.python_version(),
            "pyside": pyside_version,
            "processors": os.cpu_count(),
            "tokens_per_s": _TOKENS_PER_S,
            "phases": [asdict(row) for row in results],
        }
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
