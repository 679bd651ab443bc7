"""The text of a page: which of its runs of text are the story, in order, with its pictures.

A *run* is text that a browser sets as one block. Trafilatura says which text is the story's;
what is kept is the page's own text, so that nothing is rewritten, and so that pictures and
notices, which it may leave out, are found in their places.
"""

from __future__ import annotations

import copy
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, Literal

from variorum.adapters.imports.page_furniture import (
    ends_story,
    is_label,
    is_of_corrections,
    leads_on,
)
from variorum.adapters.imports.page_pictures import figures_of, media_of
from variorum.domain.blocks import comments_in
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
        *("textarea", "title", "video", "amp-ad", "amp-analytics", "amp-auto-ads", "amp-consent"),
        *("amp-embed", "amp-iframe", "amp-sidebar", "amp-social-share", "amp-sticky-ad"),
    )
)
_ASIDE = ("nav", "aside")
_FEW = 3
_LINKED = ("li", "dd", "td")
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_BREAK = "\v"
_PARTED = re.compile(r"[^\W_\u0e00-\U0010ffff]")
"""Letters of scripts that set words apart by spaces, and numbers."""
_ENDING = re.compile(r"(?:st|nd|rd|th|s)\b")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_PARAGRAPHS = ("p", "li", "blockquote", "td", "dd", "h2", "h3", "h4")
_SENTENCE = 80
_BOXES = ("div", "center", "section", "blockquote", "pre")
_TEXTS = re.compile(
    r"\b(?:lead|lede|intro|text|para|paragraph|content|quote|question|answer)\b", re.I
)
_LEAST_SENTENCE = 40
_ENDS_SENTENCE = re.compile(r"[.!?…。][\s\"'”’»“)\]]*$")
_SHORT = 25
_TINY = 8
_LEAST_COVERED = 0.9
_MOST_RUNS = 20_000
_MOST_SEARCHED = 10_000_000_000
"""Letters that are looked through for texts that are no lines of their own."""

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
    """Whether all of it is a link, or a label and a link: `Read more: …`."""
    furniture: bool = False
    """Whether it stands in furniture."""
    byline: bool = False
    """Whether the mark-up calls it a byline."""


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


def body_of(
    page: HtmlElement,
    lengths: Mapping[HtmlElement, int],
    furniture: frozenset[HtmlElement],
    bylines: frozenset[HtmlElement],
) -> Body:
    """The story of a page; without any items where there is none.

    Args:
        lengths: how long the text of each element is (`lengths_of`).
        furniture: the elements that are furniture.
        bylines: those that are bylines (`furniture_of`).
    """
    figures = frozenset(figures_of(page, lengths))
    items = list(_walk(page, figures, furniture, bylines))
    runs = [item for item in items if isinstance(item, Run)]
    if len(runs) > _MOST_RUNS:
        chosen = _all_of(runs)
    else:
        extracted = _extract(page, figures | furniture | bylines)
        found = _chosen(runs, extracted)
        if found is None:
            lines = filter(str.strip, extracted.split("\n"))
            return Body(tuple(Run(line, page) for line in lines), ())
        chosen = found
    if not chosen:
        return Body((), ())
    place = _Place([run.element for run in chosen])
    kept: list[Run | Figure] = []
    beside: list[tuple[int, Run]] = []
    of_story = frozenset(map(id, chosen))
    between = _between_heading_and(chosen[0], items)
    for n, item in enumerate(items):
        if id(item) in of_story:
            kept.append(item)
        elif isinstance(item, Run):
            heeded = (place.holds(item.element) or n in between) and not item.furniture
            corrects = not item.linked and is_of_corrections(item.element)
            if heeded or corrects or comments_in(item.text):
                beside.append((len(kept), item))
        elif place.holds(item.element) or n in between:
            kept.append(item)
    return Body(tuple(kept), tuple(beside))


def lengths_of(page: HtmlElement) -> dict[HtmlElement, int]:
    """How long the text of each element is, with that of all in it."""
    lengths: dict[HtmlElement, int] = {}
    for _, node in _events(page, ("end",)):
        inner = sum(lengths.get(child, 0) + len(child.tail or "") for child in node)
        lengths[node] = len(node.text or "") + inner
    return lengths


def _between_heading_and(first: Run, items: Sequence[Run | Figure]) -> range:
    """The numbers of the items between the first run of a story and the `h1` before it."""
    end = next(n for n, item in enumerate(items) if item is first)
    headings = (n for n in range(end - 1, -1, -1) if items[n].element.tag == "h1")
    return range(next(headings, end), end)


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


