"""Exports: other people's judges accept them, the same request gives the same bytes, nothing leaks.

Histories are drawn into one archive, a story each, with articles as nobody would write them. Some
are then taken down. Every form is written of that and judged.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tracemalloc
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import validators
from program import PROGRAM, ask, environment, run
from strategies import Command, articles, commands
from variorum.adapters.connect import Connection, connect
from variorum.adapters.exports import html, jsonl, ninjs, ocfl, prov, timeline
from variorum.adapters.exports.file import write
from variorum.adapters.exports.folder import check_free, digest_of, whole_folder
from variorum.adapters.exports.register import enter, issue_of
from variorum.adapters.exports.selection import Selection
from variorum.adapters.exports.states import State, states
from variorum.adapters.exports.text import text
from variorum.adapters.key_files import make_key
from variorum.domain.asof import InForce, Outcome
from variorum.domain.bulk import Bulk
from variorum.domain.commands import AttachNote, Opening, RecordCopy, Redate, Sight
from variorum.domain.content import Article, ContentKind, ErasedPart, Media, Note, PrintedNotice
from variorum.domain.errors import ConflictError, NotFoundError, StorageError, UsageError
from variorum.domain.events import ExportIssued
from variorum.domain.streams import COLLECTION_STREAM
from variorum.domain.takedown import Erase, Restore, Restrict
from variorum.domain.times import HOUR, MINUTE, Basis, Precision, PublishedTime, iso

WHY = Note(text="asked to", why="a name", authority="the editor")
FORMATS = ("jsonl", "csv", "timeline", "ninjs", "html", "prov", "ocfl")
WITH_CONTENT = tuple(name for name in FORMATS if name not in ("timeline", "prov"))
AT = 1_709_280_000_000_000  # 2024-03-01T08:00:00Z
NASTY = '</p><script>alert("&amp;")</script>\x00\x1b[31m\ufffe\U0001ffff\x85\r\n]]>=1+1'


def no_archives(_: Path) -> bool:
    """That no archive is open: no file is its own."""
    return False


def tell(connection: Connection, story: str, history: list[Command], drawn: list[Article]) -> None:
    """Does to a story what can be done of a history, with other articles in its copies."""
    archive, given_ = connection.archive, iter(drawn)
    for command in history:
        command = replace(command, story=story)
        try:
            match command:
                case RecordCopy():
                    archive.record(replace(command, article=next(given_, command.article)))
                case Sight():
                    archive.sight(command)
                case Redate():
                    archive.redate(command)
                case AttachNote():
                    archive.note(command)
        except NotFoundError:
            continue


def take_down(connection: Connection) -> None:
    """Restricts and erases some of everything, in every third story."""
    archive = connection.archive
    for number, entry in enumerate(list(archive.listed(archive.known(None)))):
        if number % 3 or not archive.state(entry.id).revisions:
            continue
        if number % 2:
            archive.restrict(Restrict(entry.id, "tester", WHY, None if number % 4 == 1 else 1))
        else:
            archive.erase(Erase(entry.id, "tester", WHY, ErasedPart.REVISION, 1))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """An archive of drawn histories, some of it taken down."""
    with connect(str(tmp_path_factory.mktemp("drawn") / "archive.db"), create=True) as connection:
        numbers = iter(range(1_000))

        @settings(max_examples=45, database=None)
        @given(commands("story").filter(bool), st.lists(articles(), max_size=6))
        def draw(history: list[Command], texts: list[Article]) -> None:
            tell(connection, f"Ärger.{next(numbers)}", history, texts)

        draw()
        take_down(connection)
        assert sum(1 for _ in connection.archive.listed(connection.archive.known(None))) >= 10
        yield connection


def all_of(connection: Connection, known: str | None = None, **more: Any) -> Selection:
    """Every story, or what else is said."""
    return Selection((), more.pop("at", None), connection.archive.known(known), **more)


def record(connection: Connection, story: str, at: int, article: Article) -> None:
    """Records what a story said from an instant on."""
    from variorum.domain.times import Basis, Precision, PublishedTime

    published = PublishedTime(at, at, at + MINUTE, Precision.MINUTE, Basis.STATED)
    opening = Opening(outlet="example")
    connection.archive.record(
        RecordCopy(story, "tester", article, published, captured=at + HOUR, opening=opening)
    )


@pytest.fixture
def ferry(tmp_path: Path) -> Iterator[Connection]:
    """One story, three revisions, an hour apart; the first at `AT`."""
    with connect(str(tmp_path / "archive.db"), create=True) as connection:
        for hour, words in enumerate(("sails", "is late", "is lost")):
            article = Article(headline=f"The ferry {words}", paragraphs=(f"It {words}.",))
            record(connection, "ferry", AT + hour * HOUR, article)
        yield connection


# What the judges say.


def test_any_history_is_a_storage_root(drawn: Connection, tmp_path: Path) -> None:
    """Every story an object, whatever its id, and its texts, and what of it was taken down."""
    with whole_folder(str(tmp_path / "root"), no_archives) as draft:
        ocfl.fill(drawn.archive, all_of(drawn), draft)
    validators.accepts_ocfl(tmp_path / "root")


def test_any_history_has_a_provenance(drawn: Connection, tmp_path: Path) -> None:
    """And it is the same when `prov` has read it and written it again."""
    path = tmp_path / "prov.json"
    path.write_bytes(b"".join(prov.document(drawn.archive, all_of(drawn))))
    validators.accepts_prov(path)


def test_any_history_is_a_page(drawn: Connection, tmp_path: Path) -> None:
    """Without an error that a strict reader finds, and without a script."""
    path = tmp_path / "page.html"
    path.write_bytes(html.page(states(drawn.archive, all_of(drawn)), 1))
    validators.accepts_html(path)
    assert b"<script" not in path.read_bytes()


def test_any_state_is_an_item(drawn: Connection) -> None:
    """Of ninjs 3.1; with a body, unless the text was taken down."""
    for state in states(drawn.archive, all_of(drawn)):
        item = ninjs.item(state)
        validators.accepts_ninjs_item(item)
        if isinstance(state, State):
            assert (item["pubStatus"] == "usable") == (state.chosen.article is not None)
        assert ("bodies" in item) == (item["pubStatus"] == "usable")


def test_any_history_is_a_table(drawn: Connection) -> None:
    """Rows are in order of the newsroom's clock, and none of their cells is a formula."""
    rows = list(
        csv.DictReader(io.StringIO(b"".join(timeline.lines(drawn.archive, all_of(drawn))).decode()))
    )
    assert [row["at"][:19] for row in rows] == sorted(row["at"][:19] for row in rows)
    positions = [int(row["position"]) for row in rows]
    log = drawn.log.after(0, 10**6, drawn.log.head().position)
    told = [each.position for each in log if each.event.originator_id != COLLECTION_STREAM]
    assert sorted(positions) == told
    assert not any(cell[:1] in tuple("=+-@\t\r") for row in rows for cell in row.values() if cell)


