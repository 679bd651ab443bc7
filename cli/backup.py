"""Restoring a backup, which `import` does where it is given one."""

from __future__ import annotations

import base64
import sys
from contextlib import nullcontext
from io import BufferedReader
from typing import TYPE_CHECKING, cast

from variorum.cli.options import Format, lines
from variorum.cli.output import counted, emit, safe, say
from variorum.domain.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from variorum.cli.session import Session


def is_backup(paths: Sequence[str], format_named: str | None) -> bool:
    """Whether what is to be imported is a backup, by its name or by the first bytes of a file.

    Raises:
        UsageError: there is another file beside it.
    """
    from variorum.adapters.imports import backup
    from variorum.adapters.imports.packed import beginning, open_file

    if format_named is None and paths[0] == "-":
        if not backup.is_backup(beginning(cast(BufferedReader, sys.stdin.buffer))):
            return False
    elif format_named is None:
        try:
            with open_file(paths[0]) as file:
                if not backup.is_backup(file.readline(100)):
                    return False
        except Exception:
            return False  # the importer of copies will say what is wrong with it
    if len(paths) > 1:
        raise UsageError("a backup is restored by itself: give one file")
    return True


def restore(session: Session, path: str, source: str, format: Format) -> None:
    """Restores a backup into a collection that holds nothing else.

    Args:
        path: how the file is called.
        source: where it is read.

    Raises:
        UnreadableError: the file cannot be read, is damaged, or ends early.
    """
    from variorum.adapters.imports import backup
    from variorum.adapters.imports.file import check_input
    from variorum.adapters.imports.packed import PACKING_ERRORS, open_file
    from variorum.adapters.imports.piped import kept
    from variorum.cli.progress import progress

    with (
        session.open(create=True, empty=True, quietly=True) as connection,
        kept(sys.stdin.buffer) if source == "-" else nullcontext(source) as file,
        progress(None, "restoring") as advance,
    ):
        check_input(path, connection.database.is_own_file)
        try:
            restored = backup.restore(connection, path, lambda: open_file(file), advance)
        except PACKING_ERRORS as cause:
            raise UnreadableError(f"{path}: {getattr(cause, 'strerror', None) or cause}") from cause
        name = connection.database.name
    root = base64.b64encode(restored.root).decode()
    if format is Format.JSON:
        emit(
            {
                "events": restored.events,
                "contents": restored.contents,
                "held": restored.held,
                "root": root,
            }
        )
        return
    there = f" ({restored.held:,} were there already)" if restored.held else ""
    events, contents = counted(restored.events, "event"), counted(restored.contents, "content")
    say(f"{events} and {contents} restored{there} in {safe(lines(name))}")
    say(f"root {root}")
