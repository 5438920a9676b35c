# SPDX-License-Identifier: Apache-2.0
"""Which of llama.cpp's back ends lie in this edition of NemoDesk. It loads none of them.

Whether a back end works here is another matter: the engine process tells by its devices.
"""

import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from nemodesk.hardware.files import names_in

_BACKEND = re.compile(r"(?:lib)?ggml-(cuda|hip|metal|sycl|vulkan)\b", re.IGNORECASE)
_CUDA = re.compile(r"(?:libcudart(?:-[0-9a-f]+)?\.so\.|cudart64_)(1[0-9])")
_NAMES = {"hip": "rocm"}

_USUAL_CUDA = 12
"""The CUDA that llama-cpp-python's builds need, where the files do not say it."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What this edition can use, if the computer has it.

    Attributes:
        backends: "cuda", "vulkan", …; the processor is not among them.
        cuda_major: the CUDA that the driver must speak at least.
    """

    backends: frozenset[str] = frozenset()
    cuda_major: int = _USUAL_CUDA


def this_edition() -> Edition:
    """Return what lies beside the engine's library."""
    found = importlib.util.find_spec("llama_cpp")
    if found is None or found.origin is None:
        return Edition()
    return edition_from(names_in(Path(found.origin).parent / "lib"))


def edition_from(file_names: list[str]) -> Edition:
    """Return what these files make possible."""
    backends = {match.group(1).lower() for match in map(_BACKEND.match, file_names) if match}
    versions = [int(match.group(1)) for match in map(_CUDA.match, file_names) if match]
    return Edition(
        backends=frozenset(_NAMES.get(name, name) for name in backends),
        cuda_major=max(versions, default=_USUAL_CUDA),
    )
