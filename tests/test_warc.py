"""Web archives: every page in them becomes a revision or a sighting, whatever state they are in.

They are written by warcio, which also indexes them independently.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from importing import damages, history, imported, items
from program import ask
from variorum.adapters.imports.importer import Bad
from variorum.domain.commands import RecordCopy, Revisit, Sight
from variorum.domain.content import Article

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

brotli: Any = import_module("brotli")  # these ship no types
ArchiveIterator: Any = import_module("warcio.archiveiterator").ArchiveIterator
StatusAndHeaders: Any = import_module("warcio.statusandheaders").StatusAndHeaders
WARCWriter: Any = import_module("warcio.warcwriter").WARCWriter

FERRY = "https://news.example/ferry"


def page(*paragraphs: str, headline: str = "Ferry stops at noon", head: str = "") -> bytes:
    text = "".join(f"<p>{each}</p>" for each in paragraphs)
    return (
        f"<!DOCTYPE html><html><head><title>{headline}</title>{head}</head><body>"
        f"<article><h1>{headline}</h1>{text}</article></body></html>"
    ).encode()


NOON = page("The ferry stopped at noon, the harbour master said on Thursday.", "Nobody was hurt.")
ELEVEN = page("The ferry stopped at eleven, the harbour master now says.", "Nobody was hurt.")


@dataclass
class Crawl:
    """A web archive in the making."""

    gzip: bool = True
    offsets: list[int] = field(default_factory=list[int])

    def __post_init__(self) -> None:
        self.file = io.BytesIO()
        self._writer = WARCWriter(self.file, gzip=self.gzip, warc_version="WARC/1.1")

    @property
    def data(self) -> bytes:
        return self.file.getvalue()

    def response(
        self,
        body: bytes,
        date: str,
        url: str = FERRY,
        status: str = "200 OK",
        headers: Iterable[tuple[str, str]] = (("Content-Type", "text/html; charset=utf-8"),),
        kind: str = "response",
        more: dict[str, str] | None = None,
    ) -> Crawl:
        http = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1")
        record = self._writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            http_headers=http if kind == "response" else None,
            warc_content_type="" if kind == "response" else "text/html",
            warc_headers_dict={"WARC-Date": date, **(more or {})},
        )
        return self._write(record)

    def revisit(
        self, body: bytes, date: str, of: str | None, url: str = FERRY, other: str | None = None
    ) -> Crawl:
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        digest = base64.b32encode(hashlib.sha1(body).digest()).decode()
        record = self._writer.create_revisit_record(
            url,
            digest=f"sha1:{digest}",
            refers_to_uri=other or url,
            refers_to_date=of or "",
            http_headers=http,
            warc_headers_dict={"WARC-Date": date},
        )
        if of is None:
            record.rec_headers.remove_header("WARC-Refers-To-Date")
            record.rec_headers.remove_header("WARC-Refers-To-Target-URI")
        return self._write(record)

    def _write(self, record: Any) -> Crawl:
        self.offsets.append(self.file.tell())
        self._writer.write_record(record)
        record.raw_stream.close()
        return self

    def save(self, folder: Path, name: str = "crawl.warc.gz") -> Path:
        path = folder / name
        path.write_bytes(self.data)
        return path


def day(number: int, hour: int = 12) -> str:
    return f"2024-10-{number:02d}T{hour:02d}:00:00Z"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def told(archive: Path) -> list[tuple[str, ...]]:
    """What was recorded of the one story that there is, its texts by their first words."""
    return [(what, text.split("\n\n")[1][:22] if " " in text else text)
            for _, what, text in history(archive)]  # fmt: skip


@pytest.mark.parametrize("packed", [True, False])
def test_captures_of_a_page_are_a_story(tmp_path: Path, archive: Path, packed: bool) -> None:
    """New texts are revisions, equal ones sightings, and what failed is told by its kind."""
    crawl = Crawl(packed)
    crawl.response(NOON, day(1))
    crawl.response(NOON, day(2), url="http://www.news.example/ferry?utm_source=x")
    crawl.revisit(NOON, day(3), of=day(1)).response(ELEVEN, day(4))
    crawl.revisit(NOON, day(5), of=day(1)).response(b"<p>no", day(6), status="404 Not Found")
    crawl.response(b"", day(7), status="503 Busy", headers=())
    crawl.response(b"", day(8), status="410 Gone")
    path = crawl.save(tmp_path)
    came = imported(archive, path)
    assert (came["revisions"], came["sightings"], came["stories"]) == (2, 6, 1), came
    assert told(archive) == [
        ("r1", "The ferry stopped at n"),
        ("unchanged", "r1"),
        ("unchanged", "r1"),
        ("r2", "The ferry stopped at e"),
        ("unchanged", "r1"),
        ("missing", ""),
        ("unreachable", ""),
        ("gone", ""),
    ]
    again = imported(archive, "warc", path)
    assert (again["revisions"], again["sightings"], again["held"]) == (0, 0, 8), again


def test_counts_are_those_of_an_independent_index(tmp_path: Path, archive: Path) -> None:
    crawl = Crawl()
    for number in range(1, 25):
        url = f"https://news.example/story/{number % 5}"
        match number % 4:
            case 0:
                crawl.revisit(NOON, day(number), of=None, url=url)
            case 1:
                crawl.response(NOON, day(number), url=url)
            case 2:
                text = page(f"On day {number} the harbour was as quiet as on the days before it.")
                crawl.response(text, day(number), url=url)
            case _:
                picture = [("Content-Type", "image/png")]
                crawl.response(b"\x89PNG", day(number), url, headers=picture)
    path = crawl.save(tmp_path)
    counts = Counter[str]()
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            mime = record.http_headers.get_header("Content-Type", "")
            if record.rec_type == "revisit" or mime.startswith("text/html"):
                counts[record.rec_type] += 1
    came = imported(archive, path)
    assert came["code"] == 0, came
    assert came["revisions"] + came["sightings"] + came["held"] == counts.total()
    assert came["sightings"] >= counts["revisit"]


def test_a_revisit_without_a_date_is_known_by_its_digest(tmp_path: Path, archive: Path) -> None:
    crawl = Crawl().response(NOON, day(1)).response(ELEVEN, day(2)).revisit(NOON, day(3), of=None)
    imported(archive, crawl.save(tmp_path))
    assert told(archive)[-1] == ("unchanged", "r1")


def test_a_revisit_is_of_the_text_that_its_digest_names_though_two_came_in_one_second(
    tmp_path: Path, archive: Path
) -> None:
    crawl = Crawl().response(NOON, day(1)).response(ELEVEN, day(1))
    crawl.revisit(ELEVEN, day(2), of=day(1)).revisit(ELEVEN, day(3), of=None)
    imported(archive, crawl.save(tmp_path))
    assert [what for what, _ in told(archive)] == ["r1", "r2", "unchanged", "unchanged"]
    assert [text for _, text in told(archive)[2:]] == ["r2", "r2"]
    parts = Crawl().response(NOON, "2024-10-01T12:00:00.250Z")
    parts.response(ELEVEN, "2024-10-01T12:00:00.500Z").revisit(ELEVEN, day(2), of=day(1))
    _, (_, second), (_, again) = items("warc", parts.save(tmp_path))
    assert isinstance(second, RecordCopy)
    assert isinstance(again, RecordCopy)
    assert again.article == second.article


def test_a_revisit_of_a_copy_in_an_earlier_file_is_a_sighting_of_its_revision(
    tmp_path: Path, archive: Path
) -> None:
    imported(archive, Crawl().response(NOON, "2024-10-01T12:00:00.250000Z").save(tmp_path))
    later = Crawl().response(ELEVEN, day(2)).revisit(NOON, day(3), of=day(1))
    imported(archive, later.save(tmp_path, "b.warc"))
    assert told(archive)[-1] == ("unchanged", "r1")


def test_a_revisit_may_be_in_a_file_before_that_of_its_copy(tmp_path: Path, archive: Path) -> None:
    """As in a crawl whose files were written side by side."""
    Crawl().revisit(NOON, day(2), of=day(1)).save(tmp_path, "0.warc")
    Crawl().response(NOON, day(1)).save(tmp_path, "1.warc")
    came = imported(archive, tmp_path / "0.warc", tmp_path / "1.warc")
    assert (came["revisions"], came["sightings"], came["code"]) == (1, 1, 0)
    again = imported(archive, tmp_path / "0.warc", tmp_path / "1.warc")
    assert (again["revisions"], again["sightings"], again["held"]) == (0, 0, 2)


def test_a_revisit_of_another_address_brings_its_text_along(tmp_path: Path, archive: Path) -> None:
    crawl = Crawl().response(NOON, day(1))
    crawl.revisit(NOON, day(2), of=day(1), url=FERRY + "/print/2", other=FERRY)
    came = imported(archive, crawl.save(tmp_path))
    assert (came["revisions"], came["stories"]) == (2, 2)


def test_a_revisit_of_what_is_nowhere_is_named(tmp_path: Path, archive: Path) -> None:
    crawl = Crawl().revisit(NOON, day(2), of=day(1)).response(ELEVEN, day(3))
    came = imported(archive, crawl.save(tmp_path))
    assert (came["revisions"], came["unreadable"], came["code"]) == (1, 1, 5)


def test_redirects(tmp_path: Path, archive: Path) -> None:
    """To another form of the same address nothing is said; to another page the story moved."""
    crawl = Crawl().response(NOON, day(1))
    for number, target in enumerate(("http://www.news.example/ferry#top", "/boats/ferry"), 2):
        headers = [("Location", target), ("Content-Type", "text/html")]
        crawl.response(b"", day(number), status="301 Moved Permanently", headers=headers)
    imported(archive, crawl.save(tmp_path))
    assert [what for what, _ in told(archive)] == ["r1", "missing"]


def test_a_redirect_to_a_gate_does_not_say_that_the_story_was_missing(
    tmp_path: Path, archive: Path
) -> None:
    """As `watch` says of it; where the story moved to is none, though it names where it stood."""
    crawl = Crawl().response(NOON, day(1))
    gates = ("https://consent.example/?back=https%3A%2F%2Fnews.example%2Fferry", "/login?to=/ferry")
    for number, target in enumerate((*gates, "/boats/ferry?old=/ferry"), 2):
        headers = [("Location", target), ("Content-Type", "text/html")]
        crawl.response(b"", day(number), status="302 Found", headers=headers)
    imported(archive, crawl.save(tmp_path))
    assert [what for what, _ in told(archive)] == ["r1", "unreachable", "unreachable", "missing"]


def test_a_later_page_of_a_story_is_no_revision_of_it(tmp_path: Path, archive: Path) -> None:
    said = f'<link rel=canonical href="{FERRY}">'
    crawl = Crawl().response(page("The ferry stopped at noon on Thursday.", head=said), day(1))
    later = page("On its second page the story goes on with other words.", head=said)
    crawl.response(later, day(1, 13), url=FERRY + "?page=2")
    came = imported(archive, crawl.save(tmp_path))
    assert (came["revisions"], came["stories"]) == (2, 2)


def chunked(body: bytes, size: int = 50) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


CODED: dict[str, tuple[bytes, tuple[tuple[str, str], ...]]] = {
    "plain": (NOON, ()),
    "chunked": (chunked(NOON), (("Transfer-Encoding", "chunked"),)),
    "said to be chunked": (NOON, (("Transfer-Encoding", "chunked"),)),
    "gzip": (gzip.compress(NOON), (("Content-Encoding", "gzip"),)),
    "said to be gzip": (NOON, (("Content-Encoding", "gzip"),)),
    "deflate": (zlib.compress(NOON), (("Content-Encoding", "deflate"),)),
    "brotli": (brotli.compress(NOON), (("Content-Encoding", "br"),)),
    "gzip in chunks": (
        chunked(gzip.compress(NOON)),
        (("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")),
    ),
    "zstd": (zstd.compress(NOON), (("Content-Encoding", "zstd"),)),
    "said to be zstd": (NOON, (("Content-Encoding", "zstd"),)),
    "zstd in frames": (zstd.compress(NOON[:99]) + zstd.compress(NOON[99:]), ()),
    "gzip unsaid": (gzip.compress(NOON), ()),
    "gzip in gzip": (gzip.compress(gzip.compress(NOON)), (("Content-Encoding", "gzip"),)),
    "brotli unsaid": (brotli.compress(NOON), ()),
    "gzip called brotli": (gzip.compress(NOON), (("Content-Encoding", "br"),)),
    "gzip called deflate": (gzip.compress(NOON), (("Content-Encoding", "deflate"),)),
    "brotli called gzip": (brotli.compress(NOON), (("Content-Encoding", "gzip"),)),
}
WRONG: dict[str, tuple[bytes, tuple[tuple[str, str], ...], str]] = {
    "a chunk cut short": (chunked(NOON)[:-40], (("Transfer-Encoding", "chunked"),), "chunks"),
    "no last chunk": (chunked(NOON)[:-5], (("Transfer-Encoding", "chunked"),), "chunks"),
    "a chunk with no length": (
        chunked(NOON).replace(b"\r\n32\r\n", b"\r\nxx\r\n", 1),
        (("Transfer-Encoding", "chunked"),),
        "chunks",
    ),
    "gzip cut short": (gzip.compress(NOON)[:-20], (("Content-Encoding", "gzip"),), "cut short"),
    "brotli cut short": (brotli.compress(NOON)[:-9], (("Content-Encoding", "br"),), "cut short"),
    "a coding of nobody's": (NOON, (("Content-Encoding", "sdch"),), "sdch"),
    "a bomb": (
        gzip.compress(b"a" * (64 << 20), 9),
        (("Content-Encoding", "gzip"),),
        "larger than",
    ),
    "no story": (b"<html><body></body></html>", (), "no story"),
    "gzip unsaid and cut short": (gzip.compress(NOON)[:-20], (), "cut short"),
    "zstd cut short": (zstd.compress(NOON)[:-20], (("Content-Encoding", "zstd"),), "cut short"),
    "zstd damaged": (zstd.compress(NOON)[:4] + b"\xff" * 99, (), "damaged"),
    "a bomb of zstd": (zstd.compress(b"a" * (64 << 20)), (), "larger than"),
    "a PDF": (b"%PDF-1.4\n1 0 obj <</Type/Catalog>> endobj The quick brown fox.", (), "a PDF"),
    "JSON": (b'\n{"status": "ok", "message": "The ferry will stop at noon."}', (), "JSON"),
    "JSON in a list": (b'[{"text": "The ferry will stop at noon, they say."}]', (), "JSON"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + NOON, (), "no text"),
    "noise": (bytes(range(256)) * 40, (), "no text"),
}


@pytest.mark.parametrize("name", CODED)
def test_a_body_is_read_in_any_coding(name: str, tmp_path: Path, archive: Path) -> None:
    body, headers = CODED[name]
    crawl = Crawl().response(body, day(1), headers=(("Content-Type", "text/html"), *headers))
    came = imported(archive, crawl.save(tmp_path))
    assert came["code"] == 0, came
    assert told(archive) == [("r1", "The ferry stopped at n")]


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_read_is_named_and_the_rest_goes_on(
    name: str, tmp_path: Path, archive: Path
) -> None:
    body, headers, reason = WRONG[name]
    crawl = Crawl().response(NOON, day(1))
    crawl.response(body, day(2), headers=(("Content-Type", "text/html"), *headers))
    path = crawl.response(ELEVEN, day(3)).save(tmp_path)
    came = imported(archive, path)
    assert (came["revisions"], came["unreadable"], came["code"]) == (2, 1, 5), came
    said = ask("--archive", archive, "import", path)
    assert f"{path}:offset {crawl.offsets[1]}: " in said.err
    assert reason in said.err


def test_the_charset_of_the_header_and_the_servers_time_count(tmp_path: Path) -> None:
    sentence = "På torsdag stod färjan stilla i hamnen, säger hamnfogden."
    body = page(sentence).decode().encode("cp1252")
    headers = [
        ("Content-Type", "text/html; charset=iso-8859-1"),
        ("Last-Modified", "Mon, 30 Sep 2024 08:15:30 GMT"),
    ]
    path = Crawl().response(body, day(1), headers=headers).save(tmp_path)
    (item,) = [command for _, command in items("warc", path)]
    assert isinstance(item, RecordCopy)
    assert isinstance(item.article, Article)
    assert item.article.paragraphs == (sentence,)
    assert item.published is not None
    assert (item.published.basis, item.published.precision) == ("http", "second")
    assert item.published.at == 1727684130_000000
    assert item.source is not None
    assert item.source.data == body


@pytest.mark.parametrize(
    "said",
    [
        "text/html, text/html; charset=utf-8",
        '"text/html"',
        "text/html charset=utf-8",
        ";text/html",
        "TEXT/HTML;;charset=utf-8",
        "html",
    ],
)
def test_a_page_is_read_though_its_type_is_said_wrongly(tmp_path: Path, said: str) -> None:
    path = Crawl().response(NOON, day(1), headers=[("Content-Type", said)]).save(tmp_path)
    (item,) = [command for _, command in items("warc", path)]
    assert isinstance(item, RecordCopy)
    picture = Crawl().response(NOON, day(1), headers=[("Content-Type", "image/png, text/html")])
    assert items("warc", picture.save(tmp_path)) == []


@pytest.mark.parametrize(
    "said",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Sat, 31 Dec 1994 23:59:59 GMT",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Mon, 01-Jan-0001 00:00:00 GMT",
        "Mon Jan  1 00:00:00 0001",
    ],
)
def test_no_server_knows_when_a_page_was_changed_before_there_were_any(
    tmp_path: Path, said: str
) -> None:
    path = Crawl().response(NOON, day(1), headers=[("Last-Modified", said)]).save(tmp_path)
    (item,) = [command for _, command in items("warc", path)]
    assert isinstance(item, RecordCopy)
    assert item.published is None


def test_damaged_files_are_named_and_read_on(tmp_path: Path, archive: Path) -> None:
    """A member that does not unpack, a byte that was flipped, an end that is missing."""
    for packed in (True, False):
        crawl = Crawl(packed)
        for number in range(1, 5):
            body = page(f"On day {number} the harbour was as quiet as on the days before it.")
            crawl.response(body, day(number), url=f"{FERRY}/{packed}/{number}")
        second, third, fourth = crawl.offsets[1:]
        flipped = bytearray(crawl.data)
        flipped[(second + third) // 2 + 100] ^= 0x20
        cut = crawl.data[: fourth + (len(crawl.data) - fourth) // 2]
        missing = crawl.data[: second + 30] + crawl.data[third - 30 :]
        for number, data in enumerate((bytes(flipped), cut, missing)):
            path = tmp_path / f"{packed}{number}.warc.gz"
            path.write_bytes(data)
            found = items("warc", path)
            whole = [command for _, command in found if isinstance(command, RecordCopy)]
            assert len(whole) == 3, (packed, number, found)
            assert any(isinstance(command, Bad) for _, command in found)
            assert imported(archive, path)["code"] == 5


@pytest.mark.parametrize("status", ["302 Found", "404 Not Found", "410 Gone", "503 Unavailable"])
def test_a_picture_that_is_answered_by_a_page_of_an_error_is_no_story(
    tmp_path: Path, archive: Path, status: str
) -> None:
    """So are robots.txt and icons, which each crawl asks for; in an index, too."""
    crawl = Crawl().response(NOON, day(1))
    names = ("robots.txt", "favicon.ico", "quay.JPG?w=600", "app.js")
    headers = (("Content-Type", "text/html"), ("Location", "https://cdn.example/"))
    for name in names:
        crawl.response(b"<p>no", day(2), f"https://news.example/{name}", status, headers)
    came = imported(archive, crawl.save(tmp_path))
    assert (came["code"], came["revisions"], came["sightings"]) == (0, 1, 0), came
    index = tmp_path / "index.cdxj"
    lines = [
        cdxj(f"https://news.example/{name}", "20241002120000", int(status[:3]), f"sha1:{name}")
        for name in names
    ]
    index.write_text("".join(lines))
    assert imported(archive, index)["sightings"] == 0
    page = Crawl().response(NOON, day(3), url="https://news.example/story.xml")
    page.response(b"", day(4), url="https://news.example/story.xml", status="304 Not Modified")
    came = imported(archive, page.save(tmp_path))
    assert (came["revisions"], came["sightings"]) == (1, 1), came


def test_an_arc_file_is_named(tmp_path: Path, archive: Path) -> None:
    arc = b"filedesc://a.arc 0.0.0.0 20041024091200 text/plain 7\n1 0 None\n"
    for name, data in (("a.arc", arc), ("b.arc.gz", gzip.compress(arc))):
        path = tmp_path / name
        path.write_bytes(data)
        ran = ask("--archive", archive, "import", path)
        assert ran.code == 5
        assert "ARC" in ran.err


def test_wacz_files_are_read_packed_or_not(tmp_path: Path, archive: Path) -> None:
    crawl = Crawl().response(NOON, day(1)).response(ELEVEN, day(2))
    for name, kind in (("a.wacz", zipfile.ZIP_STORED), ("b.wacz", zipfile.ZIP_DEFLATED)):
        with zipfile.ZipFile(tmp_path / name, "w", kind) as file:
            file.writestr("archive/data.warc.gz", crawl.data)
            file.writestr("datapackage.json", "{}")
    came = imported(archive, tmp_path / "a.wacz", tmp_path / "b.wacz")
    assert (came["code"], came["revisions"], came["held"]) == (0, 2, 2), came
    with zipfile.ZipFile(tmp_path / "empty.wacz", "w") as file:
        file.writestr("datapackage.json", "{}")
    assert "no WARC file" in imported(archive, "wacz", tmp_path / "empty.wacz")["said"] or (
        ask("--archive", archive, "import", "wacz", tmp_path / "empty.wacz").code == 5
    )


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_both_files_of_one_name_in_a_wacz_are_read(
    tmp_path: Path, archive: Path, kind: int
) -> None:
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w", kind) as file:
        file.writestr("archive/data.warc.gz", Crawl().response(NOON, day(1)).data)
        file.writestr("archive/data.warc.gz", Crawl().response(ELEVEN, day(2)).data)
    came = imported(archive, path)
    assert (came["code"], came["revisions"], came["held"]) == (0, 2, 0), came


@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_files_of_a_wacz_are_one_crawl(tmp_path: Path, archive: Path, kind: int) -> None:
    """Revisits in one are of copies in another: before it or after it, by date or digest alone."""
    early = Crawl().revisit(NOON, day(2), of=day(1)).revisit(NOON, day(3), of=None)
    early.revisit(NOON, day(4), of=day(1), url=FERRY + "/print/2", other=FERRY)
    early.revisit(b"nowhere", day(4), of=None)
    late = Crawl().revisit(NOON, day(5), of=None)
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w", kind) as file:
        for number, crawl in enumerate((early, Crawl().response(NOON, day(1)), late)):
            file.writestr(f"archive/rec-{number}.warc.gz", crawl.data)
    came = imported(archive, path)
    assert (came["revisions"], came["sightings"], came["stories"]) == (2, 3, 2), came
    again = ask("--archive", archive, "import", path)
    assert f"{path}:archive/rec-0.warc.gz offset {early.offsets[3]}: a revisit" in again.err


@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_of_the_files_of_a_wacz_few_are_open_at_once(tmp_path: Path, kind: int) -> None:
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w", kind) as file:
        file.writestr("archive/00.warc", Crawl(False).revisit(NOON, day(2), of=None).data)
        for number in range(1, 40):
            crawl = Crawl(False).response(NOON, day(1), f"{FERRY}-{number}")
            file.writestr(f"archive/{number:02}.warc", crawl.data)
    resource: Any = pytest.importorskip("resource", reason="counts what is open, on Unix")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 16, limits[1]))
    try:
        came = items("wacz", path)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert (len(came), [each for _, each in came if isinstance(each, Bad)]) == (40, [])


@pytest.mark.parametrize(
    ("other", "of", "reason"),
    [(None, None, "names no date"), (FERRY, day(1), "another address")],
)
def test_a_revisit_is_refused_whose_text_only_the_archive_may_have(
    tmp_path: Path, archive: Path, other: str | None, of: str | None, reason: str
) -> None:
    """The archive keeps no crawler's digests, and gives no text of a story to another."""
    imported(archive, Crawl().response(NOON, day(1)).save(tmp_path))
    url = f"{FERRY}/print/2" if other else FERRY
    path = Crawl().revisit(NOON, day(2), of, url, other).save(tmp_path, "b.warc.gz")
    assert reason in ask("--archive", archive, "import", path).err


