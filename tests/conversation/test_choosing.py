# SPDX-License-Identifier: Apache-2.0
"""Which of all choices counts for an answer, and where it comes from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.answer_settings import AnswerSettings
from nemodesk.catalog.model_file import ModelFile
from nemodesk.conversation.choosing import LIMITS, Origin, check, choices, resolve, sensible
from nemodesk.conversation.suited import Suited
from nemodesk.engine.values import DEFAULT_SEED, EngineSettings, Sampling
from nemodesk.errors import UsageError

MODEL = ModelFile(
    id="some-model", path=Path("/models/some.gguf"), size_bytes=1, name="Some", context_length=8192
)

_UNSET = {
    "engine.threads": 0,
    "engine.context_tokens": 0,
    "engine.gpu_layers": -1,
    "engine.cache_type": "f16",
}


class Kept:
    """Settings of the program, as a person left them."""

    def __init__(
        self,
        values: Mapping[str, Any] | None = None,
        models: Mapping[str, AnswerSettings] | None = None,
    ) -> None:
        self._values = {**_UNSET, **(values or {})}
        self._models = models or {}

    def value(self, key: str) -> Any:
        """Return a setting."""
        return self._values[key]

    def answer_defaults(self, model_id: str) -> AnswerSettings:
        """Return what was chosen for a model."""
        return self._models.get(model_id, AnswerSettings())


def test_nothing_chosen_leaves_all_to_the_engine() -> None:
    """The file's recommendation and the usual values are known to the engine itself."""
    turn = resolve(AnswerSettings(), MODEL, Kept())
    assert turn.sampling == Sampling()
    assert turn.engine == EngineSettings()
    assert (turn.system_prompt, turn.max_tokens, turn.template_options) == ("", None, {})


def test_the_first_that_chose_counts() -> None:
    """A chat's choice hides the model's, which hides the catalog's, which hides the file's."""
    suited = Suited(
        catalog=AnswerSettings(temperature=1.0, top_p=1.0, top_k=0),
        file=AnswerSettings(temperature=0.3, min_p=0.1, top_p=0.2, top_k=5),
    )
    kept = Kept(models={MODEL.id: AnswerSettings(temperature=0.5, top_p=0.9)})
    found = choices(AnswerSettings(temperature=0.1), MODEL, kept, suited)
    chosen = found.settings
    assert (chosen.temperature, chosen.top_p, chosen.top_k, chosen.min_p) == (0.1, 0.9, 0, 0.1)
    assert [found.origins[name] for name in ("temperature", "top_p", "top_k", "min_p", "seed")] == [
        Origin.CHAT,
        Origin.MODEL,
        Origin.CATALOG,
        Origin.FILE,
        Origin.USUAL,
    ]
    assert found.turn.sampling == Sampling(temperature=0.1, top_p=0.9, top_k=0)


def test_what_is_recommended_ignores_the_person() -> None:
    """The mark beside a choice shows what the model would have by itself."""
    suited = Suited(catalog=AnswerSettings(temperature=1.0))
    kept = Kept(
        {"engine.context_tokens": 4096}, {MODEL.id: AnswerSettings(temperature=0.5, seed=1)}
    )
    recommended = choices(AnswerSettings(top_p=0.1), MODEL, kept, suited).recommended
    assert (recommended.temperature, recommended.top_p) == (1.0, 0.95)
    assert (recommended.seed, recommended.context_tokens) == (DEFAULT_SEED, 4096)


def test_settings_of_another_model_do_not_count() -> None:
    """What was chosen for a model is for its chats alone."""
    kept = Kept(models={"another": AnswerSettings(temperature=0.5)})
    assert resolve(AnswerSettings(), MODEL, kept).sampling.temperature is None


def test_the_program_decides_about_the_engine() -> None:
    """Threads, layers, context and cache of the Performance page reach every load."""
    kept = Kept(
        {
            "engine.threads": 3,
            "engine.context_tokens": 4096,
            "engine.gpu_layers": 7,
            "engine.cache_type": "q8_0",
        }
    )
    engine = resolve(AnswerSettings(), MODEL, kept).engine
    assert engine == EngineSettings(threads=3, context_tokens=4096, gpu_layers=7, cache_type="q8_0")
    assert resolve(AnswerSettings(context_tokens=2048), MODEL, kept).engine.context_tokens == 2048


def test_a_model_gets_what_it_can_follow() -> None:
    """A context beyond what it was made for, and a cache that it cannot pack, are trimmed."""
    kept = Kept({"engine.context_tokens": 131_072, "engine.cache_type": "q8_0"})
    suited = Suited(longest_context_tokens=8192, can_pack_cache=False)
    engine = resolve(AnswerSettings(), MODEL, kept, suited).engine
    assert (engine.context_tokens, engine.cache_type) == (8192, "f16")
    assert resolve(AnswerSettings(), MODEL, kept).engine.context_tokens == 8192


def test_everything_chosen_reaches_the_turn() -> None:
    """Instructions, template, thinking, seed and length are handed on."""
    chat = AnswerSettings(
        system_prompt="Be brief.",
        seed=0,
        max_tokens=10,
        chat_template="{{ messages }}",
        thinking=False,
        presence_penalty=0.5,
        repeat_penalty=1.1,
    )
    turn = resolve(chat, MODEL, Kept())
    assert turn.system_prompt == "Be brief."
    assert turn.sampling == Sampling(seed=0, presence_penalty=0.5, repeat_penalty=1.1)
    assert turn.max_tokens == 10
    assert turn.engine.chat_template == "{{ messages }}"
    assert turn.template_options == {"enable_thinking": False}


def test_no_instructions_can_be_chosen() -> None:
    """An empty system prompt of a chat hides the one of the model."""
    kept = Kept(models={MODEL.id: AnswerSettings(system_prompt="Be brief.")})
    assert resolve(AnswerSettings(system_prompt=""), MODEL, kept).system_prompt == ""
    assert resolve(AnswerSettings(), MODEL, kept).system_prompt == "Be brief."


@pytest.mark.parametrize("name", LIMITS)
def test_a_number_that_makes_no_sense_is_said(name: str) -> None:
    """The sentence names the choice and what would make sense."""
    beyond = AnswerSettings(**{name: LIMITS[name].maximum + 1})
    with pytest.raises(UsageError, match="must be between"):
        check(beyond)
    check(AnswerSettings(**{name: LIMITS[name].maximum}))
    check(AnswerSettings(**{name: LIMITS[name].minimum}))


@given(
    temperature=st.floats() | st.integers(),
    top_k=st.integers(),
    max_tokens=st.integers(),
    seed=st.integers(),
)
def test_senseless_choices_from_elsewhere_choose_nothing(
    temperature: float, top_k: int, max_tokens: int, seed: int
) -> None:
    """Whatever an imported chat holds, the engine gets numbers that it takes."""
    wild = AnswerSettings(temperature=temperature, top_k=top_k, max_tokens=max_tokens, seed=seed)
    check(sensible(wild))
    turn = resolve(wild, MODEL, Kept())
    assert turn.sampling.temperature is None or 0 <= turn.sampling.temperature <= 2
    assert turn.max_tokens is None or turn.max_tokens == max_tokens >= 1
    assert 0 <= turn.sampling.seed < 2**32
