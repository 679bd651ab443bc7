"""An outlet says how it writes; that is used where the copy and the story say nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from program import ask
from variorum.adapters.connect import Connection
from variorum.adapters.imports.copy import copy_of
from variorum.adapters.verification.archive import verify
from variorum.domain.commands import Source
from variorum.domain.content import Note
from variorum.domain.errors import NotFoundError, UsageError
from variorum.domain.outlet import UNKNOWN, Language, NoticePlace, Settings
from variorum.domain.outlets import DescribeOutlet, describe, described, name_of
from variorum.domain.reading import Reading, read_text
from variorum.domain.stated import Known
from variorum.domain.times import DateOrder, iso

OSLO = Settings("Europe/Oslo", DateOrder.DAY_FIRST)
TEXT = "Ferry stops\n\nThe ferry stopped at noon.\n\nUpdate, 03/04/2024, 14:10: Towed away."


def say(
    connection: Connection, name: str | None = None, settings: Settings = UNKNOWN
) -> int | None:
    note = Note(text="described", why="its imprint")
    return describe(connection.archive, DescribeOutlet("gazette", "tester", name, settings, note))


def record(
    connection: Connection, story: str, outlet: str | None = None, zone: str | None = None
) -> str:
    """Records the text; gives when it was published."""
    archive = connection.archive

    def read(known: Known) -> Reading:
        return read_text(TEXT, known)

    copy = copy_of(
        story,
        "tester",
        read,
        Source(TEXT.encode(), "text/plain"),
        entry=archive.found(story),
        settings=archive.settings,
        captured="2024-10-24T08:00Z",
        outlet=outlet,
        zone=zone,
    )
    archive.record(copy)
    return iso(archive.show(story, "2025-01-01T00:00Z").published.at)


def test_what_is_said_adds_up_and_each_k_knows_what_it_knew(connection: Connection) -> None:
    first = say(connection, "The Gazette")
    second = say(connection, settings=OSLO)
    third = say(connection, settings=Settings(language=Language.DUTCH, notices=NoticePlace.TOP))
    assert say(connection, "The Gazette", OSLO) is None
    archive = connection.archive
    assert archive.settings("gazette") == Settings(
        "Europe/Oslo", DateOrder.DAY_FIRST, Language.DUTCH, NoticePlace.TOP
    )
    assert first is not None
    assert second is not None
    assert third is not None
    for position, zone in ((first - 1, None), (first, None), (second, "Europe/Oslo")):
        found = described(archive, position).get("gazette")
        assert (found.settings.zone if found else None) == zone
    assert name_of(archive, described(archive)["gazette"]) == "The Gazette"
    say(connection, "Gazette")
    assert name_of(archive, described(archive)["gazette"]) == "Gazette"
    assert name_of(archive, described(archive, third)["gazette"]) == "The Gazette"
    assert not verify(connection, deep=True).checked.findings


def test_an_outlets_name_is_nowhere_in_the_log(connection: Connection) -> None:
    say(connection, "Quillon Gazette")
    assert not any(b"Quillon" in line for line in connection.log.lines(10))


def test_nothing_is_assumed_of_an_outlet_that_nobody_described(connection: Connection) -> None:
    assert connection.archive.settings("nowhere") == UNKNOWN
    assert connection.archive.settings(None) == UNKNOWN
    with pytest.raises(NotFoundError):
        say(connection)
    for settings in (Settings("Mars/Olympus"),):
        with pytest.raises(UsageError):
            say(connection, settings=settings)
    with pytest.raises(UsageError):
        describe(connection.archive, DescribeOutlet("Not An Id", "tester", "x"))


def test_a_story_is_read_as_its_outlet_writes(connection: Connection) -> None:
    """Its day comes first, its time is Oslo's; a story's own zone wins, and what the copy says."""
    assert record(connection, "before", outlet="Gazette") == "2024-10-24T08:00:00Z"
    say(connection, settings=OSLO)
    assert record(connection, "after", outlet="Gazette") == "2024-04-03T12:10:00Z"
    assert connection.archive.story("after").zone == "Europe/Oslo"
    assert record(connection, "own", "Gazette", "America/New_York") == "2024-04-03T18:10:00Z"
    assert record(connection, "own") == "2024-04-03T18:10:00Z"
    record(connection, "before")
    late = connection.archive.show_revision("before", 2)
    assert iso(late.published.at) == "2024-04-03T12:10:00Z"
    assert record(connection, "other", outlet="Elsewhere") == "2024-10-24T08:00:00Z"


def test_the_command_says_and_tells(tmp_path: Path) -> None:
    archive = ("--archive", tmp_path / "archive.db")
    assert ask(*archive, "outlet").code == 6
    said = ask(*archive, "outlet", "gazette", "--zone", "Europe/Oslo", "--name", "The Gazette")
    assert said.code == 0
    assert "zone        Europe/Oslo" in said.out
    assert ask(*archive, "outlet", "gazette", "--notices", "top", "--date-order", "dmy").code == 0
    told = ask(*archive, "outlet", "gazette", "--format", "json").json
    assert (told["zone"], told["notices"], told["date_order"]) == ("Europe/Oslo", "top", "dmy")
    (each,) = ask(*archive, "outlet", "--format", "json").objects
    assert each == told
    earlier = ask(*archive, "outlet", "gazette", "--known-at", "#2", "--format", "json").json
    assert earlier["notices"] is None
    assert ask(*archive, "outlet", "elsewhere").code == 3
    assert ask(*archive, "outlet", "--zone", "Europe/Oslo").code == 2
    text = tmp_path / "a.txt"
    text.write_text(TEXT)
    ran = ask(
        *archive, "record", text, "--story", "a", "--outlet", "Gazette", "--captured", "2024-10-24"
    )
    assert "published 2024-04-03 14:10 CEST" in ran.out
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"story":"b","outlet":"Gazette","published":"2024-04-03 14:10","body":"x"}\n')
    assert ask(*archive, "import", lines).code == 0
    assert "2024-04-03 14:10 CEST" in ask(*archive, "show", "b").out
