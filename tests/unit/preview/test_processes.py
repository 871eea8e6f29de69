"""The process that makes pages may end, hang or say what cannot be read: whoever uses it is told, once."""

import queue
import sys
import threading

import pytest

from report.preview.messages import Pages, Web, WebWanted
from report.preview.processes import EngineProcess

_START = """
import os, sys, time
from report.preview.messages import Pages, Web, read_message, write_message
source, sink = os.fdopen(0, "rb", buffering=0), os.fdopen(1, "wb", buffering=0)
request = read_message(source)
"""
ANSWERS = """
write_message(sink, Pages(request.number, (), {}, {}, {}, (), False, False))
write_message(sink, Web(request.number, b"x" * 3_000_000))
read_message(source)
"""
ENDINGS = {
    "crash": ("os.kill(os.getpid(), 11)", "it was ended by SIGSEGV"),
    "end": ("sys.exit(3)", "it ended with 3"),
    "hang": ("time.sleep(600)", "it took longer than 0.2 s"),
    "garbage": (
        "os.write(1, bytes(7) + b'\\x02' + b'no')",
        "it answered what cannot be read: UnpicklingError",
    ),
    "cut off": ("os.write(1, bytes(7) + b'\\xff' + b'no'); sys.exit(4)", "it ended with 4"),
}


@pytest.fixture
def started():
    """Return a function that starts a process that runs some code; and what it answers and how it ends."""
    said: queue.Queue[object] = queue.Queue()
    processes = []

    def start(code, longest=60.0):
        command = (sys.executable, "-c", _START + code)
        process = EngineProcess(said.put, said.put, longest, command)
        processes.append(process)
        return process, said

    yield start
    for process in processes:
        process.close()


def test_answers_come_in_order_however_large(started):
    process, said = started(ANSWERS)
    process.send(WebWanted(7))
    first, second = said.get(timeout=60), said.get(timeout=60)
    assert isinstance(first, Pages)
    assert isinstance(second, Web)
    assert second.data is not None
    assert len(second.data) == 3_000_000
    process.close()
    assert said.empty()


def test_a_long_request_and_a_long_answer_may_meet(started):
    process, said = started(ANSWERS + "write_message(sink, Web(8, b''))\nread_message(source)")
    process.send(WebWanted(7))
    # More than a pipe holds: the process reads it when its own answer has been read.
    sender = threading.Thread(target=process.send, args=[WebWanted(1 << 8_000_000)], daemon=True)
    sender.start()
    assert [type(said.get(timeout=30)) for _ in range(3)] == [Pages, Web, Web]
    sender.join(30)
    assert not sender.is_alive()


@pytest.mark.parametrize(("code", "reason"), ENDINGS.values(), ids=ENDINGS)
def test_how_it_ended_is_told(started, code, reason):
    process, said = started(code, longest=0.2 if "sleep" in code else 60.0)
    process.send(WebWanted(1))
    assert said.get(timeout=60) == reason
    process.send(WebWanted(2))
    process.close()
    assert said.empty()
