"""The command that plays a story: replay.

On a terminal it is paced: by real time with --speed, by key with --step, otherwise so that it can
be read, with longer pauses for longer times. In a pipe it is not paced unless --speed is given.
"""

from __future__ import annotations

import math
import sys
import time
from enum import StrEnum
from typing import Annotated, Any

import typer

from variorum.adapters.exports.amendment_json import (
    amendment_json,
    amendment_name,
    amendment_text,
)
from variorum.adapters.exports.order_on_disk import ordered
from variorum.adapters.exports.state_json import article_json, published_json
from variorum.adapters.exports.takedown_json import restriction_json, takedown_json
from variorum.cli.changes import change_json, print_changes, print_first, summary_text
from variorum.cli.options import Format, FormatOption, KnownAtOption
from variorum.cli.output import (
    changed,
    dim,
    emit,
    extent,
    fitted,
    heading,
    note_text,
    reason,
    say,
    width,
    wrapped,
)
from variorum.cli.session import Session
from variorum.domain.asof import Order
from variorum.domain.errors import UsageError
from variorum.domain.part_changes import PartKind
from variorum.domain.replay import Step, steps
from variorum.domain.stated import BASIS_WORDS, describe
from variorum.domain.times import DAY, HOUR, MINUTE, SECOND, clock_time, iso

app = typer.Typer()

_SHORTEST, _LONGEST = 0.7, 3.0
"""Seconds between steps where nothing is said of pace."""

_FOR_EVER = 1e8
"""Seconds that nobody waits, and that a computer can."""


class By(StrEnum):
    """Whose clock a replay follows."""

    PUBLISHED = "published"
    RECORDED = "recorded"


