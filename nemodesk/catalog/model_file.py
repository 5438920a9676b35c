# SPDX-License-Identifier: Apache-2.0
"""A model on this computer, as a value. It reads no file."""

from dataclasses import dataclass
from pathlib import Path

STARTER_ID = "starter"


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """A model on this computer.

    Attributes:
        id: short and stable; what the command line and a chat remember.
        path: the file; of a split model, its first part.
        size_bytes: of all parts.
        name: plain words for people, such as "SmolLM2 135M (starter)".
        quant: how the weights are packed, as in "Q4_K_M"; empty if the file does not tell.
        sha256: of the file, if it is known and the file has not changed since.
        source: "starter", "hub:OWNER/REPO@REVISION", "file", "lm-studio", "ollama", "hf-cache".
        architecture: by the file's header; empty for a damaged file.
        context_length: the longest context in tokens that the model was made for; may be 0.
        verified_at: when the content was last compared, in seconds since 1970; 0 for never.
    """

    id: str
    path: Path
    size_bytes: int
    name: str
    quant: str = ""
    sha256: str = ""
    source: str = "file"
    architecture: str = ""
    context_length: int = 0
    verified_at: float = 0.0
