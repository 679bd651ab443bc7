"""A session of Spark for those who have none, with one line for what is missing."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from variorum.domain.errors import UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_JAVA = "Spark needs Java 17 or later: install it, or say where it is with JAVA_HOME"
_ALONE = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
}
"""On this machine alone: nobody else can connect to it."""


@contextmanager
def session(master: str | None = None) -> Generator[SparkSession]:
    """The session there is; otherwise a new one, which is stopped at the end.

    Args:
        master: the URL of a cluster; None for the one that spark-submit says, or this machine.

    Raises:
        UsageError: pyspark or what it needs is not installed, Java is missing or too old, or the
            cluster cannot be reached.
    """
    sql = _pyspark()
    there = sql.SparkSession.getActiveSession()
    if there is not None:
        yield there
        return
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if not submitted and "JAVA_HOME" not in os.environ and shutil.which("java") is None:
        raise UsageError(_JAVA)
    made = _made(sql, master if submitted else master or "local[*]")
    try:
        yield made
    finally:
        made.stop()


def _pyspark() -> Any:
    try:
        for needed in ("pandas", "pyarrow"):
            import_module(needed)
        sql = import_module("pyspark.sql")
    except ImportError as cause:
        raise UsageError("this needs pyspark: pip install 'variorum[spark]'") from cause
    # Only frames of pandas are meant by that, and no job makes one.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    return sql


def _made(sql: Any, master: str | None) -> SparkSession:
    builder = sql.SparkSession.builder.appName("variorum")
    if master is not None:
        builder = builder.master(master)
        if master.startswith("local"):
            # Its workers run this Python, which has what they need, whatever PATH says.
            for name in ("PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON"):
                os.environ.setdefault(name, sys.executable)
            for name, value in _ALONE.items():
                builder = builder.config(name, value)
    try:
        made: SparkSession = builder.getOrCreate()
    except import_module("pyspark.errors").PySparkRuntimeError as cause:
        raise UsageError(_JAVA) from cause
    except Exception as cause:
        reason = " ".join(str(cause).split())[:200]
        raise UsageError(f"Spark does not start: {reason}") from cause
    return made
