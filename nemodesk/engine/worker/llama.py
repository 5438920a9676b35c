# SPDX-License-Identifier: Apache-2.0
"""The llama.cpp library as this program uses it: devices, a model, its context, its tokens.

Low-level bindings, because `llama_cpp.Llama` detokenizes the whole answer again for every token,
has flash attention off, and cannot report a load's progress or abort. It decides nothing:
`generation.py` does.
"""

import collections
import contextlib
import ctypes
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Literal, cast

import llama_cpp._ggml as ggml_library
import llama_cpp.llama_cpp as bindings

from nemodesk.engine.values import Adapter, Device, EngineSettings
from nemodesk.engine.worker.experts import expert_overrides
from nemodesk.errors import CancelledError, DoesNotFitError, ModelFileError

# The bindings are typed only in part.
llama = cast("Any", bindings)
_ggml = cast("Any", ggml_library).libggml

_DEVICE_KINDS: tuple[Literal["cpu", "gpu", "integrated_gpu", "accelerator"], ...] = (
    "cpu",
    "gpu",
    "integrated_gpu",
    "accelerator",
)
"""By `enum ggml_backend_dev_type` of ggml/include/ggml-backend.h."""

_CACHE_TYPES = {"f16": bindings.GGML_TYPE_F16, "q8_0": bindings.GGML_TYPE_Q8_0}
_LOG_LINES = 40
_PIECE_BYTES = 256


class AbortFlag:
    """A flag that llama.cpp looks at some 500 times a token, so it must not call Python.

    llama.cpp calls a C function with a pointer and aborts when it returns true. `strlen` is such
    a function: it returns 0 for an empty buffer and 1 once the first byte is set.
    """

    def __init__(self) -> None:
        self._buffer = ctypes.create_string_buffer(2)
        library = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
        self.callback = ctypes.cast(library.strlen, llama.ggml_abort_callback)
        self.pointer = ctypes.cast(self._buffer, ctypes.c_void_p)

    def set(self) -> None:
        """Ask for the end of what is being computed. Thread: any."""
        self._buffer[0] = b"\x01"

    def clear(self) -> None:
        """Withdraw the wish."""
        self._buffer[0] = b"\x00"

    @property
    def is_set(self) -> bool:
        """Whether the end is wished for."""
        return self._buffer[0] != b"\x00"


class Decoded(Enum):
    """How a batch ended."""

    DONE = "done"
    ABORTED = "aborted"
    FAILED = "failed"


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("utf-8", "replace")


class LlamaLibrary:
    """The loaded library: its log and its devices."""

    def __init__(self) -> None:
        self._log: collections.deque[str] = collections.deque(maxlen=_LOG_LINES)
        self._log_callback = llama.llama_log_callback(self._on_log)
        llama.llama_log_set(self._log_callback, ctypes.c_void_p(0))
        if hasattr(_ggml, "ggml_backend_load_all_from_path"):
            # Bundles carry the back ends as plug-ins beside the library; elsewhere this finds none.
            folder = Path(bindings.__file__).parent / "lib"
            _ggml.ggml_backend_load_all_from_path(os.fsencode(folder))
        llama.llama_backend_init()

    def _on_log(self, _level: int, text: bytes, _data: object) -> None:
        line = _text(text)
        self._log.append(line)
        sys.stderr.write(line)

    @property
    def recent_log(self) -> str:
        """The last lines that the library has logged."""
        return "".join(self._log)

    def devices(self) -> tuple[Device, ...]:
        """List what this build of the library can compute on here."""
        get = _ggml.ggml_backend_dev_get
        get.restype, get.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
        _ggml.ggml_backend_dev_count.restype = ctypes.c_size_t
        return tuple(_describe(get(index)) for index in range(_ggml.ggml_backend_dev_count()))


