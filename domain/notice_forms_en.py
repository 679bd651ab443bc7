"""Forms of English notices."""

from __future__ import annotations

from variorum.domain.notice_forms import Bare, Earlier, Label, Language, Said, Verb
from variorum.domain.notices import NoticeKind

_ADVICE = (
    r"(?:please|click|see|read|visit|contact|send|submit|report|e-?mail|if you|our|we\b"
    r"|to (?:report|request|submit|suggest))\b"
)
_EDITORS = r"(?:editor(?:['’]?s|s['’])?|ed\.?|editorial)"

LABELS = (
    Label(
        "en.update", NoticeKind.UPDATE, rf"(?:{_EDITORS}\s)?update(?:\s\d{{1,2}}(?=\s?[,:(]\s?\D))?"
    ),
    Label("en.latest-update", NoticeKind.UPDATE, r"latest update"),
    Label("en.updates", NoticeKind.UPDATE, r"updates", bare=Bare.NEVER),
    Label("en.edit", NoticeKind.UPDATE, r"edit", bare=Bare.NEVER),
    Label("en.updated", NoticeKind.UPDATE, r"updated"),
    Label(
        "en.last-updated",
        NoticeKind.UPDATE,
        r"(?:(?:story|article|post|page|report)\s)?(?:(?:last|most recently)\s)?"
        r"(?:updated|modified|revised|edited|reviewed and updated)",
        bare=Bare.NEVER,
    ),
    Label(
        "en.correction",
        NoticeKind.CORRECTION,
        r"correct(?:ions?|ed)(?:\s(?:notice|version))?(?:\sto this (?:story|article|report))?",
        not_before=_ADVICE,
    ),
    Label(
        "en.correction-made",
        NoticeKind.CORRECTION,
        r"a correction (?:was|has been) (?:made|added|issued|appended)"
        r"(?: to this (?:story|article))?",
    ),
    Label(
        "en.correction-added",
        NoticeKind.CORRECTION,
        r"this correction (?:was|has been) (?:added|made|appended|published)",
    ),
    Label(
        "en.clarification",
        NoticeKind.CLARIFICATION,
        r"clarif(?:ications?|ied)",
        not_before=_ADVICE,
    ),
    Label("en.amendment", NoticeKind.AMENDMENT, r"amend(?:ment|ed)|addendum"),
    Label("en.retraction", NoticeKind.RETRACTION, r"retract(?:ion(?:\snotice)?|ed)"),
    Label("en.record", NoticeKind.CORRECTION, r"for the record", bare=Bare.BEFORE_SAID),
    Label(
        "en.editors-note",
        NoticeKind.EDITORS_NOTE,
        rf"{_EDITORS}\snote|ed\.(?=:)|(?:a\s)?note (?:from the editors?|to (?:our )?readers)",
        bare=Bare.ALWAYS,
    ),
)

VERBS = (
    Verb("en.was-updated", NoticeKind.UPDATE, r"updated"),
    Verb("en.was-corrected", NoticeKind.CORRECTION, r"corrected"),
    Verb("en.was-clarified", NoticeKind.CLARIFICATION, r"clarified"),
    Verb(
        "en.was-amended", NoticeKind.AMENDMENT, r"amended|edited|revised|changed|modified|altered"
    ),
    Verb(
        "en.was-retracted",
        NoticeKind.RETRACTION,
        r"retracted|withdrawn|removed|taken down|pulled|unpublished",
    ),
    Verb("en.was-refiled", NoticeKind.REFILE, r"refiled"),
    Verb("en.was-republished", NoticeKind.REPUBLICATION, r"republished"),
)

_OF_ITS_TEXT = VERBS[:4]
_REMOVED = (Verb("en.part-removed", NoticeKind.AMENDMENT, r"removed|deleted|added|replaced"),)
_SAID_TO_STORY = (
    Verb("en.story-updates", NoticeKind.UPDATE, r"updates(?=\s(?:with|to|earlier|throughout)\b)"),
    Verb("en.story-corrects", NoticeKind.CORRECTION, r"corrects"),
    Verb("en.story-clarifies", NoticeKind.CLARIFICATION, r"clarifies"),
)
_WAS_WRONG = (
    Verb(
        "en.was-wrong",
        NoticeKind.CORRECTION,
        r"wrong|incorrect|inaccurate|mis(?:stated|spelled|spelt|identified|attributed|quoted|named)",
    ),
)
_RETRACTING = (
    Verb("en.we-retract", NoticeKind.RETRACTION, r"retract(?:ed|ing)?|withdr(?:e|a)w(?:n|ing)?"),
)

