# SPDX-License-Identifier: Apache-2.0
"""The command line with the starter model in a real engine process."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from nemodesk.catalog.library import find_starter
from tests.cli.conftest import Nemodesk

pytestmark = pytest.mark.engine

QUESTION = ("-p", "What is 2+2?", "--temp", "0", "--max-tokens", "24")


@pytest.fixture(scope="session")
def starter() -> Path:
    """Return the starter model's file."""
    model = find_starter()
    assert model is not None, "the starter model is not installed; run `make setup`"
    return model.path


def test_the_same_question_has_the_same_answer(nemodesk: Nemodesk) -> None:
    """Seed and temperature decide; the timings are honest figures."""
    documents = [
        json.loads(nemodesk("chat", "starter", *QUESTION, "--seed", "3407", "--json").stdout)
        for _ in range(2)
    ]
    first, second = documents
    assert first["content"]
    assert first["content"] == second["content"]
    assert first["tool_calls"] == []
    assert first["finish_reason"] in {"stop", "length"}
    assert first["model"] == "starter"
    timings = first["timings"]
    assert set(timings) >= {
        *("load_s", "prompt_tokens", "cached_tokens", "prompt_per_s", "ttft_s"),
        *("predicted_tokens", "predicted_per_s"),
    }
    assert 0 < timings["predicted_tokens"] <= 24
    assert all(timings[name] > 0 for name in ("load_s", "prompt_per_s", "ttft_s"))
    usage = first["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_an_answer_is_all_that_is_on_stdout(nemodesk: Nemodesk) -> None:
    """Progress and thoughts are not mixed into it."""
    done = nemodesk("chat", "starter", *QUESTION)
    assert done.returncode == 0
    assert done.stdout.strip()
    assert done.stderr == ""


def test_without_display_and_terminal_one_question_is_answered(nemodesk: Nemodesk) -> None:
    """This is what `make run` shows in CI."""
    done = nemodesk()
    assert done.returncode == 0
    assert done.stdout.strip()
    assert "no display" in done.stderr


def test_lines_from_a_pipe_are_one_conversation(nemodesk: Nemodesk) -> None:
    """Only answers are printed, one after the other."""
    done = nemodesk(
        *("chat", "starter", "--temp", "0", "--max-tokens", "16"),
        typed="My name is Ada.\nWhat is my name?\n",
    )
    assert done.returncode == 0
    assert "Ada" in done.stdout
    assert done.stderr == ""


def test_what_is_left_out_of_a_long_conversation_is_said(nemodesk: Nemodesk) -> None:
    """It goes on; on stderr stands once how much of the beginning the model does not read."""
    line = "The quick brown fox jumps over the lazy dog, and the dog sleeps on. " * 14
    done = nemodesk(
        *("chat", "starter", "--context", "512", "--max-tokens", "8"), typed=f"{line}\n" * 3
    )
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) >= 3
    told = done.stderr.splitlines()
    assert "The first 2 messages" in told[0]
    assert "context of 512 tokens" in told[0]
    assert len(told) == 2  # the third question leaves out two more


def test_a_question_that_alone_is_too_long_ends_with_2(nemodesk: Nemodesk) -> None:
    """Both lengths are said."""
    done = nemodesk("chat", "starter", "--context", "512", "-p", "word " * 600)
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.search(r"too long.*has 6\d\d tokens.*room for 4\d\d", done.stderr)


def test_a_context_beyond_all_memory_ends_with_4(nemodesk: Nemodesk) -> None:
    """The sentence says what would fit."""
    done = nemodesk("chat", "starter", *QUESTION, "--context", "100000000")
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_truncated_model_ends_with_6(nemodesk: Nemodesk, starter: Path, tmp_path: Path) -> None:
    """A download that broke off is recognized from the header."""
    path = tmp_path / "half.gguf"
    with starter.open("rb") as whole:
        path.write_bytes(whole.read(20_000_000))
    done = nemodesk("chat", str(path), *QUESTION)
    assert done.returncode == 6
    assert done.stderr.count("\n") == 1


def test_the_library_lists_the_starter(nemodesk: Nemodesk) -> None:
    """All fields of the contract are there."""
    (model,) = json.loads(nemodesk("models", "list", "--json").stdout)
    assert model["id"] == "starter"
    assert model["architecture"] == "llama"
    assert set(model) >= {"path", "size_bytes", "quant", "context_length", "sha256", "source"}
    information = json.loads(nemodesk("models", "info", "starter", "--json").stdout)
    assert information["parameter_count"] > 100_000_000


def test_hardware_is_told_in_json(nemodesk: Nemodesk) -> None:
    """All fields of the contract are there, and the processor is one of the back ends."""
    document = json.loads(nemodesk("hardware", "--json").stdout)
    assert document["os"]
    assert set(document["cpu"]) >= {"name", "physical_cores", "logical_cores", "features"}
    assert set(document["memory"]) >= {"total_bytes", "available_bytes"}
    assert isinstance(document["gpus"], list)
    assert "cpu" in document["backends"]
    assert document["memory_bandwidth_bytes_per_s"] > 1e8


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT for one process")
def test_ctrl_c_keeps_the_half_answer(environment: dict[str, str]) -> None:
    """The program ends with 130, what was written stays, and no engine is left."""
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "nemodesk", "chat", "starter", "--temp", "0"),
            *("-p", "Write a very long story about a river."),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        begun = process.stdout.read(20)
        engines = psutil.Process(process.pid).children()
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert b"Traceback" not in process.stderr.read()
        assert process.wait() == 130
    assert (begun + rest).decode().endswith("\n")
    _, alive = psutil.wait_procs(engines, timeout=5)
    assert alive == []


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_an_engine_that_vanishes_ends_with_7(environment: dict[str, str]) -> None:
    """What was written stays on stdout, and one sentence says what happened."""
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "nemodesk", "chat", "starter", "--temp", "0"),
            *("-p", "Write a very long story about a river."),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        begun = process.stdout.read(20)
        (engine,) = psutil.Process(process.pid).children()
        engine.kill()
        assert (begun + process.stdout.read()).endswith(b"\n")
        assert process.stderr.read().count(b"\n") == 1
        assert process.wait() == 7


def test_bench_measures_beside_the_forecast(nemodesk: Nemodesk) -> None:
    """Speeds, load time and memory are measured; the forecast's memory stands beside them."""
    document = json.loads(nemodesk("bench", "starter", "--context", "1024", "--json").stdout)
    assert all(
        document[name] > 0 for name in ("prompt_per_s", "predicted_per_s", "load_s", "memory_bytes")
    )
    assert document["predicted"]["memory_bytes"] > document["predicted"]["kv_bytes"] > 0


def test_the_self_test_holds(nemodesk: Nemodesk) -> None:
    """Engine, answer, keyring, database and window each have their line."""
    done = nemodesk("self-test")
    assert [line.split(":")[0].split() for line in done.stdout.splitlines()] == [
        ["ok", name] for name in ("engine", "answer", "keyring", "database", "window")
    ]
    assert done.returncode == 0
