"""Forms of Swedish notices."""

from __future__ import annotations

from variorum.domain.notice_forms import Bare, Earlier, Label, Language, Said, Verb
from variorum.domain.notices import NoticeKind

_TEXT = r"(?:artikeln|texten|nyheten|notisen|inlägget|denna artikel|denna text)"
_THIS = rf"(?:den här\s)?{_TEXT}"

VERBS = (
    Verb("sv.updated", NoticeKind.UPDATE, r"uppdatera(?:des|ts|d|t)"),
    Verb("sv.corrected", NoticeKind.CORRECTION, r"rätta(?:des|ts|d|t)|korrigera(?:des|ts|d|t)"),
    Verb("sv.clarified", NoticeKind.CLARIFICATION, r"förtydliga(?:des|ts|d|t)"),
    Verb("sv.amended", NoticeKind.AMENDMENT, r"ändra(?:des|ts|d|t)|komplettera(?:des|ts|d|t)"),
    Verb("sv.retracted", NoticeKind.RETRACTION, r"dragits tillbaka|tagits bort|drogs tillbaka"),
    Verb("sv.republished", NoticeKind.REPUBLICATION, r"publicera(?:des|ts) (?:igen|på nytt)"),
)

SWEDISH = Language(
    code="sv",
    openings=r"den\s|denna\s|artikeln|texten|nyheten|notisen|inlägget|rubriken|vi\s|(?:i\s)?en\s",
    labels=(
        Label(
            "sv.updated",
            NoticeKind.UPDATE,
            r"uppdatering|(?:senast\s)?(?:uppdaterad|ändrad)",
        ),
        Label("sv.correction", NoticeKind.CORRECTION, r"rättelse|korrigering|rättat"),
        Label("sv.clarification", NoticeKind.CLARIFICATION, r"förtydligande"),
        Label("sv.amendment", NoticeKind.AMENDMENT, r"tillägg|komplettering"),
        Label(
            "sv.editors-note",
            NoticeKind.EDITORS_NOTE,
            r"redaktionens (?:anmärkning|kommentar)|red\.? ?anm\.?|redaktionell kommentar",
            bare=Bare.ALWAYS,
        ),
    ),
    said=(
        Said(
            rf"(?:rubriken\s(?:på|till|i)\s)?{_THIS}\s(?:har\s|är\s|blev\s)?(?:nu\s|också\s)?",
            VERBS,
            not_after=r"av\b",
        ),
        Said(r"vi har\s", VERBS, not_after=r"(?!den här|texten|artikeln)"),
    ),
    earlier=(
        Earlier(
            "sv.earlier-version",
            rf"(?:i )?en\s(?:tidigare|första)\sversion\sav\s{_THIS}",
            r"\b(?:felaktig|fel\b|felet|av misstag|inkorrekt|oriktig)",
        ),
    ),
    published=r"(?:publicerad|publicerades|publicerat)\s?:?\s?(?:den\s)?",
)
