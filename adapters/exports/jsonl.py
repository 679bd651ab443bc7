"""Writes JSONL that `import jsonl` reads: one copy of a story a line, in order of recording.

A published time is written as text where text says it exactly, otherwise as an object with all
its parts. Sightings are lines without a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import orjson

from variorum.adapters.exact_json import exact_values
from variorum.adapters.exports.selection import Chosen, Selection, read_together, revisions, window
from variorum.adapters.exports.state_json import published_json
from variorum.domain.archive import Archive
from variorum.domain.asof import Outcome, Sighting
from variorum.domain.content import Media, PrintedNotice
from variorum.domain.errors import UsageError
from variorum.domain.ports import StoryEntry
from variorum.domain.stated import Known, stated_time
from variorum.domain.times import Basis, Precision, PublishedTime, iso, to_datetime, zone_named


def lines(archive: Archive, selection: Selection) -> Iterator[bytes]:
    """The lines of an export, without line feeds.

    Raises:
        NotFoundError: a story that was asked for is not there.
    """
    for ready, entry in read_together(archive, selection):
        yield from _story(ready, entry, selection)


def _story(archive: Archive, entry: StoryEntry, selection: Selection) -> Iterator[bytes]:
    description = archive.description(entry)
    head = {
        "story": entry.id,
        "url": description.url,
        "outlet": description.outlet or entry.outlet,
        "zone": entry.zone,
    }
    state = archive.state_of(entry, selection.known.position)
    texts: dict[int | None, int] = {}
    """By revision, the instant that its text counts from."""
    found: list[tuple[int, dict[str, Any]]] = []
    for chosen in revisions(archive, entry, selection, state):
        if chosen.article is not None:
            texts[chosen.revision.number] = chosen.published.at
            own = {**head, **_copy(chosen), "status": None, "text_of": None}
            rest = {key: value for key, value in _rest(archive, chosen) if key not in own}
            found.append((chosen.revision.position, rest | _said_of(own)))
    if selection.at is None:
        moments = window(archive, entry, selection)
        for sighting in state.sightings:
            unchanged = sighting.outcome is Outcome.UNCHANGED
            is_held = not unchanged or sighting.revision in texts  # else the text is not to be had
            if is_held and moments.holds(sighting.at):
                text_of = texts.get(sighting.revision) if unchanged else None
                line = {**head, **_sighting(sighting, text_of)}
                found.append((sighting.position, _said_of(line)))
    for _, fields in sorted(found, key=lambda each: each[0]):
        yield orjson.dumps(fields)


def _copy(chosen: Chosen) -> dict[str, Any]:
    article, event = chosen.article, chosen.revision.event
    assert article is not None
    by_capture = chosen.published.basis is Basis.CAPTURE
    stated = [*event.notices, *[None] * (len(article.notices) - len(event.notices))]
    return {
        "published": None if by_capture else _time(chosen.published),
        "basis": None if by_capture else chosen.published.basis.value,
        "captured": iso(event.captured) if event.captured is not None else None,
        "headline": article.headline,
        "byline": article.byline,
        "dateline": article.dateline,
        "body": "\n\n".join(article.paragraphs) or None,
        "media": [_said(medium) for medium in article.media],
        "notices": [
            {
                **_said(notice),
                **(
                    {
                        "kind": found.kind.value,
                        "rule": found.rule,
                        "time": published_json(found.time) if found.time else None,
                        **({"severity": found.severity.value} if found.severity else {}),
                        **({"label": list(found.label)} if found.label else {}),
                    }
                    if found
                    else {}
                ),
            }
            for notice, found in zip(article.notices, stated, strict=False)
        ],
        "implied": [
            {
                "earliest": None if i.earliest is None else iso(i.earliest),
                "latest": iso(i.latest),
            }
            for i in event.implied
        ],
        "items": [
            {
                "paragraph": item.paragraph + 1,
                "rule": item.rule,
                "time": published_json(item.time) if item.time else None,
            }
            for item in event.items
        ],
        "others": [published_json(other) for other in event.others],
        "comments": article.comments.value if article.comments else None,
    }


def _sighting(sighting: Sighting, text_of: int | None) -> dict[str, Any]:
    """A line without a text; where it saw one, it says which by the instant that it counts from."""
    return {
        "published": None if sighting.captured is None else iso(sighting.at),
        "captured": iso(sighting.seen),
        "status": sighting.outcome.value,
        "text_of": None if text_of is None else iso(text_of),
    }


def _rest(archive: Archive, chosen: Chosen) -> Iterator[tuple[str, orjson.Fragment]]:
    """The keys that an import did not know and kept, but those that none would take."""
    source = chosen.revision.event.source
    if source is None or source.media_type != "application/json":
        return
    data = archive.source(chosen.entry, chosen.revision.number, source.content)
    with suppress(RecursionError):  # so deep may be what a file held that was recorded
        for key, value in exact_values(data).items() if data else ():
            with suppress(TypeError):
                yield key, orjson.Fragment(orjson.dumps(value))


def _said_of(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value not in (None, [])}


def _time(published: PublishedTime) -> str | dict[str, Any]:
    text = _as_text(published)
    try:
        read = stated_time(text, Known())
    except UsageError:
        return published_json(published)
    same = replace(read, basis=published.basis, resolved=published.resolved)
    return text if same == published and not published.resolved else published_json(published)


def _as_text(published: PublishedTime) -> str:
    zone = zone_named(published.zone or "UTC")
    moment = to_datetime(published.at, zone)
    name = published.zone or "UTC"
    match published.precision:
        case Precision.MONTH:
            return f"{moment:%Y-%m} {name}"
        case Precision.DAY:
            return f"{moment:%Y-%m-%d} {name}"
        case Precision.HOUR:
            half = "a.m." if moment.hour < 12 else "p.m."
            return f"{moment:%Y-%m-%d} {moment.hour % 12 or 12} {half} {name}"
        case Precision.MINUTE:
            return f"{moment:%Y-%m-%dT%H:%M}{_suffix(moment, name)}"
        case Precision.SECOND:
            return f"{moment.replace(tzinfo=None).isoformat()}{_suffix(moment, name)}"


def _suffix(moment: datetime, name: str) -> str:
    if name == "UTC":
        return "Z"
    return name if name[0] in "+-" else f" {name}"


def _said(part: Media | PrintedNotice) -> dict[str, Any]:
    return {key: value for key, value in asdict(part).items() if value is not None}
