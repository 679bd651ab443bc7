"""MediaWiki's histories: XML exports, answers of its API, and WikiWho's JSON.

Each page is a story, each revision one of its revisions, published when the wiki says it was saved;
a revert to an earlier text is one too. Who saved it, and why, is kept as content with it, not in
the event. A revision whose text was deleted or suppressed is a gap: the next one says that another
came out before it. Where no other text follows, a sighting says that it could not be reached.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, BinaryIO

import orjson

from variorum.adapters.imports.importer import COPYS_OWN, Bad, Defaults, Item
from variorum.adapters.imports.json_parts import list_in, object_in, text_in
from variorum.adapters.imports.mediawiki_xml import pages_in_xml
from variorum.adapters.imports.packed import PACKING_ERRORS, open_file
from variorum.adapters.imports.paragraphs import paragraphs_of
from variorum.adapters.imports.wiki_history import History, Page, Saved
from variorum.domain.asof import Implied, Outcome
from variorum.domain.commands import RecordCopy, Sight, Source
from variorum.domain.content import Article
from variorum.domain.errors import UnreadableError
from variorum.domain.times import SECOND, Basis, Precision, PublishedTime, to_instant

LARGEST_JSON = 128 << 20
MOST_GAPS = 100
"""So many revisions without a text one revision may say to have come before it."""


def commands(
    path: str, defaults: Defaults, progress: Callable[[int], None] | None = None
) -> Iterator[Item]:
    """What a history asks to be recorded (`Importer`); places are the wiki's revision ids."""
    try:
        with open_file(path, progress) as stream:
            head = stream.read(4096)
            is_json = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
            read = partial(_pages_in_json, defaults.story) if is_json else pages_in_xml
            yield from _commands(read(head, stream), defaults)
    except PACKING_ERRORS as cause:
        reason = getattr(cause, "strerror", None) or str(cause)
        raise UnreadableError(f"{path}: {reason}") from cause
    except UnreadableError as cause:
        raise UnreadableError(f"{path}: {cause.message}") from cause


def _commands(history: History, defaults: Defaults) -> Iterator[Item]:
    page: Page | None = None
    story: _Story | None = None
    for found, saved in history:
        if page != found:
            if story is not None:
                yield from story.rest()
                if defaults.story is not None:
                    raise UnreadableError(f"more than one page, and one story: {found.title}")
            page, story = found, _Story(found, defaults)
        assert story is not None
        if isinstance(saved, UnreadableError):
            yield found.title, Bad(saved.message)
            continue
        try:
            yield from story.take(saved)
        except COPYS_OWN as cause:
            yield f"revision {saved.id}", Bad(cause.message)
    if story is not None:
        yield from story.rest()


class _Story:
    """A page on its way to be a story: knows which revisions before this one are not held."""

    def __init__(self, page: Page, defaults: Defaults) -> None:
        self._page = page
        self._defaults = defaults
        self._gaps: list[tuple[str, int]] = []
        self._last: bytes | None = None
        self._opening = defaults.opening(page.url or page.title)
        self._id = defaults.story or _story_of(page, defaults)

    def take(self, saved: Saved) -> Iterator[Item]:
        """What one more revision asks to be recorded.

        Raises:
            UnreadableError: its time cannot be read, or its text is not in this file.
        """
        at = _instant(saved.time)
        place = f"revision {saved.id}"
        if saved.missing:
            raise UnreadableError("its text is not in this file")
        if saved.text is None:
            self._gaps.append((place, at))
            return
        digest = hashlib.sha256(saved.text.encode("utf-8", "surrogatepass")).digest()
        before = [gap for gap in self._gaps if gap[1] < at][-MOST_GAPS:]
        if digest == self._last:
            before = []
        self._gaps = [gap for gap in self._gaps if gap not in before]
        yield from self.rest()
        self._last = digest
        yield place, self._copy(saved, saved.text, at, [when for _, when in before])

    def rest(self) -> Iterator[Item]:
        """Sightings for those revisions of which no other one can say that they came before it."""
        for place, at in self._gaps:
            outcome = Outcome.UNREACHABLE
            yield place, Sight(self._id, self._defaults.actor, at, outcome, opening=self._opening)
        self._gaps = []

    def _copy(self, saved: Saved, text: str, at: int, gaps: list[int]) -> RecordCopy:
        paragraphs, exact = paragraphs_of(text)
        said = {"id": saved.id, **saved.said, **({} if exact else {"text": text})}
        return RecordCopy(
            story=self._id,
            actor=self._defaults.actor,
            article=Article(headline=self._page.title or None, paragraphs=paragraphs),
            published=PublishedTime(at, at, at + SECOND, Precision.SECOND, Basis.METADATA),
            source=Source(_json(said), "application/json"),
            implied=tuple(Implied(when, when + SECOND) for when in sorted(set(gaps))),
            opening=self._opening,
        )


