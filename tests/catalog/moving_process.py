# SPDX-License-Identifier: Apache-2.0
"""A process that moves the models folder and stops at each step until it is told to go on.

Arguments: the new folder. NEMODESK_HOME says where everything is.
"""

import sys
from pathlib import Path

from nemodesk.catalog.library import Library
from nemodesk.paths import find_paths, remember_models_folder


def _step() -> None:
    sys.stdout.write("step\n")
    sys.stdout.flush()
    sys.stdin.readline()


def main() -> None:
    """Move, with a stop after each file and on both sides of the switch."""
    paths = find_paths()

    def remember(folder: Path) -> None:
        _step()
        remember_models_folder(paths.data, folder)
        _step()

    library = Library(paths.models)
    library.move_folder(Path(sys.argv[1]), remember=remember, on_progress=lambda *_: _step())


if __name__ == "__main__":
    main()
