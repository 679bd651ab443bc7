"""The limit of an import: one script, tuned, that does the same work on the same rows.

It decodes lines (JSON), tells a revision from a sighting by the text in force, hashes, compresses
upon the text before by the same rule and at the same level, encodes events, and stores the rows of
log, content and catalogue in transactions of the same size. It knows this one input only: no zones
but offsets, no notices, no opinion on what is late or ambiguous, nobody else who writes.
"""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_right, insort
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from struct import Struct
from typing import Any

import orjson
from stores import Rows

from variorum.adapters.catalogue import codes
from variorum.adapters.contents.chain import base_of, encode
from variorum.adapters.eventlog.packing import packed
from variorum.domain.identity import address_of, outlet_id

BATCH = 500
TOPICS = {"story.opened.1": 1, "story.revision-recorded.1": 2, "story.sighted.1": 3}
OPENED, REVISION, SIGHTED = TOPICS
_MARK = Struct(">qqBBIHHq")
"""The mark of a dating of which the capture is known (`adapters/catalogue/mark.py`)."""


class _Story:
    __slots__ = ("held", "key", "name", "revisions", "sighted", "texts", "version")

    def __init__(self, key: int, name: str) -> None:
        self.key, self.name = key, name
        self.version = self.revisions = 0
        self.held: list[tuple[int, int, bytes, bytes]] = []
        self.texts: list[bytes] = []
        self.sighted = False


def batches(path: str, now: int) -> Iterator[tuple[Rows, int]]:
    """The rows of each transaction, by table, and the position that it ends at."""
    stories: dict[str, _Story] = {}
    position = 0
    with Path(path).open("rb") as lines:
        rows, many = _empty(), 0
        rows["topic"] += [(1, key, name) for name, key in TOPICS.items()]
        for raw in lines:
            position = _add(rows, stories, orjson.loads(raw), position, now)
            many += 1
            if many == BATCH:
                yield rows, position
                rows, many = _empty(), 0
        yield rows, position


def _empty() -> Rows:
    names = ("stream", "topic", "event", "content", "story", "dating", "sighting")
    return {name: [] for name in (*names, "besides")}


def _add(rows: Rows, stories: dict[str, _Story], line: dict[str, Any], last: int, now: int) -> int:
    name = line["story"]
    story = stories.get(name)
    if story is None:
        story = stories[name] = _Story(len(stories) + 1, name)
        last = _open(rows, story, line, last + 1, now)
    captured = _micros(line["captured"])
    last += 1
    if "status" in line:
        state = {"actor": "bench", "at": captured, "outcome": line["status"]}
        _event(rows, story, last, now, SIGHTED, state)
        _sighted(rows, story, (1, story.key, 1, captured, last, None, None))
        return last
    data = orjson.dumps({"headline": line["headline"], "paragraphs": line["body"].split("\n\n")})
    at = _micros(line["published"])
    place = bisect_right(story.held, (at, 1 << 60))
    if place:
        _, number, salt, digest = story.held[place - 1]
        if hashlib.sha256(salt + data).digest() == digest:
            state = {
                "actor": "bench",
                "at": at,
                "outcome": "unchanged",
                "revision": number,
                "captured": captured,
            }
            _event(rows, story, last, now, SIGHTED, state)
            _sighted(rows, story, (1, story.key, 0, at, last, number, captured))
            return last
    ordinal = story.revisions
    salt, digest = _content(rows, story, 0, ordinal, data)
    story.revisions = number = ordinal + 1
    insort(story.held, (at, number, salt, digest))
    latest = at + 1_000_000
    state = {
        "actor": "bench",
        "revision": number,
        "published": {
            "at": at,
            "earliest": at,
            "latest": latest,
            "precision": "second",
            "basis": "metadata",
            "zone": "+00:00",
        },
        "captured": captured,
        "article": {"ordinal": ordinal, "length": len(data), "commitment": digest.hex()},
    }
    _event(rows, story, last, now, REVISION, state)
    mark = _MARK.pack(last, now, 1, 4, at // 1_000_000, number, ordinal, captured) + b"+00:00"
    rows["dating"].append((1, story.key, at, number, last, None, None, None, ordinal, mark))
    return last


def _sighted(rows: Rows, story: _Story, row: tuple[Any, ...]) -> None:
    rows["sighting"].append(row)
    if not story.sighted:
        story.sighted = True
        rows["besides"].append((1, story.key, codes.SIGHTED))


def _open(rows: Rows, story: _Story, line: dict[str, Any], position: int, now: int) -> int:
    rows["stream"].append((1, story.key, "story/" + story.name))
    data = orjson.dumps({"url": line["url"], "outlet": line["outlet"]})
    _, digest = _content(rows, story, 3, 0, data)
    outlet, address = outlet_id(line["outlet"]), address_of(line["url"])
    state = {
        "actor": "bench",
        "zone": line["zone"],
        "outlet": outlet,
        "address": address,
        "description": {"ordinal": 0, "length": len(data), "commitment": digest.hex()},
    }
    _event(rows, story, position, now, OPENED, state)
    known = (line["zone"], None, outlet, bytes.fromhex(address), 0, digest)
    rows["story"].append((1, story.key, story.name, position, now, *known))
    return position


def _event(
    rows: Rows, story: _Story, position: int, now: int, topic: str, state: dict[str, Any]
) -> None:
    rows["event"].append(
        (1, position, story.key, story.version, TOPICS[topic], now, packed(orjson.dumps(state)))
    )
    story.version += 1


def _content(
    rows: Rows, story: _Story, kind: int, ordinal: int, data: bytes
) -> tuple[bytes, bytes]:
    salt = os.urandom(32)
    digest = hashlib.sha256(salt + data).digest()
    base = base_of(ordinal)
    encoding, stored = encode(data, None if base is None else story.texts[base])
    if kind == 0:
        story.texts.append(data)
    rows["content"].append((1, story.key, kind, ordinal, None, int(encoding), salt, stored))
    return salt, digest


def _micros(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000
