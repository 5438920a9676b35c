# SPDX-License-Identifier: Apache-2.0
"""Renders the chat template that a model file carries, in jinja2's sandbox.

A template is code from a stranger: it sees the messages and nothing else. It knows no tokens.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import jinja2

from nemodesk.engine.template_language import compile_template
from nemodesk.engine.values import PromptMessage, Tool
from nemodesk.engine.worker.thinking import CLOSING_TAG, OPENING_TAG
from nemodesk.errors import UsageError

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""For files without a template: the format that most models have seen."""


class ChatTemplate:
    """A compiled template.

    Raises:
        UsageError: the text is not a template.
    """

    def __init__(
        self,
        source: str,
        *,
        bos_token: str,
        eos_token: str,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.source = source

        def format_now(pattern: str) -> str:
            return now().strftime(pattern)

        self._names: dict[str, Any] = {
            "bos_token": bos_token,
            "eos_token": eos_token,
            "raise_exception": _refuse,
            "strftime_now": format_now,
        }
        self._template = compile_template(source)

    def render(
        self,
        messages: Sequence[PromptMessage],
        *,
        answer_so_far: PromptMessage | None,
        options: Mapping[str, Any],
        tools: Sequence[Tool] = (),
    ) -> str:
        """Return the prompt, ending where the answer begins or goes on.

        Raises:
            UsageError: the template refuses these messages or fails on them.
        """
        try:
            prompt = self._template.render(
                messages=[_as_mapping(message) for message in messages],
                add_generation_prompt=True,
                tools=[_as_function(tool) for tool in tools] or None,
                **{**self._names, **options},
            )
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise UsageError(
                f"The model's chat template cannot show this conversation: {error}. "
                "Try it without the system prompt, or start a new chat.",
                detail=repr(error),
            ) from error
        return prompt if answer_so_far is None else prompt + _continuation(prompt, answer_so_far)


def starts_inside_thinking(prompt: str) -> bool:
    """Return whether the answer to this prompt begins within a thought."""
    return prompt.rstrip().endswith(OPENING_TAG)


def _continuation(prompt: str, answer: PromptMessage) -> str:
    if not answer.reasoning:
        if answer.content and starts_inside_thinking(prompt):
            return f"{CLOSING_TAG}\n\n{answer.content}"
        return answer.content
    opening = "" if starts_inside_thinking(prompt) else f"{OPENING_TAG}\n"
    closing = f"\n{CLOSING_TAG}\n\n{answer.content}" if answer.content else ""
    return f"{opening}{answer.reasoning}{closing}"


def _as_mapping(message: PromptMessage) -> dict[str, str]:
    plain = {"role": message.role, "content": message.content}
    if message.reasoning:
        plain["reasoning_content"] = message.reasoning
    return plain


def _as_function(tool: Tool) -> dict[str, Any]:
    """Return a tool in OpenAI's form, which templates expect."""
    function = {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
    }
    return {"type": "function", "function": function}


def _refuse(reason: str) -> None:
    raise jinja2.TemplateError(reason)
