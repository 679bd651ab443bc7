"""The rows of a job, as a folder of files. It is whole when `_SUCCESS` is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.errors import AnalysisException

from variorum.domain.errors import StorageError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def write(rows: DataFrame, folder: str, form: str) -> None:
    """Writes rows into a new folder.

    Args:
        form: `parquet`, or `jsonl` for an object a line, which lacks what is null.

    Raises:
        StorageError: the folder is there already.
    """
    try:
        if form == "jsonl":
            rows.write.json(folder)
        else:
            rows.write.parquet(folder)
    except AnalysisException as cause:
        if cause.getCondition() != "PATH_ALREADY_EXISTS":
            raise
        raise StorageError(f"{folder} is there already: nothing is written over") from cause
