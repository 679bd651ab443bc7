"""Reads lines of JSONL in a process beside the one that records what they say.

    python -m variorum.adapters.imports.reading_ahead

is that process (`adapters/beside.py`). A file it reads itself; of a stream, which cannot be read
twice, it is sent the lines. What it says of a line is what the line says if it is plain; of
others it gives the line back.
"""

from __future__ import annotations

import stat
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path

from msgspec import Struct, msgpack

from variorum.adapters.beside import Beside, serve
from variorum.adapters.imports.lines import Numbered, lines_of
from variorum.adapters.imports.plain import Plain, plain
from variorum.domain.errors import UnreadableError

ALONE = 1_000
"""Lines after which it pays to start another process."""
_TOGETHER = 100
_TOGETHER_BYTES = 1 << 19
"""Lines, and bytes of theirs, that are read or sent together."""
_CORES = 3
"""Processors from which on it pays: one decides, another one appends (`collection.appending`)."""
_BEGUN = 2
"""Groups of lines that it has been asked for while one before is worked on."""

Read = tuple[int, bytes | str, Plain | None]
"""A line with its number, or why it was passed over, and what it says if it is plain.

Where that is known, the line itself may be left out.
"""
Progress = Callable[[int], None]
_Identity = tuple[int, int]


class _Asked(Struct, gc=False):
    """What the process is asked: first for a file, then for its next lines, or what lines say."""

    path: str | None = None
    after: int = 0
    """The number of the last line that is not wanted."""
    lines: tuple[bytes, ...] = ()


class _Group(Struct, gc=False):
    """Some lines of a file, and what those say that are plain."""

    read: int
    """How many bytes of the file were read by now."""
    said: dict[int, Plain | None]
    """By the lines' numbers."""
    others: dict[int, bytes]
    """The lines that are not plain."""
    bad: dict[int, str]
    """Why some were passed over."""
    error: str | None = None
    """Why it cannot be read on."""
    ended: bool = False


def read(path: str, progress: Progress | None, *, helped: Callable[[], bool]) -> Generator[Read]:
    """What the lines of a file say, in order; many are read ahead, in a process beside this one.

    Args:
        path: a file, or `-` for standard input.
        progress: told how many bytes of the file were read.
        helped: whether there may be such a process by now.

    Raises:
        UnreadableError: as of `lines_of`.
    """
    counted = _Counted(progress)
    identity = _identity(path)
    lines = lines_of(path, counted.more)
    beside = Beside(__name__, cores=_CORES)
    last = 0
    try:
        for number, raw in lines:
            yield number, raw, _plain(raw)
            last = number
            if number >= ALONE and not number % _TOGETHER and helped():
                break
        else:
            return
        asked = _Asked(path if identity is not None else None, last)
        begun = beside.begin(_encode(asked))
        if not begun:
            yield from _alone(lines)
            return
        for number, raw in lines:  # until it is there
            yield number, raw, _plain(raw)
            last = number
            if not number % _TOGETHER and beside.is_answering():
                break
        else:
            return
        answer = beside.result()
        if answer is not None and identity is not None and _decode_identity(answer) == identity:
            yield from _from_file(lines, last, beside, counted)
        else:
            yield from _sent(lines, beside)
    finally:
        beside.close()


def _alone(lines: Iterable[Numbered], after: int = 0) -> Iterator[Read]:
    for number, raw in lines:
        if number > after:
            yield number, raw, _plain(raw)


def _plain(raw: bytes | str) -> Plain | None:
    return plain(raw) if isinstance(raw, bytes) else None


