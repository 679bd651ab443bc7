"""From a reading, and what was said of it besides, to a copy that can be recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from variorum.adapters.imports.known import known_of
from variorum.domain.commands import Opening, RecordCopy, Source
from variorum.domain.content import Description
from variorum.domain.identity import address_of, outlet_id
from variorum.domain.outlet import UNKNOWN, Settings
from variorum.domain.stated import Known, stated_time
from variorum.domain.times import DateOrder, disagree, iso, zone_named

if TYPE_CHECKING:
    from variorum.adapters.imports.known import Said
    from variorum.domain.reading import Reading


def copy_of(
    story: str,
    actor: str,
    read: Callable[[Known], Reading],
    source: Source,
    *,
    entry: Said | None = None,
    url: str | None = None,
    outlet: str | None = None,
    published: str | None = None,
    captured: str | None = None,
    zone: str | None = None,
    date_order: DateOrder | None = None,
    headline: str | None = None,
    now: int | None = None,
    problems: list[str] | None = None,
    settings: Callable[[str | None], Settings] = lambda _: UNKNOWN,
) -> RecordCopy:
    """The copy to be recorded.

    Args:
        read: reads the text, given what is known of it.
        entry: the story, where the archive has it already, or is about to.
        now: counts as the capture where no time is known at all; None to refuse that.
        problems: to which is added what could not be found out.
        settings: how an outlet writes, by its id; for what neither the caller nor the story says.

    Raises:
        UsageError: a time or a zone cannot be read, or no time is known at all.
        UnreadableError: there is no text.
    """
    if zone is not None:
        zone_named(zone)
    named = outlet_id(outlet) if outlet else None
    known = known_of(entry, settings, zone=zone, date_order=date_order, outlet=named)
    seen = stated_time(captured, known).at if captured is not None else None
    known = replace(known, captured=seen)
    reading = read(known)
    if problems is not None:
        problems += reading.problems
        if entry is not None and zone is not None and zone != entry.zone:
            problems.append(
                f"the story's zone stays {entry.zone or 'unknown'}: {zone} is for this copy "
                "(`variorum stories describe` changes it)"
            )
    stated = stated_time(published, known) if published is not None else reading.published
    if problems is not None and seen is not None and stated is not None and seen < stated.at:
        problems.append(f"it came out {iso(stated.at)}, later than the capture")
    if stated is None and seen is None and now is not None:
        seen = now
        if problems is not None:
            problems.append("no time is stated: it counts from now, as its capture (--captured T)")
    others = (*reading.others, *((reading.published,) if reading.published else ()))
    article = replace(reading.article, headline=headline) if headline else reading.article
    return RecordCopy(
        story=story,
        actor=actor,
        article=article,
        published=stated,
        captured=seen,
        source=source,
        notices=reading.notices,
        items=reading.items,
        implied=reading.implied,
        earlier_text=reading.earlier_text,
        first_published=reading.first_published,
        others=tuple(each for each in others if stated and disagree(each, stated)),
        opening=Opening(
            zone=known.zone,
            date_order=known.date_order,
            outlet=named,
            address=address_of(url) if url else None,
            description=Description(url=url, outlet=outlet) if url or outlet else None,
        ),
    )
