# SPDX-License-Identifier: Apache-2.0
"""Finds out what texts cost in tokens: counted by the loaded model, or estimated without one.

Each text is counted once for each engine, so that a chat of thousands of messages costs one short
count while the person types. What is left out, it does not decide: `context.py` does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import msgspec

from nemodesk.conversation.settings import TurnSettings
from nemodesk.engine.client import EngineClient
from nemodesk.engine.values import PromptMessage
from nemodesk.text import well_formed

_ASCII_PER_TOKEN = 4
"""Characters of English to one token (OpenAI, "What are tokens", help centre)."""

_BYTES_PER_TOKEN = 3
"""Bytes of other scripts to one token; a guess: a Chinese sign has three and is about one."""

_ESTIMATED_FORM_TOKENS = 6
_ESTIMATED_BEGINNING_TOKENS = 24
_MOST_FORM_TOKENS = 32
_MOST_BEGINNING_TOKENS = 512
_TEXT_BYTES_AT_ONCE = 1_000_000
_WORD = "a"
_USER, _ASSISTANT = "user", "assistant"


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text has, for any usual vocabulary."""
    encoded = text.encode(errors="replace")
    ascii_count = len(text) if text.isascii() else sum(byte < 0x80 for byte in encoded)  # noqa: PLR2004
    others = len(encoded) - ascii_count
    return round(ascii_count / _ASCII_PER_TOKEN + others / _BYTES_PER_TOKEN)


@dataclass(frozen=True)
class EstimatedCosts:
    """What things cost about, as long as no model is loaded."""

    system_prompt: str = ""
    is_exact: bool = False
    reads_thinking: bool = False
    form_tokens: int = _ESTIMATED_FORM_TOKENS

    @property
    def instructions_tokens(self) -> int:
        """The instructions and what templates add."""
        return _ESTIMATED_BEGINNING_TOKENS + estimated_tokens(self.system_prompt)

    def text_tokens(self, text: str) -> int:
        """Return about what a text costs."""
        return estimated_tokens(text)


@dataclass(frozen=True)
class MostCosts:
    """What things cost at the most: no token stands for less than one byte."""

    system_prompt: str = ""
    is_exact: bool = False
    reads_thinking: bool = True
    form_tokens: int = _MOST_FORM_TOKENS

    @property
    def instructions_tokens(self) -> int:
        """The instructions and more than templates add."""
        return _MOST_BEGINNING_TOKENS + self.text_tokens(self.system_prompt)

    def text_tokens(self, text: str) -> int:
        """Return the bytes of a text."""
        return len(text.encode(errors="replace"))


@dataclass(frozen=True)
class CountedCosts:
    """What things cost for one model and its template."""

    instructions_tokens: int
    form_tokens: int
    reads_thinking: bool
    texts: Mapping[str, int] = field(repr=False)
    is_exact: bool = True

    def text_tokens(self, text: str) -> int:
        """Return the number of tokens; of texts that were not given to be counted, an estimate."""
        return self.texts[text] if text in self.texts else estimated_tokens(text)


@dataclass(frozen=True)
class _Form:
    """What a template adds."""

    beginning_tokens: int
    message_tokens: int
    reads_thinking: bool


class _Known:
    """What has been counted by one engine."""

    def __init__(self) -> None:
        self.forms: dict[bytes, _Form] = {}
        # By their hash, not to keep the texts: a wrong number in 2**60 is none.
        self.texts: dict[int, int] = {}


class TokenCounter:
    """Counts with the engines of this program, and remembers."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[EngineClient, _Known] = WeakKeyDictionary()

    async def costs(
        self, engine: EngineClient, texts: Iterable[str], settings: TurnSettings
    ) -> CountedCosts:
        """Return what these texts cost with this model, its template and the instructions.

        Raises:
            EngineCrashedError: the process vanished.
            UsageError: the chat template refuses the instructions.
        """
        known = self._known.setdefault(engine, _Known())
        unique = {text for text in texts if text}
        await _count(engine, known, [text for text in unique if hash(text) not in known.texts])
        form = await self._form(engine, known, settings)
        return CountedCosts(
            instructions_tokens=form.beginning_tokens,
            form_tokens=form.message_tokens,
            reads_thinking=form.reads_thinking,
            texts={"": 0} | {text: known.texts[hash(text)] for text in unique},
        )

    async def _form(self, engine: EngineClient, known: _Known, settings: TurnSettings) -> _Form:
        key = msgspec.json.encode([settings.system_prompt, settings.template_options])
        if key not in known.forms:
            known.forms[key] = await _measure(engine, settings)
        return known.forms[key]


async def _count(engine: EngineClient, known: _Known, texts: list[str]) -> None:
    """Count in portions, between which other requests get their turn."""
    while texts:
        portion: list[str] = []
        size_bytes = 0
        while texts and size_bytes < _TEXT_BYTES_AT_ONCE:
            portion.append(texts.pop())
            size_bytes += len(portion[-1])
        tokens = await engine.count_texts([well_formed(text) for text in portion])
        known.texts.update(zip(map(hash, portion), tokens, strict=True))


async def _measure(engine: EngineClient, settings: TurnSettings) -> _Form:
    """Measure a template by what it makes of words of one letter."""
    (word,) = await engine.count_texts([_WORD])

    async def count(*roles: str, thought: str = "") -> int:
        messages = [
            PromptMessage(role=role, content=_WORD, reasoning=thought if role == _ASSISTANT else "")
            for role in roles
        ]
        return (await engine.count(messages, settings.template_options)).tokens

    one = await count(_USER)
    three = await count(_USER, _ASSISTANT, _USER)
    thoughtful = await count(_USER, _ASSISTANT, _USER, thought=_WORD)
    message = max(0, (three - one + 1) // 2 - word)
    beginning = await _beginning(engine, settings) if settings.system_prompt else one
    return _Form(beginning - word - message, message, reads_thinking=thoughtful > three)


async def _beginning(engine: EngineClient, settings: TurnSettings) -> int:
    messages = [
        PromptMessage(role="system", content=settings.system_prompt),
        PromptMessage(role=_USER, content=_WORD),
    ]
    return (await engine.count(messages, settings.template_options)).tokens
