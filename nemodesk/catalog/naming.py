# SPDX-License-Identifier: Apache-2.0
"""Makes plain names out of what files of models are called. It opens no file.

"NVIDIA-Nemotron-3-Nano-4B-Q4_K_M" becomes "Nemotron 3 Nano 4B, 4-bit". The rules are about how
people name model files and know no single model.
"""

import re
from collections.abc import Mapping

from nemodesk.catalog.gguf.ggml_types import FILE_TYPES

_QUANT = re.compile(
    r"(?:^|[-_.])(?P<quant>(?:UD-)?(?:I?Q\d+(?:_[0-9A-Z]+)*|TQ\d_\d|(?:BF|FP|F)(?:16|32)"
    r"|(?:MX|NV)FP4(?:_MOE)?))$",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"-\d{5}-of-\d{5}$")
_WORD_BREAK = re.compile(r"[-_\s]+|\.(?!\d)|(?<!\d)\.")
_SIZE = re.compile(r"^(?:\d+x)?\d+(?:\.\d+)?[bm]$", re.IGNORECASE)
_ACTIVE_SIZE = re.compile(r"^a\d+(?:\.\d+)?b$", re.IGNORECASE)
_LONGEST_NAME = 80
"""What of a name in a file's header is used. A guess."""
_VOWELS = set("aeiouy")

_MAKERS = frozenset(
    ["alibaba", "cohere", "google", "ibm", "meta", "microsoft", "mistralai", "nvidia", "tencent"]
)
"""Makers that some people put before the model's own name."""

_NOISE = frozenset(
    ["chat", "ggml", "gguf", "hf", "i1", "imat", "imatrix", "instruct", "it", "model"]
)
"""Words that say how a file was made, not which model it is."""


def bare_stem(stem: str) -> str:
    """Return a file's stem without its place among the parts of a split model."""
    return _SPLIT.sub("", stem)


def quant_of(stem: str) -> str:
    """Return how the weights are packed by the end of a stem, in upper case; may be empty."""
    match = _QUANT.search(bare_stem(stem))
    return match["quant"].upper() if match else ""


def plain_name(stem: str, metadata: Mapping[str, object]) -> str:
    """Return the name of a model for people, without how its weights are packed.

    Args:
        stem: of the file.
        metadata: the single values of the file's header; may be empty.
    """
    own = bare_stem(stem)
    quant = quant_of(own)
    words = _words(own[: len(own) - len(quant)] if quant else own)
    if not any(_SIZE.match(word) for word in words):
        from_header = _name_from_header(metadata)
        words = from_header or words
    return _capitalised(" ".join(words)) or stem


def bits_in_words(quant: str) -> str:
    """Return the bits of a weight, as in "4-bit"; empty if the quant does not tell."""
    match = re.search(r"\d+", quant)
    return f"{match.group()}-bit" if match else ""


def quant_from_header(metadata: Mapping[str, object]) -> str:
    """Return how the weights are packed by the header; empty if it does not tell."""
    number = metadata.get("general.file_type")
    return FILE_TYPES.get(number, "") if isinstance(number, int) else ""


def _name_from_header(metadata: Mapping[str, object]) -> list[str]:
    keys = ("general.basename", "general.size_label")
    basename, size = (metadata.get(key) for key in keys)
    if isinstance(basename, str) and isinstance(size, str) and basename and size:
        return _words(f"{basename[:_LONGEST_NAME]} {size[:_LONGEST_NAME]}")
    name = metadata.get("general.name")
    return _words(name[:_LONGEST_NAME]) if isinstance(name, str) else []


def _words(text: str) -> list[str]:
    words = [word for word in _WORD_BREAK.split(text) if word]
    if len(words) > 1 and words[0].casefold() in _MAKERS:
        words = words[1:]
    words = [word for word in words if word.casefold() not in _NOISE]
    return [
        word.upper() if _SIZE.match(word) else word
        for word in words
        if not _ACTIVE_SIZE.match(word)
    ]


def _capitalised(name: str) -> str:
    first, space, rest = name.partition(" ")
    if first != first.lower():
        return name
    letters = {letter for letter in first if letter.isalpha()}
    is_abbreviation = bool(letters) and not letters & _VOWELS
    return (first.upper() if is_abbreviation else first[:1].upper() + first[1:]) + space + rest
