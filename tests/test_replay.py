"""Replay: the steps of a story, by either clock, and what each one changed in the text."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import Command, commands, moments
from test_history import ORDERS, STORY, drawn, told
from variorum.adapters.connect import Connection
from variorum.adapters.exports.order_on_disk import ordered
from variorum.domain.archive import Archive
from variorum.domain.asof import LAST_POSITION, Order
from variorum.domain.content import Article
from variorum.domain.errors import NotFoundError
from variorum.domain.history import items
from variorum.domain.replay import Step, steps

OTHER = "ferry"
SEVERAL = st.lists(commands(STORY) | commands(OTHER), max_size=3).map(
    lambda lists: [command for each in lists for command in each]
)


def played(connection: Connection, order: Order, story: str | None = None) -> list[Step]:
    return list(steps(connection.archive, story, known=LAST_POSITION, order=order))


def text_of(archive: Archive, story: str, revision: str) -> Article:
    article = archive.show_revision(story, int(revision[1:])).article
    assert article is not None
    return article


@drawn
@given(done=SEVERAL)
def test_every_thing_recorded_of_every_story_is_one_step(
    tmp_path: Path, done: list[Command]
) -> None:
    with told(tmp_path, done) as connection:
        archive = connection.archive
        for order in ORDERS:
            found = played(connection, order)
            for entry in archive.listed(archive.known(None)):
                mine = [step.item for step in found if step.story == entry]
                assert mine == items(archive.state(entry.id), LAST_POSITION, order)
                alone = played(connection, order, entry.id)
                assert alone == [step for step in found if step.story == entry]


@drawn
@given(done=SEVERAL)
def test_moments_never_go_back_by_the_clock_that_is_followed(
    tmp_path: Path, done: list[Command]
) -> None:
    with told(tmp_path, done) as connection:
        for order in ORDERS:
            found = [step.moment for step in played(connection, order)]
            assert found == sorted(found)
        for step in played(connection, "recorded"):
            assert step.moment == connection.log.at(step.item.position).recorded_at
        for step in played(connection, "published"):
            assert step.moment == step.item.at


@drawn
@given(done=commands(STORY))
def test_the_changes_applied_in_order_rebuild_each_text(
    tmp_path: Path, done: list[Command]
) -> None:
    """By the newsroom's clock: from the first text on, each change begins where the last ended."""
    with told(tmp_path, done) as connection:
        texts = [step for step in _of_story(connection, "published") if step.item.source]
    for place, step in enumerate(texts):
        assert step.article is not None
        if place == 0:
            assert (step.before, step.change) == (None, None)
            continue
        last = texts[place - 1]
        assert last.article is not None
        assert step.before == f"r{last.item.revision}"
        assert step.change is not None
        _leads(last.article, step, step.article)


@drawn
@given(done=commands(STORY))
def test_by_the_archives_clock_a_text_is_compared_with_the_one_before_it_as_known_then(
    tmp_path: Path, done: list[Command]
) -> None:
    """So a late find is shown against the text that it was published after."""
    with told(tmp_path, done) as connection:
        for step in _of_story(connection, "recorded"):
            if step.item.source is None:
                continue
            assert step.article is not None
            own = (step.item.at, step.item.revision or 0)
            known = _datings(connection, step.item.position)
            before = max((each for each in known if each < own), default=None)
            assert step.before == (None if before is None else f"r{before[1]}")
            if step.before is not None:
                _leads(text_of(connection.archive, STORY, step.before), step, step.article)


def _datings(connection: Connection, known: int) -> list[tuple[int, int]]:
    """The times and numbers of the revisions, as known at a position."""
    found: dict[int, int] = {}
    for dating in connection.archive.state(STORY).datings:
        if dating.position <= known:
            found[dating.revision] = dating.published.at
    return [(at, number) for number, at in found.items()]


def _leads(before: Article, step: Step, after: Article) -> None:
    """A step's change leads from one text to another, exactly."""
    change = step.change
    assert change is not None
    assert change.paragraphs_before == before.paragraphs
    assert change.paragraphs_after == after.paragraphs
    assert change.media_before == before.media
    assert change.media_after == after.media
    for name in ("headline", "byline", "dateline", "comments"):
        value = getattr(change, name)
        was, became = getattr(before, name), getattr(after, name)
        assert (value is None) == (was == became)
        if value is not None:
            assert (value.before, value.after) == (was, became)


def _of_story(connection: Connection, order: Order) -> list[Step]:
    known = connection.archive.catalogue.story(STORY)
    return played(connection, order, STORY) if known else []


@drawn
@given(done=SEVERAL, since=st.none() | moments(), until=st.none() | moments())
def test_from_and_to_cut_out_a_part_and_change_nothing_in_it(
    tmp_path: Path, done: list[Command], since: int | None, until: int | None
) -> None:
    """Both ends belong to it; the first text of a part is still compared with the one before."""
    with told(tmp_path, done) as connection:
        whole = played(connection, "published")
        part = list(steps(connection.archive, None, known=LAST_POSITION, since=since, until=until))
    assert part == [
        step
        for step in whole
        if (since is None or since <= step.moment) and (until is None or step.moment <= until)
    ]


@drawn
@given(done=commands(STORY), share=st.floats(0, 1))
def test_a_replay_as_known_then_is_the_replay_of_then(
    tmp_path: Path, done: list[Command], share: float
) -> None:
    cut = round(share * len(done))
    with told(tmp_path, done[:cut]) as earlier, told(tmp_path, done) as later:
        known = earlier.log.head().position
        for order in ORDERS:
            if earlier.archive.catalogue.story(STORY) is None:
                continue
            one = [_said(step) for step in _of_story(earlier, order)]
            again = steps(later.archive, STORY, known=known, order=order)
            assert [_said(step) for step in again] == one


@drawn
@given(done=SEVERAL)
def test_what_is_forgotten_on_the_way_is_read_again(tmp_path: Path, done: list[Command]) -> None:
    """And the order is the same where it is made on disk."""
    with told(tmp_path, done) as connection:
        for order in ORDERS:
            whole = played(connection, order)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("variorum.domain.replay._KEPT", 1)
                again = steps(
                    connection.archive, None, known=LAST_POSITION, order=order, ordered=ordered
                )
                assert list(again) == whole


def _said(step: Step) -> tuple[object, ...]:
    """A step without what differs between two archives: keys and times of recording."""
    item = step.item
    what = (item.kind, item.position, item.revision, item.published, item.formerly)
    return (*what, step.before, step.article, step.change, step.note)


def test_a_story_that_is_not_there_cannot_be_played(tmp_path: Path) -> None:
    with told(tmp_path, []) as connection, pytest.raises(NotFoundError):
        played(connection, "published", "nowhere")


def test_nothing_recorded_is_nothing_to_play(tmp_path: Path) -> None:
    with told(tmp_path, []) as connection:
        assert list(itertools.chain.from_iterable(played(connection, o) for o in ORDERS)) == []
