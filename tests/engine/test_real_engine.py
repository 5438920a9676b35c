# SPDX-License-Identifier: Apache-2.0
"""A real model in a real engine process: what it answers, how it stops, how it ends."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import psutil
import pytest

from nemodesk.engine.answer import Answer, EngineCrashedError
from nemodesk.engine.client import EngineClient
from nemodesk.engine.protocol import Delta, Finished, PromptProgress
from nemodesk.engine.values import EngineSettings, PromptMessage, Sampling
from nemodesk.errors import ModelFileError, PromptTooLongError, UsageError

pytestmark = pytest.mark.engine

STORY = [PromptMessage(role="user", content="Tell me a long story about a fox and the sea.")]
GREEDY = Sampling(temperature=0)


async def read(answer: Answer) -> tuple[str, Finished]:
    """Read an answer to its end."""
    text = ""
    async for event in answer:
        if isinstance(event, Delta):
            text += event.content
        elif isinstance(event, Finished):
            return text, event
    raise AssertionError("no end")


REFERENCE = """
import sys
from llama_cpp import Llama
model = Llama(sys.argv[1], n_ctx=4096, n_threads=1, flash_attn=True, verbose=False)
answer = model.create_chat_completion(
    [{"role": "user", "content": sys.argv[2]}],
    temperature=0, top_k=0, top_p=1, min_p=0, repeat_penalty=1, max_tokens=40,
)
print(answer["choices"][0]["message"]["content"], end="")
"""


async def test_the_model_answers_as_the_library_itself_does(
    engine: EngineClient, starter: Path
) -> None:
    """Prompt, decoding and text are those of llama-cpp-python's own chat completion."""
    text, finished = await read(engine.generate(STORY, sampling=GREEDY, max_tokens=40))
    reference = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", REFERENCE, str(starter), STORY[0].content],
        capture_output=True,
        text=True,
        check=True,
    )
    assert text == reference.stdout
    assert finished.timings.predicted_tokens == 40


async def test_counts_and_timings_are_honest(engine: EngineClient) -> None:
    """What is reported is what was counted and measured."""
    started_s = time.perf_counter()
    _, finished = await read(engine.generate(STORY, max_tokens=30, ignore_end=True))
    elapsed_s = time.perf_counter() - started_s
    timings = finished.timings
    assert timings.prompt_tokens == (await engine.count(STORY)).tokens
    assert timings.predicted_tokens == 30
    assert 0 < timings.prompt_s <= timings.ttft_s < elapsed_s
    assert timings.ttft_s + timings.predicted_s <= elapsed_s
    assert timings.predicted_per_s == pytest.approx(29 / timings.predicted_s)


@pytest.mark.parametrize("sampling", [GREEDY, Sampling(), Sampling(temperature=1.5, top_k=0)])
async def test_the_same_seed_gives_the_same_answer(
    engine: EngineClient, sampling: Sampling
) -> None:
    """Answers can be had again, also where the cache holds the prompt the second time."""
    first, _ = await read(engine.generate(STORY, sampling=sampling, max_tokens=40))
    second, finished = await read(engine.generate(STORY, sampling=sampling, max_tokens=40))
    assert first == second
    assert finished.timings.cached_tokens == finished.timings.prompt_tokens - 1


async def test_another_seed_gives_another_answer(engine: EngineClient) -> None:
    """The seed decides where the temperature leaves a choice."""
    answers = {
        (await read(engine.generate(STORY, sampling=Sampling(seed=seed), max_tokens=40)))[0]
        for seed in (1, 2, 3)
    }
    assert len(answers) > 1


async def test_the_second_turn_reads_only_what_is_new(engine: EngineClient) -> None:
    """A conversation that goes on is not read again, unless that is wished."""
    text, first = await read(engine.generate(STORY, sampling=GREEDY, max_tokens=30))
    more: Sequence[PromptMessage] = [
        *STORY,
        PromptMessage(role="assistant", content=text),
        PromptMessage(role="user", content="And then?"),
    ]
    _, second = await read(engine.generate(more, sampling=GREEDY, max_tokens=30))
    assert second.timings.cached_tokens >= first.timings.prompt_tokens + 20
    _, third = await read(engine.generate(more, sampling=GREEDY, max_tokens=30, reuse_cache=False))
    assert third.timings.cached_tokens == 0


async def test_an_answer_goes_on_in_the_same_words(engine: EngineClient) -> None:
    """An answer that is continued is the one that would have been written in one go."""
    whole, _ = await read(engine.generate(STORY, sampling=GREEDY, max_tokens=40))
    half, _ = await read(engine.generate(STORY, sampling=GREEDY, max_tokens=20))
    so_far = PromptMessage(role="assistant", content=half)
    rest, _ = await read(
        engine.generate(STORY, answer_so_far=so_far, sampling=GREEDY, max_tokens=20)
    )
    assert half + rest == whole


async def test_a_stop_string_ends_the_answer_before_it(engine: EngineClient) -> None:
    """Neither the stop string nor anything after it is shown."""
    whole, _ = await read(engine.generate(STORY, sampling=GREEDY, max_tokens=60))
    stop = whole[30:36]
    text, finished = await read(engine.generate(STORY, sampling=GREEDY, max_tokens=60, stop=[stop]))
    assert text == whole.partition(stop)[0]
    assert finished.reason == "stop"


