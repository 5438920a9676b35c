# SPDX-License-Identifier: Apache-2.0
"""Renders the chat template that a model file carries, in jinja2's sandbox.

A template is code from a stranger: it sees the messages and nothing else. The environment is
that of Hugging Face Transformers (`utils/chat_template_utils.py`), for which templates are
written. It knows no tokens.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import jinja2
import jinja2.ext
import jinja2.sandbox
from jinja2 import nodes
from jinja2.parser import Parser

from nemodesk.engine.protocol import PromptMessage
from nemodesk.engine.worker.thinking import CLOSING_TAG, OPENING_TAG
from nemodesk.errors import UsageError

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""For files without a template: the format that most models have seen."""


class _GenerationTag(jinja2.ext.Extension):
    """Lets {% generation %} through, which marks text for training only."""

    tags = {"generation"}  # noqa: RUF012 - the base class declares it like this

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


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
        environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[_GenerationTag, jinja2.ext.loopcontrols],
        )
        environment.filters["tojson"] = _to_json
        try:
            self._template = environment.from_string(source)
        except jinja2.TemplateError as error:
            raise UsageError(
                f"The chat template has a mistake in it: {error}. Reset it to the model's own.",
                detail=repr(error),
            ) from error

    def render(
        self,
        messages: Sequence[PromptMessage],
        *,
        answer_so_far: PromptMessage | None,
        options: Mapping[str, Any],
    ) -> str:
        """Return the prompt, ending where the answer begins or goes on.

        Raises:
            UsageError: the template refuses these messages or fails on them.
        """
        try:
            prompt = self._template.render(
                messages=[_as_mapping(message) for message in messages],
                add_generation_prompt=True,
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


def _refuse(reason: str) -> None:
    raise jinja2.TemplateError(reason)


def _to_json(  # the arguments of Transformers' filter of this name
    value: Any,  # noqa: ANN401
    ensure_ascii: bool = False,  # noqa: FBT001, FBT002
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,  # noqa: FBT001, FBT002
) -> str:
    return json.dumps(
        value,
        ensure_ascii=ensure_ascii,
        indent=indent,
        separators=separators,
        sort_keys=sort_keys,
    )
