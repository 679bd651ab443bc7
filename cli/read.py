"""Commands that ask of one story: show, history."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from variorum.adapters.exports.amendment_json import (
    amendment_json,
    amendment_name,
    amendment_text,
)
from variorum.adapters.exports.state_json import item_json, published_json, shown_json
from variorum.adapters.exports.takedown_json import restriction_json, takedown_json
from variorum.cli.options import (
    AtOption,
    Format,
    FormatOption,
    KnownAtOption,
    StoryArgument,
    TargetArgument,
    story_and_revision,
)
from variorum.cli.output import emit, fitted, note_text, print_shown, reason, say, table, write_utf8
from variorum.cli.session import Session
from variorum.domain.errors import UsageError
from variorum.domain.stated import describe
from variorum.domain.stories import not_known_yet
from variorum.domain.streams import story_stream
from variorum.domain.times import Basis, clock_time, iso

if TYPE_CHECKING:
    from variorum.domain.access import Erasure, Restriction
    from variorum.domain.archive import Archive
    from variorum.domain.content import Note
    from variorum.domain.history import Item
    from variorum.domain.notices import StatedNotice
    from variorum.domain.ports import StoryEntry
    from variorum.domain.shown import Shown

app = typer.Typer()


class ShowFormat(StrEnum):
    """How a state is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    NINJS = "ninjs"


@app.command("show")
def show(
    ctx: typer.Context,
    story: TargetArgument,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    format: Annotated[
        ShowFormat,
        typer.Option("--format", help="text for people, json for programs, html a page, ninjs."),
    ] = ShowFormat.TEXT,
) -> None:
    """The story as it stood at a moment; now, if none is given."""
    session: Session = ctx.obj
    name, number = story_and_revision(story)
    if number is not None and at is not None:
        raise UsageError("give a revision or a moment, not both")
    with session.open() as connection:
        archive = connection.archive
        if number is None:
            shown = archive.show(name, at, known_at)
        else:
            shown = archive.show_revision(name, number, known_at)
        if format in (ShowFormat.HTML, ShowFormat.NINJS):
            _write_state(archive, shown, format)
            return
    if format is ShowFormat.JSON:
        emit(shown_json(shown))
    else:
        print_shown(shown)


def _write_state(archive: Archive, shown: Shown, format: ShowFormat) -> None:
    from variorum.adapters.exports import html, ninjs
    from variorum.adapters.exports.states import state_of

    state = state_of(archive, shown)
    if format is ShowFormat.HTML:
        write_utf8(html.page([state], shown.known.position).decode())
    else:
        emit(ninjs.item(state))


