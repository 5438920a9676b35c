# SPDX-License-Identifier: Apache-2.0
"""Weights by layer, part and type: what decides where they fit and how fast they are read."""

from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter
from gguf.quants import quantize

from nemodesk.catalog.gguf.header import read_header
from nemodesk.catalog.gguf.tensors import TensorGroup


def _write(path: Path) -> Path:
    writer = GGUFWriter(path, "nemotron_h_moe")
    writer.add_block_count(2)
    writer.add_expert_count(8)
    matrix = quantize(np.ones((4, 32), np.float32), GGMLQuantizationType.Q8_0)
    experts = quantize(np.ones((8, 4, 32), np.float32), GGMLQuantizationType.Q8_0)
    for name in (
        "token_embd.weight",
        "output.weight",
        "blk.0.attn_q.weight",
        "blk.0.attn_k.weight",
    ):
        writer.add_tensor(name, matrix, raw_dtype=GGMLQuantizationType.Q8_0)
    for name in ("blk.1.ffn_up_exps.weight", "blk.1.ffn_down_exps.weight"):
        writer.add_tensor(name, experts, raw_dtype=GGMLQuantizationType.Q8_0)
    writer.add_tensor("blk.1.ffn_up_shexp.weight", np.ones((4, 8), np.float16))
    writer.add_tensor("blk.1.attn_norm.weight", np.ones(8, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_tensors_are_grouped_by_what_they_do(tmp_path: Path) -> None:
    """Experts are kept apart from what every token needs, and each layer from the others."""
    header = read_header(_write(tmp_path / "m.gguf"))
    assert set(header.tensor_groups) == {
        TensorGroup(-1, "embedding", "Q8_0", 136, 136),
        TensorGroup(-1, "output", "Q8_0", 136, 136),
        TensorGroup(0, "matrix", "Q8_0", 272, 136),
        TensorGroup(1, "experts", "Q8_0", 2176, 1088),
        TensorGroup(1, "matrix", "F16", 64, 64),
        TensorGroup(1, "small", "F32", 32, 32),
    }
    assert header.expert_count == 8


def test_the_groups_are_all_there_is(starter: Path) -> None:
    """No tensor is left out or counted twice."""
    header = read_header(starter)
    assert sum(group.size_bytes for group in header.tensor_groups) == header.tensor_bytes
    assert {group.layer for group in header.tensor_groups} == set(range(-1, header.block_count))
