"""WARC files: web captures as revisions and sightings, each page a story.

A *copy* is a response with a page in it. A *revisit* is a record that says that a page stood as in
an earlier copy; it becomes a sighting of the revision that this copy showed. A page that answered
404 was missing, 410 gone; one that sent its readers to another page was missing where it had been
(the other page is a story of its own), unless that asks for consent or a login first; then, and at
any other error, it could not be reached.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from urllib.parse import urljoin

from variorum.adapters.imports.copy import copy_of
from variorum.adapters.imports.http_message import Response, response_of
from variorum.adapters.imports.importer import COPYS_OWN, Bad, Defaults, Item
from variorum.adapters.imports.page import looks_like_html, read_page
from variorum.adapters.imports.page_address import page_addresses
from variorum.adapters.imports.piped import unpacked
from variorum.adapters.imports.warc_records import (
    LARGEST_BLOCK,
    Damage,
    Record,
    record_at,
    records,
)
from variorum.domain.asof import Outcome
from variorum.domain.bulk import Command
from variorum.domain.commands import Revisit, Sight, Source
from variorum.domain.errors import UnreadableError, UsageError
from variorum.domain.identity import canonical_url, is_gate
from variorum.domain.times import iso, to_instant

if TYPE_CHECKING:
    from variorum.domain.reading import Reading
    from variorum.domain.stated import Known

HTML = frozenset(("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"))
_NOT_PAGES = re.compile(
    r"/robots\.txt$|\.(?:ico|png|jpe?g|gif|svg|webp|avif|css|js|mjs|json|xml|rss|atom|woff2?|ttf|mp[34]"
    r"|webm|m3u8|ts|pdf|zip|gz|map)$",
    re.I,
)
Opener = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens a file that can be read from any place."""
_OTHER = "other"
_COPY = "copy"
_BAD = "bad"


def commands(
    path: str, defaults: Defaults, progress: Callable[[int], None] | None = None
) -> Iterator[Item]:
    """What the records of a file ask to be recorded (`Importer`); places are their offsets."""
    try:
        with unpacked(path, but="gzip") as file, closing(Crawl(defaults)) as crawl:
            yield from crawl.commands(opener_of(Path(file)), progress)
    except OSError as cause:
        raise UnreadableError(f"{path}: {cause.strerror or cause}") from cause


def opener_of(path: Path) -> Opener:
    return lambda: path.open("rb")


def sight_of(
    uri: str, at: int, outcome: Outcome, defaults: Defaults, revision: int | None = None
) -> Sight:
    """The sighting of a page at an instant; its story is opened by it where it is new.

    Raises:
        UsageError: it is no web address.
    """
    story = defaults.story_at(uri)
    return Sight(story, defaults.actor, at, outcome, revision, opening=defaults.opening(uri))


def outcome_of(status: int) -> Outcome:
    """What an answer other than the page itself says of it."""
    if status == 410:
        return Outcome.GONE
    return Outcome.MISSING if status == 404 or 300 <= status < 400 else Outcome.UNREACHABLE


def is_page(uri: str, media_type: str, status: int = 200) -> bool:
    """Whether what stood at an address was a page, or may have been where nothing says so.

    The type of another answer is that of the words in it, whatever was asked for: a picture, too.
    """
    if not uri.lower().startswith(("http://", "https://")):
        return False
    may_be = not _NOT_PAGES.search(uri.split("?")[0])
    is_its_own = status < 300 or status == 304
    return (media_type in HTML and (may_be or is_its_own)) or (not media_type and may_be)


def instant_of(text: str) -> int:
    """The instant of a `WARC-Date`.

    Raises:
        UnreadableError: it is none.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        return to_instant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as cause:
        raise UnreadableError(f"its date cannot be read: {text[:40]!r}") from cause


class _Capture(NamedTuple):
    """An earlier capture of the crawl: where it is, when it was made, what it came to."""

    file: int
    offset: int
    at: int
    story: str
    kind: str
    is_alone: int
    """Whether it is the only text of its story in its second."""


_FIELDS = """
    select file, offset, at, story, kind, not exists (
        select 1 from capture other
        where other.story = capture.story and other.rowid <> capture.rowid
        and other.at >= capture.at - capture.at % 1000000
        and other.at < capture.at - capture.at % 1000000 + 1000000
        and other.digest is not capture.digest and other.kind = 'copy'
    ) from capture