# The same again.


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_request_gives_the_same_bytes(
    ferry: Connection, format: str, tmp_path: Path
) -> None:
    """As known by the same position, whatever was recorded since, and however often it is asked."""
    archive = ferry.database.name
    known = f"#{ferry.log.head().position}"
    asked = ("export", "ferry", "--known-at", known, "--format", format, "-o")
    assert ask("--archive", archive, *asked, tmp_path / "one").code == 0
    record(ferry, "ferry", AT + 3 * HOUR, Article(paragraphs=("It was found.",)))
    assert ask("--archive", archive, *asked, tmp_path / "two").code == 0
    assert everything_in(tmp_path / "one") == everything_in(tmp_path / "two")


def everything_in(path: Path) -> dict[str, bytes]:
    """The files at a path, by name."""
    if path.is_file():
        return {"": path.read_bytes()}
    return {
        str(each.relative_to(path)): each.read_bytes() for each in path.rglob("*") if each.is_file()
    }


# A moment, a period.


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, [1, 2, 3]),
        (AT + HOUR // 2, None, [1, 2, 3]),
        (AT + HOUR, None, [2, 3]),
        (None, AT + HOUR - 1, [1]),
        (AT + HOUR // 2, AT + HOUR, [1, 2]),
        (AT - HOUR, AT - 1, []),
        (AT + 5 * HOUR, AT + 6 * HOUR, [3]),
    ],
)
def test_a_period_has_what_was_in_force_in_it(
    ferry: Connection, since: int | None, until: int | None, expected: list[int]
) -> None:
    """The one in force at its beginning, and all that came out until its end, both in it."""
    begins, ends = (None if t is None else iso(t) for t in (since, until))
    found = list(states(ferry.archive, all_of(ferry, since=begins, until=ends)))
    assert [state.chosen.revision.number for state in found if isinstance(state, State)] == expected


def test_a_period_tells_of_no_sighting_beyond_it(ferry: Connection) -> None:
    """Whoever imports it is not told that a story was gone, before or long after."""
    for hours, outcome in ((-1, Outcome.GONE), (1, Outcome.MISSING), (9, Outcome.GONE)):
        ferry.archive.sight(Sight("ferry", "tester", AT + hours * HOUR, outcome))
    period = all_of(ferry, since=iso(AT), until=iso(AT + 2 * HOUR))
    told = [json.loads(line) for line in jsonl.lines(ferry.archive, period)]
    assert [line.get("status", "present") for line in told] == [*["present"] * 3, "missing"]


def test_a_period_has_no_more_than_its_moments(drawn: Connection) -> None:
    """What is in force at a moment of a period is in it; the shortest period is a moment."""
    for entry in drawn.archive.listed(drawn.archive.known(None)):
        state = drawn.archive.state(entry.id)
        for at in {dating.published.at for dating in state.datings}:
            answer = state.as_of(at, drawn.log.head().position)
            one = Selection((entry.id,), None, drawn.archive.known(None), iso(at), iso(at))
            found = [s for s in states(drawn.archive, one) if isinstance(s, State)]
            numbers = {each.chosen.revision.number for each in found}
            assert not isinstance(answer, InForce) or answer.dating.revision in numbers


