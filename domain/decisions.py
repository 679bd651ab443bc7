"""Decisions: pure, from a situation and a command to events and the contents they commit to.

Or to nothing, where the archive holds it already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from variorum.domain.asof import Dating, Implied, Outcome, stood_at
from variorum.domain.commands import AttachNote, Opening, RecordCopy, Redate, Sight
from variorum.domain.content import ContentKind, ContentRef, NewContent, SourceRef, canonical
from variorum.domain.errors import NotFoundError
from variorum.domain.events import (
    Event,
    NoteAttached,
    RevisionRecorded,
    RevisionRedated,
    StoryOpened,
    StorySighted,
)
from variorum.domain.situation import HeldText, Situation
from variorum.domain.streams import story_stream
from variorum.domain.times import PublishedTime, captured_time


class Verdict(StrEnum):
    """What a copy turned out to be."""

    REVISION = "revision"
    SIGHTING = "sighting"
    REDATING = "redating"
    NOTE = "note"
    RESTRICTION = "restriction"
    RESTORATION = "restoration"
    ERASURE = "erasure"
    DESCRIPTION = "description"
    MERGER = "merger"
    PARTING = "parting"
    HELD = "held"
    """The archive holds this very copy already; nothing was recorded."""


Match = tuple[Outcome | None, int, int | None, int]
"""What a copy was recorded as: a revision (None, its number, its capture) or a sighting of one, and
the instant that it is of."""


class Decision(Struct, frozen=True):
    """Events to append, the contents they commit to, and what it came to."""

    verdict: Verdict
    revision: int | None
    events: tuple[Event, ...] = ()
    contents: tuple[NewContent, ...] = ()
    match: Match | None = None
    """What a copy was recorded as, or one that was seen, for others of the same input
    (`decide_record`)."""


def decide_record(
    situation: Situation,
    command: RecordCopy,
    salts: Iterator[bytes],
    matched: Collection[Match] | None = None,
) -> Decision:
    """A sighting where the text equals the one in force just before its own time; else a revision.

    Nothing where the archive holds this very copy already, so that recording an input twice
    changes nothing. Texts that follow one another within one instant (A→B→A) are told apart by
    `matched`.

    Args:
        matched: where a whole input is recorded, perhaps not for the first time: what its earlier
            copies of the story were recorded as. None for a copy by itself.

    Raises:
        UsageError: neither a published nor a captured time is known.
    """
    data = command.article.canonical()
    at = command.at
    captured = command.captured if command.published is not None else None
    same = _same_copy(situation, command, captured, data, matched)
    if same is not None:
        return Decision(Verdict.HELD, same[1], match=same)
    stood, standing = stood_at(situation.marks), situation.standing
    if isinstance(stood, Dating) and standing is not None and standing.equals(data):
        number = standing.revision
        match: Match = (Outcome.UNCHANGED, number, captured, at)
        if match[:3] in situation.seen or _is_known(command, stood, standing):
            return Decision(Verdict.HELD, number, match=match)
        sighting = StorySighted(
            originator_id=story_stream(command.story),
            originator_version=situation.version,
            actor=command.actor,
            at=at,
            outcome=Outcome.UNCHANGED,
            revision=number,
            captured=captured,
        )
        return Decision(Verdict.SIGHTING, number, (sighting,), match=match)
    draft = Draft(situation, command.story, command.actor, salts)
    if not situation.exists:
        draft.open(command.opening)
    published = command.published
    if published is None:
        published = captured_time(at, _seen_before(situation, at))
    article = draft.commit(ContentKind.ARTICLE, data)
    source = command.source
    number = situation.revisions + 1
    draft.add(
        RevisionRecorded(
            originator_id=draft.stream,
            originator_version=draft.version,
            actor=command.actor,
            revision=number,
            published=published,
            captured=command.captured,
            article=article,
            source=SourceRef(
                content=draft.commit(ContentKind.SOURCE, source.data),
                media_type=source.media_type,
            )
            if source
            else None,
            notices=command.notices,
            items=command.items,
            implied=_implied(command, published),
            others=command.others,
        )
    )
    return draft.decided(Verdict.REVISION, number, (None, number, command.captured, at))


def held(
    situation: Situation, command: RecordCopy, matched: Collection[Match] | None = None
) -> bool:
    """Whether this very copy was recorded before, as of the time that it counts from."""
    captured = command.captured if command.published is not None else None
    data = command.article.canonical()
    return _same_copy(situation, command, captured, data, matched) is not None


def _same_copy(
    situation: Situation,
    command: RecordCopy,
    captured: int | None,
    data: bytes,
    matched: Collection[Match] | None,
) -> Match | None:
    """What this very copy was recorded as before, if it was.

    Such a thing is of the same instant, has the same capture and the same text. Where a copy comes
    by itself and other texts stand at that instant, only the capture tells it from a later return
    to the same text.
    """
    if not situation.same_time and not situation.seen_texts:
        return None
    marks = situation.marks
    stood = marks.stood
    others = stood is not None and command.at in (
        stood.published.at,
        marks.present.at if marks.returned is not None and marks.present else None,
    )
    known: list[tuple[Match, HeldText]] = [
        ((None, text.revision, text.captured, command.at), text)
        for text in situation.same_time
        if text.captured == command.captured
    ]
    known += [
        ((Outcome.UNCHANGED, text.revision, captured, command.at), text)
        for text in situation.seen_texts
        if (Outcome.UNCHANGED, text.revision, captured) in situation.seen
    ]
    for match, text in known:
        if matched is not None:
            if match in matched:
                continue
        elif others and command.captured is None:
            continue
        if text.equals(data):
            return match
    return None


def _is_known(command: RecordCopy, stood: Dating, standing: HeldText) -> bool:
    """Whether a copy of the text in force says nothing of it that was not known."""
    alone = command.captured is None or command.published is None
    same = command.captured is not None and command.captured == standing.captured
    return (alone or same) and command.at == stood.published.at


def decide_sight(situation: Situation, command: Sight, salts: Iterator[bytes]) -> Decision:
    """A sighting; of the revision in force at that moment, where the story stood unchanged.

    Raises:
        NotFoundError: there is no such story, or no revision that could have stood unchanged.
    """
    if not situation.exists and command.opening is None:
        raise NotFoundError(f"no story {command.story}")
    revision = command.revision
    if command.outcome is Outcome.UNCHANGED and revision is None:
        for outcome, number, captured in situation.seen:
            if (outcome, captured) == (Outcome.UNCHANGED, command.captured):
                return Decision(Verdict.HELD, number, match=_sight_match(command, number))
        stood = situation.marks.stood
        if stood is None:
            raise NotFoundError(
                f"{command.story} has no revision at that time that could stand unchanged"
            )
        revision = stood.revision
    if revision is not None and not 1 <= revision <= situation.revisions:
        raise NotFoundError(f"{command.story} has no revision r{revision}")
    match = _sight_match(command, revision)
    if (command.outcome, revision, command.captured) in situation.seen:
        return Decision(Verdict.HELD, revision, match=match)
    draft = Draft(situation, command.story, command.actor, salts)
    if not situation.exists and command.opening is not None:
        draft.open(command.opening)
    draft.add(
        StorySighted(
            originator_id=draft.stream,
            originator_version=draft.version,
            actor=command.actor,
            at=command.at,
            outcome=command.outcome,
            revision=revision,
            captured=command.captured,
        )
    )
    return draft.decided(Verdict.SIGHTING, revision, match)


def _sight_match(command: Sight, revision: int | None) -> Match | None:
    """What a copy would have been recorded as that was seen so."""
    if command.outcome is not Outcome.UNCHANGED or revision is None:
        return None
    return command.outcome, revision, command.captured, command.at


def decide_redate(
    situation: Situation, command: Redate, present: PublishedTime | None, salts: Iterator[bytes]
) -> Decision:
    """A new dating of a revision; nothing where it is dated so already.

    Args:
        present: the revision's dating as known now, None where there is no such revision.

    Raises:
        NotFoundError: there is no such story or revision.
    """
    if present is None:
        raise NotFoundError(f"no revision {command.story}@r{command.revision}")
    if present == command.published:
        return Decision(Verdict.HELD, command.revision)
    draft = Draft(situation, command.story, command.actor, salts)
    note = draft.commit(ContentKind.NOTE, canonical(command.note)) if command.note else None
    draft.add(
        RevisionRedated(
            originator_id=draft.stream,
            originator_version=draft.version,
            actor=command.actor,
            revision=command.revision,
            published=command.published,
            note=note,
        )
    )
    return draft.decided(Verdict.REDATING, command.revision)


def decide_note(situation: Situation, command: AttachNote, salts: Iterator[bytes]) -> Decision:
    """A note on a story or a revision.

    Raises:
        NotFoundError: there is no such story or revision.
    """
    if not situation.exists:
        raise NotFoundError(f"no story {command.story}")
    if command.revision is not None and not 1 <= command.revision <= situation.revisions:
        raise NotFoundError(f"no revision {command.story}@r{command.revision}")
    draft = Draft(situation, command.story, command.actor, salts)
    draft.add(
        NoteAttached(
            originator_id=draft.stream,
            originator_version=draft.version,
            actor=command.actor,
            revision=command.revision,
            note=draft.commit(ContentKind.NOTE, canonical(command.note)),
        )
    )
    return draft.decided(Verdict.NOTE, command.revision)


class Grown(Protocol):
    """As much of a story as its next event follows from."""

    @property
    def version(self) -> int: ...

    @property
    def ordinals(self) -> Mapping[ContentKind, int]: ...


class Draft:
    """Events in the making: gives them their versions and their contents' ordinals."""

    def __init__(self, situation: Grown, story: str, actor: str, salts: Iterator[bytes]) -> None:
        self.stream = story_stream(story)
        self.version = situation.version
        self._actor = actor
        self._salts = salts
        self._ordinals = dict(situation.ordinals)
        self._events: list[Event] = []
        self._contents: list[NewContent] = []

    def open(self, opening: Opening) -> None:
        description = opening.description
        self.add(
            StoryOpened(
                originator_id=self.stream,
                originator_version=self.version,
                actor=self._actor,
                zone=opening.zone,
                date_order=opening.date_order,
                outlet=opening.outlet,
                address=opening.address,
                description=self.commit(ContentKind.DESCRIPTION, canonical(description))
                if description
                else None,
            )
        )

    def commit(self, kind: ContentKind, data: bytes) -> ContentRef:
        ordinal = self._ordinals.get(kind, 0)
        self._ordinals[kind] = ordinal + 1
        content = NewContent(self.stream, kind, ordinal, next(self._salts), data)
        self._contents.append(content)
        return content.ref

    def add(self, event: Event) -> None:
        self._events.append(event)
        self.version += 1

    def decided(
        self, verdict: Verdict, revision: int | None, match: Match | None = None
    ) -> Decision:
        return Decision(verdict, revision, tuple(self._events), tuple(self._contents), match)


