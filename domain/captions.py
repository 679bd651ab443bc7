"""Pictures in plain text: captions and credits, recognised by how they stand.

A *block* is the lines between two blank ones. A block is a picture's where its caption stands
twice, first cut short with an ellipsis; or where a caption is followed by a line that can only be
a credit; or where it ends with a credit in brackets. A block that may be text is text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_MOST_CAPTION = 1000
_MOST_CREDIT = 120
_LEAST_STEM = 15

_AGENCY = (
    r"(?:AP|AFP|AAP|ANI|ANP|ANSA|APA|Alamy|Anadolu(?: Agency)?|Associated Press|Belga|Bloomberg"
    r"|CTK|EFE|EPA(?:-EFE)?|Getty(?: Images)?|Handout|Imago|Keystone|Kyodo(?: News)?|Lusa|MTI"
    r"|Maxar(?: Technologies)?|NASA|NTB|NurPhoto|PA(?: Images| Media| Wire)?|PAP|PTI|Pool"
    r"|Press Association|REUTERS|Reuters|Ritzau|STT|Scanpix|Shutterstock|Sipa(?: USA)?|TASS|TT|UPI"
    r"|Unsplash|Xinhua|Yonhap|ZUMA(?: Press)?|dpa|epa|imago|picture[ -]alliance)"
)
_ONE_AGENCY = re.compile(_AGENCY)
_LABELLED = re.compile(
    r"(?:(?:file|handout|stock|courtesy)\s)?"
    r"(?:credits?|(?:photo(?:graph)?s?|pictures?|images?|illustrations?|graphics?|video)"
    r"(?:\s(?:credits?|courtesy|by))?)\s?[:/]\s?\S"
    r"|(?:photo(?:graph)?s?|pictures?|images?|illustrations?|graphics?|video)"
    r"\s(?:by|courtesy of|via)\s(?-i:[A-Z])"
    r"|courtesy(?: of)?:?\s(?-i:[A-Z])"
    r"|©\s?\w",
    re.I,
)
_AGENCY_PHOTO = re.compile(rf"{_AGENCY}\s(?:photo|file|pool)\b", re.I)
_IN_BRACKETS = re.compile(r"\s*(\([^()\n]{2,120}\)|\[[^\[\]\n]{2,120}\])$")
_BRACKETED_TAIL = re.compile(
    r"(?<=[.!?…”\"»])\s*(?P<credit>\((?:[^()\n]|\([^()\n]*\)){2,120}\)|\[[^\[\]\n]{2,120}\])$"
)
_LABELLED_TAIL = re.compile(
    r"(?:^|(?<=[.!?…”\"»)|,])|(?<=\s[–—-]))\s*(?P<credit>(?:(?:file|archiv)\s?)?"
    r"(?:photo(?:graph(?:s|ie|er)?)?s?|fotos?|fotograf(?:ía|ie)?|pictures?|images?|bild(?:er)?|beeld"
    r"|imagen|cr[ée]dits?|illustrations?|graphics?)"
    r"(?:\s?(?:credits?|courtesy(?: of)?|by|par|von|door|av|de))?"
    r"(?:\s?[:©/]\s?|\s(?=(?-i:[A-Z]|dpa|epa|imago)))"
    r"[^.!?\n]{2,120}\.?)$",
    re.I,
)
_PIPED_TAIL = re.compile(r"\s\|\s(?P<credit>[^|.!?\n]{2,100})$")
_NAMED_TAIL = re.compile(r"(?<=[.!?…”\"»])\s(?P<credit>[^.!?\n]{2,80})$")
_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’)\]»]*$")
_BETWEEN_NAMES = re.compile(r"[\s,/&|+()]+")
SMALL_WORDS = frozenset(
    (
        "al",
        "and",
        "bin",
        "da",
        "de",
        "del",
        "der",
        "di",
        "du",
        "el",
        "for",
        "from",
        "in",
        "la",
        "le",
        "of",
        "on",
        "the",
        "van",
        "von",
        "y",
    )
)
"""Words that are written small within names and between them, in credits and in bylines."""
_SMALL_IN_CREDITS = SMALL_WORDS | {"alliance", "dpa", "epa", "imago", "picture", "via"}


@dataclass(frozen=True)
class Picture:
    """A caption, whole, and a credit, both as printed.

    `repeated` says that the block also held the caption cut short.
    """

    caption: str
    credit: str | None
    repeated: bool


def picture_in(block: Sequence[str]) -> Picture | None:
    """The picture whose caption and credit a block is; None where it may be text."""
    lines = [line.strip() for line in block]
    repeated = len(lines) > 1 and _is_cut_short(lines[0], lines[1])
    if repeated:
        lines = lines[1:]
    if len(lines) == 1 or (not repeated and _ends_in_credit(lines)):
        return _bracketed("\n".join(lines), repeated)
    caption, rest = lines[0], lines[1:]
    if rest[0] == "More" and (repeated or len(rest) == 2):
        rest = rest[1:]
    if not rest:
        return _bracketed(caption, repeated)
    if len(rest) > 1 or len(caption) > _MOST_CAPTION:
        return None
    credit = rest[0]
    if repeated:
        accepted = is_credit(credit) or not _ENDS_SENTENCE.search(credit)
    else:
        accepted = _is_sure(credit) or (is_credit(credit) and ends_sentence(caption))
    if not accepted or len(credit) > _MOST_CREDIT:
        return None
    return Picture(caption, credit, repeated)


def split_credit(caption: str) -> tuple[str, str | None]:
    """A caption without the credit in brackets that it ends with, and that credit, if any."""
    match = _IN_BRACKETS.search(caption, max(0, len(caption) - _MOST_CREDIT - 4))
    if match is None or not caption[: match.start()].strip() or not _is_sure(match[1]):
        return caption, None
    return caption[: match.start()], match[1]


def split_caption(words: str) -> tuple[str, str | None]:
    """The caption and the credit in words that are surely a picture's, such as a `figcaption`'s.

    A credit ends them: `(X)` after a sentence, `Photo: X`, `… | X`, or `X/AGENCY`.
    """
    caption, credit = split_credit(words)
    if credit is not None:
        return caption, credit
    for form in (_BRACKETED_TAIL, _LABELLED_TAIL, _PIPED_TAIL, _NAMED_TAIL):
        match = form.search(words)
        if match is None or len(match["credit"]) > _MOST_CREDIT:
            continue
        caption, credit = words[: match.start("credit")].rstrip(" |·"), match["credit"].strip()
        if not caption or form is _LABELLED_TAIL or form is _PIPED_TAIL:
            return caption, credit
        if _is_all_names(_unbracketed(credit)) and (
            form is _BRACKETED_TAIL or _is_of_agency(credit)
        ):
            return caption, credit
    return words, None


def reads_as_credit(text: str) -> bool:
    """Whether a text that stands apart in a picture's words is names, or calls itself a credit."""
    return len(text) <= _MOST_CREDIT and (_is_sure(text) or _is_all_names(_unbracketed(text)))


