"""Streams: the names under which events belong together."""

from __future__ import annotations

COLLECTION_STREAM = "collection"
_STORY_PREFIX = "story/"


def story_stream(story: str) -> str:
    """The name of a story's stream: `story/kursk`."""
    return _STORY_PREFIX + story


def story_of(stream: str) -> str | None:
    """The story whose stream it is; None for another kind of stream."""
    return stream[len(_STORY_PREFIX) :] if stream.startswith(_STORY_PREFIX) else None