class _Counted:
    """Tells how far a file was read by the one that got farthest."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self.own = self._told = 0

    def more(self, size: int) -> None:
        """Takes how much more this process read."""
        self.own += size
        self.reached(self.own)

    def reached(self, size: int) -> None:
        """Takes how far another process read."""
        if self._progress is not None and size > self._told:
            self._progress(size - self._told)
            self._told = size


# A file, which the process reads itself.


def _from_file(
    lines: Iterator[Numbered], last: int, beside: Beside, counted: _Counted
) -> Iterator[Read]:
    """What the process reads on from where it was asked to.

    Args:
        lines: the same, as this process reads them: for the case that the other one dies.
        last: the number of the last line that was read here.
    """
    for _ in range(_BEGUN):
        beside.begin(_NEXT)
    while True:
        beside.begin(_NEXT)
        answer = beside.result()
        if answer is None:
            yield from _alone(lines, last)
            return
        group = _decode_group(answer)
        counted.reached(group.read)
        for number, said in group.said.items():
            if number > last:
                last = number
                raw = group.bad.get(number) or group.others.get(number, b"")
                yield number, raw, said
        if group.error is not None:
            raise UnreadableError(group.error)
        if group.ended:
            return


def _identity(path: str) -> _Identity | None:
    """The file that a path is of; None where it is not one that can be read twice."""
    if path == "-":
        return None
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


# A stream, of which it is sent the lines.


def _sent(lines: Iterator[Numbered], beside: Beside) -> Iterator[Read]:
    """What lines say, some groups of them read while one before is worked on."""
    begun = deque[list[Numbered]]()
    try:
        for group in _groups(lines):
            those = tuple(raw if isinstance(raw, bytes) else b"" for _, raw in group)
            beside.begin(_encode(_Asked(lines=those)))
            begun.append(group)
            if len(begun) > _BEGUN:
                yield from _found(beside, begun.popleft())
    except Exception:
        while begun:
            yield from _found(beside, begun.popleft())
        raise
    while begun:
        yield from _found(beside, begun.popleft())


def _found(beside: Beside, group: list[Numbered]) -> list[Read]:
    """What the lines of the group say that was sent."""
    answer = beside.result()
    if answer is None:
        return list(_alone(group))
    said = _decode_said(answer)
    return [(number, raw, each) for (number, raw), each in zip(group, said, strict=True)]


def _groups(lines: Iterator[Numbered]) -> Iterator[list[Numbered]]:
    """Some lines at a time; where others cannot be read, those before come first."""
    group: list[Numbered] = []
    size = 0
    try:
        for line in lines:
            group.append(line)
            size += len(line[1]) if isinstance(line[1], bytes) else 0
            if len(group) == _TOGETHER or size >= _TOGETHER_BYTES:
                yield group
                group, size = [], 0
    except Exception:
        if group:
            yield group
        raise
    if group:
        yield group


_encode = msgpack.Encoder().encode
_decode_asked = msgpack.Decoder(_Asked).decode
_decode_said = msgpack.Decoder(list[Plain | None]).decode
_decode_group = msgpack.Decoder(_Group).decode
_decode_identity = msgpack.Decoder(_Identity | None).decode
_NEXT = _encode(_Asked())


class _Answers:
    """What the process answers."""

    def __init__(self) -> None:
        self._groups: Iterator[_Group] = iter(())

    def __call__(self, data: bytes) -> bytes:
        asked = _decode_asked(data)
        if asked.lines:
            return _encode(list(map(plain, asked.lines)))
        if asked.path is not None:
            identity = _identity(asked.path)
            self._groups = _read_groups(asked.path, asked.after)
            return _encode(identity)
        return _encode(next(self._groups, None) or _Group(0, {}, {}, {}, ended=True))


def _read_groups(path: str, after: int) -> Iterator[_Group]:
    counted = _Counted(None)
    lines = (line for line in lines_of(path, counted.more) if line[0] > after)
    try:
        for group in _groups(lines):
            bad = {number: raw for number, raw in group if isinstance(raw, str)}
            said = {number: _plain(raw) for number, raw in group}
            others = {
                number: raw
                for number, raw in group
                if isinstance(raw, bytes) and said[number] is None
            }
            yield _Group(counted.own, said, others, bad)
    except UnreadableError as error:
        yield _Group(counted.own, {}, {}, {}, error.message)


if __name__ == "__main__":
    serve(_Answers())
