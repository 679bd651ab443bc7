"""The command that hands stories over: export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from variorum.cli.options import AtOption, KeyFileOption, KnownAtOption
from variorum.cli.progress import progress
from variorum.cli.session import Session
from variorum.domain.errors import UsageError

if TYPE_CHECKING:
    from variorum.adapters.connect import Connection
    from variorum.adapters.exports.selection import Selection

app = typer.Typer()


class ExportFormat(StrEnum):
    """What an export is written as."""

    JSONL = "jsonl"
    CSV = "csv"
    TIMELINE = "timeline"
    NINJS = "ninjs"
    HTML = "html"
    PROV = "prov"
    OCFL = "ocfl"
    BAG = "bag"
    PARQUET = "parquet"


#: Forms that hold times, ids and digests only. No content leaves with them: nothing to register.
WITHOUT_CONTENT = (ExportFormat.PROV, ExportFormat.TIMELINE)


_WHOLE = {ExportFormat.HTML: "a page", ExportFormat.PROV: "a document"}
FOLDERS = (ExportFormat.OCFL, ExportFormat.BAG, ExportFormat.PARQUET)
APART = (*FOLDERS, ExportFormat.TIMELINE, ExportFormat.PROV)
"""Formats that show the log's own events, and so each story by itself."""


@app.command("export")
def export(
    ctx: typer.Context,
    stories: Annotated[
        list[str] | None, typer.Argument(metavar="[STORY…]", help="Which stories.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every story.")] = False,
    at: AtOption = None,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="T", help="The beginning of a period, a moment like --at."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="T", help="The end of a period, which is in it.")
    ] = None,
    known_at: KnownAtOption = None,
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="PATH", help="Where to; - for stdout."),
    ] = "-",
    format: Annotated[
        ExportFormat, typer.Option("--format", help="What it is written as; jsonl can be imported.")
    ] = ExportFormat.JSONL,
    key: KeyFileOption = None,
    with_content: Annotated[
        bool,
        typer.Option(
            "--with-content",
            help="With --all and jsonl: a backup, the exact log with all it commits to.",
        ),
    ] = False,
    unregistered: Annotated[
        bool,
        typer.Option(
            "--unregistered", help="Go on where the archive's register cannot be written to."
        ),
    ] = False,
) -> None:
    """Writes stories for others: every revision, or those in force at a moment or in a period."""
    from variorum.adapters.exports.file import write
    from variorum.adapters.exports.selection import Selection
    from variorum.domain.register import BACKUP

    if bool(stories) == everything:
        raise UsageError("say which stories: some ids, or --all")
    if format in FOLDERS and output == "-":
        raise UsageError(f"say where the folder is to be: --format {format.value} -o FOLDER")
    if with_content and (stories or at or since or until or format is not ExportFormat.JSONL):
        raise UsageError("--with-content is a backup of everything: give --all and jsonl alone")
    session: Session = ctx.obj
    with session.open() as connection:
        known = connection.archive.known(known_at)
        selection = Selection(stories or (), at, known, since, until, format in APART)
        named = BACKUP if with_content else format.value
        connection.archive = connection.archive.to_hand_out()
        settled = _registering(connection, selection, named, output, unregistered)
        if format is ExportFormat.OCFL:
            _folder(connection, selection, output, settled)
            wrote = "a storage root"
        elif format is ExportFormat.BAG:
            _bag(connection, selection, output, settled, key)
            wrote = "a bag"
        elif format is ExportFormat.PARQUET:
            _tables(connection, selection, output, settled)
            wrote = "tables"
        else:
            with progress(None, "exporting") as advance:
                chunks = (
                    _backup(connection, known.position)
                    if with_content
                    else _chunks(connection, selection, format)
                )
                is_own = connection.database.is_own_file
                count = write(output, _counted(chunks, advance), is_own, settled)
            wrote = _WHOLE.get(format, f"{count} lines")
    if output != "-":
        typer.echo(f"{wrote} written to {output}", err=True)


def _registering(
    connection: Connection,
    selection: Selection,
    named: str,
    output: str,
    unregistered: bool,
) -> Callable[[str], object] | None:
    """Sees to the register: what is to be called when an export is about to be handed out.

    What goes to standard output is entered here and now, before its first byte.

    Args:
        named: as what the register calls its form.

    Raises:
        StorageError: the register cannot be written to, and it is not said to go on.
    """
    from variorum.adapters.exports import register
    from variorum.domain.errors import StorageError
    from variorum.domain.register import BACKUP

    if named in WITHOUT_CONTENT:
        return None
    archive = connection.archive
    issue = register.issue_of(archive, selection, named)
    if issue.restricted and named != BACKUP:
        are = "1 revision is" if issue.restricted == 1 else f"{issue.restricted} revisions are"
        typer.echo(f"{are} restricted: the text is left out", err=True)
    try:
        register.check_open(connection.database)
    except StorageError:
        if not unregistered:
            raise
        return None
    if output == "-":
        register.enter(archive, issue)
        return None
    return lambda digest: register.enter(archive, issue, digest)


def _backup(connection: Connection, until: int) -> Iterator[bytes]:
    from variorum.adapters.exports import backup

    return (line + b"\n" for line in backup.lines(connection, until))


def _chunks(connection: Connection, selection: Selection, format: ExportFormat) -> Iterable[bytes]:
    """What a file of a format holds: lines, or one document."""
    from variorum.adapters.exports import states

    archive, known = connection.archive, selection.known.position
    match format:
        case ExportFormat.CSV:
            from variorum.adapters.exports import csv

            return csv.lines(archive, selection)
        case ExportFormat.TIMELINE:
            from variorum.adapters.exports import timeline

            return timeline.lines(archive, selection)
        case ExportFormat.NINJS:
            from variorum.adapters.exports import ninjs

            return ninjs.lines(states.states(archive, selection))
        case ExportFormat.HTML:
            from variorum.adapters.exports import html

            return html.pieces(states.states(archive, selection), known)
        case ExportFormat.PROV:
            from variorum.adapters.exports import prov

            return prov.document(archive, selection)
        case _:
            from variorum.adapters.exports import jsonl

            return (line + b"\n" for line in jsonl.lines(archive, selection))


def _folder(
    connection: Connection,
    selection: Selection,
    output: str,
    settled: Callable[[str], object] | None,
) -> None:
    from variorum.adapters.exports import ocfl
    from variorum.adapters.exports.folder import digest_of, whole_folder

    with whole_folder(output, connection.database.is_own_file) as draft:
        ocfl.fill(connection.archive, selection, Path(draft))
        if settled is not None:
            settled(digest_of(draft))


def _tables(
    connection: Connection,
    selection: Selection,
    output: str,
    settled: Callable[[str], object] | None,
) -> None:
    from variorum.adapters.exports import parquet
    from variorum.adapters.exports.folder import digest_of, whole_folder

    with (
        whole_folder(output, connection.database.is_own_file) as draft,
        progress(None, "exporting") as advance,
    ):
        name = connection.collection_name
        parquet.fill(connection.archive, name, selection, Path(draft), advance)
        if settled is not None:
            settled(digest_of(draft))


def _bag(
    connection: Connection,
    selection: Selection,
    output: str,
    settled: Callable[[str], object] | None,
    key: Path | None,
) -> None:
    from variorum.adapters.exports.bag.bag import write_bag
    from variorum.adapters.tree.checkpoints import keyring

    ring = keyring(connection, key)
    with progress(None, "exporting") as advance:
        write_bag(connection, selection, output, keys=ring, settled=settled, advance=advance)


def _counted(chunks: Iterable[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk
        advance(1)
