"""Pictures on a page: which elements hold one with its words, and what is caption, what credit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from variorum.domain.captions import reads_as_credit, split_caption
from variorum.domain.content import Media

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CREDIT = re.compile(
    r"credit|attribution|copyright|photographer|(?<![a-z])(?:agency|source|quelle|rights)", re.I
)
_CAPTION = re.compile(r"caption|legend(?!ar)|info__text|photo-text", re.I)
_PICTURE = re.compile(
    r"(?:^|[\s_-])(?:\w*bild|image|img|photo|pics?|picture|foto|imagen)(?:$|[\s_-])", re.I
)
_MEDIA_TAGS = ("img", "picture", "video", "audio", "iframe", "amp-img", "svg", "figcaption")
_NAMED_BY = ("class", "itemprop", "data-testid", "property")
_SHOWN_TAGS = ("img", "picture", "amp-img", "video")
_TEXT_TAGS = ("blockquote", "table", "pre", "ul", "ol")
_HEADINGS = ("h1", "h2", "h3", "h4")
_LABEL_OF_CREDIT = re.compile(
    r"\s*(?:image source|photo|picture|credits?|quelle|foto|source)\s*[,:.…]*\s*", re.I
)
_LABEL_OF_CAPTION = re.compile(r"\s*(?:image caption|caption|bildunterschrift)\s*[,:]?\s*", re.I)
_BUTTON = re.compile(
    r"\s*(?:purchase licensing rights|hide caption|toggle caption|enlarge this image|view image in "
    r"fullscreen|open image in gallery|more|read more)\b[^.]{0,40}",
    re.I,
)
_MOST_CAPTION = 4000
_MOST_UNMARKED = 400
_LEVELS = 5

TextOf = Callable[["HtmlElement", Iterable["HtmlElement"]], str]


def figures_of(page: HtmlElement, lengths: Mapping[HtmlElement, int]) -> list[HtmlElement]:
    """The elements that are pictures with what belongs to them, the innermost where nested.

    Args:
        lengths: how long the text of each element is.
    """
    found = [element for element in page.iter("figure") if _is_figure(element, lengths)]
    inside = {inner for figure in found for inner in figure.iter()}
    for holder in _holders(page, inside, lengths):
        if holder not in inside and not any(each in inside for each in holder.iter()):
            found.append(holder)
            inside.update(holder.iter())
    return found


def _is_figure(element: HtmlElement, lengths: Mapping[HtmlElement, int]) -> bool:
    has_media = any(True for _ in element.iter(*_MEDIA_TAGS))
    has_text = any(True for _ in element.iter(*_TEXT_TAGS))
    has_inner = any(inner is not element for inner in element.iter("figure"))
    is_short = lengths[element] <= _MOST_CAPTION
    return has_media and is_short and not has_text and not has_inner


def _holders(
    page: HtmlElement, inside: set[HtmlElement], lengths: Mapping[HtmlElement, int]
) -> Iterator[HtmlElement]:
    """What holds a picture and its words where no `figure` does."""
    for element in page.iter("div", "p", "span", "dd", "td", "figcaption", "table", "section"):
        if element in inside or lengths[element] > _MOST_CAPTION:
            continue
        named = _named(element)
        if element.tag == "table":
            if _is_picture_table(element):
                yield element
        elif named and (_CAPTION.search(named) or element.tag == "figcaption"):
            holder = _with_picture(element, lengths)
            if holder is not None:
                yield holder
        elif named and _PICTURE.search(named) and _is_picture(element):
            yield element


def _named(element: HtmlElement) -> str:
    return " ".join(filter(None, map(element.get, _NAMED_BY)))


def _with_picture(caption: HtmlElement, lengths: Mapping[HtmlElement, int]) -> HtmlElement | None:
    """The nearest element around a caption that holds a picture too, and little else."""
    most = lengths[caption] + _MOST_UNMARKED
    for level, around in enumerate(caption.iterancestors()):
        if level >= _LEVELS or around.tag in ("body", "article", "main"):
            return None
        if lengths[around] > most:
            return None
        if any(True for _ in around.iter(*_SHOWN_TAGS)):
            return None if any(True for _ in around.iter(*_HEADINGS)) else around
    return None


def _is_picture(element: HtmlElement) -> bool:
    text = element.text_content().strip()
    if not text or len(text) > _MOST_UNMARKED or not any(True for _ in element.iter(*_SHOWN_TAGS)):
        return False
    linked = sum(len(link.text_content().strip()) for link in element.iter("a"))
    return linked < len(text) / 2 and not any(True for _ in element.iter(*_HEADINGS))


def _is_picture_table(element: HtmlElement) -> bool:
    return (
        _is_picture(element)
        and not any(inner is not element for inner in element.iter("table"))
        and split_caption(" ".join(element.text_content().split()))[1] is not None
    )


def media_of(figure: HtmlElement, text_of: TextOf) -> Media:
    """The picture of a figure: its caption, its credit as printed, its address."""
    buttons = frozenset(
        e for e in figure.iter("a", "b", "button", "span") if _BUTTON.fullmatch(text_of(e, ()))
    )
    captions = [
        e for e in figure.iter() if isinstance(e.tag, str) and _is_caption(e) and e not in buttons
    ]
    caption = next(iter(captions or figure.iter("figcaption")), figure)
    labels = [e for e in figure.iter("span", "b", "strong") if _is_label(e, text_of)]
    marked = [*_marked(figure), *_labelled(labels, text_of)]
    inside = frozenset(marked)
    outermost = [e for e in marked if inside.isdisjoint(e.iterancestors()) and e is not caption]
    apart = (*labels, *buttons)
    credits = filter(None, (text_of(each, apart) for each in outermost))
    credit = " ".join(dict.fromkeys(credits)) or None
    words = text_of(caption, (*outermost, *apart))
    if credit is None:
        words, credit = _split(figure, caption, words, apart, text_of)
    return Media(caption=words.strip() or None, credit=credit, url=_address(figure))


def _split(
    figure: HtmlElement,
    caption: HtmlElement,
    words: str,
    apart: Sequence[HtmlElement],
    text_of: TextOf,
) -> tuple[str, str | None]:
    """Caption and credit where the mark-up names no credit: by where names stand, or by words."""
    parts = [(each, text_of(each, apart)) for each in caption if isinstance(each.tag, str)]
    parts = [(each, part) for each, part in parts if part]
    if len(parts) > 1 and reads_as_credit(parts[-1][1]):
        return text_of(caption, (parts[-1][0], *apart)), parts[-1][1]
    rest = text_of(figure, (caption, *apart)) if caption is not figure else ""
    if rest and reads_as_credit(rest):
        return words, rest
    return split_caption(words)


def _is_caption(element: HtmlElement) -> bool:
    if element.tag in ("figure", "img"):
        return False
    named = _named(element)
    return bool(_CAPTION.search(named)) or (
        element.tag == "figcaption" and not _CREDIT.search(named)
    )


def _marked(figure: HtmlElement) -> list[HtmlElement]:
    """What the mark-up calls a credit, and not a caption besides."""
    return [
        element
        for element in figure.iterdescendants()
        if isinstance(element.tag, str)
        and element.tag not in ("img", "picture", "source")
        and (_is_source(element) or _CREDIT.search(_named(element)))
        and not _CAPTION.search(_named(element))
        and element.text_content().strip()
    ]


def _is_source(element: HtmlElement) -> bool:
    """Whether it is a `cite` that stands by itself, and is not a title among other words."""
    around, before = element.getparent(), element.getprevious()
    told = before.tail if before is not None else around.text if around is not None else None
    is_within = (told or "").rstrip()[-1:].isalnum() or bool((element.tail or "").strip(" ).]\n"))
    return element.tag == "cite" and not is_within


def _is_label(element: HtmlElement, text_of: TextOf) -> bool:
    words = text_of(element, ())
    return bool(_LABEL_OF_CREDIT.fullmatch(words) or _LABEL_OF_CAPTION.fullmatch(words))


def _labelled(labels: Iterable[HtmlElement], text_of: TextOf) -> Iterator[HtmlElement]:
    """What stands beside labels that say that it is a credit."""
    for label in labels:
        around = label.getparent()
        if around is not None and _LABEL_OF_CREDIT.fullmatch(text_of(label, ())):
            yield around


def _address(figure: HtmlElement) -> str | None:
    for element in figure.iter("img", "amp-img", "video", "audio", "iframe", "source"):
        for attribute in ("src", "data-src", "data-original", "srcset", "data-srcset"):
            value = (element.get(attribute) or "").strip()
            if attribute.endswith("srcset"):
                value = value.split(",")[0].split(" ")[0]
            if value and not value.startswith(("data:", "blob:")):
                return value
    return None
