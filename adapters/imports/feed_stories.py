"""Which story an entry of a feed is: the one at its address, or else the one of its id.

An address is not an entry's own where it is the channel's, as episodes of a podcast have it, and
where it is a comment's, below the story (`#comment-11`). Both are known by the entry and its
channel alone, so that each copy of a feed says the same, in whatever order they are read.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from variorum.domain.errors import UnreadableError, UsageError
from variorum.domain.identity import canonical_url

if TYPE_CHECKING:
    from variorum.adapters.imports.feed import Entry, Feed
    from variorum.adapters.imports.importer import Defaults

_COMMENT = re.compile(r"#comment-\w+$", re.I)


class FeedStories:
    """The stories of one feed's entries."""

    def __init__(self, feed: Feed, defaults: Defaults) -> None:
        self._title = feed.title
        self._link = feed.link
        self._channel = _page(feed.link)
        self._defaults = defaults

    def story(self, entry: Entry) -> tuple[str, str | None]:
        """The story of an entry, and where it stands; None where its address is not its own.

        Raises:
            UnreadableError: the entry has neither an address nor an id.
        """
        addresses = (self._whole(entry.url), entry.id)
        address = next((each for each in addresses if _page(each)), None)
        if address is None:
            name = entry.id or entry.url
            if not name:
                raise UnreadableError("it has neither an address nor an id")
            return _named(f"{self._title} {name}"), entry.url or name
        by_id = self._by_id(entry, address)
        return (by_id, None) if by_id else (self._defaults.story_at(address), address)

    def _whole(self, url: str | None) -> str | None:
        """An address; where it leaves out its site, that is the channel's."""
        if url is None or self._link is None or self._channel is None or not url.startswith("/"):
            return url
        try:
            return urljoin(self._link, url)
        except ValueError:
            return url

    def _by_id(self, entry: Entry, address: str) -> str | None:
        """The story that an entry's id names; None where its address does."""
        page = _page(address)
        if not is_of_comment(address) and (
            page != self._channel or not entry.id or _page(entry.id) == page
        ):
            return None
        name = entry.id or address
        return _named(name if ":" in name else f"{page} {name}")


def is_of_comment(address: str) -> bool:
    """Whether an address is that of a comment below a story."""
    return _COMMENT.search(address) is not None


def _named(name: str) -> str:
    return f"feed-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _page(url: str | None) -> str | None:
    try:
        return canonical_url(url) if url else None
    except UsageError:
        return None
