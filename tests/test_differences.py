"""Differences: exact for any two articles, and said as a news desk would say them."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from strategies import articles, texts
from variorum.domain.alignment import CELLS, Allowance, alignment
from variorum.domain.content import Article, Comments, Media, PrintedNotice
from variorum.domain.differences import Difference, difference
from variorum.domain.part_changes import PartKind
from variorum.domain.sentence_changes import SentenceChange, SentenceKind
from variorum.domain.text import key
from variorum.domain.wording import Run, RunKind, word_runs

SAME, DELETED, INSERTED = RunKind.SAME, RunKind.DELETED, RunKind.INSERTED


def told(*paragraphs: str) -> Article:
    return Article(paragraphs=paragraphs)


def kinds(found: Difference) -> list[str]:
    return [change.kind.value for change in found.sentences]


def changed(found: Difference) -> list[SentenceChange]:
    return [change for change in found.sentences if change.kind != SentenceKind.SAME]


def runs(before: str, after: str) -> list[tuple[RunKind, str]]:
    return [(run.kind, run.text) for run in word_runs(before, after)]


def without(kind: RunKind, found: tuple[Run, ...]) -> str:
    return "".join(run.text for run in found if run.kind != kind)


# What holds for any two articles.


@given(articles())
def test_an_article_does_not_differ_from_itself(article: Article) -> None:
    found = difference(article, copy.deepcopy(article))
    assert found.is_empty
    assert not changed(found)
    assert found.summary == type(found.summary)()


@given(articles(), articles())
def test_the_sides_joined_are_the_articles(before: Article, after: Article) -> None:
    found = difference(before, after)
    assert (found.paragraphs_before, found.paragraphs_after) == (
        before.paragraphs,
        after.paragraphs,
    )
    assert (found.media_before, found.media_after) == (before.media, after.media)
    assert (found.notices_before, found.notices_after) == (before.notices, after.notices)


@given(articles(), articles())
def test_a_value_is_told_exactly_if_it_changed(before: Article, after: Article) -> None:
    found = difference(before, after)
    for name in ("headline", "byline", "dateline", "comments"):
        old, new, change = getattr(before, name), getattr(after, name), getattr(found, name)
        assert (change is None) == (old == new)
        if change:
            assert (change.before, change.after) == (old, new)
            assert without(INSERTED, change.runs) == (old or "")
            assert without(DELETED, change.runs) == (new or "")


@given(articles(), articles())
def test_it_is_empty_exactly_where_the_articles_are_equal(before: Article, after: Article) -> None:
    assert difference(before, after).is_empty == (before == after)


@given(articles(), articles())
def test_where_the_text_differs_a_count_says_so(before: Article, after: Article) -> None:
    summary = difference(told(*before.paragraphs), told(*after.paragraphs)).summary
    assert (summary == type(summary)()) == (before.paragraphs == after.paragraphs)


@given(articles(), articles())
def test_every_kind_of_change_has_the_sides_and_runs_it_says(
    before: Article, after: Article
) -> None:
    arrived: list[SentenceChange] = []
    left: list[SentenceChange] = []
    for change in difference(before, after).sentences:
        assert (change.before is None) == (change.kind == SentenceKind.INSERTED)
        assert (change.after is None) == (change.kind == SentenceKind.DELETED)
        if change.kind == SentenceKind.MOVED_AWAY:
            left.append(change)
            assert not change.runs
        elif change.before and change.after:
            assert bool(change.runs) == (change.before.text != change.after.text)
            assert change.kind != SentenceKind.SAME or not change.runs
            assert change.kind != SentenceKind.EDITED or change.runs
        if change.runs and change.before and change.after:
            assert without(INSERTED, change.runs) == change.before.text
            assert without(DELETED, change.runs) == change.after.text
        if change.kind == SentenceKind.MOVED:
            arrived.append(change)
    pairs = [[(id(change.before), id(change.after)) for change in each] for each in (arrived, left)]
    assert sorted(pairs[0]) == sorted(pairs[1])


@given(articles(), articles())
def test_a_difference_is_json_and_back(before: Article, after: Article) -> None:
    adapter = _adapter()
    found = difference(before, after)
    assert adapter.validate_json(adapter.dump_json(found)) == found


@lru_cache
def _adapter() -> TypeAdapter[Difference]:
    return TypeAdapter(Difference)


@given(articles(), st.randoms(use_true_random=False))
def test_paragraphs_in_another_order_are_moved_and_nothing_else(
    article: Article, random: Random
) -> None:
    paragraphs = [paragraph for paragraph in article.paragraphs if paragraph.strip()]
    shuffled = random.sample(paragraphs, len(paragraphs))
    found = difference(told(*paragraphs), told(*shuffled))
    assert {"inserted", "deleted"}.isdisjoint(kinds(found))


# Words.


@given(texts(), texts())
def test_runs_joined_are_both_texts(before: str, after: str) -> None:
    found = word_runs(before, after)
    assert without(INSERTED, found) == before
    assert without(DELETED, found) == after
    assert all(run.text for run in found)
    assert all(one.kind != other.kind for one, other in pairwise(found))


@given(texts())
def test_runs_of_equal_texts_are_one(text: str) -> None:
    assert runs(text, text) == ([(SAME, text)] if text else [])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "He said some 2,000 had gone.",
            "He said at least 3,000 had gone.",
            [
                (SAME, "He said "),
                (DELETED, "some 2,000"),
                (INSERTED, "at least 3,000"),
                (SAME, " had gone."),
            ],
        ),
        (
            "He left.",
            "He left on Monday.",
            [(SAME, "He left"), (INSERTED, " on Monday"), (SAME, ".")],
        ),
        (
            "Big cranes fell.",
            "Cranes fell.",
            [(DELETED, "Big cranes"), (INSERTED, "Cranes"), (SAME, " fell.")],
        ),
        ("A crane  fell", "A crane fell", [(SAME, "A crane "), (DELETED, " "), (SAME, "fell")]),
        (
            "‘Shut’",
            "'Shut'",
            [(DELETED, "‘"), (INSERTED, "'"), (SAME, "Shut"), (DELETED, "’"), (INSERTED, "'")],
        ),
        ("", "Port shut", [(INSERTED, "Port shut")]),
        ("Port shut", "", [(DELETED, "Port shut")]),
        ("港口关闭", "港口开放", [(SAME, "港口"), (DELETED, "关闭"), (INSERTED, "开放")]),
    ],
)
def test_runs_as_a_desk_would_mark_them(
    before: str, after: str, expected: list[tuple[RunKind, str]]
) -> None:
    assert runs(before, after) == expected


def test_stop_words_between_what_was_replaced_are_replaced_too() -> None:
    assert runs("Cranes sank in the harbour today", "Ships met in the channel today") == [
        (DELETED, "Cranes sank in the harbour"),
        (INSERTED, "Ships met in the channel"),
        (SAME, " today"),
    ]


def test_stop_words_between_insertions_stay() -> None:
    assert runs("Rain and wind", "Rain today and high wind") == [
        (SAME, "Rain"),
        (INSERTED, " today"),
        (SAME, " and"),
        (INSERTED, " high"),
        (SAME, " wind"),
    ]


# Sentences.

STRIKE = "The strike at the port began on Monday."
FIGURE = "Officials said some 2,000 workers had left by noon."
DENIAL = "The company denied that talks had failed."
WITNESS = "A fisherman saw two cranes fall into the water."


def test_an_edited_figure_is_an_edit_of_just_those_words() -> None:
    after = FIGURE.replace("some 2,000", "at least 3,000")
    found = difference(told(STRIKE, f"{FIGURE} {DENIAL}"), told(STRIKE, f"{after} {DENIAL}"))
    assert kinds(found) == ["same", "edited", "same"]
    assert [(run.kind, run.text) for run in found.sentences[1].runs] == [
        (SAME, "Officials said "),
        (DELETED, "some 2,000"),
        (INSERTED, "at least 3,000"),
        (SAME, " workers had left by noon."),
    ]
    assert found.summary.sentences_edited == 1
    assert (found.summary.words_deleted, found.summary.words_inserted) == (2, 3)


def test_a_new_sentence_inside_a_paragraph_is_inserted_and_its_neighbours_stay() -> None:
    found = difference(told(f"{STRIKE} {DENIAL}"), told(f"{STRIKE} {WITNESS} {DENIAL}"))
    assert kinds(found) == ["same", "inserted", "same"]
    assert found.summary.sentences_inserted == 1
    assert found.summary.words_inserted == 9


def test_a_sentence_added_at_the_end_of_a_paragraph_leaves_the_one_before_it_alone() -> None:
    found = difference(told(STRIKE), told(f"{STRIKE} {WITNESS}"))
    assert kinds(found) == ["same", "inserted"]
    assert found.summary.spaces == 0


def test_a_rewritten_sentence_is_deleted_and_inserted() -> None:
    found = difference(told(STRIKE, DENIAL), told(STRIKE, WITNESS))
    assert kinds(found) == ["same", "deleted", "inserted"]


def test_a_paragraph_moved_is_moved_from_there_to_here() -> None:
    found = difference(told(STRIKE, FIGURE, DENIAL, WITNESS), told(WITNESS, STRIKE, FIGURE, DENIAL))
    assert kinds(found) == ["moved", "same", "same", "same", "moved-away"]
    moved = found.sentences[0]
    assert moved.before
    assert moved.after
    assert (moved.before.paragraph, moved.after.paragraph) == (4, 1)
    assert (found.summary.sentences_moved, found.summary.sentences_edited) == (1, 0)
    assert (found.summary.words_deleted, found.summary.words_inserted) == (0, 0)


def test_a_sentence_moved_and_edited_is_both() -> None:
    edited = WITNESS.replace("two", "three")
    found = difference(told(STRIKE, FIGURE, DENIAL, WITNESS), told(edited, STRIKE, FIGURE, DENIAL))
    assert kinds(found) == ["moved", "same", "same", "same", "moved-away"]
    assert (DELETED, "two") in [(run.kind, run.text) for run in found.sentences[0].runs]
    assert (found.summary.sentences_moved, found.summary.sentences_edited) == (1, 1)


def test_sentences_slightly_alike_and_far_apart_are_not_called_moved() -> None:
    other = "The company said that new talks would follow on Friday."
    found = difference(told(DENIAL, STRIKE, FIGURE), told(STRIKE, FIGURE, other))
    assert kinds(found) == ["deleted", "same", "same", "inserted"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("THE PORT IS SHUT.", "The port is shut."),
        ("The  port is shut.", "The port is shut."),
        ('"Shut," he said.', "“Shut,” he said."),
        ("The port’s gates are shut.", "The port's gates are shut."),
    ],
)
def test_another_spelling_of_the_same_sentence_is_an_edit(before: str, after: str) -> None:
    assert key(before) == key(after)
    assert kinds(difference(told(STRIKE, before), told(STRIKE, after))) == ["same", "edited"]


def test_a_paragraph_split_in_two_is_a_break() -> None:
    found = difference(told(f"{STRIKE} {FIGURE}"), told(STRIKE, FIGURE))
    assert kinds(found) == ["same", "same"]
    assert not found.is_empty
    assert (found.summary.breaks, found.summary.spaces) == (1, 0)


def test_white_space_between_sentences_is_a_space() -> None:
    found = difference(told(f"{STRIKE} {FIGURE}"), told(f"{STRIKE}  {FIGURE}"))
    assert kinds(found) == ["same", "same"]
    assert (found.summary.breaks, found.summary.spaces) == (0, 1)


def test_a_sentence_shortened_to_a_part_of_it_is_edited() -> None:
    whole = f"{STRIKE[:-1]}, hours after the last round of talks had broken down without result."
    assert kinds(difference(told(DENIAL, whole), told(DENIAL, STRIKE))) == ["same", "edited"]


def test_of_two_like_sentences_the_more_alike_is_the_edited_one() -> None:
    nearly = FIGURE.replace("noon", "night")
    remotely = "Officials said workers had left."
    found = difference(told(STRIKE, FIGURE), told(STRIKE, remotely, nearly))
    assert kinds(found) == ["same", "inserted", "edited"]


# Media, notices, values.

CRANES = Media(caption="Two cranes lie in the harbour.", credit="A. Roe", url="https://e.org/1.jpg")
GATES = Media(caption="Workers wait at the gates of the port.", credit="B. Low")


def illustrated(*media: Media, paragraphs: tuple[str, ...] = (STRIKE, FIGURE, DENIAL)) -> Article:
    return Article(paragraphs=paragraphs, media=media)


def test_media_of_one_url_are_one_medium_whatever_the_caption() -> None:
    other = replace(CRANES, caption="Divers search the water.")
    found = difference(illustrated(GATES, CRANES), illustrated(GATES, other))
    assert [(each.kind, each.before_number, each.after_number) for each in found.media] == [
        (PartKind.SAME, 1, 1),
        (PartKind.CHANGED, 2, 2),
    ]
    assert found.media[1].caption
    assert not found.media[1].credit
    assert found.summary.media == 1


def test_media_of_like_captions_are_one_medium() -> None:
    other = Media(caption="Workers wait at the northern gates of the port.", credit="B. Low")
    found = difference(illustrated(GATES), illustrated(CRANES, other))
    assert [each.kind for each in found.media] == [PartKind.ADDED, PartKind.CHANGED]
    assert [(run.kind, run.text) for run in found.media[1].caption] == [
        (SAME, "Workers wait at the"),
        (INSERTED, " northern"),
        (SAME, " gates of the port."),
    ]


def test_media_in_the_same_place_are_one_medium_unless_their_urls_differ() -> None:
    nameless = Media(caption="A view from above.")
    found = difference(illustrated(GATES), illustrated(nameless))
    assert [each.kind for each in found.media] == [PartKind.CHANGED]
    named = replace(GATES, url="https://e.org/2.jpg")
    found = difference(illustrated(named), illustrated(CRANES))
    assert [each.kind for each in found.media] == [PartKind.REMOVED, PartKind.ADDED]


def test_a_new_credit_is_told_apart_from_the_caption() -> None:
    other = replace(GATES, credit="B. Low/Agency")
    (found,) = difference(illustrated(GATES), illustrated(other)).media
    assert (found.kind, found.caption, found.title) == (PartKind.CHANGED, (), ())
    assert [run.text for run in found.credit] == ["B. Low", "/Agency"]


def test_media_that_changed_places_are_moved() -> None:
    found = difference(illustrated(CRANES, GATES), illustrated(GATES, CRANES))
    assert [each.kind for each in found.media] == [PartKind.SAME, PartKind.SAME]
    assert sorted(each.moved for each in found.media) == [False, True]


def test_a_picture_is_moved_when_a_sentence_that_stayed_is_on_its_other_side() -> None:
    first, last = (replace(CRANES, after=after) for after in (1, 3))
    assert difference(illustrated(first), illustrated(last)).media[0].moved


def test_a_picture_is_not_moved_by_a_paragraph_inserted_above_it() -> None:
    first, second = (replace(CRANES, after=after) for after in (1, 2))
    longer = (WITNESS, STRIKE, FIGURE, DENIAL)
    (found,) = difference(illustrated(first), illustrated(second, paragraphs=longer)).media
    assert (found.kind, found.moved) == (PartKind.SAME, False)


def test_notices_are_added_removed_and_changed() -> None:
    update, later, correction = (
        PrintedNotice(printed=printed)
        for printed in (
            "Update 10/24/24, 9:11 a.m. ET: This story was updated.",
            "Update 10/24/24, 10:30 a.m. ET: This story was updated.",
            "Correction: The port has four gates.",
        )
    )
    before, after = Article(notices=(update,)), Article(notices=(correction, later))
    found = difference(before, after)
    assert [each.kind for each in found.notices] == [PartKind.ADDED, PartKind.CHANGED]
    assert (INSERTED, "10:30") in [(run.kind, run.text) for run in found.notices[1].runs]
    assert [each.kind for each in difference(before, Article()).notices] == [PartKind.REMOVED]


def test_closing_the_comments_is_a_change() -> None:
    found = difference(Article(comments=Comments.OPEN), Article(comments=Comments.CLOSED))
    assert found.comments
    assert (found.comments.before, found.comments.after) == ("open", "closed")


# What it costs.

NUMBERS = st.lists(st.integers(0, 5), max_size=30)


def longest(before: list[int], after: list[int]) -> int:
    """The length of a longest common subsequence, by the book."""
    row = [0] * (len(after) + 1)
    for one in before:
        diagonal = 0
        for j, other in enumerate(after, start=1):
            diagonal, row[j] = row[j], diagonal + 1 if one == other else max(row[j], row[j - 1])
    return row[-1]


def assert_aligned(pairs: list[tuple[int, int]], before: list[int], after: list[int]) -> None:
    assert all(before[i] == after[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))


@given(NUMBERS, NUMBERS)
def test_an_alignment_is_as_long_as_can_be(before: list[int], after: list[int]) -> None:
    pairs = alignment(before, after, Allowance())
    assert_aligned(pairs, before, after)
    assert len(pairs) == longest(before, after)


@given(NUMBERS, NUMBERS, st.integers(0, 500))
def test_an_alignment_spends_no_more_than_is_allowed(
    before: list[int], after: list[int], cells: int
) -> None:
    allowance = Allowance(cells)
    assert_aligned(alignment(before, after, allowance), before, after)
    assert 0 <= allowance.left <= cells


@given(articles(), articles(), st.integers(0, 200))
def test_a_difference_is_exact_whatever_is_allowed(
    before: Article, after: Article, cells: int
) -> None:
    found = difference(before, after, Allowance(cells))
    assert found.paragraphs_before == before.paragraphs
    assert found.paragraphs_after == after.paragraphs


def test_beyond_the_allowance_what_is_unique_still_aligns() -> None:
    before = [0, 1, 2, 0, 1, 7, 1, 0, 9]
    after = [1, 0, 2, 1, 0, 7, 0, 1, 8]
    assert {(2, 2), (5, 5)} <= set(alignment(before, after, Allowance(0)))


def test_beyond_the_allowance_words_are_deleted_and_inserted() -> None:
    before, after = "one two " * 50, "two one " * 50
    found = word_runs(before.strip(), after.strip(), Allowance(0))
    assert [run.kind for run in found] == [DELETED, INSERTED]


def test_two_thousand_alternating_duplicates_cost_one_table() -> None:
    allowance = Allowance()
    before, after = told("One came. Two went. " * 1000), told("Two went. One came. " * 1000)
    found = difference(before, after, allowance)
    assert CELLS - allowance.left <= 2000 * 2000
    assert found.summary.sentences_moved == 1


def test_a_sentence_of_a_megabyte_is_compared() -> None:
    before = "".join(f"w{number} " for number in range(150_000)).strip()
    after = before.replace(" w70 ", " x ").replace(" w90000 ", " y ")
    found = difference(told(before), told(after))
    assert (found.summary.words_deleted, found.summary.words_inserted) == (2, 2)


def test_a_sentence_of_a_megabyte_with_hostile_repetition_is_refused_the_table() -> None:
    allowance = Allowance()
    found = difference(told("word " * 200_000), told("word other " * 100_000), allowance)
    assert allowance.left == CELLS
    assert found.summary.words_deleted == found.summary.words_inserted


def test_many_like_sentences_are_compared_with_few() -> None:
    before = told(*(f"Gate {number} of the port is shut." for number in range(3000)))
    after = told(*(f"Gate {number} of the port is open." for number in range(3000)))
    assert difference(before, after).summary.sentences_edited == 3000
