"""Feeds: RSS, Atom and JSON Feed. Saved again and again, they are the history of their stories.

Each entry is a copy of the story at its address, published when the feed says that it was last
changed, and captured when the feed was saved: as the file's name says (`20241024T091200Z`,
`2024-10-24_0912`), or else as the feed says that it was built.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson

from variorum.adapters.imports.feed_stories import FeedStories
from variorum.adapters.imports.fragment import (
    blocks_of_fragment,
    blocks_of_plain,
    line_of_fragment,
    line_of_plain,
)
from variorum.adapters.imports.importer import COPYS_OWN, Bad, Defaults, Item
from variorum.adapters.imports.json_parts import list_in, object_in, text_in
from variorum.adapters.imports.packed import PACKING_ERRORS, open_file
from variorum.domain.commands import RecordCopy, Source
from variorum.domain.errors import UnreadableError, UnsaidError, UsageError
from variorum.domain.reading import read_paragraphs
from variorum.domain.stated import Known, parse, read
from variorum.domain.times import Basis, PublishedTime, disagree, is_unset, iso, to_instant

LARGEST_FEED = 32 << 20
_NAMED = re.compile(
    r"(?<!\d)((?:19|20)\d\d)-?(\d\d)-?(\d\d)[T_ -]?(\d\d)[:-]?(\d\d)(?:[:-]?(\d\d))?Z?(?!\d)"
)
_TAG = re.compile(r"<[^<>]*>")
_CAPTION = re.compile(rb"<(/?)([\w.-]{1,40}):description\b[^<>]*?(/?)>")
_MEDIA = re.compile(
    rb"xmlns:([\w.-]{1,40})\s*=\s*[\"']https?://search\.yahoo\.com/mrss/?[\"']", re.I
)
_WHOLE = re.compile(rb"</(?:\w+:)?(?:rss|feed|RDF)\s*>\s*(?:<!--.*-->\s*)?\Z", re.I | re.S)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as its feed has it: texts may be pieces of HTML, times are as they were written."""

    url: str | None
    id: str | None
    title: str | None
    text: str | None
    authors: str | None = None
    published: str | None = None
    updated: str | None = None
    said: dict[str, Any] = field(default_factory=dict[str, Any])
    plain: frozenset[str] = frozenset()
    """Which of `title` and `text` are said to be plain text."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was saved once; `damage` says what is wrong with it, if anything is."""

    title: str | None
    built: str | None
    entries: list[Entry]
    damage: str | None = None
    link: str | None = None
    """The page that the channel is of."""


def commands(
    path: str, defaults: Defaults, progress: Callable[[int], None] | None = None
) -> Iterator[Item]:
    """What the entries of a feed ask to be recorded (`Importer`); places are their numbers."""
    try:
        with open_file(path, progress) as stream:
            data = stream.read(LARGEST_FEED + 1)
    except PACKING_ERRORS as cause:
        raise UnreadableError(f"{path}: {getattr(cause, 'strerror', None) or cause}") from cause
    if len(data) > LARGEST_FEED:
        raise UnreadableError(f"{path}: larger than {LARGEST_FEED >> 20} MB; that is no feed")
    try:
        feed = feed_of(data)
        captured = _captured(path, feed, defaults)
    except COPYS_OWN as cause:
        raise UnreadableError(f"{path}: {cause.message}") from cause
    stories = FeedStories(feed, defaults)
    for number, entry in enumerate(feed.entries, 1):
        try:
            copy, doubts = _copy(entry, feed, stories, captured, defaults)
            yield f"entry {number}", copy
            if doubts:
                told = "; ".join(dict.fromkeys(doubts))
                yield f"entry {number}", Bad(f"{told}; it counts from {iso(copy.at)}")
        except COPYS_OWN as cause:
            yield f"entry {number}", Bad(cause.message)
    if feed.damage is not None:
        yield "end", Bad(feed.damage)


def feed_of(data: bytes) -> Feed:
    """The feed that bytes hold.

    Raises:
        UnreadableError: they hold none.
    """
    return _json_feed(data) if _is_json(data) else _xml_feed(data)


