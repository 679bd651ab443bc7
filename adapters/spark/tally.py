"""The job `tally`: how much happened to each outlet's stories in each month.

It counts as the projection of that name does (`adapters/projections/tally.py`): the month is that
of the recorded time, in UTC, and the outlet the one that the story was opened with, `''` where none
was named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as f

from variorum.adapters.exports.timeline import name_of
from variorum.domain.events import StoryOpened

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from variorum.adapters.spark.tables import Tables

_DAY = 86_400_000_000
"""In µs."""


def tally(tables: Tables, known: int) -> DataFrame:
    """The counts of what was recorded by position `known`, by outlet, month and what it was."""
    events = tables.frame("event").where(f.col("position") <= known)
    opened = events.where(f.col("what") == name_of(StoryOpened)).select(
        "story", f.coalesce("outlet", f.lit("")).alias("named")
    )
    told = events.select("story", "recorded_at", "what").join(opened, "story")
    return (
        told.groupBy(f.col("named").alias("outlet"), _month("recorded_at").alias("month"), "what")
        .agg(f.count(f.lit(1)).alias("events"))
        .orderBy("outlet", "month", "what")
    )


def _month(instant: str) -> Column:
    """`2024-10`; of days since 1970, so that the session's zone has no say in it."""
    days = f.floor(f.col(instant) / f.lit(_DAY)).cast("int")
    return f.date_format(f.date_from_unix_date(days), "yyyy-MM")
