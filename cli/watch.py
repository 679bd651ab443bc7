"""The command `watch`: pages and feeds on the web, looked at again and again."""

from __future__ import annotations

import re
import sys
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Annotated, Any

import typer

from variorum.cli.options import Format, FormatOption, lines
from variorum.cli.output import emit, safe, say
from variorum.cli.progress import cursor_shown
from variorum.cli.session import Session
from variorum.domain.errors import NotFoundError, UsageError
from variorum.domain.times import MINUTE, SECOND, clock_time, iso
from variorum.domain.watching import TargetKind, every_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from variorum.adapters.watch.targets import Targets
    from variorum.adapters.watch.watcher import Look, Watcher

app = typer.Typer()
_CONTACT = re.compile(r"[!-~]+@[!-~]+\.[!-~]+|https?://[!-~]+")
_LEAST = 30 * SECOND
_ROWS = 20


@app.command("watch")
def watch(
    ctx: typer.Context,
    urls: Annotated[
        list[str] | None,
        typer.Argument(metavar="[URL|FEED…]", help="Pages and feeds, to those watched already."),
    ] = None,
    every: Annotated[
        str | None,
        typer.Option(
            "--every", metavar="D", help="How often at first: 90s, 10m (if not given), 2h, 1d."
        ),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Look at what is due now, and end: for cron.")
    ] = False,
    contact: Annotated[
        str | None,
        typer.Option(
            "--contact",
            metavar="ADDRESS",
            envvar="VARIORUM_CONTACT",
            show_envvar=False,
            help="How whoever is looked at can reach you: an e-mail address or a page.",
        ),
    ] = None,
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="NAME", help="Who publishes them.")
    ] = None,
    allow_private: Annotated[
        bool,
        typer.Option("--allow-private", help="Also addresses of this machine and its network."),
    ] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Watch these no more; what was recorded stays.")
    ] = False,
    format: FormatOption = Format.TEXT,
) -> None:
    """Looks at pages and feeds on the web again and again, and records what changes."""
    from variorum.adapters.watch.targets import Targets

    session: Session = ctx.obj
    pace = _every(every)
    agent = "" if forget else _agent(contact)
    with session.open(create=not forget) as connection:
        targets = Targets(connection.database, connection.collection)
        now = connection.archive.now()
        if forget:
            _forget(targets.forget, urls or [], format)
            return
        for url in urls or ():
            if targets.add(url, pace or 10 * MINUTE, now, outlet):
                continue
            if pace is not None:
                targets.pace(url, pace)
            if outlet is not None:
                targets.published_by(url, outlet)
        if not targets.count():
            raise UsageError("nothing is watched yet: give a page or a feed")
        from variorum.adapters.watch.watcher import Watcher

        watcher = Watcher(connection, agent, private=allow_private)
        with _shown(watcher, format) as tell:
            for look in watcher.run(once=once):
                tell(look)


def _every(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        found = every_of(text.strip())
    except ValueError:
        raise UsageError(
            f"not a time between two looks: {text[:40]!r} (90s, 10m, 2h, 1d)"
        ) from None
    if found < _LEAST:
        raise UsageError("no page is looked at more often than every 30s")
    return found


def _agent(contact: str | None) -> str:
    from importlib.metadata import version

    if contact is None or not _CONTACT.fullmatch(contact) or len(contact) > 200:
        raise UsageError(
            "say how whoever is looked at can reach you: --contact you@example.org, or the address "
            "of a page (VARIORUM_CONTACT)"
        )
    return f"variorum/{version('variorum')} (+{contact})"


def _forget(forget: Callable[[str], bool], urls: list[str], format: Format) -> None:
    if not urls:
        raise UsageError("say what is to be watched no more")
    for url in urls:
        if not forget(url):
            raise NotFoundError(f"{url} is not watched", reason="unknown")
        if format is Format.TEXT:
            say(f"{safe(lines(url))} is watched no more")


def _json(look: Look) -> dict[str, Any]:
    target = look.target
    return {
        "at": iso(look.at),
        "url": target.url,
        "kind": target.kind.value,
        "said": look.said,
        "outcome": look.verdict.value if look.verdict else None,
        "story": look.story,
        "revision": f"r{look.revision}" if look.revision else None,
        "failures": target.failures,
        "due": iso(target.due),
    }


def _line(look: Look) -> str:
    story = f"{look.story}: " if look.story else ""
    said = (clock_time(look.at, None), f"{story}{look.said}", look.target.url)
    return "  ".join(safe(lines(each)) for each in said)


def _shown(watcher: Watcher, format: Format) -> AbstractContextManager[Callable[[Look], None]]:
    if format is Format.JSON:
        return nullcontext(lambda look: emit(_json(look)))
    if sys.stdout.isatty():
        return _live(watcher)

    def tell(look: Look) -> None:
        say(_line(look))
        sys.stdout.flush()

    return nullcontext(tell)


class _Rows:
    """The targets that a table shows: those that were looked at last, and how many there are."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self._read()

    def _read(self) -> None:
        self.shown = self._targets.latest(_ROWS)
        self.count = self._targets.count()

    def took(self, look: Look) -> None:
        """Is told of a look; reads anew where that may have changed which targets there are."""
        seen = look.target
        if seen.kind is TargetKind.FEED or seen.checked != look.at:
            self._read()
        else:
            others = (each for each in self.shown if each.address != seen.address)
            self.shown = [seen, *others][:_ROWS]


@contextmanager
def _live(watcher: Watcher) -> Generator[Callable[[Look], None]]:
    """A table of the targets that is kept up to date, with what happened above it."""
    from rich.console import Console
    from rich.live import Live
    from rich.table import Table
    from rich.text import Text

    console = Console()

    rows = _Rows(watcher.targets)

    def drawn() -> Table:
        table = Table(box=None, pad_edge=False)
        for name in ("STORY OR PAGE", "LOOKED AT", "WHAT CAME OF IT", "NEXT"):
            table.add_column(name, overflow="ellipsis", no_wrap=True)
        for each in rows.shown:
            looked = clock_time(each.checked, None) if each.checked else "not yet"
            cells = (each.story or each.url, looked, each.said or "", clock_time(each.due, None))
            table.add_row(*(Text(safe(lines(cell))) for cell in cells))
        if rows.count > len(rows.shown):
            table.add_row(f"and {rows.count - len(rows.shown)} more", "", "", "")
        return table

    with (
        cursor_shown(console),
        Live(drawn(), console=console, auto_refresh=False, transient=True) as live,
    ):

        def tell(look: Look) -> None:
            if look.verdict is not None or look.target.failures:
                console.print(Text(_line(look)))
            rows.took(look)
            live.update(drawn(), refresh=True)

        yield tell
