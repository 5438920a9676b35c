# SPDX-License-Identifier: Apache-2.0
"""How a SQLite file is opened: by the standard library, or by one that reads encrypted files.

Both speak the same language and differ in their classes of errors.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Connector:
    """One way to open files.

    Attributes:
        open: gives a connection to a path that waits so many seconds for others; no transactions
            of its own.
        error, programming_error, integrity_error: the classes of what it raises.
        row: the class that rows are read as.
    """

    open: Callable[[Path, float], sqlite3.Connection]
    error: type[Exception]
    programming_error: type[Exception]
    integrity_error: type[Exception]
    row: Any

    def connect(self, path: Path, timeout_s: float) -> sqlite3.Connection:
        """Open a file, whose rows are then read by name."""
        connection = self.open(path, timeout_s)
        connection.row_factory = self.row
        return connection


def _open(path: Path, timeout_s: float) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=timeout_s, isolation_level=None)


PLAIN = Connector(
    open=_open,
    error=sqlite3.Error,
    programming_error=sqlite3.ProgrammingError,
    integrity_error=sqlite3.IntegrityError,
    row=sqlite3.Row,
)
