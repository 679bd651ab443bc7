"""Furniture: what stands on a page around and among its story, and is not of it.

Known by what the mark-up calls it: the *words* in its class, id, and the like, such as `share`,
`newsletter` or `related`. Names are chance, and some sites call their text so: an element that
holds a good part of the page's text is never furniture.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NAMED_BY = (
    *("class", "id", "role", "aria-label", "data-testid", "data-component", "data-qa"),
    *("data-area", "data-gu-name", "data-spacefinder-role", "data-type", "data-module"),
    *("data-test-tag", "data-manual"),
)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NAMES_OF_FURNITURE = """
    actionbar audio bio popup ad ads adbox adslot advert advertisement advertising advertorial
    amp-ad anzeige bookmark breadcrumb breadcrumbs catcher consent cookie cookies disqus donate
    donation infobox interstitial jetpack jp listen login mailchimp newsletter newsletters
    onetrust outbrain pagepromo paywall piano player poll popular promo promos promotion
    publicidad publicite pullquote reactions recirc recirculation recommend recommendation
    recommendations recommended regwall related relatedposts richlink share sharebar
    sharedaddy sharing sidebar signup social sponsor sponsored subscribe subscription taboola
    tags teaser toolbar trending upsell werbung widget
"""
_WORDS = frozenset(_NAMES_OF_FURNITURE.split())
_PHRASES = re.compile(
    r"(?:also|see)[-_ ]?(?:also|read)|(?:read|more)[-_ ]?(?:more|next|on)\b|author[-_ ]?bio"
    r"|most[-_ ]?(?:read|viewed|popular)|links[-_ ]block|(?:topic|tag)[-_ ](?:list|cloud)"
    r"|rich[-_ ]?link|(?:cat|tags)[-_ ]links|post[-_ ]?metadata|entry[-_ ]footer"
    r"|(?:page[-_ ]actions|action[-_ ]bar)|sign[-_ ]up|print[-_ ]only|reading[-_ ]time"
    r"|^links(?: inline)?$|pull[-_ ]quote|supporting"
    r"|pop[-_ ]up|related[-_ ]?news|in[-_ ]article[-_ ]cta",
    re.I,
)
_OF_OTHERS = frozenset(
    """
    breaking ticker
    comentario comentarios comment commentaire commentaires commentlist comments disqus kommentar
    kommentare kommentarer reacties reactie replies
    """.split()
)
_NO_COMMENTS = re.compile(r"(?<!\S)(?:has|no|with)[-_]\S+")
"""Of what has them elsewhere, or none."""
_BARS = frozenset(("breaking", "ticker"))
_OF_NEWS = frozenset(
    """
    outbrain pagepromo popular promo promos promotion recirc recirculation recommend recommendation
    recommendations recommended related relatedposts richlink sidebar taboola teaser trending upsell
    widget
    """.split()
)
_NEWS = re.compile(r"most[-_ ]?(?:read|viewed)|(?:read|more)[-_ ]?(?:more|next|on)\b", re.I)
_BYLINES = re.compile(r"byline|(?<![a-z])(?:authors?|contributors?)(?![a-z])", re.I)
_LABELS = re.compile(
    r"(?:[\[(]\s*)?(?:skip )?(?:advertisements?|anzeige|werbung|publicité|publicidad|advertentie"
    r"|annons|reklam|ad|sponsored)(?:\s?[·|–-]?\s?scroll to continue)?(?:\s*[\])])?"
    r"|story continues(?: below(?: advertisement)?)?|scroll to continue|read (?:more|also|next)"
    r"|(?:see|lees|mehr|läs|lire|más) (?:also|ook|dazu|mer|aussi|información)|(?:also )?read:?"
    r"|recommended stories|related(?: stories| articles| topics| content| coverage)?"
    r"|more on this story|(?:skip past|after) newsletter promotion"
    r"|share(?: this)?(?: article| story)?|deel (?:dit )?artikel:?|copy link|list of \d+ items"
    r"|(?:läs också|more for you|trending(?: now| stories)?|follow topics|följ ämnen i artikeln)"
    r"|(?:copyright|\(c\)|©)\s.{0,200}?(?:all rights reserved\b.*|\d{4}.{0,80})"
    r"|(?:download|embed|transcript|print|email|save|listen)",
    re.I,
)
_LEADS_ON = re.compile(
    r"[\W_]*(?:(?:also|see|read|more|watch|listen|related|next)\s?[:|–—>»]"
    r"|(?:(?:also|see|read|more|watch|listen|related|next)\b\W*){1,3}"
    r"(?:also|see|read|more|watch|listen|next|story|coverage|here|now|about this|on this story)\b"
    r"|don.t miss\s?[:|–—>»]"
    r"|(?:à )?lire (?:aussi|également)|sur le même sujet"
    r"|(?:lesen|lies) (?:sie|auch)(?: auch| hier)?"
    r"|mehr (?:dazu|zum thema)|siehe auch|más información|le(?:a|é|e) también|mira también"
    r"|te puede interesar|lees (?:ook|verder)|läs (?:också|även|mer)|leggi anche)[\W_]*",
    re.I,
)
_SPOKEN = re.compile(
    r"visually[-_]?hidden|(?:sr|reader)[-_]?only|screen[-_]?reader|off[-_]?screen", re.I
)
_CLIPPED = re.compile(r"\bclip:\s*rect\((?:0(?:px)?[,\s]*){4}\)|\bdisplay:\s*none", re.I)
_ENDS = re.compile(
    r"(?:\(?\d+\)?\s)?(?:comments?|comentarios|kommentare?|commentaires|reacties|kommentarer"
    r"|join the (?:discussion|conversation)|discussion about this post)(?:\s\(?\d+\)?)?:?",
    re.I,
)
_CORRECTIONS = re.compile(
    r"correction|clarification|editors?[-_]?note|errat|rectificat|korrektur|rättelse|correctie",
    re.I,
)
_LEVELS = 3
_SENTENCE_ENDS = (".", "?", "!", "”", "“", "»", '"', "…")
_NEVER = frozenset(("html", "body", "article", "main", "p", "img", "figcaption", "h1"))
_TAGS = frozenset(("aside", "nav"))
_MOST_OF_TEXT = 0.25
_MOST_BYLINE = 240
_MOST_LABEL = 300


def furniture_of(
    page: HtmlElement, lengths: Mapping[HtmlElement, int]
) -> tuple[frozenset[HtmlElement], frozenset[HtmlElement]]:
    """The elements that are furniture, and those that are bylines; the outermost of each.

    Args:
        lengths: how long the text of each element is.
    """
    furniture: list[HtmlElement] = []
    bylines: list[HtmlElement] = []
    inside: set[HtmlElement] = set()
    most = _MOST_OF_TEXT * lengths[page]
    for element in page.iter("*"):
        if element.getparent() in inside:
            inside.add(element)
            continue
        named = _of_paragraph(element) if element.tag == "p" else _name(element)
        if named is None or lengths[element] >= most:
            continue
        if element.tag in _TAGS or (element.tag != "p" and _is_furniture(named)):
            furniture.append(element)
            inside.add(element)
        elif _BYLINES.search(named) and lengths[element] <= _MOST_BYLINE:
            bylines.append(element)
            inside.add(element)
    return frozenset(furniture), frozenset(bylines)


def is_of_others(element: HtmlElement) -> bool:
    """Whether the mark-up calls an element what readers wrote, or a bar of other news."""
    return not _OF_OTHERS.isdisjoint(_words_of(element))


def is_of_readers(element: HtmlElement) -> bool:
    """Whether the mark-up calls an element what readers wrote."""
    return not (_OF_OTHERS - _BARS).isdisjoint(_words_of(element))


def is_of_news(element: HtmlElement) -> bool:
    """Whether the mark-up calls an element what leads to other stories."""
    named = _name(element) or ""
    return not _OF_NEWS.isdisjoint(_words_of(element)) or _NEWS.search(named) is not None


def _words_of(element: HtmlElement) -> set[str]:
    named = _NO_COMMENTS.sub("", _name(element) or "")
    return {word.lower() for word in _WORD.findall(named)}


def is_of_corrections(element: HtmlElement) -> bool:
    """Whether the mark-up calls an element, or what it stands in, a correction or the like."""
    around = islice((element, *element.iterancestors()), _LEVELS)
    return any(_CORRECTIONS.search(_called(each)) for each in around)


def is_label(text: str) -> bool:
    """Whether a text is a label of what is no story: `Advertisement`, `Read more`."""
    return len(text) <= _MOST_LABEL and _LABELS.fullmatch(text) is not None


def spoken_in_links(page: HtmlElement) -> list[HtmlElement]:
    """What links say only to those who have the page read to them: `, opens new tab`.

    Not where a link says nothing else.
    """
    whole: dict[HtmlElement, int] = {}
    found: list[HtmlElement] = []
    for element in page.iter("span"):
        link = next(element.iterancestors("a"), None)
        is_hidden = _SPOKEN.search(element.get("class") or "") or _CLIPPED.search(
            element.get("style") or ""
        )
        if link is None or not is_hidden:
            continue
        if link not in whole:
            whole[link] = len(link.text_content().strip())
        if len(element.text_content().strip()) < whole[link]:
            found.append(element)
    return found


def leads_on(text: str) -> bool:
    """Whether a text is what stands before a link to another story: `Read more:`."""
    return len(text) <= _MOST_LABEL and _LEADS_ON.fullmatch(text) is not None


def ends_story(text: str) -> bool:
    """Whether a text is the heading of what readers wrote."""
    return len(text) <= _MOST_LABEL and _ENDS.fullmatch(text) is not None


def _name(element: HtmlElement) -> str | None:
    """What the mark-up calls an element; None where nothing that it is called is heeded."""
    if element.tag in _NEVER:
        return None
    named = _called(element)
    return named or ("" if element.tag in _TAGS else None)


def _of_paragraph(element: HtmlElement) -> str | None:
    """What the mark-up calls a paragraph that is no sentence: it may be a byline."""
    text = str(element.text_content()).strip()
    return None if len(text) > _MOST_BYLINE or text.endswith(_SENTENCE_ENDS) else _called(element)


def _called(element: HtmlElement) -> str:
    return _HUMP.sub("-", " ".join(filter(None, map(element.get, _NAMED_BY))))


def _is_furniture(named: str) -> bool:
    return bool(
        _PHRASES.search(named) or any(word.lower() in _WORDS for word in _WORD.findall(named))
    )
