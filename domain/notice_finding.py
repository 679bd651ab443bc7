"""Finding notices: whether a text that stands by itself is one, and what it states.

Only the beginning of the text is looked at, at most `WINDOW` characters: a notice says what it is
before it says anything else. The work is linear in that window.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from variorum.domain.notice_forms import Bare, Label
from variorum.domain.notice_grammar import (
    Match,
    label_at,
    may_be_bare,
    publication_at,
    said_at,
    then_at,
)
from variorum.domain.notice_stamps import PURPOSES, Stamp, stamp_at
from variorum.domain.notice_times import notice_time
from variorum.domain.notices import NoticeKind, Severity, StatedNotice
from variorum.domain.stated import Known
from variorum.domain.times import PublishedTime
from variorum.domain.wire_notices import for_editors, slug_in

WINDOW = 700

_OPENING = re.compile(
    r"\s{0,8}[\[(*_>•+–—-]{0,4}\s?(?:(?:note|hinweis|anmerkung|nota|remarque|opmerking|obs):\s)?",
    re.I,
)
_APPENDED = re.compile(
    r"\s(?:(?:appended|added|below)(?=\W)|with\s(?:[\w’'-]{1,20}\s?){1,4}(?=,\s))", re.I
)
_TO_STAMP = re.compile(
    r"(?:\s{0,2}(?:[,:(\[|*_–—•·/@-]"
    r"|(?:on|at|as of|added|posted|published|issued"
    r"|vom|am|le|du|à|a las|a|el|del|op|om)(?=[\s:]))){0,5}\s{0,3}",
    re.I,
)
_SET_OFF = re.compile(r"[*_]{0,2}(?:[ \t]?(?:[:–—•]|-\s|\|\s)|(?P<line>[ \t]*\n))[*_]{0,2}\s?")
_SPACE = re.compile(r"\s")
_AFTER_TIME = re.compile(r"\s?[:,–—-]\s?")
_ON = re.compile(r"on\s(?=\w)", re.I)
_DONE = re.compile(
    rf"\s(?:to\s(?:{PURPOSES})\b"
    r"|with\s(?:[\w’'-]{1,20}\s){0,4}?(?:comments?|statements?|details?|information|quotes?"
    r"|responses?|repl(?:y|ies)|reactions?|figures|results|background)\b)[^“”\"\n]{0,200}\.$",
    re.I | re.M,
)
_NOTHING_MORE = re.compile(r"[ \t)\]*_.]*$", re.M)
_BODY = re.compile(r"[\s:;.)\]|*–—-]{0,6}")
_BESIDE = re.compile(
    r"[\s/|·•(;.,–—-]{0,6}(?:first published|originally published|original|published|posted)"
    r"\s?:?\s?(?:(?:on|at)\s)?",
    re.I,
)
_AFTER_FIRST = re.compile(
    r"\s*(?:$|[.;|/)\]·•\n]|,?\s(?:and|but|before|und|et|y|en|och)\b|,?\sit\s|\s?[–—]|\s-\s)", re.I
)
_TELLS_WHAT = ("en.updated", "en.last-updated", "en.correction", "en.amendment")
_WAS = re.compile(r"\b(?:was|were|has|have|been)\b", re.I)
_AGAIN = re.compile(r"\brepublish(?:ed|ing)\b", re.I)
_STARTS_STAMP = re.compile(r"\d|[^\W\d_]{3,12}\.?,?\s{1,2}\d", re.I)


@dataclass(frozen=True)
class FoundNotice:
    """What a notice states.

    Attributes:
        kind: the normalised kind.
        rule: the id of the form that found it.
        time: the time it states, the last where it states several; None where it states none, or
            one that cannot be told.
        earlier: the other times at which it says the story was changed.
        first_published: when it says the story was first published.
        problems: what of a time that it states cannot be told, in plain words.
        implies_earlier_text: whether another text must have stood before the one that prints it.
        label_only: whether only a label of a change made it one, such as a headline may begin with.
        unfinished: whether it is a label alone, and its text is still to come.
        whole_line: whether it is a time alone, and what follows it is not its text.
        severity: how grave the change is, where a wire's label says so.
        label: where its kind as printed stands, from the first character that is no blank.
        reach: up to where it was read, at least: there it does not end yet.
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
    severity: Severity | None = None
    label: tuple[int, int] = (0, 0)
    reach: int = 0

    @property
    def stated(self) -> StatedNotice:
        """What an event holds of it."""
        return StatedNotice(self.kind, self.rule, self.time, self.severity, self.label)


