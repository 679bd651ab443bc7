"""The rules by which notices are recognised: what newsrooms print, as tables that grow.

A *label* opens a notice and is set off from it: `Correction: …`, `Update 10/24/24, …`.
A *sentence* says of the story itself that it was changed: `This article was amended on …`.
Each has an id that is stored with what it found. Ids are never reused for another meaning; the
part before the first full stop is the language (BCP 47).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from variorum.domain.notices import NoticeKind


@dataclass(frozen=True)
class LabelRule:
    """A label that opens a notice.

    Attributes:
        id: what is stored as the notice's rule.
        kind: what such a notice is.
        label: a pattern of the words, matched without regard to case.
        bare: whether the label may stand without a time, set off by a colon or a dash.
        not_before: a pattern of what makes a bare label something else.
    """

    id: str
    kind: NoticeKind
    label: str
    bare: bool = True
    not_before: str | None = None


_ADVICE = (
    r"(?:please|click|see|read|visit|contact|send|submit|report|e-?mail|if you|our|we\b"
    r"|to (?:report|request|submit|suggest))\b"
)

LABELS: tuple[LabelRule, ...] = (
    LabelRule("en.update", NoticeKind.UPDATE, r"update"),
    LabelRule("en.updated", NoticeKind.UPDATE, r"updated"),
    LabelRule(
        "en.last-updated",
        NoticeKind.UPDATE,
        r"(?:(?:story|article|post|page|report)\s)?(?:(?:last|most recently)\s)?"
        r"(?:updated|modified|revised)",
        bare=False,
    ),
    LabelRule(
        "en.correction",
        NoticeKind.CORRECTION,
        r"correct(?:ions?|ed)(?:\sto this (?:story|article|report))?",
        not_before=_ADVICE,
    ),
    LabelRule(
        "en.clarification",
        NoticeKind.CLARIFICATION,
        r"clarif(?:ications?|ied)",
        not_before=_ADVICE,
    ),
    LabelRule("en.amendment", NoticeKind.AMENDMENT, r"amend(?:ment|ed)"),
    LabelRule("en.retraction", NoticeKind.RETRACTION, r"retract(?:ion|ed)"),
    LabelRule(
        "en.editors-note",
        NoticeKind.EDITORS_NOTE,
        r"(?:editor(?:['’]?s|s['’])?|ed\.?|editorial)\snote|note (?:from the editors?|to readers)",
    ),
)

#: What may be said to have been done to a story, by the word that says it.
VERBS: tuple[tuple[str, NoticeKind, str], ...] = (
    ("en.was-updated", NoticeKind.UPDATE, r"updated"),
    ("en.was-corrected", NoticeKind.CORRECTION, r"corrected"),
    ("en.was-clarified", NoticeKind.CLARIFICATION, r"clarified"),
    ("en.was-amended", NoticeKind.AMENDMENT, r"amended|edited|revised|changed|modified|altered"),
    ("en.was-retracted", NoticeKind.RETRACTION, r"retracted|withdrawn|removed|taken down"),
    ("en.was-refiled", NoticeKind.REFILE, r"refiled"),
    ("en.was-republished", NoticeKind.REPUBLICATION, r"republished"),
)

EARLIER_VERSION = "en.earlier-version"
FIRST_PUBLISHED = "en.first-published"

_PIECE = (
    r"(?:story|article|report|piece|post|page|column|item|copy|dispatch|version|interview|review"
    r"|obituary|profile|feature|headline|caption|transcript|graphic|chart|map|video|live ?blog)"
)
_THIS = rf"this\s(?:[\w’'-]{{1,20}}\s){{0,3}}{_PIECE}"
_PART = (
    r"the\s(?:[\w’'-]{1,20}\s){0,2}(?:headline|caption|subhead|subheading|title|standfirst|photo"
    rf"|picture|image|graphic|summary)\s(?:of|on|to|for|in|with|above)\s{_THIS}"
)
_SUBJECT = rf"(?:{_THIS}|{_PART})"
_OFTEN = r"(?:(?:also|further|later|subsequently|since|last|most recently|again)\s){0,2}"
_VERB = (
    "(?P<verb>"
    + "|".join(words for _, _, words in VERBS)
    + r")\b(?!\s(?:by|every|daily|weekly|regularly|frequently|in\s\d{4})\b)"
)
_WAS = rf"(?:was|were|has|have)\s{_OFTEN}(?:been\s{_OFTEN})?"

#: The story is said to have been changed; `verb` says how.
SAID_OF_STORY = re.compile(rf"{_SUBJECT}\s{_WAS}{_VERB}", re.I)

#: The same, said again: `It was further amended on …`.
SAID_AGAIN = re.compile(
    r"\bit\s(?:was|has been)\s(?:then\s)?(?:further|again|last|most recently)\s"
    r"(?:updated|corrected|amended|clarified|edited)\b",
    re.I,
)

#: An earlier text is mentioned: `An earlier version of this story …`.
OF_EARLIER_VERSION = re.compile(
    r"(?:(?:due to|because of) an [a-z ]{1,40}, )?(?:an?|the)\s(?:earlier|previous|prior|original)"
    rf"\s(?:[\w’'-]{{1,20}}\s)?version\sof\s(?:{_THIS}|the\s(?:story|article))\b",
    re.I,
)
ERROR = re.compile(
    r"\b(?:incorrect|wrong|error|erroneous|inaccurate|false|mistake|misstated|misspell|misspelt"
    r"|misidentif|misattribut|misquot|mischaracteri|misreport|misnamed|misleading)",
    re.I,
)

#: When the story was first published is said, or (`plain`) published; a stamp has to follow.
SAID_FIRST = re.compile(
    rf"(?:(?:{_SUBJECT}\swas\s)?(?:first|originally)\s(?:published|posted|broadcast|aired)"
    r"(?:\sonline)?|(?P<plain>published|posted))\s?[:,]?\s?(?:(?:on|in|at)\s)?",
    re.I,
)

#: What may stand after that stamp; elsewhere it is the date of a book, or another's publication.
AFTER_FIRST = re.compile(
    r"\s*(?:$|[.;|/)\]·•\n]|,?\s(?:and|but|before)\b|,?\sit\s|\s?[–—]|\s-\s|\s(?:last\s)?updated\b)",
    re.I,
)

#: What was done to the story after that, right after that stamp.
THEN = re.compile(
    rf"[\s,.;|/·•()–—-]{{0,5}}(?:and\s)?(?:(?:it|{_THIS})\s)?(?:{_WAS})?{_OFTEN}{_VERB}", re.I
)

#: The first publication beside a stamp of an update: `Updated … / Original …`.
BESIDE = re.compile(
    r"[\s/|·•(;.,–—-]{0,6}(?:first published|originally published|original|published|posted)"
    r"\s?:?\s?(?:(?:on|at)\s)?",
    re.I,
)


def verb_rule(verb: str) -> tuple[str, NoticeKind]:
    """The rule's id and the kind for a `verb` that one of the patterns found."""
    for rule, kind, words in VERBS:
        if re.fullmatch(words, verb, re.I):
            return rule, kind
    raise AssertionError(verb)
