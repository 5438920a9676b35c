# SPDX-License-Identifier: Apache-2.0
"""Makes this process end with its parent, by the operating system's own means.

The end of stdin says the same and is watched elsewhere; this is the second belt, for a parent
that is killed while another process still holds the pipe.
"""

import ctypes
import os
import signal
import sys

# From linux/prctl.h.
_PR_SET_PDEATHSIG = 1


def die_with_parent(parent_process_id: int) -> None:
    """Ask for SIGKILL when the parent ends; leave at once if it has ended already.

    Linux only; on Windows and macOS the end of stdin is all there is.
    """
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_process_id:
        os._exit(0)
