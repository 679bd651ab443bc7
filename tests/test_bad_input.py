"""What cannot be read is refused in one line, with its exit code, and leaves nothing behind.

Exit codes: 2 usage, 3 not found, 5 unreadable input, 6 storage. The line says which file, and where
in it; with several files or lines the others are recorded.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import re
import resource
import socket
import sqlite3
import subprocess
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from backports import zstd
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import variorum
from histories import objects
from program import PROGRAM, Ran, ask, environment, run
from variorum.adapters.connect import connect
from variorum.adapters.database import sqlite
from variorum.adapters.exports import jsonl
from variorum.adapters.exports.selection import Selection
from variorum.adapters.imports.json_names import check_names
from variorum.adapters.schema import SCHEMA_VERSION
from variorum.domain.errors import NotFoundError, StorageError, UnreadableError

GOOD = {"story": "ferry", "published": "2024-03-01T08:00:00Z", "body": "The ferry sails."}
CAPTURED = ("--captured", "2024-03-02T08:00Z")


@pytest.fixture
def archive(tmp_path: Path) -> str:
    """An archive that holds one revision."""
    path = tmp_path / "archive.db"
    story = tmp_path / "ferry.txt"
    story.write_text("The ferry sails.\n")
    recorded = ask("--archive", path, "record", story, "--story", "ferry", *CAPTURED)
    assert recorded.code == 0
    return str(path)


def contents(archive: str) -> tuple[int, str]:
    """The head of an archive's log, and all that it holds; only looked at, not handed out."""
    with connect(archive) as connection:
        head = connection.log.head().position
        everything = Selection((), None, connection.archive.known(None))
        held = b"\n".join(jsonl.lines(connection.archive, everything))
    return head, held.decode()


def one_line(ran: Ran) -> str:
    """The one line on stderr."""
    assert "Traceback" not in ran.err
    (line,) = ran.err.splitlines()
    assert line.startswith("variorum: ")
    return line


def refused(archive: str, code: int, *arguments: str | Path) -> str:
    """Runs a command that is to be refused, for people and for programs; returns what it says."""
    before = contents(archive)
    ran = ask("--archive", archive, *arguments)
    assert ran.code == code, ran
    message = one_line(ran)
    as_json = ask("--archive", archive, *arguments, "--format", "json")
    assert as_json.code == code, as_json
    assert as_json.err == ""
    said = json.loads(as_json.out.splitlines()[-1])["error"]
    assert f"variorum: {said['message']}" == message
    assert contents(archive) == before
    return message


# Files that hold no story.

TEXT = "Die Fähre fährt. “Immer”, sagt der Kapitän.\n"
NO_STORIES = {
    "empty": b"",
    "white space": b" \n\t\r\n \xc2\xa0\n",
    "latin-1": TEXT.replace("“", '"').replace("”", '"').encode("latin-1"),
    "UTF-8 cut short": TEXT.encode()[:6],
    "UTF-16 without a mark": TEXT.encode("utf-16-le"),
    "binary": bytes(range(256)) * 40,
    "NUL": b"The ferry\0 sails.\n",
    "escapes of a terminal": b"The \x1b[2Jferry sails.\n",
    "gzip": gzip.compress(TEXT.encode()),
    "a page saved with its pictures": b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--x"\r\n\r\n'
    b"----x\r\nContent-Type: text/html\r\n\r\n<p>The ferry sails.</p>\r\n----x--\r\n",
    "an HTML page without text": b"<!doctype html><title></title><body></body>",
}


@pytest.mark.parametrize("data", NO_STORIES.values(), ids=NO_STORIES)
def test_a_file_that_is_no_story_is_refused(archive: str, tmp_path: Path, data: bytes) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(data)
    message = refused(archive, 5, "record", bad, "--story", "other", *CAPTURED)
    assert str(bad) in message


def test_the_message_says_from_which_byte_on_a_text_is_not_utf_8(
    archive: str, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"All day, every f\xe4hrtag.")
    message = refused(archive, 5, "record", bad, "--story", "other", *CAPTURED)
    assert "offset 16" in message
    assert "--encoding" in message
    told = ("--encoding", "latin-1")
    assert ask("--archive", archive, "record", bad, "--story", "o", *CAPTURED, *told).code == 0


