"""An HTTP response as crawlers keep it (RFC 9112): status, headers, and what it carried.

Crawlers undo some codings and leave the headers as they were, or do not keep these: where a body is
plainly not in the coding that its header names, it is taken as it is; and what is still packed then
is unpacked, as its first bytes tell.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from importlib import import_module
from typing import Any

from variorum.adapters.imports.no_page import is_binary
from variorum.adapters.imports.packed import GZIP_MAGIC, ZSTD_MAGIC
from variorum.adapters.imports.page import looks_like_html
from variorum.domain.errors import UnreadableError
from variorum.domain.times import SECOND, Basis, Precision, PublishedTime, to_instant

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LARGEST_BODY = 32 << 20
_MOST_CODINGS = 3
_FIRST_CHANGE = 788_918_400 * SECOND  # 1995-01-01
"""Last-Modified is as old as HTTP/1.0 (RFC 1945): earlier times are of servers that know none."""
_NO_YEAR = re.compile(r"[ -]0\d{3} \d|(?<!\d{4} \d\d:\d\d:\d\d) 0\d{3}$")
"""A year such as 0001, which mail's dates (RFC 5322, 4.3) take for 2001."""
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?\s+(\d{3})\b")
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}", re.ASCII)
_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_ENDS = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Response:
    """A response; names of headers are in small letters, `body` is as it was sent."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type in small letters, without its parameters; empty where none is said."""
        return media_type_in(self.headers.get("content-type", ""))

    @property
    def last_modified(self) -> PublishedTime | None:
        """When the page was changed, as its server says; None where it cannot have been then."""
        said = self.headers.get("last-modified", "").strip()
        try:
            moment = parsedate_to_datetime(said)
            at = to_instant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        if at < _FIRST_CHANGE or _NO_YEAR.search(said):
            return None
        return PublishedTime(at, at, at + SECOND, Precision.SECOND, Basis.HTTP)

    def content(self) -> bytes:
        """The body without the codings in which it was sent.

        Raises:
            UnreadableError: it is not in the coding that it says, is cut short, or is too large.
        """
        body = self.body
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            body = _unchunked(body)
        for coding in reversed(self.headers.get("content-encoding", "").lower().split(",")):
            body = _decoded(body, coding.strip())
        return _unpacked(body, self.headers.get("content-type"))


def media_type_in(said: str) -> str:
    """The first media type (RFC 9110, 8.3.1) of a header's value; servers quote and repeat them."""
    found = _MEDIA_TYPE.search(said)
    return found[0].lower() if found else ""


def response_of(block: bytes) -> Response | None:
    """The response that a block begins with; None where it is none."""
    status = _STATUS.match(block)
    if status is None:
        return None
    end = _ENDS.search(block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    headers: dict[str, str] = {}
    for line in head.split(b"\n")[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            headers[name.strip().lower().decode("latin-1")] = value.strip().decode("latin-1")
    return Response(int(status[1]), headers, body)


def _unchunked(body: bytes) -> bytes:
    """A body without its chunks (RFC 9112, 7.1)."""
    parts: list[bytes] = []
    at = 0
    while True:
        size = _CHUNK.match(body, at)
        if size is None:
            if at == 0:
                return body
            raise UnreadableError(f"its chunks are wrong, from byte {at} of its body")
        length = int(size[1], 16)
        if length == 0:
            return b"".join(parts)
        end = size.end() + length
        if end > len(body):
            if at == 0 and not body[size.end() : size.end() + 1]:
                return body
            raise UnreadableError(f"its chunks are wrong: one of {length} bytes is cut short")
        parts.append(body[size.end() : end])
        after = body[end : end + 2]
        at = end + (2 if after == b"\r\n" else after.startswith(b"\n"))
        if at >= len(body):
            raise UnreadableError("its chunks are wrong: the last is missing")


def _decoded(body: bytes, coding: str) -> bytes:
    """A body without its coding; as it is, where a crawler has taken that away already."""
    if coding in ("", "identity", "utf-8", "none"):
        return body
    if coding in ("gzip", "x-gzip"):
        return _inflated(body, 31) if body.startswith(GZIP_MAGIC) else body
    if coding in ("zstd", "x-zstd"):
        return _unzstd(body) if body.startswith(ZSTD_MAGIC) else body
    if coding in ("deflate", "br"):
        if looks_like_html(body) or body.startswith((GZIP_MAGIC, ZSTD_MAGIC)):
            return body
        deflated = 15 if body[:1] == b"\x78" else -15
        return _unbrotlied(body) if coding == "br" else _inflated(body, deflated)
    raise UnreadableError(f"packed with {coding[:20]}, which is not read here")


def _unpacked(body: bytes, content_type: str | None) -> bytes:
    """A body without codings that no header names; of Brotli, which has no mark, a page."""
    for _ in range(_MOST_CODINGS):
        if body.startswith(GZIP_MAGIC):
            body = _inflated(body, 31)
        elif body.startswith(ZSTD_MAGIC):
            body = _unzstd(body)
        else:
            break
    if is_binary(body, content_type) and not looks_like_html(body):
        try:
            page = _unbrotlied(body)
        except UnreadableError:
            return body
        return page if looks_like_html(page) else body
    return body


def _inflated(body: bytes, kind: int) -> bytes:
    return _members(body, lambda: zlib.decompressobj(kind), GZIP_MAGIC)


def _unzstd(body: bytes) -> bytes:
    return _members(body, zstd.ZstdDecompressor, ZSTD_MAGIC)


def _members(body: bytes, new: Callable[[], Any], magic: bytes) -> bytes:
    """What a packed body holds: those of its members that follow one another."""
    parts: list[bytes] = []
    size = 0
    try:
        while body:
            member = new()
            parts.append(member.decompress(body, LARGEST_BODY + 1 - size))
            size += len(parts[-1])
            if size > LARGEST_BODY:
                raise UnreadableError(f"larger than {LARGEST_BODY >> 20} MB unpacked")
            if not member.eof:
                raise UnreadableError("its packed body is cut short")
            body = member.unused_data if member.unused_data.startswith(magic) else b""
    except (zlib.error, zstd.ZstdError) as cause:
        raise UnreadableError(f"its packed body is damaged: {cause}") from cause
    return b"".join(parts)


def _unbrotlied(body: bytes) -> bytes:
    brotli: Any = import_module("brotli")  # it ships no types
    decoder = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    try:
        for at in range(0, len(body), 1 << 16):
            parts.append(decoder.process(body[at : at + (1 << 16)]))
            size += len(parts[-1])
            if size > LARGEST_BODY:
                raise UnreadableError(f"larger than {LARGEST_BODY >> 20} MB unpacked")
    except brotli.error as cause:
        raise UnreadableError("its packed body is damaged, or not packed") from cause
    if not decoder.is_finished():
        raise UnreadableError("its packed body is cut short")
    return b"".join(parts)
