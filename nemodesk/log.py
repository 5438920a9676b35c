# SPDX-License-Identifier: Apache-2.0
"""Where the log goes: a rotating file in the logs folder. It never holds what people write.

NEMODESK_LOG=debug makes it talkative. A folder that cannot be written to is no reason not to
start: then there is no log file.
"""

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_NAME = "nemodesk.log"

_LARGEST_FILE_BYTES = 1024 * 1024
_KEPT_FILES = 3
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def set_up_log(logs_folder: Path) -> Path | None:
    """Send all log messages to the file and return its path, or None when it cannot be written.

    Calling it again changes nothing but the level.
    """
    root = logging.getLogger()
    root.setLevel(_wanted_level())
    # A full disk must not fill the terminal: what cannot be logged is not logged.
    logging.raiseExceptions = False
    path = logs_folder / FILE_NAME
    for handler in root.handlers:
        if isinstance(handler, RotatingFileHandler) and handler.baseFilename == str(path):
            return path
    try:
        logs_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file_handler = RotatingFileHandler(
            path, maxBytes=_LARGEST_FILE_BYTES, backupCount=_KEPT_FILES, encoding="utf-8"
        )
    except OSError:
        root.addHandler(logging.NullHandler())
        return None
    file_handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(file_handler)
    return path


def _wanted_level() -> int:
    if os.environ.get("NEMODESK_LOG", "").lower() == "debug":
        return logging.DEBUG
    return logging.INFO