@pytest.mark.parametrize(
    "asked",
    [
        ("--at", "2024-03-01T09:00Z", "--from", "2024-03-01T08:00Z"),
        ("--from", "2024-03-02T08:00Z", "--to", "2024-03-01T08:00Z"),
        ("--format", "ocfl"),
        ("--to", "soon"),
    ],
)
def test_what_cannot_be_meant_is_refused(ferry: Connection, asked: tuple[str, ...]) -> None:
    """A moment and a period at once, a period that ends before it begins, a folder on stdout."""
    ran = ask("--archive", ferry.database.name, "export", "ferry", *asked)
    assert ran.code == 2, ran
    assert not ran.out
    assert registered(ferry) == []


# What is in a state.


def test_an_item_says_what_an_editor_needs(tmp_path: Path) -> None:
    """Version, times, byline, caption and credit, notices; and no rights that nobody stated."""
    article = Article(
        headline="Cranes & ferries",
        byline="By Ada Quill",
        paragraphs=("One <b>bold</b> word.", "Two."),
        media=(Media(caption="A crane", credit="Photo: Quill", url="https://example.org/1.jpg"),),
        notices=(PrintedNotice("Correction: not cranes."),),
    )
    with connect(str(tmp_path / "archive.db"), create=True) as connection:
        record(connection, "ferry", AT, article)
        (state,) = states(connection.archive, all_of(connection))
        item = ninjs.item(state)
    assert (item["version"], item["pubStatus"], item["by"]) == ("1", "usable", "By Ada Quill")
    assert item["firstCreated"] == item["versionCreated"] == "2024-03-01T08:00:00Z"
    assert item["headlines"] == [{"value": "Cranes & ferries"}]
    plain, marked = item["bodies"]
    assert plain["value"] == "One <b>bold</b> word.\n\nTwo."
    assert "<p>One &lt;b&gt;bold&lt;/b&gt; word.</p>" in marked["value"]
    assert "Correction: not cranes." in item["edNote"]
    (picture,) = item["associations"]
    assert picture["by"] == "Photo: Quill"
    assert picture["descriptions"] == [{"role": "caption", "value": "A crane"}]
    assert picture["renditions"][0]["href"] == "https://example.org/1.jpg"
    assert not {"copyrightHolder", "copyrightNotice", "usageTerms"} & set(item)


def test_a_story_that_is_gone_is_a_canceled_item(ferry: Connection) -> None:
    """After its last revision; and it is usable at a moment before that."""
    from variorum.domain.asof import Outcome

    ferry.archive.sight(Sight("ferry", "tester", AT + 9 * HOUR, Outcome.GONE))
    *_, last = [ninjs.item(state) for state in states(ferry.archive, all_of(ferry))]
    assert (last["pubStatus"], last["version"]) == ("canceled", "3")
    assert "2024-03-01T17:00:00Z" in last["edNote"]
    (then,) = states(ferry.archive, all_of(ferry, at=iso(AT)))
    assert ninjs.item(then)["pubStatus"] == "usable"


def test_a_restricted_state_is_withheld_until_then(ferry: Connection) -> None:
    """Its text is in no form; what it is and until when it is hidden is."""
    until = ferry.archive.now() + 24 * HOUR
    ferry.archive.restrict(Restrict("ferry", "tester", WHY, revision=2, until=until))
    found = list(states(ferry.archive, all_of(ferry)))
    item = ninjs.item(found[1])
    assert (item["pubStatus"], item["embargoedUntil"]) == ("withheld", iso(until))
    for written in (text(found[1]), html.page(found, 1), json.dumps(item).encode()):
        assert b"is late" not in written
    validators.accepts_ninjs_item(item)


@pytest.mark.parametrize("format", FORMATS)
def test_what_was_erased_is_in_no_new_export(
    ferry: Connection, format: str, tmp_path: Path
) -> None:
    """Also not as known before the erasure; that it was erased is."""
    known = f"#{ferry.log.head().position}"
    canary = "cormorant"
    record(ferry, "ferry", AT + 3 * HOUR, Article(canary, f"By {canary}", None, (canary, "b")))
    known_later = f"#{ferry.log.head().position}"
    ferry.archive.erase(Erase("ferry", "tester", WHY, ErasedPart.REVISION, 4))
    for number, at in enumerate((known, known_later, None)):
        out = tmp_path / str(number)
        asked = ("--known-at", at) if at else ()
        asked = (*asked, "--format", format, "-o", str(out))
        ran = ask("--archive", ferry.database.name, "export", "--all", *asked)
        assert ran.code == 0, ran
        for data in everything_in(out).values():
            assert canary.encode() not in data
    if format in ("timeline", "prov", "html", "ninjs", "ocfl"):
        said = b"".join(everything_in(tmp_path / "2").values()).lower()
        assert b"erased" in said


