# SPDX-License-Identifier: Apache-2.0
"""The exit code of every kind of error. Scripts rely on these numbers; they never change."""

from nemodesk.errors import ErrorCode

DONE = 0
BUG = 1
WRONG_USAGE = 2
CANCELLED = 130

EXIT_CODES: dict[ErrorCode, int] = {
    ErrorCode.USAGE: WRONG_USAGE,
    ErrorCode.PROMPT_TOO_LONG: WRONG_USAGE,
    ErrorCode.NOT_FOUND: 3,
    ErrorCode.DOES_NOT_FIT: 4,
    ErrorCode.NETWORK: 5,
    ErrorCode.MODEL_FILE: 6,
    ErrorCode.FILE: 6,
    ErrorCode.ENGINE: 7,
    ErrorCode.STORAGE: 8,
    ErrorCode.CANCELLED: CANCELLED,
}
