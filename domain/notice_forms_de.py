"""Forms of German notices."""

from __future__ import annotations

from variorum.domain.notice_forms import Bare, Earlier, Label, Language, Said, Verb
from variorum.domain.notices import NoticeKind

_TEXT = r"(?:artikel|text|beitrag|bericht|meldung|nachricht|story|fassung|seite)s?"
_THIS = rf"(?:diese[rnsm]?|de[rnm]|die)\s(?:[\wäöüß-]{{1,20}}\s)?{_TEXT}"

VERBS = (
    Verb("de.updated", NoticeKind.UPDATE, r"aktualisiert"),
    Verb("de.corrected", NoticeKind.CORRECTION, r"korrigiert|berichtigt|richtiggestellt"),
    Verb("de.clarified", NoticeKind.CLARIFICATION, r"präzisiert|klargestellt"),
    Verb("de.amended", NoticeKind.AMENDMENT, r"ergänzt|geändert|angepasst|überarbeitet|verändert"),
    Verb("de.retracted", NoticeKind.RETRACTION, r"zurückgezogen|entfernt|gelöscht|depubliziert"),
    Verb("de.republished", NoticeKind.REPUBLICATION, r"erneut veröffentlicht"),
)

GERMAN = Language(
    code="de",
    openings=r"diese|de[rnm]\s|die\s|wir\s|(?:in\s)?eine",
    labels=(
        Label(
            "de.updated",
            NoticeKind.UPDATE,
            r"(?:(?:artikel|beitrag|text)\s)?(?:zuletzt\s|letztmals\s)?(?:aktualisiert|geändert)"
            r"|letzte (?:aktualisierung|änderung)|stand",
            bare=Bare.NEVER,
        ),
        Label("de.update", NoticeKind.UPDATE, r"aktualisierung"),
        Label(
            "de.correction",
            NoticeKind.CORRECTION,
            r"korrektur(?:hinweis)?|richtigstellung|berichtigung",
        ),
        Label("de.clarification", NoticeKind.CLARIFICATION, r"klarstellung|präzisierung"),
        Label("de.amendment", NoticeKind.AMENDMENT, r"nachtrag|ergänzung"),
        Label("de.retraction", NoticeKind.RETRACTION, r"widerruf"),
        Label(
            "de.editors-note",
            NoticeKind.EDITORS_NOTE,
            r"(?:anmerkung|hinweis|notiz) der redaktion|redaktionelle(?:r hinweis| anmerkung)"
            r"|anm\.\s?d\.\s?red\.|transparenzhinweis",
            bare=Bare.ALWAYS,
        ),
    ),
    said=(
        Said(
            rf"{_THIS}\s(?:wurde|ist|haben wir)\s",
            VERBS,
            reach=90,
            not_after=r"(?:von|durch|täglich)\b",
            not_between=r"\b(?:von|durch)",
        ),
        Said(
            rf"wir haben\s(?:{_THIS}|diesen fehler|den fehler|die (?:stelle|angabe|passage))\s",
            VERBS,
            reach=120,
        ),
    ),
    earlier=(
        Earlier(
            "de.earlier-version",
            r"(?:in )?eine[r]?\s(?:frühere|vorherige|erste|ältere|vorige|ursprüngliche)n?"
            rf"\s(?:version|fassung)\s(?:(?:dieses|des|dieser|der)\s{_TEXT}"
            r"|(?:stand|hieß|hatten wir|haben wir)\b)",
            r"\b(?:falsch|fehler|irrtüm|versehentlich|unzutreffend|unrichtig|nicht korrekt"
            r"|korrigiert|berichtigt)",
        ),
    ),
    published=r"(?:(?:(?:erst)?veröffentlicht|erschienen|erstellt|publiziert)\s?:?\s(?:am\s)?"
    rf"|{_THIS}\serschien\s(?:zuerst|erstmals)\s(?:am\s)?)",
    clearly_first=rf"(?:{_THIS}\serschien|erstveröffentlicht)",
)
