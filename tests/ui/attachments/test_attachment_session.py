# SPDX-License-Identifier: Apache-2.0
"""Files from the person's folder into the composer, the store, the prompt and the transcript."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit

from nemodesk.chats.message import TEMPORARY_FROM_ID, NewAttachment
from nemodesk.chats.store import ChatStore
from nemodesk.ui.attachments.chip import AttachmentChip
from nemodesk.ui.attachments.failure_line import FailureLine
from nemodesk.ui.attachments.preview import PreviewSheet
from nemodesk.ui.composer.message_edit import LONGEST_PASTE
from tests.documents import samples

from .conftest import Desk


async def test_a_file_goes_with_the_first_message(desk: Desk, report: Path) -> None:
    """It is read, sent with the question of a new chat, and shown with it."""
    desk.attachments.attach(str(report))
    assert desk.bar.is_reading
    assert not desk.composer.send_button.isEnabled()
    await desk.until_ready("report.pdf")
    assert desk.chip().open_button.accessibleName() == "report.pdf · 2 pages · 4 words"
    await desk.send("What does it say?")
    assert desk.chats.chat_id is not None
    question = (await desk.archive(ChatStore.path, desk.chats.chat_id))[0]
    assert question.attachments[0].text == "First page\fSecond page"
    content = await desk.archive(ChatStore.attachment_content, question.attachments[0].id)
    assert content == _content(report)
    assert not desk.ready()
    assert not desk.bar.isVisible()
    shown = desk.window.transcript.findChildren(AttachmentChip)
    assert [chip.open_button.accessibleName() for chip in shown] == [
        "report.pdf · 2 pages · 4 words"
    ]


async def test_a_file_alone_can_be_sent(desk: Desk, report: Path) -> None:
    """A question without words is none without files."""
    assert not desk.composer.send_button.isEnabled()
    desk.attachments.attach(str(report))
    await desk.until_ready("report.pdf")
    assert desk.composer.send_button.isEnabled()
    await desk.send("")
    assert desk.chats.chat_id is not None
    assert (await desk.archive(ChatStore.chat, desk.chats.chat_id)).title == "report.pdf"


async def test_files_stay_with_the_draft_of_their_chat(desk: Desk, report: Path) -> None:
    """Another chat does not have them; when the first is opened again, they are there."""
    first = await desk.new_chat()
    desk.attachments.attach(str(report))
    await desk.until_drafted(first, "report.pdf")
    second = await desk.new_chat()
    assert not desk.ready()
    await desk.open(first)
    await desk.until_ready("report.pdf")
    await desk.send("Why?")
    assert await desk.drafted(first) == []
    assert await desk.drafted(second) == []
    question = (await desk.archive(ChatStore.path, first))[0]
    assert [each.name for each in question.attachments] == ["report.pdf"]


async def test_a_file_belongs_to_the_chat_in_which_it_was_attached(
    desk: Desk, report: Path
) -> None:
    """Also when another chat is open by the time it has been read."""
    first = await desk.new_chat()
    desk.attachments.attach(str(report))
    await desk.new_chat()
    await desk.until_drafted(first, "report.pdf")
    assert not desk.ready()


async def test_files_of_a_new_chat_wait_for_it(desk: Desk, report: Path) -> None:
    """A look at another chat does not lose them."""
    desk.attachments.attach(str(report))
    await desk.until_ready("report.pdf")
    await desk.new_chat()
    assert not desk.ready()
    desk.chats.begin_chat()
    await desk.until_ready("report.pdf")


async def test_files_of_a_temporary_chat_stay_in_it(desk: Desk, report: Path) -> None:
    """They are not in the composer of a usual new chat, nor in the database once they are sent."""
    desk.window.chat.sidebar.temporary_chat_requested.emit()
    desk.attachments.attach(str(report))
    await desk.until_ready("report.pdf")
    desk.chats.begin_chat()
    assert not desk.ready()
    desk.window.chat.sidebar.temporary_chat_requested.emit()
    await desk.until_ready("report.pdf")
    await desk.send("What?")
    assert desk.chats.chat_id is not None
    assert desk.chats.chat_id >= TEMPORARY_FROM_ID
    question = (await desk.archive(ChatStore.path, desk.chats.chat_id))[0]
    assert question.attachments[0].id >= TEMPORARY_FROM_ID


async def test_a_draft_comes_back_in_another_window(desk: Desk) -> None:
    """What the store has with a draft is shown, a picture as a picture."""
    chat = await desk.archive(ChatStore.create_chat)
    picture = NewAttachment(name="a.png", media_type="image/png", content=samples.PNG)
    await desk.archive(ChatStore.add_draft_attachment, chat.id, picture)
    await desk.open(chat.id)
    await desk.until_ready("a.png")
    await desk.until(lambda: desk.chip()._row.picture is not None, "picture")
    assert "cannot see pictures" in desk.bar._note.text()


async def test_a_removed_file_is_forgotten(desk: Desk, report: Path) -> None:
    """By the button of its chip; the keyboard goes back to the message."""
    chat_id = await desk.new_chat()
    desk.attachments.attach(str(report))
    await desk.until_drafted(chat_id, "report.pdf")
    await desk.until_ready("report.pdf")
    desk.chip().remove_button.click()
    await desk.until_drafted(chat_id)
    assert not desk.bar.isVisible()
    assert desk.composer.message.hasFocus()


async def test_a_file_that_is_read_can_be_removed(desk: Desk, tmp_path: Path) -> None:
    """Its process ends, and nothing comes of it."""
    path = tmp_path / "long.pdf"
    path.write_bytes(samples.pdf(["page"] * 3000))
    desk.attachments.attach(str(path))
    await desk.until(lambda: "of" in desk.chip()._row.figures, "progress")
    desk.chip().remove_button.click()
    await desk.until(lambda: not desk.attachments._readings, "end of the reading")
    assert not desk.bar.isVisible()
    assert not desk.ready()


async def test_a_failure_is_said_in_place_and_can_be_tried_again(
    desk: Desk, tmp_path: Path
) -> None:
    """Retry reads the file as it is by now."""
    path = tmp_path / "late.txt"
    desk.attachments.attach(str(path))
    await desk.until(lambda: desk.bar.findChildren(FailureLine), "failure")
    (line,) = desk.bar.findChildren(FailureLine)
    assert line.accessibleName().startswith("There is no file")
    desk.composer.message.setPlainText("Without it")
    assert desk.composer.send_button.isEnabled()
    path.write_text("Here it is", encoding="utf-8")
    line.retry_button.click()
    await desk.until_ready("late.txt")
    assert not [each for each in desk.bar.findChildren(FailureLine) if each.isVisible()]


async def test_several_files_are_read_in_their_order(desk: Desk, tmp_path: Path) -> None:
    """The order of the chips is that in which they were given, whichever is read first."""
    names = [f"{number}.txt" for number in range(5)]
    for name in names:
        (tmp_path / name).write_text(name, encoding="utf-8")
        desk.attachments.attach(str(tmp_path / name))
    await desk.until_ready(*names)


def _content(path: Path) -> bytes:
    return path.read_bytes()


def _paste(desk: Desk, content: QMimeData) -> None:
    desk.composer.message.insertFromMimeData(content)


async def test_a_long_text_becomes_a_file_and_text_again(desk: Desk) -> None:
    """A pasted text of several pages does not fill the field, unless the person wants it to."""
    content = QMimeData()
    content.setText("word " * LONGEST_PASTE)
    _paste(desk, content)
    await desk.until_ready("Pasted text")
    assert desk.composer.message.toPlainText() == ""
    _paste(desk, content)
    await desk.until_ready("Pasted text", "Pasted text 2")
    chip = desk.bar.findChildren(AttachmentChip)[1]
    assert chip.unpack_button.isVisible()
    chip.unpack_button.click()
    await desk.until_ready("Pasted text")
    assert desk.composer.message.toPlainText().startswith("word word")


async def test_a_short_text_is_pasted_as_text(desk: Desk) -> None:
    """It stands in the field at once."""
    content = QMimeData()
    content.setText("a few words")
    _paste(desk, content)
    assert desk.composer.message.toPlainText() == "a few words"
    assert not desk.ready()


async def test_a_picture_is_pasted(desk: Desk) -> None:
    """It is kept as a PNG file, and it is said that the model does not see it."""
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    content = QMimeData()
    content.setImageData(picture)
    _paste(desk, content)
    await desk.until_ready("Pasted picture.png")
    (file,) = desk.ready()
    assert isinstance(file, NewAttachment)
    assert file.content is not None
    assert QImage.fromData(file.content).size() == picture.size()


async def test_copied_files_are_pasted(desk: Desk, report: Path) -> None:
    """As a file manager copies them."""
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(report))])
    _paste(desk, content)
    await desk.until_ready("report.pdf")


async def test_the_button_lets_choose_files(desk: Desk, report: Path) -> None:
    """The dialog does not hold the window up."""
    desk.composer.attach_button.click()
    dialog = desk.window.findChild(QFileDialog, "attach_dialog")
    assert dialog is not None
    dialog.filesSelected.emit([str(report)])
    dialog.close()
    await desk.until_ready("report.pdf")


async def test_a_file_is_shown_and_saved(desk: Desk, report: Path, tmp_path: Path) -> None:
    """The preview shows what the model gets; the file itself can be had back."""
    desk.attachments.attach(str(report))
    await desk.until_ready("report.pdf")
    await desk.send("Why?")
    (chip,) = desk.window.transcript.findChildren(AttachmentChip)
    chip.open_button.click()
    await desk.until(lambda: desk.window.findChild(PreviewSheet), "preview")
    sheet = desk.window.findChild(PreviewSheet)
    assert sheet is not None
    view = sheet.findChild(QPlainTextEdit)
    assert view is not None
    assert "First page" in view.toPlainText()
    sheet.save_button.click()
    dialog = desk.window.findChild(QFileDialog, "save_dialog")
    assert dialog is not None
    target = tmp_path / "copy.pdf"
    dialog.fileSelected.emit(str(target))
    dialog.close()
    await desk.until(target.exists, "copy")
    assert _content(target) == _content(report)
    sheet.close_button.click()
    assert not sheet.isVisible()


async def test_a_message_that_is_refused_gives_its_files_back(desk: Desk, report: Path) -> None:
    """Nothing has to be attached again when the model was gone."""
    desk.attachments.attach(str(report))
    await desk.until_ready("report.pdf")
    files = desk.attachments.take()
    assert not desk.ready()
    desk.chats.files_refused.emit(None, files)
    await desk.until_ready("report.pdf")


async def test_an_edited_question_keeps_its_files(desk: Desk, report: Path) -> None:
    """The new version shows them too."""
    desk.attachments.attach(str(report))
    await desk.until_ready("report.pdf")
    await desk.send("What?")
    assert desk.chats.chat_id is not None
    question = (await desk.archive(ChatStore.path, desk.chats.chat_id))[0]
    ended: list[object] = []
    desk.chats.turn_ended.connect(ended.append)
    desk.window.transcript.edit_requested.emit(question.id, "Why?")
    await desk.until(lambda: ended, "answer")
    edited = (await desk.archive(ChatStore.path, desk.chats.chat_id))[0]
    assert (edited.content, len(edited.attachments)) == ("Why?", 1)
