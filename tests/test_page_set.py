"""From pages of many systems, in six languages, comes the story, and next to nothing else."""

from __future__ import annotations

import pytest

from page_set import FIRST, SECOND, THIRD, Score, scores
from page_stories import STORIES
from page_templates import Template
from variorum.adapters.imports.page import read_page
from variorum.domain.stated import Known

ALL = (*FIRST, *SECOND, *THIRD)


@pytest.fixture(scope="module")
def found() -> dict[str, Score]:
    return scores(ALL)


def test_the_whole_text_of_every_story_is_found(found: dict[str, Score]) -> None:
    assert found["paragraphs"].missing == []


def test_hardly_anything_else_is_taken_for_text(found: dict[str, Score]) -> None:
    assert found["paragraphs"].precision >= 0.98, found["paragraphs"].extra


def test_captions_and_credits_are_told_apart_from_the_text_and_from_one_another(
    found: dict[str, Score],
) -> None:
    assert found["captions and credits"].recall >= 0.98, found["captions and credits"].missing
    assert found["captions and credits"].precision >= 0.98, found["captions and credits"].extra


@pytest.mark.parametrize("field", ["headline", "byline", "time"])
def test_headline_byline_and_time_are_the_story_s(found: dict[str, Score], field: str) -> None:
    assert found[field].missing == []


@pytest.mark.parametrize("template", ALL, ids=lambda each: each.__name__)
def test_a_page_reads_the_same_twice(template: Template) -> None:
    page = template(STORIES[0]).encode()
    assert read_page(page, Known()) == read_page(page, Known())
