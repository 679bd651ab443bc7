"""Finding notices: whether a text that stands by itself is one, and what it states.

Only the beginning of the text is looked at, at most `WINDOW` characters: a notice says what it is
before it says anything else. The work is linear in that window.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from variorum.domain.notice_rules import (
    AFTER_FIRST,
    BESIDE,
    EARLIER_VERSION,
    ERROR,
    FIRST_PUBLISHED,
    LABELS,
    OF_EARLIER_VERSION,
    SAID_AGAIN,
    SAID_FIRST,
    SAID_OF_STORY,
    THEN,
    LabelRule,
    verb_rule,
)
from variorum.domain.notice_stamps import Stamp, stamp_at
from variorum.domain.notices import NoticeKind, StatedNotice
from variorum.domain.stated import Known
from variorum.domain.times import PublishedTime

WINDOW = 700

_OPENING = re.compile(r"\s{0,8}[\[(*_>•–—-]{0,4}\s?(?:note:\s)?", re.I)
_LABEL = re.compile(
    "(?:" + "|".join(f"(?P<r{n}>{rule.label})" for n, rule in enumerate(LABELS)) + r")(?!\w)",
    re.I,
)
_TO_STAMP = re.compile(r"(?:\s{0,2}(?:[,:(\[|*_–—-]|(?:on|at|as of)\b)){0,4}\s{0,3}", re.I)
_SET_OFF = re.compile(r"[*_]{0,2}(?:[ \t]?(?:[:–—]|-\s)|(?P<line>[ \t]*\n))[*_]{0,2}\s?")
_AFTER_VERB = re.compile(r"\s?[:,]?\s?(?:(?:on|at|in|as of)\s)?", re.I)
_AND = re.compile(r"\s?(?:,|,?\sand)\s(?:again\s)?(?:on\s)?", re.I)
_AFTER_TIME = re.compile(r"\s?[:–—-]\s?")
_NOTHING_MORE = re.compile(r"[ \t)\]*_.]*$", re.M)
_BODY = re.compile(r"[\s:;.)\]|–—-]{0,6}")
_NOT_BEFORE = {
    rule.id: re.compile(rule.not_before, re.I) for rule in LABELS if rule.not_before is not None
}
_MOST_TIMES = 8


@dataclass(frozen=True)
class FoundNotice:
    """What a notice states.

    Attributes:
        kind: the normalised kind.
        rule: the id of the rule that found it.
        time: the time it states, the last where it states several; None where it states none, or
            one that cannot be told.
        earlier: the other times at which it says the story was changed.
        first_published: when it says the story was first published.
        problems: why a time that it states cannot be told, in plain words.
        implies_earlier_text: whether another text must have stood before the one that prints it.
        label_only: whether only a label of a change made it one, such as a headline may begin with.
        unfinished: whether it is a label alone, and its text is still to come.
        whole_line: whether it is a time alone, and what follows it is not its text.
    """

    kind: NoticeKind
    rule: str
    time: PublishedTime | None = None
    earlier: tuple[PublishedTime, ...] = ()
    first_published: PublishedTime | None = None
    problems: tuple[str, ...] = ()
    implies_earlier_text: bool = True
    label_only: bool = False
    unfinished: bool = False
    whole_line: bool = False

    @property
    def stated(self) -> StatedNotice:
        """What an event holds of it."""
        return StatedNotice(kind=self.kind, rule=self.rule, time=self.time)


def notice_in(text: str, known: Known) -> FoundNotice | None:
    """What `text` states if it is a notice; None if it is not.

    A time that cannot be told (its date, zone, or order of day and month is missing and `known`
    has none) is left out and is a problem; it is never guessed.
    """
    window = text[:WINDOW]
    opening = _OPENING.match(window)
    place = opening.end() if opening else 0
    return (
        _sentence(window, place, known)
        or _labelled(window, place, known)
        or _first_published(window, place, known)
        or _timed_sentence(window, place, known)
    )


@dataclass(frozen=True)
class _Said:
    """What a sentence says was done to the story."""

    rule: str
    kind: NoticeKind
    stamps: tuple[Stamp, ...]


def _sentence(text: str, place: int, known: Known) -> FoundNotice | None:
    said = _said(text, place)
    return _found(said.kind, said.rule, said.stamps, known) if said else None


def _said(text: str, place: int) -> _Said | None:
    changed = SAID_OF_STORY.match(text, place)
    if changed:
        rule, kind = verb_rule(changed["verb"])
        ends = (changed.end(), *(again.end() for again in SAID_AGAIN.finditer(text, changed.end())))
        return _Said(rule, kind, tuple(stamp for end in ends for stamp in _stamps(text, end)))
    if OF_EARLIER_VERSION.match(text, place):
        kind = NoticeKind.CORRECTION if ERROR.search(text, place) else NoticeKind.AMENDMENT
        return _Said(EARLIER_VERSION, kind, ())
    return None


def _stamps(text: str, place: int) -> list[Stamp]:
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


def _labelled(text: str, place: int, known: Known) -> FoundNotice | None:
    label = _LABEL.match(text, place)
    if label is None:
        return None
    rule = LABELS[int((label.lastgroup or "r0")[1:])]
    stamp = _label_stamp(text, label.end())
    if stamp is None:
        return _bare(text, label.end(), rule, known)
    first: Stamp | None = None
    beside = BESIDE.match(text, stamp.end)
    if beside:
        first = stamp_at(text, beside.end())
    kind, rule_id = rule.kind, rule.id
    body = _BODY.match(text, stamp.end)
    said = _said(text, body.end()) if body and kind is NoticeKind.EDITORS_NOTE else None
    if said:
        kind, rule_id = said.kind, f"{rule.id}+{said.rule}"
    found = _found(kind, rule_id, (stamp,), known, first)
    if not _NOTHING_MORE.match(text, (first or stamp).end):
        return found
    says_all = kind in (NoticeKind.UPDATE, NoticeKind.REPUBLICATION)
    return replace(found, whole_line=says_all, unfinished=not says_all)


def _label_stamp(text: str, place: int) -> Stamp | None:
    joint = _TO_STAMP.match(text, place)
    if joint is None:
        return None
    stamp = stamp_at(text, joint.end())
    if stamp is None or not stamp.ends_plainly(text, in_prose=":" in joint[0]):
        return None
    return stamp


def _bare(text: str, place: int, rule: LabelRule, known: Known) -> FoundNotice | None:
    """A notice whose label bears no time; a sentence in it may."""
    set_off = _SET_OFF.match(text, place)
    if set_off is None or not rule.bare or not text[set_off.end() :].strip():
        return None
    if set_off["line"] is not None and rule.kind is NoticeKind.UPDATE:
        return None
    body = set_off.end()
    if rule.id in _NOT_BEFORE and _NOT_BEFORE[rule.id].match(text, body):
        return None
    said = _said(text, body)
    if said is None:
        found = _found(rule.kind, rule.id, (), known)
        return replace(found, label_only=rule.kind is not NoticeKind.EDITORS_NOTE)
    kind = said.kind if rule.kind is NoticeKind.EDITORS_NOTE else rule.kind
    return _found(kind, f"{rule.id}+{said.rule}", said.stamps, known)


def _first_published(text: str, place: int, known: Known) -> FoundNotice | None:
    said = SAID_FIRST.match(text, place)
    first = stamp_at(text, said.end()) if said else None
    if said is None or first is None or not AFTER_FIRST.match(text, first.end):
        return None
    then = THEN.match(text, first.end)
    stamps = _stamps(text, then.end()) if then else []
    if said["plain"] and not stamps:
        return None
    if then is None:
        found = _found(NoticeKind.REPUBLICATION, FIRST_PUBLISHED, (), known, first)
        return replace(found, implies_earlier_text=False, whole_line=True)
    _, kind = verb_rule(then["verb"])
    last = stamps[-1].end if stamps else then.end()
    alone = _NOTHING_MORE.match(text, last) is not None
    return replace(_found(kind, FIRST_PUBLISHED, stamps, known, first), whole_line=alone)


def _timed_sentence(text: str, place: int, known: Known) -> FoundNotice | None:
    """`2:58 p.m.: This article was updated to …`."""
    stamp = stamp_at(text, place)
    joint = _AFTER_TIME.match(text, stamp.end) if stamp else None
    said = _said(text, joint.end()) if joint else None
    if stamp is None or said is None:
        return None
    return _found(said.kind, said.rule, (stamp, *said.stamps), known)


def _found(
    kind: NoticeKind,
    rule: str,
    stamps: Iterable[Stamp],
    known: Known,
    first: Stamp | None = None,
) -> FoundNotice:
    times: list[PublishedTime] = []
    problems: list[str] = []
    for stamp in stamps:
        time, problem = stamp.read(known)
        if time is not None:
            times.append(time)
        elif problem is not None:
            problems.append(problem)
    first_published = None
    if first is not None:
        first_published, problem = first.read(known)
        if problem is not None:
            problems.append(problem)
    times.sort(key=lambda time: time.at)
    return FoundNotice(
        kind=kind,
        rule=rule,
        time=times[-1] if times else None,
        earlier=tuple(times[:-1]),
        first_published=first_published,
        problems=tuple(problems),
        implies_earlier_text=kind.implies_earlier_text,
    )
