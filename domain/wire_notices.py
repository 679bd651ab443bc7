"""Wire notices: what an agency tells editors, before the headline or in a line of its own."""

from __future__ import annotations

from variorum.domain.notice_forms_wire import (
    AFTER_GRAVE_SLUG,
    AFTER_SLUG,
    DATED_STORY,
    IN_BRACKETS,
    REPLACING,
    SAID_OF_IT,
    SLUGS,
    TO_EDITORS,
    VERBS,
)
from variorum.domain.notice_grammar import Match
from variorum.domain.notice_stamps import stamp_at
from variorum.domain.notices import NoticeKind, Severity


def for_editors(text: str) -> Match | None:
    """A line for editors: `(Corrects …)`, `Eds: UPDATES …`, `(This Nov 5 story has been …)`."""
    if text[:1] != "(" and text[:3] != "Eds":
        return None
    line = text.partition("\n")[0]
    found = IN_BRACKETS.match(line) or TO_EDITORS.match(line)
    if found is not None:
        group = found.lastgroup or "w0"
        rule, kind, _, severity = VERBS[int(group[1:])]
        return Match(rule, kind, found.start(group), found.end(group), (), severity)
    return _dated_story(text)


def _dated_story(text: str) -> Match | None:
    subject = DATED_STORY.match(text)
    stamp = stamp_at(text, subject.end()) if subject else None
    said = SAID_OF_IT.match(text, stamp.end) if stamp else None
    if stamp is None or said is None:
        return None
    kinds = {
        "corrected": (NoticeKind.CORRECTION, Severity.SUBSTANTIVE),
        "refiled": (NoticeKind.REFILE, Severity.MINOR),
        "clarified": (NoticeKind.CLARIFICATION, None),
    }
    kind, severity = kinds.get(said["verb"].lower(), (NoticeKind.UPDATE, None))
    return Match("wire.dated-story", kind, said.start("verb"), said.end("verb"), (stamp,), severity)


def slug_in(headline: str) -> Match | None:
    """The slug that stands before a headline: `CORRECTED-Ferry owner sells two boats`."""
    replacing = REPLACING.match(headline)
    if replacing is not None:
        return Match(
            "wire.slug-replacing",
            NoticeKind.CORRECTION,
            0,
            replacing.end(),
            (),
            Severity.SUBSTANTIVE,
        )
    for slug in SLUGS:
        words = slug.pattern.match(headline)
        if words is None:
            continue
        after = AFTER_SLUG if slug.severity is None else AFTER_GRAVE_SLUG
        if after.match(headline, words.end()):
            return Match(slug.id, slug.kind, 0, words.end(), (), slug.severity)
    return None
