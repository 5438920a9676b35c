# SPDX-License-Identifier: Apache-2.0
"""Keeps the experts of some layers in main memory, as llama.cpp's --n-cpu-moe does.

llama.cpp takes a list of patterns of tensor names and where such tensors go. The bindings do not
declare it (llama_cpp.py: "NOTE: unused"), so it is declared here.
"""

import ctypes
from typing import Any, cast

import llama_cpp._ggml as ggml_library

_ggml = cast("Any", ggml_library).libggml

_PATTERN = r"blk\.%d\.ffn_(up|down|gate|gate_up)_(ch|)exps"
"""llama.cpp, common/common.h: llm_ffn_block_regex with LLM_FFN_EXPS_REGEX."""


class BufferOverride(ctypes.Structure):
    """`struct llama_model_tensor_buft_override` of llama.h."""

    _fields_ = [("pattern", ctypes.c_char_p), ("buffer_type", ctypes.c_void_p)]


def expert_overrides(layers: int) -> "ctypes.Array[BufferOverride] | None":
    """Return the list for the first so many layers; None for none.

    The caller keeps it until the model is loaded. An empty entry ends it.
    """
    if layers <= 0:
        return None
    _ggml.ggml_backend_cpu_buffer_type.restype = ctypes.c_void_p
    main_memory = _ggml.ggml_backend_cpu_buffer_type()
    entries = [BufferOverride((_PATTERN % layer).encode(), main_memory) for layer in range(layers)]
    return (BufferOverride * (layers + 1))(*entries)
