"""The stored states of events: pydantic's own bytes, made without it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import published_times
from variorum.adapters.eventlog.codec import decoded, encoded
from variorum.adapters.eventlog.packing import packed, unpacked
from variorum.domain.asof import Implied, Outcome
from variorum.domain.content import ContentRef, SourceRef
from variorum.domain.events import EVENTS, Event, RevisionRecorded, StoryOpened, StorySighted
from variorum.domain.notices import DatedItem, NoticeKind, Severity, StatedNotice
from variorum.domain.times import DateOrder

_NUMBERS = st.integers(0, 2**53)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_REFS = st.builds(ContentRef, _NUMBERS, _NUMBERS, st.just("0f" * 32))
_TIMES = published_times()
_NOTICES = st.builds(
    StatedNotice,
    st.sampled_from(NoticeKind),
    _TEXTS,
    st.none() | _TIMES,
    st.none() | st.sampled_from(Severity),
    st.none() | st.tuples(_NUMBERS, _NUMBERS),
)
_ITEMS = st.builds(DatedItem, _NUMBERS, _TEXTS, st.none() | _TIMES)
_IMPLIED = st.builds(Implied, st.none() | _NUMBERS, _NUMBERS)
_OF = {"originator_id": st.just("story/x"), "originator_version": _NUMBERS, "actor": _TEXTS}

_EVENTS = st.one_of(
    st.builds(
        StoryOpened,
        **_OF,
        zone=st.none() | _TEXTS,
        date_order=st.none() | st.sampled_from(DateOrder),
        description=st.none() | _REFS,
    ),
    st.builds(
        StorySighted,
        **_OF,
        at=_NUMBERS,
        outcome=st.sampled_from(Outcome),
        revision=st.none() | _NUMBERS,
        captured=st.none() | _NUMBERS,
    ),
    st.builds(
        RevisionRecorded,
        **_OF,
        revision=st.integers(1, 9),
        published=_TIMES,
        captured=st.none() | _NUMBERS,
        article=_REFS,
        source=st.none() | st.builds(SourceRef, _REFS, _TEXTS),
        notices=st.lists(_NOTICES, max_size=2).map(tuple),
        items=st.lists(_ITEMS, max_size=2).map(tuple),
        implied=st.lists(_IMPLIED, max_size=2).map(tuple),
        others=st.lists(_TIMES, max_size=2).map(tuple),
    ),
)


@given(_EVENTS)
def test_a_state_is_the_bytes_that_pydantic_writes(event: Event) -> None:
    apart = {"originator_id", "originator_version"}
    state = encoded(event)
    assert state == event.model_dump_json(exclude=apart, exclude_defaults=True).encode()
    version = event.originator_version
    assert decoded(event.TOPIC, event.originator_id, version, state) == event


def test_defaults_can_be_told_by_comparing() -> None:
    """One that is made anew each time would be left out of nothing."""
    for cls in EVENTS:
        assert not any(field.default_factory for field in cls.model_fields.values()), cls


class Interrupted(int):
    """A number that whoever waits has no patience for."""

    def __eq__(self, other: object) -> bool:
        raise KeyboardInterrupt

    __hash__ = int.__hash__


def test_an_interruption_is_one_and_no_fault_of_an_event() -> None:
    sighted = StorySighted(
        originator_id="story/x", originator_version=1, actor="t", at=1, outcome=Outcome.MISSING
    )
    with pytest.raises(KeyboardInterrupt):
        encoded(sighted.model_copy(update={"captured": Interrupted()}))


SIZES = [(1 << n) + more for n in (8, 16, 17, 21, 23, 26) for more in (-9, 9)]


@pytest.mark.parametrize("size", SIZES)
def test_a_state_of_any_length_is_read_as_it_was(size: int) -> None:
    """Also one that is longer than what zstd looks back upon, and than what is packed."""
    for word in ("ferry", "f" * 64):
        state = b'{"notices":["%s"]}' % (b'","'.join([word.encode()] * (size // (len(word) + 3))))
        stored = packed(state)
        assert unpacked(stored) == state
        assert (len(stored) < len(state)) == (len(state) < 1 << 26)
