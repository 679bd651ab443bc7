"""What a site lets robots look at: its robots.txt (RFC 9309), kept for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from variorum.adapters.watch.fetching import Fetched
from variorum.domain.times import DAY, HOUR

_LARGEST = 500 << 10  # RFC 9309, section 2.5
_LONGEST_DELAY = 60.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site says, until when that is believed; `parsed` None where nothing may be asked."""

    parsed: Protego | None
    until: int


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

    def allows(self, url: str) -> bool:
        """Whether an address may be fetched.

        Raises:
            RefusedError: its site is not a public address.
            UnreachedError: its site cannot be reached.
        """
        rules = self._of(url)
        return rules.parsed is not None and bool(rules.parsed.can_fetch(url, self._agent))

    def delay(self, url: str) -> float:
        """How many seconds a site wants between two looks; 0 where it does not say."""
        parsed = self._of(url).parsed
        said = parsed.crawl_delay(self._agent) if parsed is not None else None
        return min(float(said), _LONGEST_DELAY) if said else 0.0

    def _of(self, url: str) -> Rules:
        parts = urlsplit(url)
        site = f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}"
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
        found = self._get(f"{site}/robots.txt")
        if 400 <= found.status < 500 and found.status != 429:
            return Rules(Protego.parse(""), now + DAY)
        if found.status != 200:
            return Rules(None, now + HOUR)
        text = found.body[:_LARGEST].decode("utf-8", "replace")
        return Rules(Protego.parse(text), now + DAY)
