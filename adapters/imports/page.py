"""Pages: from the HTML of a news story to an article, and to what it says of its own times.

The text is the page's own; JSON-LD, Open Graph and `<time>` say what the text does not. A time
that a notice prints counts before one in the metadata, which readers never saw; only where the
notice leaves room for a moment that the metadata name, such as a day, that moment counts. Times
that disagree are all kept.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from variorum.adapters.imports.fragment import is_cut_off, new_parser
from variorum.adapters.imports.no_page import no_page_in
from variorum.adapters.imports.page_body import (
    Body,
    Figure,
    Run,
    body_of,
    lengths_of,
    text_of,
)
from variorum.adapters.imports.page_furniture import furniture_of, spoken_in_links
from variorum.adapters.imports.page_metadata import (
    metadata_of,
    shared_titles_of,
    titles_of,
    words_of,
)
from variorum.adapters.imports.page_own import OwnPart
from variorum.adapters.imports.text import decode_page
from variorum.domain.blocks import comments_in, is_byline
from variorum.domain.content import Media
from variorum.domain.errors import UnreadableError, UsageError, VariorumError
from variorum.domain.notice_finding import notice_in
from variorum.domain.reading import Reading, read_paragraphs
from variorum.domain.stated import Known, parse, read
from variorum.domain.times import (
    HOUR,
    Basis,
    Precision,
    PublishedTime,
    disagree,
    is_unset,
    iso,
)

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEAD = 4096
_BEFORE_MARKUP = re.compile(r"(?:\s|<!--.*?-->|<\?.*?\?>)*", re.S)
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|(?:html|head|body|meta|title|link|script|style|article|main|header"
    r"|section|div|p|h1)\b)",
    re.I,
)
_LEAST_WORDS = 3
"""Words from which on a heading is not the name of a site, where the page's head has it too."""
_BY = "by|von|par|por|door|av|text|texte"
_NAME = r"[^\W\d_a-z][\w’'.-]*"
_NAMES = rf"{_NAME}(?:(?:\s|,\s)(?:and|und|et|y|e|en|och|de|van|von|der|da|di|la|{_NAME}))*"
_BYLINE = re.compile(
    rf"(?:[^.!?\n]{{0,80}}\s)?(?P<by>(?:{_BY}):?\s(?-i:{_NAMES}))"
    r"(?:\s(?:on|am|le)\s[^.!?\n]{0,60}|\s?[|·•]\s?[^\n]{0,100})?",
    re.I,
)
_ALL_NAMES = re.compile(_NAMES)
_BETWEEN_AUTHORS = re.compile(rf"\b(?:{_BY}|and|und|et|y|e|en|och)\b|[\s,;·|/&:–-]+", re.I)
_MOST_BYLINE = 160
_MOST_KICKER = 40
_LEAST_STORY = 280
"""Letters of a story on a page that is left at once: elsewhere it is but told that it is."""
_LONG = 80
"""Letters of a paragraph above which a mere number counts comments, or those who liked it."""
_NEAR = 4
"""Parts after its first text within which a story's byline may stand, under a picture."""
_AT_ONCE = re.compile(r"\s*\d(?:\.\d*)?\s*[;,]\s*url\s*=\s*['\"]?\s*[^\s'\"]", re.I)
_FINE = (Precision.SECOND, Precision.MINUTE)


def looks_like_html(data: bytes) -> bool:
    """Whether bytes begin as a page in HTML does."""
    head = data[:_HEAD]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head.decode("utf-16", "ignore")
    else:
        text = head.removeprefix(codecs.BOM_UTF8).decode("latin-1")
    before = _BEFORE_MARKUP.match(text)
    return _MARKUP.match(text, before.end() if before else 0) is not None