"""


class Crawl:
    """What the records of one or several files say, each seen in the light of those before it.

    Those are remembered in a file of their own, so that memory is bounded.

    Args:
        waits: revisits of what is not there yet are kept for `late`, after the last file.
    """

    def __init__(self, defaults: Defaults, *, waits: bool = False) -> None:
        self._files: list[tuple[str, Opener]] = []
        self._defaults = defaults
        self._waits = waits
        self._seen = sqlite3.connect("", isolation_level=None)
        self._seen.executescript(
            "create table capture (digest blob, file, offset, at, story, kind);"
            "create index by_digest on capture (digest);"
            "create index by_story on capture (story, at);"
            "create table late (file, offset);"
            "begin"
        )

    def close(self) -> None:
        self._seen.close()

    def commands(
        self, opened: Opener, progress: Callable[[int], None] | None = None, name: str = ""
    ) -> Iterator[Item]:
        """What the records of a file ask to be recorded; places are the name and their offsets.

        Args:
            opened: opens the file, also later, until this crawl was read.
        """
        self._files.append((name, opened))
        reached = 0
        with opened() as file:
            for found in records(file):
                if progress is not None and found.offset > reached:
                    progress(found.offset - reached)
                    reached = found.offset
                command = Bad(found.reason) if isinstance(found, Damage) else self._said(found)
                if command is not None:
                    yield f"{name}offset {found.offset}", command
            if progress is not None:
                progress(max(0, file.seek(0, 2) - reached))

    def late(self) -> Iterator[Item]:
        """What those revisits ask to be recorded that waited for the copies that they refer to."""
        self._waits = False
        for row in self._seen.execute("select file, offset from late order by rowid"):
            number, offset = map(int, row)
            record = self._record_at(number, offset)
            command = self._said(record) if record is not None else None
            if command is not None:
                yield f"{self._files[number][0]}offset {offset}", command

    def _record_at(self, number: int, offset: int) -> Record | None:
        with self._files[number][1]() as file:
            return record_at(file, offset)

    def _said(self, record: Record) -> Command | Bad | None:
        """What a record asks to be recorded; None where it says nothing of a page."""
        try:
            return self._command(record)
        except COPYS_OWN as cause:
            return Bad(cause.message)

    def _command(self, record: Record) -> Command | None:
        uri = record.headers.get("warc-target-uri", "").strip("<> ")
        response = response_of(record.block)
        if record.kind == "revisit":
            return self._revisit(record, uri, response)
        kind = _BAD
        at = None
        try:
            command = self._capture(record, uri, response)
            if command is None:
                kind = _OTHER
            else:
                at = command.at if isinstance(command, Sight) else self._at(record)
                kind = command.outcome.value if isinstance(command, Sight) else _COPY
            return command
        finally:
            self._remember(record, uri, at, kind)

    def _capture(self, record: Record, uri: str, response: Response | None) -> Command | None:
        if record.kind == "resource" or response is None:
            said = record.headers.get("content-type", "")
            response = Response(200, {"content-type": said}, record.block)
        if not is_page(uri, response.media_type, response.status):
            return None
        at = self._at(record)
        _check_whole(record)
        if response.status == 304:
            return sight_of(uri, at, Outcome.UNCHANGED, self._defaults)
        if response.status >= 300:
            outcome = outcome_of(response.status)
            if response.status < 400:
                other = _joined(uri, response.headers.get("location", ""))
                if _is_same_page(uri, other):
                    return None
                if is_gate(uri, other):
                    outcome = Outcome.UNREACHABLE
            return sight_of(uri, at, outcome, self._defaults)
        if response.status in (204, 205, 206):
            raise UnreadableError(f"only a part of a page, or nothing (status {response.status})")
        return self._copy(response, uri, at)

    def _copy(self, response: Response, uri: str, at: int) -> Command | None:
        body = response.content()
        if not response.media_type and not looks_like_html(body):
            return None

        def read(known: Known) -> Reading:
            reading = read_page(body, known, response.headers.get("content-type"))
            changed = response.last_modified
            if reading.published is None and changed is not None and changed.at <= at:
                return replace(reading, published=changed)
            return reading

        defaults = self._defaults
        said = page_addresses(body, uri, response.headers.get("content-type"))
        story = defaults.story_at(uri, *said)
        return copy_of(
            story,
            defaults.actor,
            read,
            Source(body, "text/html"),
            entry=defaults.said_of(story),
            url=(*said, uri)[0],
            outlet=defaults.outlet,
            captured=iso(at),
            zone=defaults.zone,
            date_order=defaults.date_order,
            settings=defaults.settings_of,
        )

    def _revisit(self, record: Record, uri: str, response: Response | None) -> Command | None:
        said = response.media_type if response else ""
        at = self._at(record)
        before = self._before(record, uri, at)
        if before is None and self._waits and is_page(uri, said):
            self._seen.execute(
                "insert into late values (?, ?)", (len(self._files) - 1, record.offset)
            )
            return None
        if before is None:
            return self._revisit_of_unknown(record, uri, said, response, at)
        if before.kind == _OTHER:
            return None
        if before.kind == _BAD:
            raise UnreadableError(f"a revisit of what cannot be read, at offset {before.offset}")
        if before.kind != _COPY:
            return sight_of(uri, at, Outcome(before.kind), self._defaults)
        story = self._defaults.story_at(uri)
        if before.story == story and before.is_alone:
            return Revisit(story, self._defaults.actor, at, before.at)
        original = self._record_at(before.file, before.offset)
        found = response_of(original.block) if original else None
        if found is None:
            raise UnreadableError(f"a revisit of what cannot be read, at offset {before.offset}")
        return self._copy(found, uri, at)

    def _revisit_of_unknown(
        self, record: Record, uri: str, said: str, response: Response | None, at: int
    ) -> Command | None:
        if not is_page(uri, said, response.status if response else 200):
            return None
        if response is not None and response.status >= 300 and response.status != 304:
            return sight_of(uri, at, outcome_of(response.status), self._defaults)
        story = self._defaults.story_at(uri)
        other = record.headers.get("warc-refers-to-target-uri", uri).strip("<> ")
        date = record.headers.get("warc-refers-to-date")
        if date is not None and self._defaults.story_at(other) == story:
            return Revisit(story, self._defaults.actor, at, instant_of(date))
        if "not-modified" in record.headers.get("warc-profile", ""):
            return sight_of(uri, at, Outcome.UNCHANGED, self._defaults)
        if date is None:
            raise UnreadableError(
                "a revisit that names no date, of a copy that is not in this file"
            )
        raise UnreadableError("a revisit of another address, whose copy is not in this file")

    def _at(self, record: Record) -> int:
        return instant_of(record.headers.get("warc-date", ""))

    def _remember(self, record: Record, uri: str, at: int | None, kind: str) -> None:
        self._seen.execute(
            "insert into capture values (?, ?, ?, ?, ?, ?)",
            (_digest(record), len(self._files) - 1, record.offset, at, self._story(uri), kind),
        )

    def _before(self, record: Record, uri: str, at: int) -> _Capture | None:
        """The capture that a revisit refers to, by its address and date, or else by its digest.

        Of several in one second, it is the one of that digest.
        """
        digest = _digest(record)
        date = record.headers.get("warc-refers-to-date")
        row = None
        if date is not None:
            other = record.headers.get("warc-refers-to-target-uri", uri).strip("<> ")
            of = instant_of(date)
            row = self._seen.execute(
                _FIELDS + "where story = ? and at >= ? and at < ?"
                " order by digest is not ?, at, rowid limit 1",
                (self._story(other), of, of + 1_000_000, digest),
            ).fetchone()
        if row is None and digest is not None:
            row = self._seen.execute(
                _FIELDS + "where digest = ? order by story = ? desc, rowid desc limit 1",
                (digest, self._story(uri)),
            ).fetchone()
        return _Capture(*row) if row else None

    def _story(self, uri: str) -> str:
        try:
            return self._defaults.story_at(uri)
        except UsageError:
            return ""


def _digest(record: Record) -> bytes | None:
    said = record.headers.get("warc-payload-digest")
    return hashlib.sha256(said.strip().lower().encode()).digest()[:16] if said else None


def _check_whole(record: Record) -> None:
    """Refuses a record that is not what was sent.

    Raises:
        UnreadableError: it was cut short, or changed since.
    """
    if record.length > LARGEST_BLOCK:
        raise UnreadableError(f"larger than {LARGEST_BLOCK >> 20} MB; that is no story")
    if not record.is_whole:
        raise UnreadableError(f"cut short: {len(record.block)} of {record.length} bytes are there")
    if record.digest_is_wrong():
        raise UnreadableError("damaged: its digest is that of other bytes")
    if "warc-segment-number" in record.headers:
        raise UnreadableError("a segment of a record, of which others are elsewhere")
    truncated = record.headers.get("warc-truncated")
    if truncated is not None:
        raise UnreadableError(f"the crawler kept only a part of it ({truncated[:20]})")


def _joined(uri: str, location: str) -> str:
    try:
        return urljoin(uri, location)
    except ValueError:
        return ""


def _is_same_page(uri: str, other: str) -> bool:
    try:
        return canonical_url(other) == canonical_url(uri)
    except UsageError:
        return False
