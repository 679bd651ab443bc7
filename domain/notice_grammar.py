"""The grammar of notices: every language's forms, and which of them stands at a place in a text.

What is found is *matched*: a rule, a kind, where its words stand, and the stamps beside them. What
the stamps mean is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from variorum.domain.notice_forms import Bare, Label, Language, Said, Verb
from variorum.domain.notice_forms_de import GERMAN
from variorum.domain.notice_forms_en import ENGLISH, THIS
from variorum.domain.notice_forms_es import SPANISH
from variorum.domain.notice_forms_fr import FRENCH
from variorum.domain.notice_forms_nl import DUTCH
from variorum.domain.notice_forms_sv import SWEDISH
from variorum.domain.notice_forms_wire import LABELS as WIRE_LABELS
from variorum.domain.notice_stamps import PURPOSES, Stamp, stamp_at
from variorum.domain.notices import NoticeKind, Severity

LANGUAGES: tuple[Language, ...] = (ENGLISH, GERMAN, FRENCH, SPANISH, DUTCH, SWEDISH)
ALL_LABELS: tuple[Label, ...] = (
    *WIRE_LABELS,
    *(label for language in LANGUAGES for label in language.labels),
)
ALL_VERBS: tuple[Verb, ...] = tuple(
    verb for language in LANGUAGES for said in language.said for verb in said.verbs
)

_LABEL_BEGINS = re.compile("|".join(f"(?:{label.words})" for label in ALL_LABELS), re.I)
_VERB_BEGINS = re.compile("|".join(f"(?:{verb.words})" for verb in ALL_VERBS), re.I)
_PUBLICATION_BEGINS = re.compile("|".join(f"(?:{each.published})" for each in LANGUAGES), re.I)
_MOST_TIMES = 8
_AFTER_VERB = re.compile(
    r"(?:\sthis\s(?:story|article|report|post|piece))?\s?[:,]?\s?"
    r"(?:(?:on|at|in|as of|am|vom|um|le|el|op|om|den|à|a las)\s)?",
    re.I,
)
_AND_CORRECTED = re.compile(r"\sand\scorrected\b", re.I)
_AND = re.compile(
    r"\s?(?:,|,?\s(?:and|und|et|y|en|och))\s(?:again\s)?(?:(?:on|am|le|el|op)\s)?", re.I
)
_AND_ON = re.compile(r"[,;]?\sand\s(?:again\s)?(?:on|at)\s(?=\w)", re.I)
_TO_DO = re.compile(rf"\sto\s(?:{PURPOSES}|amend)\b", re.I)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s(?=[A-ZÅÄÖÉÀÜ])|\n")
_WITHIN = re.compile(r"(?<!\w)(?:(?=\d)|den\s|le\s)")
_AGAIN = re.compile(
    r"\bit\s(?:was|has been)\s(?:then\s)?(?:further|again|last|most recently)\s"
    r"(?:updated|corrected|amended|clarified|edited)\b",
    re.I,
)
_AUXILIARY = (
    r"(?:(?:was|were|has|have|wurde|ist|a été|fue|se ha|ha sido|is|har)\s)?(?:been\s)?"
    r"(?:(?:also|later|since|last|most recently|zuletzt|nu)\s){0,2}"
)
_THEN = re.compile(
    r"[\s,.;|/·•()–—-]{0,6}(?:(?:and|und|et|y|en|och)\s)?"
    rf"(?:(?:it|es|he?t|{THIS})\s)?{_AUXILIARY}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Match:
    """A form that stands in a text: its words from `start` to `end`, and the stamps it states."""

    rule: str
    kind: NoticeKind
    start: int
    end: int
    stamps: tuple[Stamp, ...] = ()
    severity: Severity | None = None

    @property
    def language(self) -> str | None:
        """That of its words, where they are not English."""
        code = self.rule.partition(".")[0]
        return None if code in ("en", "wire") else code


def label_at(text: str, place: int) -> tuple[Label, int] | None:
    """The longest label that stands at `place`, and where it ends."""
    found: tuple[Label, int] | None = None
    if not _LABEL_BEGINS.match(text, place):
        return None
    for label in ALL_LABELS:
        match = label.pattern.match(text, place)
        if match is not None and (found is None or match.end() > found[1]):
            found = label, match.end()
    return found


def said_at(text: str, place: int) -> Match | None:
    """What a sentence that begins at `place` says was done to the story; None if nothing."""
    for language in LANGUAGES:
        if not language.opening.match(text, place):
            continue
        for said in language.said:
            match = _said(text, place, said)
            if match is not None:
                return match
        for earlier in language.earlier:
            words = earlier.pattern.match(text, place)
            if words is not None:
                wrong = earlier.always_error or earlier.errors.search(text, place)
                kind = NoticeKind.CORRECTION if wrong else NoticeKind.AMENDMENT
                return Match(earlier.id, kind, place, words.end())
    return None


def _said(text: str, place: int, said: Said) -> Match | None:
    subject = said.pattern.match(text, place)
    found = said.verb.match(text, subject.end()) if subject else None
    if subject is None or found is None:
        return None
    group = found.lastgroup or "v0"
    verb = said.verbs[int(group[1:])]
    if verb.kind is NoticeKind.UPDATE and _AND_CORRECTED.match(text, found.end()):
        verb = replace(verb, kind=NoticeKind.CORRECTION)
    stamps = [*_stamps_within(text, subject.end(), found.start(group))]
    ends = (found.end(), *(again.end() for again in _AGAIN.finditer(text, found.end())))
    stamps += [stamp for end in ends for stamp in stamps_after(text, end)]
    if stamps:
        stamps += _stamps_later(text, stamps[-1])
    return Match(verb.id, verb.kind, found.start(group), found.end(), tuple(stamps), verb.severity)


def _stamps_within(text: str, start: int, end: int) -> list[Stamp]:
    """The first stamp between subject and verb: `wurde am 28. April 2020 aktualisiert`."""
    for each in _WITHIN.finditer(text, start, end):
        stamp = stamp_at(text, each.start())
        if stamp is not None and stamp.end <= end:
            return [stamp]
    return []


def _stamps_later(text: str, first: Stamp) -> Iterator[Stamp]:
    """Those of the same sentence: `on 5 May to correct a name, and on 7 May to add a comment`."""
    if not _TO_DO.match(text, first.end):
        return
    ends = _SENTENCE_ENDS.search(text, first.end)
    for each in _AND_ON.finditer(text, first.end, ends.start() if ends else len(text)):
        stamp = stamp_at(text, each.end())
        if stamp is not None and _TO_DO.match(text, stamp.end) and _follows(stamp, first):
            yield stamp


def _follows(stamp: Stamp, first: Stamp) -> bool:
    """Whether two stamps are of whole dates, and the one not earlier than the other."""
    one, other = _date_of(first), _date_of(stamp)
    return one is not None and other is not None and one <= other


def _date_of(stamp: Stamp) -> tuple[int, int, int] | None:
    said = stamp.statement
    if said is None or said.year is None or said.month is None or said.day is None:
        return None
    return said.year, said.month, said.day


def stamps_after(text: str, place: int) -> list[Stamp]:
    """The stamps that follow a verb: `on 29 December 2016 and 3 January 2017`."""
    stamps: list[Stamp] = []
    joint = _AFTER_VERB.match(text, place)
    while joint and len(stamps) < _MOST_TIMES:
        stamp = stamp_at(text, joint.end())
        if stamp is None:
            break
        stamps.append(stamp)
        joint = _AND.match(text, stamp.end)
    return stamps


def then_at(text: str, place: int) -> Match | None:
    """What was done to the story after a time that ends at `place`: `…, updated May 6, 2024`."""
    joint = _THEN.match(text, place)
    if joint is None:
        return None
    best: Match | None = None
    label = label_at(text, joint.end())
    if label is not None:
        form, end = label
        if form.kind is not NoticeKind.EDITORS_NOTE:
            best = Match(form.id, form.kind, joint.end(), end)
    for verb in ALL_VERBS if _VERB_BEGINS.match(text, joint.end()) else ():
        words = verb.pattern.match(text, joint.end())
        if words is not None and (best is None or words.end() > best.end):
            best = Match(verb.id, verb.kind, joint.end(), words.end(), (), verb.severity)
    return replace(best, stamps=tuple(stamps_after(text, best.end))) if best else None


def publication_at(text: str, place: int) -> tuple[Language, int, bool] | None:
    """What stands before the time of a publication: its language, its end, and if it is clear."""
    if not _PUBLICATION_BEGINS.match(text, place):
        return None
    for language in LANGUAGES:
        words = language.publication.match(text, place)
        if words is not None:
            clear = language.first_publication.match(text, place) is not None
            return language, words.end(), clear
    return None


def may_be_bare(label: Label, text: str, body: int, said: Match | None) -> bool:
    """Whether a label that bears no time opens a notice whose text begins at `body`."""
    if label.barred is not None and label.barred.match(text, body):
        return False
    match label.bare:
        case Bare.NEVER:
            return False
        case Bare.ALWAYS:
            return True
        case Bare.BEFORE_SAID:
            return said is not None
        case Bare.BEFORE_SENTENCE:
            return said is not None or _ENDS.search(text, body) is not None


#: A sentence ends with its line: `Aug.` within one does not.
_ENDS = re.compile(r"[.!?…。][\"'”’»)\]*_+ ]{0,6}(?:$|\n)|\Z(?<=[\s\S]{680})")
