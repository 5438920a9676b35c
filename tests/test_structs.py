# SPDX-License-Identifier: Apache-2.0
"""Structs that several threads read for the first time at once."""

import os
import subprocess
import sys
from pathlib import Path

_READS_AT_ONCE = """
import sys, threading
import msgspec
from nemodesk.structs import convert, decode

def make_kind():
    fields = [(f"field_{number}", dict[str, list[int | str]], {}) for number in range(20)]
    inner = msgspec.defstruct("Inner", fields)
    return msgspec.defstruct("Outer", [(f"part_{n}", dict[str, inner], {}) for n in range(20)])

sys.setswitchinterval(1e-6)
text = '{"part_3": {"x": {"field_1": {"y": [1, "z"]}}}}'
for _ in range(30):
    kind, begin = make_kind(), threading.Barrier(4)
    def read(look):
        begin.wait()
        assert look(kind).part_3["x"].field_1 == {"y": [1, "z"]}
    value = msgspec.json.decode(text)
    looks = 2 * [lambda kind: decode(text, kind), lambda kind: convert(value, kind)]
    threads = [threading.Thread(target=read, args=(look,)) for look in looks]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
print("read")
"""


def test_threads_read_a_struct_for_the_first_time_at_once() -> None:
    """The process lives: msgspec by itself ends it within the first few rounds."""
    source = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", _READS_AT_ONCE],
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "read\n"), done.stderr
