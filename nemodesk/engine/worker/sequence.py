# SPDX-License-Identifier: Apache-2.0
"""The tokens whose state the context holds, so that a prompt's known beginning is not read again.

It holds one sequence. It chooses no tokens.
"""

from collections.abc import Sequence

from nemodesk.engine.worker.llama import Decoded, LlamaContext


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

    def extend(self, tokens: Sequence[int], *, wants_logits: bool) -> Decoded:
        """Decode further tokens; at most one batch."""
        outcome = self._context.decode(tokens, len(self._tokens), wants_logits=wants_logits)
        if outcome is Decoded.DONE:
            self._tokens.extend(tokens)
        else:
            # Part of the batch may be in the cache already.
            del self._tokens[self._context.keep(len(self._tokens) if self._rolls_back else 0) :]
        return outcome


def _shared_length(left: Sequence[int], right: Sequence[int]) -> int:
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return index
    return min(len(left), len(right))
