"""A process beside this one, which answers what it is sent, one thing after the other.

It is `python -m MODULE` of a module that calls `serve`; it ends with its input. It is for work
that follows from what it is sent alone: where it cannot be started, or dies, whoever asked does it.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO, cast

_LENGTH = struct.Struct("<Q")
_PIPE_BYTES = 1 << 20
"""What fits between the two on Linux, so that neither waits for the other to read."""


class Beside:
    """The process, as seen from outside. What it is sent waits in a queue, and is sent by a thread.

    So whoever asks need not wait until the process has read what it is asked, and neither can wait
    for the other to read.

    Args:
        module: what is run.
        cores: how many processors this one has to have, so that it pays.
    """

    def __init__(self, module: str, *, cores: int = 2) -> None:
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._sending: _Sending | None = None
        self._failed = processors() < cores
        self.pending = 0
        """How many answers are still to come."""

    @property
    def pid(self) -> int | None:
        """The process, where there is one."""
        return self._process.pid if self._process is not None else None

    def begin(self, data: bytes) -> bool:
        """Sends what is to be answered; False where there is no process for it."""
        if self._failed:
            return False
        try:
            if self._process is None:
                self._process = _started(self._module)
                self._sending = _Sending(cast("BinaryIO", self._process.stdin))
        except OSError:
            self.close()
            return False
        assert self._sending is not None
        self._sending.send(data)
        self.pending += 1
        return True

    def is_answering(self) -> bool:
        """Whether the one answer has begun to come, so that `result` need not wait for it."""
        if not self.pending or self._process is None or self._process.stdout is None:
            return False
        if os.name != "posix":  # elsewhere pipes cannot be looked at so
            return True
        return bool(select.select([self._process.stdout], [], [], 0)[0])

    def result(self) -> bytes | None:
        """The answer to what was sent first of what is pending.

        None where nothing is, or the process died.
        """
        if not self.pending or self._process is None or self._process.stdout is None:
            return None
        self.pending -= 1
        try:
            found = _read(cast("BinaryIO", self._process.stdout))
        except OSError:
            found = None
        except BaseException:
            self.close()
            raise
        if found is None:
            self.close()
        return found

    def close(self) -> None:
        """Ends the process; there will be no other."""
        self._failed = True
        self.pending = 0
        process, self._process = self._process, None
        sending, self._sending = self._sending, None
        if process is not None:
            process.kill()
        if sending is not None:
            sending.close()
        if process is not None:
            process.communicate()


class _Sending:
    """A thread that writes what is queued, until whoever reads it is gone."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="beside", daemon=True)
        self._thread.start()

    def send(self, data: bytes) -> None:
        self._queue.put(data)

    def close(self) -> None:
        """Ends the thread, after whoever reads has ended."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (data := self._queue.get()) is not None:
            try:
                _write(self._stream, data)
            except (OSError, ValueError):  # nobody reads; whoever waits for an answer finds out
                return


def serve(answer: Callable[[bytes], bytes]) -> None:
    """Is the process: answers its standard input on its standard output until it ends."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    try:
        while (data := _read(cast("BinaryIO", source))) is not None:
            _write(cast("BinaryIO", sink), answer(data))
    except (BrokenPipeError, KeyboardInterrupt):
        return


def _started(module: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", module],  # no file of the current folder is a module of ours
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what fails there is done here
        start_new_session=True,  # a Ctrl-C is for whoever asked
    )
    if sys.platform == "linux":
        import fcntl

        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):  # somebody allows less
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return process


def processors() -> int:
    """How many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _write(stream: BinaryIO, data: bytes) -> None:
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def _read(stream: BinaryIO) -> bytes | None:
    """What was written at the other end; None at its end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None
