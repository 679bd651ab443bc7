"""The text of a page: which of its runs of text are the story, in order, with its pictures.

A *run* is text that a browser sets as one block. Trafilatura says which text is the story's;
what is kept is the page's own text, so that nothing is rewritten, and so that pictures and
notices, which it may leave out, are found in their places.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from variorum.domain.blocks import comments_in
from variorum.domain.captions import split_credit
from variorum.domain.content import Media

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div"),
        *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3"),
        *("h4", "h5", "h6", "header", "hgroup", "hr", "html", "li", "main", "nav", "ol", "p"),
        *("pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
_UNSEEN = frozenset(
    (
        *("audio", "button", "canvas", "dialog", "embed", "head", "iframe", "input", "math"),
        *("noscript", "object", "option", "script", "select", "style", "svg", "template"),
        *("textarea", "title", "video"),
    )
)
_ASIDE = ("nav", "aside")
_BREAK = "\v"
_SPACE = re.compile(r"[ \t\n\r\f]+")
_CREDIT = re.compile(r"credit|attribution|copyright|(?<![a-z])source", re.I)
_WP_CAPTION = "wp-caption"
_MEDIA_TAGS = ("img", "picture", "video", "audio", "iframe", "amp-img", "svg", "figcaption")
_TEXT_TAGS = ("blockquote", "table", "pre", "ul", "ol")
_MOST_CAPTION = 4000
_SHORT = 25
_TINY = 8
_LEAST_COVERED = 0.9

#: What HTML makes of the numbers of control characters (HTML, 13.2.5.80): Windows-1252's.
_CONTROLS: dict[int, str | None] = {
    **dict.fromkeys([*range(9), 0x0B, *range(0x0E, 0x20), 0x7F]),
    **{n: bytes([n]).decode("cp1252", "ignore") or None for n in range(0x80, 0xA0)},
}


@dataclass(frozen=True)
class Run:
    """Text that stands as one block, and the element that holds it."""

    text: str
    element: HtmlElement
    linked: bool = False
    """Whether all of it is a link."""


@dataclass(frozen=True)
class Figure:
    """A picture with its caption, and its element."""

    media: Media
    element: HtmlElement


@dataclass(frozen=True)
class Body:
    """A story's runs and pictures in order.

    `beside` are the runs that stand among them and are not of the story's text, such as buttons,
    bylines, and notices, each with the number of items that stand before it.
    """

    items: tuple[Run | Figure, ...]
    beside: tuple[tuple[int, Run], ...]


def body_of(page: HtmlElement) -> Body:
    """The story of a page; without any items where there is none."""
    figures = frozenset(_figures(page))
    items = list(_walk(page, figures))
    extracted = _extract(page)
    chosen = _chosen([item for item in items if isinstance(item, Run)], extracted)
    if chosen is None:
        return Body(tuple(Run(line, page) for line in extracted.split("\n") if line.strip()), ())
    if not chosen:
        return Body((), ())
    place = _Place([run.element for run in chosen])
    kept: list[Run | Figure] = []
    beside: list[tuple[int, Run]] = []
    of_story = frozenset(map(id, chosen))
    for item in items:
        if id(item) in of_story:
            kept.append(item)
        elif isinstance(item, Run):
            if place.holds(item.element) or comments_in(item.text):
                beside.append((len(kept), item))
        elif place.holds(item.element):
            kept.append(item)
    return Body(tuple(kept), tuple(beside))


def text_of(element: HtmlElement, without: Iterable[HtmlElement] = ()) -> str:
    """The text of an element on one line, without that of some elements in it."""
    left_out = frozenset(without)
    pieces: list[str] = []
    skipped = 0
    for event, node in _events(element):
        if not isinstance(node.tag, str):
            continue
        hidden = node in left_out or node.tag in _UNSEEN
        if event == "start":
            skipped += hidden
            if not skipped:
                pieces += [" " if node.tag in _BLOCKS or node.tag == "br" else "", node.text or ""]
        else:
            skipped -= hidden
            if not skipped and node is not element:
                pieces += [" " if node.tag in _BLOCKS else "", node.tail or ""]
    return _plain("".join(pieces))


def _events(element: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    from lxml import etree

    yield from etree.iterwalk(element, events=("start", "end"))


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text.translate(_CONTROLS)).strip()


class _Writing:
    """Runs in the making, while a page is walked through."""

    def __init__(self) -> None:
        self.holders: list[HtmlElement] = []
        self.links = 0
        self._pieces: list[str] = []
        self._linked = True

    def write(self, text: str | None, holder: HtmlElement | None) -> None:
        """Adds text as its element holds it; line ends count only where they do in `pre`."""
        if text:
            text = text.replace(_BREAK, " ")
            if "\n" in text and holder is not None and _is_pre(holder):
                text = text.replace("\n", _BREAK)
            self._pieces.append(text)
            self._linked = self._linked and (self.links > 0 or not text.strip())

    def break_line(self) -> None:
        self._pieces.append(_BREAK)

    def runs(self) -> Iterator[Run]:
        """What was written, as runs: an empty line separates two. Begins anew."""
        text, linked = "".join(self._pieces), self._linked
        self._pieces.clear()
        self._linked = True
        lines: list[str] = []
        for line in [*map(_plain, text.split(_BREAK)), ""]:
            if line:
                lines.append(line)
            elif lines:
                yield Run("\n".join(lines), self.holders[-1], linked)
                lines.clear()


def _walk(page: HtmlElement, figures: frozenset[HtmlElement]) -> Iterator[Run | Figure]:
    """The runs and figures of a page in the order of the document."""
    writing = _Writing()
    unseen = 0
    for event, node in _events(page):
        if not isinstance(node.tag, str):
            continue
        hidden = node in figures or node.tag in _UNSEEN
        block = node.tag in _BLOCKS
        if event == "start":
            if node in figures and not unseen:
                yield from writing.runs()
                yield Figure(_media(node), node)
            unseen += hidden
            if unseen:
                continue
            if block:
                yield from writing.runs()
                writing.holders.append(node)
            writing.links += node.tag == "a"
            if node.tag == "br":
                writing.break_line()
            writing.write(node.text, node)
        else:
            unseen -= hidden
            if unseen:
                continue
            if block and not hidden:
                yield from writing.runs()
                writing.holders.pop()
            writing.links -= node.tag == "a"
            writing.write(node.tail, node.getparent())


def _is_pre(element: HtmlElement) -> bool:
    return element.tag == "pre" or next(element.iterancestors("pre"), None) is not None


def _figures(page: HtmlElement) -> list[HtmlElement]:
    """The elements that are pictures with what belongs to them, the innermost where nested."""
    found: list[HtmlElement] = []
    for element in page.iter("figure", "div", "dl", "span"):
        classes = (element.get("class") or "").split()
        if element.tag != "figure" and _WP_CAPTION not in classes:
            continue
        has_media = any(True for _ in element.iter(*_MEDIA_TAGS))
        has_text = any(True for _ in element.iter(*_TEXT_TAGS))
        has_inner = any(inner is not element for inner in element.iter("figure"))
        is_short = len(element.text_content()) <= _MOST_CAPTION
        if has_media and is_short and not has_text and not has_inner:
            found.append(element)
    return found


def _media(figure: HtmlElement) -> Media:
    caption = next(iter(figure.iter("figcaption")), figure)
    marked = [
        element
        for element in figure.iterdescendants()
        if isinstance(element.tag, str)
        and element.tag not in ("img", "picture", "source", "figcaption")
        and _CREDIT.search(f"{element.get('class') or ''} {element.get('itemprop') or ''}")
    ]
    inside = frozenset(marked)
    outermost = [e for e in marked if inside.isdisjoint(e.iterancestors())]
    credit = " ".join(filter(None, map(text_of, outermost))) or None
    words = text_of(caption, outermost)
    if credit is None:
        words, credit = split_credit(words)
    return Media(caption=words.strip() or None, credit=credit, url=_address(figure))


def _address(figure: HtmlElement) -> str | None:
    for element in figure.iter("img", "amp-img", "video", "audio", "iframe", "source"):
        for attribute in ("src", "data-src", "data-original", "srcset", "data-srcset"):
            value = (element.get(attribute) or "").strip()
            if attribute.endswith("srcset"):
                value = value.split(",")[0].split(" ")[0]
            if value and not value.startswith(("data:", "blob:")):
                return value
    return None


def _extract(page: HtmlElement) -> str:
    """The story's text as Trafilatura finds it, a line for each block, without pictures."""
    import logging

    import trafilatura

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    without = copy.deepcopy(page)
    for figure in _figures(without):
        figure.drop_tree()
    for quote in list(without.iter("figure")):  # not a picture, and yet Trafilatura would drop it
        quote.tag = "div"
    document = trafilatura.bare_extraction(without, include_comments=False, with_metadata=False)
    return (getattr(document, "text", None) or "") if document is not None else ""


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _chosen(runs: Sequence[Run], extracted: str) -> list[Run] | None:
    """The runs whose text was extracted; None where they do not account for it.

    A short run counts only next after the one before it, a tiny one only where it is a whole line:
    a stray word is not the story's. What stands several times on the page counts where most of
    the story stands, and there each time: Trafilatura may keep one of them. Runs that are all
    links are a list of stories, and none.
    """
    lines = [_key(line) for line in re.split(r"[\n|]", extracted)]
    bounds = frozenset(accumulate(map(len, lines), initial=0))
    story = "".join(lines)
    keys = [_key(run.text) for run in runs]
    homes = _homes(runs, keys, story)
    taken = bytearray(len(story))
    place = 0
    chosen: list[int] = []
    for n, (run, key) in enumerate(zip(runs, keys, strict=True)):
        home = run.element.getparent()
        if not key or (key in homes and homes[key] is not home):
            continue
        if len(key) < _SHORT:
            surely = len(key) >= _TINY or (place in bounds and place + len(key) in bounds)
            found = place if surely and story.startswith(key, place) else -1
        else:
            found = story.find(key, place)
            found = story.find(key) if found < 0 else found
        span = slice(found, found + len(key))
        if found < 0 or taken[span].count(1) > _LEAST_COVERED * len(key):
            again = bool(chosen) and keys[chosen[-1]] == key
            if (again and runs[chosen[-1]].element.getparent() is home) or key in homes:
                chosen.append(n)
            continue
        taken[span] = b"\1" * len(key)
        place = max(place, span.stop)
        chosen.append(n)
    if taken.count(1) < _LEAST_COVERED * len(story):
        return None
    if all(runs[n].linked for n in chosen):
        return []
    return [runs[n] for n in sorted({*chosen, *_signs_between(runs, keys, chosen)})]