async def test_a_grammar_binds_the_answer(engine: EngineClient) -> None:
    """Only what the grammar allows is written."""
    sampling = Sampling(grammar='root ::= "yes" | "no"')
    text, _ = await read(engine.generate(STORY, sampling=sampling))
    assert text in {"yes", "no"}


async def test_a_broken_grammar_is_a_sentence_and_the_engine_lives(engine: EngineClient) -> None:
    """A mistake in the grammar fails this answer only."""
    with pytest.raises(UsageError, match="grammar"):
        await read(engine.generate(STORY, sampling=Sampling(grammar="root ::= (")))
    assert (await read(engine.generate(STORY, max_tokens=3)))[1].timings.predicted_tokens == 3


async def test_a_prompt_beyond_the_context_names_both_lengths(engine: EngineClient) -> None:
    """What does not fit is refused, not cut."""
    long = [PromptMessage(role="user", content="word " * 5000)]
    with pytest.raises(PromptTooLongError, match=r"5,0\d\d.*4,096"):
        await read(engine.generate(long))


async def test_the_end_of_the_context_ends_the_answer(starter: Path) -> None:
    """An answer that fills the context ends for its length."""
    client = await EngineClient.start(starter, EngineSettings(context_tokens=256))
    text, finished = await read(client.generate(STORY, ignore_end=True))
    assert text
    assert finished.reason == "length"
    used = finished.timings.prompt_tokens + finished.timings.predicted_tokens
    assert used == 256
    await client.close()


async def test_a_stop_while_the_prompt_is_read_comes_at_once(engine: EngineClient) -> None:
    """Stopping does not wait for the prompt."""
    long = [PromptMessage(role="user", content="word " * 3500)]
    answer = engine.generate(long)
    event = await anext(answer)
    assert isinstance(event, PromptProgress)
    assert event.processed_tokens < event.total_tokens
    answer.cancel()
    finished = (await read(answer))[1]
    assert finished.reason == "cancelled"
    assert finished.timings.predicted_tokens == 0
    # What was read is kept, and the engine goes on.
    assert (await read(engine.generate(STORY, max_tokens=3)))[1].reason == "length"


async def test_stopping_an_answer_that_waits_leaves_the_others_alone(
    engine: EngineClient,
) -> None:
    """A queued answer ends at once when stopped, and the one before it goes on."""
    first = engine.generate(STORY, max_tokens=60, ignore_end=True)
    second, third = (engine.generate(STORY, max_tokens=5) for _ in range(2))
    await anext(first)
    third.cancel()
    second.cancel()
    assert [(await read(answer))[1].reason for answer in (second, third)] == ["cancelled"] * 2
    finished = (await read(first))[1]
    assert (finished.reason, finished.timings.predicted_tokens) == ("length", 60)
    assert (await read(engine.generate(STORY, max_tokens=3)))[1].reason == "length"


async def test_a_killed_engine_is_told_and_leaves_the_text(engine: EngineClient) -> None:
    """SIGKILL in the middle of an answer is an event, not a hang."""
    answer = engine.generate(STORY, ignore_end=True)
    text = ""
    while len(text) < 20:
        event = await anext(answer)
        text += event.content if isinstance(event, Delta) else ""
    os.kill(engine.process_id, signal.SIGKILL)
    with pytest.raises(EngineCrashedError) as caught:
        await read(answer)
    assert caught.value.outcome.was_killed


async def test_a_load_can_be_stopped(starter: Path) -> None:
    """Cancelling the load ends the process; its memory is back for certain."""
    before = set(psutil.Process().children())
    loading = asyncio.ensure_future(EngineClient.start(starter, EngineSettings()))
    await asyncio.wait({loading}, timeout=0.2)
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    assert set(psutil.Process().children()) == before


@pytest.mark.parametrize("content", [b"GGUF", b"hello", b""])
async def test_a_file_that_is_no_model_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    """The engine survives garbage and says what to do."""
    path = tmp_path / "garbage.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"garbage\.gguf"):
        await EngineClient.start(path, EngineSettings())


async def test_a_template_of_ones_own_is_used(starter: Path) -> None:
    """The settings' chat template replaces the file's."""
    settings = EngineSettings(context_tokens=512, chat_template="{{ messages[0].content }}")
    client = await EngineClient.start(starter, settings)
    one = (await client.count([PromptMessage(role="user", content="word")])).tokens
    assert one == 1
    await client.close()


async def test_devices_are_listed_without_a_model() -> None:
    """The engine tells what it can compute on."""
    assert any(device.kind == "cpu" for device in await EngineClient.list_devices())


PARENT = """
import asyncio, os, sys
from pathlib import Path
from nemodesk.engine.client import EngineClient
from nemodesk.engine.values import (EngineSettings, PromptMessage)
async def main():
    client = await EngineClient.start(Path(sys.argv[1]), EngineSettings(context_tokens=2048))
    answer = client.generate([PromptMessage(role="user", content="Go on")], ignore_end=True)
    await anext(answer)
    print(client.process_id, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


def test_an_engine_dies_with_its_parent(starter: Path) -> None:
    """No engine is left two seconds after its parent was killed while it wrote."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(starter)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    engine = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    started_s = time.monotonic()
    psutil.wait_procs([engine], timeout=10)
    assert not engine.is_running()
    assert time.monotonic() - started_s < 2


def test_settings_are_values() -> None:
    """Equal settings are one key, so that the same model is not loaded twice."""
    assert hash(EngineSettings()) == hash(msgspec.structs.replace(EngineSettings()))