def read_page(data: bytes, known: Known, content_type: str | None = None) -> Reading:
    """Reads a story from a page in HTML.

    Args:
        known: its zone is used for times without one; times after its capture are not believed.
        content_type: the HTTP header of that name, if there was one.

    Raises:
        UnreadableError: it is no page, cannot be parsed, or holds no story.
    """
    other = no_page_in(data, content_type)
    if other is not None:
        raise UnreadableError(other)
    text, doubt = decode_page(data, content_type)
    try:
        try:
            reading = _read(text, known)
        except RecursionError:  # of what reads it; as far as it is not nested so deep
            reading = _read(text, known, deep=False)
    except (VariorumError, ImportError):
        raise
    except Exception as cause:  # whatever the parsers beneath make of malformed markup
        raise UnreadableError(f"the page cannot be read: {type(cause).__name__}") from cause
    return replace(reading, problems=(doubt, *reading.problems)) if doubt else reading


def _read(text: str, known: Known, *, deep: bool = True) -> Reading:
    from lxml import etree, html

    parser = new_parser(deep=deep)
    markup = text.replace("\0", "").encode("utf-8", "replace")
    try:
        page = html.document_fromstring(markup, parser=parser)
    except etree.ParserError as cause:
        raise UnreadableError("the page is empty") from cause
    leads_on = _leads_on(page)
    for words in spoken_in_links(page):
        words.drop_tree()
    lengths = lengths_of(page)
    furniture, bylines = furniture_of(page, lengths)
    element, heading = _heading(page)
    metadata = metadata_of(page, heading, OwnPart(page, element, furniture, lengths))
    body = body_of(page, lengths, furniture, bylines)
    headline = heading or next(iter(metadata.headlines), None)
    blocks, printed = _blocks(body, headline, metadata.authors)
    if not any(isinstance(block, str) for block in blocks):
        raise UnreadableError("the page holds no story")
    if leads_on and sum(len(each) for each in blocks if isinstance(each, str)) < _LEAST_STORY:
        raise UnreadableError("the page only leads to another one")
    doubts: list[str] = []
    first = _time(metadata.published, "published", known, doubts)
    modified = _time(metadata.modified, "modified", known, doubts)
    reading = read_paragraphs(
        _with_pictures(blocks, metadata.pictures),
        replace(known, published=first, modified=modified),
        headline=headline,
        byline=", ".join(metadata.authors) or printed,
    )
    if not reading.article.paragraphs:
        raise UnreadableError("the page holds no story")
    problems = [*metadata.problems, *reading.problems]
    if is_cut_off(parser):
        problems.append("its mark-up is nested too deep: what comes after that is missing")
    if headline is None:
        problems.append("no headline was found")
    return _dated(replace(reading, problems=(*problems, *doubts)), first, modified)


def _leads_on(page: HtmlElement) -> bool:
    """Whether a page is left for another one as soon as it is shown (HTML, 4.2.5.3)."""
    return any(
        (element.get("http-equiv") or "").strip().lower() == "refresh"
        and _AT_ONCE.match(element.get("content") or "")
        and next(element.iterancestors("noscript"), None) is None
        for element in page.iter("meta")
    )


def _heading(page: HtmlElement) -> tuple[HtmlElement, str] | tuple[None, None]:
    """The story's heading: its first `h1`, or what the page's head calls it; or the only `h1`.

    Also what it says: without the word on what the story is about, where the page's head has it
    without.
    """
    headings = [
        (element, text) for element in page.iter("h1", "h2", "h3") if (text := text_of(element))
    ]
    titles = titles_of(page)
    firsts = [each for each in headings if each[0].tag == "h1"]
    inside = (each for each in firsts if _is_in_story(each[0]))
    called_so = {*titles, *(title.partition(": ")[2] for title in titles)}
    called_so |= {title.rpartition(": ")[2] for title in titles}
    called = [
        each for each in headings if len(each[1].split()) >= _LEAST_WORDS and each[1] in called_so
    ]
    only = firsts[0] if len(firsts) == 1 else None
    found = next(inside, None) or max(called, key=lambda each: len(each[1]), default=only)
    if found is None:
        return None, None
    element, heading = found
    shared = shared_titles_of(page)
    words = words_of(heading)
    if any(words in words_of(title) for title in shared):
        return element, heading
    is_all = any(words in words_of(title) for title in titles)
    ends = [
        title
        for title in (shared if is_all else titles)  # its own pieces are no names of the page
        if heading.endswith((f" {title}", f":{title}"))
    ]
    return element, max(ends, key=len, default=heading)


