# SPDX-License-Identifier: Apache-2.0
"""The tokens whose state the context holds, so that a prompt's known beginning is not read again.

It holds one sequence. It chooses no tokens.
"""

from collections.abc import Callable, Sequence

from nemodesk.engine.worker.llama import Decoded, LlamaContext

_MOST_STATE_BYTES = 256 * 1024 * 1024
"""What a state that is set aside may take in main memory for a moment. A guess."""


class CachedSequence:
    """What the KV cache (and, in hybrid models, the recurrent state) stands for.

    Args:
        rolls_back: whether the end of the sequence can be forgotten; a recurrent state cannot.
    """

    def __init__(self, context: LlamaContext, *, rolls_back: bool) -> None:
        self._context = context
        self._rolls_back = rolls_back
        self._tokens: list[int] = []

    def __len__(self) -> int:
        return len(self._tokens)

    @property
    def is_full(self) -> bool:
        """Whether no further token fits."""
        return len(self._tokens) >= self._context.context_tokens

    def keep_beginning_of(self, prompt: Sequence[int], *, reuse: bool) -> int:
        """Forget all that is not the beginning of this prompt; return how many tokens are kept.

        At least the last token of the prompt is left to decode, for its logits.
        """
        shared = _shared_length(self._tokens, prompt[:-1]) if reuse else 0
        if shared < len(self._tokens):
            shared = self._context.keep(shared)
        del self._tokens[shared:]
        return shared

    def set_aside(self, prompt: Sequence[int]) -> Callable[[], None] | None:
        """Return what brings the present state back after this prompt and its answer.

        None: that would take too much memory, and nothing may be decoded.
        """
        tokens = list(self._tokens)
        if self._rolls_back and _shared_length(tokens, prompt[:-1]) == len(tokens):
            return lambda: self._cut(len(tokens))
        state = self._context.copy_state(_MOST_STATE_BYTES)
        if state is None:
            return None

        def bring_back() -> None:
            self._tokens = tokens if self._context.put_state(state) else []

        return bring_back

    def extend(self, tokens: Sequence[int], *, wants_logits: bool) -> Decoded:
        """Decode further tokens; at most one batch."""
        outcome = self._context.decode(tokens, len(self._tokens), wants_logits=wants_logits)
        if outcome is Decoded.DONE:
            self._tokens.extend(tokens)
        else:
            # Part of the batch may be in the cache already.
            self._cut(len(self._tokens) if self._rolls_back else 0)
        return outcome

    def _cut(self, length: int) -> None:
        del self._tokens[self._context.keep(length) :]


def _shared_length(left: Sequence[int], right: Sequence[int]) -> int:
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return index
    return min(len(left), len(right))
