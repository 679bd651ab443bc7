"""Text: its sentences, its words, and when two spellings count as one.

A *paragraph* is a string that an article gives as one. A *sentence* is a part of it without the
white space around it: between the sentences of a paragraph there is nothing but white space. A
*word* is a token with the white space that stands before it: the words of a text, joined, are
that text. A *key* is what is left of a text when case, white space, the shape of quotation marks
and compatibility forms do not count.

Offsets are code points. What is derived from sentences and words depends on the rules that found
them, and is to be kept under `SEGMENTER`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, cast

#: The rules for sentences and words, with their versions: part of the key of what is derived.
SEGMENTER: str

if not TYPE_CHECKING:

    def __getattr__(name):
        # Made when it is asked for: what finds out a version takes 30 ms to import.
        if name != "SEGMENTER":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib.metadata import version

        return f"sentencex-{version('sentencex')} joins-1 words-1"


_ENGLISH = """
    a about after all also an and any are as at be been but by can could did do does for from had
    has have he her him his how i if in into is it its may me might more most must my no nor not of
    on or our out over she should so some such than that the their them then there these they this
    those to under up was we were what when where which while who whom whose will with would you
    your
"""

#: English words without content of their own, as keys.
STOP_WORDS = frozenset(_ENGLISH.split())


class Sentence(NamedTuple):
    """A sentence: `paragraph[start:end] == text`."""

    text: str
    start: int
    end: int


class Word(NamedTuple):
    """A token and the white space before it; `text` is empty only for white space at the end."""

    space: str
    text: str

    @property
    def is_punctuation(self) -> bool:
        """Whether it is neither a word nor a number."""
        return not self.text[:1].isalnum()


def sentences(paragraph: str, language: str = "en") -> list[Sentence]:
    """The sentences of one paragraph, in order; none where it is blank.

    `language` is an ISO 639-1 code; one that the segmenter has no rules for is read as English.
    """
    cached = len(paragraph) <= _CACHED_LENGTH
    return list((_segmented_once if cached else _segmented)(paragraph, language))


def words(text: str) -> list[Word]:
    """The words of a text: joined, each after its space, they are the text.

    One word is a number with its separators and per cent sign (`3,000`, `12.5%`, `9:11`), an
    abbreviation with full stops inside it (`a.m.`), a word with its apostrophe (`don't`), a run of
    one punctuation mark; and a character, in scripts that put no spaces between words.
    """
    return [Word(space, token) for space, token in _word().findall(text)]


def key(text: str) -> str:
    """What is left of a text when case, white space and the shape of quotation marks do not count.

    Compatibility caseless (the Unicode Standard, section 3.13, D146); curly quotation marks made
    straight; white space collapsed to single spaces, with none at the ends.
    """
    if not text.isascii():
        caseless = unicodedata.normalize("NFD", text).casefold()
        caseless = unicodedata.normalize("NFKC", caseless).casefold()
        text = unicodedata.normalize("NFKC", caseless).translate(_STRAIGHT)
    return " ".join(text.casefold().split())


_STRAIGHT = str.maketrans({**dict.fromkeys("‘’‛ʼ", "'"), **dict.fromkeys("“”„‟", '"')})


# Words. Python's \w leaves out combining marks, without which some scripts fall to pieces.

_MARKS = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    r"\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a"
    r"\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09d7\u0a01-\u0a03"
    r"\u0a3c-\u0a51\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b57\u0b82\u0bbe-\u0bd7"
    r"\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d\u0d57"
    r"\u0dca-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e"
    r"\u17b4-\u17d3\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f"
    r"\ufe20-\ufe2f\U0001f3fb-\U0001f3ff"
)
_UNSPACED = (  # Thai, Lao, Myanmar, Khmer, kana, Han
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    r"\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_LETTER = rf"[^\W\d_{_UNSPACED}][{_MARKS}]*+"
_LETTERS = rf"(?:[^\W{_UNSPACED}]++[{_MARKS}]*+)++"
_WORD = rf"""
    (?!\Z) (\s*+)
    (
        \d+ (?: [.,:/'’·٫٬]\d+ | [\u00a0\u2009\u202f]\d{{3}}(?!\d) )*+ (?: % | (?:{_LETTERS})? )
      | {_LETTER} (?: \.{_LETTER}(?!{_LETTER}) )++ \.?
      | {_LETTERS} (?: ['’]{_LETTERS} )*+
      | [{_UNSPACED}][{_MARKS}]*+
      | (?: \.+ | -+ | \*+ | =+ | !+ | \?+ | [^\w\s][{_MARKS}]*+ )
      | \S
      | \Z
    )
"""


@lru_cache
def _word() -> re.Pattern[str]:
    return re.compile(_WORD, re.VERBOSE)  # takes 12 ms: not when this file is imported


# Sentences. The segmenter is fed one character for each of the paragraph's, without what it trips
# over: it leaves out blank lines and refuses lone surrogates.

_LINE_BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

# In text that is not ASCII its time is quadratic in what it is given at once: longer paragraphs
# are read in windows. Only paragraphs up to a length are cached, which bounds what the cache holds.
_WINDOW = 4_000
_CACHED_LENGTH = 10_000


@lru_cache(maxsize=4096)
def _segmented_once(paragraph: str, language: str) -> tuple[Sentence, ...]:
    return _segmented(paragraph, language)


def _segmented(paragraph: str, language: str) -> tuple[Sentence, ...]:
    spans: list[tuple[int, int]] = []
    for start, following in pairwise([*_starts(paragraph, language), len(paragraph)]):
        piece = paragraph[start:following]
        text = piece.strip()
        if not text:
            continue
        start += len(piece) - len(piece.lstrip())
        end = start + len(text)
        if spans and _belong_together(paragraph, spans[-1], text):
            start, _ = spans.pop()
        spans.append((start, end))
    return tuple(Sentence(paragraph[start:end], start, end) for start, end in spans)


def _starts(paragraph: str, language: str) -> list[int]:
    """Where the segmenter begins a sentence; the first is 0."""
    # An extension module without stubs:
    from sentencex import get_sentence_boundaries  # pyright: ignore

    boundaries = cast("Callable[[str, str], list[dict[str, int]]]", get_sentence_boundaries)
    fed = _SURROGATE.sub("\ufffd", _LINE_BREAK.sub(" ", paragraph))
    starts: list[int] = []
    at = 0
    inside = False
    while at < len(fed):
        window = fed[at : at + _WINDOW]
        found = [at + each["start_index"] for each in boundaries(language, window)]
        end = at + len(window)
        unfinished = found.pop() if end < len(fed) and len(found) > 1 else None
        starts += found[1:] if inside else found
        inside = unfinished is None
        at = unfinished or (fed.rfind(" ", at, end) + 1 if end < len(fed) else 0) or end
    return starts


# The pass that joins: it takes back boundaries after a time of day (before a zone or a date), a
# title, an initial, the number of an item in a list; and before closing quotation marks.

_TIME_OF_DAY = re.compile(r"\b(?:[ap]\.\s?m\.|[AP]\.\s?M\.)\Z")
_ZONE_OR_DATE = re.compile(
    r"(?:[ECMP][SD]?T|AK[SD]T|HST|GMT|UTC|BST|(?:W|C|E)ES?T|MSK|[HP]KT|[IJK]ST|SGT|NZ[SD]T|A[CEW][SD]T"
    r"|Eastern|Central|Mountain|Pacific|Greenwich|Moscow|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\s\d+)(?!\w)"
)
_TITLE = re.compile(
    r"(?<!\d )\b(?:Adm|Amb|Atty|Brig|Capt|Cmdr|Col|Cpl|Det|Dr|Ft|Gen|Gov|Hon|Insp|Lt|Maj|Messrs|Mr"
    r"|Mrs|Ms|Mt|Mx|Pres|Prof|Pvt|Reps?|Rev|Sens?|Sgt|Supt)\.\Z"
)
_INITIAL = re.compile(r"(?<![^\s(\[“‘\"'-])(?!I)[^\W\d_]\.\Z")
_OPENER = re.compile(
    r"(?:An?|And|As|At|But|By|For|From|He|Her|His|I|If|In|It|Its|No|Not|On|Or|She|So|That|The|Their"
    r"|Then|There|These|They|This|Those|To|We|What|When|Who|With|You)\b"
)
_ENUMERATOR = re.compile(r"\(?(?:\d{1,3}|[A-Za-z])[.)]")
_CLOSING = re.compile(r"[)\]}”’»\"']+\Z")
_LONGEST_TAIL = 12


def _belong_together(paragraph: str, before: tuple[int, int], text: str) -> bool:
    """Whether the sentence at `before` goes on with `text`."""
    start, end = before
    tail = paragraph[max(start, end - _LONGEST_TAIL) : end]
    if _CLOSING.match(text) or (tail[-1] in ".)" and _ENUMERATOR.fullmatch(tail)):
        return True
    if tail[-1] != ".":
        return False
    if _TIME_OF_DAY.search(tail):
        return _ZONE_OR_DATE.match(text) is not None
    if not text[0].isupper():
        return False
    if _TITLE.search(tail):
        return True
    return bool(_INITIAL.search(tail) and tail[-2].isupper() and not _OPENER.match(text))