def sparse(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_what_cannot_be_opened_is_named_with_the_reason(archive: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for path, reason in (
        (tmp_path / "missing.txt", "No such file"),
        (tmp_path / "folder", "directory"),
        (sparse(tmp_path / "large", 200 << 20), "200|32 MB"),
    ):
        for command in (("record", path, "--story", "other", *CAPTURED), ("import", path)):
            message = refused(archive, 5, *command)
            assert str(path) in message
            if command[0] == "record":
                assert re.search(reason, message)


def test_a_file_that_may_not_be_read_is_named(archive: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.touch(mode=0)
    if os.access(secret, os.R_OK):
        pytest.skip("root may read everything")
    for command in (("record", secret, "--story", "other", *CAPTURED), ("import", secret)):
        assert "Permission denied" in refused(archive, 5, *command)


def test_of_several_files_the_good_ones_are_recorded(archive: str, tmp_path: Path) -> None:
    good, bad, missing = (tmp_path / name for name in ("good.txt", "bad.txt", "missing.txt"))
    good.write_text("No ferry sails today.\n")
    bad.write_bytes(NO_STORIES["binary"])
    known = ("--story", "other", "--published", "2024-03-01T09:00Z")
    ran = ask("--archive", archive, "record", bad, good, missing, *known)
    assert ran.code == 5
    assert ran.out.startswith("other r1 recorded")
    first, second, last = ran.err.splitlines()
    assert str(bad) in first
    assert str(missing) in second
    assert "2 could not be read" in last
    shown = ask("--archive", archive, "show", "other", "--format", "json").json
    assert shown["paragraphs"] == ["No ferry sails today."]


# Lines that cannot be imported.


def line(**fields: object) -> bytes:
    return json.dumps({**GOOD, **fields}).encode()


def bare(*keys: str) -> bytes:
    return json.dumps({key: value for key, value in GOOD.items() if key not in keys}).encode()


def whole_time(**parts: object) -> dict[str, object]:
    return {
        "at": "2024-03-01T08:00Z",
        "earliest": "2024-03-01T08:00Z",
        "latest": "2024-03-01T08:01Z",
        "precision": "minute",
        "basis": "stated",
        **parts,
    }


BAD_LINES = {
    "cut short": line()[:-9],
    "an array": b"[1, 2]",
    "a number": b"7",
    "null": b"null",
    "an empty object": b"{}",
    "no story": bare("story"),
    "no time": bare("published"),
    "no text": bare("body"),
    "an empty name and no address": line(story=""),
    "neither a name nor an address": line(story="", url=""),
    "an empty time": line(published=""),
    "an empty time beside another": line(captured=""),
    "an empty time beside none": line(published=None, captured=""),
    "gone at an empty time": line(published=None, captured="", body=None, status="gone"),
    "an empty time of a text": line(body=None, status="unchanged", text_of=""),
    "an empty time of one that is implied": line(implied=[{"earliest": None, "latest": ""}]),
    "a number for a story": line(story=7),
    "a list for a text": line(body=["a"]),
    "an object for media": line(media={}),
    "an unknown status": line(status="deleted"),
    "gone, and yet a text": line(status="gone"),
    "an id with a space": line(story="the ferry"),
    "an id that is too long": line(story="f" * 201),
    "no web address": json.dumps({"url": "ferry", **GOOD, "story": None}).encode(),
    "a time without a zone": line(published="2024-03-01 08:00"),
    "no time at all": line(published="yesterday"),
    "a capture without a zone": line(captured="2024-03-01 08:00"),
    "a day that does not exist": line(published="2024-02-30T08:00Z"),
    "the year 0": line(published="0000-01-01T00:00Z"),
    "before the year 1, in UTC": line(published="0001-01-01T00:00+14:00"),
    "an unknown zone": line(zone="Mars/Phobos"),
    "a zone that is a path": line(zone="../../etc/passwd"),
    "an hour that was left out": line(published="2024-03-10 02:30", zone="America/New_York"),
    "a capture that occurred twice": line(captured="2024-11-03 01:30", zone="America/New_York"),
    "a day or a month first": line(published="03/04/2024 08:00Z"),
    "a time that ends before it begins": line(published=whole_time(latest="2024-02-01T08:00Z")),
    "an unknown precision": line(published=whole_time(precision="century")),
    "an unknown zone in a whole time": line(published=whole_time(zone="Mars/Phobos")),
    "published, and yet by its capture": line(basis="capture"),
    "words where a rule is named": line(
        notices=[{"printed": "Updated.", "kind": "update", "rule": "as Ada Quill says"}]
    ),
    "one notice with a kind and one without": line(
        notices=[{"printed": "Updated.", "kind": "update"}, {"printed": "Corrected."}]
    ),
    "latin-1": '{"story": "fähre"}'.encode("latin-1"),
    "half a surrogate pair": b'{"story": "ferry", "published": "2024-03-01", "body": "\\ud800"}',
    "a number that is none": line()[:-1] + b', "n": NaN}',
    "a number too large": line()[:-1] + b', "media": [{"after": 1e999}]}',
    "an integer too large": line()[:-1] + b', "media": [{"after": 1' + b"0" * 5000 + b"}]}",
    "a place too large": line()[:-1] + b', "media": [{"after": 100000000000000000000}]}',
    "nested deeply": line()[:-1] + b', "n": ' + b"[" * 700 + b"]" * 700 + b"}",
    "nested very deeply": b"[" * 100_000,
    "an escape of a terminal": b"\x1b[2J",
    "a key twice": line()[:-1] + b', "body": "Another text."}',
    "a key twice, once with white space": b'{"story" \t: "x",' + line()[1:],
    "a key twice, once with an escape": line()[:-1] + b', "b\\u006fdy": "Another text."}',
    "a key twice in what is kept": line()[:-1] + b', "n": [{"a": 1, "a": 2}]}',
    "a key twice in a picture": line()[:-1] + b', "media": [{"caption": "A", "caption": "B"}]}',
}


@pytest.mark.parametrize("bad", BAD_LINES.values(), ids=BAD_LINES)
def test_a_line_that_cannot_be_read_is_named_and_the_others_are_recorded(
    archive: str, tmp_path: Path, bad: bytes
) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(bad + b"\n")
    assert f"{path}:1: " in refused(archive, 5, "import", path)

    path.write_bytes(b"\n".join((line(story="one"), b"", bad, line(story="two"))))
    ran = ask("--archive", archive, "import", path)
    assert ran.code == 5
    assert f"{path}:3: " in one_line(ran)
    assert ran.out.startswith("2 revisions")
    stories = ask("--archive", archive, "stories", "--format", "json").objects
    assert [each["story"] for each in stories] == ["ferry", "one", "two"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"story": ""}, "neither story nor url"),
        ({"captured": ""}, "captured: an empty text is not a time"),
        ({"published": "", "captured": "2024-03-01T08:00Z"}, "published: an empty text"),
        ({"body": None, "status": "unchanged", "text_of": ""}, "text_of: an empty text"),
        ({"headline": 7}, "headline: Input should be a valid string"),
        ({"captured": []}, "captured: Input should be a valid string"),
        ({"media": ["sea.jpg"]}, "media.0: Input should be an object"),
        ({"notices": ["Updated."]}, "notices.0: Input should be an object"),
        ({"others": [""]}, "others.0: Input should be an object"),
        ({"media": None}, "media: Input should be a valid list"),
        ({"comments": ""}, "comments: Input should be 'open' or 'closed'"),
        ({"status": ""}, "status: Input should be 'present'"),
        ({"basis": ""}, "basis: Input should be 'notice'"),
    ],
)
def test_the_message_says_which_key_is_wrong(
    archive: str, tmp_path: Path, fields: dict[str, object], words: str
) -> None:
    """And what it may be, in words of the guide."""
    path = tmp_path / "lines.jsonl"
    path.write_bytes(line(**fields))
    assert f"{path}:1: {words}" in refused(archive, 5, "import", path)