_NOUN = (
    r"(?:story|article|report|piece|post|page|column|item|copy|dispatch|version|interview|review"
    r"|obituary|profile|feature|guide|essay|editorial|op-ed|explainer|analysis|timeline|tracker"
    r"|newsletter|blog|newsfeed|headline|caption|transcript|graphic|chart|map|video|live ?blog"
    r"|version of (?:the|this) story)"
)
THIS = rf"this\s(?:[\w’'.-]{{1,20}}\s){{0,4}}?{_NOUN}"
_PART = (
    r"the\s(?:[\w’'-]{1,20}\s){0,2}(?:headline|caption|footnote|subhead|subheading|title|standfirst|photo"
    rf"|picture|image|graphic|summary)\s(?:of|on|to|for|in|with|above)\s{THIS}"
)
_IN_THIS = rf"(?:a|an|the)\s[^.:;?!“”\"\n]{{1,80}}?\s(?:in|of|on)\s{THIS}"
_PARTS = (
    r"(?:an?|one|two|several|the)\s(?:\w{1,15}\s)?(?:photo(?:graph)?s?|images?|pictures?|quotes?"
    r"|lines?|sentences?|paragraphs?|references?|names?|links?|captions?|graphics?|maps?|videos?)"
)
_OFTEN = r"(?:(?:also|further|later|subsequently|since|last|most recently|again)\s){0,2}"
_INSERTED = r"(?:,\s(?:first\s|originally\s)?(?:published|posted)\s[^;:!?\n]{1,60}?,)?"
_WAS = rf"(?:(?:was|were|has|have)\s{_OFTEN}(?:been\s{_OFTEN})?|is being\s)"
_NOT_AFTER = (
    r"(?:by(?!\s(?:its|the)\s(?:authors?|editors?|publisher|writer)\b)|every"
    r"|daily|weekly|regularly|frequently|(?:more|less|many|a hundred) (?:than|times)|"
    r"and edited|for (?:the|length|clarity|brevity|style|space)|with each|in\s\d{4})\b"
)

#: What no text goes on with that says so of itself.
_NOT_OF_TEXT = (
    r"(?!\.|,|;|to (?:add|amend|change|clarify|correct|fix|include|make|note|reflect|remove|say"
    r"|show|spell|take|update)\b|with\b|since\b|throughout\b|and\b|after\b|on\b|at\b|as of\b)"
)

_CHANGING = (
    Verb("en.someone-updated", NoticeKind.UPDATE, r"updated"),
    Verb("en.someone-corrected", NoticeKind.CORRECTION, r"corrected"),
    Verb("en.someone-clarified", NoticeKind.CLARIFICATION, r"clarified"),
    Verb("en.someone-amended", NoticeKind.AMENDMENT, r"amended|revised|edited"),
)

SAID = (
    Said(rf"(?:{THIS}|{_PART}){_INSERTED}\s{_WAS}", VERBS, not_after=_NOT_AFTER),
    Said(
        rf"(?:an?|the)\s(?:[\w’'-]{{1,20}}\s){{0,2}}?versions? of {THIS}"
        r"\s(?:was|has|had|first|originally)",
        VERBS[6:],
        reach=90,
    ),
    Said(rf"{_IN_THIS}\s{_WAS}", _OF_ITS_TEXT, not_after=_NOT_AFTER),
    Said(
        rf"this is a (?:developing|breaking)(?: news)? story (?:and|that|which)\s{_WAS}",
        VERBS,
        not_after=_NOT_AFTER,
    ),
    Said(
        r"the\s(?:above\s)?(?:story|article|post|piece|column)(?:\sabove)?\s(?:has|have)\s"
        rf"(?:since\s)?been\s{_OFTEN}",
        VERBS,
        not_after=rf"{_NOT_AFTER}|{_NOT_OF_TEXT}",
    ),
    Said(
        rf"(?:(?:the|our)\s)?(?:story|article|post|piece|report)\s(?:{_WAS})?",
        VERBS[:4],
        not_after=rf"{_NOT_AFTER}|{_NOT_OF_TEXT}",
    ),
    Said(
        r"(?:an?|the)\s[^.:;?!“”\"\n]{1,80}?\s(?:was|were|has been|have been)\s",
        _OF_ITS_TEXT,
        not_after=r"(?!in this (?:story|article|report|post))",
    ),
    Said(
        r"(?:an?|the)\s[^.:;?!“”\"\n]{1,80}?\s(?:was|were|has been|have been)\s(?=\w+\sin\s)",
        _WAS_WRONG,
        not_after=r"(?!in (?:an? )?(?:earlier|previous) versions? of this\b)",
    ),
    Said(rf"{_PARTS}\s{_WAS}", _REMOVED, not_after=r"(?!(?:from|to|in)\s+this\s)"),
    Said(rf"{THIS}\s", _SAID_TO_STORY),
    Said(
        r"(?:we|we['’]ve|we['’]re)\s(?:have\s|are\s|had\s)?(?:also\s|since\s|now\s)?",
        _OF_ITS_TEXT[:3] + _RETRACTING + _OF_ITS_TEXT[3:],
        not_after=r"(?!this\s)",
    ),
    Said(
        r"the\s(?:[\w’'-]{1,20}\s){1,4}?(?:has\s|have\s)?"
        r"(?=retract|withdr|updated|corrected|clarified|amended|revised|edited)",
        _RETRACTING + _CHANGING,
        not_after=r"(?!this\s(?:story|article|report|post))",
    ),
    Said(
        r"this is an?\s",
        (
            Verb("en.corrected-version", NoticeKind.CORRECTION, r"corrected version"),
            Verb("en.updated-version", NoticeKind.UPDATE, r"(?:updated|revised) version|update"),
        ),
        not_after=r"(?!(?:of|to)\s(?:an?|the|this)\s(?:[\w’'-]{1,20}\s){0,2}(?:story|article|report|post))",
    ),
)

