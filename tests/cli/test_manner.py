# SPDX-License-Identifier: Apache-2.0
"""Flags win over what the person chose for a model, which wins over what is usual."""

import json
import subprocess
from pathlib import Path

import pytest

from nemodesk.answer_settings import AnswerSettings
from nemodesk.catalog.starter import find_starter
from nemodesk.cli.manner import Wishes
from nemodesk.errors import UsageError
from nemodesk.paths import find_paths
from nemodesk.settings.settings import Settings
from tests.cli.conftest import Nemodesk

NOTHING = AnswerSettings()


@pytest.fixture
def kept() -> Settings:
    """Keep choices for the starter and for the program, as the window does."""
    settings = Settings(find_paths())
    settings.open_now(10)
    chosen = AnswerSettings(system_prompt="Be brief.", temperature=0.5, max_tokens=3)
    settings.set_answer_defaults("starter", chosen)
    settings.set("engine.context_tokens", 1024)
    settings.set("engine.threads", 1)
    assert settings.close(10)
    return settings


def test_choices_of_the_window_count(kept: Settings) -> None:
    """What was chosen for the model and on the page Performance is taken."""
    assert kept
    starter = find_starter()
    assert starter is not None
    engine, manner = Wishes(NOTHING, gpu_layers=None, adapters=()).for_model(starter)
    assert (engine.context_tokens, engine.threads, engine.gpu_layers) == (1024, 1, -1)
    assert (manner.instructions, manner.sampling.temperature) == ("Be brief.", 0.5)
    assert manner.max_tokens == 3


def test_flags_win(kept: Settings) -> None:
    """Also an empty system prompt, and a context longer than the model was made for."""
    assert kept
    starter = find_starter()
    assert starter is not None
    flags = AnswerSettings(system_prompt="", temperature=0.0, context_tokens=100_000)
    engine, manner = Wishes(flags, gpu_layers=0, adapters=()).for_model(starter)
    assert (engine.context_tokens, engine.gpu_layers) == (100_000, 0)
    assert (manner.instructions, manner.sampling.temperature) == ("", 0.0)
    assert manner.max_tokens == 3


def test_an_adapter_has_to_be_there(tmp_path: Path) -> None:
    """The sentence names the file."""
    with pytest.raises(UsageError, match=r"no adapter file .*lost\.gguf"):
        Wishes(NOTHING, gpu_layers=None, adapters=[tmp_path / "lost.gguf"])


@pytest.mark.engine
def test_an_answer_is_as_long_as_chosen(
    nemodesk: Nemodesk, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real command reads the choices, and a flag wins over them."""
    monkeypatch.setenv("NEMODESK_HOME", environment["NEMODESK_HOME"])
    settings = Settings(find_paths())
    settings.open_now(10)
    settings.set_answer_defaults("starter", AnswerSettings(max_tokens=3))
    assert settings.close(10)
    question = ("chat", "starter", "-p", "Count to one hundred.", "--json")
    assert _written_tokens(nemodesk(*question)) == 3
    assert _written_tokens(nemodesk(*question, "--max-tokens", "5")) == 5


def _written_tokens(done: "subprocess.CompletedProcess[str]") -> int:
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)["usage"]["completion_tokens"]
