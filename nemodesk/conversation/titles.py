# SPDX-License-Identifier: Apache-2.0
"""Lets the model name a chat after its first answer, aside from the chat itself.

It is asked only while nobody waits for the engine, gives way at once, and leaves the engine's
cache as it was. A name that is no good is none: then the beginning of the question stays.
"""

import re
from collections import Counter
from collections.abc import Sequence

from nemodesk.catalog.library import ModelFile
from nemodesk.chats.message import Message
from nemodesk.conversation.context import Space, read
from nemodesk.conversation.counting import MostCosts
from nemodesk.conversation.prompting import prompt_messages
from nemodesk.conversation.settings import TurnSettings
from nemodesk.conversation.summarising import with_wish, without_thinking
from nemodesk.engine.answer import Answer
from nemodesk.engine.pool import EnginePool
from nemodesk.engine.protocol import Delta
from nemodesk.engine.values import Sampling
from nemodesk.errors import NemodeskError

LEAST_PARAMETERS = 1_000_000_000
"""Smaller models name chats badly: asked 12 times, SmolLM2 135M wrote eleven texts that were no
titles, and one sentence, which was false (2026-11). The bound itself is a guess."""

_WISH = (
    "Give our conversation a title of two to six words, in the language of my question. Answer "
    "with the title alone, without quotation marks."
)
_MOST_TOKENS = 32
_MOST_WORDS = 6
_MOST_LETTERS = 60
_MOST_SIGNS = 24
"""For scripts that write no spaces between words."""

_MOST_WORD_LETTERS = 30
_THINKING = re.compile(r"<think>.*?(</think>|$)", re.DOTALL)
_LABEL = re.compile(
    r"^\W*(title|titel|titre|título|titulo|标题|タイトル|عنوان)\s*[:\uff1a]\s*", re.IGNORECASE
)
_AROUND = " \t\"'“”„«»「」『』*_#`~.。·:-—\u2013\u2039\u203a\uff1a"
_NO_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


def clean_title(text: str, question: str) -> str:
    """Return the title in what a model has written; empty where it is no good.

    Args:
        question: the chat's first question; its own words are no title.
    """
    lines = [line.strip() for line in _THINKING.sub("", text).splitlines() if line.strip()]
    if len(lines) != 1:
        return ""
    title = " ".join(_LABEL.sub("", lines[0]).strip(_AROUND).split())
    words = title.split()
    is_spaced = not _NO_SPACES.search(title)
    is_short = len(title) <= (_MOST_LETTERS if is_spaced else _MOST_SIGNS)
    if not title or not is_short or len(words) > _MOST_WORDS:
        return ""
    if not any(letter.isalpha() for letter in title) or max(map(len, words)) > _MOST_WORD_LETTERS:
        return ""
    if max(Counter(word.casefold() for word in words).values()) > max(1, len(words) // 2):
        return ""
    if _bare(title) == _bare(question):
        return ""
    return title if "<" not in title else ""


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


class TitleWriter:
    """Asks the model for titles, one at a time."""

    def __init__(self, pool: EnginePool, *, least_parameters: int = LEAST_PARAMETERS) -> None:
        self._pool = pool
        self._least_parameters = least_parameters
        self._answer: Answer | None = None

    def give_way(self) -> None:
        """Stop at once: somebody wants the engine."""
        if self._answer is not None:
            self._answer.cancel()

    async def write(
        self, history: Sequence[Message], model: ModelFile, settings: TurnSettings
    ) -> str:
        """Return a title for a chat that has just been answered; empty: there is none.

        It is none too where the model is small, the engine is wanted, or the chat is long.
        """
        engine = self._pool.idle_engine(model.path, settings.engine)
        if engine is None or engine.is_answering or not history:
            return ""
        if engine.model.parameter_count < self._least_parameters:
            return ""
        space = Space(limit_tokens=engine.model.context_tokens, max_tokens=_MOST_TOKENS)
        draft = len(_WISH) + MostCosts().form_tokens
        reading = read(history, MostCosts(settings.system_prompt), space, draft_tokens=draft)
        if reading.left_out_id is not None or not reading.fits:
            return ""
        answer = self._answer = engine.generate(
            with_wish(prompt_messages(history, settings.system_prompt), _WISH),
            sampling=Sampling(temperature=0.0),
            max_tokens=_MOST_TOKENS,
            template_options=without_thinking(settings),
            aside=True,
        )
        text = ""
        try:
            async for event in answer:
                if isinstance(event, Delta):
                    text += event.content
        except NemodeskError:
            return ""  # another model was wanted, or the template refuses: no title, no harm
        finally:
            answer.cancel()
            self._answer = None
        return "" if answer.was_cancelled else clean_title(text, history[0].content)