@app.command("history")
def history(
    ctx: typer.Context,
    story: StoryArgument,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Every revision of a story in order of publication, with sightings, redatings and notes.

    With --at, only what had been published or seen by then.
    """
    from variorum.domain.history import items

    session: Session = ctx.obj
    with session.open() as connection:
        archive = connection.archive
        entry, known = archive.asked(story, known_at)
        until = archive.instant(at, entry) if at is not None else None
        if entry.position > known.position:
            raise not_known_yet(entry, known.position)
        state = archive.state_of(entry, known.position)
        recorded_at = {
            recorded.position: recorded.recorded_at
            for each in archive.apart(entry)
            for recorded in archive.log.stream(story_stream(each.id), known.position)
        }
        entries: list[_Entry] = []
        for item in items(state, known.position):
            if until is not None and item.at > until:
                continue
            hidden = archive.restriction(entry, item.revision)
            note = None
            if item.note is not None and (item.kind not in _NOTES or hidden is None):
                note = archive.note_text(entry, item.note, item.revision, item.of)
            erased = list(archive.erased(entry, item.revision)) if item.revision else []
            entries.append(_Entry(item, note, hidden, erased))
    if format is Format.JSON:
        emit(
            {
                "story": entry.id,
                "zone": entry.zone,
                "known": {
                    "position": known.position,
                    "asked": known.asked,
                    "final": known.final,
                },
                "items": [_item_json(each, recorded_at[each.item.position]) for each in entries],
            }
        )
        return
    times = f"; times in {entry.zone}" if entry.zone else ""
    say(fitted(f"{entry.id}, as known at #{known.position}{times}"))
    table(
        ("PUBLISHED OR SEEN", "WHAT", "DETAIL", "RECORDED"),
        [
            [
                describe(each.item.published, entry.zone)
                if each.item.published
                else ("" if each.item.note is not None else clock_time(each.item.at, entry.zone)),
                _item_name(each.item),
                _item_detail(each, entry),
                f"#{each.item.position} {clock_time(recorded_at[each.item.position], None)}",
            ]
            for each in entries
        ],
        free=2,
    )


_NOTES = ("note", "amendment")
"""Items whose notes are hidden with what they are about."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An item with its note, and with what hides or erased the text that it is of."""

    item: Item
    note: Note | None
    restriction: Restriction | None
    erased: list[Erasure]


def _item_name(item: Item) -> str:
    name = f"r{item.revision}" if item.revision else "story"
    if item.erasure is not None:
        return f"{item.erasure.what} erased"
    if item.restriction is not None:
        return f"{name} {'restored' if item.restriction.restored else 'restricted'}"
    if item.amended is not None:
        return f"story {amendment_name(item.amended.amendment)}"
    if item.sighting is not None:
        return (
            f"{name} {item.sighting.outcome.value}"
            if item.revision
            else item.sighting.outcome.value
        )
    return (
        name
        if item.kind == "revision"
        else f"{name} {'redated' if item.kind == 'redating' else 'note'}"
    )


def _item_detail(each: _Entry, entry: StoryEntry) -> str:
    item, note = each.item, each.note
    if item.erasure is not None or item.restriction is not None:
        until = item.restriction.ends if item.kind == "restriction" and item.restriction else None
        return "; ".join(part for part in (until, reason(note)) if part)
    if item.amended is not None:
        said = amendment_text(item.amended.amendment)
        return "; ".join(part for part in (said, note and reason(note)) if part)
    if item.kind == "note" and note is not None:
        return note_text(note)
    if item.kind == "note":
        return "restricted" if each.restriction else "erased"
    if item.formerly is not None:
        return f"formerly {describe(item.formerly, entry.zone)}"
    if item.published is None:
        return ""
    kinds = _kinds(item.source.event.notices) if item.source else []
    captured = item.source.event.captured if item.source else None
    items = item.source.event.items if item.source else ()
    dated = f"{len(items)} dated items" if len(items) != 1 else "1 dated item"
    parts = [f"by {item.published.basis.value}", f"to the {item.published.precision.value}", *kinds]
    parts += [dated] if items else []
    if captured is not None and item.published.basis is not Basis.CAPTURE:
        parts.append(f"captured {clock_time(captured, entry.zone)}")
    if item.source is not None:
        parts += [
            f"{other.basis.value} says {describe(other, entry.zone)}"
            for other in item.source.event.others
        ]
    if each.restriction is not None:
        parts.append(f"restricted {each.restriction.ends}")
    parts += [f"{erasure.what} erased (#{erasure.position})" for erasure in each.erased]
    return ", ".join(parts)


def _kinds(notices: tuple[StatedNotice, ...]) -> list[str]:
    """Each kind of notice once, with how many there are: `3 × update`."""
    counts = Counter(notice.kind.value for notice in notices)
    return [kind if number == 1 else f"{number} × {kind}" for kind, number in counts.items()]


def _item_json(each: _Entry, recorded_at: int) -> dict[str, Any]:
    item, note = each.item, each.note
    event = item.source.event if item.source else None
    return {
        "kind": item.kind,
        "at": iso(item.at),
        "revision": f"r{item.revision}" if item.revision else None,
        "position": item.position,
        "recorded_at": iso(recorded_at),
        "published": published_json(item.published) if item.published else None,
        "formerly": published_json(item.formerly) if item.formerly else None,
        "captured": iso(event.captured) if event and event.captured is not None else None,
        "outcome": item.sighting.outcome.value if item.sighting else None,
        "notices": [
            {
                "kind": n.kind.value,
                "at": iso(n.time.at) if n.time else None,
                "severity": n.severity.value if n.severity else None,
            }
            for n in (event.notices if event else ())
        ],
        "items": [item_json(item) for item in (event.items if event else ())],
        "others": [published_json(other) for other in (event.others if event else ())],
        "note": {k: v for k, v in asdict(note).items() if v is not None}
        if note and item.kind == "note"
        else None,
        "takedown": takedown_json(item, note),
        "amendment": amendment_json(item.amended, note) if item.amended else None,
        "restricted": restriction_json(each.restriction) if each.restriction else None,
        "erased": [
            {"part": e.part.value, "number": e.number, "position": e.position} for e in each.erased
        ],
    }
