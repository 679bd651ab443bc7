"""Compresses texts in a process of its own, a batch ahead of the one that is being stored.

    python -m variorum.adapters.contents.ahead

is that process: it reads batches from its standard input and writes what they come to, one after
the other, until its input ends. It knows nothing but the texts that it is sent. Where it cannot be
started, or dies, whoever asked does the work itself.
"""

from __future__ import annotations

import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Sequence
from typing import BinaryIO, cast

from variorum.adapters.contents.chain import Encoded, Text, encode_all

_LENGTH = struct.Struct("<Q")


class Ahead:
    """The process, as seen from outside. One batch is at work at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._failed = _cores() < 2
        self._unread = False

    @property
    def pid(self) -> int | None:
        """The process, where there is one."""
        return self._process.pid if self._process is not None else None

    def begin(self, texts: Sequence[Text]) -> bool:
        """Sends a batch; False where there is no process to send it to."""
        if self._unread:
            self.result()
        if self._failed:
            return False
        try:
            if self._process is None:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", __name__],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    start_new_session=True,  # a Ctrl-C is for whoever asked
                )
            assert self._process.stdin is not None
            _write(cast("BinaryIO", self._process.stdin), texts)
        except OSError:
            self.close()
            return False
        except BaseException:
            self.close()
            raise
        self._unread = True
        return True

    def result(self) -> list[Encoded] | None:
        """What the batch comes to that was sent; None where there is none, or the process died."""
        unread, self._unread = self._unread, False
        if not unread or self._process is None or self._process.stdout is None:
            return None
        try:
            found = cast("list[Encoded] | None", _read(cast("BinaryIO", self._process.stdout)))
        except (OSError, EOFError):
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
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def _cores() -> int:
    """How many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _write(stream: BinaryIO, what: object) -> None:
    data = pickle.dumps(what, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def _read(stream: BinaryIO) -> object:
    """What was written at the other end; None at its end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return pickle.loads(data) if len(data) == length else None


def _serve() -> None:
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    try:
        while (texts := _read(cast("BinaryIO", source))) is not None:
            _write(cast("BinaryIO", sink), encode_all(cast("list[Text]", texts)))
    except (BrokenPipeError, KeyboardInterrupt):
        return


if __name__ == "__main__":
    _serve()
