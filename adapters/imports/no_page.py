"""What servers send under the name of a page that is none: PDFs, JSON, bytes that are no text."""

from __future__ import annotations

import codecs
import re

_HEAD = 8000
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\v\f\r\x0e\x0f\x1b"})
"""ISO-2022 shifts with some of the others (RFC 1468, RFC 1557)."""
_MOST_CONTROLS = 0.01
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_WIDE_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*(?:utf-?(?:16|32)|ucs-?[24])", re.I)
_PDF = re.compile(rb"\s{0,1000}%PDF-\d")
_ENDS_PAGE = re.compile(rb"</(?:html|body)\s{0,9}>\s{0,1000}\Z", re.I)
_LEAST_NULLS = 0.25
"""Of UTF-16 without a mark: of each letter of ASCII, the same half is null."""
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
    if head.startswith(_WIDE) or _WIDE_CHARSET.search(content_type or ""):
        return False
    if wide_without_mark(data):
        head = head.replace(b"\0", b"")
    return len(head) - len(head.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(head)


def wide_without_mark(data: bytes) -> str | None:
    """Which UTF-16 bytes look to be in: the nulls of ASCII are all at odd places, or at even."""
    head = data[:_HEAD]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if min(even, odd) or max(even, odd) <= _LEAST_NULLS * len(head):
        return None
    return "utf-16-be" if even else "utf-16-le"
