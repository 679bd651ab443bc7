"""Whole-archive jobs on Spark give, row for row, what the archive answers on one machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from evidence import HOUR, START, eventful_archive
from program import PROGRAM, ask, run
from spark_cluster import cluster, tasks_done
from variorum.adapters.connect import Connection, connect
from variorum.adapters.exports import csv, timeline
from variorum.adapters.exports.selection import Selection, entries
from variorum.adapters.projections.follower import follow
from variorum.adapters.projections.tally import TALLY, tallied
from variorum.adapters.spark.asof import as_of
from variorum.adapters.spark.tables import Tables
from variorum.adapters.spark.tally import tally
from variorum.adapters.spark.timeline import timeline as told_by_spark
from variorum.domain.asof import LAST_POSITION, InForce
from variorum.domain.events import StoryOpened
from variorum.domain.ports import StoryEntry
from variorum.domain.shown import KnownBy
from variorum.domain.streams import story_of
from variorum.domain.times import iso

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]

Row = dict[str, Any]

JAVA_IS_MISSING = (
    "variorum: Spark needs Java 17 or later: install it, or say where it is with JAVA_HOME"
)
MOMENTS = [
    (START + HOUR + 30_000_000, LAST_POSITION),  # within the minute of a revision
    (START + 30 * HOUR, LAST_POSITION),
    (START + 200 * HOUR, LAST_POSITION),  # when one is gone
    (START - 12 * HOUR, LAST_POSITION),
    (START + 4 * HOUR, 5),  # when two stories were not known yet
    (START + 6 * HOUR, 22),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("archive")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VARIORUM_KEYS", str(folder / "keys"))
        yield eventful_archive(folder)


@pytest.fixture(scope="module")
def connection(archive: Path) -> Iterator[Connection]:
    with connect(str(archive)) as opened:
        yield opened


@pytest.fixture(scope="module")
def folder(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("out") / "tables"
    done = ask("--archive", archive, "export", "--all", "--format", "parquet", "-o", path)
    assert done.code == 0, done
    return path


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    with cluster(tmp_path_factory.mktemp("cluster")) as made:
        yield made


@pytest.fixture(scope="module")
def tables(session: SparkSession, folder: Path) -> Tables:
    return Tables(session, str(folder))


def rows(frame: DataFrame) -> list[Row]:
    return [row.asDict() for row in frame.collect()]


def stories(connection: Connection, known: int) -> list[StoryEntry]:
    """Every story that was known by K, each by itself."""
    selection = Selection((), None, KnownBy(known, None, True), apart=True)
    return sorted(entries(connection.archive, selection), key=lambda entry: entry.id)


def answered(connection: Connection, entry: StoryEntry, at: int, known: int) -> Row:
    """What the archive says of a story by itself, as a row."""
    archive = connection.archive
    answer = archive.as_of(entry, at, known)
    following = answer.following
    row: Row = dict.fromkeys(
        (
            *("story", "reason", "revision", "at", "earliest", "latest", "precision", "basis"),
            *("zone", "certain", "possible", "last_sighted", "missing_since", "returned", "since"),
            *("last", "following", "following_at", "position", "recorded_at", "commitment"),
            *("withheld", "headline", "text"),
        )
    )
    row |= {"story": entry.id, "possible": list(answer.possible)}
    if following is not None:
        row |= {"following": following.revision, "following_at": following.published.at}
    if not isinstance(answer, InForce):
        last = answer.last.revision if answer.last else None
        return row | {"reason": answer.reason.value, "since": answer.since, "last": last}
    published, revision = answer.dating.published, answer.dating.revision
    shown = archive.show_number(entry, revision, KnownBy(known, None, True), withheld=True)
    recorded = connection.log.revision(answer.dating.arrived)
    article = shown.article
    return row | {
        "revision": revision,
        "at": published.at,
        "earliest": published.earliest,
        "latest": published.latest,
        "precision": published.precision.value,
        "basis": published.basis.value,
        "zone": published.zone,
        "certain": answer.certain,
        "last_sighted": answer.last_sighted,
        "missing_since": answer.absent.at if answer.absent else None,
        "returned": answer.returned,
        "position": answer.dating.arrived,
        "recorded_at": recorded.recorded_at,
        "commitment": recorded.article.commitment,
        "withheld": "restricted" if shown.restriction else None if article else "erased",
        "headline": article.headline if article else None,
        "text": "\n\n".join(article.paragraphs) if article else None,
    }


@pytest.mark.parametrize(("at", "known"), MOMENTS)
def test_every_story_as_of_a_moment(
    connection: Connection, tables: Tables, at: int, known: int
) -> None:
    given = sorted(rows(as_of(tables, at, known)), key=lambda row: str(row["story"]))
    assert given == [answered(connection, entry, at, known) for entry in stories(connection, known)]


def test_the_moments_have_every_kind_of_answer(connection: Connection) -> None:
    """So that what is compared above is worth it."""
    told = [
        answered(connection, entry, at, known)
        for at, known in MOMENTS
        for entry in stories(connection, known)
    ]
    assert {row["reason"] for row in told} == {None, "before", "gap", "gone"}
    assert {row["withheld"] for row in told} == {None, "restricted", "erased"}
    assert {row["certain"] for row in told} == {None, True, False}


@pytest.mark.parametrize("known", [LAST_POSITION, 22, 5])
def test_what_happened_to_all_of_them(connection: Connection, tables: Tables, known: int) -> None:
    """Takedowns of later too, of the stories that were known by then."""
    selection = Selection((), None, KnownBy(known, None, True))
    lines = list(timeline.lines(connection.archive, selection))
    given = rows(told_by_spark(tables, known))
    assert [csv.row(tuple(row.values())) for row in given] == lines[1:]


def test_what_is_counted_is_the_tally(connection: Connection, tables: Tables) -> None:
    follow(connection.database, connection.collection, TALLY)
    counted = [
        (each.outlet, each.month, each.topic.split(".")[1], each.events)
        for each in tallied(connection.database, connection.collection)
    ]
    assert {outlet for outlet, *_ in counted} == {"", "echo", "harbour"}
    assert [tuple(row) for row in tally(tables, LAST_POSITION).collect()] == sorted(counted)


def test_what_is_counted_is_what_was_known(connection: Connection, tables: Tables) -> None:
    known = 30
    outlets: dict[str, str] = {}
    counts: Counter[tuple[str, str, str]] = Counter()
    for recorded in connection.log.after(0, known, until=known):
        event = recorded.event
        if story_of(event.originator_id) is None:
            continue
        if isinstance(event, StoryOpened):
            outlets[event.originator_id] = event.outlet or ""
        month = iso(recorded.recorded_at)[:7]
        counts[outlets[event.originator_id], month, timeline.name_of(event)] += 1
    assert [tuple(row) for row in tally(tables, known).collect()] == [
        (*key, events) for key, events in sorted(counts.items())
    ]


def test_it_was_done_by_several_processes(session: SparkSession, tables: Tables) -> None:
    """Executors of their own; the process that asks does nothing of it."""
    before = tasks_done(session)
    as_of(tables, START, LAST_POSITION).collect()
    after = tasks_done(session)
    assert "driver" not in after
    assert len([name for name in after if after[name] > before.get(name, 0)]) == 2


def test_a_time_of_the_archives_clock_is_a_position(connection: Connection, tables: Tables) -> None:
    entry = connection.archive.story("gate")
    asked = iso(entry.recorded_at)
    assert tables.position(asked) == connection.archive.known(asked).position
    assert tables.position("#7") == 7
    assert tables.position("1990-01-01T00:00Z") == 0


# The command.


def test_the_command_writes_rows(
    session: SparkSession, connection: Connection, folder: Path, tmp_path: Path
) -> None:
    at = START + 30 * HOUR
    asked = ("spark", "as-of", folder, "--at", iso(at), "--known-at", "#22")
    done = ask(*asked, "--format", "jsonl", "-o", tmp_path / "rows")
    assert (done.code, done.err) == (0, f"as-of written to {tmp_path / 'rows'}\n")
    given = [
        json.loads(line)
        for part in (tmp_path / "rows").glob("part-*")
        for line in part.read_text(encoding="utf-8").splitlines()
    ]
    assert sorted(given, key=lambda row: str(row["story"])) == [
        _without_null(answered(connection, entry, at, 22)) for entry in stories(connection, 22)
    ]
    again = ask(*asked, "-o", tmp_path / "rows")
    assert again.code == 6
    assert "is there already" in again.err


def _without_null(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def test_it_runs_wherever_the_program_does(folder: Path, tmp_path: Path) -> None:
    """With nothing of it on the path, and of a folder whose name means many to Hadoop."""
    tables = tmp_path / "tables [1]"
    shutil.copytree(folder, tables)
    names = ("PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON", "VIRTUAL_ENV")
    env = {name: value for name, value in os.environ.items() if name not in names}
    java = shutil.which("java")
    path = os.pathsep.join(("/usr/bin", "/bin", *([str(Path(java).parent)] if java else [])))
    command = (PROGRAM, "spark", "as-of", tables, "--format", "jsonl", "-o", tmp_path / "rows")
    done = subprocess.run(command, env={**env, "PATH": path}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert any(part.stat().st_size for part in (tmp_path / "rows").glob("part-*"))


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (("as-of", "{tmp}"), 5, "does not hold the table story of the collection main"),
        (("as-of", "{tmp}/missing"), 5, "variorum export --all --format parquet writes it"),
        (("as-of", "{tables}", "--at", "some day"), 2, "some day"),
        (("as-of", "{tables}", "--at", "2024-10-24 12:00"), 2, "zone"),
        (("tally", "{tables}", "--known-at", "#x"), 2, "#x"),
        (("timeline", "{tables}", "--at", "2024-10-24T12:00Z"), 2, "give no --at"),
        (("counts", "{tables}"), 2, "counts"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_line(
    session: SparkSession,
    folder: Path,
    tmp_path: Path,
    asked: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    words = [word.format(tmp=tmp_path, tables=folder) for word in asked]
    done = ask("spark", *words, "-o", tmp_path / "rows")
    assert (done.code, done.out, done.err.count("\n")) == (code, "", 1), done
    assert said in done.err
    assert not (tmp_path / "rows").exists()


def test_another_collection_is_not_there(session: SparkSession, folder: Path) -> None:
    done = ask("--collection", "other", "spark", "tally", folder, "-o", folder / "rows")
    assert done.code == 5
    assert "of the collection other" in done.err


def test_that_pyspark_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    done = ask("spark", "tally", folder, "-o", folder / "rows")
    assert (done.code, done.err) == (
        2,
        "variorum: this needs pyspark: pip install 'variorum[spark]'\n",
    )


def test_that_java_is_missing_is_said(
    monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path
) -> None:
    """Where there is none, and where the one that is there does not do."""
    java = tmp_path / "home" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    java.chmod(0o755)
    asked = ("spark", "tally", folder, "-o", tmp_path / "rows")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    none = run(*asked, PATH=str(tmp_path))
    assert (none.code, none.err.splitlines()) == (2, [JAVA_IS_MISSING])
    other = run(*asked, JAVA_HOME=str(java.parents[1]))
    assert (other.code, other.err.splitlines()[-1]) == (2, JAVA_IS_MISSING)
