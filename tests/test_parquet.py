"""The tables that an export to Parquet writes say what the archive says, to engines of others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from evidence import HOUR, START, eventful_archive
from program import ask
from variorum.adapters.connect import Connection, connect
from variorum.adapters.exports import csv, timeline
from variorum.adapters.exports.folder import digest_of
from variorum.adapters.exports.parquet import (
    TABLES,
    bucket_of,
    dating_of,
    mark_of,
    sighting_of,
)
from variorum.adapters.exports.selection import Selection, entries
from variorum.adapters.exports.timeline import cells
from variorum.domain.asof import LAST_POSITION, answered, gather, seen_again_in
from variorum.domain.ports import StoryEntry

Row = dict[str, Any]

duckdb: Any = import_module("duckdb")  # these two ship no types that are complete
pandas: Any = import_module("pandas")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Stories with sightings, redatings, implied revisions, and some of it taken down."""
    folder = tmp_path_factory.mktemp("archive")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VARIORUM_KEYS", str(folder / "keys"))
        yield eventful_archive(folder)


@pytest.fixture(scope="module")
def tables(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out") / "tables"
    done = ask("--archive", archive, "export", "--all", "--format", "parquet", "-o", folder)
    assert done.code == 0, done
    return folder


def rows(tables: Path, table: str, story: str) -> list[Row]:
    found = duckdb.execute(
        f"select * from read_parquet('{tables}/{table}/**/*.parquet', hive_partitioning = true)"
        " where story = ? order by position",
        [story],
    )
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def stories(connection: Connection) -> list[StoryEntry]:
    """Every story, each by itself."""
    archive = connection.archive
    return list(entries(archive, Selection((), None, archive.known(None), apart=True)))


def test_what_the_tables_say_was_in_force_is_what_the_archive_says(
    archive: Path, tables: Path
) -> None:
    """At every hour, as far as was known by every position, by the archive's own rules."""
    with connect(str(archive)) as connection:
        last = connection.log.head().position
        for entry in stories(connection):
            told = {table: rows(tables, table, entry.id) for table in TABLES}
            datings = [dating_of(row) for row in told["dating"]]
            sightings = [sighting_of(row) for row in told["sighting"]]
            implied = [mark_of(row) for row in told["implied"]]
            captures = {
                row["revision"]: row["captured"]
                for row in told["revision"]
                if row["captured"] is not None
            }
            for known in (*range(entry.position, last + 1), LAST_POSITION):
                for at in range(START - 12 * HOUR, START + 100 * HOUR, 7 * HOUR):
                    marks_at = partial(gather, datings, sightings, implied, captures, known=known)
                    again = seen_again_in(sightings, at, known)
                    answer = answered(marks_at(at), at, marks_at, again)
                    assert answer == connection.archive.as_of(entry, at, known)


def test_pandas_reads_the_texts(archive: Path, tables: Path) -> None:
    frame = pandas.read_parquet(tables / "revision").sort_values("position")
    with connect(str(archive)) as connection:
        found = {entry.id: entry for entry in stories(connection)}
        for row in frame.to_dict("records"):
            entry = found[row["story"]]
            shown = connection.archive.show_number(
                entry, row["revision"], connection.archive.known(None), withheld=True
            )
            assert shown.recorded_at == row["recorded_at"]
            if shown.article is not None and shown.restriction is None:
                assert row["text"] == "\n\n".join(shown.article.paragraphs)
    assert set(frame["collection"].astype(str)) == {"main"}


def test_what_was_taken_down_is_not_in_them(tables: Path) -> None:
    (hidden,) = [row for row in rows(tables, "revision", "crane") if row["revision"] == 2]
    (gone,) = [row for row in rows(tables, "revision", "quay") if row["revision"] == 1]
    assert (hidden["withheld"], hidden["text"]) == ("restricted", None)
    assert (gone["withheld"], gone["text"]) == ("erased", None)


def test_the_events_are_those_of_a_timeline(archive: Path, tables: Path) -> None:
    """In text, they are its rows."""
    found = duckdb.execute(
        f"select * from read_parquet('{tables}/event/**/*.parquet') order by \"at\", position"
    )
    names = [column[0] for column in found.description or ()]
    told = [cells(dict(zip(names, row, strict=True))) for row in found.fetchall()]
    with connect(str(archive)) as connection:
        known = connection.archive.known(None)
        lines = list(timeline.lines(connection.archive, Selection((), None, known)))
    assert [csv.row(each) for each in told] == lines[1:]


def test_a_story_is_in_one_bucket_of_every_table(tables: Path) -> None:
    for table in TABLES:
        for path in (tables / table).rglob("*.parquet"):
            found = duckdb.execute(f"select distinct story from read_parquet('{path}')").fetchall()
            assert all(f"bucket={bucket_of(story)}" in path.parts for (story,) in found)


def test_the_same_request_gives_the_same_bytes(archive: Path, tables: Path, tmp_path: Path) -> None:
    with connect(str(archive)) as connection:
        known = f"#{connection.log.head().position}"
    for name in ("one", "two"):
        done = ask(
            *("--archive", archive, "export", "--all", "--format", "parquet"),
            *("--known-at", known, "-o", tmp_path / name),
        )
        assert done.code == 0, done
    assert digest_of(tmp_path / "one") == digest_of(tmp_path / "two")


def test_long_texts_do_not_wait_for_many_rows(tmp_path: Path) -> None:
    """A row group is of so many characters at most, however few texts those are."""
    lines = tmp_path / "lines.jsonl"
    body = "The ferry sails. " * 60_000
    with lines.open("w", encoding="utf-8") as file:
        for number in range(10):
            line = {"story": "ferry", "published": f"2024-10-1{number}T09:00Z", "body": body}
            file.write(json.dumps({**line, "headline": f"No. {number}"}) + "\n")
    archive = tmp_path / "archive.db"
    assert ask("--archive", archive, "import", lines).code == 0
    done = ask("--archive", archive, "export", "--all", "--format", "parquet", "-o", tmp_path / "o")
    assert done.code == 0, done
    groups = duckdb.execute(
        f"select count(distinct row_group_id) from parquet_metadata('{tmp_path}/o/revision/**/*')"
    ).fetchone()
    assert groups == (2,)


def test_it_is_entered_in_the_register(archive: Path, tables: Path) -> None:
    told = ask("--archive", archive, "exports", "--format", "json").objects
    assert any("parquet" in str(each) for each in told)


@pytest.mark.parametrize("asked", [("--at", "2024-10-24T12:00Z"), ("--from", "2024-10-24T12:00Z")])
def test_a_moment_is_refused(archive: Path, tmp_path: Path, asked: tuple[str, str]) -> None:
    done = ask(
        "--archive", archive, "export", "--all", "--format", "parquet", *asked, "-o", tmp_path / "x"
    )
    assert (done.code, (tmp_path / "x").exists()) == (2, False)
    assert "give no --at" in done.err
