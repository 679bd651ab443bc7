"""A story's history: each thing that was recorded of it, once, by either clock."""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from strategies import Command, commands
from variorum.adapters.connect import Connection, connect
from variorum.domain.archive import Archive
from variorum.domain.asof import LAST_POSITION, Order
from variorum.domain.commands import RecordCopy, Redate, Sight
from variorum.domain.errors import NotFoundError
from variorum.domain.events import NoteAttached, RevisionRecorded, RevisionRedated, StorySighted
from variorum.domain.history import Item, items, predecessor, predecessors
from variorum.domain.story import StoryState
from variorum.domain.streams import story_stream

STORY = "cranes"
ORDERS: tuple[Order, ...] = ("published", "recorded")
NUMBERS = itertools.count(1)
drawn = settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def carry_out(archive: Archive, command: Command) -> None:
    """Does what can be done of a command."""
    with contextlib.suppress(NotFoundError):
        if isinstance(command, RecordCopy):
            archive.record(command)
        elif isinstance(command, Sight):
            archive.sight(command)
        elif isinstance(command, Redate):
            archive.redate(command)
        else:
            archive.note(command)


@contextlib.contextmanager
def told(folder: Path, done: list[Command]) -> Generator[Connection]:
    """A new collection, in which all that was done."""
    with connect(str(folder / "archive.db"), f"c{next(NUMBERS)}", create=True) as connection:
        for command in done:
            carry_out(connection.archive, command)
        yield connection


def state_of(connection: Connection) -> StoryState:
    archive = connection.archive
    return archive.state(STORY) if archive.catalogue.story(STORY) else StoryState()


def expected(connection: Connection, known: int) -> Counter[tuple[str, int, int | None]]:
    """What the events of the story say happened: kind, position, revision."""
    found: Counter[tuple[str, int, int | None]] = Counter()
    for recorded in connection.log.stream(story_stream(STORY), known):
        event, position = recorded.event, recorded.position
        match event:
            case RevisionRecorded():
                found["revision", position, event.revision] += 1
            case StorySighted():
                found["sighting", position, event.revision] += 1
            case RevisionRedated():
                found["redating", position, event.revision] += 1
                found["note", position, event.revision] += event.note is not None
            case NoteAttached():
                found["note", position, event.revision] += 1
            case _:
                pass
    return +found


def kinds(found: list[Item]) -> Counter[tuple[str, int, int | None]]:
    return Counter((item.kind, item.position, item.revision) for item in found)


@drawn
@given(done=commands(STORY))
def test_everything_recorded_stands_in_either_order_once(
    tmp_path: Path, done: list[Command]
) -> None:
    """As known at every position of the log."""
    with told(tmp_path, done) as connection:
        state = state_of(connection)
        for known in range(connection.log.head().position + 1):
            for order in ORDERS:
                assert kinds(items(state, known, order)) == expected(connection, known)


@drawn
@given(done=commands(STORY))
def test_in_order_of_publication_moments_never_go_back(tmp_path: Path, done: list[Command]) -> None:
    """Revisions of one moment stand in order of arrival, before what was seen of them."""
    with told(tmp_path, done) as connection:
        found = items(state_of(connection), LAST_POSITION)
    moments = [item.at for item in found]
    assert moments == sorted(moments)
    for one, other in itertools.pairwise(found):
        if one.at == other.at:
            assert not (other.kind == "revision" and one.kind != "revision")
            if one.kind == other.kind == "revision":
                assert (one.revision or 0) < (other.revision or 0)


@drawn
@given(done=commands(STORY))
def test_in_order_of_recording_positions_never_go_back(tmp_path: Path, done: list[Command]) -> None:
    with told(tmp_path, done) as connection:
        found = items(state_of(connection), LAST_POSITION, "recorded")
    positions = [item.position for item in found]
    assert positions == sorted(positions)


@drawn
@given(done=commands(STORY))
def test_by_the_newsrooms_clock_a_revision_stands_where_it_is_dated_now(
    tmp_path: Path, done: list[Command]
) -> None:
    """By the archive's clock it stands as it was dated when it came; redatings follow."""
    with told(tmp_path, done) as connection:
        state = state_of(connection)
    first = {d.revision: d.published for d in reversed(state.datings)}
    now = {d.revision: d.published for d in state.datings}
    for item in items(state, LAST_POSITION):
        if item.kind == "revision":
            dated = now[item.revision or 0]
            assert (item.published, item.at) == (dated, dated.at)
    latest = dict(first)
    for item in items(state, LAST_POSITION, "recorded"):
        number = item.revision or 0
        if item.kind == "revision":
            assert item.published == first[number]
        if item.kind == "redating":
            assert item.formerly == latest[number]
            assert item.published is not None
            latest[number] = item.published
    assert latest == now


@drawn
@given(done=commands(STORY))
def test_what_comes_later_does_not_change_what_was_known_before(
    tmp_path: Path, done: list[Command]
) -> None:
    """The history as known at a position is the one of the log that ended there."""
    with connect(str(tmp_path / "archive.db"), f"c{next(NUMBERS)}", create=True) as connection:
        then: list[tuple[int, list[list[Item]]]] = []
        for command in done:
            carry_out(connection.archive, command)
            state = state_of(connection)
            known = connection.log.head().position
            then.append((known, [items(state, LAST_POSITION, order) for order in ORDERS]))
        state = state_of(connection)
        for known, histories in then:
            assert [items(state, known, order) for order in ORDERS] == histories


@drawn
@given(done=commands(STORY))
def test_the_predecessor_is_the_one_published_just_before_as_known_then(
    tmp_path: Path, done: list[Command]
) -> None:
    with told(tmp_path, done) as connection:
        state = state_of(connection)
    for known in {dating.position for dating in state.datings}:
        dated = {d.revision: d for d in state.datings if d.position <= known}
        order = sorted(dated, key=lambda number: (dated[number].published.at, number))
        for place, number in enumerate(order):
            before = predecessor(state, number, known)
            assert before == (dated[order[place - 1]] if place else None)


@drawn
@given(done=commands(STORY))
def test_a_replay_compares_each_revision_with_its_predecessor(
    tmp_path: Path, done: list[Command]
) -> None:
    """As known by K, or as it was known when the revision was recorded."""
    with told(tmp_path, done) as connection:
        state = state_of(connection)
    for known in {dating.position for dating in state.datings}:
        numbers = [each.number for each in state.revisions if each.position <= known]
        by_then = {number: predecessor(state, number, known) for number in numbers}
        assert predecessors(state, known, "published") == by_then
        at_once = {
            number: predecessor(state, number, state.revision(number).position)
            for number in numbers
        }
        assert predecessors(state, known, "recorded") == at_once


def test_a_revision_that_is_not_known_has_no_predecessor() -> None:
    assert predecessor(StoryState(), 1, LAST_POSITION) is None


@pytest.mark.parametrize("order", ORDERS)
def test_a_story_of_which_nothing_is_known_has_no_history(order: Order) -> None:
    assert items(StoryState(), LAST_POSITION, order) == []