def _seen_before(situation: Situation, captured: int) -> int | None:
    """The last moment before a capture at which its text cannot have stood yet, if known."""
    marks = situation.marks
    moments: list[int] = []
    for dating in (marks.held, marks.previous):
        if dating is not None and dating.published.latest <= captured:
            moments.append(dating.published.at)
    if situation.standing is not None and situation.standing.captured is not None:
        moments.append(situation.standing.captured)
    moments += [s.seen for s in (marks.gone, marks.present) if s is not None]
    if marks.absent is not None and marks.absent.outcome is Outcome.MISSING:
        moments.append(marks.absent.at)
    return max((moment for moment in moments if moment <= captured), default=None)


def _implied(command: RecordCopy, published: PublishedTime) -> tuple[Implied, ...]:
    """The revisions that a copy says existed before it, each once, in order."""
    first = command.first_published
    if not command.implied and first is None and not command.earlier_text:
        return ()
    implied = [i for i in command.implied if i.earliest is None or i.earliest < published.at]
    if first is not None and first.at < published.at:
        implied.append(Implied(earliest=first.at, latest=max(first.latest, first.at + 1)))
    elif command.earlier_text and not any(i.earliest is None for i in implied):
        latest = min((i.earliest for i in implied if i.earliest is not None), default=published.at)
        implied.append(Implied(earliest=None, latest=latest))
    unique = {(i.earliest, i.latest): i for i in implied}
    return tuple(
        unique[key] for key in sorted(unique, key=lambda key: (key[0] is not None, key[0] or 0))
    )
