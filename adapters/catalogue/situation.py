"""What a decision looks at, found by index: the same as `StoryState.situation`, without replay."""

from __future__ import annotations

from collections.abc import Sequence

from variorum.adapters.catalogue.codes import OUTCOMES
from variorum.adapters.catalogue.mark import captured_of, read
from variorum.adapters.catalogue.marks import marks_of, streams_of
from variorum.adapters.contents.commits import commits
from variorum.adapters.contents.sealed import sealed_salt
from variorum.adapters.contents.store import KIND_NUMBERS
from variorum.adapters.database.port import Cursor, Row
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.packing import unpacked
from variorum.domain.asof import LAST_POSITION, Marks, Outcome
from variorum.domain.content import ContentKind
from variorum.domain.errors import DamagedError
from variorum.domain.ports import StoryEntry
from variorum.domain.situation import HeldText, Situation

_ARTICLE = KIND_NUMBERS[ContentKind.ARTICLE]

NOTHING = Situation(
    exists=False,
    version=0,
    revisions=0,
    ordinals={},
    zone=None,
    marks=Marks(),
    standing=None,
    same_time=(),
    seen=frozenset(),
    seen_texts=(),
)
"""The situation of a story that is not there."""


def plain_situation(
    cursor: Cursor, collection: int, story: StoryEntry, at: int
) -> Situation | None:
    """As `situation_of`, with one statement; None where there is more to look at than it tells."""
    key = {"collection": collection, "stream": story.key}
    rows = cursor.rows(statement("catalogue", "plain_situation"), {**key, "at": at})
    if len(rows) != 1:
        return None
    held, before, after, state, salt, *places = rows[0]
    following = read(after)[0] if after is not None else None
    if held is None:
        return _situation(story, places, Marks(following=following), None)
    dating, _, captured = read(held)
    if salt is None or dating.published.at == at or not dating.is_sure(at):
        return None
    previous = read(before)[0] if before is not None else None
    marks = Marks(
        held=dating,
        previous=previous,
        following=following,
        last_sighted=captured,
        captured=captured,
    )
    row = (dating.revision, captured, state, None, salt)
    return _situation(story, places, marks, _held(cursor, key, row))


def _situation(
    story: StoryEntry,
    places: Sequence[int],
    marks: Marks,
    standing: HeldText | None,
    same_time: Sequence[HeldText] = (),
    seen: frozenset[tuple[Outcome, int | None, int | None]] = frozenset(),
    seen_texts: Sequence[HeldText] = (),
) -> Situation:
    """A situation, with what `places.sql` gives."""
    version, revisions, *ordinals = places
    return Situation(
        exists=True,
        version=version,
        revisions=revisions,
        ordinals={
            kind: ordinal for kind, ordinal in zip(KIND_NUMBERS, ordinals, strict=False) if ordinal
        },
        zone=story.zone,
        marks=marks,
        standing=standing,
        same_time=tuple(same_time),
        seen=seen,
        seen_texts=tuple(seen_texts),
    )


def situation_of(cursor: Cursor, collection: int, story: StoryEntry, at: int) -> Situation:
    """The situation of something of the instant `at`; also of stories that are one."""
    places = cursor.row(
        statement("catalogue", "next_places"), {"collection": collection, "stream": story.key}
    )
    assert places is not None
    streams = streams_of(story)
    marks = marks_of(cursor, collection, streams, at, LAST_POSITION)
    same_time: dict[int, HeldText] = {}
    seen: set[tuple[Outcome, int | None, int | None]] = set()
    for stream in streams:
        key = {"collection": collection, "stream": stream.key}
        for revision, *row in cursor.rows(statement("catalogue", "same_time"), {**key, "at": at}):
            here = stream.here(revision)
            if here not in same_time:
                same_time[here] = _held(cursor, key, _captured((here, *row)))
        for outcome, revision, captured in cursor.rows(
            statement("catalogue", "seen_at"), {**key, "at": at}
        ):
            number = None if revision is None else stream.here(revision)
            seen.add((OUTCOMES[int(outcome)], number, captured))
    unchanged = {number for outcome, number, _ in seen if outcome is Outcome.UNCHANGED and number}
    return _situation(
        story,
        places,
        marks,
        _text(cursor, collection, story, marks.stood.revision) if marks.stood else None,
        [same_time[number] for number in sorted(same_time)],
        frozenset(seen),
        [_text(cursor, collection, story, number) for number in sorted(unchanged)],
    )


def _text(cursor: Cursor, collection: int, story: StoryEntry, number: int) -> HeldText:
    home, own = story.home(number)
    key = {"collection": collection, "stream": home.key}
    row = cursor.row(statement("catalogue", "held_text"), {**key, "revision": own})
    assert row is not None
    return _held(cursor, key, _captured((number, *row[1:])))


def _captured(row: Row) -> Row:
    """A row with the capture of the revision in place of its mark."""
    revision, mark, *rest = row
    return (revision, captured_of(mark), *rest)


def _held(cursor: Cursor, key: dict[str, int], row: Row) -> HeldText:
    revision, captured, state, ordinal, salt = row
    article = None if state is None else commits(unpacked(bytes(state))).article
    if article is None:
        raise DamagedError(f"r{revision} was recorded by an event without an article: `verify`")
    if salt is None:
        salt = sealed_salt(cursor, **key, kind=_ARTICLE, ordinal=ordinal)
    return HeldText(
        revision, captured, article.commitment, bytes(salt) if salt is not None else None
    )
