# SPDX-License-Identifier: Apache-2.0
"""Writes tiny models of Nemotron's hybrid architectures with random weights.

They load and compute like the real ones, state and all; what they say is noise. Keys and tensors
follow llama.cpp's src/models/nemotron-h.cpp; the vocabulary is taken from another model file.
"""

from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFReader, GGUFWriter

_LAYERS = "M-*M-M"
"""M: recurrent (Mamba-2), *: attention, -: feed-forward."""

_EXPERT_LAYERS = "ME*MEM"
"""E: experts instead."""

_EXPERTS, _EXPERTS_USED, _EXPERT_FEED_FORWARD = 8, 2, 512

_WIDTH = 64
_HEADS, _KEY_VALUE_HEADS, _HEAD_LENGTH = 4, 2, 32
_FEED_FORWARD = 128
_STATE_HEADS, _STATE_HEAD_LENGTH, _STATE, _GROUPS, _KERNEL = 4, 32, 128, 2, 4
_INNER = _STATE_HEADS * _STATE_HEAD_LENGTH
_CONVOLVED = _INNER + 2 * _GROUPS * _STATE
_TOKENIZER = "tokenizer.ggml."


def write_nemotron(path: Path, *, vocabulary_from: Path, seed: int = 0) -> Path:
    """Write a model with six layers, one of each kind at least, and return its path."""
    writer = GGUFWriter(path, "nemotron_h")
    return _write(writer, path, _LAYERS, vocabulary_from=vocabulary_from, seed=seed)


def write_nemotron_moe(path: Path, *, vocabulary_from: Path, seed: int = 0) -> Path:
    """Write the same with two layers of experts, two of eight for each token."""
    writer = GGUFWriter(path, "nemotron_h_moe")
    writer.add_expert_count(_EXPERTS)
    writer.add_expert_used_count(_EXPERTS_USED)
    writer.add_expert_shared_count(1)
    writer.add_expert_group_count(1)
    writer.add_expert_group_used_count(1)
    writer.add_expert_feed_forward_length(_EXPERT_FEED_FORWARD)
    writer.add_expert_shared_feed_forward_length(_FEED_FORWARD)
    writer.add_expert_weights_norm(value=True)
    writer.add_expert_weights_scale(2.5)
    return _write(writer, path, _EXPERT_LAYERS, vocabulary_from=vocabulary_from, seed=seed)


def _write(
    writer: GGUFWriter, path: Path, layers: str, *, vocabulary_from: Path, seed: int
) -> Path:
    words = _add_vocabulary(writer, GGUFReader(vocabulary_from))
    _add_shape(writer, words, layers)
    random = np.random.default_rng(seed)

    def put(name: str, *shape: int, scale: float | None = None) -> None:
        deviation = shape[-1] ** -0.5 if scale is None else scale
        values = random.standard_normal(shape, dtype=np.float32) * deviation
        writer.add_tensor(name, values.astype(np.float32))

    put("token_embd.weight", words, _WIDTH, scale=0.5)
    writer.add_tensor("output_norm.weight", np.ones(_WIDTH, np.float32))
    for number, kind in enumerate(layers):
        _add_layer(writer, put, random, block=f"blk.{number}.", kind=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_layer(
    writer: GGUFWriter, put: Any, random: np.random.Generator, *, block: str, kind: str
) -> None:
    writer.add_tensor(block + "attn_norm.weight", np.ones(_WIDTH, np.float32))
    if kind == "M":
        put(block + "ssm_in.weight", _INNER + _CONVOLVED + _STATE_HEADS, _WIDTH)
        put(block + "ssm_conv1d.weight", _CONVOLVED, _KERNEL, scale=0.3)
        put(block + "ssm_conv1d.bias", _CONVOLVED, scale=0.01)
        put(block + "ssm_dt.bias", _STATE_HEADS, scale=1.0)
        rates = -random.uniform(1, 16, (_STATE_HEADS, 1)).astype(np.float32)
        writer.add_tensor(block + "ssm_a", rates)
        writer.add_tensor(block + "ssm_d", np.ones((_STATE_HEADS, 1), np.float32))
        ones = np.ones((_GROUPS, _INNER // _GROUPS), np.float32)
        writer.add_tensor(block + "ssm_norm.weight", ones)
        put(block + "ssm_out.weight", _WIDTH, _INNER)
    elif kind == "*":
        put(block + "attn_q.weight", _HEADS * _HEAD_LENGTH, _WIDTH)
        put(block + "attn_k.weight", _KEY_VALUE_HEADS * _HEAD_LENGTH, _WIDTH)
        put(block + "attn_v.weight", _KEY_VALUE_HEADS * _HEAD_LENGTH, _WIDTH)
        put(block + "attn_output.weight", _WIDTH, _HEADS * _HEAD_LENGTH)
    elif kind == "E":
        put(block + "ffn_gate_inp.weight", _EXPERTS, _WIDTH)
        put(block + "exp_probs_b.bias", _EXPERTS, scale=0.01)
        put(block + "ffn_up_exps.weight", _EXPERTS, _EXPERT_FEED_FORWARD, _WIDTH)
        put(block + "ffn_down_exps.weight", _EXPERTS, _WIDTH, _EXPERT_FEED_FORWARD)
        put(block + "ffn_up_shexp.weight", _FEED_FORWARD, _WIDTH)
        put(block + "ffn_down_shexp.weight", _WIDTH, _FEED_FORWARD)
    else:
        put(block + "ffn_up.weight", _FEED_FORWARD, _WIDTH)
        put(block + "ffn_down.weight", _WIDTH, _FEED_FORWARD)


def _add_shape(writer: GGUFWriter, words: int, layers: str) -> None:
    writer.add_name("Tiny hybrid")
    writer.add_block_count(len(layers))
    writer.add_context_length(65536)
    writer.add_embedding_length(_WIDTH)
    writer.add_feed_forward_length([_FEED_FORWARD if kind in "-E" else 0 for kind in layers])
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv([_KEY_VALUE_HEADS if kind == "*" else 0 for kind in layers])
    writer.add_key_length(_HEAD_LENGTH)
    writer.add_value_length(_HEAD_LENGTH)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_layer_norm_eps(1e-5)
    writer.add_rope_dimension_count(_HEAD_LENGTH)
    writer.add_vocab_size(words)
    writer.add_ssm_conv_kernel(_KERNEL)
    writer.add_ssm_state_size(_STATE)
    writer.add_ssm_group_count(_GROUPS)
    writer.add_ssm_inner_size(_INNER)
    writer.add_ssm_time_step_rank(_STATE_HEADS)


def _add_vocabulary(writer: GGUFWriter, donor: GGUFReader) -> int:
    def field(name: str) -> Any:
        found = donor.get_field(_TOKENIZER + name)
        assert found is not None
        return found.contents()

    tokens = list(field("tokens"))
    writer.add_tokenizer_model(field("model"))
    writer.add_tokenizer_pre(field("pre"))
    writer.add_token_list(tokens)
    writer.add_token_types(field("token_type"))
    writer.add_token_merges(field("merges"))
    writer.add_bos_token_id(field("bos_token_id"))
    writer.add_eos_token_id(field("eos_token_id"))
    writer.add_add_bos_token(False)
    return len(tokens)
