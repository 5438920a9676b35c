# SPDX-License-Identifier: Apache-2.0
"""Writes small model files with the `gguf` package, which is the reference for the format."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter
from gguf.quants import quantize

KV_HEADS = (0, 0, 2, 0, 0)
FEED_FORWARD = (0, 64, 0, 0, 64)


def write_nemotron(path: Path, *, vocabulary: int = 300, name: str = "Tiny Nemotron") -> Path:
    """Write a file in the kind of nemotron_h: two layers with a state, one that attends."""
    writer = GGUFWriter(path, "nemotron_h")
    writer.add_name(name)
    writer.add_file_type(7)
    writer.add_block_count(len(KV_HEADS))
    writer.add_context_length(1_048_576)
    writer.add_embedding_length(32)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(4)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(16)
    writer.add_value_length(24)
    writer.add_ssm_conv_kernel(4)
    writer.add_ssm_state_size(16)
    writer.add_ssm_group_count(2)
    writer.add_ssm_inner_size(64)
    writer.add_token_list([f"token {number}" for number in range(vocabulary)])
    writer.add_token_merges([f"to {number}" for number in range(vocabulary)])
    writer.add_token_scores([0.5] * vocabulary)
    writer.add_chat_template("{{ messages }}")
    writer.add_bool("tokenizer.ggml.add_bos_token", val=True)
    writer.add_float64("general.test", 0.25)
    writer.add_tensor("output_norm.weight", np.ones(7, np.float32))
    weights = quantize(np.ones((vocabulary, 32), np.float32), GGMLQuantizationType.Q8_0)
    writer.add_tensor("token_embd.weight", weights, raw_dtype=GGMLQuantizationType.Q8_0)
    writer.add_tensor("blk.0.ssm_a", np.ones((3, 4, 5), np.float16))
    return _finish(writer, path)


def write_llama(
    path: Path,
    *,
    architecture: str = "llama",
    numbers: dict[str, int | Sequence[int]] | None = None,
    texts: dict[str, str] | None = None,
    tensors: int = 1,
) -> Path:
    """Write a file of two layers with the given extra facts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = GGUFWriter(path, architecture)
    given = {"block_count": 2, "attention.head_count": 4, "embedding_length": 32}
    for key, number in (given | (numbers or {})).items():
        full_key = key if key.startswith("split") else f"{architecture}.{key}"
        if isinstance(number, int):
            writer.add_uint32(full_key, number)
        else:
            writer.add_array(full_key, number)
    for key, text in (texts or {}).items():
        writer.add_string(key, text)
    for number in range(tensors):
        writer.add_tensor(f"blk.{number}.weight", np.ones((4, 32), np.float16))
    return _finish(writer, path)


def _finish(writer: GGUFWriter, path: Path) -> Path:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
