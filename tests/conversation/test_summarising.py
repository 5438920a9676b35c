# SPDX-License-Identifier: Apache-2.0
"""What of a chat is summarised, and what the model reads for it."""

import pytest

from nemodesk.chats.message import Message, Role
from nemodesk.conversation.context import Space
from nemodesk.conversation.prompting import prompt_messages
from nemodesk.conversation.summarising import plan_summary, with_wish
from nemodesk.engine.values import PromptMessage
from nemodesk.errors import PromptTooLongError, UsageError
from tests.conversation.test_context import Letters, talk

SPACE = Space(limit_tokens=2000)


def numbers(messages: tuple[Message, ...]) -> list[int]:
    """Return which messages these are."""
    return [message.id - 100 for message in messages]


def test_the_newest_turns_are_left_as_they_are() -> None:
    """The beginning is summarised up to an answer; what follows begins with a question."""
    plan = plan_summary(talk(200, 200, 200, 200, 50, 50), Letters(), SPACE)
    assert [numbers(part) for part in plan.parts] == [[0, 1, 2, 3]]
    assert plan.last_id == 103
    assert plan.before == ""


def test_a_short_chat_keeps_its_last_turn() -> None:
    """Also where all of it is short, the last turn stays word by word."""
    plan = plan_summary(talk(10, 10, 10, 10), Letters(), SPACE)
    assert plan.last_id == 101


def test_what_is_too_long_is_read_in_parts() -> None:
    """Each part fits with room for its summary, and no message is cut."""
    plan = plan_summary(talk(*[300] * 12), Letters(), SPACE)
    assert len(plan.parts) > 1
    read = [number for part in plan.parts for number in numbers(part)]
    assert read == list(range(len(read)))
    for part in plan.parts:
        assert sum(len(message.content) for message in part) < 2000 - 2 * 400


def test_an_older_summary_is_summarised_with_the_rest() -> None:
    """What was summarised is not read again; its summary goes into the next one."""
    plan = plan_summary(talk(300, 300, 300, 300, 20, 20, summary_at=1), Letters(), SPACE)
    assert plan.before == "sssss"
    assert numbers(plan.parts[0]) == [2, 3]


def test_nothing_can_be_summarised_in_one_question() -> None:
    """A chat of one turn has no beginning."""
    with pytest.raises(UsageError, match="nothing to summarise"):
        plan_summary(talk(10, 10), Letters(), SPACE)


def test_a_message_beyond_the_context_is_named() -> None:
    """A message of a time with a longer context cannot be read; both lengths are said."""
    with pytest.raises(PromptTooLongError, match=r"1,900 tokens"):
        plan_summary(talk(1900, 10, 10, 10), Letters(), SPACE)


def test_a_wish_ends_the_conversation() -> None:
    """It is a question of its own, or the end of one that was not answered."""
    answered = prompt_messages(talk(1, 1), "")
    assert [m.role for m in with_wish(answered, "Sum up.")] == ["user", "assistant", "user"]
    open_question = [PromptMessage(role=Role.USER, content="x")]
    assert with_wish(open_question, "Sum up.")[-1].content == "x\n\nSum up."


def test_a_summary_stands_before_the_first_question() -> None:
    """Templates without a system prompt can show it too."""
    messages = prompt_messages(talk(1, 1), "Be brief.", "We spoke of foxes.")
    assert [m.role for m in messages] == ["system", "user", "assistant"]
    assert "We spoke of foxes." in messages[1].content
    assert messages[1].content.endswith("x")