class _DeviceProperties(ctypes.Structure):
    """`struct ggml_backend_dev_props` of ggml/include/ggml-backend.h."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("description", ctypes.c_char_p),
        ("free_bytes", ctypes.c_size_t),
        ("total_bytes", ctypes.c_size_t),
        ("kind", ctypes.c_int),
        ("place", ctypes.c_char_p),
        ("abilities", ctypes.c_bool * 16),  # fewer today; room for what newer ones add
    )


def _place(device: ctypes.c_void_p) -> str:
    """Return where on the PCI bus a device is; empty for one that is not there."""
    properties = _DeviceProperties()
    _ggml.ggml_backend_dev_get_props(device, ctypes.byref(properties))
    return _text(properties.place).lower()


def _describe(device: int) -> Device:
    pointer = ctypes.c_void_p(device)
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    for function in (_ggml.ggml_backend_dev_name, _ggml.ggml_backend_dev_description):
        function.restype = ctypes.c_char_p
    _ggml.ggml_backend_dev_memory(pointer, ctypes.byref(free), ctypes.byref(total))
    kind = int(_ggml.ggml_backend_dev_type(pointer))
    return Device(
        name=_text(_ggml.ggml_backend_dev_name(pointer)),
        description=_text(_ggml.ggml_backend_dev_description(pointer)),
        kind=_DEVICE_KINDS[kind] if kind < len(_DEVICE_KINDS) else "accelerator",
        total_bytes=total.value,
        free_bytes=free.value,
        pci=_place(pointer),
    )


class LlamaModel:
    """A model in memory: weights, vocabulary and metadata.

    Args:
        on_progress: takes the share that is loaded, 0 to 1, and returns whether to go on.

    Raises:
        CancelledError: `on_progress` returned False.
        ModelFileError: the library cannot load the file.
    """

    def __init__(
        self,
        library: LlamaLibrary,
        path: str,
        settings: EngineSettings,
        on_progress: Callable[[float], bool],
    ) -> None:
        started_s = time.perf_counter()
        was_cancelled = False

        def report(fraction: float, _data: object) -> bool:
            nonlocal was_cancelled
            was_cancelled = not on_progress(fraction)
            return not was_cancelled

        params = llama.llama_model_default_params()
        params.n_gpu_layers = settings.gpu_layers
        if not settings.maps_file:
            params.load_mode = bindings.LLAMA_LOAD_MODE_NONE
        overrides = expert_overrides(settings.cpu_expert_layers)
        if overrides is not None:
            params.tensor_buft_overrides = ctypes.cast(overrides, ctypes.c_void_p)
        progress_callback = llama.llama_progress_callback(report)
        params.progress_callback = progress_callback
        self.pointer = llama.llama_model_load_from_file(os.fsencode(path), params)
        if not self.pointer:
            if was_cancelled:
                raise CancelledError("Loading was stopped.")
            raise ModelFileError(
                f"{Path(path).name} could not be loaded: the file is damaged or made for another "
                "version of the engine. Download it again, or update NemoDesk.",
                detail=library.recent_log,
            )
        self.vocabulary = llama.llama_model_get_vocab(self.pointer)
        self.load_s = time.perf_counter() - started_s
        self._piece_buffer = ctypes.create_string_buffer(_PIECE_BYTES)
        self._pieces: dict[tuple[int, bool], bytes] = {}
        self._ends: dict[int, bool] = {}

    def metadata(self, key: str) -> str | None:
        """Return a value of the file's metadata as text; None where it has none."""
        size = llama.llama_model_meta_val_str(self.pointer, key.encode(), None, 0)
        if size < 0:
            return None
        buffer = ctypes.create_string_buffer(size + 1)
        llama.llama_model_meta_val_str(self.pointer, key.encode(), buffer, size + 1)
        return _text(buffer.value)

    def chat_template(self) -> str | None:
        """Return the Jinja text that the file carries, if any."""
        return _text(llama.llama_model_chat_template(self.pointer, None)) or None

    def control_words(self) -> list[str]:
        """Return the texts that `tokenize` takes for control tokens."""
        tokens = range(llama.llama_vocab_n_tokens(self.vocabulary))
        return [self.token_text(token) for token in tokens if self.is_special(token)]

    def is_special(self, token: int) -> bool:
        """Return whether this is a control token, which stands for no text."""
        kinds = llama.LLAMA_TOKEN_ATTR_CONTROL | llama.LLAMA_TOKEN_ATTR_UNKNOWN
        return bool(llama.llama_vocab_get_attr(self.vocabulary, token) & kinds)

    def tokenize(self, text: str) -> list[int]:
        """Return the tokens of a rendered prompt; special tokens in it are recognized."""
        raw = text.encode()
        room = len(raw) + 8
        while True:
            tokens = (llama.llama_token * room)()
            # A rendered template holds its own first token, so none is added (add_special False),
            # except where the template leaves it out and the model wants one: see `prompt_tokens`.
            count = llama.llama_tokenize(self.vocabulary, raw, len(raw), tokens, room, False, True)
            if count >= 0:
                return list(tokens[:count])
            room = -count

    def prompt_tokens(self, parts: Iterable[str]) -> list[int]:
        """Return the tokens of a prompt, with the first token that the model wants."""
        tokens = [token for part in parts for token in self.tokenize(part)]
        first = llama.llama_vocab_bos(self.vocabulary)
        wants_first = llama.llama_vocab_get_add_bos(self.vocabulary) and first >= 0
        return [first, *tokens] if wants_first and tokens[:1] != [first] else tokens

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """Return the bytes of a token; those of a control token only when asked for."""
        key = (token, special)
        piece = self._pieces.get(key)
        if piece is None:
            piece = self._pieces[key] = self._ask_piece(token, special=special)
        return piece

    def _ask_piece(self, token: int, *, special: bool) -> bytes:
        buffer = self._piece_buffer
        size = llama.llama_token_to_piece(self.vocabulary, token, buffer, len(buffer), 0, special)
        if size >= 0:
            return buffer.raw[:size]
        self._piece_buffer = ctypes.create_string_buffer(-size)
        return self._ask_piece(token, special=special)

    def token_text(self, token: int) -> str:
        """Return the name of a token in the vocabulary; empty for none (-1)."""
        return "" if token < 0 else _text(llama.llama_vocab_get_text(self.vocabulary, token))

    def is_end(self, token: int) -> bool:
        """Return whether this token ends an answer."""
        ends = self._ends.get(token)
        if ends is None:
            ends = self._ends[token] = bool(llama.llama_vocab_is_eog(self.vocabulary, token))
        return ends

    def close(self) -> None:
        """Give the memory back."""
        llama.llama_model_free(self.pointer)