def cdxj(url: str, when: str, status: int, digest: str, mime: str = "text/html") -> str:
    said = f'{{"url":"{url}","mime":"{mime}","status":"{status}","digest":"{digest}"}}'
    return f"example,news)/ferry {when} {said}\n"


def test_an_index_alone_gives_sightings(tmp_path: Path, archive: Path) -> None:
    """Of the texts that the archive holds; of others it can only be said that they are not held."""
    imported(archive, Crawl().response(NOON, day(1)).save(tmp_path))
    lines = [
        cdxj(FERRY, "20241001120000", 200, "sha1:A"),
        cdxj(FERRY, "20241002120000", 200, "sha1:A", "warc/revisit"),
        cdxj(FERRY, "20241003120000", 404, "sha1:B"),
        cdxj(FERRY, "20241004120000", 410, "sha1:B"),
        cdxj(FERRY, "20241005120000", 500, "sha1:B"),
        cdxj(FERRY, "20241006120000", 200, "sha1:C"),
        cdxj(FERRY + ".png", "20241006120000", 200, "sha1:D", "image/png"),
        "no index\n",
    ]
    path = tmp_path / "index.cdxj"
    path.write_text("!meta {}\n" + "".join(lines), encoding="utf-8")
    came = imported(archive, path)
    assert (came["sightings"], came["held"], came["unreadable"]) == (4, 1, 2), came
    assert [what for what, _ in told(archive)] == [
        "r1", "unchanged", "missing", "gone", "unreachable"
    ]  # fmt: skip


SMALL = Crawl().response(NOON, day(1)).revisit(NOON, day(2), of=day(1)).data
SMALL_PLAIN = Crawl(False).response(chunked(NOON), day(1), headers=CODED["chunked"][1]).data
INDEX = cdxj(FERRY, "20241001120000", 200, "sha1:A").encode()


def small_wacz() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/a.warc", SMALL_PLAIN)
    return file.getvalue()


without_reset = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@without_reset
@given(data=damages(SMALL, SMALL_PLAIN))
def test_no_bytes_make_the_reader_of_warc_fail(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(data)
    for _, command in items("warc", path):
        assert isinstance(command, Bad | RecordCopy | Revisit | Sight)


@without_reset
@given(data=damages(small_wacz()))
def test_no_bytes_make_the_reader_of_wacz_fail(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.wacz"
    path.write_bytes(data)
    items("wacz", path)


@without_reset
@given(data=damages(INDEX, INDEX * 3))
def test_no_bytes_make_the_reader_of_indexes_fail(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.cdxj"
    path.write_bytes(data)
    items("cdxj", path)
