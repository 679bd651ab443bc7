"""The lines of a file of JSONL, with their numbers."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import BinaryIO

from variorum.adapters.imports.packed import PACKING_ERRORS, open_file
from variorum.domain.errors import UnreadableError

LONGEST_LINE = 64 << 20

Numbered = tuple[int, bytes | str]
"""A line with its number, or why it was passed over."""


def lines_of(path: str, progress: Callable[[int], None] | None) -> Iterator[Numbered]:
    """The lines that are not empty, each with its number.

    Args:
        path: a file, or `-` for standard input.
        progress: told how many bytes of the file were read.

    Raises:
        UnreadableError: the file cannot be opened, is not text, or is not what its first bytes say.
    """
    number = 0
    try:
        with open_file(path, progress) as stream:
            while raw := stream.readline(LONGEST_LINE):
                number += 1
                if number == 1:
                    raw = raw.removeprefix(codecs.BOM_UTF8)
                if b"\0" in raw:
                    raise UnreadableError(f"{path}:{number}: not text, but binary or UTF-16")
                if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
                    _pass_over_line(stream)
                    yield number, f"a line of over {LONGEST_LINE >> 20} MB"
                elif raw and not raw.isspace():
                    yield number, raw
    except PACKING_ERRORS as cause:
        reason = getattr(cause, "strerror", None) or str(cause)
        where = f":{number + 1}" if number else ""
        raise UnreadableError(f"{path}{where}: {reason}") from cause


def _pass_over_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
        pass
