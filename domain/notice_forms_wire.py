"""Forms of wires: slugs that agencies set before a headline, and lines for editors.

They are printed in capitals, or in brackets with a verb in the present: `CORRECTED-Ferry sold`,
`(Corrects the number of boats)`. They alone say how grave a change is.
"""

from __future__ import annotations

import re

from variorum.domain.notice_forms import Bare, Label
from variorum.domain.notices import NoticeKind, Severity

_GRAVE = Severity.SUBSTANTIVE
_MINOR = Severity.MINOR

#: What may open a line of its own, in capitals.
LABELS = (
    Label(
        "wire.corrected",
        NoticeKind.CORRECTION,
        r"CORRECTED(?: \(OFFICIAL\))?|CORRECTING",
        capitals=True,
        severity=_GRAVE,
    ),
    Label("wire.refile", NoticeKind.REFILE, r"REFILE(?:D)?", capitals=True, severity=_MINOR),
    Label("wire.repeat", NoticeKind.REPEAT, r"REPEAT(?:ED)?|RPT", capitals=True),
    Label(
        "wire.withdrawn",
        NoticeKind.RETRACTION,
        r"(?:STORY )?(?:WITHDRAWN|REMOVED)|WITHDRAWAL|(?:BULLETIN |MANDATORY )?KILL(?:ED)?",
        capitals=True,
        severity=_GRAVE,
    ),
    Label("wire.hold", NoticeKind.RETRACTION, r"HOLD", capitals=True, severity=_GRAVE),
)

#: Slugs that stand before a headline, with a hyphen, a slash, or (the graver ones) a colon.
SLUGS = (
    Label(
        "wire.slug-corrected",
        NoticeKind.CORRECTION,
        r"CORRECTED(?: \((?:OFFICIAL|[A-Z ]{2,20})\))?|CORRECTION|CORRECTIF|CORRECCIÓN|KORREKTUR"
        r"|BERICHTIGUNG|RÄTTELSE|CORRECTIE",
        capitals=True,
        severity=_GRAVE,
    ),
    Label("wire.slug-refile", NoticeKind.REFILE, r"REFILE", capitals=True, severity=_MINOR),
    Label("wire.slug-repeat", NoticeKind.REPEAT, r"REPEAT|RPT", capitals=True),
    Label("wire.slug-clarified", NoticeKind.CLARIFICATION, r"CLARIFIED", capitals=True),
    Label(
        "wire.slug-withdrawn",
        NoticeKind.RETRACTION,
        r"(?:STORY )?WITHDRAWN|WITHDRAWAL|KILL|RETRACTED",
        capitals=True,
        severity=_GRAVE,
    ),
    Label("wire.slug-update", NoticeKind.UPDATE, r"UPDATE \d{1,2}", capitals=True, bare=Bare.NEVER),
)
AFTER_SLUG = re.compile(r"\s?[-–/]\s?(?=[^\W\d_])")
AFTER_GRAVE_SLUG = re.compile(r"\s?[-–/:]\s?(?=[^\W\d_])")

#: A slug of releases, which no mark sets off.
REPLACING = re.compile(r"(?:CORRECTING and REPLACING|CORRECTION and REPLACEMENT)(?=\s)")

#: Verbs that open a line in brackets, or one to editors (`Eds: …`).
VERBS: tuple[tuple[str, NoticeKind, str, Severity | None], ...] = (
    ("wire.corrects", NoticeKind.CORRECTION, r"correct(?:s|ed|ing)", _GRAVE),
    ("wire.refiles", NoticeKind.REFILE, r"refil(?:es|ed|ing)", _MINOR),
    ("wire.repeats", NoticeKind.REPEAT, r"repeat(?:s|ed|ing)", None),
    ("wire.clarifies", NoticeKind.CLARIFICATION, r"clarif(?:ies|ied|ying)", None),
    (
        "wire.updates",
        NoticeKind.UPDATE,
        r"updates(?=[,;]|\s(?:with|to|throughout|lead|headline|number|figures?|prices?|paragraphs?"
        r"|story|toll|byline)\b)|recasts|adds(?=\s(?:[\w’'-]+\s){0,3}?(?:quotes?|comments?|details?|background"
        r"|byline|reaction|analysts?|shares|context|graphic|paragraphs?|link|statement)\b)",
        None,
    ),
    ("wire.removes", NoticeKind.REFILE, r"removes(?=\s(?:extraneous|repeated|duplicate))", _MINOR),
)
IN_BRACKETS = re.compile(
    r"\s*\((?:"
    + "|".join(f"(?P<w{n}>{words})" for n, (_, _, words, _) in enumerate(VERBS))
    + r")\b(?=[\s,;])[^()]*\)?\s*$",
    re.I,
)
TO_EDITORS = re.compile(
    r"\s*Eds(?:\.|:|\.:)\s+(?:"
    + "|".join(f"(?P<w{n}>{words})" for n, (_, _, words, _) in enumerate(VERBS))
    + r")\b",
    re.I,
)

#: `(This Nov 5 story has been corrected to …)`: the date stands within the subject.
DATED_STORY = re.compile(r"\(this\s", re.I)
SAID_OF_IT = re.compile(
    r"\s?(?:[\w’'-]{1,20}\s)?(?:story|report|item|article)\s(?:has been|was)\s"
    r"(?P<verb>corrected|refiled|updated|clarified)\b",
    re.I,
)
