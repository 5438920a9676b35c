# SPDX-License-Identifier: Apache-2.0
"""The messages between the window and an engine process: one JSON object per line.

It holds messages and their encoding only; what they are made of is in `values.py`. `client.py`
and `worker/` decide what to do with them.
Every message names its kind; the worker's first message carries the protocol version, and
another version is refused.
"""

from typing import Any, Literal

import msgspec

from nemodesk.engine.values import (
    Device,
    EngineSettings,
    LoadedModel,
    PromptMessage,
    PromptToken,
    Sampling,
    StateStorage,
    Timings,
    Tool,
    ToolCall,
    ToolCallDelta,
)
from nemodesk.errors import ErrorCode
from nemodesk.structs import decoder

PROTOCOL_VERSION = 3

LOAD_REQUEST_ID = 0
"""The id under which a load is cancelled or reported to have failed."""


class Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """A message to the worker."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """A message from the worker."""


class Load(Request, tag="load", frozen=True):
    """Load the model file. The first request, and sent once.

    Attributes:
        states: None keeps no state on disk.
    """

    path: str
    settings: EngineSettings = EngineSettings()
    states: StateStorage | None = None


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
        tools: what the model may call.
        tool_choice: auto, none, required (at least one call), or the name of the tool to call.
        thinking_tokens: most tokens to think; then the thought is ended and the answer begins. None
            sets no limit.
        state_name: under which name the state is kept on disk; empty: it never is.
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
    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"
    thinking_tokens: int | None = None
    state_name: str = ""


class EndThinking(Request, tag="end_thinking", frozen=True):
    """End the thought of a request that is being answered, so that its answer begins.

    It means nothing to a request that does not think, or no longer.
    """

    request_id: int


class Count(Request, tag="count", frozen=True):
    """Count the tokens of the prompt that these messages make."""

    request_id: int
    messages: tuple[PromptMessage, ...]
    template_options: dict[str, Any] = {}


class CountTexts(Request, tag="count_texts", frozen=True):
    """Count the tokens of each text by itself, without the form that a template gives it."""

    request_id: int
    texts: tuple[str, ...]


class Render(Request, tag="render", frozen=True):
    """Show the exact prompt that these messages make, without answering it.

    Attributes:
        chat_template: Jinja text to render with; None means the one in use.
    """

    request_id: int
    messages: tuple[PromptMessage, ...]
    template_options: dict[str, Any] = {}
    tools: tuple[Tool, ...] = ()
    chat_template: str | None = None


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
    tool_calls: tuple[ToolCallDelta, ...] = ()


class Finished(Event, tag="finished", frozen=True):
    """An answer has ended. Exactly one Finished or Failed ends each request.

    Attributes:
        tool_calls: all calls of the answer, whole; what counts where it differs from the deltas.
    """

    request_id: int
    reason: Literal["stop", "length", "cancelled", "tool_calls"]
    timings: Timings
    tool_calls: tuple[ToolCall, ...] = ()


class Counted(Event, tag="counted", frozen=True):
    """The answer to Count."""

    request_id: int
    tokens: int
    context_tokens: int


class TextsCounted(Event, tag="texts_counted", frozen=True):
    """The answer to CountTexts, in the same order."""

    request_id: int
    tokens: tuple[int, ...]


class Rendered(Event, tag="rendered", frozen=True):
    """The answer to Render: the prompt's text, and the tokens that it becomes."""

    request_id: int
    text: str
    tokens: tuple[PromptToken, ...]


class Failed(Event, tag="failed", frozen=True):
    """A request could not be done; the worker goes on."""

    request_id: int
    code: ErrorCode
    sentence: str
    detail: str = ""


AnyRequest = Load | Generate | EndThinking | Count | CountTexts | Render | Cancel
AnyEvent = (
    Hello
    | LoadProgress
    | Loaded
    | PromptProgress
    | Delta
    | Finished
    | Counted
    | TextsCounted
    | Rendered
    | Failed
)

_encoder = msgspec.json.Encoder()
_request_decoder: msgspec.json.Decoder[AnyRequest] = decoder(AnyRequest)
_event_decoder: msgspec.json.Decoder[AnyEvent] = decoder(AnyEvent)


def encode(message: AnyRequest | AnyEvent) -> bytes:
    """Return the message as one line, newline included."""
    return _encoder.encode(message) + b"\n"


def decode_request(line: bytes) -> AnyRequest:
    """Read a request. Raises msgspec.DecodeError (or ValidationError) for anything else."""
    return _request_decoder.decode(line)


def decode_event(line: bytes) -> AnyEvent:
    """Read an event. Raises msgspec.DecodeError (or ValidationError) for anything else."""
    return _event_decoder.decode(line)
