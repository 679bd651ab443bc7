"""Forms of Dutch notices."""

from __future__ import annotations

from variorum.domain.notice_forms import Bare, Earlier, Label, Language, Said, Verb
from variorum.domain.notices import NoticeKind

_TEXT = r"(?:artikel|bericht|stuk|verhaal|pagina|tekst|nieuwsbericht|kop)"
_THIS = rf"(?:dit|deze|het)\s{_TEXT}"

VERBS = (
    Verb("nl.updated", NoticeKind.UPDATE, r"bijgewerkt|geüpdate[td]?|geactualiseerd|ge-update"),
    Verb("nl.corrected", NoticeKind.CORRECTION, r"gecorrigeerd|gerectificeerd|verbeterd"),
    Verb("nl.clarified", NoticeKind.CLARIFICATION, r"verduidelijkt"),
    Verb("nl.amended", NoticeKind.AMENDMENT, r"aangepast|gewijzigd|aangevuld"),
    Verb("nl.retracted", NoticeKind.RETRACTION, r"ingetrokken|verwijderd|offline gehaald"),
    Verb("nl.republished", NoticeKind.REPUBLICATION, r"opnieuw (?:gepubliceerd|geplaatst)"),
)

DUTCH = Language(
    code="nl",
    openings=r"dit\s|deze\s|het\s|(?:in\s)?een\s",
    labels=(
        Label(
            "nl.updated",
            NoticeKind.UPDATE,
            r"(?:(?:laatst|voor het laatst)\s)?(?:bijgewerkt|geüpdatet|aangepast|gewijzigd)"
            r"|laatste (?:update|wijziging)",
            bare=Bare.NEVER,
        ),
        Label("nl.correction", NoticeKind.CORRECTION, r"correctie|rectificatie|verbetering"),
        Label("nl.clarification", NoticeKind.CLARIFICATION, r"verduidelijking|opheldering"),
        Label("nl.amendment", NoticeKind.AMENDMENT, r"aanvulling|toevoeging"),
        Label(
            "nl.editors-note",
            NoticeKind.EDITORS_NOTE,
            r"noot van de redactie|redactionele noot|noot redactie|naschrift redactie",
            bare=Bare.ALWAYS,
        ),
    ),
    said=(
        Said(
            rf"{_THIS}\s(?:is|werd|was)\s",
            VERBS,
            reach=70,
            not_after=r"(?:door|dagelijks)\b",
            not_between=r"\bdoor",
        ),
    ),
    earlier=(
        Earlier(
            "nl.earlier-version",
            rf"(?:in )?een\s(?:eerdere|vorige|oudere|eerste)\sversie\svan\s{_THIS}",
            r"\b(?:ten onrechte|onjuist|fout|abusievelijk|per ongeluk|verkeerd|incorrect"
            r"|gecorrigeerd|hersteld)",
        ),
    ),
    published=r"(?:gepubliceerd|geplaatst|verschenen)\s?:?\s?(?:op\s)?",
)