_ERROR = (
    r"\b(?:incorrect|wrong|error|erroneous|inaccurate|false|mistake|misstated|misspell|misspelt"
    r"|misidentif|misattribut|misquot|mischaracteri|misreport|misnamed|misleading|misgender"
    r"|mislabel|misdescrib|miscalculat|overstat|understat|transposed|misplac)"
)
_WHICH = r"(?:earlier|previous|prior|original|past|former)"
_SAYS = (
    r"\s(?:of\s\w+\s)?(?:said|stated|gave|listed|named|referred|identified|described|reported"
    r"|attributed|quoted|put|called|suggested|implied|claimed)\b"
)
_WRONGLY = (
    r"(?:originally|previously|initially|incorrectly|mistakenly|wrongly|erroneously|inaccurately"
    r"|at first|mis(?=stated|spelled|spelt|identified|attributed|quoted|characteri|reported|named"
    r"|gendered|labell?ed|described|calculated))"
)
_CAUSE = r"(?:(?:due to|because of|owing to|as a result of)\s(?:an?\s)?[a-z’' -]{1,40},\s)?"

EARLIER = (
    Earlier(
        "en.earlier-version",
        rf"{_CAUSE}(?:in\s)?(?:(?:an?|the)\s[\w ]{{1,30}}\s(?:in|of|on|for|with)\s)?"
        rf"(?:(?:an?|the)\s)?{_WHICH}\s(?:[\w’'-]{{1,20}}\s)?(?:versions?\sof|headline\s(?:of|on|for|to)|caption\s(?:of|on|in))"
        rf"\s(?:{THIS}|the\s(?:story|article))\b(?!,\s(?:told|sung|performed|played|by)\b)",
        rf"{_ERROR}|\bversions?\sof\sthis\s\w+{_SAYS}",
    ),
    Earlier(
        "en.originally-said",
        rf"{_CAUSE}(?:(?:an?|the)\s[\w ]{{1,30}}\s(?:in|of|on|for|with)\s)?{THIS}\s(?:has\s)?"
        rf"{_WRONGLY}\s?(?!published|posted|appeared|ran|aired|broadcast|titled|written"
        r"|commissioned|produced|featured)\w",
        _ERROR,
        always_error=True,
    ),
)

ENGLISH = Language(
    code="en",
    openings=r"this\s|the\s|an?\s|we\b|in\s|due\s|because\s|earlier\s|previous\s|owing\s|as\s|story|article|post|piece|report|our\s|one\s|two\s|several\s",
    labels=LABELS,
    said=SAID,
    earlier=EARLIER,
    published=(
        rf"(?:(?:{THIS}\swas\s)?(?:first|originally)\s(?:published|posted|broadcast|aired)"
        r"(?:\sonline)?|published|posted)\s?[:,]?\s?(?:(?:on|in|at)\s)?"
    ),
    clearly_first=rf"(?:{THIS}\swas\s)?(?:first|originally)\s",
)
