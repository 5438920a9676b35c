# SPDX-License-Identifier: Apache-2.0
"""What the chat template is given."""

from nemodesk.chats.message import Message, MessageStatus, Role
from nemodesk.conversation.prompting import answer_so_far, prompt_messages


def message(role: Role, content: str, reasoning: str = "") -> Message:
    """Return a message of a chat."""
    return Message(
        id=1,
        chat_id=1,
        parent_id=None,
        role=role,
        content=content,
        reasoning=reasoning,
        status=MessageStatus.COMPLETE,
        created_at=0.0,
    )


def test_instructions_come_first() -> None:
    """The system prompt is the first message, where there is one."""
    history = [message(Role.USER, "Hi")]
    assert [m.role for m in prompt_messages(history, "Be brief.")] == ["system", "user"]
    assert [m.role for m in prompt_messages(history, "")] == ["user"]


def test_roles_alternate_even_after_a_failed_answer() -> None:
    """An answer without text is left out and the questions around it become one."""
    history = [
        message(Role.USER, "One?"),
        message(Role.ASSISTANT, ""),
        message(Role.USER, "Two?"),
    ]
    assert [(m.role, m.content) for m in prompt_messages(history, "")] == [("user", "One?\n\nTwo?")]


def test_thinking_is_handed_on() -> None:
    """What to keep of old thinking is the template's decision."""
    history = [message(Role.USER, "2+2?"), message(Role.ASSISTANT, "4", reasoning="sum")]
    assert prompt_messages(history, "")[1].reasoning == "sum"


def test_only_text_can_be_gone_on_with() -> None:
    """An empty answer begins anew."""
    assert answer_so_far(message(Role.ASSISTANT, "")) is None
    so_far = answer_so_far(message(Role.ASSISTANT, "", reasoning="Hm"))
    assert so_far is not None
    assert so_far.reasoning == "Hm"