def _is_in_story(element: HtmlElement) -> bool:
    return next(element.iterancestors("article", "main"), None) is not None


def _blocks(
    body: Body, headline: str | None, authors: Sequence[str]
) -> tuple[list[str | Media], str | None]:
    """The story's blocks, with the notices, byline and comments state that stand beside them.

    Also its byline where that has another form than `By X`, as `22 October 2024 by X`.
    """
    beside: dict[int, list[str]] = {}
    printed: str | None = None
    first_text = next((n for n, item in enumerate(body.items) if not isinstance(item, Figure)), 0)
    for place, run in body.beside:
        early = place <= first_text + 1
        if (
            comments_in(run.text)
            or notice_in(run.text, Known())
            or (early and is_byline(run.text.split("\n")))
        ):
            beside.setdefault(place, []).append(run.text)
        elif printed is None and place <= first_text + _NEAR:
            printed = _byline_in(run.text) or (run.text if _is_named(run) else None)
    texts = [item.text if isinstance(item, Run) else None for item in body.items]
    heading = texts.index(headline) if headline in texts else 0
    first_long = next((n for n, text in enumerate(texts) if text and len(text) >= _LONG), 0)
    first = body.items[first_long] if body.items else None
    is_lone = not any(
        isinstance(each, Run) and _counts(each, first) for each in body.items[first_long:]
    )
    blocks: list[str | Media] = []
    for place, item in enumerate(body.items):
        blocks += beside.get(place, [])
        if isinstance(item, Figure):
            if item.media != Media():
                blocks.append(item.media)
        elif (
            _is_heading_again(item, headline)
            or _is_of_authors(item.text, authors)
            or (place < heading and _is_kicker(item.text))
            or (is_lone and place < first_long and _counts(item, first))
        ):
            continue
        elif place <= first_text + _NEAR and _byline_in(item.text) and not is_byline([item.text]):
            printed = printed or _byline_in(item.text)
        else:
            blocks.append(item.text)
    return _with_labels([*blocks, *beside.get(len(body.items), [])]), printed


def _with_labels(blocks: Sequence[str | Media]) -> list[str | Media]:
    """The blocks, where a notice whose label is a heading above it is one with that."""
    joined: list[str | Media] = []
    for block in blocks:
        label = joined[-1] if joined else None
        if isinstance(label, str) and isinstance(block, str) and len(label) <= _MOST_KICKER:
            found = notice_in(f"{label}\n{block}", Known())
            is_label = found is not None and found.label == (0, len(label.rstrip(" :")))
            if is_label and notice_in(block, Known()) and not notice_in(label, Known()):
                joined[-1] = f"{label}\n{block}"
                continue
        joined.append(block)
    return joined


def _is_heading_again(run: Run, headline: str | None) -> bool:
    """Whether a run is the headline, perhaps after a word on what the story is about."""
    text = " ".join(run.text.split())
    if headline is None:
        return False
    return text == headline or (run.element.tag in ("h1", "h2") and text.endswith(f" {headline}"))


def _counts(run: Run, text: Run | Figure | None) -> bool:
    """Whether a run is a mere number, and does not stand beside the text as that of a part does."""
    is_beside = text is not None and run.element.getparent() is text.element.getparent()
    return not is_beside and run.text.isdigit()


def _is_kicker(text: str) -> bool:
    """Whether a line above a headline only says what the story is about."""
    return len(text) <= _MOST_KICKER and notice_in(text, Known()) is None


def _is_of_authors(text: str, authors: Sequence[str]) -> bool:
    """Whether a run names the authors, and says nothing else."""
    if not authors or len(text) > _MOST_BYLINE:
        return False
    for author in authors:
        text = text.replace(author, " ")
    return not _BETWEEN_AUTHORS.sub("", text).strip("., ")


def _is_named(run: Run) -> bool:
    """Whether a run stands where the mark-up says that authors do, and is names."""
    return run.byline and "\n" not in run.text and _ALL_NAMES.fullmatch(run.text) is not None


