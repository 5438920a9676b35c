# SPDX-License-Identifier: Apache-2.0
"""Makes the prompt that a model reads out of a conversation, as text and as tokens."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from nemodesk.engine.protocol import Count, Counted, CountTexts, Render, Rendered, TextsCounted
from nemodesk.engine.values import PromptMessage, PromptToken, Tool
from nemodesk.engine.worker.control_words import ControlWords, parts_between_marks
from nemodesk.engine.worker.llama import LlamaModel
from nemodesk.engine.worker.template import ChatTemplate


class Prompt(NamedTuple):
    """What the model reads before it answers.

    Attributes:
        text: with the marks that keep words inside messages from being read as control tokens.
    """

    text: str
    tokens: list[int]


class Prompts:
    """Makes prompts with one model's vocabulary and chat template.

    Args:
        make_template: compiles another template for this model.
    """

    def __init__(
        self,
        model: LlamaModel,
        template: ChatTemplate,
        make_template: Callable[[str], ChatTemplate],
    ) -> None:
        self._model = model
        self._template = template
        self._make_template = make_template
        self._control_words = ControlWords(model.control_words())

    def make(
        self,
        messages: Sequence[PromptMessage],
        *,
        options: Mapping[str, Any],
        tools: Sequence[Tool] = (),
        answer_so_far: PromptMessage | None = None,
        template: ChatTemplate | None = None,
    ) -> Prompt:
        """Return the prompt, ending where the answer begins or goes on.

        Args:
            template: another one than the model's.

        Raises:
            UsageError: the template refuses these messages.
        """
        mark = self._control_words.mark_message
        text = (template or self._template).render(
            [mark(message) for message in messages],
            answer_so_far=mark(answer_so_far) if answer_so_far else None,
            options=options,
            tools=tools,
        )
        return Prompt(text, self._model.prompt_tokens(parts_between_marks(text)))

    def count(self, request: Count, context_tokens: int) -> Counted:
        """Count the tokens of a prompt."""
        prompt = self.make(request.messages, options=request.template_options)
        return Counted(
            request_id=request.request_id,
            tokens=len(prompt.tokens),
            context_tokens=context_tokens,
        )

    def count_texts(self, request: CountTexts) -> TextsCounted:
        """Count the tokens of each text by itself."""
        marked = map(self._control_words.mark, request.texts)
        tokens = tuple(
            sum(len(self._model.tokenize(part)) for part in parts_between_marks(text))
            for text in marked
        )
        return TextsCounted(request_id=request.request_id, tokens=tokens)

    def render(self, request: Render) -> Rendered:
        """Show a prompt as the model would read it.

        Raises:
            UsageError: the template has a mistake in it, or refuses these messages.
        """
        prompt = self.make(
            request.messages,
            options=request.template_options,
            tools=request.tools,
            template=(request.chat_template and self._make_template(request.chat_template)) or None,
        )
        return Rendered(
            request_id=request.request_id,
            text="".join(parts_between_marks(prompt.text)),
            tokens=tuple(map(self._show, prompt.tokens)),
        )

    def _show(self, token: int) -> PromptToken:
        text = self._model.piece(token, special=True).decode("utf-8", "replace")
        return PromptToken(token=token, text=text, is_special=self._model.is_special(token))
