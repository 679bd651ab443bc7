"""What a page says of itself beside its text: JSON-LD (schema.org), Open Graph, `<time>`.

Times are kept as the page writes them, most trusted first; reading them is the caller's.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from variorum.adapters.imports.page_furniture import is_of_news, is_of_readers
from variorum.domain.content import Media

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from variorum.adapters.imports.page_own import OwnPart

_MOST_NESTED = 4
_MOST_NODES = 500

_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "dcterms.created",
    "dcterms.issued",
    "dc.date.issued",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "article:published",
    "article.published",
    "publish-date",
    "publish_date",
    "publishdate",
    "published_at",
    "pubdate",
    "og:pubdate",
    "publication_date",
    "og:release_date",
    "datecreated",
    "date",
    "dc.date",
    "dcterms.date",
)
_MODIFIED = (
    "article:modified_time",
    "og:article:modified_time",
    "og:modified_time",
    "og:updated_time",
    "article:updated_time",
    "article.updated",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
    "revised",
)
_DATES = {"datepublished": "published", "datecreated": "published", "created": "published",
          "datemodified": "modified", "modified": "modified"}  # fmt: skip
"""What microdata and RDFa call a time of the story (schema.org, Dublin Core)."""
_TIMES = ("time", "amp-timeago", "relative-time", "time-ago")
_MARKED = ("span", "div", "p", "h1", "h2", "h3")
_LEAST_TEXT = 80
_NUMBER = re.compile(r"(1\d{9})(?:\d{3})?", re.ASCII)
"""Until 2033; `2024102409` is an hour of a day."""
_YEAR_FIRST = re.compile(r"\d{4}-?\d\d")
_FORMS = (
    (r"(\d{4})/(\d\d)/(\d\d)\b(.*)", r"\1-\2-\3\4"),
    (r"((?:19|20)\d\d)(\d\d)(\d\d)", r"\1-\2-\3"),
    (r"((?:19|20)\d\d)(\d\d)(\d\d)T?(\d\d)(\d\d)(\d\d)(\D.*)?", r"\1-\2-\3T\4:\5:\6\7"),
    (r"\w{3} (\w{3}) (\d\d \d{4} \d\d:\d\d:\d\d) GMT([+-]\d{4})(?: \(.*\))?", r"\1 \2 \3"),
    (r"\w{3} (\w{3}) (\d\d) (\d\d:\d\d:\d\d) (\w{3,4}) (\d{4})", r"\2 \1 \5 \3 \4"),
    (r"(\d{4}-\d\d-\d\dT.*)\[[\w/+-]+\]", r"\1"),
    (r"(\d{4}-\d\d-\d\d[T ]\d\d:[\d:.]+[+-]\d\d)", r"\g<1>00"),
)  # fmt: skip
"""Times as programs write them where they are not asked for ISO 8601, and what they are in it."""
_OTHER_ARTICLES = frozenset(("BlogPosting", "LiveBlogPosting", "Report"))
_BETWEEN_TITLES = re.compile(r"\s+(?:[|–—·»-]|::)\s+")
_AUTHORS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
)
_AUTHOR_CLASSES = frozenset(
    ("author-name", "authorname", "author__name", "byline__name", "byline-name", "fn", "p-author")
)
_LABELS_OF_CHANGE = re.compile(
    r"\W*(?:last |zuletzt )?(?:(?:updat|modifi|edit)ed|aktualisiert|geändert|mis à jour|modifié"
    r"|actualizado|modificado|bijgewerkt|gewijzigd|aangepast|uppdaterad|ändrad)\b",
    re.I,
)
_MOST_AUTHOR = 80
_MOST_AUTHORS = 6
_NO_MORE = re.compile(r",(?=\s*[}\]])|;\s*$")
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$")


@dataclass(frozen=True)
class PageMetadata:
    """What a page says of itself, as written; the most trusted first."""

    headlines: tuple[str, ...]
    authors: tuple[str, ...]
    published: tuple[str, ...]
    modified: tuple[str, ...]
    pictures: tuple[Media, ...]
    problems: tuple[str, ...]


def metadata_of(page: HtmlElement, heading: str | None, own: OwnPart) -> PageMetadata:
    """The metadata of a page.

    Args:
        heading: tells which of several articles described is this one.
        own: what of the page is its story's; what is said elsewhere is of others.
    """
    problems: list[str] = []
    metas = _metas(page, own)
    article = _article(page, heading, metas, problems)
    published, modified = _stated(article, metas, _times(page, own))
    if not (published or modified):
        wide = own.widened()
        published, modified = _stated(article, _metas(page, wide), _times(page, wide))
    headlines = (_text(article.get("headline")), *metas.get("og:title", ()), _title(page))
    authors = tuple(_names(article.get("author"))) or _printed_authors(page, metas, own)
    return PageMetadata(
        headlines=tuple(line for line in headlines if line),
        authors=tuple(dict.fromkeys(authors)),
        published=published,
        modified=modified,
        pictures=tuple(_pictures(article.get("image"))),
        problems=tuple(problems),
    )


def _stated(
    article: dict[str, Any], metas: dict[str, tuple[str, ...]], times: dict[str, list[str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """When the story was published, and when modified."""
    return (
        _first_of(article.get("datePublished"), metas, _PUBLISHED, times["published"]),
        _first_of(article.get("dateModified"), metas, _MODIFIED, times["modified"]),
    )


def _first_of(
    value: object, metas: dict[str, tuple[str, ...]], names: tuple[str, ...], times: list[str]
) -> tuple[str, ...]:
    from_metas = (time for name in names for time in metas.get(name, ()))
    found = (*_moments(value), *from_metas, *times[:1])
    return tuple(dict.fromkeys(_written(time) for time in found))


def _moments(value: object) -> Iterator[str]:
    """A time of JSON-LD, which may be a number, a typed value, or one of several."""
    for one in cast("list[object]", value) if isinstance(value, list) else [value]:
        plain = cast("dict[str, object]", one).get("@value") if isinstance(one, dict) else one
        text = str(plain) if type(plain) is int else _text(plain)
        if text:
            yield text


def _written(time: str) -> str:
    """A time in a form that is read; numbers are seconds or milliseconds since 1970."""
    number = _NUMBER.fullmatch(time)
    if number:
        return datetime.fromtimestamp(int(number[1]), UTC).isoformat()
    for form, meaning in _FORMS:
        match = re.fullmatch(form, time)
        if match:
            return match.expand(meaning)
    return time


def _metas(page: HtmlElement, own: OwnPart | None = None) -> dict[str, tuple[str, ...]]:
    metas: dict[str, tuple[str, ...]] = {}
    for element in page.iter("meta"):
        content = _text(element.get("content"))
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").strip().lower().removeprefix("schema:")
            if name and content and (own is None or own.has(element)):
                metas[name] = (*metas.get(name, ()), content)
    return metas


def _times(page: HtmlElement, own: OwnPart) -> dict[str, list[str]]:
    """The `<time>` elements, and the like, that say when the story was published or modified.

    Those with the heading in an article count before those outside; of the latter, none above it.
    One that does not say which counts as published if it is the first in an article, or stands
    between the heading and the text.
    """
    outside: dict[str, list[str]] = {"published": [], "modified": []}
    inside: dict[str, list[str]] = {"published": [], "modified": []}
    unnamed: list[str] = []
    is_above = own.is_held
    is_under_heading = False
    for element in page.iter("*"):
        is_above = is_above and element is not own.heading
        is_under_heading = (is_under_heading or element is own.heading) and not _is_text(element)
        written = _time_in(element)
        if not written or not own.has(element):
            continue
        is_inside = own.holds(element)
        what = _named(element)
        if what is None:
            if element.tag in _TIMES and (
                is_under_heading or any(True for _ in element.iterancestors("article", "main"))
            ):
                unnamed.append(written)
        elif is_inside or not is_above:
            (inside if is_inside else outside)[what].append(written)
    times = inside if any(inside.values()) else outside
    times["published"] = times["published"] or unnamed[:1]
    return times


def _is_text(element: HtmlElement) -> bool:
    """Whether an element is a paragraph of some length, or holds one that is set loose."""
    if element.tag == "p":
        return len(element.text_content()) >= _LEAST_TEXT
    if element.tag in ("script", "style", "h1", "h2", "h3"):
        return False
    loose = (element.text, *(each.tail for each in element))
    return sum(len((each or "").strip()) for each in loose) >= _LEAST_TEXT


def _time_in(element: HtmlElement) -> str | None:
    """The time that an element states for machines, be it in microdata, RDFa or an hAtom."""
    if element.tag == "abbr":
        title = _text(element.get("title"))  # of one that shortens a word, that word
        return title if title and _YEAR_FIRST.match(title) else None
    if element.tag not in _TIMES and (element.tag not in _MARKED or not _property(element)):
        return None
    return _text(element.get("datetime") or element.get("content"))


def _property(element: HtmlElement) -> str | None:
    named = f"{element.get('itemprop') or ''} {element.get('property') or ''}".lower()
    names = (name.rpartition(":")[2] for name in named.split())
    return next((_DATES[name] for name in names if name in _DATES), None)


def _named(time: HtmlElement) -> str | None:
    """Whether a `<time>` says that it is when something was published, or modified."""
    said = _property(time)
    if said is not None:
        return said
    around = time.getparent()
    classes = (time.get("class"), None if around is None else around.get("class"))
    named = " ".join(filter(None, (time.get("itemprop"), *classes))).lower()
    if "modif" in named or "updat" in named:
        return "modified"
    if "publi" in named or time.get("pubdate") is not None:
        return "published"
    return "modified" if _LABELS_OF_CHANGE.match(_words_at(time)) else None


def _words_at(time: HtmlElement) -> str:
    """What is printed just before a time, unless that is another one; or else in it."""
    around, before = time.getparent(), time.getprevious()
    if before is None:
        printed = around.text if around is not None else None
    else:
        own = before.text_content() if before.tag != "time" else ""
        printed = before.tail if (before.tail or "").strip() else own
    return " ".join((printed or "").split()) or " ".join(time.text_content().split())


def titles_of(page: HtmlElement) -> frozenset[str]:
    """What a page is called in its head; its own title also without the site's name at an end."""
    title = _title(page)
    parts = _BETWEEN_TITLES.split(title) if title else []
    whole = (title,) if title else ()
    return frozenset((*shared_titles_of(page), *whole, *parts))


