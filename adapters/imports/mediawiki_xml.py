"""XML exports of MediaWiki (mediawiki.org/xml/export-0.11), a revision at a time.

What a revision holds is let go before the next one is read.
"""

from __future__ import annotations

from typing import BinaryIO
from xml.parsers import expat

from variorum.adapters.imports.wiki_history import History, Page, Saved, page_at
from variorum.domain.errors import UnreadableError

LARGEST_TEXT = 32 << 20
_PIECE = 1 << 16
_KEPT = frozenset(
    ("id", "parentid", "timestamp", "comment", "model", "format", "sha1", "text", "origin")
)
_OF_CONTRIBUTOR = frozenset(("username", "ip", "id"))


def pages_in_xml(head: bytes, stream: BinaryIO) -> History:
    """The revisions of an export, each with its page, in their order.

    Raises:
        UnreadableError: it is not XML, or not from here on; the message says from which line.
    """
    export = _Export()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = export.begin
    parser.EndElementHandler = export.end
    parser.CharacterDataHandler = export.characters
    parser.StartDoctypeDeclHandler = export.doctype
    piece = head
    try:
        while piece:
            parser.Parse(piece, False)
            yield from export.taken()
            piece = stream.read(_PIECE)
        parser.Parse(b"", True)
    except expat.ExpatError as cause:
        yield from export.taken()
        raise UnreadableError(
            f"line {cause.lineno}: not XML: {expat.ErrorString(cause.code)}"
        ) from cause
    except (ValueError, LookupError) as cause:  # an encoding that there is not
        raise UnreadableError(f"not XML: {cause}") from cause
    yield from export.taken()
    if not export.is_one:
        raise UnreadableError("not an export of MediaWiki: no <mediawiki>")


class _Export:
    """Where in an export the parser is, and what it has read of the present revision."""

    def __init__(self) -> None:
        self.is_one = False
        self._path: list[str] = []
        self._text: list[str] | None = None
        self._length = 0
        self._base = ""
        self._title = ""
        self._page: Page | None = None
        self._said: dict[str, str] = {}
        self._by: dict[str, str] = {}
        self._flags: set[str] = set()
        self._ready: list[tuple[Page, Saved | UnreadableError]] = []

    def taken(self) -> list[tuple[Page, Saved | UnreadableError]]:
        """The revisions that are whole since this was asked last."""
        ready, self._ready = self._ready, []
        return ready

    def doctype(self, name: str, *_: object) -> None:
        raise UnreadableError(f"a document type, which no export has: {name[:40]!r}")

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._path.append(name)
        parent = self._path[-2] if len(self._path) > 1 else ""
        if len(self._path) == 1:
            self.is_one = name == "mediawiki"
        if name == "revision":
            self._said, self._by, self._flags = {}, {}, set()
        elif name == "page":
            self._title, self._page = "", None
        wanted = (
            (parent == "revision" and name in _KEPT)
            or (parent == "contributor" and name in _OF_CONTRIBUTOR)
            or (parent == "page" and name == "title")
            or (parent == "siteinfo" and name == "base")
        )
        self._text = [] if wanted else None
        self._length = 0
        if parent == "revision":
            if "deleted" in attributes:
                self._flags.add(f"{name} deleted")
            if name == "minor":
                self._flags.add("minor")
            if name == "text" and ("location" in attributes or "id" in attributes):
                self._flags.add("stub")

    def characters(self, data: str) -> None:
        if self._text is None:
            return
        self._length += len(data)
        if self._length <= LARGEST_TEXT:
            self._text.append(data)

    def end(self, name: str) -> None:
        self._path.pop()
        name = name.rpartition(":")[2]
        parent = self._path[-1] if self._path else ""
        if self._text is not None:
            self._keep(parent, name, "".join(self._text))
            self._text = None
        if name == "revision":
            self._ready.append((self._present(), self._saved()))

    def _keep(self, parent: str, name: str, text: str) -> None:
        if parent == "contributor":
            self._by[name] = text
        elif parent == "page":
            self._title = text
        elif parent == "siteinfo":
            self._base = text
        else:
            if self._length > LARGEST_TEXT:
                self._flags.add("too large")
            self._said[name] = text

    def _present(self) -> Page:
        if self._page is None:
            self._page = page_at(self._title, self._base)
        return self._page

    def _saved(self) -> Saved | UnreadableError:
        number = self._said.get("id", "")
        if "too large" in self._flags:
            return UnreadableError(f"revision {number}: larger than {LARGEST_TEXT >> 20} MB")
        deleted = "text deleted" in self._flags
        text = self._said.get("text")
        missing = not deleted and (text is None or (not text and "stub" in self._flags))
        said: dict[str, object] = {
            name: self._said[name]
            for name in ("parentid", "comment", "model", "format", "sha1")
            if self._said.get(name)
        }
        if self._by:
            said["contributor"] = self._by
        for flag in sorted(self._flags - {"stub", "text deleted"}):
            said[flag] = True
        time = self._said.get("timestamp", "")
        return Saved(number, time, None if deleted or missing else text, missing, said)
