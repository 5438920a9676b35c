# SPDX-License-Identifier: Apache-2.0
"""`nemodesk backup`: everything in one file, and out of it again on this computer or another."""

import getpass
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from nemodesk.cli.chat_file import open_chats, open_vault
from nemodesk.cli.kept_settings import open_settings
from nemodesk.cli.long_work import long_work
from nemodesk.cli.model_choice import open_library
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import console, print_json, say
from nemodesk.errors import UsageError
from nemodesk.exchange.backup.manifest import ModelEntry
from nemodesk.exchange.backup.models import model_entries
from nemodesk.exchange.backup.reading import Backup
from nemodesk.exchange.backup.restoring import RestoreReport, RestoreWay, missing_models, restore
from nemodesk.exchange.backup.writing import BackupSource, create_backup
from nemodesk.exchange.progress import Progress
from nemodesk.paths import find_paths
from nemodesk.sizes import in_words

app = typer.Typer(help="Chats, settings and the list of models in one file.", no_args_is_help=True)

PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help="Read the passphrase from a file, or from stdin with -; otherwise it is asked for.",
        show_default=False,
    ),
]


@app.command("create")
def create(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The new file.", show_default=False)],
    *,
    protect: Annotated[
        bool, typer.Option("--protect", help="Seal it with a passphrase; it cannot be had back.")
    ] = False,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Put keys into it too, such as the hub's.")
    ] = False,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put chats, settings and the list of models into one file. Model files are not in it."""
    passphrase = ""
    if protect or with_keys or passphrase_file is not None:
        passphrase = _passphrase(passphrase_file, is_new=True)
    with open_chats() as store, open_settings(say) as settings, long_work("Backing up") as work:
        contents = create_backup(
            path,
            BackupSource(store=store, settings=settings, models=_models()),
            Progress(work.on_count, work.stop),
            passphrase=passphrase,
            has_secrets=with_keys,
        )
    if as_json:
        print_json({"path": str(path), "size_bytes": path.stat().st_size, "contents": contents})
        return
    say(f"{path} holds {contents.chats:,} chats with {contents.messages:,} messages.")


@app.command("show")
def show(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The backup.", show_default=False)],
    *,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what is in a backup, and whether all of it is whole. Nothing is changed."""
    with _open_backup(path, passphrase_file) as backup:
        with long_work("Checking") as work:
            backup.verify(Progress(work.on_progress, work.stop))
        missing = missing_models(backup.models(), _models())
        if as_json:
            print_json(
                {
                    "created_at": backup.manifest.created_at,
                    "program": backup.manifest.program,
                    "is_protected": backup.manifest.is_sealed,
                    "contents": backup.contents,
                    "models": backup.models(),
                    "missing_models": missing,
                }
            )
            return
        _show_contents(backup)
    _show_missing(missing)


@app.command("restore")
def restore_backup(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The backup.", show_default=False)],
    *,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Put all other chats into the trash, and reset other settings."
        ),
    ] = False,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add the chats of a backup to those that are here, and let its settings count.

    With --replace everything becomes as it was in the backup; what is here is backed up first,
    unless chats are encrypted here and would be plain in that copy.
    """
    way = RestoreWay.REPLACE if replace else RestoreWay.MERGE
    with (
        _open_backup(path, passphrase_file) as backup,
        open_chats() as store,
        open_settings(say) as settings,
    ):
        here = BackupSource(store=store, settings=settings, models=_models())
        with long_work("Checking") as work:
            backup.verify(Progress(work.on_progress, work.stop))
        before = _back_up_first(here, backup) if replace and _may_copy(backup) else None
        with long_work("Restoring") as work:
            progress = Progress(work.on_count, work.stop)
            report = restore(backup, here, progress, way=way)
    if as_json:
        print_json(_fields(report, before))
    else:
        _show_report(report, before)


def _may_copy(backup: Backup) -> bool:
    """Tell whether a copy of what is here would be as protected as it is here."""
    with open_vault() as vault:
        return backup.manifest.is_sealed or not vault.is_on


def _back_up_first(here: BackupSource, backup: Backup) -> Path:
    """Keep what is here, as protected as the backup that is restored."""
    folder = find_paths().data / "backups"
    path = folder / f"before-restore-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}.nemodesk"
    with long_work("Backing up what is here") as work:
        folder.mkdir(mode=0o700, exist_ok=True)
        progress = Progress(work.on_count, work.stop)
        create_backup(path, here, progress, passphrase=backup.passphrase)
    return path


def _open_backup(path: Path, passphrase_file: Path | None) -> Backup:
    needs_passphrase = Backup.is_sealed(path)
    return Backup(path, _passphrase(passphrase_file, is_new=False) if needs_passphrase else "")


def _models() -> tuple[ModelEntry, ...]:
    return model_entries(open_library().list())


def _passphrase(file: Path | None, *, is_new: bool) -> str:
    """Return the passphrase from a file, or ask for it on the terminal; a new one twice."""
    if file is not None:
        return _passphrase_in(file)
    if not sys.stdin.isatty():
        raise UsageError(
            "A passphrase is needed. Run this in a terminal, or use --passphrase-file."
        )
    passphrase = getpass.getpass("Passphrase: ")
    if is_new and getpass.getpass("Once more: ") != passphrase:
        raise UsageError("The two passphrases differ. Try again.")
    return passphrase


def _passphrase_in(file: Path) -> str:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read. Check the name and try again.") from error
    # Editors end the last line with a line break that nobody meant.
    passphrase = text.removesuffix("\n").removesuffix("\r")
    if not passphrase:
        raise UsageError("The passphrase is empty. Choose one.")
    return passphrase


def _show_contents(backup: Backup) -> None:
    contents = backup.contents
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_row("Made", f"{backup.manifest.created_at}, by {backup.manifest.program}")
    table.add_row("Chats", f"{contents.chats:,} with {contents.messages:,} messages")
    table.add_row("Settings", f"{contents.settings:,}")
    table.add_row("Keys", f"{contents.secrets:,}")
    table.add_row("Models", f"{contents.models:,} in the list, without their files")
    console().print(table)


def _show_report(report: RestoreReport, before: Path | None) -> None:
    say(report.chats.sentence)
    if report.trashed_count:
        say(f"Other chats are in the trash: {report.trashed_count:,}.")
    if before is not None:
        say(f"What was here before is kept in {before}.")
    say(f"Settings that are different now: {report.settings_count:,}.")
    _show_missing(report.missing_models)


def _show_missing(models: tuple[ModelEntry, ...]) -> None:
    for model in models:
        words = f"{model.name or model.id} ({in_words(model.size_bytes)}) is not on this computer."
        if model.repository:
            words += f" `nemodesk models pull {model.repository}` downloads it."
        say(words)


def _fields(report: RestoreReport, before: Path | None) -> dict[str, Any]:
    return {
        "added": report.chats.added,
        "known": report.chats.known_count,
        "left_out": report.chats.problem_count,
        "trashed": report.trashed_count,
        "settings": report.settings_count,
        "keys": report.secrets_count,
        "missing_models": report.missing_models,
        "backup_before": None if before is None else str(before),
    }
