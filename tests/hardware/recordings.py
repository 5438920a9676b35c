# SPDX-License-Identifier: Apache-2.0
"""Gives the recorded answers in `recorded/`. Their first line says where each came from."""

from pathlib import Path

FOLDER = Path(__file__).parent / "recorded"


def recorded(name: str) -> str:
    """Return what a tool said, without the line on its origin."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").partition("\n")[2]


def lay_out(name: str, root: Path) -> Path:
    """Write a recorded part of a file system below a folder and return the folder.

    A line is "path = content", with line ends and tabs as in Python, or "path -> link's target".
    """
    for line in recorded(name).splitlines():
        place, is_file, content = line.partition(" = ")
        if is_file:
            path = root / place
            path.parent.mkdir(parents=True, exist_ok=True)
            text = content.replace("\\n", "\n").replace("\\t", "\t")
            path.write_text(text if "\n" in text else f"{text}\n", encoding="utf-8")
        else:
            place, _, target = line.partition(" -> ")
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            (root / place).symlink_to(target)
    return root
