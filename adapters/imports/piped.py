"""Standard input as a source: its format by its first bytes, and a file of it where one is needed.

Web archives and databases are read in several places at once, which a pipe cannot be.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import cast

from variorum.adapters.imports.formats import format_of, format_of_head, of_lines
from variorum.domain.errors import StorageError

_NEEDS_FILE = frozenset(("git", "newsedits", "wacz", "warc"))
_PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\3\4", b"SQLite format 3\0")


@contextmanager
def piped(name: str | None) -> Generator[tuple[str, str]]:
    """The format of what comes by standard input, and the path by which it is read.

    Args:
        name: the format, where it was said.

    Raises:
        UnreadableError: it is of no known format.
        StorageError: there is no room for a file of it.
    """
    head = cast("BufferedReader", sys.stdin.buffer).peek(1 << 12)
    found = name or (
        "" if head.startswith(_PACKED) else format_of_head(head) or of_lines("-", head)
    )
    if found and found not in _NEEDS_FILE:
        yield found, "-"
        return
    with tempfile.TemporaryDirectory(prefix="variorum-") as folder:
        path = Path(folder) / "stdin"  # some ids are made of a file's name, and stay the same
        try:
            with path.open("wb") as file:
                shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
        except OSError as cause:
            raise StorageError(f"cannot keep what is piped in: {cause.strerror}") from cause
        yield found or format_of(str(path)), str(path)
