"""Progress on stderr, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def progress_over(paths: Sequence[str]) -> Generator[Callable[[int], None]]:
    """A bar over the bytes of files; the callable takes how many more were read."""
    total = sum(each.stat().st_size for path in paths for each in _files(Path(path)))
    with progress(total or None, "reading") as advance:
        yield advance


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (each for each in path.rglob("*") if each.is_file())
    elif path.is_file():
        yield path


@contextmanager
def progress(total: int | None, what: str) -> Generator[Callable[[int], None]]:
    """A bar over anything that is counted; nothing where stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with cursor_shown(console), Progress(console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda more: bar.advance(task, more)


def steps(advance: Callable[[int], None]) -> Callable[[int, int], None]:
    """Turns how far something has come into how much further it has come."""
    last = 0

    def told(done: int, _total: int) -> None:
        nonlocal last
        advance(done - last)
        last = done

    return told


@contextmanager
def cursor_shown(console: Console) -> Generator[None]:
    """Shows the cursor again also where what hides it was interrupted before it had begun."""
    try:
        yield
    except BaseException:
        console.show_cursor()
        raise