def _byline_in(text: str) -> str | None:
    match = _BYLINE.fullmatch(text) if len(text) <= _MOST_BYLINE else None
    return match["by"] if match else None


def _with_pictures(blocks: Sequence[str | Media], described: Iterable[Media]) -> list[str | Media]:
    """The blocks, with what the metadata say of their pictures, and with pictures only said."""
    result = list(blocks)
    for picture in described:
        places = (n for n, b in enumerate(result) if isinstance(b, Media) and _same(b, picture))
        place = next(places, None)
        if place is None:
            result.append(picture)
            continue
        shown = result[place]
        assert isinstance(shown, Media)
        said = {k: v for k, v in asdict(picture).items() if getattr(shown, k) is None}
        result[place] = replace(shown, **said)
    return result


def _same(one: Media, other: Media) -> bool:
    if one.caption and other.caption:
        return words_of(one.caption) == words_of(other.caption) or (
            one.credit is not None
            and words_of(f"{one.caption} {one.credit}") == words_of(other.caption)
        )
    addresses = [
        media.url.split("?")[0].split("/")[-1] if media.url else None for media in (one, other)
    ]
    return addresses[0] is not None and addresses[0] == addresses[1]


def _dated(
    reading: Reading, first: PublishedTime | None, modified: PublishedTime | None
) -> Reading:
    """The reading with the times of the metadata, where they add to what its notices say."""
    problems = list(reading.problems)
    refused: list[PublishedTime] = []
    if first and modified and modified.at < first.at:
        problems.append(
            f"it says that it was modified ({iso(modified.at)}) "
            f"before it was published ({iso(first.at)})"
        )
        refused.append(modified)
        modified = None
    latest = modified or first
    published = reading.published or latest
    if reading.published and latest:
        if _is_moment_of(latest, reading.published):
            published = latest
        elif latest.at >= reading.published.latest:
            problems.append(
                f"its metadata say {iso(latest.at)}, later than any notice: the notice counts"
            )
    if published is None:
        problems.append("no time of publication was found")
    is_later = first is not None and published is not None and first.at < published.at
    return replace(
        reading,
        published=published,
        problems=tuple(problems),
        earlier_text=reading.earlier_text or is_later,
        first_published=reading.first_published or (first if is_later else None),
        others=_others(published, modified, first, refused),
    )


def _others(
    published: PublishedTime | None,
    modified: PublishedTime | None,
    first: PublishedTime | None,
    refused: Iterable[PublishedTime],
) -> tuple[PublishedTime, ...]:
    """What the metadata say that cannot be so if it was published then.

    That it was first published earlier is no contradiction.
    """
    if published is None:
        return ()
    later = first if first and modified is None and first.at > published.at else None
    said = [time for time in (modified, later, *refused) if time is not None]
    return tuple(time for time in said if disagree(time, published))


def _is_moment_of(time: PublishedTime, notice: PublishedTime) -> bool:
    """Whether a time is finer than a notice's, and one that the notice leaves room for."""
    vague = notice.precision not in _FINE or notice.latest - notice.at >= HOUR
    return vague and time.precision in _FINE and notice.at <= time.at < notice.latest


def _time(
    written: Iterable[str], what: str, known: Known, problems: list[str]
) -> PublishedTime | None:
    """The first of several times that can be read and believed; or the moment of it, if that is a
    day and another of them says when in it.
    """
    written = list(written)
    first = next(_believed(written, what, known, problems), None)
    if first is None:
        return None
    others = _believed(written, what, known, [])
    return next((time for time in others if _is_moment_of(time, first)), first)


def _believed(
    written: Iterable[str], what: str, known: Known, problems: list[str]
) -> Iterator[PublishedTime]:
    for text in written:
        try:
            time = read(parse(text), known, Basis.METADATA)
        except UsageError as cause:
            problems.append(f"its metadata say {what}: {cause.message}")
            continue
        if known.captured is not None and time.at > known.captured:
            problems.append(f"its metadata say {what} {iso(time.at)}, later than the capture")
        elif is_unset(time.at):
            problems.append(f"its metadata say {what} {iso(time.at)}, which stands for no time")
        else:
            yield time