def _events(
    element: HtmlElement, events: Sequence[Literal["start", "end"]] = ("start", "end")
) -> Iterator[tuple[str, HtmlElement]]:
    from lxml import etree

    yield from etree.iterwalk(element, events=events)


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text.translate(_CONTROLS)).strip()


class _Writing:
    """Runs in the making, while a page is walked through."""

    def __init__(self) -> None:
        self.holders: list[HtmlElement] = []
        self.times = 0
        self.links = 0
        self.furniture = 0
        self.bylines = 0
        self._pieces: list[str] = []
        self._unlinked: list[str] = []
        self._parted = False

    def part(self) -> None:
        """Has what is written next be no part of the word before it."""
        self._parted = True

    def write(self, text: str | None, holder: HtmlElement | None) -> None:
        """Adds text as its element holds it; line ends count only where they do in `pre`."""
        if text:
            text = text.replace(_BREAK, " ")
            if "\n" in text and holder is not None and _is_pre(holder):
                text = text.replace("\n", _BREAK)
            if self._parted and self._pieces[-1:] and _PARTED.fullmatch(self._pieces[-1][-1]):
                is_word = _PARTED.match(text) and not _ENDING.match(text)
                text = f" {text}" if is_word else text
            self._parted = False
            self._pieces.append(text)
            if not self.links:
                self._unlinked.append(text)

    def break_line(self) -> None:
        self._pieces.append(_BREAK)

    def runs(self) -> Iterator[Run]:
        """What was written, as runs: an empty line separates two. Begins anew."""
        text, unlinked = "".join(self._pieces), _plain("".join(self._unlinked))
        linked = not unlinked or (len(unlinked) < len(_plain(text)) and leads_on(unlinked))
        self._pieces.clear()
        self._unlinked.clear()
        lines: list[str] = []
        for line in [*map(_plain, text.split(_BREAK)), ""]:
            if line:
                lines.append(line)
            elif lines:
                yield Run(
                    "\n".join(lines),
                    self.holders[-1],
                    linked,
                    self.furniture > 0,
                    self.bylines > 0,
                )
                lines.clear()


def _walk(
    page: HtmlElement,
    figures: frozenset[HtmlElement],
    furniture: frozenset[HtmlElement],
    bylines: frozenset[HtmlElement],
) -> Iterator[Run | Figure]:
    """The runs and figures of a page in the order of the document."""
    writing = _Writing()
    apart = furniture | bylines
    unseen = 0
    for event, node in _events(page):
        if not isinstance(node.tag, str):
            continue
        hidden = node in figures or node.tag in _UNSEEN
        block = node.tag in _BLOCKS
        if event == "start":
            if node in figures and not unseen and not writing.furniture:
                yield from writing.runs()
                yield Figure(media_of(node, text_of), node)
            unseen += hidden
            if unseen:
                continue
            if block or node in apart:
                yield from writing.runs()
            writing.furniture += node in furniture
            writing.bylines += node in bylines
            if block:
                writing.holders.append(node)
            writing.links += node.tag == "a"
            writing.times += node.tag == "time"
            if writing.times:
                writing.part()
            if node.tag == "br":
                writing.break_line()
            writing.write(node.text, node)
        else:
            unseen -= hidden
            if unseen:
                continue
            if (block or node in apart) and not hidden:
                yield from writing.runs()
            if block and not hidden:
                writing.holders.pop()
            writing.furniture -= node in furniture and not hidden
            writing.bylines -= node in bylines and not hidden
            writing.links -= node.tag == "a"
            if writing.times:
                writing.part()
            writing.times -= node.tag == "time"
            writing.write(node.tail, node.getparent())


def _is_pre(element: HtmlElement) -> bool:
    return element.tag == "pre" or next(element.iterancestors("pre"), None) is not None


def _all_of(runs: Sequence[Run]) -> list[Run]:
    """All runs of the article or main part that has the most of them; or of the page.

    Trafilatura takes minutes where there are tens of thousands.
    """
    homes = [next(run.element.iterancestors("article", "main"), None) for run in runs]
    most, _ = Counter(homes).most_common(1)[0]
    return [
        run
        for run, home in zip(runs, homes, strict=True)
        if home is most and not (_is_apart(run) or run.linked)
    ]


