# SPDX-License-Identifier: Apache-2.0
"""The number of threads follows what the machine can give."""

from nemodesk.engine.worker.threads import ThreadGovernor


class FakeMachine:
    """A clock, and a processor that gives a share of what is asked for."""

    def __init__(self) -> None:
        self.wall_s = 0.0
        self.processor_s = 0.0

    def work(self, governor: ThreadGovernor, seconds: float, share: float) -> list[int]:
        """Compute for a while in steps of 0.3 s; return the threads after each step."""
        seen: list[int] = []
        for _ in range(round(seconds / 0.3)):
            self.wall_s += 0.3
            self.processor_s += 0.3 * governor.threads * share
            governor.observe()
            seen.append(governor.threads)
        return seen


def make(most_threads: int) -> tuple[FakeMachine, ThreadGovernor]:
    """Return a machine and its governor."""
    machine = FakeMachine()
    governor = ThreadGovernor(
        most_threads,
        wall_clock=lambda: machine.wall_s,
        processor_clock=lambda: machine.processor_s,
    )
    return machine, governor


def test_a_calm_machine_keeps_all_threads() -> None:
    """Without contention nothing changes."""
    machine, governor = make(4)
    assert set(machine.work(governor, 10, share=1.0)) == {4}


def test_a_busy_machine_costs_threads_but_never_the_last() -> None:
    """Starved threads are given up one by one, down to one."""
    machine, governor = make(3)
    assert machine.work(governor, 1.2, share=0.5) == [2, 1, 1, 1]


def test_threads_come_back_when_the_machine_is_calm() -> None:
    """After two calm seconds a thread is taken back."""
    machine, governor = make(2)
    machine.work(governor, 0.3, share=0.5)
    seen = machine.work(governor, 3, share=1.0)
    assert seen[0] == 1
    assert seen[-1] == 2


def test_a_thread_taken_back_too_early_is_tried_later_the_next_time() -> None:
    """On a machine that stays busy the tries become rare."""
    machine, governor = make(2)
    tries = 0
    for _ in range(100):
        # Another program leaves room for one thread, not for two.
        before = governor.threads
        machine.work(governor, 0.3, share=1.0 if governor.threads == 1 else 0.6)
        tries += governor.threads > before
    assert 1 <= tries <= 4


def test_short_work_is_not_judged() -> None:
    """Less than a quarter of a second says nothing."""
    machine, governor = make(4)
    machine.wall_s += 0.1
    assert not governor.observe()
    assert governor.threads == 4
