# SPDX-License-Identifier: Apache-2.0
"""`nemodesk models`: the library from the command line."""

import hashlib
import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nemodesk.catalog.library import Library, find_starter
from tests.catalog.model_files import write_llama
from tests.catalog.stores import MODEL_TYPE, Stores
from tests.cli.conftest import Nemodesk

_SOURCE = "hub:owner/Mine-1B-GGUF@" + "a" * 40
_ID = "Mine-1B-Q4_0"


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """Give the person a home of their own as well, with other programs in it."""
    names = {"HF_HOME", "HF_HUB_CACHE", "OLLAMA_MODELS", "XDG_CACHE_HOME"}
    kept = {name: value for name, value in environment.items() if name not in names}
    return kept | {"HOME": str(tmp_path / "person"), "USERPROFILE": str(tmp_path / "person")}


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    """Give the person's other programs."""
    (tmp_path / "person").mkdir()
    return Stores(tmp_path / "person")


@pytest.fixture
def downloaded(tmp_path: Path) -> Path:
    """Put a model there as a download does."""
    models = tmp_path / "home" / "models"
    path = write_llama(
        models / "owner" / "Mine-1B-GGUF" / f"{_ID}.gguf", numbers={"context_length": 4096}
    )
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    Library(models).record(path, sha256=sha256, source=_SOURCE)
    return path


