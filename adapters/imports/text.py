"""Bytes to text: strictly for plain text, as a reader's browser would for a page."""

from __future__ import annotations

import codecs
import re

from variorum.domain.errors import UnreadableError, UsageError

_MARKS = (  # the marks of UTF-32 first: one begins as UTF-16's does
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: Labels that mean a larger character set than they say (WHATWG Encoding Standard, 4.2).
_MEANT = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}
_HEADER_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.I)
_MARKUP_CHARSET = re.compile(
    rb"<(?:meta\s[^>]{0,500}?charset|\?xml\s[^>]{0,100}?encoding)"
    rb"\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})",
    re.I,
)
_MARKUP_HEAD = 4096
_UTF_8 = ("utf-8", "utf8")
_IN_PARTS = "its character set is utf-8, but some of its bytes are not in it"
_OF_PAGES = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "koi8_r", "koi8_u", "cp874"),
    *("gb18030", "big5", "euc_jp", "iso2022_jp", "cp932", "cp949"),
]
"""What pages are in (WHATWG Encoding Standard, 4.2): none is in those of DOS or of the Mac."""
_HEAD = 8000
_LEAST_NULLS = 0.25
"""Of UTF-16 without a mark: of each letter of ASCII, the same half is null."""


def decode_text(data: bytes, encoding: str | None = None) -> str:
    """The text of a plain-text file: in `encoding`, by its byte order mark, or else UTF-8.

    Raises:
        UnreadableError: the bytes are not in that encoding; the message says from which on.
        UsageError: there is no such encoding.
    """
    marked, mark = by_mark(data)
    used = encoding or marked or "utf-8"
    body = data[len(mark) :] if encoding is None else data
    try:
        return body.decode(used).removeprefix("\ufeff")
    except UnicodeDecodeError as cause:
        start = cause.start + (len(mark) if encoding is None else 0)
        raise UnreadableError(
            f"not {used.upper()}: the byte 0x{data[start]:02X} at offset {start} does not fit",
            detail={"offset": start},
        ) from cause
    except (LookupError, UnicodeError, ValueError) as cause:
        raise UsageError(f"no encoding of texts: {used!r}") from cause


def decode_page(data: bytes, content_type: str | None = None) -> tuple[str, str | None]:
    """The text of a page, and what was doubtful about its character set, if anything was.

    The byte order mark decides, then the HTTP header, then the page's own declaration, then what
    the bytes look like. Never raises: what no character set explains becomes U+FFFD.
    """
    marked, mark = by_mark(data)
    if marked:
        return data[len(mark) :].decode(marked, "replace"), None
    wide = wide_without_mark(data)
    if wide:
        return data.decode(wide, "replace"), None
    doubt: str | None = None
    for label in _declared(data, content_type):
        try:
            return data.decode(_MEANT.get(label, label)), doubt
        except (LookupError, ValueError):
            doubt = f"it says that its character set is {label}, and is not in it"
        if label in _UTF_8 and (text := _mostly_utf_8(data)):
            return text, _IN_PARTS
    try:
        return data.decode("utf-8"), doubt
    except UnicodeDecodeError:
        if text := _mostly_utf_8(data):
            return text, _IN_PARTS
        return _detected(data), doubt or "it does not say its character set, which was guessed"


def by_mark(data: bytes) -> tuple[str | None, bytes]:
    """The encoding that a byte order mark tells, and the mark."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, mark
    return None, b""


def wide_without_mark(data: bytes) -> str | None:
    """Which UTF-16 bytes look to be in: the nulls of ASCII are all at odd places, or at even."""
    head = data[:_HEAD]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if min(even, odd) or max(even, odd) <= _LEAST_NULLS * len(head):
        return None
    return "utf-16-be" if even else "utf-16-le"


def _declared(data: bytes, content_type: str | None) -> list[str]:
    labels: list[str] = []
    header = _HEADER_CHARSET.search(content_type or "")
    if header:
        labels.append(header[1].lower())
    markup = _MARKUP_CHARSET.search(data[:_MARKUP_HEAD])
    if markup:
        label = markup[1].decode("ascii", "replace").lower()
        labels.append("utf-8" if label.startswith(("utf-16", "utf-32")) else label)
    return labels


def _mostly_utf_8(data: bytes) -> str | None:
    """The text of bytes of which more are characters beyond ASCII than are none; None otherwise.

    Bytes of other character sets are hardly ever any in UTF-8.
    """
    text = data.decode("utf-8", "replace")
    wrong = text.count("\N{REPLACEMENT CHARACTER}")
    right = len(text) - len(text.encode("ascii", "ignore")) - wrong
    return text if right > wrong else None


def _detected(data: bytes) -> str:
    import charset_normalizer

    best = charset_normalizer.from_bytes(data[:100_000], cp_isolation=_OF_PAGES).best()
    encoding = best.encoding if best else "cp1252"
    return data.decode(encoding, "replace")