class LlamaContext:
    """A context of a model: the KV cache, and the decoding of batches into logits.

    Raises:
        DoesNotFitError: there is not enough memory for it.
    """

    def __init__(
        self,
        model: LlamaModel,
        *,
        context_tokens: int,
        threads: int,
        settings: EngineSettings,
        abort: AbortFlag,
    ) -> None:
        params = llama.llama_context_default_params()
        params.n_ctx = context_tokens
        params.n_batch = params.n_ubatch = min(settings.batch_tokens, context_tokens)
        # One row of logits: a fifth of the compute buffer (98 -> 17.5 MiB, measured).
        params.n_outputs_max = 1
        params.n_threads = params.n_threads_batch = threads
        # Without it the compute buffer grows with the context, to gigabytes.
        params.flash_attn_type = bindings.LLAMA_FLASH_ATTN_TYPE_ENABLED
        params.type_k = params.type_v = _CACHE_TYPES[settings.cache_type]
        params.abort_callback = abort.callback
        params.abort_callback_data = abort.pointer
        params.no_perf = True
        self._abort = abort
        self.pointer = llama.llama_init_from_model(model.pointer, params)
        if not self.pointer:
            raise DoesNotFitError(
                f"There is not enough memory for a context of {context_tokens:,} tokens. "
                "Choose a shorter context or close other programs."
            )
        self.context_tokens = int(llama.llama_n_ctx(self.pointer))
        self.batch_tokens = int(params.n_batch)
        self._memory = llama.llama_get_memory(self.pointer)
        self._batch = llama.llama_batch_init(self.batch_tokens, 0, 1)
        for index in range(self.batch_tokens):
            self._batch.n_seq_id[index] = 1
            self._batch.seq_id[index][0] = 0
            self._batch.logits[index] = 0

    def decode(self, tokens: Sequence[int], position: int, *, wants_logits: bool) -> Decoded:
        """Run the model over tokens that follow the first `position` ones.

        Args:
            tokens: at most `batch_tokens`.
            wants_logits: whether the last token's logits will be sampled from.
        """
        batch = self._batch
        for index, token in enumerate(tokens):
            batch.token[index] = token
            batch.pos[index] = position + index
        last = len(tokens) - 1
        batch.n_tokens = len(tokens)
        batch.logits[last] = wants_logits
        status = llama.llama_decode(self.pointer, batch)
        batch.logits[last] = 0
        if status == 0:
            return Decoded.DONE
        return Decoded.ABORTED if self._abort.is_set else Decoded.FAILED

    def keep(self, token_count: int) -> int:
        """Forget all but the first tokens; return how many could be kept.

        A recurrent state cannot be rolled back: then nothing is kept.
        """
        if token_count and llama.llama_memory_seq_rm(self._memory, 0, token_count, -1):
            return token_count
        llama.llama_memory_clear(self._memory, False)
        return 0

    def copy_state(self, most_bytes: int) -> bytes | None:
        """Return what the context holds; None where that takes more memory than it may."""
        size = int(llama.llama_state_seq_get_size(self.pointer, 0))
        if size > most_bytes:
            return None
        buffer = (ctypes.c_uint8 * size)()
        written = int(llama.llama_state_seq_get_data(self.pointer, buffer, size, 0))
        return ctypes.string_at(buffer, written)

    def put_state(self, state: bytes) -> bool:
        """Hold again what was copied; return whether it does, or else holds nothing."""
        llama.llama_memory_clear(self._memory, False)
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if llama.llama_state_seq_set_data(self.pointer, buffer, len(state), 0):
            return True
        llama.llama_memory_clear(self._memory, False)
        return False

    def set_threads(self, threads: int) -> None:
        """Compute with this many threads from the next batch on."""
        llama.llama_set_n_threads(self.pointer, threads, threads)

    def apply_adapters(self, model: LlamaModel, wanted: Sequence[Adapter]) -> None:
        """Put LoRA adapters on top of the weights.

        Raises:
            ModelFileError: a file is no adapter, or not one for this model.
        """
        adapters: list[Any] = []
        for one in wanted:
            adapter = llama.llama_adapter_lora_init(model.pointer, os.fsencode(one.path))
            if not adapter:
                raise ModelFileError(
                    f"{Path(one.path).name} is not a LoRA adapter for this model. "
                    "Choose an adapter in GGUF format that was made for it."
                )
            adapters.append(adapter)
        if adapters:
            count = len(adapters)
            pointers = (llama.llama_adapter_lora_p_ctypes * count)(*adapters)
            scales = (ctypes.c_float * count)(*(one.scale for one in wanted))
            llama.llama_set_adapters_lora(self.pointer, pointers, count, scales)

    def close(self) -> None:
        """Give the memory back."""
        with contextlib.suppress(AttributeError):
            llama.llama_batch_free(self._batch)
        llama.llama_free(self.pointer)
