"""An outlet says how it writes; that is used where the copy and the story say nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsroom import Newsroom, open_newsroom
from program import ask
from test_git import Repository
from test_warc import Crawl
from variorum.adapters.collection import log
from variorum.adapters.connect import Connection, connect
from variorum.adapters.eventlog.reader import Placed
from variorum.adapters.exports.register import Issue, enter
from variorum.adapters.verification.archive import verify
from variorum.domain.content import Note
from variorum.domain.errors import NotFoundError, UsageError
from variorum.domain.identity import id_from_url
from variorum.domain.log import Recorded
from variorum.domain.outlet import UNKNOWN, Language, NoticePlace, Settings
from variorum.domain.outlets import DescribeOutlet, describe, described, name_of
from variorum.domain.times import DateOrder

OSLO = Settings("Europe/Oslo", DateOrder.DAY_FIRST)
TEXT = "Ferry stops\n\nThe ferry stopped at noon.\n\nUpdate, 03/04/2024, 14:10: Towed away."


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "stories")


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with open_newsroom() as opened:
        yield opened


def say(
    connection: Connection, name: str | None = None, settings: Settings = UNKNOWN
) -> int | None:
    note = Note(text="described", why="its imprint")
    return describe(connection.archive, DescribeOutlet("gazette", "tester", name, settings, note))


def record(address: str, file: Path, story: str, *more: str) -> str:
    """Records the text as known then; gives when it was published."""
    file.write_text(TEXT)
    archive = ("--archive", address, "record", file, "--format", "json")
    ran = ask(*archive, "--story", story, "--captured", "2024-10-24T08:00Z", *more)
    at: str = ran.json["published"]["at"]
    return at


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


def test_a_story_is_read_as_its_outlet_writes(address: str, tmp_path: Path) -> None:
    """Its day comes first, its time is Oslo's; a story's own zone wins, and what the copy says."""
    here = address, tmp_path / "a.txt"
    gazette, york = ("--outlet", "Gazette"), ("--zone", "America/New_York")
    assert record(*here, "before", *gazette) == "2024-10-24T08:00:00Z"
    with connect(address) as connection:
        say(connection, settings=OSLO)
    assert record(*here, "after", *gazette) == "2024-04-03T12:10:00Z"
    assert record(*here, "own", *gazette, *york) == "2024-04-03T18:10:00Z"
    assert record(*here, "own") == "2024-04-03T18:10:00Z"
    assert record(*here, "before") == "2024-04-03T12:10:00Z"
    assert record(*here, "other", "--outlet", "Elsewhere") == "2024-10-24T08:00:00Z"
    with connect(address) as connection:
        assert connection.archive.story("after").zone == "Europe/Oslo"
        assert connection.archive.show_revision("before", 2)


PARTS = (
    "The ferry stopped at noon, the harbour master said on Thursday.",
    "Update: A third boat is on its way.",
    "Nobody was hurt, and the owner of the ferry said so later.",
    "Update, 03/04/2024, 14:10: Towed away.",
)


def test_a_copy_is_read_as_its_outlet_writes_whatever_brings_it(
    tmp_path: Path, repository: Repository, room: Newsroom
) -> None:
    """Its notices stand at the foot: what is called one above them is text."""
    archive = ("--archive", tmp_path / "archive.db")
    gazette = ("--outlet", "Gazette")
    ask(*archive, "outlet", "gazette", "--zone", "Europe/Oslo", "--date-order", "dmy")
    ask(*archive, "outlet", "gazette", "--notices", "foot")
    body = "".join(f"<p>{part}</p>" for part in PARTS)
    page = f"<html><title>Ferry</title><article><h1>Ferry stops</h1>{body}</article></html>"
    text, url = "\n\n".join(("Ferry stops", *PARTS)), "https://news.example/2024/ferry-1"
    feed = (
        f"<rss><channel><title>News</title><item><title>Ferry stops</title><link>{url}</link>"
        f"<pubDate>24/10/2024 11:12</pubDate><description><![CDATA[{body}]]></description></item>"
        "</channel></rss>"
    )
    plain, marked, saved = (tmp_path / name for name in ("a.txt", "a.html", "feed.xml"))
    for file, said in ((plain, text), (marked, page), (saved, feed)):
        file.write_text(said)
    repository.write(25, ferry=text)
    repository.write(26, ferry=page)
    crawl = Crawl().response(page.encode(), "2024-10-24T10:00:00Z", url).save(tmp_path)
    story = id_from_url(url)
    for command in (
        ("record", plain, "--url", url, "--captured", "2024-10-24T08:00Z"),
        ("record", marked, "--url", url, "--captured", "2024-10-24T09:00Z"),
        ("import", "feed", saved),
        ("import", "warc", crawl),
        ("import", "git", "--story", story, repository.folder / "ferry"),
    ):
        assert ask(*archive, *command, *gazette).code == 0
    room.says("/2024/ferry-1", page, Content_Type="text/html")
    more = ("--once", "--contact", "me@example.org", "--allow-private", "--format", "json")
    watched = ask(*archive, "watch", room.url("/2024/ferry-1"), *more, *gazette).json["story"]
    for each in (story, watched):
        shown = ask(*archive, "show", each, "--format", "json").json
        assert shown["paragraphs"] == list(PARTS[:3])
        assert [notice["at"] for notice in shown["notices"]] == ["2024-04-03T12:10:00Z"]
    told = ask(*archive, "history", story, "--format", "json").json["items"]
    assert [each["revision"] for each in told if each["kind"] == "revision"] == ["r1"]


@pytest.mark.parametrize("zone", [None, "Europe/Oslo"])
def test_a_storys_own_order_of_day_and_month_holds_in_imports(
    tmp_path: Path, repository: Repository, zone: str | None
) -> None:
    """Before that of its outlet, also where the copy says its zone."""
    archive = ("--archive", tmp_path / "archive.db")
    ask(*archive, "outlet", "gazette", "--date-order", "mdy")
    record(str(tmp_path / "archive.db"), tmp_path / "a.txt", "ferry", "--zone", "Europe/Oslo",
           "--date-order", "dmy", "--outlet", "Gazette")  # fmt: skip
    lines = tmp_path / "a.jsonl"
    line = {"story": "ferry", "zone": zone, "published": "05/10/24 14:10", "body": "It sails."}
    lines.write_text(json.dumps(line))
    repository.write(25, ferry="Ferry sails\n\nIt sails.\n\nUpdate, 03/05/2024, 14:10: Repaired.")
    git = ("import", "git", "--story", "ferry", repository.folder / "ferry")
    for command in (("import", lines), git):
        assert ask(*archive, *command).code == 0
    shown = ask(*archive, "show", "ferry", "--at", "2024-10-06", "--format", "json").json
    assert shown["published"]["at"] == "2024-10-05T12:10:00Z"
    (notice,) = ask(*archive, "show", "ferry", "--format", "json").json["notices"]
    assert notice["at"] == "2024-05-03T12:10:00Z"


def test_how_an_outlet_writes_is_read_once_however_much_was_exported(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What others say of it since is known; so is that the database was restored."""
    say(connection, settings=OSLO)
    for _ in range(30):
        export(connection)
    decoded = list[Placed]()

    def counted(placed: Placed) -> Recorded:
        decoded.append(placed)
        return recorded(placed)

    recorded = log._recorded  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(log, "_recorded", counted)
    with connect(connection.database.address) as opened:
        assert opened.archive.settings("gazette") == OSLO
        for number in range(30):
            export(opened)
            if number == 15:
                say(connection, settings=Settings(language=Language.DUTCH))
            dutch = Language.DUTCH if number >= 15 else None
            assert opened.archive.settings("gazette").language == dutch
        with opened.database.write() as cursor:
            if opened.database.dialect == "sqlite":
                cursor.run("drop trigger guard_stream_update")
            cursor.run("update stream set name = 'other' where name = 'collection'")
        assert opened.archive.settings("gazette") == UNKNOWN
    assert len(decoded) < 31 + 30 * 6


def export(connection: Connection) -> None:
    """Enters an export in the register."""
    enter(connection.archive, Issue("jsonl", 1, 1, 1, 1, whole=True))


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
