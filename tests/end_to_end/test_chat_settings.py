# SPDX-License-Identifier: Apache-2.0
"""What is chosen about answers, with a screen reader: it is used, and kept after a restart."""

from collections.abc import Callable

import pytest

from tests.end_to_end.accessibility import State
from tests.end_to_end.program import Program

pytestmark = [pytest.mark.window, pytest.mark.engine, pytest.mark.timeout(300)]

_PERSONA = "You only say the word banana."
_QUESTION = "Say hello to the {}."


def _choose(program: Program, **texts: str) -> None:
    """Write into the fields of the panel, which is open, and wait until they count."""
    for name, text in texts.items():
        program.control(name.replace("_", " ")).write(text)
    # A way back stands beside whatever counts as chosen.
    for name in texts:
        program.control(f"Reset: {name.replace('_', ' ')}")


def _ask(program: Program, noun: str, **texts: str) -> str:
    """Ask the same in a new chat with these choices and return the answer."""
    if program.messages("You"):
        program.press("New chat")
        program.wait(lambda: not program.messages("You"), "empty chat")
    _choose(program, **texts)
    program.send(_QUESTION.format(noun))
    return program.answer()


def test_choices_are_used_and_kept(start_program: Callable[[], Program]) -> None:
    """Instructions, temperature and length make other answers, and are there after a restart."""
    program = start_program()
    program.press("Chat settings")
    assert program.control("System prompt").has(State.EDITABLE)
    plain = _ask(program, "sun", Temperature="0", Maximum_new_tokens="16")
    spoken = _ask(program, "sun", Temperature="0", Maximum_new_tokens="16", System_prompt=_PERSONA)
    wild = _ask(program, "sun", Temperature="2", Maximum_new_tokens="16")
    again = _ask(program, "moon", Temperature="0", Maximum_new_tokens="1")
    assert len({plain, spoken, wild}) == 3
    assert len(again.split()) <= 1
    assert program.close() == 0

    program = start_program()
    program.open_chat("moon")
    program.wait(lambda: program.messages("Assistant") == [again], "the chat of before")
    program.press("Chat settings")
    program.wait(lambda: program.control("Maximum new tokens").text == "1", "what was chosen")
    assert program.control("Temperature").text == "0"
    program.send(_QUESTION.format("moon"))
    assert program.answer(number=2)
    assert len(program.messages("Assistant")[1].split()) <= 1


def test_a_choice_that_makes_no_sense_is_said(program: Program) -> None:
    """The sentence stands beside the field, and the answer comes as if nothing was written."""
    program.press("Chat settings")
    program.control("Top P").write("2")
    program.says("Write a number between 0 and 1.")
    program.send("Say hello.")
    assert program.answer()