def test_nothing_in_a_text_is_markup(tmp_path: Path) -> None:
    """Wherever it stands it is escaped, and controls that HTML has no place for are replaced."""
    media = (Media(caption=NASTY, credit=NASTY, title=NASTY, url=NASTY),)
    article = Article(NASTY, NASTY, NASTY, (NASTY,), media, (PrintedNotice(NASTY),))
    with connect(str(tmp_path / "archive.db"), create=True) as connection:
        record(connection, "ferry", AT, article)
        found = list(states(connection.archive, all_of(connection)))
        page = html.page(found, 1)
        assert b"<script" not in page
        assert b"\x00" not in page
        assert b"\x1b" not in page
        (tmp_path / "page.html").write_bytes(page)
        validators.accepts_html(tmp_path / "page.html")
        item = ninjs.item(found[0])
        validators.accepts_ninjs_item(item)
        assert "<script" not in item["bodies"][1]["value"]
        assert item["headlines"][0]["value"] == NASTY


def test_a_page_needs_nothing_from_elsewhere(drawn: Connection) -> None:
    """No address is fetched: there are links within it only, and its policy names its own style."""
    page = html.page(states(drawn.archive, all_of(drawn)), 1).decode()
    assert not re.search(r'\b(src|srcset|action|data)="', page)
    assert all(target.startswith("#") for target in re.findall(r'href="([^"]*)"', page))
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    import base64

    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page


def test_show_writes_a_page_and_an_item(ferry: Connection, tmp_path: Path) -> None:
    """The same as an export of that moment."""
    archive = ferry.database.name
    at = ("--at", iso(AT + HOUR))
    shown = ask("--archive", archive, "show", "ferry", *at, "--format", "ninjs")
    exported = ask("--archive", archive, "export", "ferry", *at, "--format", "ninjs")
    assert shown.json == exported.json
    page = ask("--archive", archive, "show", "ferry@r2", "--format", "html")
    (tmp_path / "page.html").write_text(page.out)
    validators.accepts_html(tmp_path / "page.html")
    assert "The ferry is late" in page.out


# The storage root.


def test_every_version_of_an_object_is_a_revision(ferry: Connection, tmp_path: Path) -> None:
    """In order of recording: its text, and the exact lines of the log since the one before."""
    with whole_folder(str(tmp_path / "root"), no_archives) as draft:
        ocfl.fill(ferry.archive, all_of(ferry), draft)
    folder = tmp_path / "root" / ocfl.object_path("urn:variorum:story/ferry")
    inventory = json.loads((folder / "inventory.json").read_bytes())
    assert list(inventory["versions"]) == ["v1", "v2", "v3"]
    lines = list(ferry.log.lines(ferry.log.head().position))
    logged: list[bytes] = []
    for name, version in inventory["versions"].items():
        files = {
            path: (folder / inventory["manifest"][digest][0]).read_bytes()
            for digest, paths in version["state"].items()
            for path in paths
        }
        logs = sorted((path for path in files if path.startswith("log/")), key=_position_of)
        assert set(files) - set(logs) == {"article.json", "article.txt"}
        kept = files[logs[-1]].splitlines()
        logged += kept
        assert json.loads(kept[-1])["data"]["revision"] == int(name[1:])
        assert version["user"]["name"] == "tester"
        if name == "v3":  # the last one has the log as a whole
            assert b"".join(files[path] for path in logs).splitlines() == logged
        else:
            assert len(logs) == 1
    assert logged == [line for line in lines if json.loads(line)["stream"] == "story/ferry"]


def _position_of(path: str) -> int:
    return int(path.removeprefix("log/").removesuffix(".jsonl"))


def test_an_object_does_not_grow_with_the_square_of_its_versions(tmp_path: Path) -> None:
    """No line of the log is stored twice, and a long object has one inventory, in two places."""
    sizes = list[int]()
    for count in (2, 4):
        with connect(str(tmp_path / f"{count}.db"), create=True) as connection:
            for number in range(count * ocfl.INVENTORIES + 1):
                said = Article(headline=f"Said {number:04}")
                at = AT + number * HOUR
                connection.archive.record(RecordCopy("ferry", "tester", said, captured=at))
            with whole_folder(str(tmp_path / f"root{count}"), no_archives) as draft:
                ocfl.fill(connection.archive, all_of(connection), draft)
        root = tmp_path / f"root{count}"
        assert len(list(root.rglob("inventory.json"))) == 2
        sizes.append(sum(path.stat().st_size for path in root.rglob("*") if path.is_file()))
    assert sizes[1] < 2.1 * sizes[0]


def test_an_object_has_no_line_under_another_position(ferry: Connection, tmp_path: Path) -> None:
    """Where an event is lost, nothing is written: of any story, or of the one that is asked for."""
    record(ferry, "harbour", AT, Article(headline="The harbour opens"))
    with ferry.database.write() as cursor:
        cursor.run("drop trigger guard_event_delete")
        cursor.run("delete from event where position = 3")
    asked = ("--archive", ferry.database.name, "export", "--format", "ocfl", "-o", tmp_path / "out")
    for stories, lost in (("--all", "position 3"), ("ferry", "version 1 of story/ferry")):
        ran = ask(*asked, stories)
        assert (ran.code, (tmp_path / "out").exists()) == (6, False)
        assert f"{lost} is missing" in ran.err
    assert ask(*asked, "harbour").code == 0
    (logged,) = (tmp_path / "out").rglob("log/*.jsonl")
    positions = [json.loads(line)["position"] for line in logged.read_bytes().splitlines()]
    assert positions == [6, 7]
    assert logged.name == "7.jsonl"


