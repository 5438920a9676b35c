# SPDX-License-Identifier: Apache-2.0
"""Decides how a chat is answered out of all that was chosen and recommended. Pure.

For each choice the first of these counts that made it: the chat, the person's choice for every
chat with this model, our catalog, the model's file, the settings of the whole program, and what
is usual. What makes no sense, as it may come in with a file from elsewhere, was not chosen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from nemodesk.answer_settings import AnswerSettings
from nemodesk.catalog.model_file import ModelFile
from nemodesk.conversation.settings import TurnSettings
from nemodesk.conversation.suited import Suited
from nemodesk.engine.values import DEFAULT_SEED, USUAL_SAMPLING, EngineSettings, Sampling
from nemodesk.errors import UsageError


class Origin(StrEnum):
    """Where a choice comes from; the first that made it counts."""

    CHAT = "chat"
    MODEL = "model"
    CATALOG = "catalog"
    FILE = "file"
    GENERAL = "general"
    USUAL = "usual"


@dataclass(frozen=True)
class Limits:
    """The smallest and the largest number that make sense."""

    minimum: float
    maximum: float

    def allow(self, value: float) -> bool:
        """Return whether the number makes sense; what is no number does not."""
        return self.minimum <= value <= self.maximum


LIMITS: Mapping[str, Limits] = {
    "temperature": Limits(0.0, 2.0),
    "top_p": Limits(0.0, 1.0),
    "min_p": Limits(0.0, 1.0),
    "top_k": Limits(0, 1_000_000),
    "repeat_penalty": Limits(0.1, 10.0),
    "presence_penalty": Limits(-2.0, 2.0),
    "seed": Limits(0, 2**32 - 1),
    "max_tokens": Limits(1, 10_000_000),
    "context_tokens": Limits(0, 10_000_000),
}
"""What numbers may be chosen. Where the engine takes any, the largest is a guess at sense."""

_WORDS = {
    "temperature": "temperature",
    "top_p": "top P",
    "min_p": "min P",
    "top_k": "top K",
    "repeat_penalty": "repeat penalty",
    "presence_penalty": "presence penalty",
    "seed": "seed",
    "max_tokens": "maximum of new tokens",
    "context_tokens": "context length",
}

_USUAL = AnswerSettings(
    system_prompt="",
    temperature=USUAL_SAMPLING.temperature,
    top_p=USUAL_SAMPLING.top_p,
    min_p=USUAL_SAMPLING.min_p,
    top_k=USUAL_SAMPLING.top_k,
    repeat_penalty=USUAL_SAMPLING.repeat_penalty,
    presence_penalty=USUAL_SAMPLING.presence_penalty,
    seed=DEFAULT_SEED,
    context_tokens=0,
    cache_type="f16",
)


class Defaults(Protocol):
    """The settings of the program, as far as answers need them."""

    def value(self, key: str) -> Any:  # noqa: ANN401 - what a key means is declared there
        """Return a setting of the whole program."""
        ...

    def answer_defaults(self, model_id: str) -> AnswerSettings:
        """Return what the person chose for every chat with this model."""
        ...


@dataclass(frozen=True, kw_only=True)
class Choices:
    """How a chat is answered, and why.

    Attributes:
        settings: what counts; None is left to the model or the engine.
        origins: for each choice that counts, where it comes from.
        recommended: what would count if the person had chosen nothing.
        recommended_by: where that comes from.
        turn: the same for a turn.
    """

    settings: AnswerSettings
    origins: Mapping[str, Origin]
    recommended: AnswerSettings
    recommended_by: Mapping[str, Origin]
    turn: TurnSettings


def resolve(
    chat: AnswerSettings, model: ModelFile, settings: Defaults, suited: Suited | None = None
) -> TurnSettings:
    """Return how a chat is answered by this model.

    Args:
        suited: what suits the model by itself; None: nobody looked.
    """
    return choices(chat, model, settings, suited).turn


def choices(
    chat: AnswerSettings, model: ModelFile, settings: Defaults, suited: Suited | None = None
) -> Choices:
    """Return how a chat is answered by this model, and where each choice comes from."""
    suited = suited or Suited(longest_context_tokens=model.context_length)
    layers = {
        Origin.CHAT: sensible(chat),
        Origin.MODEL: sensible(settings.answer_defaults(model.id)),
        Origin.CATALOG: sensible(suited.catalog),
        Origin.FILE: sensible(suited.file),
        Origin.GENERAL: _general(settings),
        Origin.USUAL: _USUAL,
    }
    chosen = _trimmed(_stacked(layers[origin] for origin in Origin), suited)
    by_itself = [origin for origin in Origin if origin not in {Origin.CHAT, Origin.MODEL}]
    for_engine = [origin for origin in Origin if origin not in {Origin.FILE, Origin.USUAL}]
    return Choices(
        settings=chosen,
        origins=_origins(layers),
        recommended=_trimmed(_stacked(layers[origin] for origin in by_itself), suited),
        recommended_by=_origins({origin: layers[origin] for origin in by_itself}),
        # What the file says and what is usual, the engine knows itself.
        turn=_turn(_trimmed(_stacked(layers[origin] for origin in for_engine), suited), settings),
    )


def sensible(settings: AnswerSettings) -> AnswerSettings:
    """Return the choices without those that make no sense."""
    senseless = {
        name: None
        for name, limits in LIMITS.items()
        if (value := getattr(settings, name)) is not None and not limits.allow(value)
    }
    return msgspec.structs.replace(settings, **senseless)


def check(settings: AnswerSettings) -> None:
    """Raise UsageError, with what would make sense, for the first choice that makes none."""
    for name, limits in LIMITS.items():
        value = getattr(settings, name)
        if value is not None and not limits.allow(value):
            raise UsageError(
                f"The {_WORDS[name]} must be between {limits.minimum:,} and "
                f"{limits.maximum:,}, not {value}."
            )


def _general(settings: Defaults) -> AnswerSettings:
    return AnswerSettings(
        # 0 chooses nothing.
        context_tokens=settings.value("engine.context_tokens") or None,
        cache_type=settings.value("engine.cache_type"),
    )


def _stacked(layers: Iterable[AnswerSettings]) -> AnswerSettings:
    chosen = AnswerSettings()
    for layer in layers:
        chosen = chosen.over(layer)
    return chosen


def _trimmed(chosen: AnswerSettings, suited: Suited) -> AnswerSettings:
    """Return the choices as far as this model can follow them; another one may have been meant."""
    longest = suited.longest_context_tokens
    if 0 < longest < (chosen.context_tokens or 0):
        chosen = msgspec.structs.replace(chosen, context_tokens=longest)
    if chosen.cache_type == "q8_0" and not suited.can_pack_cache:
        chosen = msgspec.structs.replace(chosen, cache_type="f16")
    return chosen


def _origins(layers: Mapping[Origin, AnswerSettings]) -> dict[str, Origin]:
    origins: dict[str, Origin] = {}
    for origin, layer in layers.items():
        for name in AnswerSettings.__struct_fields__:
            if getattr(layer, name) is not None:
                origins.setdefault(name, origin)
    return origins


def _turn(chosen: AnswerSettings, settings: Defaults) -> TurnSettings:
    return TurnSettings(
        system_prompt=chosen.system_prompt or "",
        sampling=Sampling(
            temperature=chosen.temperature,
            top_p=chosen.top_p,
            min_p=chosen.min_p,
            top_k=chosen.top_k,
            repeat_penalty=chosen.repeat_penalty,
            presence_penalty=chosen.presence_penalty,
            seed=DEFAULT_SEED if chosen.seed is None else chosen.seed,
        ),
        engine=EngineSettings(
            context_tokens=chosen.context_tokens or 0,
            gpu_layers=settings.value("engine.gpu_layers"),
            cache_type=chosen.cache_type or "f16",
            threads=settings.value("engine.threads"),
            # An empty one is the model's own.
            chat_template=chosen.chat_template or None,
        ),
        max_tokens=chosen.max_tokens,
        template_options={} if chosen.thinking is None else {"enable_thinking": chosen.thinking},
    )
