# SPDX-License-Identifier: Apache-2.0
"""Messages survive the way through a pipe, and nothing else is taken for one."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.engine.protocol import (
    Cancel,
    Count,
    CountTexts,
    Delta,
    Failed,
    Generate,
    Load,
    decode_event,
    decode_request,
    encode,
)
from nemodesk.engine.values import EngineSettings, PromptMessage, Sampling
from nemodesk.errors import ErrorCode

MESSAGES = (PromptMessage(role="user", content="Grüße\n世界 \x00 🦊"),)


@pytest.mark.parametrize(
    "request_",
    [
        Load(path="/m.gguf", settings=EngineSettings(context_tokens=4096, cache_type="q8_0")),
        Generate(request_id=1, messages=MESSAGES, sampling=Sampling(temperature=0.0)),
        Generate(request_id=2, messages=MESSAGES, stop=("\n",), template_options={"a": [1]}),
        Count(request_id=3, messages=MESSAGES),
        CountTexts(request_id=4, texts=("", "Grüße")),
        Cancel(request_id=1),
    ],
)
def test_a_request_comes_back_as_it_was(request_: object) -> None:
    """Encoding and decoding a request gives the same request, on one line."""
    line = encode(request_)  # type: ignore[arg-type]
    assert line.count(b"\n") == 1
    assert decode_request(line) == request_


@given(content=st.text(), reasoning=st.text())
def test_any_text_fits_on_one_line(content: str, reasoning: str) -> None:
    """Text with any characters crosses the pipe unchanged."""
    event = Delta(request_id=1, content=content, reasoning=reasoning)
    line = encode(event)
    assert line.count(b"\n") == 1
    assert decode_event(line) == event


def test_a_failure_keeps_its_code() -> None:
    """The code of a failure is the same word on both sides."""
    failed = Failed(request_id=1, code=ErrorCode.MODEL_FILE, sentence="No.", detail="magic")
    assert decode_event(encode(failed)) == failed


@given(line=st.binary(max_size=60))
def test_rubbish_is_refused(line: bytes) -> None:
    """Bytes that are no message raise one kind of error."""
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode_event(line)
