# SPDX-License-Identifier: Apache-2.0
"""Lets the person choose files or a folder, and shows web pages. It opens no file itself."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget


def choose_model_files(parent: QWidget, on_chosen: Callable[[str], object]) -> None:
    """Show the system's dialog and return at once; it calls for each file that is chosen."""
    # A dialog that waits would stop the answer being written.
    dialog = QFileDialog(
        parent,
        QCoreApplication.translate("FileDialog", "Open a model file"),
        "",
        QCoreApplication.translate("FileDialog", "Model files (*.gguf)"),
    )
    dialog.setObjectName("model_file_dialog")
    _ask_for_several(dialog, on_chosen)


def choose_documents(parent: QWidget, on_chosen: Callable[[str], object]) -> None:
    """Show the system's dialog and return at once; it calls for each file that is chosen."""
    dialog = QFileDialog(parent, QCoreApplication.translate("FileDialog", "Attach files"))
    dialog.setObjectName("attach_dialog")
    _ask_for_several(dialog, on_chosen)


def choose_file(
    parent: QWidget, title: str, kinds: str, on_chosen: Callable[[str], object]
) -> None:
    """Show the system's dialog for a file and return at once; it calls for what is chosen.

    Args:
        kinds: which files are shown, "Backups (*.nemodesk)".
    """
    dialog = QFileDialog(parent, title, "", kinds)
    dialog.setObjectName("file_dialog")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(on_chosen)
    dialog.open()


def choose_folder(
    parent: QWidget, title: str, start: str, on_chosen: Callable[[str], object]
) -> None:
    """Show the system's dialog for a folder and return at once; it calls for what is chosen."""
    dialog = QFileDialog(parent, title, start)
    dialog.setObjectName("folder_dialog")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(on_chosen)
    dialog.open()


def choose_place(
    parent: QWidget, title: str, name: str, on_chosen: Callable[[str], object]
) -> None:
    """Show the system's dialog for a new file and return at once; it calls for what is chosen.

    Args:
        name: what the file is called until the person says otherwise.
    """
    dialog = QFileDialog(parent, title, name)
    dialog.setObjectName("save_dialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.selectFile(name)
    dialog.fileSelected.connect(on_chosen)
    dialog.open()


def open_page(address: str) -> None:
    """Show a page in the person's browser; nothing else than a web page."""
    page = QUrl(address)
    if page.scheme() in {"https", "http"}:
        QDesktopServices.openUrl(page)


def _ask_for_several(dialog: QFileDialog, on_chosen: Callable[[str], object]) -> None:
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def tell(paths: list[str]) -> None:
        for path in paths:
            on_chosen(path)

    dialog.filesSelected.connect(tell)
    dialog.open()
