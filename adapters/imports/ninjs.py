"""ninjs, versions 1 to 3 (iptc.org/standards/ninjs): an item, a list of items, or one a line.

An item is a copy of the story that its `uri` names. One that is canceled says that the story was
withdrawn: a sighting that it was gone. One that is withheld has no text to be recorded, and says
only that the story could not be reached.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import orjson

from variorum.adapters.imports.fragment import blocks_of_fragment, line_of_fragment, line_of_plain
from variorum.adapters.imports.importer import COPYS_OWN, Bad, Defaults, Item
from variorum.adapters.imports.json_parts import list_in, object_in, text_in
from variorum.adapters.imports.packed import PACKING_ERRORS, open_file
from variorum.adapters.imports.paragraphs import paragraphs_of
from variorum.domain.asof import Outcome
from variorum.domain.bulk import Command
from variorum.domain.commands import RecordCopy, Sight, Source
from variorum.domain.content import Article, Media
from variorum.domain.errors import UnreadableError, UsageError
from variorum.domain.reading import Reading
from variorum.domain.stated import Known, parse, read
from variorum.domain.times import Basis, PublishedTime, iso

LONGEST_LINE = 32 << 20
LARGEST_FILE = 128 << 20


def commands(
    path: str, defaults: Defaults, progress: Callable[[int], None] | None = None
) -> Iterator[Item]:
    """What the items of a file ask to be recorded (`Importer`); places are lines, or numbers."""
    number = 0
    try:
        with open_file(path, progress) as stream:
            for place, value in _items(stream):
                number += 1
                try:
                    if isinstance(value, UnreadableError):
                        raise value
                    yield place, _command(_plain(value), value, defaults)
                except COPYS_OWN as cause:
                    yield place, Bad(cause.message)
    except PACKING_ERRORS as cause:
        raise UnreadableError(f"{path}: {getattr(cause, 'strerror', None) or cause}") from cause
    except UnreadableError as cause:
        raise UnreadableError(f"{path}: {cause.message}") from cause


def read_item(data: bytes, known: Known) -> Reading:
    """A file of one item, whatever it names itself: its text, and when that came out.

    Raises:
        UnreadableError: it is none, or more than one, or says that the story is withdrawn.
    """
    try:
        item = _plain(orjson.loads(data.removeprefix(b"\xef\xbb\xbf")))
    except orjson.JSONDecodeError as cause:
        raise UnreadableError(
            f"not one item of ninjs (`import ninjs` reads more): {cause}"
        ) from cause
    article = _article(item)
    if article == Article() or _outcome(item) is not None:
        raise UnreadableError("not one item of ninjs with a text (`import ninjs` reads others)")
    try:
        time = _time(item, known)
    except UsageError as cause:
        return Reading(article, problems=(f"when it came out: {cause.message}",))
    if time is not None and known.captured is not None and time.at > known.captured:
        return Reading(article, problems=(f"it came out {iso(time.at)}, later than the capture",))
    return Reading(article, published=time)


def _items(stream: BinaryIO) -> Iterator[tuple[str | int, object]]:
    """Items one a line where the first line is a whole one; otherwise the file is one value."""
    first = stream.readline(LONGEST_LINE)
    try:
        value: object = orjson.loads(first.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        yield from _whole_file(first + stream.read(LARGEST_FILE))
        return
    yield from enumerate(_listed(value), 1)
    number = 1
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if not line.strip():
            continue
        try:
            yield number, orjson.loads(line)
        except orjson.JSONDecodeError as cause:
            yield number, UnreadableError(f"not JSON: {cause}")


def _whole_file(data: bytes) -> Iterator[tuple[str | int, object]]:
    if len(data) >= LARGEST_FILE:
        raise UnreadableError(f"an object of over {LARGEST_FILE >> 20} MB: write an item a line")
    try:
        value: object = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as cause:
        raise UnreadableError(f"not JSON: {cause}") from cause
    for number, each in enumerate(_listed(value), 1):
        yield f"item {number}", each


def _listed(value: object) -> Iterable[object]:
    return list_in(cast("object", value)) if isinstance(value, list) else [value]


def _plain(value: object) -> dict[str, Any]:
    """An item with the names of its properties in small letters, as versions 1 and 2 have them."""
    return {name.lower(): each for name, each in object_in(value).items()}


def _command(item: dict[str, Any], whole: object, defaults: Defaults) -> Command:
    uri = text_in(item.get("uri"))
    if uri is None:
        raise UnreadableError("not an item of ninjs: no uri")
    address = _address(item, uri)
    story = defaults.story or _story(uri, address, defaults)
    sources = [object_in(each) for each in list_in(item.get("infosources"))]
    publishers = (text_in(s.get("name")) for s in sources if s.get("role") in ("publisher", None))
    outlet = next((name for name in publishers if name), None)
    time = _time(item, defaults.known(story, defaults.outlet or outlet))
    if time is None:
        raise UnreadableError("neither versionCreated, contentCreated nor firstCreated")
    opening = defaults.opening(address or uri, defaults.outlet or outlet)
    outcome = _outcome(item)
    if outcome is not None:
        return Sight(story, defaults.actor, time.at, outcome, opening=opening)
    article = _article(item)
    if article == Article():
        raise UnreadableError("it holds no text: neither headline, body nor pictures")
    try:
        source = Source(orjson.dumps(whole), "application/json")
    except TypeError as cause:
        raise UnreadableError("it is nested too deeply to be kept") from cause
    return RecordCopy(
        story=story,
        actor=defaults.actor,
        article=article,
        published=time,
        source=source,
        opening=opening,
    )


def _address(item: dict[str, Any], uri: str) -> str | None:
    """The web address of the story itself, where one is told: its uri may be of the agency's."""
    others = [object_in(each) for each in list_in(item.get("altids"))]
    told = (text_in(each.get("value")) for each in others if each.get("role") == "url")
    found = next((each for each in told if each), None)
    return found or (uri if uri.lower().startswith(("http://", "https://")) else None)