def _homes(runs: Sequence[Run], keys: Sequence[str], story: str) -> dict[str, HtmlElement | None]:
    """For texts that stand several times on the page: the element in which they are the story's."""
    found = [(key, run.element.getparent()) for run, key in zip(runs, keys, strict=True)
             if len(key) >= _SHORT and key in story]  # fmt: skip
    weights: dict[HtmlElement | None, int] = {}
    for key, home in found:
        weights[home] = weights.get(home, 0) + len(key)
    often = {key for key, count in Counter(key for key, _ in found).items() if count > 1}
    homes: dict[str, HtmlElement | None] = {}
    for key, home in found:
        if key in often and weights[home] > weights.get(homes.get(key), 0):
            homes[key] = home
    return homes


def _signs_between(runs: Sequence[Run], keys: Sequence[str], chosen: Sequence[int]) -> list[int]:
    """Runs of mere signs, such as `* * *`, that stand among the paragraphs of the story."""
    if not chosen:
        return []
    beside = {(runs[n].element.getparent(), runs[n].element.tag) for n in chosen}
    return [
        n
        for n in range(chosen[0], chosen[-1])
        if not keys[n] and (runs[n].element.getparent(), runs[n].element.tag) in beside
    ]


class _Place:
    """Where on a page its story stands: in an article or main part, or what holds all of it."""

    def __init__(self, elements: Sequence[HtmlElement]) -> None:
        common = [elements[0], *elements[0].iterancestors()]
        self._around: set[HtmlElement] = set()
        for element in elements:
            around = {element, *element.iterancestors()}
            common = [ancestor for ancestor in common if ancestor in around]
            self._around |= around
        named = (element for element in common if element.tag in ("article", "main"))
        self._container = next(named, common[0])

    def holds(self, element: HtmlElement) -> bool:
        """Whether an element is the story's own, and not that of another one shown beside it."""
        around = list(element.iterancestors())
        if element is not self._container and self._container not in around:
            return False
        inner = around[: around.index(self._container)] if self._container in around else []
        return not any(
            ancestor.tag in _ASIDE or (ancestor.tag == "article" and ancestor not in self._around)
            for ancestor in (element, *inner)
        )