def notice_in(text: str, known: Known) -> FoundNotice | None:
    """What `text` states if it is a notice; None if it is not.

    A time whose date, or order of day and month, is missing and cannot be found is left out and is
    a problem; one whose zone is missing is an interval over all zones. Neither is ever guessed.
    """
    window = text[:WINDOW].lstrip()
    opening = _OPENING.match(window)
    place = opening.end() if opening else 0
    editors = for_editors(window)
    if editors is not None:
        return _found(editors, known)
    said = said_at(window, place)
    if said is not None:
        return _found(_in_brackets(window, said), known)
    return (
        _labelled(window, place, known)
        or _published(window, place, known)
        or _timed(window, place, known)
    )


def found_slug(headline: str, known: Known) -> FoundNotice | None:
    """The notice that a wire's slug before a headline is: `CORRECTED-Ferry owner sells boats`."""
    slug = slug_in(headline)
    return _found(slug, known) if slug is not None else None


def _in_brackets(text: str, said: Match) -> Match:
    """What is said in round brackets is a wire's, which tells what is grave from what is not."""
    if not text.startswith("("):
        return said
    if said.kind in (NoticeKind.CORRECTION, NoticeKind.RETRACTION):
        return replace(said, severity=Severity.SUBSTANTIVE)
    return replace(said, severity=Severity.MINOR) if said.kind is NoticeKind.REFILE else said


def _labelled(text: str, place: int, known: Known) -> FoundNotice | None:
    found = label_at(text, place)
    if found is None:
        return None
    label, end = found
    match = Match(label.id, label.kind, place, end, (), label.severity)
    appended = _APPENDED.match(text, end)
    after = appended.end() if appended else end
    stamp = _label_stamp(text, after, label)
    if stamp is None:
        return _bare(text, after, label, match, known)
    beside = _BESIDE.match(text, stamp.end)
    first = stamp_at(text, beside.end()) if beside else None
    body = _BODY.match(text, stamp.end)
    said = said_at(text, body.end()) if body else None
    if label.bare is Bare.BEFORE_SAID and said is None:
        return None
    if said and label.kind is NoticeKind.EDITORS_NOTE:
        match = replace(match, kind=said.kind, rule=f"{label.id}+{said.rule}")
    notice = _found(replace(match, stamps=(stamp,)), known, first)
    if not _NOTHING_MORE.match(text, (first or stamp).end):
        return notice
    says_all = notice.kind in (NoticeKind.UPDATE, NoticeKind.REPUBLICATION)
    return replace(notice, whole_line=says_all, unfinished=not says_all)


def _label_stamp(text: str, place: int, label: Label) -> Stamp | None:
    joint = _TO_STAMP.match(text, place)
    is_english = label.id.startswith("en.")
    stamp = stamp_at(text, joint.end(), dotted=not is_english) if joint else None
    if joint is None or stamp is None:
        return None
    if not stamp.ends_plainly(text, in_prose=":" in joint[0]):
        return None
    return None if stamp.doubtful and is_english else stamp


def _bare(text: str, place: int, label: Label, match: Match, known: Known) -> FoundNotice | None:
    """A notice whose label bears no time; a sentence in it may."""
    if label.id in _TELLS_WHAT and _DONE.match(text, place):
        return _found(match, known)
    set_off = _SET_OFF.match(text, place)
    if set_off is None and text[match.start : match.end].isupper():
        space = _SPACE.match(text, place)
        said = said_at(text, space.end()) if space else None
        return _with_said(label, match, said, known) if said else None
    if set_off is None or not text[set_off.end() :].strip():
        return None
    if set_off["line"] is not None and label.kind is NoticeKind.UPDATE:
        return None
    said = said_at(text, set_off.end())
    if not may_be_bare(label, text, set_off.end(), said):
        return None
    if said is not None:
        return _with_said(label, match, said, known)
    if label.kind is NoticeKind.EDITORS_NOTE:
        return _note_of_publication(text, set_off.end(), match, known) or _found(match, known)
    return replace(_found(match, known), label_only=True)


def _note_of_publication(text: str, body: int, match: Match, known: Known) -> FoundNotice | None:
    """An editor's note that says when the story first came out, and perhaps what was done since."""
    said = publication_at(text, body)
    first = stamp_at(text, said[1]) if said and said[2] else None
    if first is None:
        return None
    then = then_at(text, first.end)
    says = then is not None and (then.stamps or _WAS.search(text, first.end, then.start))
    if then is not None and says and not _AGAIN.search(text, then.end):
        rule = f"{match.rule}+{then.rule}"
        stamps = _dated_by(first, then, known)
        return _found(replace(match, rule=rule, kind=then.kind, stamps=stamps), known, first)
    again = _AGAIN.search(text, first.end)
    kind = NoticeKind.REPUBLICATION if again else match.kind
    return _found(replace(match, kind=kind), known, first)