def _story(uri: str, address: str | None, defaults: Defaults) -> str:
    try:
        if address is not None:
            return defaults.story_at(address)
    except UsageError:
        pass
    return f"ninjs-{hashlib.sha256(uri.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _outcome(item: dict[str, Any]) -> Outcome | None:
    """What it says of the story instead of giving its text; None where it gives that."""
    status = (text_in(item.get("pubstatus")) or "usable").lower()
    if status in ("canceled", "cancelled", "withheld"):
        return Outcome.UNREACHABLE if status == "withheld" else Outcome.GONE
    return None


def _time(item: dict[str, Any], known: Known) -> PublishedTime | None:
    for name in ("versioncreated", "contentcreated", "firstcreated"):
        written = text_in(item.get(name))
        if written is not None:
            return read(parse(written), known, Basis.METADATA)
    return None


def _article(item: dict[str, Any]) -> Article:
    told = _texts(item.get("headlines"))
    if (alone := text_in(item.get("headline"))) is not None:
        told.append(_Text(_SAID_ALONE, "", alone))
    chosen = min(told, key=lambda each: each.rank, default=None)
    headline = None
    if chosen is not None:
        headline = (line_of_fragment if "html" in chosen.type else line_of_plain)(chosen.value)
    byline = text_in(item.get("byline")) or text_in(item.get("by"))
    pictures = item.get("associations")
    values = list_in(pictures) or list(object_in(pictures).values())
    media = (_picture(object_in(each)) for each in values)
    return Article(
        headline=headline,
        byline=byline,
        dateline=text_in(item.get("located")),
        paragraphs=_paragraphs(item),
        media=tuple(medium for medium in media if medium != Media()),
    )


@dataclass(frozen=True, slots=True)
class _Text:
    """One of the texts that an item has for one thing; the main one has the lowest rank."""

    rank: int
    type: str
    value: str


_RANKS = {"main": 0, "": 1}
_SAID_ALONE = 2
"""Of what versions 1 and 2 have outside of lists."""
_OF_ANOTHER_ROLE = 3
_NO_TEXT = re.compile(r"(?:audio|image|video|font|model)/|\bjson\b|\bpdf\b|octet-stream")
"""Types of bodies that are none; a body may also be data, or a film."""


def _texts(values: object) -> list[_Text]:
    found: list[_Text] = []
    for each in map(object_in, list_in(values)):
        if (value := text_in(each.get("value"))) is not None:
            rank = _RANKS.get((text_in(each.get("role")) or "").lower(), _OF_ANOTHER_ROLE)
            kind = text_in(each.get("contentType")) or text_in(each.get("contenttype"))
            found.append(_Text(rank, (kind or "").lower(), value))
    return found


def _paragraphs(item: dict[str, Any]) -> tuple[str, ...]:
    """The main body, as plain text where there is such a one, otherwise out of HTML."""
    told = [each for each in _texts(item.get("bodies")) if not _NO_TEXT.search(each.type)]
    for name, kind in (("text", "text/plain"), ("html", "text/html"), ("xhtml", "text/html")):
        if (value := text_in(item.get(f"body_{name}"))) is not None:
            told.append(_Text(_SAID_ALONE, kind, value))
    chosen = min(told, key=lambda each: (each.rank, "plain" not in each.type), default=None)
    if chosen is None:
        return ()
    if "plain" in chosen.type:
        return paragraphs_of(chosen.value)[0]
    return tuple(blocks_of_fragment(chosen.value))


def _picture(item: dict[str, Any]) -> Media:
    plain = _plain(item)
    descriptions = [object_in(each).get("value") for each in list_in(plain.get("descriptions"))]
    captions = map(text_in, [*descriptions, plain.get("description_text")])
    renditions = plain.get("renditions")
    forms = list_in(renditions) or list(object_in(renditions).values())
    addresses = (text_in(object_in(form).get("href")) for form in forms)
    return Media(
        caption=next((text for text in captions if text), None),
        credit=text_in(plain.get("by")) or text_in(plain.get("byline")),
        title=text_in(plain.get("title")) or text_in(plain.get("headline")),
        url=next((address for address in addresses if address), None),
    )
