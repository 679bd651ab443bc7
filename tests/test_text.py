"""Sentences, words and keys."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import texts
from variorum.adapters.imports.paragraphs import paragraphs_of
from variorum.domain.text import SEGMENTER, STOP_WORDS, key, sentences, words


def surfaces(paragraph: str, language: str = "en") -> list[str]:
    return [sentence.text for sentence in sentences(paragraph, language)]


def assert_covers(paragraph: str) -> None:
    at = 0
    for sentence in sentences(paragraph):
        assert paragraph[at : sentence.start].strip() == ""
        assert paragraph[sentence.start : sentence.end] == sentence.text == sentence.text.strip()
        assert sentence.text
        at = sentence.end
    assert paragraph[at:].strip() == ""


@given(texts())
def test_between_sentences_there_is_nothing_but_white_space(paragraph: str) -> None:
    assert_covers(paragraph)


@given(
    st.lists(st.sampled_from(("One came. ", "x" * 3_000, "他说。", "\n\n", "“A. ")), max_size=20)
)
def test_that_holds_for_paragraphs_of_any_length(parts: list[str]) -> None:
    assert_covers("".join(parts))


@given(texts())
def test_sentences_are_the_same_when_asked_again(paragraph: str) -> None:
    assert sentences(paragraph) == sentences(paragraph)


def test_a_list_that_was_handed_out_can_be_changed_without_harm() -> None:
    sentences("One came. Two went.").clear()
    assert len(sentences("One came. Two went.")) == 2


@pytest.mark.parametrize("blank", ["", " ", "\n\n", "\u2028\u00a0\t"])
def test_a_blank_paragraph_has_no_sentences(blank: str) -> None:
    assert sentences(blank) == []


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("One came. Two went!  Why?", ["One came.", "Two went!", "Why?"]),
        ("It was 5 p.m. He left.", ["It was 5 p.m.", "He left."]),
        (
            "The gates close at 5 P.M. EST. They open at 9 a.m. Tuesday. Not before.",
            ["The gates close at 5 P.M. EST.", "They open at 9 a.m. Tuesday.", "Not before."],
        ),
        ("It ends at 4 a.m. Oct. 24. So be it.", ["It ends at 4 a.m. Oct. 24.", "So be it."]),
        (
            "Atty. Gen. Ann Roe met Lt. Col. Li of Ft. Worth. Gen. Mark Low did not.",
            ["Atty. Gen. Ann Roe met Lt. Col. Li of Ft. Worth.", "Gen. Mark Low did not."],
        ),
        ("The wall is 10 ft. He fell.", ["The wall is 10 ft.", "He fell."]),
        ("It was W. E. B. Low. He sang.", ["It was W. E. B. Low.", "He sang."]),
        (
            "Доклад прочла А. С. Иванова. Её слушали.",
            ["Доклад прочла А. С. Иванова.", "Её слушали."],
        ),
        ("This is Plan B. The end is near.", ["This is Plan B.", "The end is near."]),
        ("1. First this. 2. Then that.", ["1. First this.", "2. Then that."]),
        ("“It is over,” she said. “We won.”", ["“It is over,” she said.", "“We won.”"]),
        ("Wait. ” Then go.", ["Wait. ”", "Then go."]),
        ("他说:“你好。”然后走了。天气很好!", ["他说:“你好。”", "然后走了。", "天气很好!"]),
        ("यह एक है। यह दो है।", ["यह एक है।", "यह दो है।"]),
        ("هذا خبر. وهذا آخر؟ نعم.", ["هذا خبر.", "وهذا آخر؟", "نعم."]),
        ("Line one\n\ngoes on. Line two.", ["Line one\n\ngoes on.", "Line two."]),
    ],
)
def test_sentences_as_a_reader_would_have_them(paragraph: str, expected: list[str]) -> None:
    assert surfaces(paragraph) == expected


def test_a_language_has_rules_of_its_own() -> None:
    assert surfaces("Er kam am 3. Mai. Sie ging.", "de") == ["Er kam am 3. Mai.", "Sie ging."]


def test_a_language_without_rules_is_read_as_english() -> None:
    assert surfaces("Mr. Low came. He left.", "xx") == ["Mr. Low came.", "He left."]


def test_a_sentence_beyond_the_window_is_one() -> None:
    long = "word " * 5_000
    assert [len(text) for text in surfaces(f"Short. {long}end. Short.")] == [6, 25_004, 6]


@pytest.mark.parametrize("unit", ["他。", "“a. ", "1. ", "A. B ", "\n", ". ", "(a. ", "x"])
def test_repetition_that_is_hostile_is_covered_too(unit: str) -> None:
    assert_covers(unit * 20_000)


@given(texts())
def test_words_joined_are_the_text(text: str) -> None:
    found = words(text)
    assert "".join(space + token for space, token in found) == text
    assert all(space.strip() == "" for space, _ in found)
    assert all(token == token.strip() for _, token in found)
    assert all(token for _, token in found[:-1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("some 3,000 of 12.5% at 9:11", ["some", "3,000", "of", "12.5%", "at", "9:11"]),
        ("10/24/24, 3\u00a0000 and 1.2bn", ["10/24/24", ",", "3\u00a0000", "and", "1.2bn"]),
        ("In 2024, 300 left.", ["In", "2024", ",", "300", "left", "."]),
        ("U.S.-backed at 9 a.m. ET", ["U.S.", "-", "backed", "at", "9", "a.m.", "ET"]),
        ("don’t, she'd said…", ["don’t", ",", "she'd", "said", "…"]),
        ("“Why?!” -- no...", ["“", "Why", "?", "!", "”", "--", "no", "..."]),
        ("F-16s cost $3m", ["F", "-", "16s", "cost", "$", "3m"]),
        ("3月港口", ["3", "月", "港", "口"]),
        ("यह दूसरा है", ["यह", "दूसरा", "है"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("e\u0301te\u0301 ❤\ufe0f", ["e\u0301te\u0301", "❤\ufe0f"]),
    ],
)
def test_words_as_a_reader_would_have_them(text: str, expected: list[str]) -> None:
    assert [word.text for word in words(text)] == expected


def test_white_space_at_the_end_is_a_word_without_text() -> None:
    assert words("a \n") == [("", "a"), (" \n", "")]


def test_marks_are_punctuation_and_words_and_numbers_are_not() -> None:
    assert [word.is_punctuation for word in words("“On 3%”")] == [True, False, False, True]


@given(texts())
def test_a_key_is_its_own_key(text: str) -> None:
    assert key(key(text)) == key(text)


@given(texts())
def test_white_space_around_does_not_change_a_key(text: str) -> None:
    assert key(f" {text}\n") == key(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The  Port\nCLOSED", "the port closed"),
        ("it’s “over”", 'it\'s "over"'),
        ("caf\u00e9", "cafe\u0301"),
        ("Stra\u00dfe", "STRASSE"),
        ("\ufb01ne", "fine"),
        ("5\u00a0km", "5 km"),
    ],
)
def test_what_does_not_count_in_a_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), [("3,000", "3000"), ("It is.", "It is"), ("a", "b")])
def test_what_does_count_in_a_key(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_stop_words_are_keys() -> None:
    assert all(key(word) == word for word in STOP_WORDS)


def test_the_segmenter_names_the_version_of_what_finds_sentences() -> None:
    assert version("sentencex") in SEGMENTER


def test_libraries_are_imported_only_when_they_are_used() -> None:
    code = (
        "import sys, variorum.domain.differences\n"
        "sys.exit(any(name in sys.modules for name in ('sentencex', 'rapidfuzz')))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert (
        subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
    )


@given(st.text(st.sampled_from("ab \t\n\n\n\r\u00a0\u2028"), max_size=30))
def test_paragraphs_are_what_blank_lines_part(text: str) -> None:
    """By the definition, whatever the lines are like."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    runs = groupby(lines, key=lambda line: bool(line.strip()))
    expected = tuple("\n".join(run) for filled, run in runs if filled)
    assert paragraphs_of(text) == (expected, "\n\n".join(expected) == text)
