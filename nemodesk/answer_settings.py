# SPDX-License-Identifier: Apache-2.0
"""What a person can choose about answers: for a chat, for a model, or as a preset. Values only.

Whatever is None is not chosen here and comes from the next place: the chat, then the model, then
what suits the model by itself. Nothing here is filled in or checked against a model.
"""

from typing import Literal

import msgspec

from nemodesk import structs


class AnswerSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Choices about answers; an empty one chooses nothing.

    Attributes:
        system_prompt: instructions before the first message; "" means explicitly none.
        temperature: 0 to 2.
        top_p: 0 to 1.
        min_p: 0 to 1.
        top_k: 0 keeps all tokens.
        seed: 0 to 2**32 - 1.
        max_tokens: most tokens of one answer; at least 1.
        context_tokens: length of the context; 0 is automatic.
        chat_template: Jinja text in place of the model's own.
        thinking: whether the model thinks first.
        tools: names of the tools that the model may call.
    """

    system_prompt: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    min_p: float | None = None
    top_k: int | None = None
    repeat_penalty: float | None = None
    presence_penalty: float | None = None
    seed: int | None = None
    max_tokens: int | None = None
    context_tokens: int | None = None
    cache_type: Literal["f16", "q8_0"] | None = None
    chat_template: str | None = None
    thinking: bool | None = None
    tools: tuple[str, ...] | None = None

    def over(self, other: "AnswerSettings") -> "AnswerSettings":
        """Return these choices, and the other's where this one has made none."""
        mine = {
            name: value
            for name in self.__struct_fields__
            if (value := getattr(self, name)) is not None
        }
        return msgspec.structs.replace(other, **mine)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is chosen."""
        return self == AnswerSettings()


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """Choices under a name that the person gave them."""

    name: str
    settings: AnswerSettings = AnswerSettings()


def encode(settings: AnswerSettings) -> str:
    """Return the choices as JSON text; an empty text where nothing is chosen."""
    return "" if settings.is_empty else msgspec.json.encode(settings).decode()


def decode(text: str) -> AnswerSettings:
    """Read what `encode` wrote; what makes no sense chooses nothing."""
    try:
        return structs.decode(text or "{}", AnswerSettings)
    except (msgspec.DecodeError, UnicodeError):
        return AnswerSettings()
