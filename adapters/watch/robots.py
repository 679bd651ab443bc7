"""What a site lets robots look at: its robots.txt (RFC 9309), kept for a while."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from variorum.adapters.watch.fetching import Fetched, UnreachedError
from variorum.domain.times import DAY, HOUR

_LARGEST = 500 << 10  # RFC 9309, section 2.5
LONGEST_DELAY = 60.0
"""Seconds that a site can ask for between two looks."""
_VERSIONS = re.compile(r"^([ \t]*user-agent[ \t]*:[ \t]*[\w-]+)/[^\r\n]*", re.I | re.M)
"""What follows a robot's name where its whole user agent was copied; it is no part of the name."""


class ForbiddenError(Exception):
    """An address that its site does not let robots look at; the text says why.

    Attributes:
        until: when that is to be asked again (instant); None if the site does say so.
    """

    def __init__(self, why: str, until: int | None = None) -> None:
        super().__init__(why)
        self.until = until


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site says, until when that is believed; where it is not known, why nothing is."""

    parsed: Protego | None
    until: int
    unknown: str = ""


class Robots:
    """The rules of sites, fetched when they are first needed; safe to share between threads.

    Args:
        get: fetches an address.
        agent: the name by which rules know us.
        now: the clock.
    """

    def __init__(self, get: Callable[[str], Fetched], agent: str, now: Callable[[], int]) -> None:
        self._get = get
        self._agent = agent
        self._now = now
        self._rules: dict[str, Rules] = {}
        self._lock = threading.Lock()

    def check(self, url: str) -> None:
        """Refuses an address that may not be fetched.

        Raises:
            ForbiddenError: its site forbids it, or what that says cannot be known.
            RefusedError: its site is not a public address.
            UnreachedError: its site cannot be reached.
        """
        rules = self._of(url)
        if rules.parsed is None:
            raise ForbiddenError(rules.unknown, rules.until)
        if not rules.parsed.can_fetch(url, self._agent):
            raise ForbiddenError("forbidden by robots.txt")

    def delay(self, url: str) -> float:
        """How many seconds a site wants between two looks; 0 where it does not say."""
        parsed = self._of(url).parsed
        said = parsed.crawl_delay(self._agent) if parsed is not None else None
        return min(float(said), LONGEST_DELAY) if said else 0.0

    def leave_alone(self, url: str, until: int) -> None:
        """Forbids a site until an instant, as it asks for; then its rules are read again."""
        with self._lock:
            self._rules[_site(url)] = Rules(None, until, "its site asks to be left alone")

    def _of(self, url: str) -> Rules:
        site = _site(url)
        with self._lock:
            known = self._rules.get(site)
        if known is None or known.until <= self._now():
            known = self._read(site)
            with self._lock:
                self._rules[site] = known
        return known

    def _read(self, site: str) -> Rules:
        """What is not there forbids nothing, an error forbids everything (RFC 9309, 2.3.1)."""
        now = self._now()
        try:
            found = self._get(f"{site}/robots.txt")
        except UnreachedError as error:
            if not error.answered:
                raise
            return Rules(None, now + HOUR, f"its robots.txt cannot be read: {error}")
        if 400 <= found.status < 500 and found.status != 429:
            return Rules(Protego.parse(""), now + DAY)
        if found.status != 200:
            wait = max(HOUR, min(found.retry_after(now) or 0, DAY))
            return Rules(None, now + wait, f"its robots.txt answers {found.status}")
        text = found.body[:_LARGEST].decode("utf-8-sig", "replace")
        return Rules(Protego.parse(_VERSIONS.sub(r"\1", text)), now + DAY)


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}"