def shared_titles_of(page: HtmlElement) -> frozenset[str]:
    """What a page is called where it is shared: no site's name is added to that."""
    metas = _metas(page)
    return frozenset((*metas.get("og:title", ()), *metas.get("twitter:title", ())))


def _title(page: HtmlElement) -> str | None:
    title = page.find(".//title")
    return _text(title.text_content()) if title is not None else None


def _printed_authors(
    page: HtmlElement, metas: dict[str, tuple[str, ...]], own: OwnPart
) -> tuple[str, ...]:
    """Authors as the head of the page has them, or else as its mark-up names them."""
    for name in _AUTHORS:
        found = [_without_by(said) for said in metas.get(name, ()) if "://" not in said]
        if found:
            return tuple(dict.fromkeys(found))[:_MOST_AUTHORS]
    marked = [*_marked_authors(page, own.has)] or [*_marked_authors(page, own.widened().has)]
    marked = marked or [*_marked_authors(page, _is_not_of_others)]
    return tuple(dict.fromkeys(marked))[:_MOST_AUTHORS]


def _is_not_of_others(element: HtmlElement) -> bool:
    return not any(
        each.tag in ("article", "nav", "footer") or is_of_readers(each) or is_of_news(each)
        for each in element.iterancestors()
    )


def _marked_authors(page: HtmlElement, is_own: Callable[[HtmlElement], bool]) -> Iterator[str]:
    """What microdata, RDFa, `rel=author` and the usual classes call an author."""
    for element in page.iter("a", "span", "div", "p", "address", "b", "strong"):
        named = {element.get("itemprop"), element.get("property"), element.get("rel")}
        classes = (element.get("class") or "").split()
        if ("author" not in named and _AUTHOR_CLASSES.isdisjoint(classes)) or not is_own(element):
            continue
        inner = [e for e in element.iterdescendants() if _is_name(e)]
        for each in inner or [element]:
            text = _text(each.text_content())
            if text and len(text) <= _MOST_AUTHOR and "@" not in text:
                yield _without_by(text)


