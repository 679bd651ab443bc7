"""What servers send under the name of a page that is none: PDFs, JSON, bytes that are no text."""

from __future__ import annotations

import re

from variorum.adapters.imports.text import by_mark, wide_without_mark

_HEAD = 8000
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\v\f\r\x0e\x0f\x1b"})
"""ISO-2022 shifts with some of the others (RFC 1468, RFC 1557)."""
_MOST_CONTROLS = 0.01
_WIDE_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*(?:utf-?(?:16|32)|ucs-?[24])", re.I)
_PDF = re.compile(rb"\s{0,1000}%PDF-\d")
_ENDS_PAGE = re.compile(rb"</(?:html|body)\s{0,9}>\s{0,1000}\Z", re.I)
_JSON = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,1000}(?:\[\s{0,100}){0,9}\{\s{0,1000}(?:\"[^\"\n]{0,200}\"\s{0,9}:|\}\s*$)"
)


def no_page_in(data: bytes, content_type: str | None = None) -> str | None:
    """What bytes are, where that is plainly no page; None where they may be one."""
    if _PDF.match(data):
        return "a PDF document, and no page"
    if _JSON.match(data) and not _ENDS_PAGE.search(data[-_HEAD:]):
        return "JSON, and no page"
    return "bytes that are no text" if is_binary(data, content_type) else None


def is_binary(data: bytes, content_type: str | None = None) -> bool:
    """Whether bytes are no text: of their beginning, control characters are more than a few."""
    head = data[:_HEAD]
    marked, _ = by_mark(head)
    if (marked is not None and marked != "utf-8") or _WIDE_CHARSET.search(content_type or ""):
        return False
    if wide_without_mark(data):
        head = head.replace(b"\0", b"")
    return len(head) - len(head.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(head)