# What is in memory.

PAGES = 700_000
"""Bytes that the pages take in which the catalogue and the log are read."""


def of_many(path: Path, stories: int) -> Connection:
    """An archive of as many stories, of two revisions each."""
    connection = connect(str(path), create=True)
    archive = connection.archive
    with Bulk(archive.log, archive.contents, archive.salts, ahead=None) as bulk:
        for number in range(2 * stories):
            said, at = Article(headline=f"Said {number}"), AT + number * MINUTE
            bulk.take(RecordCopy(f"s{number // 2}", "tester", said, captured=at))
    return connection


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    """Neither where rows are put in order, nor with the files of a folder."""

    def tell(connection: Connection) -> None:
        deque(timeline.lines(connection.archive, all_of(connection)), 0)

    def store(connection: Connection) -> None:
        root = tmp_path / "stored"
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        ocfl.fill(connection.archive, all_of(connection), root)

    def settle(connection: Connection) -> None:
        with whole_folder(str(tmp_path / "settled"), no_archives) as draft:
            (tmp_path / "stored").rename(draft / "root")
            digest_of(draft)
        shutil.rmtree(tmp_path / "settled")

    with of_many(tmp_path / "few", 150) as few, of_many(tmp_path / "many", 600) as many:
        peaks: dict[str, list[int]] = {}
        for connection in (many, few, many):  # at first, what is kept in any case is made
            for work in (tell, store, settle):
                tracemalloc.start()
                work(connection)
                peaks.setdefault(work.__name__, []).append(tracemalloc.get_traced_memory()[1])
                tracemalloc.stop()
    assert all(more < less + PAGES for _, less, more in peaks.values()), peaks


# The register.


def registered(connection: Connection) -> list[ExportIssued]:
    """What the register of exports says."""
    log = connection.log.stream(COLLECTION_STREAM, connection.log.head().position)
    return [each.event for each in log if isinstance(each.event, ExportIssued)]


def holdings(connection: Connection, issued: ExportIssued) -> Any:
    """What an export holds, by the register."""
    assert issued.held is not None
    held = connection.archive.contents.held(COLLECTION_STREAM, ContentKind.HOLDINGS, issued.held)
    assert held is not None
    return json.loads(held.data)


def test_what_leaves_the_archive_is_registered(ferry: Connection, tmp_path: Path) -> None:
    """With what it holds and the digest of the file; what is hidden is not in it."""
    position = ferry.log.head().position
    ferry.archive.restrict(Restrict("ferry", "tester", WHY, revision=2))
    out = tmp_path / "out"
    asked = ("export", "ferry", "--known-at", f"#{position}", "--format", "html", "-o", out)
    assert ask("--archive", ferry.database.name, "--actor", "clerk", *asked).code == 0
    (issued,) = registered(ferry)
    assert (issued.format, issued.actor, issued.position) == ("html", "clerk", position)
    assert (issued.stories, issued.revisions, issued.whole) == (1, 2, False)
    assert issued.digest == hashlib.sha256(out.read_bytes()).hexdigest()
    assert holdings(ferry, issued) == {"ferry": [1, 3]}


def test_a_whole_export_needs_no_list(ferry: Connection, tmp_path: Path) -> None:
    """And each entry finds the list of its own, after others without one."""
    archive = ferry.database.name
    assert ask("--archive", archive, "export", "--all", "-o", tmp_path / "a").code == 0
    assert ask("--archive", archive, "export", "ferry").code == 0
    assert ask("--archive", archive, "export", "ferry", "--at", iso(AT)).code == 0
    whole, stream, moment = registered(ferry)
    assert (whole.whole, whole.held) == (True, None)
    assert whole.digest is not None
    assert holdings(ferry, stream) == {"ferry": [1, 2, 3]}
    assert holdings(ferry, moment) == {"ferry": [1]}
    assert stream.digest is None


@pytest.mark.parametrize("format", FORMATS)
def test_only_content_is_registered(ferry: Connection, format: str, tmp_path: Path) -> None:
    """A form of times and digests only hands out nothing that would ever have to be erased."""
    asked = ("export", "--all", "--format", format, "-o", tmp_path / "out")
    assert ask("--archive", ferry.database.name, *asked).code == 0
    assert [issued.format for issued in registered(ferry)] == [format] * (format in WITH_CONTENT)
    if format not in WITH_CONTENT:
        assert b"ferry is" not in (tmp_path / "out").read_bytes()


def test_the_digest_of_a_folder_is_that_of_its_list(ferry: Connection, tmp_path: Path) -> None:
    """Which `sha256sum` makes too."""
    out = tmp_path / "root"
    asked = ("export", "--all", "--format", "ocfl", "-o", out)
    assert ask("--archive", ferry.database.name, *asked).code == 0
    command = "find . -type f | sed 's|^./||' | LC_ALL=C sort | xargs sha256sum | sha256sum"
    listed = subprocess.run(
        ["sh", "-c", command], cwd=out, capture_output=True, text=True, check=True
    )
    (issued,) = registered(ferry)
    assert issued.digest == listed.stdout.split()[0] == digest_of(out)


