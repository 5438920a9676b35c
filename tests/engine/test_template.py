# SPDX-License-Identifier: Apache-2.0
"""Chat templates are rendered as their writers meant, and can do nothing else."""

from datetime import UTC, datetime

import pytest

from nemodesk.engine.template_language import compile_template
from nemodesk.engine.values import PromptMessage
from nemodesk.engine.worker.template import CHATML, ChatTemplate, starts_inside_thinking
from nemodesk.errors import UsageError

HELLO = [PromptMessage(role="user", content="Hello")]
THINKING = CHATML + "{% if enable_thinking is not defined or enable_thinking %}<think>\n{% endif %}"


def make(source: str) -> ChatTemplate:
    """Compile a template with a fixed clock."""
    return ChatTemplate(
        source,
        bos_token="<s>",  # noqa: S106 - a token of a vocabulary
        eos_token="</s>",  # noqa: S106
        now=lambda: datetime(2026, 5, 4, tzinfo=UTC),
    )


def render(source: str, answer: PromptMessage | None = None, **options: object) -> str:
    """Render a template over one message."""
    return make(source).render(HELLO, answer_so_far=answer, options=options)


def test_chatml_ends_where_the_answer_begins() -> None:
    """The template for files without one is ChatML."""
    assert render(CHATML) == "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n"


def test_an_answer_goes_on_where_it_ended() -> None:
    """The text so far follows the prompt without anything between."""
    so_far = PromptMessage(role="assistant", content="The sea is")
    assert render(CHATML, so_far).endswith("<|im_start|>assistant\nThe sea is")


def test_thinking_goes_on_inside_the_thought() -> None:
    """A thought that was interrupted is not opened twice."""
    so_far = PromptMessage(role="assistant", content="", reasoning="First")
    assert render(THINKING, so_far).endswith("assistant\n<think>\nFirst")


def test_an_answer_after_thinking_closes_the_thought() -> None:
    """Thought and answer stand as the model would have written them."""
    so_far = PromptMessage(role="assistant", content="Four", reasoning="2+2")
    assert render(THINKING, so_far).endswith("<think>\n2+2\n</think>\n\nFour")


def test_an_answer_without_its_thought_leaves_the_thought_empty() -> None:
    """Text to go on with is never taken for thinking."""
    so_far = PromptMessage(role="assistant", content="Four")
    assert render(THINKING, so_far).endswith("<think>\n</think>\n\nFour")


def test_options_reach_the_template() -> None:
    """Thinking can be switched off."""
    assert starts_inside_thinking(render(THINKING))
    assert not starts_inside_thinking(render(THINKING, enable_thinking=False))


def test_what_transformers_offers_is_there() -> None:
    """Date, tokens, JSON, loop controls and the generation tag work."""
    source = (
        "{{ bos_token }}{{ strftime_now('%Y-%m-%d') }}{{ {'ä': 1} | tojson }}"
        "{% for i in range(9) %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}"
        "{% generation %}x{% endgeneration %}{{ eos_token }}"
    )
    assert render(source) == '<s>2026-05-04{"ä": 1}01x</s>'


@pytest.mark.parametrize(
    "source",
    [
        "{% if %}",
        "{{ raise_exception('roles must alternate') }}",
        "{{ messages[0].content.nothing.at.all }}",
        "{{ 1 / 0 }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.append(1) }}",
    ],
)
def test_a_template_that_fails_or_reaches_out_is_a_sentence(source: str) -> None:
    """Mistakes and attempts to leave the sandbox become one kind of error."""
    with pytest.raises(UsageError):
        render(source)


@pytest.mark.parametrize("source", ["{% for %}", "{{ messages | nothing }}", "{% if a %}", "{{"])
def test_a_mistake_is_found_before_anything_is_loaded(source: str) -> None:
    """The sentence says what is wrong and in which line."""
    with pytest.raises(UsageError, match=r"has a mistake in it: line 2: .*Reset it"):
        compile_template(f"{{# a comment #}}\n{source}")


def test_a_template_that_goes_too_deep_is_refused() -> None:
    """Whatever a person pastes, the program that checks it goes on."""
    with pytest.raises(UsageError, match="has a mistake in it"):
        compile_template("{% if a %}" * 5000 + "{% endif %}" * 5000)
