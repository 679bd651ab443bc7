"""The command that asks about a whole archive on a cluster: spark."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from variorum.cli.options import AtOption, KnownAtOption
from variorum.cli.session import Session
from variorum.domain.errors import UsageError

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
    named: Session = ctx.obj
    with session(master) as made:
        from variorum.adapters.spark.tables import Tables
        from variorum.adapters.spark.written import write

        write(_rows(job, Tables(made, tables, named.collection), at, known_at), output, format)
    typer.echo(f"{job.value} written to {output}", err=True)


def _rows(job: Job, tables: Tables, at: str | None, known_at: str | None) -> DataFrame:
    from variorum.adapters.connect import system_clock
    from variorum.domain.stated import Known, instant_asked

    instant = system_clock() if at is None else instant_asked(at, Known())
    known = tables.position(known_at)
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
