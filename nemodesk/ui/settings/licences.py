# SPDX-License-Identifier: Apache-2.0
"""Asks the installed libraries for their licences. It judges none of them."""

import importlib.metadata

from nemodesk.ui.rows import LibraryLicence

_LIBRARIES = (
    "PySide6-Essentials",
    "qasync",
    "llama-cpp-python",
    "huggingface_hub",
    "keyring",
    "msgspec",
    "Jinja2",
    "markdown-it-py",
    "Pygments",
    "platformdirs",
    "psutil",
    "pypdf",
    "python-docx",
    "lxml",
    "charset-normalizer",
    "typer",
    "rich",
)


def installed_licences() -> tuple[LibraryLicence, ...]:
    """Return the libraries that NemoDesk stands on, with version and licence."""
    found: list[LibraryLicence] = []
    for name in _LIBRARIES:
        try:
            about = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        found.append(LibraryLicence(name, about["Version"], _licence(about)))
    return tuple(found)


def _licence(about: importlib.metadata.PackageMetadata) -> str:
    expressions = about.get_all("License-Expression")
    if expressions:
        return str(expressions[0])
    classifiers = about.get_all("Classifier") or []
    names = [
        str(classifier).rsplit("::", 1)[-1].strip()
        for classifier in classifiers
        if str(classifier).startswith("License")
    ]
    if names:
        return ", ".join(names)
    # The old field may hold the whole text of a licence; its first line names it.
    texts = about.get_all("License") or [""]
    lines = str(texts[0]).strip().splitlines()
    return lines[0] if lines else ""
