"""Progress on stderr, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def progress_over(paths: Sequence[str]) -> Generator[Callable[[int], None]]:
    """A bar over the bytes of files; the callable takes how many more were read."""
    total = sum(Path(path).stat().st_size for path in paths if Path(path).is_file())
    with progress(total or None, "reading") as advance:
        yield advance


@contextmanager
def progress(total: int | None, what: str) -> Generator[Callable[[int], None]]:
    """A bar over anything that is counted; nothing where stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda more: bar.advance(task, more)