@pytest.mark.parametrize("nothing", ["", None])
def test_what_is_empty_and_no_time_is_as_if_left_out(
    archive: str, tmp_path: Path, nothing: str | None
) -> None:
    """Whether names or texts; a name that is empty leaves it to the address."""
    path = tmp_path / "lines.jsonl"
    texts = dict.fromkeys(("headline", "byline", "dateline", "outlet", "zone"), nothing)
    url = "https://news.example/quay"
    path.write_bytes(line(story="one", url=nothing, **texts) + b"\n" + line(story=nothing, url=url))
    assert ask("--archive", archive, "import", path).code == 0
    shown = ask("--archive", archive, "show", "one", "--format", "json").json
    keys = ("headline", "byline", "dateline", "url", "outlet", "zone")
    assert not any(shown.get(key) for key in keys)
    stories = ask("--archive", archive, "stories", "--format", "json").objects
    assert [each["story"].split("-")[0] for each in stories] == ["ferry", "news", "one"]


def written(text: str, escape: bool) -> str:
    """A text as JSON, each `a` of it as an escape or as itself."""
    return "".join(
        ("\\u0061" if escape and each == "a" else json.dumps(each, ensure_ascii=False)[1:-1])
        for each in text
    ).join('""')


odd_text = st.text(st.sampled_from('a":,{} \\'), max_size=5) | st.text(max_size=3)
escaped = st.builds(written, odd_text, st.booleans())


