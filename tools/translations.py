# SPDX-License-Identifier: Apache-2.0
"""Keeps resources/i18n in step with the sources: `python -m tools.translations [--check]`.

Without --check it collects every sentence of the window into the .ts files, where translators
work with Qt Linguist, and compiles them into the .qm files that the window reads. With --check
it changes nothing and says what is missing.
"""

import argparse
import ast
import json
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parent.parent
FOLDER = _ROOT / "resources" / "i18n"
CODES = ("en", "zh_CN", "es", "fr", "de", "ja", "pt_BR", "ar")
"""As in nemodesk/ui/languages.py. In English only the plural forms are written out."""

_SERVICES_SAY = "Sentence"
"""The context of what is said below the window; see nemodesk/ui/sentences.py."""

_SAYS_PHRASES = ("nemodesk/advice/", "nemodesk/speeds.py")
"""Where parts of sentences are made too."""

_NO_SENTENCE = re.compile(r"[A-Z]{3,}\b.*[=?(].*|VMware, Inc\.|[^a-z]*", re.DOTALL)
"""Statements of SQL, a company, and what has no words of its own."""

_HOLE = re.compile(r"%\d|%n|\{\d?\}")


@dataclass(frozen=True)
class Entry:
    """One sentence of a .ts file.

    Attributes:
        translations: one text, or one for each plural form of the language.
    """

    context: str
    source: str
    translations: tuple[str, ...]
    is_plural: bool
    is_finished: bool


def sources() -> list[Path]:
    """Return the files whose sentences are translated."""
    return [*sorted((_ROOT / "nemodesk" / "ui").rglob("*.py")), _ROOT / "nemodesk" / "app.py"]


def service_sentences() -> list[str]:
    """Return the forms of all sentences that services say, with holes %1, %2 and so on."""
    found: set[str] = set()
    for source in sorted((_ROOT / "nemodesk").rglob("*.py")):
        name = source.relative_to(_ROOT).as_posix()
        if name.startswith(("nemodesk/ui/", "nemodesk/cli/", "nemodesk/app.py")):
            continue
        found.update(_sentences(source, phrases=name.startswith(_SAYS_PHRASES)))
    catalog = json.loads((_ROOT / "resources" / "catalog.json").read_text(encoding="utf-8"))
    found.update(kind["words"] for kind in catalog["quality"])
    found.update(offer["summary"] for offer in [catalog["starter"], *catalog["offers"]])
    return sorted(found)


def helper_sentences(source: Path) -> Iterator[tuple[str, str]]:
    """Yield the context and text of what a file of the window says through its function `_tr`.

    Functions have no `tr`; the collector does not see that theirs is one.
    """
    tree = ast.parse(source.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    helper = next(
        (f for f in tree.body if isinstance(f, ast.FunctionDef) and f.name == "_tr"), None
    )
    if helper is None:
        return
    inside = [call for call in ast.walk(helper) if isinstance(call, ast.Call)]
    context = next(call.args[0] for call in inside if ast.unparse(call.func).endswith("translate"))
    name = context.value if isinstance(context, ast.Constant) else constants[ast.unparse(context)]
    for call in calls:
        if ast.unparse(call.func) == "_tr" and isinstance(call.args[0], ast.Constant):
            yield str(name), str(call.args[0].value)


def _sentences(source: Path, *, phrases: bool) -> Iterator[str]:
    """Yield the texts in a file that read as sentences, or as parts of them."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    passed_over: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):  # a docstring
            passed_over.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            passed_over.update(node.values)
    for node in ast.walk(tree):
        if node in passed_over:
            continue
        text = _form(node)
        is_whole = bool(re.match("[A-Z%“]", text)) and text.endswith((".", "…", "?"))
        if (is_whole or (phrases and " " in text)) and not _NO_SENTENCE.fullmatch(text):
            yield text


def _form(node: ast.AST) -> str:
    """Return the text of a literal, with holes for what is filled in; else an empty one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    form, holes = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            form += str(part.value)
        else:
            holes += 1
            form += f"%{holes}"
    return form


def entries(ts_file: Path) -> Iterator[Entry]:
    """Read a .ts file."""
    for context in ET.parse(ts_file).getroot().iter("context"):  # noqa: S314 - a file of ours
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is None:
                continue
            is_plural = message.get("numerus") == "yes"
            forms = [form.text or "" for form in translation.iter("numerusform")]
            yield Entry(
                context=context.findtext("name") or "",
                source=message.findtext("source") or "",
                translations=tuple(forms) if is_plural else (translation.text or "",),
                is_plural=is_plural,
                is_finished=translation.get("type") is None,
            )


def faults(ts_file: Path) -> Iterator[str]:
    """Say of each sentence in a .ts file that it is not translated, or with other holes."""
    for entry in entries(ts_file):
        place = f"{ts_file.name}, {entry.context}: {entry.source!r}"
        if not entry.is_finished or not all(entry.translations):
            yield f"{place} is not translated"
            continue
        holes = sorted(_HOLE.findall(entry.source))
        for text in entry.translations:
            found = sorted(_HOLE.findall(text))
            # "one file" need not say its number again.
            if found != holes and not (entry.is_plural and [*found, "%n"] == holes):
                yield f"{place} has the holes {holes}, its translation {found}"


def update(folder: Path) -> None:
    """Collect all sentences into the .ts files of a folder; translations that fit stay."""
    with tempfile.TemporaryDirectory() as name:
        # As a source that the collector can read.
        said = Path(name) / "unseen.py"
        pairs = [pair for source in sources() for pair in helper_sentences(source)]
        pairs += [(_SERVICES_SAY, text) for text in service_sentences()]
        lines = [f"_ = QT_TRANSLATE_NOOP({json.dumps(pair)[1:-1]})\n" for pair in pairs]
        said.write_text("".join(lines), encoding="utf-8")
        for code in CODES:
            _collect(folder, code, [*sources(), said])


def _collect(folder: Path, code: str, from_files: list[Path]) -> None:
    only = ["-pluralonly"] if code == "en" else []
    _run(
        "pyside6-lupdate",
        *("-locations", "none", "-no-obsolete", "-silent", *only),
        *("-source-language", "en", "-target-language", code),
        *map(str, from_files),
        *("-ts", str(folder / f"nemodesk_{code}.ts")),
    )


def compile_all(folder: Path) -> None:
    """Compile the .ts files of a folder into .qm files beside them."""
    for code in CODES:
        ts_file = folder / f"nemodesk_{code}.ts"
        _run("pyside6-lrelease", "-silent", str(ts_file), "-qm", str(ts_file.with_suffix(".qm")))


def check() -> list[str]:
    """Return what is wrong with the translations, one sentence each."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        fresh = Path(name)
        for code in CODES:
            shutil.copy(FOLDER / f"nemodesk_{code}.ts", fresh)
        update(fresh)
        compile_all(fresh)
        for code in CODES:
            wrong += faults(fresh / f"nemodesk_{code}.ts")
            for ending in ("ts", "qm"):
                file_name = f"nemodesk_{code}.{ending}"
                if not _is_same(fresh / file_name, FOLDER / file_name):
                    wrong.append(f"{file_name} is out of date: run make translations")
    return wrong


def _is_same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()


def _run(tool: str, *arguments: str) -> None:
    subprocess.run([str(Path(sys.executable).parent / tool), *arguments], check=True)


def main() -> int:
    """Update and compile, or check; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, say what is wrong")
    if not parser.parse_args().check:
        update(FOLDER)
        compile_all(FOLDER)
    wrong = check()
    print("\n".join(wrong) or "All sentences are translated.")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
