"""Claimed times: those that a page, its server or a feed gives, which may be of an older text.

Newsrooms change texts without changing their times. What claims to have come out before another
text was seen to stand did not: then its capture counts, and what it claims is kept with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import structs

from variorum.domain.commands import RecordCopy
from variorum.domain.decisions import held
from variorum.domain.situation import HeldText, Situation
from variorum.domain.times import Basis, PublishedTime

SituationAt = Callable[[int], Situation]
SeenBetween = Callable[[int, int], Iterable[HeldText]]
"""Gives the texts of which a copy was made, or which were seen, from one moment to another."""

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


def counted(copy: RecordCopy, situation_at: SituationAt, seen_between: SeenBetween) -> RecordCopy:
    """A copy with its claimed time, or without it where another text was seen since.

    A copy that is held already counts from where it was recorded, whatever was recorded since.

    Args:
        copy: one whose time is claimed.
        situation_at: the story's situation as of an instant.
        seen_between: asked of few copies: of those that are recorded again, and no longer refuted
            by what is known to have stood.
    """
    published, captured = copy.published, copy.captured
    if published is None or captured is None:
        return copy
    others = copy.others if published in copy.others else (published, *copy.others)
    seen = structs.replace(copy, published=None, others=others)
    is_refuted = _is_refuted(copy, published, captured, situation_at)
    if not is_refuted and held(situation_at(captured), seen):
        is_refuted = _was_refuted(copy, seen_between(published.latest, captured))
    if not is_refuted:
        return copy
    return copy if held(situation_at(copy.at), copy) else seen


def _is_refuted(
    copy: RecordCopy, published: PublishedTime, captured: int, situation_at: SituationAt
) -> bool:
    """Whether another text that stood was seen at the claimed time or after it, before the copy.

    What was erased cannot be compared, and tells nothing.
    """
    text, until = copy.article.canonical(), captured
    while True:
        situation = situation_at(until)
        stood, standing = situation.marks.stood, situation.standing
        if stood is None or standing is None:
            return False
        present = situation.marks.present
        sighted = present.seen if present and present.revision == stood.revision else None
        seen = [(standing, standing.captured), (standing, sighted)]
        since = _stood_since(situation, until)
        previous = situation.marks.previous
        if since is not None and previous is not None and previous.published.at == since:
            seen += [(each, each.captured) for each in situation_at(since).same_time]
        if any(
            moment is not None
            and published.latest <= moment <= captured
            and _is_another(held_text, text)
            for held_text, moment in seen
        ):
            return True
        if since is None or since <= published.at:
            return False
        until = since - 1


def _was_refuted(copy: RecordCopy, seen: Iterable[HeldText]) -> bool:
    """Whether what was seen since its time refuted a copy that is recorded as of its capture.

    Otherwise its time was found later. What was seen is not forgotten, whatever is thought to have
    stood by now; where a text of it was erased, nobody can tell whether it was another.
    """
    text = copy.article.canonical()
    return any(not each.salt or _is_another(each, text) for each in seen)


def _is_another(held_text: HeldText, text: bytes) -> bool:
    return bool(held_text.salt) and not held_text.equals(text)


def _stood_since(situation: Situation, until: int) -> int | None:
    """Since when what stood at an instant is known to have stood."""
    stood, present = situation.marks.stood, situation.marks.present
    if stood is not None and stood.published.at <= until:
        return stood.published.at
    return present.at if present is not None and present.at <= until else None
