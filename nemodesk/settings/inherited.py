# SPDX-License-Identifier: Apache-2.0
"""Takes over what older versions kept in files of their own. It writes none."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)

_FIRST_RUN = "first_run.json"


class Inherited:
    """The files of older versions in a data folder.

    Args:
        folder: need not be there yet.
    """

    def __init__(self, folder: Path) -> None:
        self._first_run = folder / _FIRST_RUN

    def values(self) -> Mapping[str, Any]:
        """Return what they say, as settings; a file that makes no sense says nothing."""
        try:
            kept = json.loads(self._first_run.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return {"first_run.finished": True} if kept == {"finished": True} else {}

    def remove(self) -> None:
        """Take them away, since the settings know it all."""
        try:
            self._first_run.unlink(missing_ok=True)
        except OSError as error:
            _log.info("an old file stays: %r", error)
