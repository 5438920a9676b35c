# SPDX-License-Identifier: Apache-2.0
"""Opening a long chat and searching many: the store here, the real window in its own process.

The texts are words of this repository's documents in random order, as common and as rare as they
are there, so that the search meets both.
"""

import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.figures import Row
from nemodesk.chats.imported import ImportedChat, ImportedMessage
from nemodesk.chats.message import MessageStatistics, Role
from nemodesk.chats.store import ChatStore

_ROOT = Path(__file__).parent.parent

CHAT_MESSAGES = 2_000
_CHATS = 50
_WORDS = (10, 150)
_SHORT_TEXT_EVERY = 50
_CHINESE = "我们 的 花园 很 大 春天 可以 种 西红柿 和 黄瓜 请 告诉 我 什么 时候 播种"
_TIMES = 15

_OPEN_AIM_MS = 200.0
_SEARCH_AIM_MS = 50.0

_SOUGHT = {
    "a common word": "model",
    "a part of words": "edicti",
    "a phrase": '"and the"',
    "three words": "window chats memory",
    "a rare word": "xylophon3",
    "what is nowhere": "nowheretobefound",
    "two letters": "zq",
    "one letter": "x",
    "a Chinese word": "花园",
}
_RARE_TEXT = "It has a xylophon3 in it."

_STATISTICS = MessageStatistics(
    prompt_tokens=900, cached_tokens=800, predicted_tokens=120, predicted_per_s=21.5, ttft_s=0.4
)


def measure_chats(say: Callable[[str], None]) -> list[Row]:
    """Make 100,000 messages, search them and open a chat of 2,000 of them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chats.sqlite3"
        say(f"Writing {_CHATS * CHAT_MESSAGES:,} messages")
        rows = [_fill(path)]
        say("Searching them")
        store = ChatStore(path)
        rows += [
            Row(
                name=f"search {_CHATS * CHAT_MESSAGES:,} messages, {what}",
                unit="ms",
                ours=_timed_ms(lambda text=text: store.search(text)),
                at_most=_SEARCH_AIM_MS,
            )
            for what, text in _SOUGHT.items()
        ]
        chat_id = store.list_chats()[0].id
        rows.append(
            Row(
                name=f"read a chat of {CHAT_MESSAGES:,} messages",
                unit="ms",
                ours=_timed_ms(lambda: store.path(chat_id)),
            )
        )
        store.close()
        say("Opening a long chat in the window")
        rows.append(_measure_window(path, chat_id))
    return rows


def _fill(path: Path) -> Row:
    """Write the chats and index them; return how long that index took."""
    chance = random.Random(1)  # noqa: S311 - not for secrets
    words = [
        word
        for document in sorted(_ROOT.glob("*.md"))
        for word in re.findall(r"\w[\w'-]*", document.read_text(encoding="utf-8"))
    ]
    store = ChatStore(path)
    for number in range(_CHATS):
        store.import_chat(
            ImportedChat(
                title=f"Chat {number}",
                created_at=float(number),
                updated_at=float(number),
                messages=_messages(number, words, chance),
            )
        )
    began_s = time.perf_counter()
    while store.do_idle_work(limit_s=1.0):
        pass
    seconds = time.perf_counter() - began_s
    store.close()
    return Row(name="index the messages of an older version once", unit="s", ours=[seconds])


def _messages(number: int, words: Sequence[str], chance: random.Random) -> list[ImportedMessage]:
    messages: list[ImportedMessage] = []
    for place in range(CHAT_MESSAGES):
        text = " ".join(chance.choices(words, k=chance.randint(*_WORDS)))
        if place % _SHORT_TEXT_EVERY == 0:
            text = "".join(chance.choices(_CHINESE.split(), k=30))
        if (number, place) == (_CHATS // 2, 1):
            text = _RARE_TEXT
        messages.append(
            ImportedMessage(
                key=str(place),
                parent_key=str(place - 1) if place else None,
                role=Role.ASSISTANT if place % 2 else Role.USER,
                content=text,
                created_at=float(place),
                statistics=_STATISTICS if place % 2 else None,
                model="starter" if place % 2 else "",
            )
        )
    return messages


def _timed_ms(work: Callable[[], object]) -> list[float]:
    """Return how long each of several runs took, without the first, which warms up."""
    work()
    figures: list[float] = []
    for _ in range(_TIMES):
        began_s = time.perf_counter()
        work()
        figures.append((time.perf_counter() - began_s) * 1000)
    return figures


def _measure_window(database: Path, chat_id: int) -> Row:
    figures = database.with_name("window.json")
    arguments = [str(database), str(chat_id), "--json", str(figures)]
    subprocess.run(
        [sys.executable, "-m", "benchmarks.window_chats", *arguments],
        check=False,
        stdout=subprocess.DEVNULL,
    )
    if not figures.exists():
        sys.exit("The opening of a chat could not be measured; see above.")
    return Row(
        name=f"open a chat of {CHAT_MESSAGES:,} messages, click to first picture",
        unit="ms",
        ours=json.loads(figures.read_text(encoding="utf-8"))["opened_ms"],
        at_most=_OPEN_AIM_MS,
    )
