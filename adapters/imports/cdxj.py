"""CDXJ: an index of web captures, without their texts (specs.webrecorder.net/cdxj/0.1.0).

A line has a key, a moment and a JSON object: the address, the status, the digest. It says that a
page stood, was missing or was gone; which text it was is known only where the archive holds the
copy of that moment, or one of the same digest that an earlier line names.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from variorum.adapters.imports.http_message import media_type_in
from variorum.adapters.imports.importer import COPYS_OWN, Bad, Defaults, Item
from variorum.adapters.imports.packed import PACKING_ERRORS, open_file
from variorum.adapters.imports.warc import is_page, outcome_of, sight_of
from variorum.domain.bulk import Command
from variorum.domain.commands import Revisit
from variorum.domain.errors import UnreadableError
from variorum.domain.times import to_instant

LONGEST_LINE = 1 << 20


def commands(
    path: str, defaults: Defaults, progress: Callable[[int], None] | None = None
) -> Iterator[Item]:
    """What the lines of an index ask to be recorded (`Importer`)."""
    number = 0
    texts = _Texts()
    try:
        with open_file(path, progress) as stream:
            while raw := stream.readline(LONGEST_LINE):
                number += 1
                if not raw.strip() or raw.startswith((b"!", b" CDX")):
                    continue
                command: Command | Bad | None
                try:
                    command = _command(raw, defaults, texts)
                except COPYS_OWN as cause:
                    command = Bad(cause.message)
                if command is not None:
                    yield number, command
    except PACKING_ERRORS as cause:
        reason = getattr(cause, "strerror", None) or str(cause)
        raise UnreadableError(f"{path}:{number + 1}: {reason}") from cause
    finally:
        texts.close()


class _Texts:
    """When each text of a story was captured first, by its digest; in a file of its own."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.executescript(
            "create table text (name blob primary key, at) without rowid; begin"
        )

    def close(self) -> None:
        self._file.close()

    def first(self, story: str, digest: str, at: int) -> int:
        """The first capture of a text: an earlier line's, or this one."""
        name = hashlib.sha256(f"{story} {digest}".encode()).digest()[:16]
        self._file.execute("insert or ignore into text values (?, ?)", (name, at))
        (found,) = self._file.execute("select at from text where name = ?", (name,)).fetchone()
        return int(found)


def _command(raw: bytes, defaults: Defaults, texts: _Texts) -> Command | None:
    _, _, rest = raw.partition(b" ")
    moment, _, body = rest.partition(b" ")
    at = _instant(moment)
    try:
        fields: dict[str, Any] = orjson.loads(body)
        uri, mime = str(fields["url"]), str(fields.get("mime") or "")
        status = int(fields.get("status") or 0)
        digest = str(fields.get("digest") or "")
    except (ValueError, KeyError, TypeError, AttributeError) as cause:
        raise UnreadableError("not a line of an index: key, moment, and an object") from cause
    is_revisit = mime == "warc/revisit"
    if not is_page(uri, "" if is_revisit else media_type_in(mime), status):
        return None
    if 300 <= status < 400 and status != 304:
        return None  # to where is not said: to another page, or to this one by another name
    if status >= 300 and status != 304:
        return sight_of(uri, at, outcome_of(status), defaults)
    story = defaults.story_at(uri)
    return Revisit(story, defaults.actor, at, texts.first(story, digest, at) if digest else at)


def _instant(moment: bytes) -> int:
    text = moment.decode("ascii", "replace")
    if len(text) not in (14, 17) or not text.isdecimal():
        raise UnreadableError(f"not a moment of 14 figures: {text[:30]!r}")
    try:
        whole = datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as cause:
        raise UnreadableError(f"no such moment: {text[:30]}") from cause
    return to_instant(whole) + int(text[14:] or 0) * 1000
