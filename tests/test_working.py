"""A story in the making is asked as its state is, and answers the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import Command, commands
from test_catalogue import boundaries, tell
from variorum.adapters.connect import Connection, connect
from variorum.domain.content import ContentKind
from variorum.domain.events import RevisionRecorded
from variorum.domain.story import StoryState, evolve
from variorum.domain.streams import story_stream
from variorum.domain.times import SECOND
from variorum.domain.working import WorkingStory


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with connect(str(tmp_path_factory.mktemp("working") / "a.db"), create=True) as opened:
        yield opened


NUMBERS = count()


@settings(max_examples=100)
@given(histories=st.lists(commands("story"), min_size=1, max_size=2))
def test_situations_are_those_of_the_state(
    archive: Connection, histories: list[list[Command]]
) -> None:
    """At every instant at which anything may change, after every event."""
    story = f"story-{next(NUMBERS)}"
    for history in histories:
        tell(archive, story, history)
    stream = story_stream(story)
    state, working, salts = StoryState(), WorkingStory(), dict[int, bytes]()
    events = archive.log.stream(stream, 2**62)
    for number, recorded in enumerate(events):
        salt = None
        if isinstance(recorded.event, RevisionRecorded):
            ordinal = recorded.event.article.ordinal
            salt = archive.archive.contents.salt(stream, ContentKind.ARTICLE, ordinal)
            assert salt is not None
            salts[recorded.event.revision] = salt
        state = evolve(state, recorded)
        working.apply(recorded, salt)
        last = number == len(events) - 1
        for at in boundaries(state)[number % 5 :: 1 if last else 9]:
            assert working.situation(at) == state.situation(at, salts), at
            assert working.marks(at) == state.marks(at, recorded.position), at
            seen = [each.revision for each in working.seen_between(at - 90 * SECOND, at)]
            assert seen == [each.number for each in state.seen_between(at - 90 * SECOND, at)], at
