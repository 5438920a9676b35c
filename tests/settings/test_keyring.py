# SPDX-License-Identifier: Apache-2.0
"""Settings in a real GNOME keyring: kept there and nowhere else, whatever becomes of it."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from nemodesk.answer_settings import AnswerSettings
from nemodesk.log import set_up_log
from nemodesk.paths import find_paths
from nemodesk.settings.keyring_store import KeyringStore, Trouble
from nemodesk.settings.settings import Settings
from nemodesk.settings.storage import home_name
from tests.settings.conftest import TIMEOUT_S, OpenSettings

if sys.platform != "linux":
    pytest.skip("the GNOME keyring is one of Linux", allow_module_level=True)

from tests.fakes.keyring_session import KeyringSession

# keyring's backend leaves its connection open where a call fails.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

_SECRET = "hf_verysecret"  # noqa: S105 - looked for, not kept
_SET_MANY = """
import sys
from nemodesk.answer_settings import AnswerSettings
from nemodesk.paths import find_paths
from nemodesk.settings.settings import Settings
settings = Settings(find_paths())
settings.open_now(20)
print("ready", flush=True)
sys.stdin.readline()
for number in range(12):
    settings.set_answer_defaults(f"{sys.argv[1]}/{number}", AnswerSettings(top_k=number))
    settings.flush(20)
