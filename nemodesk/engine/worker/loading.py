# SPDX-License-Identifier: Apache-2.0
"""Puts a model into memory and makes the generator for it. It answers nothing."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from nemodesk.engine.protocol import AnyEvent, Load
from nemodesk.engine.values import EngineSettings, LoadedModel
from nemodesk.engine.worker.generation import Generator
from nemodesk.engine.worker.llama import (
    AbortFlag,
    LlamaContext,
    LlamaLibrary,
    LlamaModel,
    llama,
)
from nemodesk.engine.worker.prompts import Prompts
from nemodesk.engine.worker.sequence import CachedSequence
from nemodesk.engine.worker.template import CHATML, ChatTemplate
from nemodesk.engine.worker.threads import ThreadGovernor

_DEFAULT_CONTEXT_TOKENS = 8192


def load_model(
    library: LlamaLibrary,
    request: Load,
    *,
    abort: AbortFlag,
    on_progress: Callable[[float], bool],
    emit: Callable[[AnyEvent], None],
) -> tuple[Generator, LoadedModel]:
    """Load what the request names.

    Raises:
        CancelledError: `on_progress` returned False.
        ModelFileError: the file cannot be loaded.
        DoesNotFitError: there is not enough memory for the context.
        UsageError: the chat template in the settings has a mistake in it.
    """
    started_s = time.perf_counter()
    settings = request.settings
    model = LlamaModel(library, request.path, settings, on_progress)
    threads = max(1, settings.threads)
    context = LlamaContext(
        model,
        context_tokens=_context_tokens(model, settings),
        threads=threads,
        settings=settings,
        abort=abort,
    )
    context.apply_adapters(model, settings.adapters)
    template = _chat_template(model, settings.chat_template)
    described = _describe(
        library, model, context, request, threads=threads, template=template.source
    )
    described = msgspec.structs.replace(described, load_s=time.perf_counter() - started_s)
    generator = Generator(
        model=model,
        context=context,
        sequence=CachedSequence(context, rolls_back=not described.hybrid),
        prompts=Prompts(model, template, partial(_chat_template, model)),
        governor=ThreadGovernor(
            threads, wall_clock=time.perf_counter, processor_clock=time.process_time
        ),
        abort=abort,
        load_s=described.load_s,
        emit=emit,
    )
    return generator, described


def _describe(
    library: LlamaLibrary,
    model: LlamaModel,
    context: LlamaContext,
    request: Load,
    *,
    threads: int,
    template: str,
) -> LoadedModel:
    pointer = model.pointer
    return LoadedModel(
        name=model.metadata("general.name") or Path(request.path).stem,
        architecture=model.metadata("general.architecture") or "",
        parameter_count=llama.llama_model_n_params(pointer),
        layer_count=llama.llama_model_n_layer(pointer),
        context_tokens=context.context_tokens,
        trained_context_tokens=llama.llama_model_n_ctx_train(pointer),
        model_bytes=llama.llama_model_size(pointer),
        devices=_devices(library, request.settings),
        gpu_layers=_gpu_layers(model, request.settings),
        threads=threads,
        chat_template=template,
        load_s=0.0,
        hybrid=bool(
            llama.llama_model_is_hybrid(pointer) or llama.llama_model_is_recurrent(pointer)
        ),
    )


def _context_tokens(model: LlamaModel, settings: EngineSettings) -> int:
    trained = int(llama.llama_model_n_ctx_train(model.pointer))
    return settings.context_tokens or min(trained, _DEFAULT_CONTEXT_TOKENS)


def _chat_template(model: LlamaModel, source: str | None) -> ChatTemplate:
    vocabulary = model.vocabulary
    return ChatTemplate(
        source or model.chat_template() or CHATML,
        bos_token=model.token_text(llama.llama_vocab_bos(vocabulary)),
        eos_token=model.token_text(llama.llama_vocab_eos(vocabulary)),
    )


def _gpu_layers(model: LlamaModel, settings: EngineSettings) -> int:
    if not llama.llama_supports_gpu_offload():
        return 0
    # The output layer counts as one more (llama.cpp, src/llama-model.cpp: n_layer + 1).
    most = llama.llama_model_n_layer(model.pointer) + 1
    return most if settings.gpu_layers < 0 else min(settings.gpu_layers, most)


def _devices(library: LlamaLibrary, settings: EngineSettings) -> tuple[str, ...]:
    gpus = tuple(
        device.description
        for device in library.devices()
        if device.kind in {"gpu", "integrated_gpu"}
    )
    return gpus if gpus and settings.gpu_layers != 0 else ("CPU",)
