# SPDX-License-Identifier: Apache-2.0
"""The messages between the window and an engine process: one JSON object per line.

It holds values and their encoding only. `client.py` and `worker/` decide what to do with them.
Every message names its kind; the worker's first message carries the protocol version, and
another version is refused.
"""

from typing import Any, Literal

import msgspec

from nemodesk.errors import ErrorCode

PROTOCOL_VERSION = 2

DEFAULT_SEED = 3407
"""The seed that Unsloth's Nemotron guide uses; the same seed gives the same answer."""

LOAD_REQUEST_ID = 0
"""The id under which a load is cancelled or reported to have failed."""


# `frozen` is said again in every class: msgspec inherits it, type checkers do not.


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a message."""


class Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """A message to the worker."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """A message from the worker."""


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
        lora_paths: adapters to apply, each at full strength.
    """

    context_tokens: int = 0
    gpu_layers: int = -1
    cache_type: Literal["f16", "q8_0"] = "f16"
    threads: int = 0
    batch_tokens: int = 512
    chat_template: str | None = None
    lora_paths: tuple[str, ...] = ()
    cpu_expert_layers: int = 0
    maps_file: bool = True


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


class PromptMessage(Value, frozen=True):
    """One message as the chat template sees it."""

    role: str
    content: str
    reasoning: str = ""


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


class Load(Request, tag="load", frozen=True):
    """Load the model file. The first request, and sent once."""

    path: str
    settings: EngineSettings = EngineSettings()


class Generate(Request, tag="generate", frozen=True):
    """Answer the conversation.

    Attributes:
        request_id: above 0, never used before in this worker.
        messages: the conversation, oldest first.
        answer_so_far: text (reasoning included) of an answer to go on with.
        max_tokens: most tokens to write; None means up to the end of the context.
        stop: the answer ends before any of these.
        template_options: variables for the chat template, such as enable_thinking.
        reuse_cache: keep what the KV cache already holds of this prompt.
        ignore_end: write on past the end-of-answer token; for measuring.
        aside: afterwards the KV cache holds what it held before; where that would take too much
            memory, nothing is written.
    """

    request_id: int
    messages: tuple[PromptMessage, ...]
    answer_so_far: PromptMessage | None = None
    sampling: Sampling = Sampling()
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    template_options: dict[str, Any] = {}
    reuse_cache: bool = True
    ignore_end: bool = False
    aside: bool = False


class Count(Request, tag="count", frozen=True):
    """Count the tokens of the prompt that these messages make."""

    request_id: int
    messages: tuple[PromptMessage, ...]
    template_options: dict[str, Any] = {}


class CountTexts(Request, tag="count_texts", frozen=True):
    """Count the tokens of each text by itself, without the form that a template gives it."""

    request_id: int
    texts: tuple[str, ...]


class Cancel(Request, tag="cancel", frozen=True):
    """Stop a request at once; LOAD_REQUEST_ID stops the load."""

    request_id: int


class Hello(Event, tag="hello", frozen=True):
    """The worker lives and speaks this protocol."""

    protocol: int
    build: str
    process_id: int
    devices: tuple[Device, ...] = ()


class LoadProgress(Event, tag="load_progress", frozen=True):
    """The share of the model that is loaded, 0 to 1."""

    fraction: float


class Loaded(Event, tag="loaded", frozen=True):
    """The model is ready."""

    model: LoadedModel


class PromptProgress(Event, tag="prompt_progress", frozen=True):
    """How much of the prompt has been read."""

    request_id: int
    processed_tokens: int
    total_tokens: int
    cached_tokens: int


class Delta(Event, tag="delta", frozen=True):
    """New text of an answer; always whole characters."""

    request_id: int
    content: str = ""
    reasoning: str = ""


class Finished(Event, tag="finished", frozen=True):
    """An answer has ended. Exactly one Finished or Failed ends each request."""

    request_id: int
    reason: Literal["stop", "length", "cancelled"]
    timings: Timings


class Counted(Event, tag="counted", frozen=True):
    """The answer to Count."""

    request_id: int
    tokens: int
    context_tokens: int


class TextsCounted(Event, tag="texts_counted", frozen=True):
    """The answer to CountTexts, in the same order."""

    request_id: int
    tokens: tuple[int, ...]


class Failed(Event, tag="failed", frozen=True):
    """A request could not be done; the worker goes on."""

    request_id: int
    code: ErrorCode
    sentence: str
    detail: str = ""


AnyRequest = Load | Generate | Count | CountTexts | Cancel
AnyEvent = (
    Hello
    | LoadProgress
    | Loaded
    | PromptProgress
    | Delta
    | Finished
    | Counted
    | TextsCounted
    | Failed
)

_encoder = msgspec.json.Encoder()
_request_decoder: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
_event_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def encode(message: AnyRequest | AnyEvent) -> bytes:
    """Return the message as one line, newline included."""
    return _encoder.encode(message) + b"\n"


def decode_request(line: bytes) -> AnyRequest:
    """Read a request. Raises msgspec.DecodeError (or ValidationError) for anything else."""
    return _request_decoder.decode(line)


def decode_event(line: bytes) -> AnyEvent:
    """Read an event. Raises msgspec.DecodeError (or ValidationError) for anything else."""
    return _event_decoder.decode(line)
