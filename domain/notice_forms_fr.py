"""Forms of French notices."""

from __future__ import annotations

from variorum.domain.notice_forms import Bare, Earlier, Label, Language, Said, Verb
from variorum.domain.notices import NoticeKind

_TEXT = r"(?:article|texte|papier|billet|dépêche|page|publication|version|sujet|titre)"
_THIS = rf"(?:cet|cette|ce|l['’]|le)\s?{_TEXT}"

VERBS = (
    Verb("fr.updated", NoticeKind.UPDATE, r"mise? à jour|actualisée?"),
    Verb("fr.corrected", NoticeKind.CORRECTION, r"corrigée?|rectifiée?"),
    Verb("fr.clarified", NoticeKind.CLARIFICATION, r"précisée?|clarifiée?"),
    Verb("fr.amended", NoticeKind.AMENDMENT, r"modifiée?|amendée?|complétée?|enrichie?"),
    Verb("fr.retracted", NoticeKind.RETRACTION, r"retirée?|dépubliée?|supprimée?"),
    Verb("fr.republished", NoticeKind.REPUBLICATION, r"republiée?|publiée? de nouveau"),
)

FRENCH = Language(
    code="fr",
    openings=r"cet|ce\s|l[’']|le\s|article|nous\s|(?:dans\s)?une\s|contrairement",
    labels=(
        Label(
            "fr.updated",
            NoticeKind.UPDATE,
            r"mise? à jour|actualisée?|modifiée?|dernière (?:mise à jour|modification)",
            not_before=r"(?:où|comment|pourquoi)\b",
        ),
        Label("fr.edit", NoticeKind.UPDATE, r"edit", bare=Bare.NEVER),
        Label(
            "fr.correction",
            NoticeKind.CORRECTION,
            r"correction|rectificati(?:f|on)|correctif|errat(?:um|a)",
        ),
        Label("fr.clarification", NoticeKind.CLARIFICATION, r"précision|mise au point"),
        Label("fr.amendment", NoticeKind.AMENDMENT, r"ajout"),
        Label(
            "fr.editors-note",
            NoticeKind.EDITORS_NOTE,
            r"note de (?:la rédaction|l['’]éditeur)|n\.?d\.?l\.?r\.?",
            bare=Bare.ALWAYS,
        ),
    ),
    said=(
        Said(rf"(?:{_THIS}\s(?:a été|a)|article)\s", VERBS, reach=20, not_after=r"par\b"),
        Said(rf"nous avons\s(?={_TEXT}|\w+\s(?:cet|ce)\b)", VERBS, not_after=r"(?!cet|ce\b)"),
    ),
    earlier=(
        Earlier(
            "fr.earlier-version",
            r"(?:dans )?une\s(?:(?:première|précédente|ancienne)\sversion"
            rf"|version\s(?:précédente|antérieure|initiale))\s(?:de|du)\s?{_THIS}",
            r"\b(?:erreur|erron|à tort|faux|fausse|inexact|incorrect)",
        ),
        Earlier(
            "fr.contrary-to",
            r"contrairement à ce (?:qui|que)(?=[^.!?]{1,80}(?:cet article|nous avons|version))",
            r"",
            always_error=True,
        ),
    ),
    published=rf"(?:(?:{_THIS}\sa été\s)?(?:publiée?|posté|paru)\s?:?\s?"
    r"(?:pour la première fois\s)?(?:le\s)?)",
    clearly_first=rf"(?:{_THIS}\sa été\s)?publiée? pour la première fois",
)