def _extract(page: HtmlElement, apart: frozenset[HtmlElement]) -> str:
    """The story's text as Trafilatura finds it, a line for each block, without some elements."""
    import logging

    import trafilatura

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    without = copy.deepcopy(page)
    pairs = zip(page.iter(), without.iter(), strict=True)
    for element in [theirs for ours, theirs in pairs if ours in apart]:
        element.drop_tree()
    for quote in list(without.iter("figure")):  # not a picture, and yet Trafilatura would drop it
        quote.tag = "div"
    long: dict[HtmlElement, bool] = {}
    for each in list(without.iter("time", "label")):  # words of a sentence, or else a stamp
        around = next(each.iterancestors(*_BLOCKS), None)
        if around is None or around.tag not in _PARAGRAPHS:
            continue
        if around not in long:
            long[around] = len(around.text_content()) >= _SENTENCE
        if long[around]:
            each.tag = "span"
    for table in [each for each in without.iter("table") if _is_layout(each)]:
        for cell in table.iter("table", "tbody", "tr", "td"):
            cell.tag = "div"
    document = trafilatura.bare_extraction(without, include_comments=False, with_metadata=False)
    return (getattr(document, "text", None) or "") if document is not None else ""


def _is_layout(table: HtmlElement) -> bool:
    """Whether a table is there to set the page, and not to show figures."""
    return any(each is not table for each in table.iter("table", "h1"))


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _chosen(runs: Sequence[Run], extracted: str) -> list[Run] | None:
    """The runs whose text was extracted; None where they do not account for it.

    A short run counts only next after the one before it, a tiny one only where it is a whole line:
    a stray word is not the story's. What stands several times on the page counts where most of
    the story stands, and there each time: Trafilatura may keep one of them. Runs that are all
    links are a list of stories, and none.
    """
    story = _Story([_key(line) for line in re.split(r"[\n|]", extracted)])
    keys = [_key(run.text) for run in runs]
    homes = _homes(runs, keys, story)
    taken = bytearray(len(story.text))
    place = 0
    chosen: list[int] = []
    for n, (run, key) in enumerate(zip(runs, keys, strict=True)):
        home = run.element.getparent()
        if not key or run.furniture or run.byline or (key in homes and homes[key] is not home):
            continue
        if len(key) < _SHORT:
            surely = len(key) >= _TINY or (
                place in story.bounds and place + len(key) in story.bounds
            )
            found = place if surely and story.text.startswith(key, place) else -1
        else:
            found = story.find(key, place)
        span = slice(found, found + len(key))
        if found < 0 or taken[span].count(1) > _LEAST_COVERED * len(key):
            again = bool(chosen) and keys[chosen[-1]] == key
            if (again and runs[chosen[-1]].element.getparent() is home) or key in homes:
                chosen.append(n)
            continue
        taken[span] = b"\1" * len(key)
        place = max(place, span.stop)
        chosen.append(n)
    if taken.count(1) < _LEAST_COVERED * len(story.text):
        return None
    chosen = _of_story(runs, chosen)
    if all(runs[n].linked for n in chosen):
        return []
    whole = {*chosen, *_kin(runs, keys, chosen)}
    whole |= {*_signs_between(runs, keys, sorted(whole)), *_headings_between(runs, sorted(whole))}
    whole |= {*_boxes_between(runs, keys, sorted(whole))}
    return [runs[n] for n in sorted(whole)]


def _homes(
    runs: Sequence[Run], keys: Sequence[str], story: _Story
) -> dict[str, HtmlElement | None]:
    """For texts that stand several times on the page: the element in which they are the story's."""
    counts = Counter(key for key in keys if len(key) >= _SHORT)
    if not counts or counts.most_common(1)[0][1] == 1:
        return {}
    found = [(key, run.element.getparent()) for run, key in zip(runs, keys, strict=True)
             if len(key) >= _SHORT and story.find(key, 0) >= 0]  # fmt: skip
    weights: dict[HtmlElement | None, int] = {}
    for key, home in found:
        weights[home] = weights.get(home, 0) + len(key)
    homes: dict[str, HtmlElement | None] = {}
    for key, home in found:
        if counts[key] > 1 and weights[home] > weights.get(homes.get(key), 0):
            homes[key] = home
    return homes


