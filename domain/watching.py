"""Watching: how often a page is looked at, and what an answer says of it.

A *target* is a page or a feed that is looked at again and again. Its *pace* is the time between two
looks, which grows as the story ages: what has not changed for long is looked at less often. After a
failure it is left alone for longer each time, and at least as long as its server asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from variorum.domain.asof import Outcome
from variorum.domain.times import DAY, HOUR, SECOND

LONGEST_PAUSE = DAY
PACES = ((DAY, 1), (3 * DAY, 3), (7 * DAY, 6), (30 * DAY, 36))
"""By how long ago a page changed last: how many times slower than at first."""
SLOWEST = 144


class TargetKind(StrEnum):
    """What a target turned out to be."""

    UNKNOWN = "unknown"
    PAGE = "page"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Target:
    """A page or a feed, and how it went so far. Instants are of the archive's clock.

    Attributes:
        address: SHA-256 (hex) of its canonical URL.
        story: the story that its copies are of, once that is known.
        etag, modified: validators of its last copy (RFC 9110, section 8.8), sent back later.
        outlet: who publishes what is found there, as far as is said; of a feed, its articles.
        stands: the position of the revision that those of a page are of, in force when it was seen.
        since: when it was first to be looked at.
        checked: when it was looked at last.
        reached: when its server last answered for it.
        changed: when it was last seen to have changed.
        due: when it is to be looked at next.
        failures: how often it could not be reached since.
        said: what came of the last look, in a word or two.
    """

    address: str
    url: str
    kind: TargetKind
    every: int
    since: int
    due: int
    story: str | None = None
    etag: str | None = None
    modified: str | None = None
    checked: int | None = None
    reached: int | None = None
    changed: int | None = None
    failures: int = 0
    said: str | None = None
    stands: int | None = None
    outlet: str | None = None

    @property
    def unvalidated(self) -> Target:
        """The target without validators: the next answer is to be whole."""
        return replace(self, etag=None, modified=None, stands=None)


def pace(target: Target, now: int) -> int:
    """The time until a target is to be looked at again (µs), if nothing is wrong with it."""
    if target.kind is not TargetKind.PAGE:
        return target.every
    age = now - (target.changed if target.changed is not None else target.since)
    slower = next((times for limit, times in PACES if age < limit), SLOWEST)
    return max(target.every, min(target.every * slower, LONGEST_PAUSE))


def repaced(target: Target, every: int) -> Target:
    """The target at another pace, from the last look on.

    It is due sooner only where nothing but its pace puts it off: not a failure, its site, nor
    somebody who is looking at it.
    """
    after = replace(target, every=every)
    last = target.checked
    if last is None or last != target.reached or target.due != last + pace(target, last):
        return after
    return replace(after, due=min(target.due, last + pace(after, last)))


def answered(target: Target, now: int, said: str, *, changed: bool = False) -> Target:
    """The target after its server answered for it."""
    after = replace(
        target,
        checked=now,
        reached=now,
        changed=now if changed else target.changed,
        failures=0,
        said=said,
    )
    return replace(after, due=now + pace(after, now))


def failed(target: Target, now: int, said: str, wait: int | None = None) -> Target:
    """The target after it could not be reached: left alone twice as long each time.

    Args:
        wait: how long its server asks to be left alone (µs), if it does.
    """
    failures = target.failures + 1
    pause = min(target.every << min(failures, 20), max(LONGEST_PAUSE, target.every))
    if wait is not None:
        pause = max(pause, min(wait, 7 * DAY))
    return replace(target, checked=now, failures=failures, said=said, due=now + pause)


def put_off(target: Target, now: int, said: str, until: int | None = None) -> Target:
    """The target after it was not looked at, as its site does not want that.

    Args:
        until: when it is to be asked again whether it does; a day later, if that is not known.
    """
    due = now + LONGEST_PAUSE if until is None else until
    return replace(target, checked=now, said=said, due=max(due, now + target.every))


def outcome_of(status: int) -> Outcome:
    """What an answer without the page says of it (RFC 9110, section 15)."""
    if status == 410:
        return Outcome.GONE
    return Outcome.MISSING if status == 404 else Outcome.UNREACHABLE


def silent_since(targets: Iterable[Target], now: int) -> list[tuple[int, Target]]:
    """The targets that could not be reached at the last look, and since when, the longest first.

    Since they were last reached; since they were first to be looked at, if they never were.
    """
    found = [
        (each.since if each.reached is None else each.reached, each)
        for each in targets
        if each.failures
    ]
    return sorted(found, key=lambda pair: (min(pair[0], now), pair[1].url))


def every_of(text: str) -> int:
    """The time that `90s`, `10m`, `2h` or `1d` means (µs).

    Raises:
        ValueError: it is none of these.
    """
    units = {"s": SECOND, "m": 60 * SECOND, "h": HOUR, "d": DAY}
    number, unit = text[:-1], text[-1:]
    if not (number.isascii() and number.isdecimal() and unit in units) or len(number) > 6:
        raise ValueError(text)
    return int(number) * units[unit]
