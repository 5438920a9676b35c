# SPDX-License-Identifier: Apache-2.0
"""What settings are called in the window, and what it says of them, in the person's language.

`nemodesk/settings/declared.py` declares them, with the words of the command line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication

from nemodesk.settings.setting import Effect
from nemodesk.ui.languages import LANGUAGES

_CONTEXT = "SettingWords"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What is said of a setting.

    Attributes:
        choices: what each value is called.
        empty: what stands in an empty field, which means the default.
        scale: how many of the setting's units one of the field's is.
    """

    title: str
    sentence: str
    choices: Mapping[str, str] = field(default_factory=dict[str, str])
    empty: str = ""
    scale: int = 1


def words_of(key: str) -> Words:
    """Return what is said of a setting that has a page; KeyError for another."""
    return {**_of_general(), **_of_storage(), **_of_performance(), **_of_connections()}[key]


def effect_in_words(effect: Effect) -> str:
    """Say from when a change counts."""
    match effect:
        case Effect.AT_ONCE:
            return _tr("Counts at once.")
        case Effect.NEXT_MESSAGE:
            return _tr("Counts from the next message.")
        case Effect.NEXT_LOAD:
            return _tr("Counts when a model is loaded the next time.")
        case Effect.NEXT_REQUEST:
            return _tr("Counts from the next question to the hub.")
        case Effect.NEXT_START:
            return _tr("Counts when NemoDesk is started the next time.")


def _of_general() -> dict[str, Words]:
    system = {"system": _tr("Follow the system")}
    return {
        "appearance.language": Words(
            title=_tr("Language"),
            sentence=_tr("The language of the window. Models answer in the language of your chat."),
            choices=system | dict(LANGUAGES),
        ),
        "chat.send_with": Words(
            title=_tr("Send messages with"),
            sentence=_tr("Shift+Enter always begins a new line."),
            choices={"enter": _tr("Enter"), "ctrl_enter": _tr("Ctrl+Enter")},
        ),
        "chat.automatic_titles": Words(
            title=_tr("Titles for new chats"),
            sentence=_tr("The model names a chat after its first answer. Your own titles stay."),
        ),
        "chat.show_speed": Words(
            title=_tr("Show the speed of answers"),
            sentence=_tr("Below the chat stands how many words a second the model wrote."),
        ),
    }


def _of_storage() -> dict[str, Words]:
    return {
        "downloads.rate_bytes_per_s": Words(
            title=_tr("Speed limit of downloads"),
            sentence=_tr("In MB a second, for all downloads together."),
            empty=_tr("No limit"),
            scale=1_000_000,
        ),
        "trash.keep_days": Words(
            title=_tr("Days in the trash"),
            sentence=_tr("Removed chats and models can be brought back for so long."),
        ),
    }


def _of_performance() -> dict[str, Words]:
    return {
        "engine.threads": Words(
            title=_tr("Threads of the processor"),
            sentence=_tr("How many compute. More than there are fast cores makes it slower."),
            empty=_tr("Automatic"),
        ),
        "engine.gpu_layers": Words(
            title=_tr("Layers on the graphics card"),
            sentence=_tr(
                "How much of a model the graphics card computes. Less leaves more of its memory "
                "to games and other programs."
            ),
            empty=_tr("As many as fit"),
        ),
        "engine.context_tokens": Words(
            title=_tr("Usual context length"),
            sentence=_tr(
                "How much of a chat models hold, in tokens: 1,000 are about 750 words. Longer ones "
                "take more memory. A chat can have its own."
            ),
            empty=_tr("Automatic"),
        ),
        "engine.cache_type": Words(
            title=_tr("How chats are held in memory"),
            sentence=_tr(
                "Packed chats take half the memory and are read a little less exactly. Models "
                "that cannot pack hold them exactly."
            ),
            choices={"f16": _tr("Exact (f16)"), "q8_0": _tr("Packed (q8_0)")},
        ),
    }


def _of_connections() -> dict[str, Words]:
    return {
        "privacy.offline": Words(
            title=_tr("Work offline"),
            sentence=_tr("NemoDesk makes no connection at all, also when you ask for one."),
        ),
        "hub.endpoint": Words(
            title=_tr("Address of the hub"),
            sentence=_tr("Where models are looked for and downloaded from."),
            empty="https://huggingface.co",
        ),
        "hub.proxy": Words(
            title=_tr("Proxy"),
            sentence=_tr("The way to the hub, if your network has one."),
            empty=_tr("As the system says"),
        ),
    }


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)
