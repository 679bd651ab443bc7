"""What agencies and researchers hand over: items of ninjs, and the databases of NewsEdits."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from importing import damages, history, imported, items
from program import ask
from variorum.adapters.imports.importer import Bad
from variorum.domain.commands import RecordCopy, Sight
from variorum.domain.content import Article
from variorum.domain.times import iso

ANY_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def first(text: str, hour: int, **more: Any) -> dict[str, Any]:
    """An item as version 1 writes it."""
    return {
        "uri": "urn:agency:ferry",
        "versioncreated": f"2024-10-24T{hour:02d}:00:00Z",
        "headline": "Ferry stops",
        "byline": "Ada Quill",
        "body_html": f"<p>{text}</p><p>Nobody was hurt.</p>",
        "associations": {
            "main": {"type": "picture", "description_text": "The quay.", "byline": "Bo Reed",
                     "renditions": {"web": {"href": "https://news.example/quay.jpg"}}}
        },
        **more,
    }  # fmt: skip


def third(text: str, hour: int, **more: Any) -> dict[str, Any]:
    """The same as version 3 writes it."""
    return {
        "uri": "urn:agency:ferry",
        "versionCreated": f"2024-10-24T{hour:02d}:00:00Z",
        "headlines": [{"value": "Ferry stops"}],
        "by": "Ada Quill",
        "bodies": [
            {"contentType": "text/html", "value": "<p>no</p>"},
            {"contentType": "text/plain", "value": f"{text}\n\nNobody was hurt."},
        ],
        "associations": [
            {"descriptions": [{"value": "The quay."}], "by": "Bo Reed",
             "renditions": [{"href": "https://news.example/quay.jpg"}]}
        ],
        **more,
    }  # fmt: skip


@pytest.mark.parametrize("item", [first, third])
def test_an_item_is_read_whatever_its_version(item: Any, tmp_path: Path) -> None:
    path = tmp_path / "item.json"
    path.write_text(json.dumps(item("It stopped at noon.", 9), indent=1), encoding="utf-8")
    ((_, command),) = items("ninjs", path)
    assert isinstance(command, RecordCopy)
    article = command.article
    assert isinstance(article, Article)
    assert (article.headline, article.byline) == ("Ferry stops", "Ada Quill")
    assert article.paragraphs == ("It stopped at noon.", "Nobody was hurt.")
    (picture,) = article.media
    assert (picture.caption, picture.credit) == ("The quay.", "Bo Reed")
    assert picture.url == "https://news.example/quay.jpg"


def test_a_canceled_item_is_a_withdrawal(tmp_path: Path, archive: Path) -> None:
    lines = [
        first("It stopped at noon.", 9),
        third("It stopped at eleven.", 10),
        third("It stopped at eleven.", 11),
        first("", 12, pubstatus="withheld"),
        third("", 13, pubStatus="canceled"),
        {"uri": "urn:x"},
        {"no": "item"},
    ]
    path = tmp_path / "wire.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n{\n", encoding="utf-8")
    came = imported(archive, path)
    assert (came["revisions"], came["sightings"], came["unreadable"]) == (2, 3, 3), came
    assert [what for _, what, _ in history(archive)] == [
        "r1", "r2", "unchanged", "unreachable", "gone"
    ]  # fmt: skip
    again = imported(archive, path)
    assert (again["revisions"], again["sightings"], again["held"]) == (0, 0, 5)


def test_an_export_is_read_back(tmp_path: Path, archive: Path) -> None:
    """The states that an archive exports as ninjs give the same texts at the same times."""
    path = tmp_path / "wire.json"
    both = [first("It stopped.", 9), first("It sailed.", 10)]
    path.write_text(json.dumps(both), encoding="utf-8")
    imported(archive, path)
    exported = ask("--archive", archive, "export", "--all", "--format", "ninjs")
    (tmp_path / "out.jsonl").write_text(exported.out, encoding="utf-8")
    imported(tmp_path / "b.db", "ninjs", tmp_path / "out.jsonl")
    texts = [text for _, _, text in history(archive)]
    assert [text for _, _, text in history(tmp_path / "b.db")] == texts


HTML, PLAIN, DATA = (
    {"contentType": kind, "value": value}
    for kind, value in (
        ("text/html", "<p>It stopped.</p>"),
        ("text/plain", "It stopped."),
        ("application/json", '{"blocks": ["It stopped."]}'),
    )
)
MAIN = {"role": "main"}
TEASER = {"contentType": "text/plain", "value": "Ferries: all there is to know."}


@pytest.mark.parametrize(
    "bodies",
    [
        [HTML | {"role": "article"}],
        [PLAIN | {"role": "web"}, DATA],
        [DATA | MAIN, HTML | MAIN],
        [DATA, HTML],
        [TEASER | {"role": "teaser"}, HTML | MAIN],
        [TEASER, HTML | MAIN],
        [{"value": "It stopped."}],
        [HTML | MAIN | {"contentType": "html"}],
        [HTML | MAIN | {"contentType": "application/vnd.nitf"}],
    ],
)
def test_the_main_body_is_the_text_or_else_any_that_is_text(
    bodies: list[dict[str, str]], tmp_path: Path
) -> None:
    path = tmp_path / "item.json"
    path.write_text(json.dumps(third("", 9, bodies=bodies)), encoding="utf-8")
    ((_, command),) = items("ninjs", path)
    assert isinstance(command, RecordCopy)
    assert isinstance(command.article, Article)
    assert command.article.paragraphs == ("It stopped.",)


@pytest.mark.parametrize("main", [MAIN, {}])
def test_the_main_headline_is_the_headline(main: dict[str, str], tmp_path: Path) -> None:
    headlines = [{"role": "short", "value": "Ferry"}, {"value": "Ferry stops"} | main]
    path = tmp_path / "item.json"
    path.write_text(json.dumps(third("It did.", 9, headlines=headlines)), encoding="utf-8")
    ((_, command),) = items("ninjs", path)
    assert isinstance(command, RecordCopy)
    assert isinstance(command.article, Article)
    assert command.article.headline == "Ferry stops"


@pytest.mark.parametrize("item", [first, third])
def test_an_item_is_recorded_by_itself_as_it_is_imported(
    item: Any, tmp_path: Path, archive: Path
) -> None:
    path = tmp_path / "item.json"
    path.write_text(json.dumps(item("It stopped at noon.", 9)), encoding="utf-8")
    ran = ask("--archive", archive, "record", path, "--story", "ferry")
    assert (ran.code, ran.out.split(" (")[0]) == (
        0, "ferry r1 recorded, published 2024-10-24 09:00:00 UTC"
    ), ran  # fmt: skip
    imported(archive, "ninjs", path)
    (_, *one), (_, *two) = history(archive)
    assert one == two
    early = ("--captured", "2024-10-24T08:00Z")
    ran = ask("--archive", archive, "record", path, "--story", "quay", *early)
    assert ran.code == 0
    assert "later than the capture" in ran.err
    path.write_text(json.dumps(item("", 9, pubstatus="canceled")), encoding="utf-8")
    ran = ask("--archive", archive, "record", path, "--story", "ferry")
    assert ran.code == 5
    assert "`import ninjs`" in ran.err
    path.write_text(json.dumps([item("It stopped.", 9)]), encoding="utf-8")
    assert ask("--archive", archive, "record", path, "--story", "ferry").code == 5


def newsedits(path: Path, rows: list[tuple[Any, ...]]) -> Path:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "create table entryversion (id integer primary key, entry_id integer, version integer,"
            " created text, title text, url text, num_versions integer, summary text)"
        )
        database.executemany("insert into entryversion values (?, ?, ?, ?, ?, ?, 3, ?)", rows)
    return path


URL = "https://news.example/ferry"
ROWS: list[tuple[Any, ...]] = [
    (1, 7, 0, "2020-01-01 10:00:00", "Ferry stops", URL, "<p>It stopped.</p><p>At noon.</p>"),
    (2, 7, 1, "2020-01-01 11:30:15", "Ferry stops", URL, "<p>It stopped.</p><p>At eleven.</p>"),
    (3, 7, 2, "2020-01-02 09:00:00", "Ferry stops", URL, "<p>It stopped.</p><p>At noon.</p>"),
    (4, 8, 0, "2020-01-02 09:00:00", "Quay", "", "It is closed &amp; dark."),
    (5, 9, 0, "whenever", "Lock", "", "<p>Open.</p>"),
    (6, 9, 1, None, None, None, None),
]


def test_texts_of_newsedits_that_stand_in_blobs_are_texts(tmp_path: Path, archive: Path) -> None:
    blobs = [tuple(each.encode() if isinstance(each, str) else each for each in ROWS[0])]
    path = newsedits(tmp_path / "gazette.db", blobs)
    imported(archive, path, "--zone", "UTC")
    came = imported(archive, newsedits(tmp_path / "b.db", ROWS[:1]), "--zone", "UTC")
    assert (came["code"], came["revisions"], came["held"]) == (0, 0, 1), came
    assert [text for _, _, text in history(archive)] == ["Ferry stops\n\nIt stopped.\n\nAt noon."]


def test_versions_of_newsedits_are_captures(tmp_path: Path, archive: Path) -> None:
    path = newsedits(tmp_path / "gazette.db", ROWS)
    came = imported(archive, path, "--zone", "UTC", "--outlet", "Gazette")
    assert (came["revisions"], came["stories"], came["unreadable"]) == (4, 2, 2), came
    assert [text for _, _, text in history(archive)] == [
        "Ferry stops\n\nIt stopped.\n\nAt noon.",
        "Ferry stops\n\nIt stopped.\n\nAt eleven.",
        "Ferry stops\n\nIt stopped.\n\nAt noon.",
        "Quay\n\nIt is closed & dark.",
    ]
    commands = [command for _, command in items("newsedits", path)]
    assert all(isinstance(command, Bad) for command in commands), "their times have no zone"
    assert imported(archive, path, "--zone", "UTC")["held"] == 4


def test_a_capture_is_not_a_time_of_publication(tmp_path: Path, archive: Path) -> None:
    rows = [(1, 7, 0, "2020-01-01T10:00:00Z", "Ferry stops", URL, "<p>It stopped.</p>")]
    ((_, command),) = items("newsedits", newsedits(tmp_path / "a.db", rows))
    assert isinstance(command, RecordCopy)
    assert command.published is None
    assert iso(command.captured or 0) == "2020-01-01T10:00:00Z"


def test_rows_that_are_not_in_the_file_yet_are_not_passed_over(
    tmp_path: Path, archive: Path
) -> None:
    """SQLite may keep them beside it, and nothing is written where others' files are."""
    path = newsedits(tmp_path / "its.db", ROWS[:1])
    with closing(sqlite3.connect(path)) as database:
        database.execute("pragma journal_mode=wal")
        database.execute("insert into entryversion select 2, 7, 1, created, title, url, 3, 'Two' "
                         "from entryversion")  # fmt: skip
        database.commit()
        (tmp_path / "copy.db").write_bytes(path.read_bytes())
        (tmp_path / "copy.db-wal").write_bytes((tmp_path / "its.db-wal").read_bytes())
    copy = tmp_path / "copy.db"
    ran = ask("--archive", archive, "import", copy, "--zone", "UTC")
    assert ran.code == 5
    assert f"{copy}: rows of it are still in copy.db-wal" in ran.err
    assert ran.out.startswith("0 revisions")
    with closing(sqlite3.connect(copy)) as database:
        database.execute("pragma wal_checkpoint(truncate)")
    assert imported(archive, copy, "--zone", "UTC")["revisions"] == 2


