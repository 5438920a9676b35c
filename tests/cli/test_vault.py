# SPDX-License-Identifier: Apache-2.0
"""`nemodesk vault` and encrypted chats on the command line; each test runs the real program.

There is no keyring here: what opens the chats is what the environment gives.
"""

import json
import shutil
from pathlib import Path

import pytest

from nemodesk.chats.store import ChatStore
from nemodesk.vault.key import VaultKey, new_key, recovery_key
from nemodesk.vault.vault import KEY_NAME
from tests.cli.conftest import Nemodesk
from tests.fakes.keyring_session import NEEDED, KeyringSession
from tests.vault.conftest import fill, plain_words


@pytest.fixture
def home(environment: dict[str, str]) -> Path:
    """Give a home with three chats."""
    home = Path(environment["NEMODESK_HOME"])
    store = ChatStore(home / "chats.sqlite3")
    fill(store)
    store.close()
    return home


def test_encrypted_chats_need_the_recovery_key(
    nemodesk: Nemodesk, home: Path, environment: dict[str, str]
) -> None:
    """Without a keyring a sentence and exit code 2; with the recovery key the chats are there."""
    assert json.loads(nemodesk("vault", "status", "--json").stdout)["state"] == "off"
    on = nemodesk("vault", "on")
    assert on.returncode == 0
    assert "No keyring keeps the key" in on.stderr
    assert plain_words(home) == []
    shut = nemodesk("chats", "list", "--json")
    assert (shut.returncode, shut.stdout) == (2, "")
    assert "NEMODESK_RECOVERY_KEY" in shut.stderr
    environment["NEMODESK_RECOVERY_KEY"] = on.stdout.strip()
    assert len(json.loads(nemodesk("chats", "list", "--json").stdout)) == 3
    assert nemodesk("vault", "recovery-key").stdout == on.stdout
    environment["NEMODESK_RECOVERY_KEY"] = recovery_key(new_key())
    wrong = nemodesk("chats", "list")
    assert wrong.returncode == 2
    assert "of other chats" in wrong.stderr
    assert plain_words(home) == []


def test_a_password_opens_encrypted_chats(
    nemodesk: Nemodesk, environment: dict[str, str], home: Path
) -> None:
    """With a password the chats open by it, and `vault off` makes them plain again."""
    environment["NEMODESK_PASSWORD"] = "four quiet words"  # noqa: S105
    on = nemodesk("vault", "on", "--password", "--json")
    assert json.loads(on.stdout)["opened_by"] == "password"
    assert json.loads(on.stdout)["is_key_kept"]
    # It is there before anything is encrypted, so that a kill in the middle does not take it along.
    assert on.stderr.splitlines()[1] == json.loads(on.stdout)["recovery_key"]
    assert len(json.loads(nemodesk("chats", "list", "--json").stdout)) == 3
    environment["NEMODESK_PASSWORD"] = "four quiet word"  # noqa: S105
    assert nemodesk("chats", "list").returncode == 2
    environment["NEMODESK_PASSWORD"] = "four quiet words"  # noqa: S105
    assert nemodesk("vault", "off").returncode == 0
    del environment["NEMODESK_PASSWORD"]
    assert len(json.loads(nemodesk("chats", "list", "--json").stdout)) == 3
    assert len(plain_words(home)) == 1


def test_nothing_is_said_of_a_key_in_the_log(nemodesk: Nemodesk, home: Path) -> None:
    """No file of the home contains the recovery key or the key itself."""
    text = nemodesk("vault", "on").stdout.strip()
    assert text
    for file in home.rglob("*"):
        assert not file.is_file() or text.encode() not in file.read_bytes()


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_a_real_keyring_keeps_the_key(
    nemodesk: Nemodesk, environment: dict[str, str], home: Path
) -> None:
    """The key is in the keyring and in no file; a locked keyring is a sentence, not a loss."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    assert not missing, f"{missing} are missing; `make test` installs them"
    with KeyringSession() as session:
        environment |= session.environment
        on = json.loads(nemodesk("vault", "on", "--json").stdout)
        assert on["is_key_kept"]
        assert json.loads(nemodesk("vault", "status", "--json").stdout)["opened_by"] == "keyring"
        [key] = [value for name, value in session.secrets().items() if KEY_NAME in name]
        assert recovery_key(VaultKey(bytes.fromhex(key))) == on["recovery_key"]
        for file in home.rglob("*"):
            assert not file.is_file() or key.encode() not in file.read_bytes()
        assert len(json.loads(nemodesk("chats", "list", "--json").stdout)) == 3
        session.lock()
        shut = nemodesk("chats", "list", "--json")
        assert (shut.returncode, shut.stdout) == (2, "")
        environment["NEMODESK_RECOVERY_KEY"] = on["recovery_key"]
        assert len(json.loads(nemodesk("chats", "list", "--json").stdout)) == 3
        session.unlock()
        assert nemodesk("vault", "off").returncode == 0
        assert not [name for name in session.secrets() if KEY_NAME in name]


def test_what_makes_no_sense_ends_with_2(nemodesk: Nemodesk) -> None:
    """Turning off what is not on, or a password nobody can type, is a sentence."""
    for arguments in (("off",), ("recovery-key",), ("unlock",), ("on", "--password")):
        done = nemodesk("vault", *arguments)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