def _document(nemodesk: Nemodesk, *arguments: str) -> Any:
    done = nemodesk("models", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _ids(nemodesk: Nemodesk) -> set[str]:
    return {fields["id"] for fields in _document(nemodesk, "list")} - {"starter"}


def test_the_list_has_the_promised_fields(nemodesk: Nemodesk, downloaded: Path) -> None:
    """Each with what is known of the file, also its hash and its source."""
    fields = next(fields for fields in _document(nemodesk, "list") if fields["id"] == _ID)
    assert fields.pop("verified_at")
    assert fields == {
        "id": _ID,
        "name": "Mine 1B, 4-bit",
        "path": str(downloaded),
        "size_bytes": downloaded.stat().st_size,
        "architecture": "llama",
        "quant": "Q4_0",
        "context_length": 4096,
        "sha256": hashlib.sha256(downloaded.read_bytes()).hexdigest(),
        "source": _SOURCE,
    }
    shown = nemodesk("models", "list").stdout
    assert "Mine 1B, 4-bit" in shown
    assert "owner/Mine-1B-GGUF" in shown
    info = _document(nemodesk, "info", "owner/Mine-1B-GGUF:Q4_0")
    assert (info["sha256"], info["layer_count"]) == (fields["sha256"], 2)


def test_verify_says_which_model_is_damaged(nemodesk: Nemodesk, downloaded: Path) -> None:
    """Good ones end with 0, a wrong byte with 6, and the document is printed all the same."""
    (result,) = _document(nemodesk, "verify", _ID)
    assert (result["id"], result["status"]) == (_ID, "ok")
    assert {result["status"] for result in _document(nemodesk, "verify")} <= {"ok", "unknown"}
    content = bytearray(downloaded.read_bytes())
    content[-1] ^= 1
    downloaded.write_bytes(content)
    done = nemodesk("models", "verify", "--json")
    assert done.returncode == 6
    assert done.stderr.count("\n") == 1
    assert "download it again" in done.stderr
    statuses = {result["id"]: result["status"] for result in json.loads(done.stdout)}
    assert statuses[_ID] == "damaged"
    shown = nemodesk("models", "verify", _ID)
    assert shown.stdout == "damaged    Mine 1B, 4-bit: not what it must be\n"
    assert nemodesk("models", "verify", "unknown").returncode == 3
    write_llama(downloaded.with_name("Big-1B-00001-of-00002.gguf"), numbers={"split.count": 2})
    results = json.loads(nemodesk("models", "verify", "--json").stdout)
    assert {_ID, "Big-1B"} <= {r["id"] for r in results if r["status"] == "damaged"}


def test_removing_and_restoring(nemodesk: Nemodesk, downloaded: Path) -> None:
    """A pipe is not asked; what was removed last comes back without a name."""
    done = nemodesk("models", "remove", _ID)
    assert (done.returncode, done.stdout) == (0, "")
    assert "restore" in done.stderr
    assert not downloaded.exists()
    assert _ids(nemodesk) == set()
    (receipt,) = _document(nemodesk, "trash")
    assert (receipt["id"], receipt["files"]) == (
        _ID,
        [f"owner/Mine-1B-GGUF/{_ID}.gguf"],
    )
    assert nemodesk("models", "restore", "other").returncode == 3
    assert nemodesk("models", "restore").returncode == 0
    assert downloaded.exists()
    assert nemodesk("models", "remove", _ID, "--yes").returncode == 0
    assert nemodesk("models", "restore", _ID.lower()).returncode == 0
    assert nemodesk("models", "remove", _ID).returncode == 0
    size_bytes = receipt["size_bytes"]
    assert _document(nemodesk, "trash", "--empty")["freed_bytes"] >= size_bytes
    assert nemodesk("models", "restore").returncode == 3
    assert nemodesk("models", "remove", "starter").returncode in {2, 3}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize(("answer", "code", "stays"), [("n", 130, True), ("y", 0, False)])
def test_a_terminal_is_asked(
    environment: dict[str, str], downloaded: Path, answer: str, code: int, *, stays: bool
) -> None:
    """Only a yes removes."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, f"{answer}\n".encode())
        done = subprocess.run(
            [sys.executable, "-m", "nemodesk", "models", "remove", _ID],
            stdin=theirs,
            capture_output=True,
            check=False,
            env=environment,
            text=True,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == code, done.stderr
    assert "Remove Mine 1B, 4-bit?" in done.stderr
    assert downloaded.exists() == stays


def test_importing_files_and_folders(nemodesk: Nemodesk, tmp_path: Path) -> None:
    """In place by default; copies and moves on wish; refusals are said."""
    folder = tmp_path / "some"
    first = write_llama(folder / "A-1B-Q8_0.gguf")
    assert _document(nemodesk, "import", str(first))["added"][0]["path"] == str(first)
    assert _document(nemodesk, "import", str(first))["known"][0]["id"] == "A-1B-Q8_0"
    (folder / "bad.gguf").write_text("no model")
    write_llama(folder / "B-1B.gguf", texts={"general.name": "b"})
    document = _document(nemodesk, "import", str(folder), "--copy")
    assert {fields["id"] for fields in document["added"]} == {"A-1B-Q8_0", "B-1B"}
    assert [Path(refusal["path"]).name for refusal in document["refused"]] == ["bad.gguf"]
    assert _ids(nemodesk) == {"A-1B-Q8_0", "B-1B"}
    moved = write_llama(folder / "C-1B.gguf", texts={"general.name": "c"})
    assert "is in the list as C-1B" in nemodesk("models", "import", str(moved), "--move").stdout
    assert not moved.exists()
    for code, arguments in (
        (6, (str(folder / "bad.gguf"),)),
        (3, (str(folder / "none.gguf"),)),
        (2, (str(first), "--copy", "--move")),
        (2, ()),
    ):
        done = nemodesk("models", "import", *arguments)
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert done.stderr.count("\n") == 1


def test_models_of_other_programs(nemodesk: Nemodesk, stores: Stores) -> None:
    """They are offered, used in place when wanted, and only forgotten."""
    blob = stores.add_to_ollama("tiny:1b")
    stores.add_to_hugging_face("Fine-1B-Q4_K_M.gguf")
    found = _document(nemodesk, "found")
    assert {fields["label"] for fields in found} == {"tiny:1b", "some/Fine-1B-GGUF:Q4_K_M"}
    assert _ids(nemodesk) == set()
    assert "Tiny 1B" in nemodesk("models", "found").stdout
    assert nemodesk("models", "found", "other", "--use").returncode == 3
    (used,) = _document(nemodesk, "found", "tiny:1b", "--use")
    assert (used["id"], used["source"]) == ("tiny:1b", "ollama")
    assert nemodesk("models", "found", "--use").returncode == 0
    assert _document(nemodesk, "found") == []
    assert nemodesk("models", "verify").returncode == 0
    assert "its file stays" in nemodesk("models", "remove", "tiny:1b").stderr
    assert blob.exists()


@pytest.mark.engine
def test_a_blob_of_ollama_answers(nemodesk: Nemodesk, stores: Stores) -> None:
    """The engine reads it where it lies, though its name says nothing."""
    starter = find_starter()
    assert starter is not None, "the starter model is not installed; run `make setup`"
    sha256 = hashlib.sha256(starter.path.read_bytes()).hexdigest()
    blob = stores.ollama / "blobs" / f"sha256-{sha256}"
    blob.parent.mkdir(parents=True)
    shutil.copyfile(starter.path, blob)
    layer = {"mediaType": MODEL_TYPE, "digest": f"sha256:{sha256}", "size": starter.size_bytes}
    stores.write_manifest("registry.ollama.ai/library/small/latest", {"layers": [layer]})
    assert _document(nemodesk, "found", "--use")[0]["id"] == "small"
    done = nemodesk("chat", "small", "-p", "Hi", "--temp", "0", "--max-tokens", "4", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["model"] == "small"
    assert answer["content"]


def test_a_vanished_model_is_said_to_be_gone(nemodesk: Nemodesk, tmp_path: Path) -> None:
    """The list names it, commands refuse it with a way out, and it can be left out."""
    path = write_llama(tmp_path / "Mine-1B.gguf")
    assert nemodesk("models", "import", str(path)).returncode == 0
    path.unlink()
    done = nemodesk("models", "list", "--json")
    assert "Mine-1B" not in done.stdout
    assert "Mine 1B is gone" in done.stderr
    asked = nemodesk("models", "info", "Mine-1B")
    assert asked.returncode == 3
    assert "models remove Mine-1B" in asked.stderr
    assert nemodesk("models", "remove", "Mine-1B").returncode == 0
    assert nemodesk("models", "list").stderr == ""


def test_the_models_folder_moves(nemodesk: Nemodesk, downloaded: Path, tmp_path: Path) -> None:
    """From then on, models are looked for in the new folder."""
    target = tmp_path / "big disk" / "models"
    assert _document(nemodesk, "move-folder", str(target)) == {"models_folder": str(target)}
    assert not downloaded.exists()
    fields = next(fields for fields in _document(nemodesk, "list") if fields["id"] == _ID)
    assert Path(fields["path"]).is_relative_to(target)
    assert fields["source"] == _SOURCE
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    assert nemodesk("models", "move-folder", str(tmp_path / "full")).returncode == 2
    assert nemodesk("models", "list").returncode == 0


def test_a_name_can_neither_break_a_table_nor_steer_the_terminal(
    nemodesk: Nemodesk, downloaded: Path
) -> None:
    """Names come from strangers' files: brackets are shown, control characters are not."""
    path = write_llama(
        downloaded.with_name("Red [bold] \x1b[31m-Q8_0.gguf"),
        texts={"general.name": "[/y] \x1b[2J"},
    )
    model_id = next(model_id for model_id in _ids(nemodesk) if "[bold]" in model_id)
    for arguments in (["list"], ["info", model_id], ["verify", model_id], ["remove", model_id]):
        done = nemodesk("models", *arguments)
        assert done.returncode == 0, done.stderr
        assert "[/y]" in done.stdout + done.stderr
        assert "\x1b" not in done.stdout + done.stderr
    done = nemodesk("models", "trash")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert not path.exists()