@given(
    st.lists(st.tuples(escaped, escaped | st.builds("{{{}: 1}}".format, escaped))),
    st.sampled_from((":", " :", " \t: ")),
)
def test_a_name_is_missed_nowhere_and_none_is_taken_for_two(
    pairs: list[tuple[str, str]], colon: str
) -> None:
    """Whatever names and texts look like, and however they are written."""
    raw = ("{" + ",".join(f"{name}{colon}{value}" for name, value in pairs) + "}").encode()
    names = [json.loads(name) for name, _ in pairs]
    if len(set(names)) == len(names):
        check_names(raw)
    else:
        with pytest.raises(UnreadableError, match="twice in one object"):
            check_names(raw)


def test_many_bad_lines_are_counted_and_the_first_ones_named(archive: str, tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b"{}\n" * 5000 + line(story="one"))
    ran = ask("--archive", archive, "import", path)
    assert ran.code == 5
    *named, last = ran.err.splitlines()
    assert f"{path}:1: " in named[0]
    assert len(named) == 5000
    assert "5000 could not be read" in last
    assert ask("--archive", archive, "show", "one").code == 0


def test_a_sighting_of_what_was_never_there_does_not_stop_an_import(
    archive: str, tmp_path: Path
) -> None:
    path = tmp_path / "lines.jsonl"
    unseen = {"story": "nowhere", "captured": "2024-03-01T08:00Z", "status": "unchanged"}
    path.write_bytes(json.dumps(unseen).encode() + b"\n" + line(story="one"))
    ran = ask("--archive", archive, "import", path)
    assert ran.code == 5
    assert f"{path}:1: nowhere " in one_line(ran)
    assert ask("--archive", archive, "show", "one").code == 0


