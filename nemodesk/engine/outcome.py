# SPDX-License-Identifier: Apache-2.0
"""How an engine process ended, as a value with its sentence. It ends no process."""

import signal
from dataclasses import dataclass

# Not signal.SIGKILL, which Windows does not know.
_KILLED = -9
_WINDOWS_ACCESS_VIOLATION = 0xC0000005
_WINDOWS_ILLEGAL_INSTRUCTION = 0xC000001D


@dataclass(frozen=True)
class Outcome:
    """The end of a process.

    Attributes:
        exit_status: as `subprocess` gives it: a negative signal number, or the exit code.
        was_asked_to_end: whether this program wanted it to end.
    """

    exit_status: int
    was_asked_to_end: bool = False

    @property
    def was_killed(self) -> bool:
        """Whether somebody else ended it by force; on Linux often the system, short of memory."""
        return not self.was_asked_to_end and self.exit_status == _KILLED

    @property
    def lacks_instructions(self) -> bool:
        """Whether the processor does not know the instructions that the engine was built with."""
        return self.exit_status in {-signal.SIGILL, _WINDOWS_ILLEGAL_INSTRUCTION}

    @property
    def happening(self) -> str:
        """What happened, as a sentence for the person."""
        if self.was_asked_to_end:
            return "The engine was stopped."
        if self.lacks_instructions:
            return (
                "The engine cannot run on this processor: it lacks instructions that the engine "
                "was built with."
            )
        if self.was_killed:
            return "The engine was ended from outside, perhaps because memory ran out."
        return "The engine stopped unexpectedly."

    @property
    def sentence(self) -> str:
        """What happened and what to do, for the person."""
        if self.was_asked_to_end:
            return self.happening
        if self.lacks_instructions:
            advice = "Install the edition of NemoDesk for older computers."
        elif self.was_killed:
            advice = "Close other programs or choose a smaller model."
        else:
            advice = "Try it again; the log holds the details."
        return f"{self.happening} {advice}"

    def __str__(self) -> str:
        if self.exit_status < 0:
            return f"ended by signal {-self.exit_status}"
        if self.exit_status == _WINDOWS_ACCESS_VIOLATION:
            return "ended by an access violation"
        return f"ended with status {self.exit_status}"
