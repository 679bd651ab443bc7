"""Writes ninjs 3.1 (IPTC, News in JSON): one item for each state.

An item's `uri` names the story and its `version` the revision. What was taken down in the archive
is `withheld`, what the newsroom took away `canceled`; neither has a body. No rights are claimed:
nobody has told the archive whose they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from variorum.adapters.exports.markup import body
from variorum.adapters.exports.states import Departure, State
from variorum.adapters.exports.text import interval
from variorum.adapters.exports.uri import uri
from variorum.domain.content import Article, Media
from variorum.domain.stated import describe
from variorum.domain.streams import story_stream
from variorum.domain.times import iso

SCHEMA = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"
_STANDARD = {"name": "ninjs", "version": "3.1", "schema": SCHEMA}
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]+")


def lines(states: Iterable[State | Departure]) -> Iterator[bytes]:
    """An item a line, each with its line feed."""
    for state in states:
        yield orjson.dumps(item(state)) + b"\n"


def item(state: State | Departure) -> dict[str, Any]:
    """A state as an item; a departure as the story's last, canceled."""
    found = _departed(state) if isinstance(state, Departure) else _stood(state)
    return {"standard": _STANDARD, **{key: value for key, value in found.items() if value}}


def _departed(gone: Departure) -> dict[str, Any]:
    when = "at a time that is not known" if gone.since is None else iso(gone.since)
    return {
        "uri": uri(story_stream(gone.entry.id)),
        "type": "text",
        "version": None if gone.revision is None else str(gone.revision),
        "firstCreated": None if gone.first is None else iso(gone.first),
        "versionCreated": None if gone.since is None else iso(gone.since),
        "pubStatus": "canceled",
        "edNote": f"The story was gone: seen {when}.",
        "altIds": _known_as(gone.description.url),
    }


def _stood(state: State) -> dict[str, Any]:
    chosen, article = state.chosen, state.chosen.article
    until = chosen.restriction.until if chosen.restriction else None
    return {
        "uri": uri(story_stream(chosen.entry.id)),
        "type": "text",
        "representationType": "partial" if chosen.erasures or not article else "full",
        "version": str(chosen.revision.number),
        "firstCreated": iso(state.first),
        "versionCreated": iso(chosen.published.at),
        "pubStatus": "usable" if article else "withheld",
        "embargoedUntil": None if until is None else iso(until),
        "edNote": "\n".join(_notes(state)),
        "altIds": [
            *_known_as(state.description.url),
            {"role": "revision", "value": state.name},
            {"role": "position", "value": str(chosen.revision.position)},
            {"role": "commitment", "value": chosen.revision.event.article.commitment},
            *([{"role": "remainder", "value": state.remainder}] if state.remainder else []),
        ],
        "infoSources": _sources(state),
        **(_said(state, article) if article else {}),
    }


def _said(state: State, article: Article) -> dict[str, Any]:
    text = "\n\n".join(article.paragraphs)
    counted = {"charCount": len(text), "wordCount": len(text.split())}
    return {
        "headlines": [{"value": article.headline}] if article.headline else None,
        "by": article.byline,
        "located": article.dateline,
        "bodies": [
            {"role": "main", "contentType": "text/plain", **counted, "value": text},
            {"role": "main", "contentType": "text/html", **counted, "value": body(article)},
        ],
        "associations": [
            _picture(state, number, medium) for number, medium in enumerate(article.media, 1)
        ],
    }


def _picture(state: State, number: int, medium: Media) -> dict[str, Any]:
    address = medium.url if medium.url and _URI.fullmatch(medium.url) else None
    stream = story_stream(state.chosen.entry.id)
    found = {
        "name": f"picture {number}",
        "type": "picture",
        "title": medium.title,
        "by": medium.credit,
        "descriptions": [{"role": "caption", "value": medium.caption}] if medium.caption else None,
        "renditions": [{"name": "original", "href": address}] if address else None,
        "altIds": None if address or not medium.url else _known_as(medium.url),
    }
    return {
        "uri": uri(f"{stream}/{state.chosen.revision.name}/picture/{number}"),
        **{key: value for key, value in found.items() if value},
    }


def _known_as(address: str | None) -> list[dict[str, str]]:
    return [{"role": "url", "value": address}] if address else []


def _sources(state: State) -> list[dict[str, str]] | None:
    outlet = state.description.outlet or state.chosen.entry.outlet
    return [{"name": outlet, "role": "publisher"}] if outlet else None


def _notes(state: State) -> Iterator[str]:
    """What an editor who receives it should know: notices, doubts, and what was taken down."""
    chosen, zone = state.chosen, state.chosen.entry.zone
    if chosen.article:
        yield from (notice.printed for notice in chosen.article.notices)
    published = chosen.published
    yield f"Published {describe(published, zone)}, known by {published.basis.value}."
    yield f"It came out within {interval(published)}."
    if state.doubts:
        yield f"Not certain at {iso(state.shown.at)}; possible too: {', '.join(state.doubts)}."
    if chosen.restriction is not None:
        yield f"Restricted in the archive {chosen.restriction.ends}."
    for erasure in chosen.erasures:
        yield f"Erased in the archive by event #{erasure.position}: {erasure.what}."
    if chosen.article is None and chosen.restriction is None and not chosen.erasures:
        yield "The text is not held."
