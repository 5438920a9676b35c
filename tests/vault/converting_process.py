# SPDX-License-Identifier: Apache-2.0
"""A child process of the tests: it converts chats to and fro until it is killed.

python -m tests.vault.converting_process DATABASE KEY
"""

# ruff: noqa: T201 - the parent reads what is printed

import sys
from pathlib import Path

from nemodesk.vault.cipher import kind_of
from nemodesk.vault.conversion import convert, settle
from nemodesk.vault.key import VaultKey


def main() -> None:
    """Convert and say so, again and again."""
    database, key = Path(sys.argv[1]), VaultKey(bytes.fromhex(sys.argv[2]))
    print("ready", flush=True)
    while True:
        settle(database)
        convert(database, key, "plain" if kind_of(database) == "vault" else "vault")
        print("converted", flush=True)


if __name__ == "__main__":
    main()