def test_an_archive_that_cannot_be_written_hands_out_only_when_told(
    ferry: Connection, tmp_path: Path
) -> None:
    """Otherwise nothing is written, and the message says how."""
    ferry.close()
    folder = tmp_path / "read-only"
    folder.mkdir()
    archive = folder / "archive.db"
    shutil.copy(tmp_path / "archive.db", archive)
    with sqlite3.connect(archive) as file:
        file.execute("pragma journal_mode = delete")
    file.close()
    archive.chmod(0o444)
    folder.chmod(0o555)
    try:
        for out in ("-", str(tmp_path / "out")):
            ran = unprivileged("--archive", str(archive), "export", "--all", "-o", out)
            assert (ran.returncode, ran.stdout) == (6, "")
            assert "--unregistered" in ran.stderr
        assert not (tmp_path / "out").exists()
        ran = unprivileged("--archive", str(archive), "export", "--all", "--unregistered")
        assert (ran.returncode, len(ran.stdout.splitlines())) == (0, 3)
    finally:
        folder.chmod(0o755)


def unprivileged(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the program so that modes of files count, also where the tests are root's."""
    program = [str(PROGRAM)]
    if os.getuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("root may write everywhere, and nothing here can take that away")
        program = [setpriv, "--inh-caps=-all", "--bounding-set=-all", *program]
    return subprocess.run(
        [*program, *arguments], capture_output=True, text=True, env=environment(), check=False
    )


def test_a_role_that_can_only_read_hands_out_only_when_told(postgres_url: str) -> None:
    """As on SQLite: the register would not know."""
    with connect(postgres_url, create=True) as connection:
        record(connection, "ferry", AT, Article(paragraphs=("It sails.",)))
    more = "options=-c%20default_transaction_read_only%3Don"
    read_only = f"{postgres_url}{'&' if '?' in postgres_url else '?'}{more}"
    ran = ask("--archive", read_only, "export", "--all")
    assert (ran.code, ran.out) == (6, "")
    assert "--unregistered" in ran.err
    ran = ask("--archive", read_only, "export", "--all", "--unregistered")
    assert (ran.code, len(ran.objects)) == (0, 1)


def test_a_story_that_is_not_there_is_not_registered(ferry: Connection) -> None:
    ran = ask("--archive", ferry.database.name, "export", "ferry", "nowhere")
    assert (ran.code, ran.out) == (3, "")
    assert registered(ferry) == []


def test_what_is_taken_down_meanwhile_is_not_handed_out(ferry: Connection, tmp_path: Path) -> None:
    """An export that was being read when something was erased comes to nothing."""
    archive = ferry.archive
    issue = issue_of(archive, all_of(ferry), "html")

    def chunks() -> Iterator[bytes]:
        yield html.page(states(archive, all_of(ferry)), 1)
        archive.erase(Erase("ferry", "tester", WHY, ErasedPart.REVISION, 2))

    settled = partial(enter, archive, issue)
    with pytest.raises(ConflictError, match="taken down"):
        write(str(tmp_path / "out"), chunks(), no_archives, settled)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("how", ["lapses", "is lifted"])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("file", [True, False])
def test_what_may_be_read_only_meanwhile_is_not_handed_out_unregistered(
    tmp_path: Path, how: str, whole: bool, file: bool
) -> None:
    """A restriction that ends while an export is read still holds for it."""
    clock = [AT]
    with connect(str(tmp_path / "a.db"), create=True, now=lambda: clock[0]) as connection:
        connection.archive.record(RecordCopy("crane", "t", Article(headline="One"), captured=AT))
        until = AT + MINUTE if how == "lapses" else None
        connection.archive.restrict(Restrict("crane", "tester", WHY, None, until))
        handing = connection.archive.to_hand_out()
        stories = () if whole else ("crane",)
        wanted = Selection(stories, None, connection.archive.known(None))
        issue = issue_of(handing, wanted, "jsonl")
        if not file:
            enter(handing, issue)
        clock[0] += HOUR
        if how == "is lifted":
            connection.archive.restore(Restore("crane", "tester", WHY))
        said = b"".join(jsonl.lines(handing, wanted))
        if file:
            enter(handing, issue, "0" * 64)
        assert b"One" not in said
        connection.archive.show("crane")
        handing = connection.archive.to_hand_out()
        assert b"One" in b"".join(jsonl.lines(handing, wanted))


# Folders.


def half_written(target: Path, trouble: BaseException) -> None:
    """Begins a folder, and comes to grief."""
    with whole_folder(str(target), no_archives) as draft:
        (draft / "deep").mkdir()
        (draft / "deep" / "file").write_text("half")
        raise trouble


def test_a_folder_is_whole_or_not_there(tmp_path: Path) -> None:
    """Whatever goes wrong on the way; and nothing is left beside it."""
    target = tmp_path / "root"
    for trouble in (KeyboardInterrupt(), OSError(28, "No space left on device"), ValueError()):
        with pytest.raises((KeyboardInterrupt, StorageError, ValueError)):
            half_written(target, trouble)
        assert list(tmp_path.iterdir()) == []
    target.mkdir()
    with whole_folder(str(target), no_archives) as draft:
        (draft / "file").write_text("whole")
    assert [path.name for path in tmp_path.iterdir()] == ["root"]
    assert (target / "file").read_text() == "whole"


@pytest.mark.parametrize("kind", ["full", "file", "link", "no parent", ""])
def test_what_is_there_is_not_written_over(ferry: Connection, tmp_path: Path, kind: str) -> None:
    """A folder with something in it, a file, a link, a place that is not there."""
    target = tmp_path / "there"
    match kind:
        case "full":
            target.mkdir()
            (target / "precious").write_text("precious")
        case "file":
            target.write_text("precious")
        case "link":
            (tmp_path / "elsewhere").mkdir()
            target.symlink_to(tmp_path / "elsewhere")
        case "no parent":
            target = target / "below"
        case _:
            pass
    before = sorted(map(str, tmp_path.rglob("*")))
    out = target if kind else ""
    ran = ask("--archive", ferry.database.name, "export", "--all", "--format", "ocfl", "-o", out)
    assert ran.code == 6, ran
    assert len(ran.err.splitlines()) == 1
    assert sorted(map(str, tmp_path.rglob("*"))) == before
    assert registered(ferry) == []


def test_an_empty_folder_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    check_free(str(tmp_path / "empty"), no_archives)
    with pytest.raises(StorageError):
        check_free(str(tmp_path), no_archives)


def test_a_moment_and_a_period_exclude_each_other(ferry: Connection) -> None:
    with pytest.raises(UsageError):
        all_of(ferry, at=iso(AT), until=iso(AT))


def test_an_empty_archive_is_handed_over_too(tmp_path: Path) -> None:
    """Each form of nothing is one that its judge accepts."""
    archive = tmp_path / "archive.db"
    assert run("--archive", archive, "init", "--key", tmp_path / "key").code == 0
    for format in FORMATS:
        out = tmp_path / format
        assert ask("--archive", archive, "export", "--all", "--format", format, "-o", out).code == 0
    validators.accepts_html(tmp_path / "html")
    validators.accepts_prov(tmp_path / "prov")
    validators.accepts_ocfl(tmp_path / "ocfl")


def test_only_files_are_written_over(tmp_path: Path) -> None:
    """A pipe or a device stays what it is; a link still leads to what it led to."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with pytest.raises(StorageError, match="no file"):
        write(str(tmp_path / "pipe"), [b"text"], no_archives)
    assert (tmp_path / "pipe").is_fifo()
    for said in (b"one", b"two"):
        write(str(tmp_path / "link"), [said], no_archives)
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "file").read_bytes() == said


@pytest.mark.parametrize("passphrase", [None, "a long one"])
def test_no_archive_and_no_key_is_written_over(tmp_path: Path, passphrase: str | None) -> None:
    """Not the one that is handed out, nor any other; by its own name, or by a link's."""
    archive, key = tmp_path / "archive.db", tmp_path / "archive.db.main.key"
    with connect(str(archive), create=True) as connection:
        make_key("port.example/log", key, passphrase)
        (tmp_path / "archive.db.main.key.signed").write_text("what was signed last")
        (tmp_path / "link").symlink_to(archive)
        connection.archive.record(RecordCopy("crane", "t", Article(headline="One"), captured=AT))
        for precious in [*tmp_path.iterdir()]:
            before = precious.read_bytes()
            for command in (("export", "--all"), ("export", "--all", "--with-content")):
                ran = ask("--archive", archive, *command, "-o", precious)
                assert (ran.code, len(ran.err.splitlines())) == (6, 1), ran
            if not precious.name.endswith("-shm"):  # which readers write, too
                assert precious.read_bytes() == before
        assert connection.archive.show("crane").article == Article(headline="One")


@pytest.mark.parametrize(
    "command",
    [
        ("export", "--all", "-o", "{}"),
        ("export", "--all", "--format", "html", "-o", "{}"),
        ("export", "--all", "--with-content", "-o", "{}"),
        ("export", "--all", "--format", "ocfl", "-o", "{}"),
        ("export", "--all", "--format", "bag", "-o", "{}"),
        ("checkpoint", "-o", "{}"),
        ("prove", "crane@r1", "-o", "{}"),
        ("prove", "--from", "2", "--to", "3", "-o", "{}"),
        ("checkpoint", "--key", "{}"),
        ("rotate-key", "--key", "{}"),
        ("export", "--all", "--format", "bag", "--key", "{}", "-o", "bag"),
        ("verify", "--tsa-root", "{}"),
        ("import", "backup", "{}"),
        ("init", "--key", "{}"),
    ],
    ids=" ".join,
)
def test_no_command_opens_the_archives_own_files_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """Whatever they are called, nor puts anything where a log would be. Had one been opened and
    closed again, the next process would take itself for the last one, and remove the log.
    """
    monkeypatch.chdir(tmp_path)
    archive = tmp_path / "archive.db"
    for made in (("init",), ("checkpoint",)):
        assert ask("--archive", archive, *made).code == 0
    with connect(str(archive)) as connection:
        connection.archive.record(RecordCopy("crane", "t", Article(headline="One"), captured=AT))
        (tmp_path / "link.db").symlink_to(archive)
        (tmp_path / "other.db").hardlink_to(archive)
        before = sorted(tmp_path.iterdir())
        own = [f"archive.db{ending}" for ending in ("", "-wal", "-shm", "-journal")]
        for name in (*own, "link.db", "other.db"):
            ran = ask("--archive", archive, *(part.format(name) for part in command))
            codes = (5,) if "--key" in command else (5, 6)
            assert (ran.code in codes, len(ran.err.splitlines())) == (True, 1), (name, ran)
            assert sorted(tmp_path.iterdir()) == before, name
        if command == ("export", "--all", "-o", "{}"):  # what is beside it is looked at, too
            for name in ("other.db-journal", "archive.db.signed"):
                ask("--archive", archive, "export", "--all", "-o", name)
        assert run("--archive", archive, "note", "crane", "Seen.").code == 0
        assert Path(f"{archive}-wal").exists()
        connection.archive.record(RecordCopy("quay", "t", Article(headline="Two"), captured=AT))
    stats = ask("--archive", archive, "stats", "--format", "json").json
    assert stats["stories"] == 2


def test_what_a_page_says_of_its_times_goes_through_jsonl_and_back(tmp_path: Path) -> None:
    """Severity, labels, times that disagree and dated items; none is lost on the way."""
    page = tmp_path / "page.html"
    page.write_text(
        '<html><head><meta property="article:published_time" content="2024-10-24T13:40:05Z">'
        "</head><body><article><h1>CORRECTED-Storm nears the coast</h1>"
        "<p>The storm nears the coast, and ferries are cancelled until noon on Friday.</p>"
        "<p>6:42 a.m. ET Oct. 24: Ferries to both islands are cancelled until noon.</p>"
        "<p>6:02 a.m. ET Oct. 24: Two roads are under water near the old mill.</p>"
        "<p>Update 10/24/24, 9:11 a.m. ET: with word from the port.</p></article></body></html>",
        encoding="utf-8",
    )
    one, two = str(tmp_path / "one.db"), str(tmp_path / "two.db")
    lines = tmp_path / "lines.jsonl"
    for command in (
        ("--archive", one, "init"),
        ("--archive", two, "init"),
        ("--archive", one, "record", page, "--story", "storm", "--zone", "America/New_York"),
        ("--archive", one, "export", "storm", "--format", "jsonl", "--output", lines),
        ("--archive", two, "import", lines),
    ):
        done = ask(*command)
        assert done.code == 0, done
    keys = ("revision", "published", "notices", "items", "others")
    told = [
        [{key: each[key] for key in keys} for each in answer["items"]]
        for answer in (
            ask("--archive", path, "history", "storm", "--format", "json").json
            for path in (one, two)
        )
    ]
    assert told[0] == told[1]
    assert "substantive" in json.dumps(told[0])
    assert '"paragraph": 2' in json.dumps(told[0])
    assert "13:40:05Z" in json.dumps(told[0])


_MINUTES = st.integers(0, 400).map(lambda minute: AT + minute * MINUTE)


@settings(max_examples=25)
@given(
    instants=st.lists(_MINUTES, min_size=6, max_size=6, unique=True),
    sightings=st.lists(_MINUTES, min_size=1, max_size=4, unique=True),
    redated=st.integers(1, 3),
)
def test_what_was_seen_unchanged_is_the_same_text_where_an_export_is_imported(
    instants: list[int], sightings: list[int], redated: int
) -> None:
    """Also where a revision was redated since, so that another is in force at that moment."""

    def seen(connection: Connection) -> list[tuple[int, str | None]]:
        state = connection.archive.state("ferry")
        entry = connection.archive.story("ferry")
        texts: dict[int | None, Article | None] = {
            each.number: connection.archive.article(entry, each.number, each.event.article)
            for each in state.revisions
        }
        return [
            (each.at, getattr(texts[each.revision], "headline", None)) for each in state.sightings
        ]

    with TemporaryDirectory() as name:
        folder = Path(name)
        with connect(str(folder / "one.db"), create=True) as one:
            for number, at in enumerate(sorted(instants[:3]), 1):
                published = PublishedTime(
                    at, at, at + MINUTE, Precision.MINUTE, Basis.STATED, zone="UTC"
                )
                article = Article(headline=f"Number {number}")
                one.archive.record(RecordCopy("ferry", "tester", article, published))
            for at in sightings:
                with suppress(NotFoundError):
                    one.archive.sight(Sight("ferry", "tester", at, Outcome.UNCHANGED))
            at = instants[3]
            published = PublishedTime(at, at, at + MINUTE, Precision.MINUTE, Basis.STATED)
            one.archive.redate(Redate("ferry", "tester", redated, published))
            lines = b"".join(line + b"\n" for line in jsonl.lines(one.archive, all_of(one)))
            expected = seen(one)
        (folder / "lines.jsonl").write_bytes(lines)
        for _ in range(2):
            done = ask("--archive", folder / "two.db", "import", folder / "lines.jsonl")
            assert done.code == 0, (done, lines)
            with connect(str(folder / "two.db")) as two:
                assert seen(two) == expected
