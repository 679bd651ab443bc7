"""Writes provenance as PROV-JSON (W3C PROV-DM; W3C member submission of 24 April 2013).

*Entities* are revisions, what remains of one after an erasure, and sources as captured, each by its
commitment. *Activities* are the events of the log, each with the time at which the log took it.
*Agents* are who caused them, the outlet, and the software. It holds no content: times, ids,
digests, so that it can be handed over whole, also where a text was taken down.

    revision:border-troops/r2   activity:7   actor:local   outlet:example   source:border-troops/r2
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import quote

import orjson

from variorum.adapters.exports.selection import Selection, read_together, revisions, window
from variorum.adapters.exports.timeline import TAKEDOWNS
from variorum.adapters.exports.uri import uri
from variorum.domain.archive import Archive
from variorum.domain.asof import LAST_POSITION
from variorum.domain.content import ContentKind
from variorum.domain.events import (
    ContentErased,
    Event,
    RevisionRecorded,
    RevisionRedated,
    StorySighted,
)
from variorum.domain.log import Recorded
from variorum.domain.ports import StoryEntry
from variorum.domain.streams import story_stream
from variorum.domain.times import PublishedTime, iso

KINDS = ("story", "revision", "source", "activity", "actor", "outlet", "software")
_PREFIXES = {"variorum": uri("terms/"), **{kind: uri(f"{kind}/") for kind in KINDS}}
_SOFTWARE = "software:variorum"

Attributes = dict[str, Any]


class Document:
    """A PROV document that grows on disk. Relations have no ids: `_:` and a number stands for each.

    What is said of one story is put together in memory; agents, who are few, are throughout.
    """

    def __init__(self) -> None:
        self._told = sqlite3.connect(
            "", isolation_level=None
        )  # a file of its own, gone when closed
        self._told.execute(
            "create table told (kind text, head text, number integer, tail text, name text,"
            " said blob, primary key (kind, head, number, tail)) without rowid"
        )
        self._parts: dict[str, dict[str, Attributes]] = {}
        self._relations = 0

    def put(self, kind: str, name: str, attributes: Attributes) -> None:
        """An element, with what is said of it; said again, it is added to."""
        said = {key: value for key, value in attributes.items() if value is not None}
        self._parts.setdefault(kind, {}).setdefault(name, {}).update(said)

    def relate(self, kind: str, attributes: Attributes) -> None:
        """A relation between elements."""
        self._relations += 1
        self.put(kind, f"_:{self._relations}", attributes)

    def turn(self) -> None:
        """Ends with a story: nothing more is said of its elements."""
        agents = self._parts.pop("agent", {})
        self._tell()
        self._parts = {"agent": agents}

    def written(self) -> Iterator[bytes]:
        """The document as JSON, its elements in the order of their names, a piece at a time."""
        self._tell()
        yield b'{\n  "prefix": ' + _indented(_PREFIXES, 1)
        rows = self._told.execute(
            "select kind, name, said from told order by kind, head, number, tail"
        )
        for kind, found in groupby(rows, key=itemgetter(0)):
            yield b',\n  "%b": {' % kind.encode()
            for count, (_, name, said) in enumerate(found):
                yield b"%b\n    %b: %b" % (b"," if count else b"", orjson.dumps(name), said)
            yield b"\n  }"
        yield b"\n}\n"
        self._told.close()

    def _tell(self) -> None:
        self._told.execute("begin")
        self._told.executemany(
            "insert into told values (?, ?, ?, ?, ?, ?)",
            (
                (kind, *_by_number(name), name, _indented(said, 2))
                for kind, found in self._parts.items()
                for name, said in found.items()
            ),
        )
        self._told.execute("commit")
        self._parts = {}


def _indented(value: object, levels: int) -> bytes:
    written = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    return written.replace(b"\n", b"\n" + b"  " * levels)


def document(archive: Archive, selection: Selection) -> Iterator[bytes]:
    """The provenance of the stories that are selected, as one document, a piece at a time.

    Raises:
        NotFoundError: a story that was asked for is not there.
    """
    found = Document()
    found.put("agent", _SOFTWARE, {"prov:type": _term("prov:SoftwareAgent")})
    selection = replace(selection, apart=True)
    for ready, entry in read_together(archive, selection):
        _story(found, ready, entry, selection)
        found.turn()
    yield from found.written()


def _story(found: Document, archive: Archive, entry: StoryEntry, selection: Selection) -> None:
    story, moments = entry.id, window(archive, entry, selection)
    found.put("entity", _name("story", story), {"prov:type": _term("variorum:Story")})
    chosen = sorted(
        revisions(archive, entry, selection),
        key=lambda each: (each.published.at, each.revision.position),
    )
    here = {each.revision.number for each in chosen}
    before: str | None = None
    for each in chosen:
        name = _revision(story, each.revision.number)
        found.put("entity", name, _dated(each.published))
        if before is not None:
            found.relate("wasDerivedFrom", _pair("generatedEntity", name, "usedEntity", before))
        before = name
    if entry.outlet:
        _outlet(found, entry.outlet, [_revision(story, number) for number in sorted(here)])
    for recorded in archive.log.stream(story_stream(story), LAST_POSITION):
        if _is_about(recorded, here, selection.known.position, moments.holds):
            _activity(found, story, recorded, here)


def _is_about(recorded: Recorded, here: set[int], known: int, holds: Callable[[int], bool]) -> bool:
    event = recorded.event
    number = getattr(event, "revision", None)
    if isinstance(event, TAKEDOWNS):
        return number is None or number in here
    if recorded.position > known:
        return False
    if isinstance(event, StorySighted):
        return holds(event.at)
    return number is None or number in here


def _activity(found: Document, story: str, recorded: Recorded, here: set[int]) -> None:
    event, time = recorded.event, iso(recorded.recorded_at)
    name = f"activity:{recorded.position}"
    number = getattr(event, "revision", None)
    found.put(
        "activity",
        name,
        {
            "prov:startTime": time,
            "prov:endTime": time,
            "prov:type": _term(f"variorum:{type(event).__name__}"),
            "variorum:position": recorded.position,
            **_said(event),
        },
    )
    actor = _name("actor", event.actor)
    found.put("agent", actor, {"prov:type": _term("variorum:Actor")})
    found.relate("wasAssociatedWith", _pair("activity", name, "agent", actor))
    found.relate("wasAssociatedWith", _pair("activity", name, "agent", _SOFTWARE))
    match event:
        case RevisionRecorded():
            _recorded(found, story, recorded, event)
        case ContentErased():
            _erased(found, story, recorded, event)
        case _:
            used = _revision(story, number) if number in here else _name("story", story)
            found.relate("used", {**_pair("activity", name, "entity", used), "prov:time": time})


def _recorded(found: Document, story: str, recorded: Recorded, event: RevisionRecorded) -> None:
    name, activity = _revision(story, event.revision), f"activity:{recorded.position}"
    time = {"prov:time": iso(recorded.recorded_at)}
    found.put(
        "entity",
        name,
        {
            "prov:type": _term("variorum:Revision"),
            "variorum:commitment": event.article.commitment,
            "variorum:position": recorded.position,
            "variorum:captured": None if event.captured is None else _instant(event.captured),
        },
    )
    found.relate(
        "specializationOf", _pair("specificEntity", name, "generalEntity", _name("story", story))
    )
    found.relate("wasGeneratedBy", {**_pair("entity", name, "activity", activity), **time})
    if event.source is None:
        return
    source = _name("source", f"{story}/r{event.revision}")
    found.put(
        "entity",
        source,
        {
            "prov:type": _term("variorum:Source"),
            "variorum:commitment": event.source.content.commitment,
            "variorum:mediaType": event.source.media_type,
        },
    )
    found.relate("used", {**_pair("activity", activity, "entity", source), **time})
    found.relate("wasDerivedFrom", _pair("generatedEntity", name, "usedEntity", source))


def _erased(found: Document, story: str, recorded: Recorded, event: ContentErased) -> None:
    activity, time = f"activity:{recorded.position}", {"prov:time": iso(recorded.recorded_at)}
    number = event.revision
    kinds = {each.kind for each in event.contents}
    gone: list[str] = []
    if number is not None and ContentKind.ARTICLE in kinds:
        gone.append(_revision(story, number))
    if number is not None and ContentKind.SOURCE in kinds:
        gone.append(_name("source", f"{story}/r{number}"))
    for name in gone or [_name("story", story)]:
        kind = "wasInvalidatedBy" if gone else "used"
        ends = _pair("entity", name, "activity", activity)
        found.relate(kind, {**ends, **time})
    if event.remainder is None or number is None:
        return
    rest = _name("revision", f"{story}/r{number}/{recorded.position}")
    found.put(
        "entity",
        rest,
        {
            "prov:type": _term("variorum:Remainder"),
            "variorum:commitment": event.remainder.commitment,
        },
    )
    found.relate("wasGeneratedBy", {**_pair("entity", rest, "activity", activity), **time})
    found.relate(
        "wasDerivedFrom",
        _pair("generatedEntity", rest, "usedEntity", _revision(story, number)),
    )


def _outlet(found: Document, outlet: str, names: Iterable[str]) -> None:
    agent = _name("outlet", outlet)
    found.put("agent", agent, {"prov:type": _term("prov:Organization")})
    for name in names:
        found.relate("wasAttributedTo", _pair("entity", name, "agent", agent))


def _said(event: Event) -> Attributes:
    match event:
        case RevisionRedated():
            return _dated(event.published)
        case StorySighted():
            return {"variorum:outcome": event.outcome.value, "variorum:at": _instant(event.at)}
        case ContentErased():
            return {"variorum:part": event.part.value, "variorum:number": event.number}
        case _:
            return {}


def _dated(published: PublishedTime) -> Attributes:
    return {
        "variorum:publishedAt": _instant(published.at),
        "variorum:earliest": None if published.earliest is None else _instant(published.earliest),
        "variorum:latest": _instant(published.latest),
        "variorum:precision": published.precision.value,
        "variorum:basis": published.basis.value,
    }


def _instant(instant: int) -> dict[str, str]:
    return {"$": iso(instant), "type": "xsd:dateTime"}


def _term(name: str) -> dict[str, str]:
    return {"$": name, "type": "prov:QUALIFIED_NAME"}


def _pair(one: str, first: str, other: str, second: str) -> Attributes:
    return {f"prov:{one}": first, f"prov:{other}": second}


def _name(kind: str, local: str) -> str:
    return f"{kind}:{quote(local, safe='/.-_@')}"


def _revision(story: str, number: int | None) -> str:
    return _name("revision", f"{story}/r{number}")


def _by_number(name: str) -> tuple[str, int, str]:
    """What orders names: numbers in them as numbers."""
    head, _, tail = name.partition(":")
    return (head, int(tail), "") if tail.isdigit() else (head, -1, tail)
