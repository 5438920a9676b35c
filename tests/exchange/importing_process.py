# SPDX-License-Identifier: Apache-2.0
"""Child processes of the tests: they import or restore again and again, until they are killed.

python -m tests.exchange.importing_process import DATABASE FILE
python -m tests.exchange.importing_process restore DATABASE FILE HOME
python -m tests.exchange.importing_process create DATABASE FILE HOME
"""

# ruff: noqa: T201 - the parent reads what is printed

import sys
from pathlib import Path

from nemodesk.chats.store import ChatStore
from nemodesk.exchange.backup.reading import Backup
from nemodesk.exchange.backup.restoring import RestoreWay, restore
from nemodesk.exchange.backup.writing import BackupSource, create_backup
from nemodesk.exchange.importing import import_chats
from nemodesk.exchange.progress import Progress
from nemodesk.paths import Paths
from nemodesk.settings.settings import Settings


def main(what: str, database: str, file: str, home: str = "") -> None:
    """Do it, saying when it begins and when it is done."""
    store = ChatStore(Path(database))
    print("begun", flush=True)
    if what == "import":
        import_chats(Path(file), store, Progress())
    else:
        folder = Path(home)
        settings = Settings(Paths(data=folder, models=folder, cache=folder, logs=folder))
        settings.open_now(30)
        here = BackupSource(store=store, settings=settings, models=())
        if what == "create":
            create_backup(Path(file), here, Progress())
        else:
            with Backup(Path(file)) as backup:
                restore(backup, here, Progress(), way=RestoreWay.REPLACE)
        settings.close(30)
    store.close()
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
