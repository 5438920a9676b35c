# SPDX-License-Identifier: Apache-2.0
"""The whole error tree. It does not show errors: the command line and the window do.

    NemodeskError
    ├── UsageError            the request itself is wrong
    ├── NotFoundError         no such model, chat or message
    ├── DoesNotFitError       needs more memory than there is
    ├── PromptTooLongError    the conversation does not fit the context
    ├── NetworkError          network or hub
    ├── ModelFileError        a model file that is damaged or of an unknown kind
    ├── FileError             any other file that is damaged or of an unknown kind
    ├── EngineError           the engine process failed or vanished
    ├── StorageError          no room, or the disk refuses
    └── CancelledError        the person stopped it

Every error carries one plain sentence (what happened, and what to do) and, apart from it, a
technical detail for the log. Its code is stable: it chooses the exit status of the command
line, the button in the window and the status of the HTTP API.
"""

from enum import StrEnum


class ErrorCode(StrEnum):
    """What went wrong, as a word that programs may rely on."""

    USAGE = "usage"
    NOT_FOUND = "not_found"
    DOES_NOT_FIT = "does_not_fit"
    PROMPT_TOO_LONG = "prompt_too_long"
    NETWORK = "network"
    MODEL_FILE = "model_file"
    FILE = "file"
    ENGINE = "engine"
    STORAGE = "storage"
    CANCELLED = "cancelled"


class NemodeskError(Exception):
    """Something that a person can understand and usually mend.

    Args:
        sentence: what happened and what to do next, for the person.
        detail: technical text for the log and the report; may be empty.
    """

    code: ErrorCode

    def __init__(self, sentence: str, *, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail


class UsageError(NemodeskError):
    """The request itself is wrong."""

    code = ErrorCode.USAGE


class NotFoundError(NemodeskError):
    """There is no such model, chat or message."""

    code = ErrorCode.NOT_FOUND


class DoesNotFitError(NemodeskError):
    """The model or its context needs more memory than there is."""

    code = ErrorCode.DOES_NOT_FIT


class PromptTooLongError(NemodeskError):
    """The conversation does not fit into the context."""

    code = ErrorCode.PROMPT_TOO_LONG


class NetworkError(NemodeskError):
    """The network or the hub failed."""

    code = ErrorCode.NETWORK


class ModelFileError(NemodeskError):
    """A model file is damaged, or of a kind that the engine does not know."""

    code = ErrorCode.MODEL_FILE


class FileError(NemodeskError):
    """A file that the person chose is damaged, or of a kind that is not read."""

    code = ErrorCode.FILE


class EngineError(NemodeskError):
    """The engine process failed or vanished."""

    code = ErrorCode.ENGINE


class StorageError(NemodeskError):
    """The disk is full or refuses."""

    code = ErrorCode.STORAGE


class CancelledError(NemodeskError):
    """The person stopped it; never shown as a failure."""

    code = ErrorCode.CANCELLED


_CLASSES: dict[ErrorCode, type[NemodeskError]] = {
    error.code: error
    for error in (
        UsageError,
        NotFoundError,
        DoesNotFitError,
        PromptTooLongError,
        NetworkError,
        ModelFileError,
        FileError,
        EngineError,
        StorageError,
        CancelledError,
    )
}


def error_from_code(code: ErrorCode, sentence: str, detail: str = "") -> NemodeskError:
    """Make the error that a code from another process stands for."""
    return _CLASSES[code](sentence, detail=detail)
