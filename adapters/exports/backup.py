"""Writes a whole collection as a backup: its exact log, its contents, and what was signed of it.

JSON Lines. The first line says what it is; then the lines of the log as they are (variorum.domain.
log), each followed by the contents that its event commits to, as far as they are still held; then
the checkpoints and their time-stamps; and a last line that says how much there was, so that a
shortened file is known.
`import` restores it into an empty collection of either database, with the same tree.

    {"backup":"variorum","version":1,"collection":"main","position":2}
    {"position":1,…}
    {"content":{"stream":"story/kursk","kind":"article","ordinal":0,"salt":"…hex…","text":"…"}}
    {"checkpoint":{"size":2,"root":"…base64…","signed_at":1729775460000000,"note":"…"}}
    {"timestamp":{"size":2,"authority":"https://…","obtained_at":1729775461000000,"token":"…base64…"}}
    {"end":{"events":2,"contents":1,"signed":2,"root":"…base64…"}}

A content that is not UTF-8 has `base64` in the place of `text`; one that was erased has neither,
nor a salt.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson

from variorum.adapters.contents.commits import Ref, commits, committed
from variorum.adapters.contents.store import ChainedContent
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.reader import LogReader
from variorum.adapters.eventlog.restored import part_of
from variorum.domain.asof import LAST_POSITION
from variorum.domain.content import ContentKind, Held
from variorum.domain.errors import (
    CheckFailedError,
    ConflictError,
    DamagedError,
    UnreadableError,
)
from variorum.domain.events import StoryMerged, StoryUnmerged
from variorum.domain.streams import COLLECTION_STREAM
from variorum.domain.tree import Frontier, leaf_hash

if TYPE_CHECKING:
    from variorum.adapters.connect import Connection
    from variorum.domain.signing_keys import SigningKeys

VERSION = 1
HALVES = frozenset((StoryMerged.TOPIC, StoryUnmerged.TOPIC))
"""Events that mean nothing without the next one, which is on the stream of the other story."""


def lines(connection: Connection, until: int) -> Iterator[bytes]:
    """The lines of a backup of everything up to a position, without line feeds.

    Raises:
        DamagedError: a position of the log is missing; or a content is, without a record, or is not
            what the log committed to; or a checkpoint is signed by none of the log's keys.
        ConflictError: something was erased after that position, so that there is no record of it;
            or in a part of a backup that was not restored; or it lies between two events that
            belong together.
    """
    head = {
        "backup": "variorum",
        "version": VERSION,
        "collection": connection.collection_name,
        "position": until,
    }
    yield orjson.dumps(head)
    reader = LogReader(connection.database, connection.collection)
    contents = ChainedContent(connection.database, connection.collection)
    frontier, count = Frontier(), 0
    withheld: set[tuple[str, ContentKind, int]] = set()
    gone: set[tuple[str, ContentKind, int]] = set()
    for page in reader.pages(0, until):
        for event in page:
            exact = event.line
            frontier.add(leaf_hash(exact))
            yield exact
            found = commits(bytes(event.state))
            gone.update((event.stream, each.kind, each.ordinal) for each in found.contents)
            if found.contents:
                withheld -= gone
            for kind, ref in committed(found):
                count += 1
                held = contents.as_stored(event.stream, kind, ref.ordinal, ref.commitment)
                place = event.stream, kind, ref.ordinal
                if held is None and place not in gone:  # what stays of a story may be gone already
                    withheld.add(place)
                yield _content(event.stream, kind, ref, held)
        if page[-1].position == until and page[-1].topic in HALVES:
            raise ConflictError(
                f"#{until} is the first of two events that belong together: back up to #{until + 1}"
            )
    if withheld:
        part = part_of(connection.database, connection.collection)
        if part is not None:
            raise ConflictError(
                f"{len(withheld)} contents were erased in the rest of a backup, of which events up "
                f"to #{part.position} were restored: import the whole file first"
            )
        raise ConflictError(
            f"of what was known at #{until}, {len(withheld)} contents were erased later: back up "
            "all of the log, so that the record of it is there"
        )
    signed = 0
    for each in _checkpoints(connection, until):
        signed += 1
        yield each
    root = base64.b64encode(frontier.root()).decode()
    yield orjson.dumps(
        {"end": {"events": until, "contents": count, "signed": signed, "root": root}}
    )


def _content(stream: str, kind: ContentKind, ref: Ref, held: Held | None) -> bytes:
    body: dict[str, Any] = {"stream": stream, "kind": kind.value, "ordinal": ref.ordinal}
    if held is not None:
        body["salt"] = held.salt.hex()
        try:
            body["text"] = held.data.decode()
        except UnicodeDecodeError:
            body["base64"] = base64.b64encode(held.data).decode()
    return orjson.dumps({"content": body})


def _checkpoints(connection: Connection, until: int) -> Iterator[bytes]:
    from variorum.domain.signing_keys import signing_keys

    with connection.database.read() as cursor:
        rows = cursor.rows(
            statement("exports", "checkpoints"),
            {"collection": connection.collection, "until": until},
        )
        tokens = cursor.rows(
            statement("exports", "tokens"),
            {"collection": connection.collection, "until": until},
        )
    if not rows:
        return
    keys = signing_keys(connection.log.stream(COLLECTION_STREAM, LAST_POSITION))
    kept: set[int] = set()
    for size, root, note, signed_at in rows:
        if not _is_signed_by(keys, until, size, bytes(note)):
            continue
        kept.add(size)
        body = {
            "size": size,
            "root": base64.b64encode(bytes(root)).decode(),
            "signed_at": signed_at,
            "note": bytes(note).decode(),
        }
        yield orjson.dumps({"checkpoint": body})
    for size, authority, obtained_at, token in tokens:
        if size not in kept:
            continue
        body = {
            "size": size,
            "authority": authority,
            "obtained_at": obtained_at,
            "token": base64.b64encode(bytes(token)).decode(),
        }
        yield orjson.dumps({"timestamp": body})


def _is_signed_by(keys: SigningKeys, until: int, size: int, note: bytes) -> bool:
    """Whether a key that the log names up to a position has signed a checkpoint.

    Raises:
        DamagedError: none that it names at all has; no backup with it could be restored.
    """
    from variorum.adapters.tree.evidence import check_note

    try:
        signers = check_note(note, keys.good_for(size)).signers
    except (CheckFailedError, UnreadableError) as cause:
        raise DamagedError(f"the checkpoint of #{size}: {cause.message} (`verify`)") from cause
    return any(each.key in signers for each in keys.named if each.position <= until)
