# SPDX-License-Identifier: Apache-2.0
"""A database of each schema that was ever shipped, made by the program that had it."""

import contextlib
import sqlite3
from pathlib import Path

_FOLDER = Path(__file__).parent


def load(schema: int, path: Path) -> None:
    """Make the file as the program of that schema left it."""
    script = (_FOLDER / f"schema_{schema}.sql").read_text(encoding="utf-8")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def known() -> list[int]:
    """Return the schemas of which there is a file."""
    return sorted(int(file.stem.rpartition("_")[2]) for file in _FOLDER.glob("schema_*.sql"))