sys.exit(not settings.close(20))
"""


def _trouble(settings: Settings) -> Trouble | None:
    """Return why the keyring is not used, after all that was set is stored."""
    assert settings.flush(TIMEOUT_S)
    place = settings.where()
    assert place is not None
    return place.trouble


def _files_with(text: str, home: Path) -> list[Path]:
    return [file for file in home.rglob("*") if file.is_file() and text.encode() in _content(file)]


def _content(file: Path) -> bytes:
    return file.read_bytes()


def test_settings_are_in_the_keyring_and_in_no_file(
    keyring_session: KeyringSession, open_settings: OpenSettings, nemodesk_home: Path
) -> None:
    """What one program sets the next one finds; the folder holds nothing of it."""
    first = open_settings()
    first.set("trash.keep_days", 7)
    first.set_answer_defaults("some/model", AnswerSettings(system_prompt="Ahoy"))
    assert _trouble(first) is None
    assert "Ahoy" in "".join(keyring_session.secrets().values())
    assert _files_with("Ahoy", nemodesk_home) == []
    assert not (nemodesk_home / "settings.json").exists()
    second = open_settings()
    assert second.value("trash.keep_days") == 7
    assert second.answer_defaults("some/model").system_prompt == "Ahoy"


@pytest.mark.usefixtures("keyring_session")
def test_the_command_line_reads_what_the_window_has_set(open_settings: OpenSettings) -> None:
    """And the other way round, once the window looks again."""
    window = open_settings()
    window.set("appearance.theme", "dark")
    assert _trouble(window) is None
    command = [sys.executable, "-m", "nemodesk", "settings"]
    got = subprocess.run(
        [*command, "get", "appearance.theme"], capture_output=True, text=True, check=True
    )
    assert got.stdout == "dark\n"
    place = subprocess.run(
        [*command, "where", "--json"], capture_output=True, text=True, check=True
    )
    assert json.loads(place.stdout)["backend"] == "SecretService Keyring"
    subprocess.run([*command, "set", "appearance.theme", "light"], check=True)
    window.refresh()
    assert _trouble(window) is None
    assert window.value("appearance.theme") == "light"


@pytest.mark.usefixtures("keyring_session")
def test_long_settings_are_kept_in_pieces(open_settings: OpenSettings) -> None:
    """Instructions of many pages come back, also after shorter ones took their place."""
    text = "Grüße 🦊 مرحبا 你好\n" * 2000
    settings = open_settings()
    for prompt in (text, "short", text[:9000]):
        settings.set_answer_defaults("a", AnswerSettings(system_prompt=prompt))
        assert _trouble(settings) is None
        assert open_settings().answer_defaults("a").system_prompt == prompt


def test_a_secret_is_in_the_keyring_alone(
    keyring_session: KeyringSession, open_settings: OpenSettings, nemodesk_home: Path
) -> None:
    """It is in an entry of its own, in no file, in no log and in no text about the objects."""
    set_up_log(find_paths().logs)
    settings = open_settings()
    settings.set_secret("hf_token", _SECRET)
    assert _trouble(settings) is None
    kept = keyring_session.secrets()
    assert [name for name, value in kept.items() if _SECRET in value] == [
        name for name in kept if name.endswith("secret.hf_token")
    ]
    assert open_settings().secret("hf_token") == _SECRET
    for command in ("list", "get hf_token", "list --json", "get hf_token --json"):
        done = subprocess.run(
            [sys.executable, "-m", "nemodesk", "settings", *command.split()],
            capture_output=True,
            text=True,
            check=True,
        )
        assert _SECRET not in done.stdout + done.stderr
    keyring_session.kill()
    settings.set_secret("hf_token", f"{_SECRET}2")
    assert _trouble(settings) is not None
    assert settings.secret("hf_token") == f"{_SECRET}2"
    assert _files_with(_SECRET, nemodesk_home) == []
    assert _SECRET not in repr(vars(settings)["_storage"]) + repr(settings.where())


def test_a_secret_of_this_session_is_kept_once_the_keyring_is_back(
    keyring_session: KeyringSession, open_settings: OpenSettings
) -> None:
    """Whoever gives a key while the keyring is away need not give it again."""
    settings = open_settings()
    keyring_session.kill()
    settings.set_secret("hf_token", _SECRET)
    assert _trouble(settings) is not None
    keyring_session.start()
    settings.refresh()
    assert _trouble(settings) is None
    assert open_settings().secret("hf_token") == _SECRET
    settings.set_secret("hf_token", None)
    assert _trouble(settings) is None
    assert open_settings().secret("hf_token") is None
    assert not [name for name in keyring_session.secrets() if "secret" in name]


def test_a_keyring_that_dies_costs_nothing(
    keyring_session: KeyringSession, open_settings: OpenSettings, nemodesk_home: Path
) -> None:
    """What was known still counts, what is set goes to the file, and all of it comes back."""
    heard: list[str] = []
    settings = open_settings(heard=heard)
    settings.set("trash.keep_days", 7)
    settings.set("appearance.theme", "dark")
    assert _trouble(settings) is None
    keyring_session.kill()
    settings.set("appearance.theme", "light")
    settings.reset("trash.keep_days")
    settings.set("chat.show_speed", value=True)
    assert _trouble(settings) is Trouble.ABSENT
    assert len(heard) == 1
    assert (nemodesk_home / "settings.json").stat().st_mode & 0o077 == 0
    assert settings.value("appearance.theme") == "light"
    keyring_session.start()
    settings.refresh()
    assert _trouble(settings) is None
    assert not (nemodesk_home / "settings.json").exists()
    again = open_settings()
    assert (again.value("appearance.theme"), again.value("trash.keep_days")) == ("light", 30)
    assert again.value("chat.show_speed") is True


def test_a_locked_keyring_is_said_once_and_taken_up_again(
    keyring_session: KeyringSession, open_settings: OpenSettings, nemodesk_home: Path
) -> None:
    """The newest value wins, wherever the older one is."""
    settings = open_settings()
    settings.set("trash.keep_days", 7)
    assert _trouble(settings) is None
    keyring_session.lock()
    heard: list[str] = []
    locked = open_settings(heard=heard)
    assert locked.value("trash.keep_days") == 30
    assert not locked.is_known
    locked.set("trash.keep_days", 8)
    locked.refresh()
    assert _trouble(locked) is Trouble.LOCKED
    assert len(heard) == 1
    assert "locked" in heard[0]
    keyring_session.unlock()
    told: list[str] = []
    settings.subscribe(told.append)
    settings.refresh()
    assert _trouble(settings) is None
    assert settings.value("trash.keep_days") == 8
    assert told == ["trash.keep_days"]
    assert not (nemodesk_home / "settings.json").exists()


def test_a_silent_keyring_is_given_up_and_heard_later(
    keyring_session: KeyringSession, open_settings: OpenSettings
) -> None:
    """The program goes on after the limit; what the keyring says late counts then."""
    settings = open_settings()
    settings.set("trash.keep_days", 7)
    assert _trouble(settings) is None
    keyring_session.stop()
    try:
        patient = open_settings(_impatient())
        assert _trouble(patient) is Trouble.SILENT
        assert patient.value("trash.keep_days") == 30
        patient.set("appearance.theme", "dark")
        assert _trouble(patient) is Trouble.SILENT
        late = threading.Event()
        patient.subscribe(lambda _key: late.set())
    finally:
        keyring_session.go_on()
    assert late.wait(TIMEOUT_S)
    assert patient.value("trash.keep_days") == 7
    assert _trouble(patient) is None
    assert open_settings().value("appearance.theme") == "dark"


@pytest.mark.parametrize("has_keyring", [True, False])
def test_two_programs_at_once_lose_nothing(
    request: pytest.FixtureRequest, open_settings: OpenSettings, *, has_keyring: bool
) -> None:
    """Each sets things of its own at the same time; all of them are kept."""
    if has_keyring:
        request.getfixturevalue("keyring_session")
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", _SET_MANY, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in "ab"
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        _go(program)
    assert _ended(programs) == [0, 0]
    settings = open_settings()
    found = [settings.answer_defaults(f"{name}/{n}").top_k for name in "ab" for n in range(12)]
    assert found == [*range(12), *range(12)]


def test_another_home_has_settings_of_its_own(
    keyring_session: KeyringSession,
    open_settings: OpenSettings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Two homes share one keyring and no value."""
    settings = open_settings()
    settings.set("trash.keep_days", 7)
    assert _trouble(settings) is None
    monkeypatch.setenv("NEMODESK_HOME", str(tmp_path / "other"))
    assert open_settings().value("trash.keep_days") == 30
    assert len(keyring_session.secrets()) == 1


def _impatient() -> KeyringStore:
    return KeyringStore(home_name(find_paths()), limit_s=0.3)


def _go(program: "subprocess.Popen[str]") -> None:
    assert program.stdin is not None
    program.stdin.write("go\n")
    program.stdin.flush()


def _ended(programs: list["subprocess.Popen[str]"]) -> list[int]:
    for program in programs:
        program.communicate(timeout=60)
    return [program.returncode for program in programs]