class _Story:
    """The letters of the text that was extracted, to be looked through.

    Texts that are whole lines of it are found at once. Others are looked for as long as that takes
    no more than a few seconds for the whole page; then they count as not found.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self.text = "".join(lines)
        self.bounds = frozenset(accumulate(map(len, lines), initial=0))
        self._places: dict[str, list[int]] = {}
        for line, place in zip(lines, accumulate(map(len, lines), initial=0), strict=False):
            self._places.setdefault(line, []).append(place)
        self._left = _MOST_SEARCHED

    def find(self, key: str, place: int) -> int:
        """Where a text stands from a place on, or else before it; -1 if nowhere."""
        if self.text.startswith(key, place):
            return place
        places = self._places.get(key)
        if places is not None:
            later = bisect_left(places, place)
            return places[later] if later < len(places) else places[0]
        if self._left < 0:
            return -1
        self._left -= len(self.text)
        found = self.text.find(key, place)
        return self.text.find(key) if found < 0 else found


def _of_story(runs: Sequence[Run], chosen: Sequence[int]) -> list[int]:
    """The runs without labels, lone links to other stories, and what readers wrote below."""
    kept: list[int] = []
    end = (
        next((n for n, run in enumerate(runs) if n > chosen[0] and ends_story(run.text)), None)
        if chosen
        else None
    )
    for n in chosen:
        if end is not None and n >= end and len(kept) >= _FEW:
            break
        linked = runs[n].linked and runs[n].element.tag not in _LINKED
        if not (linked or is_label(runs[n].text)):
            kept.append(n)
    return kept


def _is_apart(run: Run) -> bool:
    return run.furniture or run.byline or is_label(run.text)


def _kin(runs: Sequence[Run], keys: Sequence[str], chosen: Sequence[int]) -> list[int]:
    """Runs that stand just as those of the story do, in other parts of the same element.

    Trafilatura may keep one part of a story that is set in several.
    """
    alike = Counter(_standing(runs[n]) for n in chosen if len(keys[n]) >= _SHORT)
    place = _Place([runs[n].element for n in chosen])
    known = {keys[n] for n in chosen}
    return [
        n
        for n, run in enumerate(runs)
        if len(keys[n]) >= _SHORT
        and keys[n] not in known
        and not (_is_apart(run) or run.linked)
        and alike[_standing(run)] > 1
        and place.holds(run.element)
    ]


def _standing(run: Run) -> tuple[object, ...]:
    """How a run stands: its element by tag and class, what it stands in by the first of them."""
    around = run.element.getparent()
    named = (around.get("class") or "").split()[:1] if around is not None else []
    return run.element.tag, run.element.get("class"), getattr(around, "tag", None), *named


def _headings_between(runs: Sequence[Run], chosen: Sequence[int]) -> list[int]:
    """Headings among paragraphs of the story that stand beside these, or as others of it do."""
    if not chosen:
        return []
    beside = {runs[n].element.getparent() for n in chosen}
    alike = {_standing(runs[n]) for n in chosen if runs[n].element.tag in _HEADINGS}
    return [
        n
        for n in range(chosen[0], chosen[-1])
        if runs[n].element.tag in _HEADINGS
        and not (_is_apart(runs[n]) or runs[n].linked)
        and (runs[n].element.getparent() in beside or _standing(runs[n]) in alike)
    ]


def _boxes_between(runs: Sequence[Run], keys: Sequence[str], chosen: Sequence[int]) -> list[int]:
    """Sentences that stand loose or in a box beside paragraphs of the story: among them, above
    them under its heading, and next after them.

    Trafilatura heeds paragraphs alone where there are some. What the story says elsewhere too is
    a quotation set apart.
    """
    long = [
        n
        for n in chosen
        if len(keys[n]) >= _SHORT and runs[n].element.tag not in ("h1", *_HEADINGS)
    ]
    if not long:
        return []
    counts = Counter(runs[n].element for n in long)
    loose = {each for each, count in counts.items() if count > 1}
    beside = loose | {each.getparent() for each in counts if each not in loose or each.tag == "p"}
    story = _Story([keys[n] for n in long])

    def is_beside(n: int) -> bool:
        element = runs[n].element
        is_box = _is_box(element) and element.getparent() in beside
        return (
            (is_box or element in beside)
            and not (_is_apart(runs[n]) or runs[n].linked)
            and _is_sentence(runs[n].text)
            and story.find(keys[n], 0) < 0
        )

    first = next((n for n in range(long[0], -1, -1) if runs[n].element.tag == "h1"), long[0])
    after = takewhile(is_beside, range(long[-1] + 1, len(runs)))
    return [*filter(is_beside, range(first, long[-1])), *after]


def _is_box(element: HtmlElement) -> bool:
    """Whether it is a box that has no name, or that of a text: others hold captions and offers."""
    named = " ".join(filter(None, map(element.get, ("class", "id"))))
    return element.tag in _BOXES and (not named or _TEXTS.search(named) is not None)


def _is_sentence(text: str) -> bool:
    return len(text) >= _LEAST_SENTENCE and _ENDS_SENTENCE.search(text) is not None


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