def feed_time(text: str, known: Known) -> PublishedTime:
    """A time of a feed: RFC 822 as in RSS, RFC 3339, or as newsrooms print it.

    Raises:
        UnsaidError: it has no zone where none is known, or leaves something else to be told.
        UsageError: it is none of these.
    """
    written = _COMMENT.sub("", text.strip())
    found = _RFC_822.fullmatch(written)
    if found is None:
        statement = parse(_WEEKDAY.sub("", written))
        published = read(statement, known, Basis.FEED)
        if "zone:ambiguous" in published.resolved:
            raise UnsaidError(
                f"the zone {statement.zone} has several meanings: say which it is with --zone"
            )
        return published
    try:
        moment = parsedate_to_datetime(found[0].replace(".", ":"))
    except (ValueError, TypeError, IndexError, OverflowError):
        raise UsageError(f"not a time: {text[:60]!r}") from None
    written = moment.replace(tzinfo=None).isoformat(" ", "seconds" if found[1] else "minutes")
    if found[2] is not None:  # -0000 says that it is UTC, of a place unknown (RFC 5322, 3.3)
        written += (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()[19:]
    return read(parse(written), known, Basis.FEED)


def _time_said(text: str | None, known: Known, doubts: list[str]) -> PublishedTime | None:
    """A time of a feed; None where it has none, or what stands for none, or is added to the doubts.

    Raises:
        UnsaidError: it could be read if its zone or its order of dates were said.
    """
    if not text or _NO_YEAR.match(text):
        return None
    try:
        said = feed_time(text, known)
    except UnsaidError:
        raise
    except UsageError as cause:
        doubts.append(cause.message)
        return None
    return None if is_unset(said.at) else said


_NO_YEAR = re.compile(
    r"\s*(?:-?0\d{3}-|(?:[A-Za-z]{3,9},\s*)?\d{1,2}[ -]+[A-Za-z]{3}[ -]+-?0\d{3}\s)"
)
"""A year such as 0000, 0001 or -0001, which mail's dates (RFC 5322, 4.3) take for 2001."""
_COMMENT = re.compile(r"\s*\([^()]*\)$")
_WEEKDAY = re.compile(r"^[A-Za-z]{2,9}\.?,\s*")
_RFC_822 = re.compile(  # with the older forms that its readers have always taken
    r"(?:[A-Za-z]{3,9},\s*)?\d{1,2}[ -]+[A-Za-z]{3}[ -]+\d{2,4}\s+\d{1,2}[:.]\d{2}([:.]\d{2})?"
    r"(?:\s+([+-]\d{4}|UT|UTC|GMT|Z|[AECMP][SD]T))?",
    re.I,
)


def _copy(
    entry: Entry, feed: Feed, stories: FeedStories, captured: int | None, defaults: Defaults
) -> tuple[RecordCopy, list[str]]:
    """The copy that an entry is, and what it says of its time that cannot be read.

    Raises:
        UnreadableError, UsageError: it is none.
    """
    outlet = defaults.outlet or feed.title
    story, url = stories.story(entry)
    known = defaults.known(story, outlet, captured)
    doubts: list[str] = []
    first = _time_said(entry.published, known, doubts)
    changed = _time_said(entry.updated, known, doubts)
    published = changed if changed and (first is None or changed.at >= first.at) else first
    if published is not None and captured is not None and published.at > captured:
        published = None
    if published is None and captured is None:
        raise UnreadableError(doubts[0] if doubts else "neither it nor its feed says a time")
    line = line_of_plain if "title" in entry.plain else line_of_fragment
    headline = line(entry.title) if entry.title else None
    byline = line_of_fragment(entry.authors) if entry.authors else None
    blocks = blocks_of_plain if "text" in entry.plain else blocks_of_fragment
    reading = read_paragraphs(
        blocks(entry.text or ""), known, headline=headline or None, byline=byline
    )
    if not (reading.article.headline or reading.article.paragraphs):
        raise UnreadableError("it has neither a title nor a text")
    later = first is not None and published is not None and first.at < published.at
    copy = RecordCopy(
        story=story,
        actor=defaults.actor,
        article=reading.article,
        published=published,
        captured=captured,
        source=Source(_json(entry), "application/json"),
        notices=reading.notices,
        items=reading.items,
        others=tuple(
            said
            for said in (reading.published,)
            if said is not None and published is not None and disagree(said, published)
        ),
        first_published=first if later else None,
        opening=defaults.opening(url, outlet),
    )
    return copy, doubts


def _captured(path: str, feed: Feed, defaults: Defaults) -> int | None:
    """When the feed was saved; None where nothing says so."""
    named = _NAMED.search(Path(path).name)
    if named is not None:
        try:
            year, month, day, hour, minute, second = (int(part or 0) for part in named.groups())
            return to_instant(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
        except ValueError:
            pass
    try:
        built = _time_said(feed.built, defaults.known(None, defaults.outlet or feed.title), [])
    except UnsaidError:
        return None
    return built.at if built is not None else None


def _json(entry: Entry) -> bytes:
    names = ("url", "id", "title", "text", "authors", "published", "updated")
    said = {name: value for name in names if (value := getattr(entry, name)) is not None}
    try:
        return orjson.dumps(said | entry.said)
    except TypeError as cause:
        raise UnreadableError("it holds what is not Unicode, or is nested too deeply") from cause


def _is_json(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def _json_feed(data: bytes) -> Feed:
    try:
        body = object_in(orjson.loads(data.removeprefix(b"\xef\xbb\xbf")))
    except orjson.JSONDecodeError as cause:
        raise UnreadableError(f"not JSON: {cause}") from cause
    if "jsonfeed.org" not in str(body.get("version")):
        raise UnreadableError("JSON, but not a JSON Feed")
    entries = [_json_entry(each, _json_authors(body)) for each in list_in(body.get("items"))]
    return Feed(
        text_in(body.get("title")),
        None,
        entries,
        link=text_in(body.get("home_page_url")),
    )


def _json_authors(said: dict[str, Any]) -> str | None:
    authors = list_in(said.get("authors")) or [said.get("author")]
    return _joined(text_in(object_in(author).get("name")) for author in authors)


def _joined(names: Iterable[str | None]) -> str | None:
    """Authors, each once, as a byline has them."""
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def _json_entry(value: object, authors: str | None) -> Entry:
    """An entry; the feed's authors are its own, where it names none (JSON Feed 1.1)."""
    item = object_in(value)
    number = item.get("id")
    marked = text_in(item.get("content_html"))
    return Entry(
        url=text_in(item.get("url")) or text_in(item.get("external_url")),
        id=str(number) if isinstance(number, int) else text_in(number),
        title=text_in(item.get("title")),
        text=marked or text_in(item.get("content_text")) or text_in(item.get("summary")),
        authors=_json_authors(item) or authors,
        published=text_in(item.get("date_published")),
        updated=text_in(item.get("date_modified")),
        plain=frozenset(("title",) if marked else ("title", "text")),
    )


def _xml_feed(data: bytes) -> Feed:
    feedparser: Any = import_module("feedparser")  # it ships no types
    try:
        found: Any = feedparser.parse(io.BytesIO(_with_captions_apart(data)))
    except Exception as cause:  # whatever the parsers beneath make of malformed markup
        raise UnreadableError(f"the feed cannot be read: {type(cause).__name__}") from cause
    says_types = str(found.get("version")).startswith("atom")
    channel = dict(object_in(found.get("feed")))
    of_all = _authors(channel) if says_types else None
    entries = [_xml_entry(each, says_types, of_all) for each in list_in(found.get("entries"))]
    damage = None
    if found.get("bozo") and "Override" not in type(found.get("bozo_exception")).__name__:
        damage = f"not well-formed: {found.get('bozo_exception')}"
        if entries and not _WHOLE.search(data):
            entries.pop()
            damage = "the feed ends early; its last entry is left out"
    if not entries and not found.get("version"):
        raise UnreadableError(damage or "not a feed: neither RSS nor Atom")
    built = channel.get("updated") or channel.get("published")
    title, link = text_in(channel.get("title")), text_in(channel.get("link"))
    return Feed(title, text_in(built), entries, damage, link)


def _xml_entry(value: object, says_types: bool, authors: str | None) -> Entry:
    """An entry; in Atom each text says whether it is plain (RFC 4287, 3.1.1), in RSS none does.

    Where it names no author, its source's are its own, or else the feed's (4.2.1); not so in RSS.
    """
    item = dict(object_in(value))  # its own lookup takes one key for another
    source = _authors(dict(object_in(item.get("source")))) if says_types else None
    text, kind = _own_text(item, says_types)
    kinds = {"title": object_in(item.get("title_detail")).get("type"), "text": kind}
    plain = {name for name, each in kinds.items() if says_types and each == "text/plain"}
    return Entry(
        url=text_in(item.get("link")),
        id=text_in(item.get("id")),
        title=text_in(item.get("title")),
        text=text,
        authors=_authors(item) or source or authors,
        published=text_in(item.get("published")),
        updated=text_in(item.get("updated")),
        plain=frozenset(plain),
    )


def _authors(said: dict[str, Any]) -> str | None:
    """All authors of an entry or a feed; of one alone, what is told of it besides its name."""
    found = [dict(object_in(each)) for each in list_in(said.get("authors"))]
    if len(found) < 2:
        return text_in(said.get("author"))
    return _joined(text_in(each.get("name")) or text_in(each.get("email")) for each in found)


def _own_text(item: dict[str, Any], says_types: bool) -> tuple[str | None, str | None]:
    """An entry's content, or else what sums it up, with its type; of a video, what is said of it.

    In RSS the content is what is marked up beside the description, unless that is more than twice
    as long (`Read more`).
    """
    told: list[tuple[str, str | None]] = []
    for each in map(object_in, list_in(item.get("content"))):
        if (text := text_in(each.get("value"))) is not None:
            told.append((text, text_in(each.get("type"))))
    contents = [each for each in told if says_types or each[1] != "text/plain"]
    if (summary := text_in(item.get("summary"))) is not None:
        told.append((summary, text_in(object_in(item.get("summary_detail")).get("type"))))
    if not says_types:
        longest = max((_length(text) for text, _ in told), default=0)
        contents = [each for each in contents if 2 * _length(each[0]) >= longest]
    told.sort(key=lambda each: _length(each[0]), reverse=True)
    for text, kind in (*contents, *told):
        if re.search(r"\w", _TAG.sub(" ", text)):
            return text, kind
    return text_in(item.get("media_caption")), None


def _length(text: str) -> int:
    """How long a text is without its mark-up."""
    return len(" ".join(_TAG.sub(" ", text).split()))


def _with_captions_apart(data: bytes) -> bytes:
    """A feed whose `media:description` has a name of its own: else it counts as the entry's."""
    prefixes = {b"media", *(found[1] for found in _MEDIA.finditer(data))}

    def renamed(tag: re.Match[bytes]) -> bytes:
        return b"<%b%b:caption%b>" % (tag[1], tag[2], tag[3]) if tag[2] in prefixes else tag[0]

    return _CAPTION.sub(renamed, data)
