"""Closing notices: those that stand at the end of a paragraph, behind its own text.

They are in brackets of their own, or a label with its time: `… he says. [Update, 5 p.m.: He has
gone.]`, `… he says. Updated Oct. 24, 2024.` Only the last `WINDOW` characters are looked at.
"""

from __future__ import annotations

import re

from variorum.domain.calendar_words import MONTHS, alternatives
from variorum.domain.notice_finding import WINDOW, FoundNotice, notice_in
from variorum.domain.stated import Known

_BRACKETS = {"]": "[", ")": "("}
_BEFORE = re.compile(r"[.!?…][\"'”’)\]»]*\s{1,3}$")
_SENTENCE = re.compile(r"(?<=[.!?…\"”’)])\s{1,3}(?=[^\W\d_a-z])")
_ORDINAL = re.compile(
    rf"(?<!\d)\d{{1,2}}\.\s{{1,3}}(?:{alternatives(MONTHS)})\b(?!\.?\s\d{{1,2}}\b)", re.I
)
"""`3. Oktober`: the full stop ends no sentence; that of `12. May 5` does."""
_MOST_CLOSING = 120
_FIGURE_NEAR_END = re.compile(r"\d[^\d]{0,14}$")


def closing_notice(paragraph: str, known: Known) -> tuple[int, FoundNotice] | None:
    """Where the notice that closes a paragraph begins, and what it states; None if none does."""
    text = paragraph.rstrip()
    if text[-1:] in _BRACKETS:
        return _bracketed(text, known)
    if _FIGURE_NEAR_END.search(text, max(0, len(text) - 12)):
        return _dated(text, known)
    return None


def _bracketed(text: str, known: Known) -> tuple[int, FoundNotice] | None:
    least = max(0, len(text) - WINDOW)
    start = text.rfind(_BRACKETS[text[-1]], least)
    if start <= 0 or not _BEFORE.search(text, max(0, start - 6), start):
        return None
    found = notice_in(text[start:], known)
    return (start, found) if found is not None else None


def _dated(text: str, known: Known) -> tuple[int, FoundNotice] | None:
    """A label and a time with a date, and nothing else, as the last sentence."""
    for gap in _SENTENCE.finditer(text, max(0, len(text) - _MOST_CLOSING)):
        if _ORDINAL.match(text, max(0, gap.start() - 3)) or _ORDINAL.match(text, gap.start() - 2):
            continue
        found = notice_in(text[gap.end() :], known)
        if found is not None and found.whole_line and found.reach > found.label[1]:
            return gap.end(), found
    return None
