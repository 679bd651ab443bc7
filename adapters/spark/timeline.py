"""The job `timeline`: everything that happened to all stories, as an export to a timeline tells it.

The rows and their cells are those of `adapters/exports/timeline.py`, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as f

from variorum.adapters.exports.timeline import COLUMNS, TAKEDOWNS, cells, name_of
from variorum.adapters.spark.arrow import columns, pa

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from variorum.adapters.spark.tables import Tables

_TEXT: Any = pa.schema([(column, pa.string()) for column in COLUMNS])


def timeline(tables: Tables, known: int) -> DataFrame:
    """What was recorded by position `known` of all stories that were known by then.

    What was taken down of them is told, whenever that was recorded.
    """
    events, stories = tables.frame("event"), tables.frame("story")
    early, late = f.col("position") <= known, f.col("position") > known
    taken = f.col("what").isin(*(name_of(kind) for kind in TAKEDOWNS))
    later = f.broadcast(events.where(late & taken))  # few, so that it is the stories that stay
    told = events.where(early).unionByName(
        later.join(stories.where(early).select("story"), "story").select(events.columns)
    )
    ordered: Any = told.orderBy("at", "position")
    in_text: DataFrame = ordered.mapInArrow(_in_text, columns(_TEXT))
    return in_text


def _in_text(batches: Iterable[Any]) -> Iterator[Any]:
    for batch in batches:
        rows = [cells(fields) for fields in batch.to_pylist()]
        yield pa.RecordBatch.from_pylist(
            [dict(zip(COLUMNS, row, strict=True)) for row in rows], _TEXT
        )
