"""The tables of one collection, as frames of Spark."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from pyspark.errors import AnalysisException
from pyspark.sql import functions as f
from pyspark.sql.types import StringType

from variorum.adapters.exports.parquet import schemas
from variorum.adapters.spark.arrow import columns
from variorum.domain.asof import LAST_POSITION
from variorum.domain.errors import UnreadableError
from variorum.domain.stated import Known, instant_asked

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_SPECIAL = re.compile(r"[][{}*?\\]")
"""What names many folders at once to Hadoop, unless a backslash stands before it."""
_POSITION = re.compile(r"#([0-9]{1,18})")


class Tables:
    """The tables of a collection in a folder.

    Args:
        folder: a path or a URL that every machine of the cluster can read.
        collection: its name, as in the archive.
    """

    def __init__(self, spark: SparkSession, folder: str, collection: str = "main") -> None:
        self._spark = spark
        self._folder = folder.rstrip("/")
        self._collection = collection
        self._schemas = schemas()

    def frame(self, table: str) -> DataFrame:
        """The rows of a table.

        Raises:
            UnreadableError: the folder does not hold that table of the collection.
        """
        schema = columns(self._schemas[table])
        for name in ("collection", "bucket"):
            schema = schema.add(name, StringType(), nullable=False)
        place = f"{self._folder}/{table}"
        part = f"{place}/collection={quote(self._collection, safe='')}"
        if "://" not in part:
            part = _SPECIAL.sub(r"\\\g<0>", part)
        try:
            return self._spark.read.schema(schema).option("basePath", place).parquet(part)
        except AnalysisException as cause:
            raise UnreadableError(
                f"{self._folder} does not hold the table {table} of the collection "
                f"{self._collection}: variorum export --all --format parquet writes it"
            ) from cause

    def position(self, asked: str | None) -> int:
        """The position that a K means: `#n`, a time of the archive's clock, or all there is.

        Raises:
            UsageError: it is neither.
        """
        if asked is None:
            return LAST_POSITION
        position = _POSITION.fullmatch(asked.strip())
        if position:
            return int(position[1])
        until = f.col("recorded_at") <= instant_asked(asked, Known())
        (row,) = self.frame("event").where(until).agg(f.max("position")).collect()
        return row[0] or 0
