"""The command that hands stories over: export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Annotated

import typer

from variorum.cli.options import AtOption, KnownAtOption
from variorum.cli.progress import progress
from variorum.cli.session import Session
from variorum.domain.errors import UsageError

app = typer.Typer()


class ExportFormat(StrEnum):
    """What an export is written as."""

    JSONL = "jsonl"
    CSV = "csv"


@app.command("export")
def export(
    ctx: typer.Context,
    stories: Annotated[
        list[str] | None, typer.Argument(metavar="[STORY…]", help="Which stories.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every story.")] = False,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="PATH", help="Where to; - for stdout.")
    ] = "-",
    format: Annotated[
        ExportFormat, typer.Option("--format", help="jsonl can be imported; csv is for tables.")
    ] = ExportFormat.JSONL,
) -> None:
    """Writes stories for other programs: every revision, or what was in force at a moment."""
    from variorum.adapters.exports import csv, jsonl
    from variorum.adapters.exports.file import write
    from variorum.adapters.exports.selection import Selection

    if bool(stories) == everything:
        raise UsageError("say which stories: some ids, or --all")
    session: Session = ctx.obj
    with session.open() as connection:
        archive = connection.archive
        selection = Selection(stories or (), at, archive.known(known_at))
        if format is ExportFormat.CSV:
            chunks: Iterator[bytes] = csv.lines(archive, selection)
        else:
            chunks = (line + b"\n" for line in jsonl.lines(archive, selection))
        with progress(None, "exporting") as advance:
            count = write(output, _counted(chunks, advance))
    if output != "-":
        typer.echo(f"{count} lines written to {output}", err=True)


def _counted(chunks: Iterable[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk
        advance(1)
