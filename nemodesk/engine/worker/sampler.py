# SPDX-License-Identifier: Apache-2.0
"""The sampler chain of one answer, in llama.cpp's order. It decodes nothing."""

from typing import Any, cast

import llama_cpp.llama_cpp as bindings

from nemodesk.engine.values import SAMPLING_KEYS, USUAL_SAMPLING, Sampling
from nemodesk.engine.worker.llama import LlamaContext, LlamaModel
from nemodesk.errors import UsageError

llama = cast("Any", bindings)

_PENALTY_TOKENS = 64
"""How far back penalties look: llama.cpp's own default (common/common.h, penalty_last_n)."""


class Sampler:
    """Chooses tokens; must be closed.

    Raises:
        UsageError: the grammar has a mistake in it.
    """

    def __init__(self, model: LlamaModel, sampling: Sampling) -> None:
        params = llama.llama_sampler_chain_default_params()
        params.no_perf = True
        self._chain = llama.llama_sampler_chain_init(params)
        self._model = model
        self._sampling = sampling
        self._add_grammar()
        self._add_penalties()
        self._add_choice()

    def sample(self, context: LlamaContext) -> int:
        """Choose the next token by the logits of the last batch."""
        return int(llama.llama_sampler_sample(self._chain, context.pointer, -1))

    def close(self) -> None:
        """Give the memory back."""
        llama.llama_sampler_free(self._chain)

    def _value(self, name: str) -> float:
        chosen = getattr(self._sampling, name)
        if chosen is not None:
            return chosen
        recommended = self._model.metadata(SAMPLING_KEYS.get(name, ""))
        return float(recommended or getattr(USUAL_SAMPLING, name))

    def _add(self, sampler: object) -> None:
        llama.llama_sampler_chain_add(self._chain, sampler)

    def _add_grammar(self) -> None:
        grammar = self._sampling.grammar
        if grammar is None:
            return
        sampler = llama.llama_sampler_init_grammar(
            self._model.vocabulary, grammar.encode(), b"root"
        )
        if not sampler:
            self.close()
            raise UsageError("The grammar has a mistake in it. Mend it or leave it out.")
        self._add(sampler)

    def _add_penalties(self) -> None:
        repeat = self._value("repeat_penalty")
        frequency = self._value("frequency_penalty")
        presence = self._value("presence_penalty")
        if repeat != 1.0 or frequency or presence:
            vocabulary_size = llama.llama_vocab_n_tokens(self._model.vocabulary)
            self._add(
                llama.llama_sampler_init_penalties(
                    vocabulary_size, _PENALTY_TOKENS, repeat, frequency, presence
                )
            )

    def _add_choice(self) -> None:
        temperature = self._value("temperature")
        if temperature <= 0:
            self._add(llama.llama_sampler_init_greedy())
            return
        top_k, top_p, min_p = (self._value(name) for name in ("top_k", "top_p", "min_p"))
        if top_k > 0:
            self._add(llama.llama_sampler_init_top_k(int(top_k)))
        if top_p < 1:
            self._add(llama.llama_sampler_init_top_p(top_p, 1))
        if min_p > 0:
            self._add(llama.llama_sampler_init_min_p(min_p, 1))
        self._add(llama.llama_sampler_init_temp(temperature))
        self._add(llama.llama_sampler_init_dist(self._sampling.seed & 0xFFFFFFFF))
