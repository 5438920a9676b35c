# SPDX-License-Identifier: Apache-2.0
"""The exit codes are those of the public contract."""

from nemodesk.cli.exit_codes import EXIT_CODES
from nemodesk.errors import ErrorCode


def test_every_error_has_its_exit_code() -> None:
    """Scripts rely on these numbers."""
    assert set(EXIT_CODES) == set(ErrorCode)
    assert EXIT_CODES == {
        ErrorCode.USAGE: 2,
        ErrorCode.PROMPT_TOO_LONG: 2,
        ErrorCode.NOT_FOUND: 3,
        ErrorCode.DOES_NOT_FIT: 4,
        ErrorCode.NETWORK: 5,
        ErrorCode.MODEL_FILE: 6,
        ErrorCode.FILE: 6,
        ErrorCode.ENGINE: 7,
        ErrorCode.STORAGE: 8,
        ErrorCode.CANCELLED: 130,
    }
