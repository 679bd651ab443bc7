"""What a page says of itself beside its text: JSON-LD (schema.org), Open Graph, `<time>`.

Times are kept as the page writes them, most trusted first; reading them is the caller's.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from variorum.domain.content import Media

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MOST_NESTED = 4
_MOST_NODES = 500

_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
)
_MODIFIED = (
    "article:modified_time",
    "og:article:modified_time",
    "og:modified_time",
    "og:updated_time",
    "datemodified",
)
_OTHER_ARTICLES = frozenset(("BlogPosting", "LiveBlogPosting", "Report"))
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


def metadata_of(page: HtmlElement, heading: str | None) -> PageMetadata:
    """The metadata of a page; `heading` tells which of several articles described is this one."""
    problems: list[str] = []
    article = _article(page, heading, problems)
    metas = _metas(page)
    times = _times(page)
    headlines = (_text(article.get("headline")), *metas.get("og:title", ()), _title(page))
    authors = tuple(_names(article.get("author"))) or _printed_authors(metas)
    return PageMetadata(
        headlines=tuple(line for line in headlines if line),
        authors=tuple(dict.fromkeys(authors)),
        published=_first_of(article.get("datePublished"), metas, _PUBLISHED, times["published"]),
        modified=_first_of(article.get("dateModified"), metas, _MODIFIED, times["modified"]),
        pictures=tuple(_pictures(article.get("image"))),
        problems=tuple(problems),
    )


def _first_of(
    value: object, metas: dict[str, tuple[str, ...]], names: tuple[str, ...], times: list[str]
) -> tuple[str, ...]:
    from_metas = (time for name in names for time in metas.get(name, ()))
    found = (_text(value), *from_metas, *times[:1])
    return tuple(dict.fromkeys(time for time in found if time))


def _metas(page: HtmlElement) -> dict[str, tuple[str, ...]]:
    metas: dict[str, tuple[str, ...]] = {}
    for element in page.iter("meta"):
        content = _text(element.get("content"))
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").strip().lower()
            if name and content:
                metas[name] = (*metas.get(name, ()), content)
    return metas


def _times(page: HtmlElement) -> dict[str, list[str]]:
    """The `<time>` elements that say when the story was published or modified.

    One that does not say which counts as published if it is the first in an article.
    """
    times: dict[str, list[str]] = {"published": [], "modified": []}
    unnamed: list[str] = []
    for element in page.iter("time"):
        written = _text(element.get("datetime"))
        named = f"{element.get('itemprop') or ''} {element.get('class') or ''}".lower()
        if not written:
            continue
        if "modif" in named or "updat" in named:
            times["modified"].append(written)
        elif "publi" in named or element.get("pubdate") is not None:
            times["published"].append(written)
        elif next(element.iterancestors("article", "main"), None) is not None:
            unnamed.append(written)
    times["published"] = times["published"] or unnamed[:1]
    return times


def _title(page: HtmlElement) -> str | None:
    title = page.find(".//title")
    return _text(title.text_content()) if title is not None else None


def _printed_authors(metas: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    found = (*metas.get("author", ()), *metas.get("article:author", ()))
    return tuple(author for author in found if "://" not in author)[:1]


def _article(page: HtmlElement, heading: str | None, problems: list[str]) -> dict[str, Any]:
    articles: list[dict[str, Any]] = []
    for script in page.iter("script"):
        if (script.get("type") or "").split(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            data = json.loads(_WRAPPING.sub("", script.text or ""), strict=False)
        except (ValueError, RecursionError):
            problems.append("its JSON-LD cannot be read")
            continue
        articles += [node for node in _nodes(data, 0) if _is_article(node)]
    same = (a for a in articles if heading and _text(a.get("headline")) == heading)
    return next(same, articles[0] if articles else {})


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
                yield re.sub(r"^by\s", "", text, flags=re.I)


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
