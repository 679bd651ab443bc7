"""Formats are recognised; whatever they are, an import is continued by running it again."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import json
import lzma
import os
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from importing import history, imported
from program import PATIENCE, ask, ended, run, start
from test_feed import atom, json_feed, rss
from test_git import FIRST, SECOND, Repository
from test_mediawiki import export, revision
from test_others_files import ROWS, first, newsedits, third
from test_warc import ELEVEN, INDEX, NOON, Crawl, day
from variorum.adapters.connect import connect
from variorum.adapters.imports.formats import FORMATS, files_of, importer
from variorum.adapters.imports.importer import Bad, Defaults
from variorum.domain.bulk import Bulk

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

WIKI = export(("Ferry", [revision(n, text) for n, text in enumerate(("A", "B", "A", "C"), 1)]))
JSONL = "".join(
    json.dumps({"story": "ferry", "published": f"2024-10-2{n}T09:00Z", "body": text}) + "\n"
    for n, text in enumerate("ABAC")
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def wacz(crawl: Crawl) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("archive/data.warc.gz", crawl.data)
    return file.getvalue()


def examples(folder: Path) -> dict[str, list[Path]]:
    """Files of each format, under names that say nothing."""
    crawl = Crawl().response(NOON, day(1)).response(ELEVEN, day(2)).revisit(NOON, day(3), of=day(1))
    plain = Crawl(False).response(NOON, day(1))
    api: dict[str, object] = {"batchcomplete": "", "query": {}}
    forms: dict[str, list[bytes]] = {
        "jsonl": [JSONL.encode(), gzip.compress(JSONL.encode())],
        "warc": [crawl.data, plain.data, b"filedesc://a.arc 0.0.0.0 2004 text/plain 7\n"],
        "wacz": [wacz(crawl)],
        "cdxj": [INDEX * 2, b"!meta {}\n" + INDEX],
        "mediawiki": [
            WIKI.encode(), bz2.compress(WIKI.encode()), lzma.compress(WIKI.encode()),
            b"<?xml version='1.0'?>\n<!-- a -->\n" + WIKI.encode(), json.dumps(api).encode(),
            b'{"article_title": "Ferry", "revisions": []}',
        ],
        "feed": [rss("A").encode(), atom("A").encode(), json_feed("A").encode(),
                 b'\xef\xbb\xbf<?xml version="1.0"?>' + atom("A").encode()],
        "ninjs": [json.dumps(item("A", 9)).encode() for item in (first, third)]
        + [json.dumps([first("A", 9)], indent=1).encode()],
    }  # fmt: skip
    found: dict[str, list[Path]] = {}
    for name, contents in forms.items():
        for number, data in enumerate(contents):
            path = folder / f"{number}{name[::-1]}"
            path.write_bytes(data)
            found.setdefault(name, []).append(path)
    found["newsedits"] = [newsedits(folder / "n", ROWS[:4])]
    repository = Repository(folder / "r")
    for number, text in enumerate((FIRST, SECOND, FIRST), 1):
        repository.write(number, ferry=text)
    found["git"] = [repository.folder]
    return found


def test_a_format_that_is_not_named_is_recognised(tmp_path: Path) -> None:
    found = examples(tmp_path)
    assert found.keys() == FORMATS.keys()
    for name, paths in found.items():
        for path in paths:
            assert list(files_of(str(path), None)) == [(name, str(path))], path


def test_of_a_folder_everything_that_is_known_is_read(tmp_path: Path, archive: Path) -> None:
    folder = tmp_path / "found"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "wiki.xml").write_text(WIKI, encoding="utf-8")
    (folder / "lines").write_text(JSONL, encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / ".hidden").write_text("{", encoding="utf-8")
    (folder / "lines.jsonl.sha256").write_text("5f3a  lines.jsonl\n", encoding="utf-8")
    came = imported(archive, folder)
    assert (came["revisions"], came["stories"], came["code"]) == (8, 2, 0)
    damaged = {
        "cut.jsonl.gz": gzip.compress(JSONL.encode())[:-9],
        "wiki.xml.bz2": bz2.compress(WIKI.encode())[:40],
        "mixed.jsonl": b"no line\n" + JSONL.encode().replace(b"ferry", b"quay"),
        "wide.jsonl": JSONL.encode("utf-16"),
    }
    for name, data in damaged.items():
        (folder / name).write_bytes(data)
    ran = ask("--archive", archive, "import", folder)
    assert (ran.code, ran.out.split(" ", 1)[0]) == (5, "4")
    assert all(f"{folder / name}:" in ran.err for name in damaged), ran.err
    (tmp_path / "empty").mkdir()
    ran = ask("--archive", archive, "import", tmp_path / "empty")
    assert ran.code == 5
    assert "nothing in this folder" in ran.err


def through_a_pipe(path: Path, data: bytes) -> threading.Thread:
    os.mkfifo(path)
    thread = threading.Thread(target=path.write_bytes, args=(data,))
    thread.start()
    return thread


@pytest.mark.parametrize("name", [None, "jsonl"])
def test_what_comes_through_a_pipe_with_a_path_is_read_whole(
    tmp_path: Path, archive: Path, name: str | None
) -> None:
    """As the shell gives it: `variorum import <(zcat all.jsonl.gz)`."""
    pipe = tmp_path / "pipe"
    writer = through_a_pipe(pipe, JSONL.encode() + b"no line\n")
    ran = ask("--archive", archive, "import", *([name] if name else []), pipe)
    writer.join()
    assert (ran.code, ran.out.split(" ", 1)[0]) == (5, "4")
    assert f"{pipe}:5: not JSON" in ran.err


def test_what_cannot_be_opened_does_not_stop_the_others(tmp_path: Path, archive: Path) -> None:
    (tmp_path / "lines").write_text(JSONL, encoding="utf-8")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        ran = ask("--archive", archive, "import", tmp_path / "socket", tmp_path / "lines")
    assert (ran.code, ran.out.split(" ", 1)[0]) == (5, "4")
    assert f"{tmp_path / 'socket'}: " in ran.err


def test_a_backup_comes_through_a_pipe_with_a_path(tmp_path: Path, archive: Path) -> None:
    (tmp_path / "lines").write_text(JSONL, encoding="utf-8")
    imported(archive, tmp_path / "lines")
    backup, pipe = tmp_path / "backup", tmp_path / "pipe"
    made = ask("--archive", archive, "export", "--all", "--with-content", "-o", backup)
    assert made.code == 0, made
    writer = through_a_pipe(pipe, backup.read_bytes())
    again = ask("--archive", tmp_path / "again.db", "import", pipe)
    writer.join()
    assert again.code == 0, again
    assert history(tmp_path / "again.db") == history(archive)


@pytest.mark.parametrize("piped", [False, True])
def test_what_is_of_no_format_is_said_once(tmp_path: Path, archive: Path, piped: bool) -> None:
    """Not once for each of its lines."""
    page = tmp_path / "page.html"
    page.write_text("<html>\n<p>The ferry stopped.</p>\n</html>\n" * 20)
    place, given = ("-", page.read_bytes()) if piped else (page, None)
    ran = run("--archive", archive, "import", place, given=given)
    assert ran.code == 5
    assert "of no format that is imported" in ran.err
    assert len(ran.err.splitlines()) == 2  # the collection was made


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_story_is_not_given_in_vain(tmp_path: Path, archive: Path, name: str) -> None:
    """Either all that is imported is of it, or it is refused."""
    path = examples(tmp_path)[name][0]
    ran = ask("--archive", archive, "import", path, "--story", "given", "--zone", "UTC")
    if ran.code == 2:
        assert "--story" in ran.err
        return
    assert ran.code == 0
    with connect(str(archive)) as connection:
        assert [each.id for each in connection.archive.listed_at(2**60)] == ["given"]


def test_a_format_has_to_be_followed_by_a_file(archive: Path) -> None:
    ran = ask("--archive", archive, "import", "warc")
    assert ran.code == 2
    assert "import warc PATH" in ran.err


class Killed(Exception):
    """What a process does not live to see."""


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("batch", [1, 2, 500])
def test_an_import_that_was_killed_is_continued_by_running_it_again(
    name: str, batch: int, tmp_path: Path, archive: Path
) -> None:
    """Killed after any command: every revision is there once, as if nothing had happened."""
    path = examples(tmp_path)[name][0]
    defaults = Defaults("local", zone="UTC")
    whole = tmp_path / "whole.db"
    imported(whole, name, path, "--zone", "UTC")
    for commands in range(1, 4):
        with (
            contextlib.suppress(Killed),
            connect(str(archive), "main", create=True) as connection,
            Bulk(
                connection.log,
                connection.archive.contents,
                connection.archive.salts,
                batch=batch,
            ) as bulk,
        ):
            for number, (_, command) in enumerate(importer(name)(str(path), defaults), 1):
                if not isinstance(command, Bad) and name != "cdxj":  # which has no texts of its own
                    bulk.take(command)
                if number == commands:
                    raise Killed
    imported(archive, name, path, "--zone", "UTC")
    assert history(archive) == history(whole)
    again = imported(archive, name, path, "--zone", "UTC")
    assert (again["revisions"], again["sightings"]) == (0, 0)


SKIPPED = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"size"
"""A frame of zstd that holds no data, as pzstd writes one before each that does."""
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": zstd.compress,
    "pzstd": lambda data: SKIPPED + zstd.compress(data[:100]) + SKIPPED + zstd.compress(data[100:]),
    "bz2": bz2.compress,
    "xz": lzma.compress,
}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("name", ["jsonl", "warc", "newsedits", "mediawiki", "feed"])
def test_a_packed_file_is_recognised_and_read_as_what_is_in_it(
    tmp_path: Path, archive: Path, name: str, packing: str
) -> None:
    """Also in a folder."""
    plain = tmp_path / "plain"
    plain.mkdir()
    whole = examples(plain)[name][name == "warc"]  # of two, the one that is not packed itself
    folder = tmp_path / "packed"
    folder.mkdir()
    packed = folder / f"{whole.name}.{packing[-3:]}"
    packed.write_bytes(PACKINGS[packing](whole.read_bytes()))
    before = imported(archive, name, whole, "--zone", "UTC")
    assert before["revisions"] > 0
    for said in ([packed], [name, packed], [folder]):
        came = imported(archive, *said, "--zone", "UTC")
        assert came["code"] == before["code"], came
        held = before["revisions"] + before["sightings"] + before["held"]
        assert (came["revisions"], came["held"]) == (0, held), came


def test_what_a_killed_import_leaves_has_a_name_that_the_guide_tells(
    tmp_path: Path, archive: Path
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    process = start(
        "--archive", archive, "import", "warc", "-", stdin=subprocess.PIPE, TMPDIR=str(folder)
    )
    assert process.stdin is not None
    process.stdin.write(b"WARC/1.0\r\n")
    process.stdin.flush()
    deadline = time.monotonic() + PATIENCE
    while not any(folder.glob("*/*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    ended(process)
    (left,) = folder.iterdir()
    assert left.name.startswith("variorum-input-")
    guide = Path(__file__).parent.parent / "docs" / "guide"
    assert "`variorum-input-*`" in (guide / "takedown.md").read_text()


@pytest.mark.parametrize("packing", ["pzstd", "bz2", "xz"])
def test_what_is_piped_in_packed_is_recognised(archive: Path, packing: str) -> None:
    ran = run("--archive", archive, "import", "-", given=PACKINGS[packing](JSONL.encode()))
    assert (ran.code, ran.err.count("\n")) == (0, 1), ran.err
    assert ran.out.startswith("4 revisions")


def test_of_a_packed_crawl_that_was_cut_short_the_pages_before_are_recorded(
    tmp_path: Path, archive: Path
) -> None:
    crawl = Crawl(False).response(NOON, day(1)).response(ELEVEN, day(2))
    first, second = crawl.data[:-300], crawl.data[-300:]
    path = tmp_path / "a.warc.zst"
    path.write_bytes(zstd.compress(first) + zstd.compress(second)[:-9])
    ran = ask("--archive", archive, "import", path)
    assert (ran.code, ran.out[:10]) == (5, "1 revision")
    assert "before the end-of-stream marker" in ran.err


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["jsonl", "warc", "wacz", "cdxj", "mediawiki", "feed", "newsedits"]
)
def test_what_is_piped_in_is_read_as_its_file_is(tmp_path: Path, archive: Path, name: str) -> None:
    """Recognised or named; the second time, everything is held already."""
    path = examples(tmp_path)[name][0]
    told = ("--zone", "UTC", "--format", "json")
    by_file = run("--archive", tmp_path / "file.db", "import", name, path, *told)
    piped = run("--archive", archive, "import", "-", *told, given=path.read_bytes())
    assert piped.objects[0] == by_file.objects[0]
    assert piped.code == by_file.code
    again = run("--archive", archive, "import", name, "-", *told, given=path.read_bytes())
    assert (again.objects[0]["revisions"], again.objects[0]["sightings"]) == (0, 0)
