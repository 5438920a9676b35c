# SPDX-License-Identifier: Apache-2.0
"""Writes resources/architectures.json: the kinds of models that the engine can run.

    python tools/list_architectures.py PATH_TO_LLAMA_CPP

PATH_TO_LLAMA_CPP is vendor/llama.cpp in the source archive of llama-cpp-python. The list is
taken from the table LLM_ARCH_NAMES of src/llama-arch.cpp; nothing is compiled or run.
"""

import ast
import json
import re
import sys
from pathlib import Path

SOURCE = "src/llama-arch.cpp"
TARGET = Path(__file__).parent.parent / "resources" / "architectures.json"
NOT_MODELS = frozenset({"LLM_ARCH_CLIP", "LLM_ARCH_UNKNOWN"})
"""Entries that llama.cpp keeps for its own tools and cannot load as a model."""

_TOKEN = re.compile(
    r"""
    (?P<skip>\s+|//[^\n]*|/\*.*?\*/)
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<word>\w+)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens_of(source: str) -> list[str]:
    """Return the words, texts and signs of C++ source without its comments."""
    return [match.group() for match in _TOKEN.finditer(source) if match.lastgroup != "skip"]


def read_names(source: str) -> dict[str, str]:
    """Return the entries of LLM_ARCH_NAMES: constant to name.

    Raises:
        ValueError: the table is not there, or not made of { CONSTANT, "name" } entries.
    """
    tokens = tokens_of(source)
    start = next(
        (
            index + 3
            for index in range(len(tokens) - 2)
            if tokens[index : index + 3] == ["LLM_ARCH_NAMES", "=", "{"]
        ),
        None,
    )
    if start is None:
        raise ValueError("there is no table LLM_ARCH_NAMES")
    names: dict[str, str] = {}
    while tokens[start] == "{":
        brace, constant, comma, text, end = tokens[start : start + 5]
        if (brace, comma, end) != ("{", ",", "}") or not text.startswith('"'):
            raise ValueError(f"not an entry: {tokens[start : start + 5]}")
        names[constant] = text[1:-1]
        start += 6 if tokens[start + 5] == "," else 5
    if tokens[start] != "}" or not names:
        raise ValueError(f"the table goes on with {tokens[start]!r}")
    return names


def read_version(llama_cpp: Path) -> str:
    """Return the version of the llama-cpp-python source around a vendored llama.cpp."""
    module = ast.parse((llama_cpp.parent.parent / "llama_cpp" / "__init__.py").read_text("utf-8"))
    for statement in module.body:
        match statement:
            case ast.Assign(targets=[ast.Name("__version__")], value=ast.Constant(str(version))):
                return version
            case _:
                continue
    raise ValueError("llama_cpp/__init__.py names no version")


def main() -> None:
    """Read the source that the first argument names and write the file."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and its one argument
        sys.exit(__doc__)
    llama_cpp = Path(sys.argv[1]).resolve()
    names = read_names((llama_cpp / SOURCE).read_text("utf-8"))
    document = {
        "llama_cpp_python": read_version(llama_cpp),
        "source": f"vendor/llama.cpp/{SOURCE}, LLM_ARCH_NAMES",
        "architectures": sorted(name for key, name in names.items() if key not in NOT_MODELS),
    }
    TARGET.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    print(f"{TARGET.name}: {len(document['architectures'])} architectures")


if __name__ == "__main__":
    main()
