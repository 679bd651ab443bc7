"""Claimed times: those that a page, its server or a feed gives, which may be of an older text.

Newsrooms change texts without changing their times. What claims to have come out before another
text was seen to stand did not: then its capture counts, and what it claims is kept with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from msgspec import structs

from variorum.domain.commands import RecordCopy
from variorum.domain.decisions import Match, held
from variorum.domain.situation import Situation
from variorum.domain.times import Basis, PublishedTime

_CLAIMED = (Basis.METADATA, Basis.HTTP, Basis.FEED)


def is_claimed(copy: RecordCopy, seen: int | None) -> bool:
    """Whether the time of a copy is to be held against what was seen by its capture.

    Args:
        seen: the last moment at which a text of the story may have been seen (instant), if any was.
    """
    published, captured = copy.published, copy.captured
    return (
        seen is not None
        and published is not None
        and captured is not None
        and published.latest <= min(seen, captured)
        and published.basis in _CLAIMED
    )


def counted(
    copy: RecordCopy,
    situation_at: Callable[[int], Situation],
    matched: Collection[Match] | None = None,
) -> RecordCopy:
    """A copy with its claimed time, or without it where another text was seen since.

    A copy that is held already counts from where it was recorded, whatever was seen since.

    Args:
        copy: one whose time is claimed.
        situation_at: the story's situation as of an instant.
        matched: as for `decide_record`.
    """
    published, captured = copy.published, copy.captured
    if published is None or captured is None:
        return copy
    others = copy.others if published in copy.others else (published, *copy.others)
    seen = structs.replace(copy, published=None, others=others)
    is_refuted = _is_refuted(copy, published, captured, situation_at)
    if is_refuted is None:
        is_refuted = held(situation_at(captured), seen, matched)
    if not is_refuted:
        return copy
    return copy if held(situation_at(copy.at), copy, matched) else seen


def _is_refuted(
    copy: RecordCopy,
    published: PublishedTime,
    captured: int,
    situation_at: Callable[[int], Situation],
) -> bool | None:
    """Whether another text was seen at the claimed time or after it, before the copy was made.

    None where nobody can tell whether it was another, as it was erased.
    """
    text, until = copy.article.canonical(), captured
    while True:
        situation = situation_at(until)
        stood, standing = situation.marks.stood, situation.standing
        if stood is None or standing is None:
            return False
        if not standing.salt:
            return None
        if not standing.equals(text):
            present = situation.marks.present
            sighted = present.seen if present and present.revision == stood.revision else None
            moments = (standing.captured, sighted)
            if any(seen is not None and published.latest <= seen <= captured for seen in moments):
                return True
        since = _stood_since(situation, until)
        if since is None or since <= published.at:
            return False
        until = since - 1


def _stood_since(situation: Situation, until: int) -> int | None:
    """Since when what stood at an instant is known to have stood."""
    stood, present = situation.marks.stood, situation.marks.present
    if stood is not None and stood.published.at <= until:
        return stood.published.at
    return present.at if present is not None and present.at <= until else None