def _with_said(label: Label, match: Match, said: Match, known: Known) -> FoundNotice:
    kind = said.kind if label.kind is NoticeKind.EDITORS_NOTE else label.kind
    rule = f"{label.id}+{said.rule}"
    notice = _found(replace(match, rule=rule, kind=kind, stamps=said.stamps), known)
    return replace(notice, reach=max(notice.reach, said.end))


def _published(text: str, place: int, known: Known) -> FoundNotice | None:
    """`First published …`, and what was done to the story then."""
    said = publication_at(text, place)
    first = stamp_at(text, said[1]) if said else None
    if said is None or first is None:
        return None
    language, end, clear = said
    then = then_at(text, first.end)
    if then is not None and (then.stamps or clear):
        last = then.stamps[-1].end if then.stamps else then.end
        alone = _NOTHING_MORE.match(text, last) is not None
        then = replace(then, stamps=_dated_by(first, then, known))
        return replace(_found(then, known, first), whole_line=alone)
    if not clear or not _AFTER_FIRST.match(text, first.end):
        return None
    words = Match(f"{language.code}.first-published", NoticeKind.PUBLICATION, place, end)
    return replace(_found(words, known, first), whole_line=True)


def _timed(text: str, place: int, known: Known) -> FoundNotice | None:
    """`2:58 p.m.: This article was updated to …`, `June 11, 2024 | Updated June 12, 2024`."""
    on = _ON.match(text, place)
    place = on.end() if on else place
    stamp = stamp_at(text, place) if _STARTS_STAMP.match(text, place) else None
    if stamp is None:
        return None
    joint = _AFTER_TIME.match(text, stamp.end)
    said = said_at(text, joint.end()) if joint else None
    if said is not None:
        return _found(replace(said, stamps=(stamp, *said.stamps)), known)
    then = then_at(text, stamp.end)
    if then is None or not then.stamps or stamp.statement is None or not stamp.statement.has_date:
        return None
    if not _NOTHING_MORE.match(text, then.stamps[-1].end):
        return None
    notice = _found(replace(then, stamps=_dated_by(stamp, then, known)), known, stamp)
    return replace(notice, whole_line=True)


def _dated_by(first: Stamp, then: Match, known: Known) -> tuple[Stamp, ...]:
    """The stamps of what was done; what they leave out is as in the first.

    `12.6.2024, aktualisiert 16:05` is of one day; but not where that would be before the first.
    """
    return tuple(_completed(stamp, first, then.language, known) for stamp in then.stamps)


def _completed(stamp: Stamp, first: Stamp, language: str | None, known: Known) -> Stamp:
    begun, then = first.statement, stamp.statement
    if begun is None or then is None or then.is_dated or not begun.has_date:
        return stamp
    then = replace(then, zone=then.zone or begun.zone)
    day = {part: getattr(begun, part) for part in ("year", "month", "day", "either_order")}
    dated = replace(then, **day)
    earlier, _ = notice_time(begun, known, first.language or language)
    later, _ = notice_time(dated, known, stamp.language or language)
    if earlier is None or later is None or earlier.at <= later.at:
        then = dated
    return replace(stamp, statement=then)


def _zoned(first: Stamp, stamps: tuple[Stamp, ...]) -> Stamp:
    """A stamp without a zone, in that of those that are printed after it."""
    begun = first.statement
    zones = (each.statement.zone for each in stamps if each.statement and each.statement.zone)
    zone = next(zones, None)
    if begun is None or begun.zone is not None or zone is None:
        return first
    return replace(first, statement=replace(begun, zone=zone))


def _found(match: Match, known: Known, first: Stamp | None = None) -> FoundNotice:
    times: list[PublishedTime] = []
    problems: list[str] = []
    stamps = (*match.stamps, *([first] if first else []))

    def read(stamp: Stamp) -> PublishedTime | None:
        if stamp.statement is None:
            time, problem = None, stamp.problem
        else:
            time, problem = notice_time(stamp.statement, known, stamp.language or match.language)
        if problem is not None:
            problems.append(problem)
        return time

    for stamp in match.stamps:
        time = read(stamp)
        if time is not None:
            times.append(time)
    first_published = read(_zoned(first, match.stamps)) if first is not None else None
    times.sort(key=lambda time: time.at)
    return FoundNotice(
        kind=match.kind,
        rule=match.rule,
        time=times[-1] if times else None,
        earlier=tuple(times[:-1]),
        first_published=first_published,
        problems=tuple(problems),
        implies_earlier_text=match.kind.implies_earlier_text,
        severity=match.severity,
        label=(match.start, match.end),
        reach=max(stamp.end for stamp in stamps) if stamps else match.end,
    )
