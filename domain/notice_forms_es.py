"""Forms of Spanish notices."""

from __future__ import annotations

from variorum.domain.notice_forms import Bare, Earlier, Label, Language, Said, Verb
from variorum.domain.notices import NoticeKind

_TEXT = r"(?:artículo|noticia|texto|información|nota|pieza|reportaje|página|crónica|titular)"
_THIS = rf"(?:est[ea]|el|la)\s{_TEXT}"

VERBS = (
    Verb("es.updated", NoticeKind.UPDATE, r"actualizad[oa]|actualizó"),
    Verb("es.corrected", NoticeKind.CORRECTION, r"corregid[oa]|corrigió|rectificad[oa]"),
    Verb("es.clarified", NoticeKind.CLARIFICATION, r"aclarad[oa]|precisad[oa]"),
    Verb("es.amended", NoticeKind.AMENDMENT, r"modificad[oa]|modificó|editad[oa]|ampliad[oa]"),
    Verb("es.retracted", NoticeKind.RETRACTION, r"retirad[oa]|retractad[oa]|eliminad[oa]"),
    Verb("es.republished", NoticeKind.REPUBLICATION, r"publicad[oa] de nuevo|republicad[oa]"),
)

SPANISH = Language(
    code="es",
    openings=r"est[ea]\s|el\s|la\s|hemos\s|(?:en\s)?una\s",
    labels=(
        Label(
            "es.updated",
            NoticeKind.UPDATE,
            r"(?:última\s)?actualizaci[oó]n|actualizad[oa]|última modificación",
        ),
        Label(
            "es.correction",
            NoticeKind.CORRECTION,
            r"corrección|corregid[oa]|fe de err(?:ores|atas)|rectificación",
        ),
        Label("es.clarification", NoticeKind.CLARIFICATION, r"aclaración|precisión"),
        Label("es.amendment", NoticeKind.AMENDMENT, r"modificad[oa]|ampliación", bare=Bare.NEVER),
        Label(
            "es.editors-note",
            NoticeKind.EDITORS_NOTE,
            r"nota (?:del? (?:la )?(?:editora?|redacción)|de redacción)|n\. ?de la r\.",
            bare=Bare.ALWAYS,
        ),
    ),
    said=(
        Said(
            rf"{_THIS}\s(?:fue|ha sido|se ha|se)\s",
            VERBS,
            reach=20,
            not_after=r"por\b",
        ),
        Said(r"hemos\s", VERBS, not_after=r"(?!est[ea]\s)"),
    ),
    earlier=(
        Earlier(
            "es.earlier-version",
            r"(?:en )?(?:una|la)\s(?:(?:primera|anterior)\sversión|versión\s(?:anterior|previa"
            rf"|inicial|original))\s(?:de|del)\s?{_THIS}",
            r"\b(?:error|errónea|erróneo|incorrect|equivoca|falso|falsa|inexact)",
        ),
    ),
    published=rf"(?:(?:{_THIS}\s(?:se publicó|fue publicad[oa])|publicad[oa])"
    r"\s?(?:originalmente|por primera vez)?\s?:?\s?(?:el\s)?)",
    clearly_first=rf"{_THIS}\s(?:se publicó|fue publicad[oa])\s(?:originalmente|por primera vez)",
)