def test_another_database_is_named(tmp_path: Path, archive: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("create table entryversion (a)")
    ran = ask("--archive", archive, "import", path)
    assert ran.code == 5
    assert f"{path}: not a file of NewsEdits" in ran.err


def test_a_folder_may_have_other_databases(tmp_path: Path, archive: Path) -> None:
    """As one of another program's, or another archive: only one that is named is told about."""
    with closing(sqlite3.connect(tmp_path / "bookmarks.db")) as database, database:
        database.execute("create table place (url)")
    for other in (archive, tmp_path / "other.db"):
        assert ask("--archive", other, "init").code == 0
    lines = tmp_path / "lines.jsonl"
    lines.write_text('{"story": "ferry", "captured": "2024-05-01T09:00:00Z", "body": "It sails."}')
    ran = ask("--archive", archive, "import", tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("1 revision ")


NINJS = json.dumps(first("It stopped.", 9)).encode()


@ANY_FOLDER
@given(data=damages(NINJS, b"[" + NINJS + b"," + NINJS + b"]", NINJS + b"\n" + NINJS))
def test_no_bytes_make_the_reader_of_ninjs_fail(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(data)
    for _, command in items("ninjs", path):
        assert isinstance(command, Bad | RecordCopy | Sight)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return newsedits(tmp_path_factory.mktemp("newsedits") / "a.db", ROWS).read_bytes()


@ANY_FOLDER
@given(data=damages(b""), at=damages(b"0123456789"))
def test_no_bytes_make_the_reader_of_newsedits_fail(
    tmp_path: Path, small: bytes, data: bytes, at: bytes
) -> None:
    """Bytes are put into a database, somewhere."""
    place = int.from_bytes(at[:4], "big") % len(small)
    path = tmp_path / "a.db"
    path.write_bytes(small[:place] + data + small[place + len(data) :])
    for _, command in items("newsedits", path):
        assert isinstance(command, Bad | RecordCopy)