def test_a_line_longer_than_any_story_is_passed_over(archive: str, tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    with path.open("wb") as file:
        file.write(line(story="one") + b"\n")
        for _ in range(70):
            file.write(b"x" * (1 << 20))
        file.write(b"\n" + line(story="two") + b"\n")
    ran = ask("--archive", archive, "import", path)
    assert ran.code == 5
    assert f"{path}:2: a line of over 64 MB" in one_line(ran)
    assert ran.out.startswith("2 revisions")


NO_LINES = {
    "binary": bytes(range(256)) * 40,
    "UTF-16": json.dumps(GOOD).encode("utf-16"),
    "UTF-16 without a mark": json.dumps(GOOD).encode("utf-16-le"),
    "gzip cut short": gzip.compress(json.dumps(GOOD).encode())[:40],
    "gzip that is none": b"\x1f\x8b" + b"ferry" * 99,
    "zstd that is none": b"\x28\xb5\x2f\xfd" + b"ferry" * 99,
}


@pytest.mark.parametrize("data", NO_LINES.values(), ids=NO_LINES)
def test_a_file_that_holds_no_lines_is_refused(archive: str, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(data)
    assert str(path) in refused(archive, 5, "import", path)


ONE_DOCUMENT = {
    "an object": json.dumps(GOOD, indent=2),
    "an object, after a blank line": "\n" + json.dumps(GOOD, indent=2),
    "an object, a line for each key": json.dumps(GOOD).replace(", ", ",\n "),
    "a list": json.dumps([GOOD, GOOD], indent=2),
    "a list, a line for each object": f"[\n{json.dumps(GOOD)},\n{json.dumps(GOOD)}\n]\n",
    "a list that begins with an object": f"[{json.dumps(GOOD)},\n {json.dumps(GOOD)}]",
    "a list in one line": json.dumps([GOOD, GOOD]),
}


@pytest.mark.parametrize("text", ONE_DOCUMENT.values(), ids=ONE_DOCUMENT)
@pytest.mark.parametrize("named", [(), ("jsonl",)], ids=["recognised", "named"])
def test_one_json_document_is_no_lines_and_that_is_said_once(
    archive: str, tmp_path: Path, text: str, named: tuple[str, ...]
) -> None:
    """With what makes lines of it; other files of the folder are read."""
    path = tmp_path / "folder" / "pretty.json"
    path.parent.mkdir()
    path.write_text(text)
    message = refused(archive, 5, "import", *named, path)
    assert f"{path}:" in message
    assert ("jq -c '.[]'" if text.startswith("[") else "jq -c '.'") in message
    (path.parent / "lines.jsonl").write_bytes(line(story="one"))
    ran = ask("--archive", archive, "import", *named, path.parent)
    assert (ran.code, one_line(ran)) == (5, message)
    assert ran.out.startswith("1 revision ")


@pytest.mark.parametrize("cut", ["It sails,", "It sails [", 'It \\"sails\\",', 'It \\"sails,'])
def test_a_first_line_that_was_cut_within_a_text_is_one_bad_line(
    archive: str, tmp_path: Path, cut: str
) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"story": "ferry", "body": "' + cut.encode() + b"\n" + line(story="one"))
    ran = ask("--archive", archive, "import", path)
    assert (ran.code, ran.out[:10]) == (5, "1 revision")
    assert f"{path}:1: not JSON" in one_line(ran)


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_of_a_packed_file_that_was_cut_short_the_lines_before_are_recorded(
    archive: str, tmp_path: Path, packing: str
) -> None:
    lines = b"".join(line(story=f"s{n}", body=os.urandom(99).hex()) + b"\n" for n in range(2000))
    data = gzip.compress(lines) if packing == "gzip" else zstd.compress(lines)
    path = tmp_path / "lines.jsonl"
    cut = data[: len(data) // 2]
    path.write_bytes(cut)
    reader = zlib.decompressobj(31) if packing == "gzip" else zstd.ZstdDecompressor()
    whole = reader.decompress(cut).count(b"\n")
    ran = ask("--archive", archive, "import", path, "--format", "json")
    assert ran.code == 5
    summary, error = ran.objects
    assert 0 < whole < 2000
    assert summary["revisions"] in (whole, whole - 1)  # the reader may hold back a few bytes
    assert f"{path}:{summary['revisions'] + 1}: " in error["error"]["message"]
    path.write_bytes(data)
    again = ask("--archive", archive, "import", path, "--format", "json")
    assert again.json["revisions"] + again.json["held"] == 2000


@pytest.mark.parametrize(
    "data", [b"", b"\n \n\t\r\n", b"\xef\xbb\xbf"], ids=["empty", "blank", "a mark alone"]
)
def test_a_file_without_lines_asks_for_nothing(archive: str, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(data)
    before = contents(archive)
    ran = ask("--archive", archive, "import", path)
    assert (ran.code, ran.err) == (0, "")
    assert contents(archive) == before


ODD_BUT_GOOD = {
    "a mark and Windows line ends": b"\xef\xbb\xbf" + line() + b"\r\n",
    "NUL in a text": line(body="The ferry\0 sails."),
    "an escape of a terminal in a text": line(body="The \x1b[2Jferry sails."),
    "an unknown number of any size": line()[:-1] + b', "n": 1e999}',
    "an unknown integer of any size": line()[:-1] + b', "n": 1' + b"0" * 80 + b"}",
    "words like a key's in a text": line(body='It says "body": twice, "body": \\"body\\" :'),
    "a key in two objects": line(
        media=[{"caption": "One."}, {"caption": "Two."}], caption="Three."
    ),
    "an hour that occurred twice": line(published="2024-11-03 01:30", zone="America/New_York"),
    "a web address that is none, beside a story": line(url="ftp://news.example/1"),
    "the last second there is": line(published="9999-12-31T23:59:58Z"),
}


@pytest.mark.parametrize("odd", ODD_BUT_GOOD.values(), ids=ODD_BUT_GOOD)
def test_what_is_odd_and_yet_readable_can_be_asked_for_again(
    address: str, tmp_path: Path, odd: bytes
) -> None:
    """On both databases, by every command, and after an export and an import."""
    path, exported = tmp_path / "lines.jsonl", tmp_path / "exported.jsonl"
    path.write_bytes(odd)
    imported = ask("--archive", address, "import", path)
    assert imported.code == 0, imported.err
    for command in ("show", "history", "replay", "export"):
        ran = ask("--archive", address, command, "ferry@r1" if command == "show" else "ferry")
        assert ran.code == 0, ran.err
        assert "\x1b" not in ran.out
    assert ask("--archive", address, "export", "--all", "-o", exported).code == 0
    again = ask("--archive", address, "--collection", "two", "import", exported)
    assert again.code == 0, again.err
    article = ("ferry@r1", "--format", "json")
    one = ask("--archive", address, "show", *article).json
    two = ask("--archive", address, "--collection", "two", "show", *article).json
    assert one["paragraphs"] == two["paragraphs"]


# Anything at all.

anything = st.binary(max_size=300) | st.text(max_size=100).map(str.encode)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)
times = st.sampled_from(("2024-03-01", "2024-03-01T08:00Z", "8 a.m. ET", "1/2/24", "0001-01-01 MT"))
any_line = objects(
    {"story": st.just("ferry") | json_values},
    optional={
        name: times | json_values | st.builds(whole_time, at=times | st.text(max_size=5))
        for name in ("published", "captured", "body", "headline", "zone", "media", "notices")
    }
    | {"implied": st.lists(st.dictionaries(st.sampled_from(("earliest", "latest")), times))}
    | {"url": st.text(), "status": st.sampled_from(("present", "gone", "unchanged"))},
).map(lambda fields: json.dumps(fields).encode())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example(data=b"\xff\xfe")
@example(data=b"<html>")
@example(data=b"\x28\xb5\x2f\xfd")
@given(data=anything | any_line | st.lists(any_line, max_size=3).map(b"\n".join))
def test_no_bytes_are_a_fault_of_the_program(archive: str, tmp_path: Path, data: bytes) -> None:
    """Recorded or refused; and what is recorded can be listed, shown and exported."""
    path = tmp_path / "anything"
    path.write_bytes(data)
    for command in (
        ("record", path, "--story", "any", *CAPTURED, "--zone", "America/New_York"),
        ("import", path, "--zone", "America/New_York"),
    ):
        ran = ask("--archive", archive, *command)
        assert ran.code in (0, 5), ran
        assert "Traceback" not in ran.err
    for asked in (
        ("stories",),
        ("replay",),
        ("export", "--all"),
        ("export", "--all", "--format", "csv"),
    ):
        ran = ask("--archive", archive, *asked)
        assert ran.code == 0, ran


# Databases that cannot be used.

COMMANDS_THAT_READ = (("stories",), ("show", "ferry"), ("stats",), ("export", "--all"))


def every_command(tmp_path: Path) -> Iterator[tuple[str | Path, ...]]:
    """A command line for each thing that opens an archive."""
    story, lines = tmp_path / "story.txt", tmp_path / "lines.jsonl"
    story.write_text("The ferry sails.\n")
    lines.write_bytes(line())
    yield from COMMANDS_THAT_READ
    yield "record", story, "--story", "ferry", *CAPTURED
    yield "import", lines
    yield "sight", "ferry", "--at", "2024-03-01T08:00Z", "--outcome", "gone"
    yield "projections", "rebuild", "catalogue"
    yield "init", "--key", tmp_path / "key"


def out_of_reach(address: str | Path, commands: Iterator[tuple[str | Path, ...]]) -> set[str]:
    """Runs commands on what is no archive; returns what they say."""
    said: set[str] = set()
    for command in commands:
        ran = ask("--archive", address, *command)
        assert ran.code == 6, (command, ran)
        said.add(one_line(ran))
        if command[0] != "export":
            as_json = ask("--archive", address, *command, "--format", "json")
            assert (as_json.code, as_json.err) == (6, "")
            assert as_json.error["code"] == "storage"
    return said


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    address = f"postgresql://ada:secret@127.0.0.1:{port}/archive"
    for message in out_of_reach(address, every_command(tmp_path)):
        assert f"cannot reach postgresql://ada@127.0.0.1:{port}/archive" in message
        assert "secret" not in message


def test_a_database_that_is_not_there_is_named(postgres_url: str, tmp_path: Path) -> None:
    address = urlsplit(postgres_url)._replace(path="/nowhere").geturl()
    for message in out_of_reach(address, every_command(tmp_path)):
        assert "nowhere" in message


def write_version(address: str, version: int) -> None:
    text = f"update archive set schema_version = {version}"
    if address.startswith("postgresql"):
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(text.encode())
    else:
        with contextlib.closing(sqlite3.connect(address, isolation_level=None)) as file:
            file.execute(text)


def test_an_archive_of_a_newer_schema_is_left_as_it_is(address: str, tmp_path: Path) -> None:
    """And says so, whatever is asked of it."""
    lines = tmp_path / "one.jsonl"
    lines.write_bytes(line())
    assert ask("--archive", address, "import", lines).code == 0
    before = contents(address)
    write_version(address, 99)
    for message in out_of_reach(address, every_command(tmp_path)):
        assert "schema 99" in message
        assert "upgrade variorum" in message
    write_version(address, SCHEMA_VERSION)
    assert contents(address) == before


NO_DATABASES: dict[str, Callable[[Path], object]] = {
    "a text": lambda path: path.write_text("The ferry sails.\n" * 99),
    "another program's": lambda path: sqlite3.connect(path).execute("create table t (x)"),
    "a folder": lambda path: path.mkdir(),
    "cut short": lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(50)),
}


@pytest.mark.parametrize("make", NO_DATABASES.values(), ids=NO_DATABASES)
def test_a_file_that_is_no_archive_is_refused_and_left_as_it_is(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    path = tmp_path / "archive.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    for message in out_of_reach(path, iter(COMMANDS_THAT_READ)):
        assert str(path) in message
    assert (path.read_bytes() if path.is_file() else None) == before


def test_an_empty_file_is_no_archive_until_something_is_recorded_in_it(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.touch()
    out_of_reach(path, iter(COMMANDS_THAT_READ))
    lines = tmp_path / "lines.jsonl"
    lines.write_bytes(line())
    assert ask("--archive", path, "import", lines).code == 0
    assert ask("--archive", path, "show", "ferry").code == 0


def test_where_there_is_no_archive_reading_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    for message in out_of_reach(path, iter(COMMANDS_THAT_READ)):
        assert "variorum init" in message
    assert not path.exists()


def test_an_archive_cannot_be_made_where_there_is_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "archive.db"
    (message,) = out_of_reach(path, iter([("init", "--key", tmp_path / "key")]))
    assert str(path.parent) in message
    assert not (tmp_path / "key").exists()


def test_a_collection_that_is_not_there_is_named(address: str) -> None:
    with connect(address, create=True):
        pass
    ran = ask("--archive", address, "--collection", "other", "stories")
    assert ran.code == 6
    assert "no collection other" in one_line(ran)


@pytest.mark.parametrize("scheme", ["mysql", "http", "file"])
def test_another_kind_of_database_is_a_wrong_request(scheme: str) -> None:
    ran = ask("--archive", f"{scheme}://here/archive", "stories")
    assert ran.code == 2
    assert "postgresql://" in one_line(ran)


@pytest.mark.parametrize("address", ["host=h user=ada password=secret", " dbname = news", "port=1"])
def test_keywords_for_libpq_are_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """They are not taken for a name, nor told, as a password may be among them."""
    monkeypatch.chdir(tmp_path)
    for command in ("stories", "init"):
        ran = ask("--archive", address, command)
        assert ran.code == 2
        assert "write postgresql://" in one_line(ran)
        assert "secret" not in ran.err
    assert not list(tmp_path.iterdir())
    archive = tmp_path / address
    with connect("archive.db", create=True):
        pass
    Path("archive.db").rename(archive)
    assert ask("--archive", address, "stories").code == 0


def test_an_archive_in_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite takes that name for a database that is gone when the program ends."""
    monkeypatch.chdir(tmp_path)
    ran = ask("--archive", ":memory:", "init")
    assert ran.code == 2
    assert ":memory:" in one_line(ran)
    assert not list(tmp_path.iterdir())


def test_what_the_system_says_of_a_path_is_an_error_of_the_library(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="too long"):
        variorum.open(tmp_path / ("long" * 100))


@pytest.mark.parametrize("number", [0, -1, 3, 2**31, 2**63, 10**30])
def test_no_number_of_a_revision_is_a_fault_of_the_library(address: str, number: int) -> None:
    """Databases count no further than to 2⁶³."""
    with variorum.open(address, create=True) as archive:
        archive.record("ferry", "The ferry sails.", captured="2024-03-01T08:00Z")
        with pytest.raises(NotFoundError, match=f"r{number}$"):
            archive.story("ferry").revision(number)


def test_a_text_that_is_none_is_refused_by_the_library(tmp_path: Path) -> None:
    with (
        variorum.open(tmp_path / "archive.db", create=True) as archive,
        pytest.raises(UnreadableError, match=r"U\+DCFF"),
    ):
        archive.record("ferry", "A byte that is no text: \udcff", captured="2024-03-01T08:00Z")


def test_an_archive_that_may_not_be_written_can_still_be_read(archive: str) -> None:
    Path(archive).chmod(0o400)
    if os.access(archive, os.W_OK):
        pytest.skip("root may write everything")
    before = contents(archive)
    ran = ask("--archive", archive, "note", "ferry", "A note.")
    assert ran.code == 6
    assert archive in one_line(ran)
    assert contents(archive) == before


def test_an_archive_that_another_writes_to_for_too_long_is_busy(
    archive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading goes on meanwhile."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    with contextlib.closing(sqlite3.connect(archive, isolation_level=None)) as other:
        other.execute("begin immediate")
        assert "locked" in refused(archive, 6, "note", "ferry", "A note.")
        assert ask("--archive", archive, "show", "ferry").code == 0
        other.execute("rollback")
    assert ask("--archive", archive, "note", "ferry", "A note.").code == 0


def big_lines(path: Path, count: int) -> Path:
    """Lines that no compression makes small."""
    texts = (os.urandom(20_000).hex() for _ in range(count))
    path.write_bytes(b"\n".join(line(story=f"s{n}", body=text) for n, text in enumerate(texts)))
    return path


def run_with_files_of_at_most(size: int, *arguments: str | Path) -> Ran:
    """Runs the program where no file may grow beyond a size, as on a disk that is full."""
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def test_where_the_disk_is_full_nothing_is_half_recorded(archive: str, tmp_path: Path) -> None:
    """What was appended before stays, and the import goes on when there is room again."""
    lines = big_lines(tmp_path / "lines.jsonl", 600)
    ran = run_with_files_of_at_most(6 << 20, "--archive", archive, "import", lines)
    assert ran.code == 6, ran
    assert archive in one_line(ran)
    stories = ask("--archive", archive, "stories", "--format", "json").objects
    assert 1 <= len(stories) < 601
    assert all(story["revision"] for story in stories)
    done = ask("--archive", archive, "import", lines, "--format", "json")
    assert done.json["revisions"] + done.json["held"] == 600


def test_a_single_record_on_a_full_disk_records_nothing(archive: str, tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text("\n\n".join(os.urandom(99).hex() for _ in range(9999)))
    before = contents(archive)
    known = ("--story", "ferry", "--captured", "2024-03-03T08:00Z")
    ran = run_with_files_of_at_most(300_000, "--archive", archive, "record", story, *known)
    assert ran.code == 6, ran
    one_line(ran)
    assert contents(archive) == before


def test_an_export_to_a_full_disk_leaves_no_file(archive: str, tmp_path: Path) -> None:
    assert ask("--archive", archive, "import", big_lines(tmp_path / "lines", 20)).code == 0
    target = tmp_path / "out" / "exported.jsonl"
    target.parent.mkdir()
    ran = run_with_files_of_at_most(100_000, "--archive", archive, "export", "--all", "-o", target)
    assert ran.code == 6, ran
    assert str(target) in one_line(ran)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "a file without a name"),
        ("folder", "it is a folder"),
        ("file/x", "Not a directory"),
        ("x" * 300, "too long"),
        ("/dev/stdout", "- is stdout"),
        ("/dev/full", "- is stdout"),
    ],
)
def test_a_place_where_no_file_can_be_is_refused(
    archive: str, tmp_path: Path, name: str, words: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    before = sorted(tmp_path.iterdir())
    ran = run("--archive", archive, "export", "--all", "-o", name, cwd=tmp_path)
    assert ran.code == 6
    assert words in one_line(ran)
    assert ".part" not in ran.err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("command", ["checkpoint", "rotate-key", "init"])
def test_a_key_without_a_name_is_none(archive: str, command: str) -> None:
    assert "not a key file" in refused(archive, 5, command, "--key", "")


def test_a_name_that_no_file_can_have_is_that_of_an_unreadable_one(
    archive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Empty, it is not this folder's; and the other files are read."""
    monkeypatch.chdir(tmp_path)
    Path("lines.jsonl").write_bytes(line(story="one"))
    for name, words in (("", "empty name"), ("x" * 300, "too long")):
        for format_named in ((), ("jsonl",)):
            assert words in refused(archive, 5, "import", *format_named, name)
    assert ask("--archive", archive, "import", "x" * 300, "lines.jsonl", "").code == 5
    assert ask("--archive", archive, "show", "one").code == 0


def test_a_key_is_never_written_over(archive: str, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("precious")
    ran = ask("--archive", archive, "init", "--key", key)
    assert ran.code == 6
    assert str(key) in one_line(ran)
    assert key.read_text() == "precious"


def test_a_damaged_text_is_reported_and_not_shown(archive: str) -> None:
    """What is stored is compared with what the log committed to, at every reading."""
    with contextlib.closing(sqlite3.connect(archive, isolation_level=None)) as file:
        file.execute("drop trigger guard_content_update")
        file.execute("update content set salt = zeroblob(32)")
    ran = ask("--archive", archive, "show", "ferry")
    assert ran.code == 6
    assert ran.out == ""
    one_line(ran)
