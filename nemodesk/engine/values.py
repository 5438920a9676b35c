# SPDX-License-Identifier: Apache-2.0
"""What window and engine tell each other about: settings, prompts, tools, costs, models.

Values only. `protocol.py` makes messages of them.
"""

from typing import Any, Literal

import msgspec

DEFAULT_SEED = 3407
"""The seed that Unsloth's Nemotron guide uses; the same seed gives the same answer."""


# `frozen` is said again in every class: msgspec inherits it, type checkers do not.


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a message."""


class Adapter(Value, frozen=True):
    """A LoRA adapter: a small file that changes what a model has learned.

    Attributes:
        scale: how strongly it counts; 1 is as it was trained.
    """

    path: str
    scale: float = 1.0


class EngineSettings(Value, frozen=True):
    """How a model is loaded; another value means another load.

    Attributes:
        context_tokens: length of the context; 0 means the default for this model.
        gpu_layers: layers on the GPU, the last ones first; 0 none, -1 as many as fit. Sent to a
            worker, -1 means all.
        cpu_expert_layers: experts of so many first layers stay in main memory; chosen together
            with gpu_layers where that is -1.
        maps_file: whether the weights stay in pages of the file, which the system may drop and
            read again; otherwise they are read into memory once.
        cache_type: element type of the KV cache.
        threads: most threads to compute with; 0 leaves it to the program, which always tells a
            worker a number.
        batch_tokens: prompt tokens decoded between two looks at a stop request.
        chat_template: Jinja text instead of the model's own; None means the model's own.
        adapters: LoRA adapters to apply.
        sequences: how many answers are written at once; 0 leaves it to the program.
    """

    context_tokens: int = 0
    gpu_layers: int = -1
    cache_type: Literal["f16", "q8_0"] = "f16"
    threads: int = 0
    batch_tokens: int = 512
    chat_template: str | None = None
    adapters: tuple[Adapter, ...] = ()
    cpu_expert_layers: int = 0
    maps_file: bool = True
    sequences: int = 0


class StateStorage(Value, frozen=True):
    """Where the states of chats are kept, so that an old chat opens at once.

    Attributes:
        folder: the files lie here.
        most_bytes: what they may take together; the oldest ones go first.
        key: 64 hexadecimal digits that encrypt them; empty: they are not encrypted.
    """

    folder: str
    most_bytes: int
    key: str = ""


class Sampling(Value, frozen=True):
    """How the next token is chosen; None leaves the choice to the model file or the default.

    Attributes:
        temperature: 0 takes the likeliest token; up to 2.
        top_p: keep the likeliest tokens that together have this probability; 1 keeps all.
        min_p: drop tokens below this share of the likeliest one; 0 keeps all.
        top_k: keep this many tokens; 0 keeps all.
        repeat_penalty: 1 is off.
        presence_penalty: 0 is off.
        frequency_penalty: 0 is off.
        seed: the same seed, prompt and settings give the same answer.
        grammar: GBNF text that every answer must match; None is free text.
    """

    temperature: float | None = None
    top_p: float | None = None
    min_p: float | None = None
    top_k: int | None = None
    repeat_penalty: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    seed: int = DEFAULT_SEED
    grammar: str | None = None


USUAL_SAMPLING = Sampling(
    temperature=0.7,
    top_p=0.95,
    min_p=0.05,
    top_k=40,
    repeat_penalty=1.0,
    presence_penalty=0.0,
    frequency_penalty=0.0,
)
"""What applies where neither the person nor the model's maker chose."""


SAMPLING_KEYS = {
    "temperature": "general.sampling.temp",
    "top_p": "general.sampling.top_p",
    "min_p": "general.sampling.min_p",
    "top_k": "general.sampling.top_k",
    "repeat_penalty": "general.sampling.penalty_repeat",
}
"""Where a model file says what its maker recommends (llama.cpp's src/llama-arch.cpp)."""


class ToolCall(Value, frozen=True):
    """A function that the model wants to be called.

    Attributes:
        call_id: names the call within its conversation.
        arguments: a JSON object as text.
        fault: why the call cannot be carried out as the model wrote it; empty if it can.
    """

    call_id: str
    name: str
    arguments: str
    fault: str = ""


class Tool(Value, frozen=True):
    """A function that the model may call.

    Attributes:
        parameters: the JSON schema of its arguments, an object.
    """

    name: str
    description: str = ""
    parameters: dict[str, Any] = {}


class PromptMessage(Value, frozen=True):
    """One message as the chat template sees it.

    Attributes:
        role: system, user, assistant, or tool, which carries the result of a call.
        tool_calls: what an answer called.
        tool_call_id: the call whose result this is.
        tool_name: the function whose result this is.
    """

    role: str
    content: str
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    tool_name: str = ""


class ToolCallDelta(Value, frozen=True):
    """New text of a tool call. Its first delta carries the id and the name.

    Attributes:
        index: which call of the answer, from 0.
        arguments: the next piece of the JSON object.
    """

    index: int
    call_id: str = ""
    name: str = ""
    arguments: str = ""


class PromptToken(Value, frozen=True):
    """A token of a prompt and its text; special where the vocabulary says so."""

    token: int
    text: str
    is_special: bool = False


class Timings(Value, frozen=True):
    """What one answer cost. Seconds, tokens, and tokens per second.

    `ttft_s` is the time from the worker's receipt of the request to the first token.
    """

    load_s: float = 0.0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    prompt_s: float = 0.0
    prompt_per_s: float = 0.0
    ttft_s: float = 0.0
    predicted_tokens: int = 0
    predicted_s: float = 0.0
    predicted_per_s: float = 0.0
    thinking_tokens: int = 0
    thinking_s: float = 0.0


class Device(Value, frozen=True):
    """A device that llama.cpp can compute on here.

    Attributes:
        name: the back end's own short name, such as "CPU" or "CUDA0".
        description: the hardware's name.
        kind: cpu, gpu (memory of its own), integrated_gpu (shares the computer's memory), or
            accelerator.
        pci: its place, such as "0000:01:00.0"; empty where the back end does not say it.
    """

    name: str
    description: str
    kind: Literal["cpu", "gpu", "integrated_gpu", "accelerator"]
    total_bytes: int
    free_bytes: int
    pci: str = ""


class LoadedModel(Value, frozen=True):
    """What the engine says of a model that it has loaded.

    Attributes:
        context_tokens: length of the context in use.
        trained_context_tokens: the longest context that the model was made for.
        parameter_count: number of weights.
        model_bytes: memory for the weights.
        devices: where it runs, such as "CPU" or "NVIDIA H100".
        gpu_layers: layers on the GPU.
        chat_template: the Jinja text in use.
        load_s: seconds from request to ready.
        hybrid: whether part of the state is recurrent and cannot be rolled back.
    """

    name: str
    architecture: str
    parameter_count: int
    layer_count: int
    context_tokens: int
    trained_context_tokens: int
    model_bytes: int
    devices: tuple[str, ...]
    gpu_layers: int
    threads: int
    chat_template: str
    load_s: float
    hybrid: bool = False