def _is_name(element: HtmlElement) -> bool:
    return "name" in (element.get("itemprop"), element.get("property"))


def _without_by(author: str) -> str:
    return re.sub(r"^by\s", "", author, flags=re.I)


def _article(
    page: HtmlElement,
    heading: str | None,
    metas: dict[str, tuple[str, ...]],
    problems: list[str],
) -> dict[str, Any]:
    articles: list[dict[str, Any]] = []
    named: dict[str, dict[str, Any]] = {}
    for script in page.iter("script"):
        if (script.get("type") or "").split(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            data = _json_in(_WRAPPING.sub("", script.text or ""))
        except (ValueError, RecursionError):
            problems.append("its JSON-LD cannot be read")
            continue
        nodes = list(_nodes(data, 0))
        articles += [node for node in nodes if _is_article(node)]
        named |= {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    article = _own(articles, heading, page, metas)
    return {
        **article,
        **{key: _meant(article[key], named) for key in ("author", "image") if key in article},
    }


def _json_in(text: str) -> object:
    """What JSON says; a comma too many in it and a semicolon at its end are let pass."""
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return json.loads(_NO_MORE.sub("", text), strict=False)


def _own(
    articles: list[dict[str, Any]],
    heading: str | None,
    page: HtmlElement,
    metas: dict[str, tuple[str, ...]],
) -> dict[str, Any]:
    """The page's own article among those that it names: others may be told of beside it.

    The one of its heading, also if either is cut short, or of its address; else the first, unless
    the page's head says that it was published at another time.
    """
    if not articles:
        return {}
    first = articles[0]
    called = words_of(heading or "")
    said = [(_text(each.get("headline")) or "", each) for each in articles]
    for headline, each in said:
        if called.strip() and words_of(headline) == called:
            return each
    for headline, each in said:
        words = words_of(headline)
        is_cut = headline.endswith(("…", "...")) and called.startswith(words)
        is_longer = bool(called.strip()) and words.startswith(called)
        if len(words.split()) >= _LEAST_OF_HEADLINE and (is_cut or is_longer):
            return each
    own = {*metas.get("og:url", ()), *map(str, page.xpath("//link[@rel='canonical']/@href"))}
    for each in articles:
        if not own.isdisjoint(_addresses_of(each)):
            return each
    stated = [text for name in _PUBLISHED for text in metas.get(name, ())]
    is_only = len({words_of(headline) for headline, _ in said}) == 1
    return first if is_only or not stated or first.get("datePublished") in stated else {}


_WORD = re.compile(r"\w+")
_LEAST_OF_HEADLINE = 3
"""Words of one that is cut short."""


def words_of(text: str) -> str:
    """A headline's words between spaces, without its marks: heads print other dashes and quotes."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def _addresses_of(article: dict[str, Any]) -> set[str]:
    """Where an article says that it stands."""
    main = article.get("mainEntityOfPage")
    if isinstance(main, dict):
        main = cast("dict[str, Any]", main).get("@id")
    return {
        each for each in (article.get("url"), article.get("@id"), main) if isinstance(each, str)
    }


def _meant(value: object, named: dict[str, dict[str, Any]]) -> object:
    """What references to other nodes of the page (`{"@id": …}`) stand for."""
    if isinstance(value, list):
        return [_meant(each, named) for each in cast("list[object]", value)[:_MOST_NODES]]
    if isinstance(value, dict):
        node = cast("dict[str, Any]", value)
        name = node.get("@id")
        return {**named.get(name, {}), **node} if isinstance(name, str) else node
    return value


def _nodes(data: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _MOST_NESTED:
        return
    if isinstance(data, list):
        for value in cast("list[object]", data)[:_MOST_NODES]:
            yield from _nodes(value, depth + 1)
    elif isinstance(data, dict):
        node = cast("dict[str, Any]", data)
        yield node
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(node.get(key), depth + 1)


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    names = cast("list[object]", kinds) if isinstance(kinds, list) else [kinds]
    return any(
        isinstance(name, str) and (name.endswith("Article") or name in _OTHER_ARTICLES)
        for name in names
    )


def _names(author: object) -> Iterator[str]:
    for one in cast("list[object]", author) if isinstance(author, list) else [author]:
        named = cast("dict[str, object]", one).get("name") if isinstance(one, dict) else one
        for name in cast("list[object]", named) if isinstance(named, list) else [named]:
            text = _text(name)
            if text and "://" not in text:
                yield _without_by(text)


def _pictures(image: object) -> Iterator[Media]:
    for one in cast("list[object]", image) if isinstance(image, list) else [image]:
        if isinstance(one, dict):
            node = cast("dict[str, object]", one)
            caption, credit = _text(node.get("caption")), _text(node.get("creditText"))
            if caption or credit:
                url = _text(node.get("url")) or _text(node.get("contentUrl"))
                yield Media(caption=caption, credit=credit, url=url)


def _text(value: object) -> str | None:
    """A string of the metadata as one line of text; None for anything else, and where empty."""
    if not isinstance(value, str):
        return None
    unescaped = html.unescape(value) if "&" in value else value
    return " ".join(unescaped.encode("utf-8", "replace").decode().split()) or None