def _is_of_agency(credit: str) -> bool:
    return "/" in credit or " via " in credit or _ONE_AGENCY.search(credit) is not None


def is_credit(line: str) -> bool:
    """Whether a line below a caption reads as a credit: `X via AP`, `Photo: X`, `Getty Images`."""
    plain = _unbracketed(line)
    if len(plain) > _MOST_CREDIT:
        return False
    return _is_sure(line) or bool(
        _ONE_AGENCY.fullmatch(plain) or ("/" in plain and _is_all_names(plain))
    )


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, quotation marks and brackets aside."""
    return _ENDS_SENTENCE.search(text, max(0, len(text) - 10)) is not None


def _is_sure(line: str) -> bool:
    """Whether a line is a credit wherever it stands."""
    plain = _unbracketed(line)
    if not plain or len(plain) > _MOST_CREDIT:
        return False
    if _LABELLED.match(plain) or _AGENCY_PHOTO.match(plain):
        return True
    if not _is_all_names(plain):
        return False
    return " via " in plain or ("/" in plain and _ONE_AGENCY.search(plain) is not None)


def _unbracketed(line: str) -> str:
    plain = line.strip()
    if plain[:1] + plain[-1:] in ("()", "[]"):
        plain = plain[1:-1].strip()
    return plain


def _is_all_names(text: str) -> bool:
    if ends_sentence(text):
        return False
    words = _BETWEEN_NAMES.split(text)
    return all(not word or word[0].isupper() or word in _SMALL_IN_CREDITS for word in words)


def _is_cut_short(line: str, whole: str) -> bool:
    for ellipsis in ("…", "..."):
        if line.endswith(ellipsis):
            stem = line.removesuffix(ellipsis).rstrip()
            return len(stem) >= _LEAST_STEM and whole.startswith(stem) and len(whole) > len(stem)
    return False


def _ends_in_credit(lines: Sequence[str]) -> bool:
    return split_credit(lines[-1])[1] is not None


def _bracketed(text: str, repeated: bool) -> Picture | None:
    caption, credit = split_credit(text) if len(text) <= _MOST_CAPTION else (text, None)
    return Picture(caption, credit, repeated) if credit or repeated else None
