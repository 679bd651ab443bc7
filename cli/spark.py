"""The command that asks about a whole archive on a cluster: spark."""

from __future__ import annotations

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from variorum.cli.options import AtOption, KnownAtOption
from variorum.cli.session import Session
from variorum.domain.errors import StorageError, UnreadableError, UsageError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from variorum.adapters.spark.tables import Tables

app = typer.Typer()


class Job(StrEnum):
    """What is asked of the whole archive."""

    AS_OF = "as-of"
    TIMELINE = "timeline"
    TALLY = "tally"


class RowFormat(StrEnum):
    """What rows are written as."""

    PARQUET = "parquet"
    JSONL = "jsonl"


@app.command("spark")
def spark(
    ctx: typer.Context,
    job: Annotated[Job, typer.Argument(metavar="JOB", help="as-of, timeline or tally.")],
    tables: Annotated[
        str,
        typer.Argument(metavar="TABLES", help="The folder of an export to Parquet."),
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FOLDER", help="Where to; not there yet.")
    ],
    at: AtOption = None,
    known_at: KnownAtOption = None,
    format: Annotated[
        RowFormat, typer.Option("--format", help="What the rows are written as.")
    ] = RowFormat.PARQUET,
    master: Annotated[
        str | None,
        typer.Option("--master", metavar="URL", help="The cluster, if it is not this machine."),
    ] = None,
) -> None:
    """Asks about every story at once, on Apache Spark, from the tables of an export."""
    from variorum.adapters.spark.session import session

    if at is not None and job is not Job.AS_OF:
        raise UsageError(f"{job.value} is about no moment: give no --at")
    instant = _instant(at)
    if known_at is not None and not known_at.strip().startswith("#"):
        _instant(known_at)
    if master is None and "PYSPARK_GATEWAY_PORT" not in os.environ:  # set where it is submitted
        _check_places(tables, output)
    named: Session = ctx.obj
    with session(master) as made:
        from variorum.adapters.spark.tables import Tables
        from variorum.adapters.spark.written import write

        held = Tables(made, tables, named.collection)
        write(_rows(job, held, instant, held.position(known_at)), output, format)
    typer.echo(f"{job.value} written to {output}", err=True)


def _instant(asked: str | None) -> int:
    from variorum.adapters.connect import system_clock
    from variorum.domain.stated import Known, instant_asked

    return system_clock() if asked is None else instant_asked(asked, Known())


_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:", re.I)


def _check_places(tables: str, output: str) -> None:
    """Sees, before Spark starts, that there is something to read on this machine, and room.

    Raises:
        UnreadableError: the tables are in no folder here.
        StorageError: there is something where the rows are to be written.
    """
    if not _ADDRESS.match(tables) and not Path(tables).is_dir():
        raise UnreadableError(
            f"{tables}: no folder; variorum export --all --format parquet writes it"
        )
    if not _ADDRESS.match(output) and Path(output).exists():
        raise StorageError(f"{output} is there already: nothing is written over")


def _rows(job: Job, tables: Tables, instant: int, known: int) -> DataFrame:
    match job:
        case Job.AS_OF:
            from variorum.adapters.spark.asof import as_of

            return as_of(tables, instant, known)
        case Job.TIMELINE:
            from variorum.adapters.spark.timeline import timeline

            return timeline(tables, known)
        case Job.TALLY:
            from variorum.adapters.spark.tally import tally

            return tally(tables, known)
