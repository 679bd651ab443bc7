"""Streams: the names under which events belong together; and how a story's revisions are named."""

from __future__ import annotations

import re

COLLECTION_STREAM = "collection"
_STORY_PREFIX = "story/"
_REVISION = re.compile(r"r([1-9][0-9]{0,8})")


def story_stream(story: str) -> str:
    """The name of a story's stream: `story/kursk`."""
    return _STORY_PREFIX + story


def story_of(stream: str) -> str | None:
    """The story whose stream it is; None for another kind of stream."""
    return stream[len(_STORY_PREFIX) :] if stream.startswith(_STORY_PREFIX) else None


def revision_number(name: str) -> int | None:
    """The number of the revision that is called so: `r3`; None where it is no such name."""
    number = _REVISION.fullmatch(name)
    return int(number[1]) if number else None