@app.command("replay")
def replay(
    ctx: typer.Context,
    story: Annotated[
        str | None, typer.Argument(metavar="[STORY]", help="A story; all of them, if not given.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="T", help="Begin at this moment.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="T", help="End at this moment.")] = None,
    by: Annotated[
        By, typer.Option("--by", help="In the order of publication, or of recording.")
    ] = By.PUBLISHED,
    speed: Annotated[
        float | None,
        typer.Option(
            "--speed",
            metavar="N",
            help="So many times faster than it was: 3600 is 1 h in 1 s.",
        ),
    ] = None,
    step: Annotated[
        bool, typer.Option("--step", help="Wait for a key before each step; q ends.")
    ] = False,
    known_at: KnownAtOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Plays a story: each change as it happened, when, from which source, with which notice."""
    if speed is not None and not (math.isfinite(speed) and speed > 0):
        raise UsageError("--speed is a number above 0")
    if speed is not None and step:
        raise UsageError("give --speed or --step, not both")
    session: Session = ctx.obj
    order: Order = "published" if by is By.PUBLISHED else "recorded"
    with session.open() as connection:
        archive = connection.archive
        entry = None
        if story is None:
            known = archive.known(known_at)
        else:
            entry, known = archive.asked(story, known_at)
        since = archive.instant(from_, entry) if from_ is not None else None
        until = archive.instant(to, entry) if to is not None else None
        if since is not None and until is not None and since > until:
            raise UsageError("the period ends before it begins (--from, --to)")
        played = steps(
            archive,
            story,
            known=known.position,
            order=order,
            since=since,
            until=until,
            ordered=ordered,
        )
        last: Step | None = None
        for each in played:
            if last is not None and not _paced(each.moment - last.moment, speed, step):
                return
            if format is Format.JSON:
                emit(_step_json(each))
            else:
                _print_step(each, last, several=story is None)
            sys.stdout.flush()
            last = each
    if last is None and format is Format.TEXT:
        say("nothing happened in that time")


def _paced(gap: int, speed: float | None, step: bool) -> bool:
    """Waits as long as is asked; false where the reader has had enough."""
    if step:
        if not sys.stdin.isatty():
            return True
        key = typer.getchar()
        if key == "\x03":
            raise KeyboardInterrupt
        return key not in ("q", "Q", "\x1b", "\x04")
    if speed is not None:
        time.sleep(min(_FOR_EVER, max(0, gap) / SECOND / speed))
    elif sys.stdout.isatty():
        hours = max(0, gap) / HOUR
        time.sleep(min(_LONGEST, _SHORTEST + math.log1p(hours) / 2))
    return True


def _print_step(step: Step, last: Step | None, *, several: bool) -> None:
    zone, item = step.story.zone, step.item
    name = f"{step.story.id} " if several else ""
    what = f"r{item.revision}" if item.revision else "story"
    if last is not None:
        say()
    later = f"  (+{span(step.moment - last.moment)})" if last and step.moment > last.moment else ""
    moment = (
        describe(item.published, zone)
        if item.published and step.moment == item.published.at
        else clock_time(step.moment, zone)
    )
    head = f"━━ {moment}  {name}{what}"
    if sys.stdout.isatty() and extent(head + later) > width():
        later = f"\n   {later.strip()}" if later else ""
    say(heading(head) + dim(later))
    if item.sighting is not None:
        say(f"   seen {item.sighting.outcome.value}")
        return
    if item.erasure is not None or item.restriction is not None:
        print_takedown(step)
        return
    if item.amended is not None:
        amendment = item.amended.amendment
        said = f"{amendment_name(amendment)} {amendment_text(amendment)}, by {item.amended.actor}"
        why = f": {reason(step.note)}" if step.note else ""
        say(wrapped(said + why, "   "))
        return
    if item.kind == "note":
        hidden = f"restricted {step.restriction.ends}" if step.restriction else "erased"
        said = note_text(step.note) if step.note else hidden
        say(wrapped(f"note: {said}", "   "))
        return
    if item.kind == "redating" and item.published and item.formerly:
        times = f"from {describe(item.formerly, zone)} to {describe(item.published, zone)}"
        say(fitted(f"redated: {times}", "   "))
        return
    if item.published is not None:
        source = f", {step.story.outlet}" if step.story.outlet else ""
        time = "" if step.moment == item.published.at else f"{describe(item.published, zone)} "
        say(dim(fitted(f"{time}{BASIS_WORDS[item.published.basis]}{source}", "   ")))
    if step.restriction is not None:
        until = f"{step.restriction.ends} (#{step.restriction.position})"
        say(fitted(f"its text is restricted {until}", "   "))
    elif step.article is None:
        say("   its text was erased")
    elif step.change is None:
        print_first(step.article)
    else:
        say(dim(wrapped(f"against {step.before}: {summary_text(step.change)}", "   ")))
        new = [n.after for n in step.change.notices if n.kind is PartKind.ADDED and n.after]
        for notice in new:
            say(changed(wrapped(notice.printed, "   ")))
        print_changes(step.change, told=new)


def print_takedown(step: Step) -> None:
    """What was restricted, restored or erased, and why."""
    item = step.item
    if item.erasure is not None:
        what, actor = f"erased: {item.erasure.what}", item.erasure.actor
    else:
        assert item.restriction is not None
        actor = item.restriction.actor
        what = "restored" if item.restriction.restored else f"restricted {item.restriction.ends}"
    say(wrapped(f"{what}, by {actor}: {reason(step.note)}", "   "))


def span(gap: int) -> str:
    """A length of time in its two largest units."""
    parts: list[str] = []
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")):
        count, gap = divmod(gap, unit)
        if count and len(parts) < 2:
            parts.append(f"{count} {name}")
    return " ".join(parts) or "less than 1 s"


def _step_json(step: Step) -> dict[str, Any]:
    item = step.item
    return {
        "story": step.story.id,
        "kind": item.kind,
        "moment": iso(step.moment),
        "revision": f"r{item.revision}" if item.revision else None,
        "position": item.position,
        "published": published_json(item.published) if item.published else None,
        "formerly": published_json(item.formerly) if item.formerly else None,
        "outcome": item.sighting.outcome.value if item.sighting else None,
        "note": step.note.text if step.note and item.kind == "note" else None,
        "against": step.before,
        "change": change_json(step.change) if step.change else None,
        "article": article_json(step.article) if step.change is None and step.article else None,
        "takedown": takedown_json(item, step.note),
        "amendment": amendment_json(item.amended, step.note) if item.amended else None,
        "restricted": restriction_json(step.restriction) if step.restriction else None,
    }
