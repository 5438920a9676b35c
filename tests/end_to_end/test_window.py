# SPDX-License-Identifier: Apache-2.0
"""The window and the starter model, from the keyboard to the answer on the screen."""

from collections.abc import Callable

import psutil
import pytest

from tests.end_to_end.accessibility import State
from tests.end_to_end.program import Program

pytestmark = [pytest.mark.window, pytest.mark.engine, pytest.mark.timeout(300)]

_LONG_QUESTION = "Write a very long story about a lighthouse keeper, with many details."
_NO_WORKER_LEFT_S = 2.0


def test_send_brings_an_answer(program: Program) -> None:
    """A message set in Message and sent is answered in the transcript."""
    program.send("What is the capital of France? Answer in one sentence.")

    assert "Paris" in program.answer()
    assert program.messages("You") == ["What is the capital of France? Answer in one sentence."]
    assert program.control("Message").text == ""


def test_typing_and_return_send_a_message(program: Program) -> None:
    """The keyboard alone is enough: the composer has it at the start, and Return sends."""
    program.wait(lambda: program.control("Message").has(State.FOCUSED), "focus in Message")
    program.type_text("Say hello.")
    program.wait(lambda: program.control("Message").text == "Say hello.", "typed text")
    program.press_return()

    assert program.answer()
    assert program.messages("You") == ["Say hello."]


def test_stop_keeps_the_half_answer(program: Program) -> None:
    """Stop ends the answer at once and keeps what was written."""
    program.send(_LONG_QUESTION)
    half = program.half_answer()
    program.press("Stop")

    answer = program.answer()
    assert answer.startswith(half.rstrip())
    assert program.workers(), "stopping an answer needs no new engine"


def test_a_new_version_does_not_lose_the_old_one(program: Program) -> None:
    """Regenerate writes a second version, and Previous version shows the first again."""
    program.send("Name a colour and say why you like it, in one sentence.")
    first = program.answer()
    program.press("Regenerate")
    program.wait(lambda: program.frame.all("Previous version"), "second version")
    program.answer()
    program.press("Previous version")

    program.wait(lambda: program.messages("Assistant") == [first], "first version")


def test_chats_keep_their_messages(program: Program) -> None:
    """A new chat is empty, and going back shows the old one unchanged."""
    program.send("Say the word apple.")
    answer = program.answer()
    program.press("New chat")
    program.wait(lambda: not program.messages("You"), "empty chat")
    program.send("Say the word banana.")
    program.answer()
    program.wait(lambda: len(program.chats()) >= 2, "two chats")
    program.open_chat("apple")

    program.wait(lambda: program.messages("You") == ["Say the word apple."], "the first chat")
    assert program.messages("Assistant") == [answer]


def test_the_answer_goes_on_when_the_engine_is_killed(program: Program) -> None:
    """After SIGKILL of the engine the half answer stays, and a new engine goes on with it."""
    program.send(_LONG_QUESTION)
    half = program.half_answer()
    (killed,) = program.workers()
    killed.kill()

    program.says("engine")
    program.wait(lambda: len(program.messages("Assistant")[-1]) > len(half) + 40, "more text")
    assert program.messages("Assistant")[-1].startswith(half.rstrip())
    assert killed.pid not in {worker.pid for worker in program.workers()}
    program.press("Stop")
    program.answer()


def test_a_killed_window_leaves_no_engine_and_loses_no_text(
    start_program: Callable[[], Program],
) -> None:
    """After SIGKILL of the window its engine ends by itself; the next start shows the answer."""
    program = start_program()
    program.send(_LONG_QUESTION)
    half = program.half_answer(least_characters=200)
    workers = program.workers()
    program.kill()
    _, alive = psutil.wait_procs(workers, timeout=_NO_WORKER_LEFT_S)
    assert workers
    assert not alive

    again = start_program()
    again.open_chat("lighthouse")
    again.wait(lambda: again.messages("Assistant"), "the answer of before")
    kept = again.messages("Assistant")[0]
    assert kept.startswith(half[:100])
    assert again.messages("You") == [_LONG_QUESTION]


def test_closing_the_window_ends_the_program(program: Program) -> None:
    """Ending the program while an answer is written takes its engine along and exits with 0."""
    program.send(_LONG_QUESTION)
    program.half_answer()
    workers = program.workers()

    assert program.close() == 0
    _, alive = psutil.wait_procs(workers, timeout=_NO_WORKER_LEFT_S)
    assert not alive


def test_closing_the_window_by_its_keys_puts_everything_in_order(
    start_program: Callable[[], Program],
) -> None:
    """Closing while an answer is written exits with 0, and the answer is stored as stopped."""
    program = start_program()
    program.send(_LONG_QUESTION)
    half = program.half_answer()
    workers = program.workers()
    program.press_quit()

    assert program.process.wait(10) == 0
    _, alive = psutil.wait_procs(workers, timeout=_NO_WORKER_LEFT_S)
    assert not alive
    again = start_program()
    again.open_chat("lighthouse")
    again.says("You stopped this answer")
    assert again.messages("Assistant")[0].startswith(half.rstrip())