def _story_of(page: Page, defaults: Defaults) -> str:
    if page.url is not None:
        return defaults.story_at(page.url)
    return f"wiki-{hashlib.sha256(page.title.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text.strip())
        at = to_instant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as cause:
        raise UnreadableError(f"its time cannot be read: {text[:40]!r}") from cause
    return at - at % SECOND


def _json(fields: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(fields)
    except TypeError as cause:
        raise UnreadableError("it holds what is not Unicode, or is nested too deeply") from cause


def _pages_in_json(story: str | None, head: bytes, stream: BinaryIO) -> History:
    """The pages of an answer of the API, or of WikiWho.

    Raises:
        UnreadableError: it is none, or may be of any wiki, and no story was said.
    """
    data = head + stream.read(LARGEST_JSON - len(head) + 1)
    if len(data) > LARGEST_JSON:
        raise UnreadableError(f"JSON of over {LARGEST_JSON >> 20} MB: export the page as XML")
    try:
        body: Any = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as cause:
        raise UnreadableError(f"not JSON: {cause}") from cause
    found = False
    urls: dict[str, str] = {}
    for each in list_in(body) or [body]:
        for fields in _page_fields(each):
            found = True
            title = fields.get("title") or fields.get("article_title") or fields.get("pageid")
            page = _page(str(title or ""), fields, urls)
            if page.url is None and story is None:
                raise UnreadableError(_ANY_WIKI[_is_of_wikiwho(fields)])
            for saved in _revisions(fields):
                yield page, saved
    if not found:
        raise UnreadableError("neither an answer of MediaWiki's API nor of WikiWho: no revisions")


_ANY_WIKI = {
    False: "it does not say of which wiki it is: ask the API with "
    "prop=info|revisions&inprop=url, or say --story",
    True: "WikiWho does not say of which wiki it is: say which story it is, with --story",
}


def _is_of_wikiwho(fields: dict[str, Any]) -> bool:
    return "article_title" in fields


def _page(title: str, fields: dict[str, Any], urls: dict[str, str]) -> Page:
    """A page; of an answer in several parts the first alone says where it stands."""
    url = text_in(fields.get("canonicalurl")) or text_in(fields.get("fullurl"))
    name = f"{fields.get('pageid')} {title}"
    if url is not None:
        urls.setdefault(name, url)
    return Page(title, urls.get(name))


def _page_fields(body: object) -> Iterator[dict[str, Any]]:
    pages = object_in(object_in(body).get("query")).get("pages")
    for each in list_in(pages) or list(object_in(pages).values()) or [body]:
        fields = object_in(each)
        if isinstance(fields.get("revisions"), list):
            yield fields


def _revisions(page: dict[str, Any]) -> Iterator[Saved | UnreadableError]:
    for fields in sorted(page["revisions"], key=_moment):  # the API gives the newest first
        try:
            yield _revision(fields)
        except (KeyError, TypeError, AttributeError, ValueError) as cause:
            yield UnreadableError(f"not a revision: {type(cause).__name__} {cause}"[:100])


def _moment(fields: object) -> tuple[str, int]:
    """When a revision was saved, as the API writes it, and its id; alike where that is unsaid."""
    said, number = object_in(fields).get("timestamp"), object_in(fields).get("revid")
    return (said if isinstance(said, str) else "", number if isinstance(number, int) else 0)


_TOKENS = "tokens"


def _revision(fields: dict[str, Any]) -> Saved:
    if "timestamp" not in fields:
        ((name, inner),) = fields.items()  # WikiWho: one key, the revision's id
        tokens = inner.get(_TOKENS)
        text = None if tokens is None else " ".join(str(token["str"]) for token in tokens)
        said = {key: value for key, value in inner.items() if key not in (_TOKENS, "time")}
        return Saved(str(name), str(inner["time"]), text, tokens is None, said)
    main = object_in(object_in(fields.get("slots")).get("main")) or fields
    hidden = "texthidden" in main or "texthidden" in fields
    text = main.get("content", main.get("*"))
    said = {key: fields[key] for key in ("parentid", "user", "comment", "sha1") if key in fields}
    name = str(fields.get("revid", fields.get("id", "")))
    if text is not None and not isinstance(text, str):
        raise TypeError("its text")
    return Saved(name, str(fields["timestamp"]), text, text is None and not hidden, said)
