"""What is not interrupted: steps of which nothing may be left where only half of one was done.

Python raises `KeyboardInterrupt` wherever it is, also between making a folder and noting that it
was made. Whoever handles the signals calls `interrupt`, which raises it there, or at the end of a
step that is to be whole. Steps take no time; what may, is not among them.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread, main_thread


class Whole:
    """A step that is not interrupted; in threads but the main one none is. A context manager."""

    depth = 0
    came = False

    def __enter__(self) -> None:
        if current_thread() is main_thread():
            Whole.depth += 1

    def __exit__(self, *_: object) -> None:
        if current_thread() is not main_thread():
            return
        Whole.depth -= 1
        if Whole.came and not Whole.depth:
            Whole.came = False
            raise KeyboardInterrupt


def interrupt() -> None:
    """Interrupts what is being done, or what comes after the step that it is in.

    Raises:
        KeyboardInterrupt: it is in none.
    """
    if not Whole.depth:
        raise KeyboardInterrupt
    Whole.came = True


@contextmanager
def temporary_folder(prefix: str) -> Generator[Path]:
    """A folder for temporary files, which is gone at the end, however that comes.

    Raises:
        OSError: it cannot be made.
    """
    import tempfile  # which takes a while

    with Whole():
        folder = tempfile.TemporaryDirectory(prefix=prefix)  # from now on gone at exit, too
    try:
        yield Path(folder.name)
    finally:
        with Whole():
            folder.cleanup()
